"""What the row of an appeal holds of its clocks: what the carrier owes first, and when somebody is told of it next."""

from datetime import datetime, timedelta
from typing import Any

from schemas.appeals import Appeal, AppealDue
from tasks.appeals.settings import appeal_clocks, appeal_settings
from tasks.clock_book import clock_book


def clock_columns(appeal: Appeal, *, told_until: datetime | None = None) -> dict[str, Any]:
    """Give the columns; what was to be told until `told_until` was told."""
    clocks = appeal_clocks()
    owed = clocks.owed(appeal)
    first = clocks.next_owed(appeal)
    return {
        "next_due_at": first.due_at if first else None,
        "due_kind": first.kind.value if first else "",
        "tell_due_at": _next_telling(owed, margin=appeal_settings().margin, after=told_until),
        "clock_profile": profile_in_force(),
        "clock_calendars": clock_book().calendars.version,
    }


def _next_telling(owed: tuple[AppealDue, ...], *, margin: timedelta, after: datetime | None) -> datetime | None:
    moments = [moment for due in owed for moment in (due.due_at - margin, due.due_at)]
    return min((moment for moment in moments if after is None or moment > after), default=None)


def profile_in_force() -> str:
    """Name the figures that due times and tellings are counted by; it changes with every one of them."""
    return f"appeals/{appeal_clocks().pack.version} margin-{appeal_settings().remind_hours}h"
