"""Times as providers write them. A time without a zone is read in its feed's declared zone, and says so.

Decided for the hours that a clock change makes special (docs/decisions/0008): of the two readings of an hour that is
repeated the first is taken, and a time in an hour that is skipped is read as if the clock had not been moved yet.
Both give one moment, the same each time it is read.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from typing import NamedTuple

from schemas.tracking import Clock

_PADDED = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}")
_WRITTEN = re.compile(
    "([0-9]{4})([-/])([0-9]{1,2})\\2([0-9]{1,2})[T ]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?"
    "(?: ?(Z|[+-][0-9]{2}:?[0-9]{2}))?"
)
_DATE = re.compile("([0-9]{4})([-/])([0-9]{1,2})\\2([0-9]{1,2})")
_DIGITS = re.compile("[0-9]{1,16}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Moment(NamedTuple):
    """A point in time (aware, UTC), and how its zone is known."""

    at: datetime
    clock: Clock


def moment(text: str, zone: tzinfo) -> Moment | None:
    """Read a date and a time, with an offset or without; None when it is anything else or no such time exists.

    Date and time are parted by a blank or a T, the date by hyphens or slashes. Months, days and hours may lack their
    leading zero, seconds may be missing or have up to nine decimals, of which six count. An offset is Z, +hh:mm or
    +hhmm; without one the time is the zone's own.
    """
    try:
        if _PADDED.fullmatch(text):
            return Moment(datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC), "declared")
        written = _WRITTEN.fullmatch(text)
        if written is None:
            return None
        year, _, month, day, hour, minute, second, fraction, offset = written.groups()
        microsecond = int((fraction or "")[:6].ljust(6, "0"))
        parts = (int(year), int(month), int(day), int(hour), int(minute), int(second or 0), microsecond)
        local = datetime(*parts, tzinfo=_offset(offset) if offset else zone)
        return Moment(local.astimezone(UTC), "told" if offset else "declared")
    except (ValueError, OverflowError):
        return None


def _offset(written: str) -> tzinfo:
    if written == "Z":
        return UTC
    distance = timedelta(hours=int(written[1:3]), minutes=int(written[-2:]))
    return timezone(-distance if written[0] == "-" else distance)


def epoch_moment(value: object, *, per_second: int) -> Moment | None:
    """Read a count of seconds (1) or milliseconds (1000) since 1970, given as a number or as its digits."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    if isinstance(value, str) and not _DIGITS.fullmatch(value.strip()):
        return None
    try:
        return Moment(_EPOCH + timedelta(microseconds=int(value) * (1_000_000 // per_second)), "told")
    except (ValueError, OverflowError):
        return None


def end_of_promise(text: str, zone: tzinfo) -> Moment | None:
    """Read the moment until which something is promised: a bare date, or one at midnight, means the end of that day."""
    if bare := _DATE.fullmatch(text):
        return _end_of_day(int(bare[1]), int(bare[3]), int(bare[4]), zone)
    written = moment(text, UTC)
    if written is not None and written.clock == "declared" and written.at.time() == time():
        return _end_of_day(written.at.year, written.at.month, written.at.day, zone)
    return moment(text, zone)


def _end_of_day(year: int, month: int, day: int, zone: tzinfo) -> Moment | None:
    try:
        return Moment(datetime.combine(date(year, month, day), time(23, 59, 59), zone).astimezone(UTC), "declared")
    except (ValueError, OverflowError):
        return None


def utc_time(text: str, zone: tzinfo) -> datetime | None:
    """Read a date and a time as `moment` does, where it is known that the provider writes no offset."""
    read = moment(text, zone)
    return read.at if read else None
