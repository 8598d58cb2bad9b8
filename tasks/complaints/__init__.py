"""Complaints: from intake to archive. Each module is a stage of the closed loop (R49)."""
