"""Calendars: when hours count and when days end, in the zone of whoever works by them.

Belongs here: the arithmetic. Does not belong here: reading the files (`rules.clocks.calendar_files`), which clock uses
which calendar (`rules.clocks.profiles`), and pauses (`rules.clocks.counting`).

A clock change is read as everywhere in Redress (docs/decisions/0008, 0012): of a local time that comes twice the first
is meant, and one that is skipped is read as if the clocks had not been moved yet. Hours are hours that pass.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from rules.clocks.workdays import ONE_DAY, Workdays

NOTHING = timedelta(0)
END_OF_DAY = 24 * 60


class Hours(NamedTuple):
    """Open hours of a day, in minutes of the local clock since midnight."""

    opens: int
    closes: int


@dataclass(frozen=True, slots=True)
class _Year:
    """The open hours of one year: their beginnings and ends, and how much was open before and after each."""

    starts: list[datetime]
    ends: list[datetime]
    before: list[timedelta]
    after: list[timedelta]

    @property
    def total(self) -> timedelta:
        return self.after[-1] if self.after else NOTHING

    def position(self, moment: datetime) -> timedelta:
        """Say how much of the year's open time lies before a moment."""
        place = bisect_right(self.ends, moment)
        if place == len(self.ends):
            return self.total
        return self.before[place] + max(NOTHING, moment - self.starts[place])

    def at(self, position: timedelta) -> datetime:
        """Give the moment by which so much of the year's open time has passed; at a closing time, that one."""
        place = bisect_left(self.after, position)
        return self.starts[place] + (position - self.before[place])


@dataclass(frozen=True)
class Calendar:
    """One calendar; every answer about a year is computed once."""

    name: str
    title_zh: str
    title_en: str
    zone: ZoneInfo
    days: Workdays
    weekly: tuple[tuple[Hours, ...], ...]  # by weekday, Monday first
    make_up: tuple[Hours, ...] = ()
    _years: dict[int, _Year] = field(default_factory=dict, repr=False, compare=False)
    _ends: dict[tuple[date, int], datetime] = field(default_factory=dict, repr=False, compare=False)

    def day_of(self, moment: datetime) -> date:
        """Give the local day of a moment."""
        return moment.astimezone(self.zone).date()

    def hours_of(self, day: date) -> tuple[Hours, ...]:
        """Give the open hours of a day."""
        if not self.days.works(day):
            return ()
        return self.make_up if day in self.days.make_up else self.weekly[day.weekday()]

    def after_open_hours(self, start: datetime, length: timedelta) -> datetime:
        """Give the moment by which the calendar was open for `length`, which is more than nothing, since `start`."""
        number = self.day_of(start).year
        year = self._year(number)
        position = year.position(start) + length
        while position > year.total:
            position -= year.total
            number += 1
            year = self._year(number)
        return year.at(position)

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """Say for how long the calendar was open between two moments."""
        first, last = self.day_of(start).year, self.day_of(end).year
        whole_years = sum((self._year(number).total for number in range(first, last)), NOTHING)
        return whole_years + self._year(last).position(end) - self._year(first).position(start)

    def end_of_calendar_day(self, start: datetime, number: int) -> datetime:
        """Give the end (24:00) of the n-th day after that of `start`: the first day does not count."""
        return self._end_of(self.day_of(start) + timedelta(days=number), END_OF_DAY)

    def end_of_working_day(self, start: datetime, number: int) -> datetime:
        """Give the end of business of the n-th working day after the day of `start`, which does not count."""
        day = self.day_of(start)
        while number:
            day += ONE_DAY
            number -= self.days.works(day)
        return self._end_of(day, self.hours_of(day)[-1].closes)

    def knows(self, *moments: datetime) -> bool:
        """Say whether the holidays at these moments are known."""
        return all(self.days.knows(self.day_of(moment)) for moment in moments)

    def _end_of(self, day: date, minutes: int) -> datetime:
        known = self._ends.get((day, minutes))
        if known is None:
            known = self._ends[day, minutes] = self._instant(day, minutes)
        return known

    def _instant(self, day: date, minutes: int) -> datetime:
        local = datetime.combine(day, time.min) + timedelta(minutes=minutes)
        return local.replace(tzinfo=self.zone).astimezone(UTC)

    def _year(self, number: int) -> _Year:
        known = self._years.get(number)
        if known is None:
            known = self._years[number] = self._computed(number)
        return known

    def _computed(self, number: int) -> _Year:
        year = _Year([], [], [], [])
        open_so_far = NOTHING
        closed_at = self._instant(date(number, 1, 1), 0)
        for day in (date(number, 1, 1) + timedelta(days=count) for count in range(366)):
            for hours in self.hours_of(day) if day.year == number else ():
                opened_at = max(closed_at, self._instant(day, hours.opens))  # a skipped hour may push one into the next
                closed_at = max(opened_at, self._instant(day, hours.closes))
                year.starts.append(opened_at)
                year.ends.append(closed_at)
                year.before.append(open_so_far)
                open_so_far += closed_at - opened_at
                year.after.append(open_so_far)
        return year
