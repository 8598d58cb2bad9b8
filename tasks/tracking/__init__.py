"""The effects of tracking: taking in payloads, finding exceptions, replaying quarantine."""
