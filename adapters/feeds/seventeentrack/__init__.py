"""17TRACK, an aggregator: its answers and pushes, in its present shape (v2) and its old one (v1). One namespace."""
