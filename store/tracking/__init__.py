"""Tracking data: the inbox, the event log, shipments, quarantine and the results of the quality checks."""
