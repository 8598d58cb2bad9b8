"""The effects of the claims chapter: what is booked, paid, taken back and compared."""
