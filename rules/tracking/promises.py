"""By when a parcel is to arrive, and what it means to be late (R1b, R53, R115). Every figure says where it comes from.

Which promise is in force is decided by its source, and within a source by the newest telling; the order in which the
tellings came does not matter (docs/decisions/0009).
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from rules.packs import Rule, RulePack
from schemas.promises import LaneClass, Outlook, Promise, PromiseSource
from schemas.tracking import CarrierPromise

OTHER = "*"
"""Stands for every product that has no line of its own."""

_LANES = tuple(LaneClass)
_TRANSIT_HOURS: dict[str, tuple[int, ...]] = {
    # same city, same province, between provinces, remote, international, unknown
    "express": (24, 36, 48, 72, 168, 168),
    OTHER: (24, 48, 72, 120, 240, 240),
    "economy": (48, 72, 120, 168, 360, 360),
}
for _product, _hours in _TRANSIT_HOURS.items():
    if len(_hours) != len(_LANES) or _hours[-1] != max(_hours):
        raise ValueError(f"{_product} needs hours for each class of lane, the widest where the lane is unknown")


def _transit(product: str, lane: LaneClass, hours: int) -> Rule:
    """Make a row of the product's table; each can be ended by valid_to and followed by another like any rule."""
    source = "product table; unknown lane: as the widest" if lane is LaneClass.UNKNOWN else "product table"
    starts_on = "picked_up_at, else the first scan, else the registration"
    return Rule(
        "transit", f"{product}/{lane}", Decimal(hours), "calendar_hours", starts_on, source, "assumption", date.min
    )


PROMISE_PACK = RulePack(
    name="promises",
    version="2026.11",
    rules=(
        *(_transit(product, *row) for product, hours in _TRANSIT_HOURS.items()
          for row in zip(_LANES, hours, strict=True)),
        Rule("margin", OTHER, Decimal(6), "calendar_hours", "end of transit", "R53: leave a margin", "assumption",
             date.min),
        # From the promised time on a scan may still be on its way to us.
        Rule("grace", OTHER, Decimal(2), "calendar_hours", "promised_at", "R1b: scans are told late", "assumption",
             date.min),
        Rule("credible", OTHER, Decimal(366), "calendar_days", "told_at", "a longer transit is unheard of",
             "assumption", date.min),
        # Estimates from the log.
        Rule("lookback", OTHER, Decimal(30), "calendar_days", "delivered_at", "a lane's season", "assumption"),
        Rule("samples_min", OTHER, Decimal(20), "times", "", "a p80 of fewer says little", "assumption"),
        Rule("samples_max", OTHER, Decimal(500), "times", "", "newest deliveries per lane: bounds the work",
             "assumption"),
    ),
)  # fmt: skip
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_WAYBILL = re.compile("[0-9A-Za-z-]{6,32}")
STRENGTH = {source: place for place, source in enumerate(PromiseSource)}


def in_force(promises: Iterable[Promise]) -> Promise | None:
    """Choose the promise that counts: the strongest source's, its newest telling, and of two told at once the earlier.

    None when nobody has promised anything.
    """
    return min(promises, key=_standing, default=None)


def _standing(promise: Promise) -> tuple[object, ...]:
    return STRENGTH[promise.source], EARLIEST - promise.told_at, promise.promised_at, promise.detail


def is_credible(told: CarrierPromise, *, told_at: datetime) -> bool:
    """Say whether the waybill is one and the time not that of a clock that was never set."""
    if not _WAYBILL.fullmatch(told.waybill):
        return False
    return EARLIEST <= told.promised_at <= told_at + PROMISE_PACK.pick("credible", on=told_at.date()).hours


def product_promise(*, product: str, lane: LaneClass, start: datetime) -> tuple[datetime, str]:
    """Give what the product's table promises a parcel that set out at `start`, and the rows that say so."""
    hours, rules = _on_table(product if product in _TRANSIT_HOURS else OTHER, lane, start.date())
    return start + hours, rules


@lru_cache(maxsize=10_000)
def _on_table(product: str, lane: LaneClass, day: date) -> tuple[timedelta, str]:
    """Look the hours and the margin up; thousands of parcels that set out on one day share a few lines of the table."""
    transit = PROMISE_PACK.pick("transit", scope=f"{product}/{lane}", on=day)
    margin = PROMISE_PACK.pick("margin", scope=product, on=day)
    return transit.hours + margin.hours, f"{transit.reference} + {margin.reference}"


def grace(promised_at: datetime) -> timedelta:
    """Give how long after the promised time a parcel does not yet count as late."""
    return PROMISE_PACK.pick("grace", on=promised_at.date()).hours


def outlook(*, promised_at: datetime, arrives_at: datetime | None, arrived: bool, now: datetime) -> Outlook:
    """Say how a parcel stands to its promise, from when it arrived or, under way, from when it is expected."""
    latest = promised_at + grace(promised_at)
    if arrived and arrives_at is not None:
        return Outlook.LATE if arrives_at > latest else Outlook.ON_TIME
    if now >= latest:
        return Outlook.LATE
    if arrives_at is None:
        return Outlook.UNKNOWN
    return Outlook.WILL_BE_LATE if arrives_at > latest else Outlook.ON_TIME
