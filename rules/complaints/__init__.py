"""Complaints: what must be told, what was found, what is done about it, and how it ends. Pure decisions."""
