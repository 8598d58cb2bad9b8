"""The state of a shipment as a fold over its events: the same for every order and repetition of them."""

from collections.abc import Iterable
from typing import TypeVar

from rules.exceptions.triggers import ARRIVED, CURED_BY, type_opened_by
from schemas.exceptions import ExceptionType, Trouble
from schemas.shipments import LoggedEvent, Phase, ShipmentState
from schemas.tracking import SIGNALS, Event

E = TypeVar("E", bound=LoggedEvent)

PHASE_AFTER: dict[Event, Phase] = {
    Event.ORDER_CREATED: Phase.ORDERED,
    Event.AWAITING_PICKUP: Phase.ORDERED,
    Event.PICKUP_FAILED: Phase.ORDERED,
    Event.PICKED_UP: Phase.IN_TRANSIT,
    Event.ARRIVED_HUB: Phase.IN_TRANSIT,
    Event.DEPARTED_HUB: Phase.IN_TRANSIT,
    Event.IN_TRANSIT: Phase.IN_TRANSIT,
    Event.ARRIVED_DEST_CITY: Phase.IN_TRANSIT,
    Event.ARRIVED_OUTLET: Phase.IN_TRANSIT,
    Event.CUSTOMS_PENDING: Phase.AT_CUSTOMS,
    Event.CUSTOMS_HELD: Phase.AT_CUSTOMS,
    Event.CUSTOMS_RELEASED: Phase.IN_TRANSIT,
    Event.OUT_FOR_DELIVERY: Phase.OUT_FOR_DELIVERY,
    Event.DELIVERY_FAILED: Phase.IN_TROUBLE,
    Event.AT_PICKUP_POINT: Phase.AT_PICKUP_POINT,
    Event.DELIVERED: Phase.DELIVERED,
    Event.DELIVERED_PROXY: Phase.DELIVERED,
    Event.DELIVERED_PICKUP_POINT: Phase.DELIVERED,
    Event.HELD: Phase.IN_TROUBLE,
    Event.EXCEPTION: Phase.IN_TROUBLE,
    Event.FORWARDED: Phase.IN_TRANSIT,
    Event.TRANSFERRED_CARRIER: Phase.IN_TRANSIT,
    Event.RETURNING: Phase.RETURNING,
    Event.RETURNED: Phase.RETURNED,
    Event.CANCELLED_INTERCEPTED: Phase.CANCELLED,
    Event.DISPOSED: Phase.CANCELLED,
}
if unplaced := set(Event) - SIGNALS - set(PHASE_AFTER):
    raise ValueError(f"no phase is declared after {sorted(unplaced)}")

RANK = {event: rank for rank, event in enumerate(Event)}
"""Breaks ties within one second: the vocabulary is listed in the order of a parcel's life."""


def standing(events: Iterable[E]) -> list[E]:
    """Give each event that was not taken back once, in the order in which they happened."""
    unique = {event.event_id: event for event in events if not event.voided}
    return sorted(unique.values(), key=_order)


def _order(event: LoggedEvent) -> tuple[object, ...]:
    return (event.occurred_at, event.sequence, RANK[event.event], event.event_id)


def shipment_state(events: Iterable[LoggedEvent]) -> ShipmentState:
    """Fold the events of one waybill into its state and the troubles that nothing has cured.

    Retracted events and events nobody understood move nothing; signals open troubles but are no scans.
    """
    ordered = standing(events)
    scans = [event for event in ordered if event.understood and event.event not in SIGNALS]
    last = scans[-1] if scans else None
    picked_up = next((scan for scan in scans if scan.event is Event.PICKED_UP), None)
    arrived = next((scan for scan in scans if scan.event in ARRIVED), None)
    return ShipmentState(
        phase=PHASE_AFTER[last.event] if last else Phase.UNKNOWN,
        last_event=last.event if last else None,
        last_event_at=last.occurred_at if last else None,
        last_location=last.location if last else "",
        first_scan_at=scans[0].occurred_at if scans else None,
        picked_up_at=picked_up.occurred_at if picked_up else None,
        delivered_at=arrived.occurred_at if arrived else None,
        events=len(ordered),
        troubles=_uncured_troubles(ordered),
    )


def _uncured_troubles(ordered: list[LoggedEvent]) -> tuple[Trouble, ...]:
    """Keep each trouble that no later scan cured, from when it began to when it last happened."""
    troubles: dict[ExceptionType, Trouble] = {}
    for event in ordered:
        if not event.understood:
            continue
        if event.event not in SIGNALS:
            for type_ in [type_ for type_ in troubles if event.event in CURED_BY[type_]]:
                del troubles[type_]
        opened = type_opened_by(event.event, event.reason)
        if opened is not None:
            earlier = troubles.get(opened)
            troubles[opened] = Trouble(
                type=opened,
                since=earlier.since if earlier else event.occurred_at,
                latest=event.occurred_at,
                trigger=event.event_id,
                reason=event.reason,
            )
    return tuple(troubles[type_] for type_ in sorted(troubles))
