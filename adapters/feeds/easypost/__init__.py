"""EasyPost: an aggregator that tells carriers' scans in words of its own, asked for a tracker or pushing an event."""
