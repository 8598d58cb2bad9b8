"""The effects of the outbox: what leaves Redress, and the runs it asks for."""
