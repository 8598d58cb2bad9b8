"""What an exception came to for the customer (R8): how late the parcel was, and the limits its handling had (R25)."""

from datetime import datetime
from typing import NamedTuple

from rules.exceptions.pack import EXCEPTION_PACK


class Limits(NamedTuple):
    """By when a case had to be answered and resolved."""

    first_response_due_at: datetime
    resolution_due_at: datetime


def limits_of(opened_at: datetime) -> Limits:
    """Give the limits that the clocks of the day on which a case was opened set it."""
    due = {
        clock: opened_at + EXCEPTION_PACK.pick("due", scope=clock, on=opened_at.date()).hours
        for clock in ("first_response", "resolution")
    }
    return Limits(due["first_response"], due["resolution"])


def full_days_late(promised_at: datetime | None, *, until: datetime) -> int:
    """Count the full days by which the promise was missed, however many they are."""
    if promised_at is None or until <= promised_at:
        return 0
    return (until - promised_at).days
