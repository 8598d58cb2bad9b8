"""The shipment as the carrier booked it, and where it stands according to its events."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from schemas.exceptions import Trouble
from schemas.tracking import Event

Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]
Waybill = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9-]{6,32}$")]
Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2100, 1, 1, tzinfo=UTC))
]  # a clock that was never set, or never stops, is no time that anybody agreed on
Amount = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class CustomerTier(StrEnum):
    """How much service the customer's contract promises."""

    STANDARD = "standard"
    CONTRACT = "contract"
    VIP = "vip"


class Party(BaseModel):
    """A sender or a consignee."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text = ""
    phone: Text = ""
    address: Text = ""


class ShipmentRegistration(BaseModel):
    """What was agreed when the parcel was accepted (R115, R116): the source of the promise and of whom to tell."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    waybill: Waybill
    carrier: Text
    product: Text = "standard"
    sender: Party = Party()
    consignee: Party = Party()
    goods: Text = ""
    weight_kg: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=3)] | None = None
    freight: Amount | None = None
    declared_value: Amount | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"
    insured: bool = False
    insured_amount: Amount | None = None
    perishable: bool = False
    customer_tier: CustomerTier = CustomerTier.STANDARD
    origin_city: Text = ""
    destination_city: Text = ""
    origin_outlet: Text = ""
    destination_outlet: Text = ""
    picked_up_at: Moment | None = None
    promised_at: Moment | None = None
    payment: Text = ""


class Phase(StrEnum):
    """How far a shipment has come. Final phases end the watch for silence."""

    UNKNOWN = "unknown"
    ORDERED = "ordered"
    IN_TRANSIT = "in_transit"
    AT_CUSTOMS = "at_customs"
    OUT_FOR_DELIVERY = "out_for_delivery"
    AT_PICKUP_POINT = "at_pickup_point"
    IN_TROUBLE = "in_trouble"
    DELIVERED = "delivered"
    RETURNING = "returning"
    RETURNED = "returned"
    CANCELLED = "cancelled"


FINAL_PHASES = frozenset({Phase.DELIVERED, Phase.RETURNED, Phase.CANCELLED})


class LoggedEvent(BaseModel):
    """One event of the log, as far as the fold needs it. When it was told is for the watch on untrue tracking alone."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    occurred_at: datetime
    sequence: str = ""
    event: Event
    reason: str = ""
    understood: bool = True  # False when neither code nor text was known: it is kept but moves nothing
    location: str = ""
    voided: bool = False
    source: str = ""  # the format that told it
    received_at: datetime | None = None  # when it was told; None where only what happened matters
    voided_at: datetime | None = None  # when it was taken back


class ShipmentState(BaseModel):
    """Where a shipment stands: the fold of its events, the same for every order in which they arrived."""

    model_config = ConfigDict(frozen=True)

    phase: Phase = Phase.UNKNOWN
    last_event: Event | None = None
    last_event_at: datetime | None = None
    last_location: str = ""
    first_scan_at: datetime | None = None
    picked_up_at: datetime | None = None
    delivered_at: datetime | None = None
    events: int = 0
    troubles: tuple[Trouble, ...] = ()
