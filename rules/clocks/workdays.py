"""Which days work: the weekdays of a calendar, its days of rest, and the working days that make up for them (调休).

Belongs here: days and their names. Does not belong here: hours and zones (`rules.clocks.calendars`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

import chinese_calendar
from chinese_calendar.constants import Holiday, holidays, workdays

ONE_DAY = timedelta(days=1)
CHINA_LIBRARY = f"chinesecalendar-{chinese_calendar.__version__}"
CHINA_RESTS: Mapping[date, str] = {day: f"{Holiday(name).chinese} {name}" for day, name in holidays.items()}
CHINA_MAKES_UP: Mapping[date, str] = {day: f"{Holiday(name).chinese} {name}" for day, name in workdays.items()}
CHINA_KNOWN = (date(min(holidays).year, 1, 1), date(max(holidays).year, 12, 31))
"""The library knows whole years: what a notice does not name is as the week has it."""


class Rest(NamedTuple):
    """Consecutive days that do not work, for one reason."""

    first: date
    last: date
    name: str


@dataclass(frozen=True, slots=True)
class Workdays:
    """The days of one calendar. Beyond the days that it knows of, the week alone decides."""

    weekdays: frozenset[int]
    rests: Mapping[date, str] = field(default_factory=dict)
    make_up: Mapping[date, str] = field(default_factory=dict)
    known_from: date = date.min
    known_through: date = date.max

    def works(self, day: date) -> bool:
        """Say whether a day works."""
        return day in self.make_up or (day.weekday() in self.weekdays and day not in self.rests)

    def knows(self, day: date) -> bool:
        """Say whether the holidays of that time are known."""
        return self.known_from <= day <= self.known_through

    def why_resting(self, day: date) -> str:
        """Name the reason for which a day does not work."""
        return self.rests.get(day, "weekly day of rest")

    def rests_between(self, first: date, last: date) -> list[Rest]:
        """List the days of rest from `first` to `last`, both included, gathered while they have one reason."""
        found: list[Rest] = []
        for day in _days(first, last):
            if self.works(day):
                continue
            name = self.why_resting(day)
            if found and found[-1].name == name and found[-1].last == day - ONE_DAY:
                found[-1] = found[-1]._replace(last=day)
            else:
                found.append(Rest(day, day, name))
        return found

    def made_up_between(self, first: date, last: date) -> list[Rest]:
        """List the working days that make up for others, from `first` to `last`."""
        return [Rest(day, day, self.make_up[day]) for day in _days(first, last) if day in self.make_up]


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
