"""The carrier's own scanners: a documented CSV, and the same fields as one JSON object a line (docs/scanner-files.md)."""
