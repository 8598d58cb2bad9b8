"""What can be scanned: each scan's meaning, its codes at Kuaidi100 and SF, and its share of a journey's time.

The words that a carrier has for it are in wording.py; which scans follow on each other is in stories.py.
"""

from dataclasses import dataclass
from enum import StrEnum

from schemas.tracking import Event, Reason


class Place(StrEnum):
    """Where a scan is made."""

    ORIGIN_OUTLET = "origin_outlet"
    ORIGIN_HUB = "origin_hub"
    TRANSFER_HUB = "transfer_hub"
    DESTINATION_HUB = "destination_hub"
    DESTINATION_OUTLET = "destination_outlet"
    STRAY_HUB = "stray_hub"


class Scan(StrEnum):
    """What a carrier's staff can report about a parcel."""

    ORDERED = "ordered"
    AWAITING_PICKUP = "awaiting_pickup"
    PICKED_UP = "picked_up"
    LEFT_ORIGIN_OUTLET = "left_origin_outlet"
    AT_ORIGIN_HUB = "at_origin_hub"
    LEFT_ORIGIN_HUB = "left_origin_hub"
    AT_TRANSFER_HUB = "at_transfer_hub"
    LEFT_TRANSFER_HUB = "left_transfer_hub"
    AT_DESTINATION_HUB = "at_destination_hub"
    LEFT_DESTINATION_HUB = "left_destination_hub"
    AT_DESTINATION_OUTLET = "at_destination_outlet"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    DELIVERED_PROXY = "delivered_proxy"
    AT_PICKUP_POINT = "at_pickup_point"
    COLLECTED = "collected"
    DAMAGED_IN_TRANSIT = "damaged_in_transit"
    DAMAGED_AT_DELIVERY = "damaged_at_delivery"
    LOST = "lost"
    SHORT = "short"
    REFUSED = "refused"
    WRONG_ADDRESS = "wrong_address"
    UNREACHABLE = "unreachable"
    DELIVERY_TROUBLE = "delivery_trouble"
    SIGNED_AFTER_ANOMALY = "signed_after_anomaly"
    MISROUTED = "misrouted"
    LEFT_STRAY_HUB = "left_stray_hub"
    OUT_OF_AREA = "out_of_area"
    HELD_AT_OUTLET = "held_at_outlet"
    HELD_BY_WEATHER = "held_by_weather"
    UNCOLLECTED = "uncollected"
    RETURNING = "returning"
    RETURNED = "returned"
    UNKNOWN_CODE = "unknown_code"


@dataclass(frozen=True)
class Meaning:
    """One scan: what it means, its alternative codes, where it is made and its share of the journey's time.

    A scan without SF codes never happens to a parcel that SF carries.
    """

    event: Event
    reason: Reason | None
    kuaidi100_codes: tuple[str, ...]
    sf_codes: tuple[str, ...]
    place: Place
    share: float = 0.0


def _scan(
    event: Event,
    codes: str,
    sf_codes: str,
    place: Place,
    *,
    share: float = 0.0,
    reason: Reason | None = None,
) -> Meaning:
    return Meaning(event, reason, tuple(codes.split()), tuple(sf_codes.split()), place, share)


_HERE, _HUB, _TRANSFER = Place.ORIGIN_OUTLET, Place.ORIGIN_HUB, Place.TRANSFER_HUB
_FAR_HUB, _THERE, _STRAY = Place.DESTINATION_HUB, Place.DESTINATION_OUTLET, Place.STRAY_HUB

