"""The checks of incoming data as plain declarations, and what runs them. The only importer of Great Expectations."""
