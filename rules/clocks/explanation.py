"""Telling how a due time came about, in lines that a person can follow with a wall calendar.

Belongs here: the sentences. Does not belong here: any computing that is not there already.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.clocks.calendars import Calendar
from rules.clocks.profiles import OPENED, Clock, is_fact
from rules.clocks.workdays import ONE_DAY, Rest
from schemas.clocks import Anchors, ClockKind, ClockReading, ClockStatus, Pause, TimeUnit

SHOWN_MAX = 12
"""So many holidays or pauses are named; a clock of months has more than anybody reads."""
_END: dict[ClockStatus, str] = {
    ClockStatus.RUNNING: "it runs",
    ClockStatus.STOPPED: "it stands still; when it is due will be known when it is released",
    ClockStatus.OVERDUE: "overdue: it ran out and nothing has met it",
    ClockStatus.MET: "in time",
    ClockStatus.MET_LATE: "too late",
    ClockStatus.ENDED: "it no longer counts: the case is closed, or no longer in a state in which this clock runs",
}


def explain(reading: ClockReading, *, clock: Clock, anchors: Anchors, begun_by: str) -> tuple[str, ...]:
    """Tell a reading's start, what was skipped and why, its end, and what is uncertain about it."""
    calendar = clock.calendar
    value = f"{clock.value_for(anchors.severity, anchors.lane):f} {clock.unit.value.replace('_', ' ')}"
    return (
        f"{reading.rule}: {value} by {clock.source} ({clock.verified}); calendar {calendar.name}",
        f"starts {_local(reading.started_at, calendar)} with {_event(begun_by)}",
        *_days(reading, clock),
        *_pauses(reading, clock, anchors),
        *_clock_change(reading, calendar),
        *_end(reading, calendar),
        *_provisional(reading, calendar),
    )


def _event(name: str) -> str:
    if name == OPENED:
        return "the opening of the case"
    return f"the fact {name}" if is_fact(name) else f"the command {name}"


def _days(reading: ClockReading, clock: Clock) -> Iterator[str]:
    if reading.due_at is None:
        return
    calendar = clock.calendar
    first, last = calendar.day_of(reading.started_at), _last_day(reading.due_at, calendar)
    if clock.unit in {TimeUnit.CALENDAR_DAYS, TimeUnit.WORKING_DAYS}:
        yield f"does not count: {first}, the first day (民法典 201)"
        first += ONE_DAY
    if clock.unit in {TimeUnit.WORKING_DAYS, TimeUnit.BUSINESS_HOURS}:
        yield from _rests(calendar.days.rests_between(first, last))
        for day in calendar.days.made_up_between(first, last)[:SHOWN_MAX]:
            yield f"counts although a day of rest: {day.first}, {day.name} (调休)"
    if clock.unit is TimeUnit.CALENDAR_DAYS and not calendar.days.works(last):
        why = calendar.days.why_resting(last)
        yield f"not prolonged although {last} is a day of rest ({why}): 民法典 203 would, the earlier time is safe"


def _rests(rests: list[Rest]) -> Iterator[str]:
    for rest in rests[:SHOWN_MAX]:
        days = f"{rest.first}" if rest.first == rest.last else f"{rest.first} to {rest.last}"
        yield f"does not count: {days}, {rest.name}"
    if len(rests) > SHOWN_MAX:
        yield f"does not count: {len(rests) - SHOWN_MAX} more times of rest"


def _pauses(reading: ClockReading, clock: Clock, anchors: Anchors) -> Iterator[str]:
    end = min((at for at in (reading.met_at, reading.due_at) if at is not None), default=None)
    pauses = [pause for pause in anchors.pauses if _touches(pause, reading.started_at, end)]
    for pause in pauses[:SHOWN_MAX]:
        yield _pause(pause, clock, reading.kind)
    if len(pauses) > SHOWN_MAX:
        yield f"and {len(pauses) - SHOWN_MAX} more pauses"


def _pause(pause: Pause, clock: Clock, kind: ClockKind) -> str:
    since = _local(pause.since, clock.calendar)
    if not pause.stops:
        return f"the pause of {since} stopped nothing: {pause.reason or 'no reason'} is none of the known reasons"
    span = f"{since} to {_local(pause.until, clock.calendar)}" if pause.until else f"{since}, until it is released"
    if clock.pausable:
        return f"stopped {span}: {pause.reason}"
    why = "a statutory clock never pauses" if kind is ClockKind.STATUTORY else "this clock never pauses"
    return f"not stopped by the pause {span} ({pause.reason}): {why}"


def _touches(pause: Pause, start: datetime, end: datetime | None) -> bool:
    begins_in_time = end is None or pause.since < end
    return begins_in_time and (pause.until is None or pause.until > start or pause.until == pause.since >= start)


def _clock_change(reading: ClockReading, calendar: Calendar) -> Iterator[str]:
    if reading.due_at is None:
        return
    before, after = (moment.astimezone(calendar.zone) for moment in (reading.started_at, reading.due_at))
    if before.utcoffset() != after.utcoffset():
        yield f"the clocks are changed in between, from UTC{before:%z} to UTC{after:%z}; hours are hours that pass"


def _end(reading: ClockReading, calendar: Calendar) -> Iterator[str]:
    due = f"due {due_locally(reading.due_at, calendar.zone)}" if reading.due_at else "due: nobody can say"
    met = f", met {_local(reading.met_at, calendar)}" if reading.met_at else ""
    yield f"{due}{met}: {_END[reading.status]}"


def _provisional(reading: ClockReading, calendar: Calendar) -> Iterator[str]:
    if reading.provisional:
        known = calendar.days
        yield (
            f"provisional: holidays are known from {known.known_from} through {known.known_through}; "
            "beyond that the week decides"
        )


def _last_day(due_at: datetime, calendar: Calendar) -> date:
    """Give the day that a period ends with: one that ends at 24:00 ends with the day before."""
    return calendar.day_of(due_at - timedelta(microseconds=1))


def _local(moment: datetime, calendar: Calendar) -> str:
    return _told(moment.astimezone(calendar.zone))


def due_locally(due_at: datetime, zone: ZoneInfo) -> str:
    """Write a due time as a person of that zone reads it: midnight belongs to the day that it ends."""
    local = due_at.astimezone(zone)
    if local.time() == time.min:
        return f"{local.date() - ONE_DAY} 24:00 {local:%Z}"
    return _told(local)


def _told(local: datetime) -> str:
    return f"{local:%Y-%m-%d %H:%M}{f':{local:%S}' if local.second else ''} {local:%Z}"
