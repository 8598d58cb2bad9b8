"""The book of clocks of this installation: what Redress comes with, and the carrier's own files beside it."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, SettingsConfigDict

from rules.clocks.book import load_book
from rules.clocks.profiles import ClockBook
from rules.clocks.reading import Dues
from schemas.clocks import DEFAULT_PROFILE, Anchors
from tasks.settings import as_set_now


class ClockSettings(BaseSettings):
    """Read from REDRESS_CLOCK_PROFILE, REDRESS_CLOCK_PROFILES_FILE and REDRESS_CLOCK_CALENDARS_FILE."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_CLOCK_", extra="ignore", env_ignore_empty=True)

    profile: str = DEFAULT_PROFILE  # under which a case begins whose playbook names none
    profiles_file: Path | None = None
    calendars_file: Path | None = None


def clock_settings() -> ClockSettings:
    """Give the settings as they are now."""
    return as_set_now(ClockSettings)


def clock_book(settings: ClockSettings | None = None) -> ClockBook:
    """Give the book of the settings, read once.

    Raises:
        CalendarInvalid: the carrier's file of calendars cannot be used.
        ProfilesInvalid: the carrier's file of profiles cannot be used.
    """
    chosen = settings or clock_settings()
    return _read(chosen.profiles_file, chosen.calendars_file)


@lru_cache(maxsize=8)
def _read(profiles: Path | None, calendars: Path | None) -> ClockBook:
    return load_book(profiles=[profiles] if profiles else (), calendars=[calendars] if calendars else ())


def due_columns(anchors: Anchors, dues: Dues, *, tell_due_at: datetime | None) -> dict[str, Any]:
    """Give the columns that hold the clocks of a case of any procedure."""
    due = dues.first
    return {
        "clock_anchors": anchors,
        "next_due_at": due.due_at if due else None,
        "tell_due_at": tell_due_at,
        "due_kind": due.due_kind if due else "",
        "clock_profile": due.profile_version if due else "",
        "clock_calendars": due.calendar_version if due else "",
    }
