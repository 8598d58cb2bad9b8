"""Claims: what a claim comes to, by which rules, who bears it, and how its money is booked. Pure decisions, no clock.

`assessing` reads like the procedure; the packs of rules are data (`rules/packs/`). `bookings` is the ledger.
"""
