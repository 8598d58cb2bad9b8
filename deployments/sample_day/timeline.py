"""When a story's scans happened, counted back from the end of the sample day, so that promises have really passed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from random import Random

from deployments.sample_day.plots import Promise, Step, Story
from deployments.sample_day.scans import SCANS, SKIPPED_WITHIN_ONE_CITY, Scan
from deployments.sample_day.world import Parcel

LEG_JITTER = (0.88, 1.12)  # small enough that a story's pace keeps its promise, or breaks it
LATE_SHARE = 0.6  # of the quiet time, at its end
LATE_AT_MOST = timedelta(hours=6)
NOT_YET_REPORTED = timedelta(minutes=2)
COUNTER_SHARE = 0.4  # handed in at a counter, where the booking states the time; else the first scan does
TRACE_DUE = timedelta(hours=20)  # an older parcel's booking would look as if its scans were missing

_STANDARD_JOURNEY = (
    Scan.LEFT_ORIGIN_OUTLET,
    Scan.AT_ORIGIN_HUB,
    Scan.LEFT_ORIGIN_HUB,
    Scan.AT_DESTINATION_HUB,
    Scan.LEFT_DESTINATION_HUB,
    Scan.AT_DESTINATION_OUTLET,
    Scan.OUT_FOR_DELIVERY,
    Scan.DELIVERED,
)


@dataclass(frozen=True)
class Moment:
    """One scan at its time."""

    scan: Scan
    at: datetime
    late: bool


@dataclass(frozen=True)
class Timeline:
    """What happened to one parcel and when, and what had been promised."""

    moments: tuple[Moment, ...]
    booked_pickup_at: datetime | None  # as the booking states it
    promised_at: datetime | None


def lay_out(*, story: Story, parcel: Parcel, now: datetime, rng: Random) -> Timeline:
    """Give every scan of the story its time, the last timely one the story's quiet hours before `now`."""
    route = tuple(step for step in story.steps if _is_passed(step, parcel))
    if not route:
        return _without_trace(story=story, parcel=parcel, now=now, rng=rng)
    timely = [step for step in route if not step.late]
    gaps = _gaps(timely, story=story, parcel=parcel, rng=rng)
    quiet = _hours(rng, story.quiet_hours)
    if story.promise is Promise.KEPT:
        quiet = min(quiet, _spare_time(parcel, sum(gaps, timedelta())))
    times = _count_back(gaps, now - quiet)
    times += _late_times(len(route) - len(timely), quiet=quiet, now=now, rng=rng)
    moments = tuple(
        Moment(step.scan, at.replace(microsecond=0), step.late) for step, at in zip(route, times, strict=True)
    )
    if story.promise is Promise.NONE:
        return Timeline(moments, booked_pickup_at=None, promised_at=None)
    accepted_at = moments[0].at
    at_counter = rng.random() < COUNTER_SHARE and now - accepted_at < TRACE_DUE
    return Timeline(moments, accepted_at if at_counter else None, _promise(accepted_at, parcel))


def _is_passed(step: Step, parcel: Parcel) -> bool:
    return not (parcel.within_one_city and step.scan in SKIPPED_WITHIN_ONE_CITY)


def _without_trace(*, story: Story, parcel: Parcel, now: datetime, rng: Random) -> Timeline:
    since = timedelta(hours=parcel.promised_hours * rng.uniform(*story.pace)) + _hours(rng, story.quiet_hours)
    handed_in = (now - since).replace(microsecond=0)
    at_counter = rng.random() < COUNTER_SHARE
    return Timeline((), handed_in if at_counter else None, _promise(handed_in, parcel))


def _gaps(steps: Sequence[Step], *, story: Story, parcel: Parcel, rng: Random) -> list[timedelta]:
    """Find the time before each scan; the first one's is nothing."""
    journey_hours = parcel.promised_hours * rng.uniform(*story.pace) / _travelled_share(parcel)
    gaps = []
    for step in steps:
        share = SCANS[step.scan].share
        hours = rng.uniform(*step.after_hours) if step.after_hours else journey_hours * share * rng.uniform(*LEG_JITTER)
        gaps.append(timedelta(hours=hours, seconds=rng.randint(61, 119)))
    return [timedelta(0), *gaps[1:]]


def _travelled_share(parcel: Parcel) -> float:
    """Find how much of a standard journey the parcel makes: one within a city skips the long haul."""
    return sum(SCANS[scan].share for scan in _STANDARD_JOURNEY if _is_passed(Step(scan), parcel))


def _count_back(gaps: list[timedelta], end: datetime) -> list[datetime]:
    start = end - sum(gaps, timedelta())
    return [start + sum(gaps[: place + 1], timedelta()) for place in range(len(gaps))]


def _late_times(count: int, *, quiet: timedelta, now: datetime, rng: Random) -> list[datetime]:
    """Spread the late scans over the end of the quiet time, each after the one before."""
    window = min(quiet * LATE_SHARE, LATE_AT_MOST) - NOT_YET_REPORTED
    start = now - NOT_YET_REPORTED - window
    return [start + window * ((place + rng.uniform(0.3, 0.9)) / count) for place in range(count)]


def _spare_time(parcel: Parcel, travelled: timedelta) -> timedelta:
    """Find how long ago a parcel may have arrived whose promised time is still to come.

    Until a parcel's scans are read, its booking is all that is known: it must not look late for those seconds.
    """
    return (timedelta(hours=parcel.promised_hours) - travelled) * 0.95


def _promise(accepted_at: datetime, parcel: Parcel) -> datetime:
    """Promise a full hour, as a counter does."""
    hours = ceil((accepted_at + timedelta(hours=parcel.promised_hours)).timestamp() / 3600)
    return datetime.fromtimestamp(hours * 3600, tz=accepted_at.tzinfo)


def _hours(rng: Random, span: tuple[float, float]) -> timedelta:
    return timedelta(hours=rng.uniform(*span))
