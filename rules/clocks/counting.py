"""Counting: from the start of a clock to its end, in its unit, leaving out the time in which it was stopped.

Belongs here: the arithmetic of units and pauses. Does not belong here: which event starts a clock (`rules.clocks.
reading`).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from rules.clocks.calendars import NOTHING, Calendar
from schemas.clocks import HOUR_UNITS, Pause, TimeUnit

Amount = timedelta | int
"""A length of time, or a number of days that end when the calendar says."""


class Stop(NamedTuple):
    """A while in which pausable clocks stand still; without an end while it lasts."""

    since: datetime
    until: datetime | None


def amount_of(value: Decimal, unit: TimeUnit) -> Amount:
    """Give what a value means in its unit.

    Raises:
        ValueError: it is no whole number of days.
    """
    if unit in HOUR_UNITS:
        return timedelta(microseconds=int(value * 3_600_000_000))
    if value != int(value):
        raise ValueError(f"{value} {unit} is no whole number of days")
    return timedelta(days=int(value)) if unit is TimeUnit.ELAPSED_DAYS else int(value)


def due_after(
    start: datetime, amount: Amount, *, unit: TimeUnit, calendar: Calendar, stops: Sequence[Stop] = ()
) -> datetime | None:
    """Give when an amount of time is over; None while a stop without an end keeps it from that."""
    if isinstance(amount, int):
        ends = calendar.end_of_working_day if unit is TimeUnit.WORKING_DAYS else calendar.end_of_calendar_day
        return ends(start, amount)
    business = unit is TimeUnit.BUSINESS_HOURS
    for stop in stops:
        if stop.until is not None and stop.until <= start:
            continue
        stopped_at = max(stop.since, start)
        counted = calendar.open_between(start, stopped_at) if business else stopped_at - start
        if counted >= amount:
            break
        if stop.until is None:
            return None
        start, amount = stop.until, amount - counted
    return calendar.after_open_hours(start, amount) if business else start + amount


def stops_of(pauses: Sequence[Pause]) -> tuple[Stop, ...]:
    """Give the times in which at least one pause with a known reason held, in their order and apart."""
    if not pauses:  # as nearly always
        return ()
    stops: list[Stop] = []
    for pause in sorted((pause for pause in pauses if pause.stops), key=lambda pause: pause.since):
        last = stops[-1] if stops else None
        if last is None or (last.until is not None and last.until < pause.since):
            stops.append(Stop(pause.since, pause.until))
        elif last.until is not None and (pause.until is None or pause.until > last.until):
            stops[-1] = Stop(last.since, pause.until)
    return tuple(stops)


def until(stops: Sequence[Stop], end: datetime) -> tuple[Stop, ...]:
    """Leave out of the stops what comes after `end`."""
    return tuple(
        Stop(stop.since, end if stop.until is None else min(stop.until, end)) for stop in stops if stop.since < end
    )


def stopped_for(stops: Sequence[Stop], *, start: datetime, end: datetime) -> timedelta:
    """Say for how long the stops held between two moments."""
    return sum(
        (max(NOTHING, min(stop.until or end, end) - max(stop.since, start)) for stop in stops),
        NOTHING,
    )
