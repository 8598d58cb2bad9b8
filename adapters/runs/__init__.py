"""Prefect's API as an outside party: runs are started suspended, cancelled, put back to work, and events announced."""
