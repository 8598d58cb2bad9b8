"""By when what is due: calendars, named profiles of clocks, and how a history is read by them. For every procedure."""
