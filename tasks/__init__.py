"""The effects: one step is one task. It opens the unit of work, calls a rule, writes and returns a schema."""
