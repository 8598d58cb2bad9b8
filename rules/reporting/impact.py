"""What an exception came to for the customer (R8): how late the parcel was."""

from datetime import datetime


def full_days_late(promised_at: datetime | None, *, until: datetime) -> int:
    """Count the full days by which the promise was missed, however many they are."""
    if promised_at is None or until <= promised_at:
        return 0
    return (until - promised_at).days
