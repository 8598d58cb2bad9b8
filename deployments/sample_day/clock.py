"""How Chinese carriers write times: local, to the second and without a zone."""

from datetime import datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))


def written(at: datetime) -> str:
    """Write a time as the feeds do."""
    return at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
