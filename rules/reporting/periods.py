"""Which days a report is about, and which instants they are in the business zone."""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from schemas.reporting import Period, PeriodKind, Span

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
FORMS = "a day as 2026-11-20, a week as 2026-W47, a month as 2026-11"


class NoSuchPeriod(ValueError):
    """Nobody knows which days are meant."""


def period_named(name: str) -> Period:
    """Find the period that has this name.

    Raises:
        NoSuchPeriod: it has none of the forms, or there is no such day, week or month.
    """
    try:
        if _DAY.fullmatch(name):
            return period_around(PeriodKind.DAY, date.fromisoformat(name))
        if found := _WEEK.fullmatch(name):
            return period_around(PeriodKind.WEEK, date.fromisocalendar(int(found[1]), int(found[2]), 1))
        if found := _MONTH.fullmatch(name):
            return period_around(PeriodKind.MONTH, date(int(found[1]), int(found[2]), 1))
    except ValueError as fault:
        raise NoSuchPeriod(f"there is no period {name}: {fault}") from fault
    raise NoSuchPeriod(f"{name!r} is no period; write {FORMS}")


def period_around(kind: PeriodKind, day: date) -> Period:
    """Give the day, week or month that a day lies in."""
    if kind is PeriodKind.DAY:
        return Period(kind=kind, first=day, until=day + timedelta(days=1))
    if kind is PeriodKind.WEEK:
        monday = day - timedelta(days=day.weekday())
        return Period(kind=kind, first=monday, until=monday + timedelta(days=7))
    first = day.replace(day=1)
    return Period(kind=kind, first=first, until=(first + timedelta(days=31)).replace(day=1))


def period_before(period: Period) -> Period:
    """Give the period of the same kind that ends where this one begins."""
    return period_around(period.kind, period.first - timedelta(days=1))


def last_finished(kind: PeriodKind, *, today: date) -> Period:
    """Give the newest period of a kind that was over before today."""
    return period_before(period_around(kind, today))


def months_up_to(period: Period, *, number: int) -> tuple[date, ...]:
    """Give the first days of so many months in a row, of which the last is the one that the period ends in."""
    months = [(period.until - timedelta(days=1)).replace(day=1)]
    while len(months) < number:
        months.insert(0, (months[0] - timedelta(days=1)).replace(day=1))
    return tuple(months)


def span_between(first: date, until: date, zone: tzinfo) -> Span:
    """Give the instants from the beginning of a day until before another."""
    return Span(_midnight(first, zone), _midnight(until, zone))


def span_of(period: Period, zone: tzinfo) -> Span:
    """Give the instants of a period; a day on which the clocks change has 23 or 25 hours."""
    return span_between(period.first, period.until, zone)


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)
