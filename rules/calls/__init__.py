"""Rules about calls and online messages: what good service on the phone is, and what may be kept of a bad record."""
