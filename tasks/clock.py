"""The one clock of the tasks; rules and store are told the time."""

from datetime import UTC, datetime


def now() -> datetime:
    """Give the time as aware UTC."""
    return datetime.now(UTC)
