"""Pure decisions, transition tables and dated policy packs. Never a clock, a session, a logger or Prefect."""
