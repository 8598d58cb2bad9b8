"""When a consignee usually takes parcels, learned from those that were handed over (R112): a hint, never a promise."""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import datetime, time, tzinfo
from decimal import Decimal
from math import sqrt

from schemas.preferences import LearnedTimes, Weekday

DELIVERIES_MIN = 8
"""On days of one kind, below which nothing is learned."""
SHARE_MIN = Decimal("0.7")
WIDTH_HOURS_MAX = 4
"""What is true of nearly the whole day tells a courier nothing."""
LOOK_BACK_DAYS = 365
WORKDAYS = tuple(Weekday)[:5]
WEEKEND = tuple(Weekday)[5:]
_WEEKDAYS = tuple(Weekday)
_Z = 1.96  # of the normal distribution, for 95 %


def learned_times(deliveries: Collection[datetime], *, zone: tzinfo) -> tuple[LearnedTimes, ...]:
    """Find the shortest stretch of hours that holds most deliveries, apart for working days and weekends."""
    found = (_times_on(days, deliveries, zone) for days in (WORKDAYS, WEEKEND))
    return tuple(times for times in found if times is not None)


def _times_on(days: tuple[Weekday, ...], deliveries: Iterable[datetime], zone: tzinfo) -> LearnedTimes | None:
    local = [moment.astimezone(zone) for moment in deliveries]
    hours = Counter(moment.hour for moment in local if _WEEKDAYS[moment.weekday()] in days)
    total = hours.total()
    if total < DELIVERIES_MIN:
        return None
    for width in range(1, WIDTH_HOURS_MAX + 1):
        first = _fullest(hours, width)
        held = _held(hours, first, width)
        if held >= SHARE_MIN * total:
            return LearnedTimes(
                days=days,
                start=time(first),
                until=time(first + width) if first + width < 24 else time(23, 59),
                deliveries=total,
                share=(Decimal(held) / total).quantize(Decimal("0.01")),
                confidence=_at_least(held, total),
            )
    return None


def _fullest(hours: Counter[int], width: int) -> int:
    """Give the first hour of the stretch that holds most, the earliest of several."""
    return max(range(25 - width), key=lambda first: (_held(hours, first, width), -first))


def _held(hours: Counter[int], first: int, width: int) -> int:
    return sum(hours[hour] for hour in range(first, first + width))


def _at_least(held: int, total: int) -> Decimal:
    """Give the lower end of Wilson's interval: few deliveries prove little, however well they agree."""
    share, spread = held / total, _Z * _Z / total
    lower = (share + spread / 2 - _Z * sqrt(share * (1 - share) / total + spread / (4 * total))) / (1 + spread)
    return Decimal(lower).quantize(Decimal("0.01"))
