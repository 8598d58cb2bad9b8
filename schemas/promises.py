"""By when a parcel is to arrive: who promised it, on which lane it travels, and how long such parcels take."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class PromiseSource(StrEnum):
    """Who promised, the strongest first: a promise never gives way to one of a weaker source."""

    PICK_UP = "pick_up"  # agreed with the sender when the parcel was accepted (R115)
    CARRIER = "carrier"  # told by the carrier under way; of its tellings the newest counts
    PRODUCT = "product"  # the product's table with the margin of R53, where nobody promised anything


class LaneClass(StrEnum):
    """How far a parcel has to go, as the product's table tells it."""

    SAME_CITY = "same_city"
    SAME_PROVINCE = "same_province"
    INTER_PROVINCE = "inter_province"
    REMOTE = "remote"
    INTERNATIONAL = "international"
    UNKNOWN = "unknown"  # nobody said where from or where to


class Lane(NamedTuple):
    """From which city to which, by their short names (empty where nobody said), and how far that is."""

    origin: str = ""
    destination: str = ""
    kind: LaneClass = LaneClass.UNKNOWN


class Promise(NamedTuple):
    """One telling of a time by which a parcel is to arrive."""

    waybill: str
    promised_at: datetime
    source: PromiseSource
    told_at: datetime
    detail: str = ""  # the namespace that a carrier's promise came by, the rules that a product's rests on


class LaneTime(BaseModel):
    """How long parcels of a lane took to their delivery, counted from a leg; from pick-up where `leg` is empty."""

    model_config = ConfigDict(frozen=True)

    origin: str
    destination: str
    carrier: str  # empty: all carriers together
    product: str
    leg: str  # the event that the time is counted from
    place: str  # where that event was: origin, destination, elsewhere
    parcels: int
    p50: timedelta
    p80: timedelta
    p95: timedelta


class Outlook(StrEnum):
    """How a parcel stands to its promise."""

    ON_TIME = "on_time"
    WILL_BE_LATE = "will_be_late"
    LATE = "late"
    UNKNOWN = "unknown"  # not late yet, and its lane has no history to estimate from


class Estimate(BaseModel):
    """When a parcel under way is expected, by the history of its lane, beside what was promised."""

    model_config = ConfigDict(frozen=True)

    waybill: str
    carrier: str
    outlet: str
    promised_at: datetime
    promised_by: PromiseSource
    expected_at: datetime
    leg: str  # what the estimate is counted from; empty: pick-up
    parcels: int  # how many deliveries it rests on
