"""Trouble that no event reports: a promise that passed, a parcel that nobody scans (R1b, R3)."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict

from rules.exceptions.pack import EXCEPTION_PACK
from rules.tracking.promises import grace, product_promise
from schemas.exceptions import ExceptionType, Origin, Trouble
from schemas.promises import LaneClass, PromiseSource
from schemas.shipments import FINAL_PHASES, Phase

FIRST_RULES = date(2012, 5, 1)


class WatchedShipment(BaseModel):
    """What the watch for silence needs to know of a shipment."""

    model_config = ConfigDict(frozen=True)

    phase: Phase = Phase.UNKNOWN
    product: str = "standard"
    lane: LaneClass = LaneClass.UNKNOWN
    known_since: datetime | None = None  # when its waybill was first heard of
    registered_at: datetime | None = None
    first_scan_at: datetime | None = None
    picked_up_at: datetime | None = None
    promised_at: datetime | None = None  # the promise in force
    promised_by: PromiseSource = PromiseSource.PICK_UP  # whose it is; says nothing where there is none
    last_event_at: datetime | None = None


class Promised(NamedTuple):
    """The time by which a parcel must arrive, who promised it, and the rules that a product's promise rests on."""

    at: datetime
    by: PromiseSource
    rules: str = ""


def promise_for(shipment: WatchedShipment) -> Promised | None:
    """Give the promise in force: what somebody promised, else what the product's table says of what is known now.

    The table counts from the pick-up; until that is known from the first scan, the registration, or whatever was heard
    first. None for a waybill of which nothing is known at all.
    """
    if shipment.promised_at is not None and shipment.promised_by is not PromiseSource.PRODUCT:
        return Promised(shipment.promised_at, shipment.promised_by)
    start = shipment.picked_up_at or shipment.first_scan_at or shipment.registered_at or shipment.known_since
    if start is None:
        return None
    promised_at, rules = product_promise(product=shipment.product, lane=shipment.lane, start=start)
    return Promised(promised_at, PromiseSource.PRODUCT, rules)


def silences(shipment: WatchedShipment, *, now: datetime) -> tuple[Trouble, ...]:
    """List what silence has come to mean by `now`."""
    return tuple(trouble for due, trouble in _expectations(shipment) if due <= now)


def next_watch_at(shipment: WatchedShipment, *, after: datetime | None = None) -> datetime | None:
    """Give the next time at which silence will mean something, later than `after`; None when the watch has ended."""
    dues = [due for due, _ in _expectations(shipment) if after is None or due > after]
    return min(dues, default=None)


def _period(rule: str, shipment: WatchedShipment, start: datetime) -> timedelta:
    return EXCEPTION_PACK.pick(rule, scope=shipment.product, on=_day(start)).hours


def _day(moment: datetime) -> date:
    """Give the day whose rule counts; the first rules serve for what is told of the years before them too."""
    return max(moment.date(), FIRST_RULES)


def _expectations(shipment: WatchedShipment) -> list[tuple[datetime, Trouble]]:
    """Pair each thing that should happen with the trouble it is when it does not."""
    if shipment.phase in FINAL_PHASES:
        return []
    expected = []
    promised = shipment.promised_at
    if promised is not None and shipment.phase not in {Phase.RETURNING, Phase.AT_PICKUP_POINT}:
        counted_from = f"promise:{shipment.promised_by}"
        expected.append((promised + grace(promised), _trouble(ExceptionType.DELAYED, promised, counted_from)))
    if shipment.last_event_at is not None:
        if shipment.phase is not Phase.AT_PICKUP_POINT:  # there it waits for the consignee
            due = shipment.last_event_at + _period("no_scan", shipment, shipment.last_event_at)
            expected.append((due, _trouble(ExceptionType.NO_SCAN, shipment.last_event_at, "scan")))
    elif shipment.registered_at is not None:
        start = shipment.picked_up_at or shipment.registered_at
        due = start + _period("no_trace", shipment, start)
        expected.append((due, _trouble(ExceptionType.NO_SCAN, start, "trace")))
    return expected


def _trouble(type_: ExceptionType, since: datetime, counted_from: str) -> Trouble:
    return Trouble(
        type=type_, since=since, latest=since, trigger=f"{counted_from}@{since.isoformat()}", origin=Origin.SILENCE
    )
