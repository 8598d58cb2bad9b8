"""Trouble that no event reports: a promise that passed, a parcel that nobody scans (R1b, R3)."""

from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict

from rules.exceptions.pack import EXCEPTION_PACK
from schemas.exceptions import ExceptionType, Origin, Trouble
from schemas.shipments import FINAL_PHASES, Phase


class WatchedShipment(BaseModel):
    """What the watch for silence needs to know of a shipment."""

    model_config = ConfigDict(frozen=True)

    phase: Phase = Phase.UNKNOWN
    product: str = "standard"
    registered_at: datetime | None = None
    picked_up_at: datetime | None = None
    promised_at: datetime | None = None
    last_event_at: datetime | None = None


def promise_for(shipment: WatchedShipment) -> tuple[datetime, str] | None:
    """Give the time by which the parcel must arrive, and where that comes from; None before anything is known."""
    if shipment.promised_at is not None:
        return shipment.promised_at, "booking"
    if shipment.picked_up_at is not None:
        return shipment.picked_up_at + _period("transit", shipment, shipment.picked_up_at), "product"
    return None


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
    return moment.date()


def _expectations(shipment: WatchedShipment) -> list[tuple[datetime, Trouble]]:
    """Pair each thing that should happen with the trouble it is when it does not."""
    if shipment.phase in FINAL_PHASES:
        return []
    expected = []
    promise = promise_for(shipment)
    if promise is not None and shipment.phase not in {Phase.RETURNING, Phase.AT_PICKUP_POINT}:
        margin = _period("promise_margin", shipment, promise[0])
        expected.append((promise[0] + margin, _trouble(ExceptionType.DELAYED, promise[0], f"promise:{promise[1]}")))
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
