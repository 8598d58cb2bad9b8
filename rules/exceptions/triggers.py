"""Which events open an exception, of which type, and which later events cure it (R1 to R6).

Two types are not what a scan says but what is said about scans. A locker without consent (UNAUTHORISED_LOCKER) is told
by whoever found out, the carrier's own check or the consignee: the scan that puts a parcel into a locker says nothing
about consent, so that it alone opens nothing. Tracking that came late or was untrue (TRACKING_UNTRUE) is told by a
check too, and found by comparing the log with itself: rules/exceptions/untrue.py.
"""

from dataclasses import dataclass

from schemas.exceptions import ExceptionType
from schemas.tracking import SIGNALS, Event, Reason

ARRIVED = frozenset({Event.DELIVERED, Event.DELIVERED_PROXY, Event.DELIVERED_PICKUP_POINT})
MOVING = ARRIVED | {
    Event.ARRIVED_HUB, Event.DEPARTED_HUB, Event.IN_TRANSIT, Event.ARRIVED_DEST_CITY, Event.ARRIVED_OUTLET,
    Event.OUT_FOR_DELIVERY, Event.AT_PICKUP_POINT,
}  # fmt: skip
SCANNED = frozenset(Event) - SIGNALS
NEVER: frozenset[Event] = frozenset()


@dataclass(frozen=True, slots=True)
class Trigger:
    """One row: the type that an event with any of these reasons opens. No reason named means any reason."""

    event: Event
    type: ExceptionType
    reasons: frozenset[Reason] = frozenset()


def _trigger(event: Event, type_: ExceptionType, *reasons: Reason) -> Trigger:
    return Trigger(event, type_, frozenset(reasons))


TRIGGERS: tuple[Trigger, ...] = (
    _trigger(Event.EXCEPTION, ExceptionType.DAMAGED, Reason.CARRIER_DAMAGED, Reason.SENDER_PACKAGING),
    _trigger(Event.EXCEPTION, ExceptionType.LOST, Reason.CARRIER_LOST),
    _trigger(Event.EXCEPTION, ExceptionType.SHORT, Reason.CARRIER_SHORT),
    _trigger(Event.EXCEPTION, ExceptionType.MISROUTED, Reason.CARRIER_MISSORT, Reason.CARRIER_MISROUTE),
    _trigger(
        Event.EXCEPTION, ExceptionType.ADDRESS_ERROR,
        Reason.SENDER_WRONG_ADDRESS, Reason.SENDER_WRONG_PHONE, Reason.CONSIGNEE_MOVED,
    ),
    _trigger(Event.EXCEPTION, ExceptionType.OUT_OF_AREA, Reason.CARRIER_OUT_OF_AREA),
    _trigger(Event.EXCEPTION, ExceptionType.REFUSED, Reason.CONSIGNEE_REFUSED),
    _trigger(Event.EXCEPTION, ExceptionType.UNREACHABLE, Reason.CONSIGNEE_UNREACHABLE),
    _trigger(Event.EXCEPTION, ExceptionType.WEATHER_BACKLOG, Reason.EXTERNAL_WEATHER, Reason.EXTERNAL_DISASTER),
    _trigger(Event.EXCEPTION, ExceptionType.FALSE_SIGN, Reason.CARRIER_FALSE_SIGN),
    _trigger(Event.EXCEPTION, ExceptionType.UNAUTHORISED_LOCKER, Reason.CARRIER_UNAUTH_LOCKER),
    _trigger(
        Event.EXCEPTION, ExceptionType.TRACKING_UNTRUE, Reason.CARRIER_LATE_SCAN, Reason.CARRIER_UNTRUE_SCAN,
    ),
    _trigger(Event.DELIVERY_FAILED, ExceptionType.REFUSED, Reason.CONSIGNEE_REFUSED),
    _trigger(
        Event.DELIVERY_FAILED, ExceptionType.ADDRESS_ERROR,
        Reason.SENDER_WRONG_ADDRESS, Reason.SENDER_WRONG_PHONE, Reason.CONSIGNEE_MOVED,
    ),
    _trigger(
        Event.DELIVERY_FAILED, ExceptionType.UNREACHABLE,
        Reason.CONSIGNEE_UNREACHABLE, Reason.CONSIGNEE_ABSENT, Reason.CONSIGNEE_CLOSED,
    ),
    _trigger(Event.DELIVERY_FAILED, ExceptionType.DAMAGED, Reason.CARRIER_DAMAGED),
    _trigger(Event.HELD, ExceptionType.UNCOLLECTED, Reason.CONSIGNEE_UNCOLLECTED),
    _trigger(Event.HELD, ExceptionType.HELD_AT_OUTLET, Reason.CARRIER_DWELL, Reason.CARRIER_DELAY_CAPACITY),
    _trigger(Event.HELD, ExceptionType.WEATHER_BACKLOG, Reason.EXTERNAL_WEATHER, Reason.EXTERNAL_DISASTER),
    _trigger(Event.CUSTOMS_HELD, ExceptionType.CUSTOMS_HELD),
    _trigger(Event.RETURNING, ExceptionType.RETURNED),
    _trigger(Event.RETURNED, ExceptionType.RETURNED),
    _trigger(Event.FORWARDED, ExceptionType.FORWARDED),
    _trigger(Event.OVERDUE, ExceptionType.DELAYED),
    _trigger(Event.STALE, ExceptionType.NO_SCAN),
    _trigger(Event.NO_TRACE, ExceptionType.NO_SCAN),
    _trigger(Event.PRESUMED_LOST, ExceptionType.LOST),
    _trigger(Event.REPORTED_NOT_RECEIVED, ExceptionType.FALSE_SIGN),
    _trigger(Event.REPORTED_NOT_RECEIVED, ExceptionType.UNAUTHORISED_LOCKER, Reason.CARRIER_UNAUTH_LOCKER),
)  # fmt: skip

