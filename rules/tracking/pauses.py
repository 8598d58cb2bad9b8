"""How long a feed may say nothing before somebody should look: learned from its own pauses. Pure, and no clock.

A pause belongs to the hour in which it began: the last payload before a quiet night comes late in the evening, and it
is the evening that says how long the quiet may last.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

from schemas.feed_health import Pause

HOURS_MIN = 10
DAYS_MIN = 7
"""Hours in which a pause began, and days that they span, that a feed must have before it can be missed."""
BAND_HOURS = 1
"""Pauses that began up to so many hours earlier or later in the day count as well."""
BAND_MIN = 5
"""With fewer pauses at this time of day the whole day's are asked."""
WEEKDAYS_MIN = 3
"""A weekday counts by itself once so many of it are known: one outage must not become usual."""
QUANTILE = 0.95
FACTOR = 1.5
PAUSE_SECONDS_MIN = 300.0
"""An alarm comes at half again the pause that 95 of 100 do not exceed, and never before five minutes."""


def pause_seconds_max(pauses: Sequence[Pause], *, since: datetime, zone: ZoneInfo) -> float | None:
    """Give how long a feed that was last heard at `since` may be silent; None while it is being learned.

    The same weekday counts by itself, because a feed that rests on Sundays pauses long on every Saturday evening.
    """
    if not _known_well_enough(pauses):
        return None
    local = since.astimezone(zone)
    band = [(pause.hour.astimezone(zone), pause.seconds) for pause in pauses if _in_band(pause, local, zone)]
    if len(band) < BAND_MIN:
        return _allowed(_quantile([pause.seconds for pause in pauses]))
    same_weekday = _longest_by_day((at, seconds) for at, seconds in band if at.weekday() == local.weekday())
    usual = [
        _quantile([seconds for _, seconds in band]),
        *([median(same_weekday)] if len(same_weekday) >= WEEKDAYS_MIN else []),
    ]
    return _allowed(max(usual))


def is_silent(*, last_heard_at: datetime, now: datetime, pause_max: float | None) -> bool:
    """Say whether a feed has been silent for longer than it ever is; never while it is being learned."""
    return pause_max is not None and now - last_heard_at > timedelta(seconds=pause_max)


def _known_well_enough(pauses: Sequence[Pause]) -> bool:
    if len(pauses) < HOURS_MIN:
        return False
    hours = [pause.hour for pause in pauses]
    return max(hours) - min(hours) >= timedelta(days=DAYS_MIN - 1)


def _in_band(pause: Pause, local: datetime, zone: ZoneInfo) -> bool:
    apart = abs(pause.hour.astimezone(zone).hour - local.hour)
    return min(apart, 24 - apart) <= BAND_HOURS


def _longest_by_day(band: Iterable[tuple[datetime, float]]) -> list[float]:
    longest: dict[object, float] = {}
    for at, seconds in band:
        longest[at.date()] = max(seconds, longest.get(at.date(), 0.0))
    return list(longest.values())


def _quantile(values: Sequence[float]) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(QUANTILE * len(ordered)))]


def _allowed(usual: float) -> float:
    return max(PAUSE_SECONDS_MIN, FACTOR * usual)
