"""Reports: the figures of each, counted in SQL over declared conditions, and the record of those that were made."""
