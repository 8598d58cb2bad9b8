"""Preferences (R111, R112, R114): taking them down, telling the outlets, noticing what was not kept."""
