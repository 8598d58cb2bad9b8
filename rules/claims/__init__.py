"""Claims: what a claim comes to, by which rules, and who bears it. Pure decisions, no clock.

`assessing` reads like the procedure; the packs of rules are data (`rules/packs/`).
"""
