"""Whose regulator is usually meant, who is told of appeals and how early, and the figures that count."""

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from rules.appeals.clocks import CALENDAR, AppealClocks
from rules.appeals.pack_files import load_pack
from rules.clocks.profiles import ClockBook
from rules.packs import RulePack
from schemas.appeals import JURISDICTION
from tasks.clock_book import clock_book
from tasks.exceptions.letters import MANAGER
from tasks.settings import as_set_now


class AppealSettings(BaseSettings):
    """Read from REDRESS_APPEAL_JURISDICTION, _DEPARTMENT, _REMIND_HOURS and _RULES_FILE."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_APPEAL_", extra="ignore", env_ignore_empty=True)

    jurisdiction: str = Field(default="CN", pattern=JURISDICTION)  # where nobody says whose regulator forwards
    department: str = MANAGER  # who is told of new appeals and of their times
    remind_hours: int = Field(default=48, ge=0)  # how long before something is due
    rules_file: Path | None = None  # rows over those that come with Redress

    @property
    def margin(self) -> timedelta:
        """Give how long before something is due the department is told."""
        return timedelta(hours=self.remind_hours)


def appeal_settings() -> AppealSettings:
    """Give the settings as they are now."""
    return as_set_now(AppealSettings)


def appeal_clocks() -> AppealClocks:
    """Give the clocks of appeals by the installation's own rows and calendars.

    Raises:
        AppealRulesInvalid: the carrier's file of rows cannot be used.
    """
    return _clocks(_pack(appeal_settings().rules_file), clock_book())


@lru_cache(maxsize=8)
def _pack(file: Path | None) -> RulePack:
    return load_pack(file)


def _clocks(pack: RulePack, book: ClockBook) -> AppealClocks:
    return AppealClocks(pack, book.calendars.by_name[CALENDAR])
