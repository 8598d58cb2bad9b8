"""The effects of evidence, the same for every procedure: keeping it, freezing the log as it, and what a case lacks."""
