"""How the business runs: its time zone, its quiet hours, the language its customers read, its playbooks."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, time, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal, TypeVar, cast
from zoneinfo import ZoneInfo

from pydantic_settings import BaseSettings, SettingsConfigDict


class BusinessSettings(BaseSettings):
    """Read from REDRESS_TIME_ZONE, _QUIET_FROM, _QUIET_UNTIL, _LANGUAGE, _HOTLINE and _PLAYBOOKS_FILE."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore")

    time_zone: str = "Asia/Shanghai"
    quiet_from: time = time(22)
    quiet_until: time = time(8)
    language: Literal["zh", "en"] = "zh"
    hotline: str = ""  # what customers are told to call (R67)
    playbooks_file: Path | None = None  # over the playbooks that come with Redress

    @property
    def zone(self) -> ZoneInfo:
        """Give the business time zone."""
        return ZoneInfo(self.time_zone)

    def after_quiet_hours(self, moment: datetime) -> datetime:
        """Give the first time from `moment` on at which people may be written to."""
        local = moment.astimezone(self.zone)
        start, end = self.quiet_from, self.quiet_until
        clock = local.time()
        quiet = start <= clock < end if start <= end else clock >= start or clock < end
        if not quiet:
            return moment
        day = local.date() + timedelta(days=1 if clock >= end else 0)
        return datetime.combine(day, end, self.zone).astimezone(UTC)


def business_settings() -> BusinessSettings:
    """Give the settings as they are now."""
    return as_set_now(BusinessSettings)


S = TypeVar("S", bound=BaseSettings)


_held: ContextVar[dict[type[BaseSettings], BaseSettings] | None] = ContextVar("held", default=None)


@contextmanager
def held_settings() -> Iterator[None]:
    """Hold all settings as they are when first asked for, as long as the block lasts: many cases ask for them."""
    before = _held.set({})
    try:
        yield
    finally:
        _held.reset(before)


def as_set_now(kind: type[S]) -> S:
    """Give settings as they are now; reading them takes longer than moving a case, so only when they changed."""
    held = _held.get()
    if held is not None and kind in held:
        return cast("S", held[kind])
    settings: S = _read(kind, tuple(map(os.environ.get, _variables(kind))))
    if held is not None:
        held[kind] = settings
    return settings


@cache
def _variables(kind: type[BaseSettings]) -> tuple[str, ...]:
    return tuple(f"{kind.model_config['env_prefix']}{name.upper()}" for name in kind.model_fields)


@lru_cache(maxsize=8)
def _read(kind: type[S], _environment: tuple[str | None, ...]) -> S:
    return kind()
