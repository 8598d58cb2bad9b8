"""The carrier's own scanners: a documented CSV, and its fields as JSON, an object a line (docs/scanner-files.md)."""