SCANS = {
    Scan.ORDERED: _scan(Event.ORDER_CREATED, "101", "", _HERE),
    Scan.AWAITING_PICKUP: _scan(Event.AWAITING_PICKUP, "102", "", _HERE),
    Scan.PICKED_UP: _scan(Event.PICKED_UP, "103 1", "54 50", _HERE),
    Scan.LEFT_ORIGIN_OUTLET: _scan(Event.IN_TRANSIT, "0 1002", "30", _HERE, share=0.08),
    Scan.AT_ORIGIN_HUB: _scan(Event.ARRIVED_HUB, "1002 0", "31", _HUB, share=0.08),
    Scan.LEFT_ORIGIN_HUB: _scan(Event.DEPARTED_HUB, "1002 0", "36 30", _HUB, share=0.10),
    Scan.AT_TRANSFER_HUB: _scan(Event.ARRIVED_HUB, "1002 0", "31", _TRANSFER, share=0.12),
    Scan.LEFT_TRANSFER_HUB: _scan(Event.DEPARTED_HUB, "1002 0", "36 30", _TRANSFER, share=0.06),
    Scan.AT_DESTINATION_HUB: _scan(Event.ARRIVED_DEST_CITY, "1001", "31", _FAR_HUB, share=0.38),
    Scan.LEFT_DESTINATION_HUB: _scan(Event.DEPARTED_HUB, "0 1002", "30", _FAR_HUB, share=0.10),
    Scan.AT_DESTINATION_OUTLET: _scan(Event.ARRIVED_OUTLET, "0", "31", _THERE, share=0.08),
    Scan.OUT_FOR_DELIVERY: _scan(Event.OUT_FOR_DELIVERY, "5", "44 204", _THERE, share=0.08),
    Scan.DELIVERED: _scan(Event.DELIVERED, "301 3", "80", _THERE, share=0.10),
    Scan.DELIVERED_PROXY: _scan(Event.DELIVERED_PROXY, "303", "80", _THERE, share=0.10),
    Scan.AT_PICKUP_POINT: _scan(Event.AT_PICKUP_POINT, "501", "130", _THERE, share=0.06),
    Scan.COLLECTED: _scan(Event.DELIVERED_PICKUP_POINT, "304", "80", _THERE, share=0.04),
    Scan.DAMAGED_IN_TRANSIT: _scan(Event.EXCEPTION, "209", "72", _FAR_HUB, reason=Reason.CARRIER_DAMAGED),
    Scan.DAMAGED_AT_DELIVERY: _scan(Event.EXCEPTION, "209", "70 72", _THERE, reason=Reason.CARRIER_DAMAGED),
    Scan.LOST: _scan(Event.EXCEPTION, "2", "72", _FAR_HUB, reason=Reason.CARRIER_LOST),
    Scan.SHORT: _scan(Event.EXCEPTION, "2", "72", _THERE, reason=Reason.CARRIER_SHORT),
    Scan.REFUSED: _scan(Event.DELIVERY_FAILED, "203", "70 33", _THERE, reason=Reason.CONSIGNEE_REFUSED),
    Scan.WRONG_ADDRESS: _scan(Event.DELIVERY_FAILED, "204", "70 33", _THERE, reason=Reason.SENDER_WRONG_ADDRESS),
    Scan.UNREACHABLE: _scan(Event.DELIVERY_FAILED, "206", "70 33", _THERE, reason=Reason.CONSIGNEE_UNREACHABLE),
    Scan.DELIVERY_TROUBLE: _scan(Event.DELIVERY_FAILED, "204", "70 33", _THERE, reason=Reason.CONSIGNEE_ABSENT),
    Scan.SIGNED_AFTER_ANOMALY: _scan(Event.DELIVERED, "302", "80", _THERE),
    Scan.MISROUTED: _scan(Event.EXCEPTION, "2", "72", _STRAY, reason=Reason.CARRIER_MISROUTE),
    Scan.LEFT_STRAY_HUB: _scan(Event.DEPARTED_HUB, "1002 0", "36 30", _STRAY),
    Scan.OUT_OF_AREA: _scan(Event.EXCEPTION, "207", "72", _THERE, reason=Reason.CARRIER_OUT_OF_AREA),
    Scan.HELD_AT_OUTLET: _scan(Event.HELD, "208", "77", _THERE, reason=Reason.CARRIER_DWELL),
    Scan.HELD_BY_WEATHER: _scan(Event.HELD, "2", "72", _FAR_HUB, reason=Reason.EXTERNAL_WEATHER),
    Scan.UNCOLLECTED: _scan(Event.HELD, "205", "", _THERE, reason=Reason.CONSIGNEE_UNCOLLECTED),
    Scan.RETURNING: _scan(Event.RETURNING, "6", "631", _THERE),
    Scan.RETURNED: _scan(Event.RETURNED, "4", "80", _HERE),
    # Codes that no table has: they must be kept and flagged, never guessed.
    Scan.UNKNOWN_CODE: _scan(Event.EXCEPTION, "1977 2988", "9761 9802", _FAR_HUB, reason=Reason.UNKNOWN),
}

# A parcel that stays in its city passes one hub once.
SKIPPED_WITHIN_ONE_CITY = frozenset(
    {Scan.LEFT_ORIGIN_HUB, Scan.AT_TRANSFER_HUB, Scan.LEFT_TRANSFER_HUB, Scan.AT_DESTINATION_HUB}
)

if set(SCANS) != set(Scan):
    raise AssertionError(f"scans without a meaning: {set(Scan) - set(SCANS)}")
