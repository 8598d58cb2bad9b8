"""What carriers report about parcels: the canonical vocabulary and the record that every feed is translated into.

Events and reasons are Redress's own words (docs/glossary.md has the Chinese terms). A reason names the party it lies
with before the dot, because that decides who pays.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from schemas.partners import PartnerClaim, PartnerInsurance


class Event(StrEnum):
    """What happened to a parcel, or what somebody concluded about it."""

    ORDER_CREATED = "ORDER_CREATED"
    AWAITING_PICKUP = "AWAITING_PICKUP"
    PICKUP_FAILED = "PICKUP_FAILED"
    PICKED_UP = "PICKED_UP"
    ARRIVED_HUB = "ARRIVED_HUB"
    DEPARTED_HUB = "DEPARTED_HUB"
    IN_TRANSIT = "IN_TRANSIT"
    ARRIVED_DEST_CITY = "ARRIVED_DEST_CITY"
    ARRIVED_OUTLET = "ARRIVED_OUTLET"
    CUSTOMS_PENDING = "CUSTOMS_PENDING"
    CUSTOMS_HELD = "CUSTOMS_HELD"
    CUSTOMS_RELEASED = "CUSTOMS_RELEASED"
    OUT_FOR_DELIVERY = "OUT_FOR_DELIVERY"
    DELIVERY_FAILED = "DELIVERY_FAILED"
    AT_PICKUP_POINT = "AT_PICKUP_POINT"
    DELIVERED = "DELIVERED"
    DELIVERED_PROXY = "DELIVERED_PROXY"
    DELIVERED_PICKUP_POINT = "DELIVERED_PICKUP_POINT"
    HELD = "HELD"
    EXCEPTION = "EXCEPTION"
    FORWARDED = "FORWARDED"
    TRANSFERRED_CARRIER = "TRANSFERRED_CARRIER"
    RETURNING = "RETURNING"
    RETURNED = "RETURNED"
    CANCELLED_INTERCEPTED = "CANCELLED_INTERCEPTED"
    DISPOSED = "DISPOSED"
    # Signals: conclusions, not scans. They can open a case but never move a shipment's state.
    NO_TRACE = "NO_TRACE"
    STALE = "STALE"
    OVERDUE = "OVERDUE"
    PRESUMED_LOST = "PRESUMED_LOST"
    REPORTED_NOT_RECEIVED = "REPORTED_NOT_RECEIVED"


SIGNALS = frozenset({Event.NO_TRACE, Event.STALE, Event.OVERDUE, Event.PRESUMED_LOST, Event.REPORTED_NOT_RECEIVED})


class Reason(StrEnum):
    """Why it happened, prefixed with the party the cause lies with."""

    CARRIER_DAMAGED = "carrier.damaged"
    CARRIER_LOST = "carrier.lost"
    CARRIER_SHORT = "carrier.short"
    CARRIER_MISSORT = "carrier.missort"
    CARRIER_MISROUTE = "carrier.misroute"
    CARRIER_DELAY_CAPACITY = "carrier.delay_capacity"
    CARRIER_VEHICLE = "carrier.vehicle"
    CARRIER_MECHANICAL = "carrier.mechanical"
    CARRIER_ACCIDENT = "carrier.accident"
    CARRIER_DOCUMENTS = "carrier.documents"
    CARRIER_FALSE_SIGN = "carrier.false_sign"
    CARRIER_UNAUTH_LOCKER = "carrier.unauth_locker"
    CARRIER_AGAINST_WISH = "carrier.against_wish"
    CARRIER_ATTITUDE = "carrier.attitude"
    CARRIER_DWELL = "carrier.dwell"
    CARRIER_OUT_OF_AREA = "carrier.out_of_area"
    CARRIER_LATE_SCAN = "carrier.late_scan"
    CARRIER_UNTRUE_SCAN = "carrier.untrue_scan"
    SENDER_PACKAGING = "sender.packaging"
    SENDER_WRONG_ADDRESS = "sender.wrong_address"
    SENDER_WRONG_PHONE = "sender.wrong_phone"
    SENDER_PROHIBITED = "sender.prohibited"
    SENDER_CANCELLED = "sender.cancelled"
    SENDER_FEE_UNPAID = "sender.fee_unpaid"
    SENDER_NOT_READY = "sender.not_ready"
    SENDER_MISDECLARED = "sender.misdeclared"
    CONSIGNEE_REFUSED = "consignee.refused"
    CONSIGNEE_UNREACHABLE = "consignee.unreachable"
    CONSIGNEE_ABSENT = "consignee.absent"
    CONSIGNEE_CLOSED = "consignee.closed"
    CONSIGNEE_RESCHEDULE = "consignee.reschedule"
    CONSIGNEE_UNCOLLECTED = "consignee.uncollected"
    CONSIGNEE_MOVED = "consignee.moved"
    CONSIGNEE_ID_FAILED = "consignee.id_failed"
    CONSIGNEE_FEE_UNPAID = "consignee.fee_unpaid"
    CUSTOMS_DOCS = "customs.docs"
    CUSTOMS_DUTIES = "customs.duties"
    CUSTOMS_INSPECTION = "customs.inspection"
    CUSTOMS_PROHIBITED = "customs.prohibited"
    CUSTOMS_DELAY = "customs.delay"
    EXTERNAL_WEATHER = "external.weather"
    EXTERNAL_DISASTER = "external.disaster"
    EXTERNAL_TRAFFIC = "external.traffic"
    EXTERNAL_SECURITY = "external.security"
    EXTERNAL_EPIDEMIC = "external.epidemic"
    EXTERNAL_REGULATOR = "external.regulator"
    UNKNOWN = "unknown"


Confidence = Literal["code", "text", "unknown"]

Clock = Literal["told", "declared"]
"""How the zone of a time is known: told in the payload (an offset, a Z, an epoch), or declared for the feed."""


class TrackingRecord(BaseModel):
    """One record of a feed as it was understood, before anybody has judged whether it is usable.

    Nothing is refused here: what could not be read is empty or None and keeps its text, so that the quality checks,
    which are the only judge, can say why. `identity` is what tells two events of one waybill in one second apart
    within a namespace; the same event told by a query and by a push of one provider must have the same identity.
    """

    model_config = ConfigDict(frozen=True)

    where: str  # path of the record in its payload, such as lastResult.data[3]
    namespace: str  # whose codes and numbers these are: kuaidi100, sf
    source: str  # the format's name
    waybill: str = ""
    carrier: str = ""  # the carrier's code as the provider spells it
    occurred_text: str = ""  # the time as it was written
    occurred_at: datetime | None = None  # aware, UTC; None when the text could not be read
    event: Event = Event.EXCEPTION
    reason: Reason | None = None
    confidence: Confidence = "unknown"  # what decided the event: the code, the text, or nothing
    raw_code: str = ""
    raw_text: str = ""
    location: str = ""
    sequence: str = ""  # the provider's own order within one second, where it has one
    identity: str = ""
    clock: Clock = "declared"  # how the zone of occurred_at is known
    voids: str | None = None  # id of the event that this record takes back; the record itself moves nothing then
    mapping_version: str = ""
    unreadable: str = ""  # why the record has no readable structure at all; empty when it has
    raw: Any = None  # the record as it stood in the payload


RECORD_TEXTS = (
    "where", "namespace", "source", "waybill", "carrier", "occurred_text", "event", "reason", "confidence", "raw_code",
    "raw_text", "location", "sequence", "identity", "clock", "voids", "mapping_version", "unreadable",
)  # fmt: skip
"""A record's texts in the order of their columns, where many records are handled as one table; absent is empty."""


class CarrierPromise(BaseModel):
    """By when a carrier says a parcel will be delivered; of a window, its end; of a bare date, the end of that day."""

    model_config = ConfigDict(frozen=True)

    where: str  # path of the promise in its payload
    namespace: str
    waybill: str
    promised_at: datetime  # aware, UTC
    clock: Clock = "declared"


class Translation(BaseModel):
    """What one payload says: its records, what it promises, and the provider's own answer where it reported trouble.

    Of a partner that settles claims of its own, it may also be these, and who insured what.
    """

    model_config = ConfigDict(frozen=True)

    records: tuple[TrackingRecord, ...]
    promises: tuple[CarrierPromise, ...] = ()
    claims: tuple[PartnerClaim, ...] = ()
    insurances: tuple[PartnerInsurance, ...] = ()
    answer: str = "ok"  # "ok", or what the provider said instead of records
