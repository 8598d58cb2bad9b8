"""The effects of exception handling, one module per stage of the manual (R9)."""
