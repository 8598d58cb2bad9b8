"""The vocabulary: frozen models and enums that cross a boundary. Imports pydantic and the standard library only."""
