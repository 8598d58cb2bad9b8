"""Reading calendars from `calendars.toml` and from files like it, checked while they are read.

Belongs here: what such a file may say. Does not belong here: what a calendar answers (`rules.clocks.calendars`).
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rules.clocks.calendars import END_OF_DAY, Calendar, Hours
from rules.clocks.workdays import CHINA_KNOWN, CHINA_LIBRARY, CHINA_MAKES_UP, CHINA_RESTS, Workdays

BUILT_IN = Path(__file__).with_name("calendars.toml")
_WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


class CalendarInvalid(ValueError):
    """A file of calendars cannot be used; the message names the file, the place and what is wrong."""


@dataclass(frozen=True, slots=True)
class Calendars:
    """Calendars by their names, with a version that changes whenever any of their answers may."""

    by_name: dict[str, Calendar]
    version: str


def load_calendars(*files: Path) -> Calendars:
    """Read the calendars of Redress and those of `files`, which add to them and replace none.

    Raises:
        CalendarInvalid: a file cannot be read, is no such file, or names a calendar that there is already.
    """
    found: dict[str, Calendar] = {}
    digest = hashlib.sha256()
    versions: list[str] = []
    for file in (BUILT_IN, *files):
        try:
            content = file.read_bytes()
            table = _File.model_validate(tomllib.loads(content.decode("utf-8")))
        except ValidationError as invalid:
            raise CalendarInvalid(f"{file}: {first_fault(invalid)}") from invalid
        except (OSError, ValueError) as invalid:
            raise CalendarInvalid(f"{file}: {invalid}") from invalid
        if twice := sorted(found.keys() & table.calendar.keys()):
            raise CalendarInvalid(f"{file}: calendar.{twice[0]}: there is a calendar of that name already")
        found |= {name: row.calendar(name) for name, row in table.calendar.items()}
        digest.update(content)
        versions.append(table.version)
    return Calendars(found, f"calendars/{'+'.join(versions)}#{digest.hexdigest()[:8]} {CHINA_LIBRARY}")


def first_fault(invalid: ValidationError) -> str:
    """Say in one line what is wrong first, and where."""
    fault = invalid.errors()[0]
    where = ".".join(str(part) for part in fault["loc"])
    return f"{where}: {fault['msg']}" if where else fault["msg"]


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _HolidayRow(_Row):
    from_: date = Field(alias="from")
    to: date
    name: str = Field(min_length=1)

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> "_HolidayRow":
        if self.to < self.from_:
            raise ValueError(f"{self.name} ends on {self.to} before it begins on {self.from_}")
        return self


class _CalendarRow(_Row):
    title_zh: str
    title_en: str
    zone: str
    weekly: dict[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"], tuple[str, ...]] = Field(min_length=1)
    make_up: tuple[str, ...] = ()
    days: Literal["china", ""] = ""
    holidays: tuple[_HolidayRow, ...] = ()
    make_up_days: tuple[date, ...] = ()
    known_from: date = date.min
    known_through: date = date.max

    @model_validator(mode="after")
    def _makes_sense(self) -> "_CalendarRow":
        _zone(self.zone)
        if not any(hours for hours in self.weekly.values()):
            raise ValueError("no weekday has open hours")
        for name, hours in [*self.weekly.items(), ("make_up", self.make_up)]:
            _hours(hours, of=name)
        if (self.days == "china" or self.make_up_days) and not self.make_up:
            raise ValueError("make_up must say the hours of a working day that falls on a day of rest")
        if self.holidays and self.days != "china" and self.known_through == date.max:
            raise ValueError("known_through must say until when its holidays are known")
        return self

    def calendar(self, name: str) -> Calendar:
        week = tuple(_hours(self.weekly.get(day, ()), of=day) for day in _WEEK)  # type: ignore[call-overload]
        china = self.days == "china"
        rests = {
            row.from_ + timedelta(days=number): row.name
            for row in self.holidays
            for number in range((row.to - row.from_).days + 1)
        }
        make_up = dict.fromkeys(self.make_up_days, "make-up day")
        if china:  # a carrier's own days go before those of the State Council
            rests, make_up = (
                {day: name for day, name in CHINA_RESTS.items() if day not in make_up} | rests,
                {day: name for day, name in CHINA_MAKES_UP.items() if day not in rests} | make_up,
            )
        return Calendar(
            name=name,
            title_zh=self.title_zh,
            title_en=self.title_en,
            zone=_zone(self.zone),
            days=Workdays(
                weekdays=frozenset(number for number, hours in enumerate(week) if hours),
                rests=rests,
                make_up=make_up,
                known_from=max(self.known_from, CHINA_KNOWN[0]) if china else self.known_from,
                known_through=min(self.known_through, CHINA_KNOWN[1]) if china else self.known_through,
            ),
            weekly=week,
            make_up=_hours(self.make_up, of="make_up"),
        )


class _File(_Row):
    version: str = Field(min_length=1)
    calendar: dict[str, _CalendarRow] = Field(min_length=1)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError(f"there is no zone {name}") from unknown


def _hours(written: Iterable[str], *, of: str) -> tuple[Hours, ...]:
    """Read open hours such as 09:00-18:00.

    Raises:
        ValueError: they are written otherwise, end before they begin, or lie in each other.
    """
    read = tuple(_read_hours(text, of=of) for text in written)
    for earlier, later in pairwise(read):
        if later.opens < earlier.closes:
            raise ValueError(f"{of}: its hours overlap or are not in their order")
    return read


def _read_hours(text: str, *, of: str) -> Hours:
    parts = _HOURS.fullmatch(text)
    numbers = [int(part) for part in parts.groups()] if parts else [0, 0, 0, 0]
    hours = Hours(numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3])
    if not hours.opens < hours.closes <= END_OF_DAY:
        raise ValueError(f"{of}: {text!r} are no hours such as 09:00-18:00")
    return hours
