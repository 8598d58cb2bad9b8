"""Measurements: each prints a ratio to a limit or a peer that was measured in the same run."""
