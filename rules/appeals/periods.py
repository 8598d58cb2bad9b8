"""Counting the periods of appeals: from an event to the end of the last day, with the lines that explain it.

Days are counted by the calendar; months and years end on the day of the same number (民法典 202). Holidays
prolong only what is the user's to keep (民法典 203); for the carrier the earlier time is the safe one, as everywhere.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time
from typing import NamedTuple

from rules.appeals.choice import Choice, figure
from rules.clocks.calendars import Calendar
from rules.clocks.explanation import due_locally
from rules.clocks.workdays import ONE_DAY
from rules.packs import Rule

MONTHS = {"calendar_months": 1, "calendar_years": 12}


class Period(NamedTuple):
    """When a period is over, and how that came about."""

    ends_at: datetime
    explanation: tuple[str, ...]
    provisional: bool


def period(start: datetime, choice: Choice, *, calendar: Calendar, prolonged: bool = False) -> Period:
    """Count a rule's period from its start; with `prolonged` it does not end on a day of rest.

    Raises:
        ValueError: the rule is no period of days, months or years.
    """
    rule = choice.rule
    ends_at = _end(start, rule, calendar)
    rest = ""
    if prolonged and not calendar.days.works(_last_day(ends_at, calendar)):
        rest = f"prolonged beyond {_last_day(ends_at, calendar)}, a day of rest (民法典 203)"
        ends_at = _end_of(_next_working_day(_last_day(ends_at, calendar), calendar), calendar)
    lines = (
        f"{rule.reference}: {figure(rule)} by {rule.source} ({rule.verified})",
        f"chosen because {choice.because}",
        f"starts {start.astimezone(calendar.zone):%Y-%m-%d %H:%M %Z} with {rule.starts_on}",
        "does not count: the first day (民法典 201)",
        rest,
        f"due {due_locally(ends_at, calendar.zone)}",
    )
    return Period(ends_at, tuple(filter(None, lines)), not calendar.knows(start, ends_at))


def _end(start: datetime, rule: Rule, calendar: Calendar) -> datetime:
    if rule.unit == "working_days":
        return calendar.end_of_working_day(start, int(rule.value))
    if rule.unit == "calendar_days":
        return calendar.end_of_calendar_day(start, int(rule.value))
    if rule.unit not in MONTHS:
        raise ValueError(f"{rule.reference} is no period but {rule.unit}")
    return _end_of(months_after(calendar.day_of(start), int(rule.value) * MONTHS[rule.unit]), calendar)


def months_after(day: date, months: int) -> date:
    """Give the day of the same number so many months later, or the last of a month that has none."""
    number = day.year * 12 + day.month - 1 + months
    year, month = divmod(number, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _end_of(day: date, calendar: Calendar) -> datetime:
    return datetime.combine(day + ONE_DAY, time.min, calendar.zone).astimezone(UTC)


def _last_day(ends_at: datetime, calendar: Calendar) -> date:
    return calendar.day_of(ends_at - datetime.resolution)


def _next_working_day(day: date, calendar: Calendar) -> date:
    while not calendar.days.works(day):
        day += ONE_DAY
    return day
