"""What a consignee wants to be heeded at the door (R111 to R114): how it is declared, kept, learned and broken."""

from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.channels import Segment
from schemas.shipments import LoggedEvent, Moment
from schemas.tracking import Reason

Item = TypeVar("Item")
PhoneText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=40)]
PlaceText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class PreferenceKind(StrEnum):
    """What a consignee can ask for; of each kind one is in force at a time."""

    PLACE = "PLACE"
    TIME_WINDOW = "TIME_WINDOW"
    CALL_FIRST = "CALL_FIRST"
    NEVER_LOCKER = "NEVER_LOCKER"
    INSPECT_FACE_TO_FACE = "INSPECT_FACE_TO_FACE"
    CHANNEL_SEGMENT = "CHANNEL_SEGMENT"
    LANGUAGE = "LANGUAGE"


class Declarer(StrEnum):
    """Who said so."""

    CONSIGNEE = "consignee"
    SENDER = "sender"
    COURIER = "courier"
    AGENT = "agent"


class Door(StrEnum):
    """Through which door something was said."""

    GATEWAY = "gateway"
    COMMAND = "command"


class Weekday(StrEnum):
    """A day of the week, in its order."""

    MON = "mon"
    TUE = "tue"
    WED = "wed"
    THU = "thu"
    FRI = "fri"
    SAT = "sat"
    SUN = "sun"


SOME: dict[str, Any] = {"minItems": 1}


def _some(items: tuple[Item, ...]) -> tuple[Item, ...]:
    """Ask for at least one; pydantic's own `min_length` also complains of those whose items are wrong."""
    if not items:
        raise ValueError("at least one should be named")
    return items


class TimeWindow(BaseModel):
    """Local times between which a parcel may come, on some days of the week; `until` is exclusive."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Annotated[tuple[Weekday, ...], Field(max_length=7, json_schema_extra=SOME), AfterValidator(_some)]
    start: time
    until: time

    @model_validator(mode="after")
    def _is_a_window(self) -> "TimeWindow":
        if len(set(self.days)) < len(self.days):
            raise ValueError("a day should be named once")
        if self.start.tzinfo or self.until.tzinfo:
            raise ValueError("times should be local, without a zone")
        if self.start >= self.until:
            raise ValueError("start should be before until, on one day")
        return self


class _Wish(BaseModel):
    """One preference with the time in which it holds; without `valid_from` it holds from when it is taken down."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    valid_from: Moment | None = None
    valid_to: Moment | None = None  # exclusive

    @model_validator(mode="after")
    def _holds_some_time(self) -> "_Wish":
        if self.valid_from is not None and self.valid_to is not None and self.valid_from >= self.valid_to:
            raise ValueError("valid_from should be before valid_to")
        return self


class Place(_Wish):
    """Where to leave the parcel: 放一楼保安室."""

    kind: Literal[PreferenceKind.PLACE] = PreferenceKind.PLACE
    place: PlaceText


class TimeWindows(_Wish):
    """When the parcel may come: 必须上午10点前送到."""

    kind: Literal[PreferenceKind.TIME_WINDOW] = PreferenceKind.TIME_WINDOW
    windows: Annotated[tuple[TimeWindow, ...], Field(max_length=7, json_schema_extra=SOME), AfterValidator(_some)]


class CallFirst(_Wish):
    """Call before you come: 要打电话确认在家."""

    kind: Literal[PreferenceKind.CALL_FIRST] = PreferenceKind.CALL_FIRST


class NeverLocker(_Wish):
    """Never into a locker: 别放快递柜."""

    kind: Literal[PreferenceKind.NEVER_LOCKER] = PreferenceKind.NEVER_LOCKER


class InspectFaceToFace(_Wish):
    """Opened and looked at while the courier waits: 当面验收."""

    kind: Literal[PreferenceKind.INSPECT_FACE_TO_FACE] = PreferenceKind.INSPECT_FACE_TO_FACE


class ChannelSegment(_Wish):
    """To which segment the consignee belongs."""

    kind: Literal[PreferenceKind.CHANNEL_SEGMENT] = PreferenceKind.CHANNEL_SEGMENT
    segment: Segment


class PreferredLanguage(_Wish):
    """In which language the consignee reads."""

    kind: Literal[PreferenceKind.LANGUAGE] = PreferenceKind.LANGUAGE
    language: Literal["zh", "en"]


Preference = Annotated[
    Place | TimeWindows | CallFirst | NeverLocker | InspectFaceToFace | ChannelSegment | PreferredLanguage,
    Field(discriminator="kind"),
]


class Declaration(BaseModel):
    """What is said of one consignee at once: kinds that are set or withdrawn; the others stay."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phone: PhoneText
    declared_by: Declarer
    preferences: Annotated[tuple[Preference, ...], Field(max_length=len(PreferenceKind))] = ()
    withdrawn: Annotated[tuple[PreferenceKind, ...], Field(max_length=len(PreferenceKind))] = ()

    @model_validator(mode="after")
    def _says_one_thing_of_each_kind(self) -> "Declaration":
        kinds = [preference.kind for preference in self.preferences] + list(self.withdrawn)
        if not kinds:
            raise ValueError("it should set or withdraw something")
        if len(set(kinds)) < len(kinds):
            raise ValueError("a kind should be named once")
        return self


class Source(BaseModel):
    """Where a declaration came from: whose word it is, through which door, and who took it down."""

    model_config = ConfigDict(frozen=True)

    declared_by: Declarer
    door: Door
    taken_by: str  # the name of the API key, or a staff id


class DeclaredPreference(BaseModel):
    """One entry of a consignee's preferences. An entry is never edited: the next one of its kind takes its place."""

    model_config = ConfigDict(frozen=True)

    kind: PreferenceKind
    version: int  # counted for each consignee; what is said at once shares one
    preference: Preference | None  # None withdraws the kind
    source: Source
    recorded_at: datetime


class Goods(BaseModel):
    """What the rules about fresh and valuable goods ask of a parcel (R114)."""

    model_config = ConfigDict(frozen=True)

    perishable: bool = False
    declared_value: Decimal | None = None
    insured_amount: Decimal | None = None
    currency: str = "CNY"


class ToldEvent(LoggedEvent):
    """An event with the words it was told in, which say what the vocabulary does not: that a point is a locker."""

    namespace: str = ""
    raw_code: str = ""
    raw_text: str = ""


class Breach(BaseModel):
    """One thing that was asked for, or that the law asks for, and was not kept; with its evidence."""

    model_config = ConfigDict(frozen=True)

    kind: PreferenceKind
    event_ids: tuple[str, ...]  # the events that show it
    trigger: str  # the one that broke it last
    since: datetime
    latest: datetime
    reason: Reason
    asked: str  # what was to be kept
    basis: str  # the preference's kind and version, or the rule about the goods
    version: int = 0  # of the preferences in force at that time; 0 where the goods alone ask for it
    source: Source | None = None
    recorded_at: datetime | None = None  # when that version was taken down


class LearnedTimes(BaseModel):
    """When a consignee usually takes parcels himself, learned from those he took; never a promise (R112)."""

    model_config = ConfigDict(frozen=True)

    days: tuple[Weekday, ...]
    start: time
    until: time
    deliveries: int  # on these days
    share: Decimal  # of them between the two times
    confidence: Decimal  # what that share is at least, at 95 %


class ContactProfile(BaseModel):
    """How a consignee wants to be written to, as far as he said so (R113)."""

    model_config = ConfigDict(frozen=True)

    segment: Segment | None = None
    language: Literal["zh", "en"] | None = None
