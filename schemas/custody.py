"""Who had a parcel when, as far as its log tells (保管链), and who answers for it until shown otherwise."""

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict

from schemas.shipments import LoggedEvent
from schemas.tracking import Event


class Sentence(BaseModel):
    """One thing said in both languages."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str


class CustodyEvent(LoggedEvent):
    """One event of the log with what tells the stations apart: the carrier, and the words it came with."""

    carrier: str = ""
    text: str = ""


class HolderKind(StrEnum):
    """In whose hands a parcel is. Nobody says who drives between two stations, so the way is no holder."""

    STATION = "station"
    COURIER = "courier"
    PICKUP_POINT = "pickup_point"
    CUSTOMS = "customs"
    PARTNER = "partner"
    CONSIGNEE = "consignee"
    SENDER = "sender"


class Holding(BaseModel):
    """The time that one holder had the parcel. A receipt or a sending that nobody scanned is None."""

    model_config = ConfigDict(frozen=True)

    kind: HolderKind
    place: str = ""  # the station as the carrier names it, of a courier his outlet; empty when no scan says
    carrier: str = ""
    named: bool = False  # the place is a station, and not only a city or nothing
    partner: bool = False  # since the parcel was handed to another carrier
    first_at: datetime  # the first scan that shows the holder with the parcel
    last_at: datetime
    received_at: datetime | None = None
    sent_at: datetime | None = None
    sent_to: str = ""  # where the sending scan says that it goes
    event_ids: tuple[str, ...]


class Leg(BaseModel):
    """One handover from a holder to the next."""

    model_config = ConfigDict(frozen=True)

    origin: str
    destination: str
    sent_at: datetime | None
    received_at: datetime | None


class GapKind(StrEnum):
    """What is missing in a chain of custody, or does not fit."""

    SENT_NOT_RECEIVED = "sent_not_received"
    RECEIVED_NOT_SENT = "received_not_sent"
    OUT_NOT_SIGNED = "out_not_signed"
    SIGNED_WITHOUT_OUT = "signed_without_out"
    RECEIVED_TWICE = "received_twice"
    MOVED_AFTER_SIGNED = "moved_after_signed"
    LONG_DWELL = "long_dwell"


class Gap(BaseModel):
    """One thing that is missing or does not fit. An open one has no end: nothing shows where the parcel is."""

    model_config = ConfigDict(frozen=True)

    kind: GapKind
    place: str
    other_place: str = ""
    since: datetime
    until: datetime | None = None
    event_ids: tuple[str, ...]
    rule: str = ""  # of the period that was exceeded, where one was
    sentence: Sentence

    @property
    def is_open(self) -> bool:
        """True while no later scan shows the parcel again."""
        return self.until is None


class Report(BaseModel):
    """A trouble that a scan reported, with the holder at that time."""

    model_config = ConfigDict(frozen=True)

    event_id: str
    event: Event
    reason: str
    at: datetime
    place: str
    holding: int  # the position of the holder in the chain


class Custody(BaseModel):
    """The chain of custody of one parcel at one moment."""

    model_config = ConfigDict(frozen=True)

    as_of: datetime
    holdings: tuple[Holding, ...] = ()
    legs: tuple[Leg, ...] = ()
    gaps: tuple[Gap, ...] = ()
    reports: tuple[Report, ...] = ()
    contradictions: tuple[Gap, ...] = ()  # those gaps that cannot be true beside each other
    limits: tuple[Sentence, ...] = ()  # what this log cannot tell

    @property
    def last_proven(self) -> Holding | None:
        """The last holder whom a scan shows with the parcel; who sent it on keeps it until a receipt is shown."""
        return self.holdings[-1] if self.holdings else None

    @property
    def open_gap(self) -> Gap | None:
        """The gap in which the parcel is now, if it is in one. A long stay alone is none: the place is known."""
        return next((gap for gap in self.gaps if gap.is_open and gap.kind is not GapKind.LONG_DWELL), None)


class ResponsibleParty(StrEnum):
    """Who may answer for what happened (R40)."""

    CARRIER = "carrier"
    PARTNER = "partner"
    SENDER = "sender"
    CONSIGNEE = "consignee"
    CUSTOMS = "customs"
    EXTERNAL = "external"
    UNKNOWN = "unknown"


class Confidence(StrEnum):
    """How much speaks for a presumption."""

    STRONG = "strong"
    MODERATE = "moderate"
    WEAK = "weak"
    NONE = "none"


class Ground(BaseModel):
    """One reason of a presumption: what it rests on, and by which rule."""

    model_config = ConfigDict(frozen=True)

    sentence: Sentence
    event_ids: tuple[str, ...]
    rule: str


class Presumption(BaseModel):
    """Who answers for it until shown otherwise. It is never final: a person decides about liability (R40, R85)."""

    model_config = ConfigDict(frozen=True)

    party: ResponsibleParty
    holder: Holding | None = None
    reasons: tuple[Ground, ...]
    confidence: Confidence
    rebutted_by: tuple[Sentence, ...] = ()
    final: Literal[False] = False
