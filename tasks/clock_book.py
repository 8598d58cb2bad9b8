"""The book of clocks of this installation: what Redress comes with, and the carrier's own files beside it."""

from functools import lru_cache
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

from rules.clocks.book import load_book
from rules.clocks.profiles import ClockBook
from schemas.clocks import DEFAULT_PROFILE
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
