"""What is normal for a feed, from its own last four weeks: pure figures. What is done about the rest is in the suite.

Medians and MAD (the median distance from the median) are used, and the highest day but one, so that one outage or one
flood among the days does not move what counts as normal. Every bound has a floor: a feed that never had an unknown code
must not be stopped by the first.
"""

from collections.abc import Iterable, Sequence
from statistics import median

from schemas.feed_health import FeedDay
from schemas.quality import BatchBounds

HISTORY_DAYS = 28
"""How far back normal is looked for: four of each weekday."""
DAYS_MIN = 7
"""Days with records that a feed must have before anything is enforced: one of each weekday."""
LEARNING = BatchBounds(unknown_share_max=0.2, quarantine_share_max=0.2)
"""While a feed is learned nothing is stopped; that a fifth of it is of no use is told all the same."""

DEVIATIONS = 6.0
"""How many deviations above the median still count as normal; 1.4826 MAD are one where days differ by chance alone."""
MAD_TO_DEVIATION = 1.4826

VOLUME_FACTOR_MAX = 3.0
VOLUME_FACTOR_MIN = 0.25
"""More than three times the highest day but one is taken for a resent history or a test system; the sales days of
the trade triple a carrier's volume at most. Less than a quarter of the usual is told."""
VOLUME_MAX_FLOOR = 10_000
VOLUME_MIN_FROM = 400
"""Below so many records a day a flood harms nobody, and a lull says nothing."""

SHARE_FLOOR = 0.05
SHARE_STOP_FLOOR = 0.5
SHARE_STOP_FACTOR = 3.0
"""Shares are warned of above the usual, and stop the feed where at least half of it is of no use."""

LATE_MEDIAN_FLOOR_SECONDS = 900.0
LATE_P95_FLOOR_SECONDS = 3_600.0
LATE_FACTOR = 1.5
"""Lateness is warned of above the usual by half again, and from a quarter of an hour on."""


def is_learning(days: Iterable[FeedDay]) -> bool:
    """Say whether the history is too short to enforce anything."""
    return sum(1 for day in days if day.days_ago > 0 and day.read) < DAYS_MIN


def bounds_from(days: Sequence[FeedDay]) -> BatchBounds:
    """Derive a feed's bounds from what it told on each of the days up to now."""
    today = next((day.read for day in days if day.days_ago == 0), 0)
    if is_learning(days):
        return LEARNING.model_copy(update={"rows_before": today})
    past = [day for day in days if day.days_ago > 0]
    unknown = _share_max(day.unknown_share for day in past)
    quarantine = _share_max(day.quarantine_share for day in past)
    return BatchBounds(
        rows_before=today,
        rows_min=_rows_min(past),
        rows_max=_rows_max(past),
        unknown_share_max=unknown,
        unknown_share_stop=_share_stop(unknown),
        quarantine_share_max=quarantine,
        quarantine_share_stop=_share_stop(quarantine),
        late_median_seconds_max=_late_max((day.late_median_seconds for day in past), floor=LATE_MEDIAN_FLOOR_SECONDS),
        late_p95_seconds_max=_late_max((day.late_p95_seconds for day in past), floor=LATE_P95_FLOOR_SECONDS),
    )


def usual_records(days: Iterable[FeedDay]) -> int | None:
    """Give the records that a feed tells within 24 hours up to this time of this weekday; None while it is learned.

    The days before count alike where fewer than three of this weekday are known.
    """
    past = [day for day in days if day.days_ago > 0]
    if is_learning(past):
        return None
    same_weekday = [day.read for day in past if day.days_ago % 7 == 0]
    return round(median(same_weekday if len(same_weekday) >= 3 else [day.read for day in past]))


def _rows_min(past: Sequence[FeedDay]) -> int:
    usual = usual_records(past) or 0
    return int(usual * VOLUME_FACTOR_MIN) if usual >= VOLUME_MIN_FROM else 0


def _rows_max(past: Sequence[FeedDay]) -> int:
    return max(VOLUME_MAX_FLOOR, round(VOLUME_FACTOR_MAX * sorted(day.read for day in past)[-2]))


def _share_max(shares: Iterable[float | None]) -> float:
    return min(1.0, max(SHARE_FLOOR, _normal_max(shares)))


def _share_stop(share_max: float) -> float:
    return min(1.0, max(SHARE_STOP_FLOOR, SHARE_STOP_FACTOR * share_max))


def _late_max(seconds: Iterable[float | None], *, floor: float) -> float:
    return max(floor, LATE_FACTOR * _normal_max(seconds))


def _normal_max(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    if not known:
        return 0.0
    middle = median(known)
    deviation = MAD_TO_DEVIATION * median(abs(value - middle) for value in known)
    return middle + DEVIATIONS * deviation