FALLBACK = {
    Event.EXCEPTION: ExceptionType.DELIVERY_TROUBLE,
    Event.DELIVERY_FAILED: ExceptionType.DELIVERY_TROUBLE,
    Event.HELD: ExceptionType.HELD_AT_OUTLET,
}
"""The type of a reported trouble whose reason no row names: 疑难件, a person looks."""

NO_CASE = frozenset({(Event.DELIVERY_FAILED, Reason.CONSIGNEE_RESCHEDULE)})
"""Failures that are an agreement with the customer, not an exception."""

CURED_BY: dict[ExceptionType, frozenset[Event]] = {
    ExceptionType.DAMAGED: NEVER,  # a broken parcel that arrives is still broken
    ExceptionType.LOST: MOVING,
    ExceptionType.SHORT: NEVER,
    ExceptionType.DELAYED: ARRIVED,
    ExceptionType.NO_SCAN: SCANNED,  # whatever it says; what is wrong by then is another type's trouble
    ExceptionType.MISROUTED: ARRIVED | {Event.ARRIVED_DEST_CITY, Event.ARRIVED_OUTLET, Event.OUT_FOR_DELIVERY},
    ExceptionType.RETURNED: ARRIVED,
    ExceptionType.FORWARDED: MOVING,
    ExceptionType.ADDRESS_ERROR: ARRIVED,
    ExceptionType.UNREACHABLE: ARRIVED,
    ExceptionType.REFUSED: ARRIVED,
    ExceptionType.UNCOLLECTED: ARRIVED,
    ExceptionType.HELD_AT_OUTLET: ARRIVED | {Event.OUT_FOR_DELIVERY, Event.DEPARTED_HUB},
    ExceptionType.OUT_OF_AREA: ARRIVED | {Event.TRANSFERRED_CARRIER},
    ExceptionType.CUSTOMS_HELD: MOVING | {Event.CUSTOMS_RELEASED},
    ExceptionType.WEATHER_BACKLOG: MOVING,
    ExceptionType.FALSE_SIGN: NEVER,  # the scan that is disputed cannot cure the dispute
    # Handed over in person after all. Fetching it from the locker is what the consignee had not agreed to.
    ExceptionType.UNAUTHORISED_LOCKER: frozenset({Event.DELIVERED}),
    ExceptionType.TRACKING_UNTRUE: NEVER,  # a true scan does not make the untrue one true
    ExceptionType.DELIVERY_TROUBLE: ARRIVED,
}

_TYPE_OF: dict[tuple[Event, str], ExceptionType] = {}
for _row in TRIGGERS:
    for _reason in [reason.value for reason in _row.reasons] or ["*"]:
        if (_row.event, _reason) in _TYPE_OF:
            raise ValueError(f"{_row.event} with reason {_reason} would open two types")
        _TYPE_OF[(_row.event, _reason)] = _row.type
if missing := set(ExceptionType) - set(CURED_BY):
    raise ValueError(f"no cure is declared for {sorted(missing)}")

MAY_OPEN = frozenset({row.event for row in TRIGGERS} | set(FALLBACK))
"""Events that open an exception for at least one of their reasons."""


def type_opened_by(event: Event, reason: str) -> ExceptionType | None:
    """Name the exception that this event opens, or None when it is no trouble."""
    if (event, reason) in NO_CASE:
        return None
    return _TYPE_OF.get((event, reason)) or _TYPE_OF.get((event, "*")) or FALLBACK.get(event)
