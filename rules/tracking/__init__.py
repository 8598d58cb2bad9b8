"""Rules of tracking data: the identity of an event and the fold of the log."""
