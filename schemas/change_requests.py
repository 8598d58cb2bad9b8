"""Changing who a parcel under way is for (R28, 民法典 829): what can be asked, by whom, and where a request stands."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator

from schemas.preferences import Door, Goods, PhoneText
from schemas.shipments import Phase, Waybill

CHANGE_PREFIX = "CR"
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Address = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=200)]


class Asker(StrEnum):
    """Who asks, as he says; the identity check finds out whether he is."""

    SENDER = "sender"
    CONSIGNEE = "consignee"


class ChangeField(StrEnum):
    """What of a shipment can be changed."""

    CONSIGNEE_NAME = "consignee_name"
    CONSIGNEE_PHONE = "consignee_phone"
    CONSIGNEE_ADDRESS = "consignee_address"


class ChangeState(StrEnum):
    """Where a request stands."""

    REQUESTED = "REQUESTED"
    CODE_SENT = "CODE_SENT"
    VERIFIED = "VERIFIED"
    APPROVED = "APPROVED"
    SENT_TO_CARRIER = "SENT_TO_CARRIER"
    DONE = "DONE"
    REFUSED = "REFUSED"
    EXPIRED = "EXPIRED"


class ChangeStage(StrEnum):
    """The steps of the service desk, for people and reports."""

    ACCEPT = "ACCEPT"
    IDENTIFY = "IDENTIFY"
    DECIDE = "DECIDE"
    CARRY_OUT = "CARRY_OUT"
    FILE = "FILE"


class ChangeCommand(StrEnum):
    """What can be asked of a request."""

    REQUEST = "request"  # opens it; no state precedes it
    SEND_CODE = "send_code"
    NOTE_WRONG_CODE = "note_wrong_code"
    VERIFY = "verify"
    VOUCH = "vouch"
    ADOPT = "adopt"
    APPROVE = "approve"
    SEND = "send"
    CONFIRM = "confirm"
    REPORT_DONE = "report_done"
    REFUSE = "refuse"
    EXPIRE = "expire"


class Route(StrEnum):
    """Whom a change is ordered from."""

    CARRIER = "carrier"  # the desk changes it in the carrier's systems
    OUTLET = "outlet"  # the courier is out: the outlet is asked to reach him, and says whether it did


class WantedChange(BaseModel):
    """The new values; what is left out stays as it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    consignee_name: Name | None = None
    consignee_phone: PhoneText | None = None
    consignee_address: Address | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> "WantedChange":
        if not self.values:
            raise ValueError("it should change something")
        return self

    @property
    def values(self) -> dict[ChangeField, str]:
        """Give what is to be changed."""
        named = {field: getattr(self, field.value) for field in ChangeField}
        return {field: value for field, value in named.items() if value is not None}


class ChangeAsked(BaseModel):
    """A change as a customer asks for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    waybill: Waybill
    asked_by: Asker
    sender_phone_tail: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}$")]
    change: WantedChange


class CodeGiven(BaseModel):
    """The one-time code as the customer types it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]


class ParcelOnFile(BaseModel):
    """What the rules need to know of the parcel that is to be changed."""

    model_config = ConfigDict(frozen=True)

    waybill: str
    carrier: str = ""
    outlet: str = ""
    phase: Phase = Phase.UNKNOWN
    sender_phone: str = ""
    consignee_name: str = ""
    consignee_phone: str = ""
    consignee_address: str = ""
    goods: Goods = Goods()

    @property
    def values(self) -> dict[ChangeField, str]:
        """Give what stands on file now."""
        return {field: getattr(self, field.value) for field in ChangeField}


class ChangeRequest(BaseModel):
    """One request as the rules see it, with the parcel as it is now."""

    model_config = ConfigDict(frozen=True)

    number: str
    state: ChangeState
    version: int
    asked_by: Asker
    door: Door
    taken_by: str  # the name of the API key, or a staff id
    old: dict[ChangeField, str]
    new: dict[ChangeField, str]
    four_eyes: bool
    vouched_by: str = ""  # the member of staff who checked papers
    route: str = ""
    reason: str = ""
    requested_at: datetime
    state_since: datetime
    code_until: datetime | None = None
    tries: int = 0
    parcel: ParcelOnFile

    @property
    def is_open(self) -> bool:
        """True until it is done, refused or expired."""
        return self.state not in ENDED


ENDED = frozenset({ChangeState.DONE, ChangeState.REFUSED, ChangeState.EXPIRED})


class ChangeAnswer(BaseModel):
    """What whoever asked gets to read; nothing in it that he did not know."""

    model_config = ConfigDict(frozen=True)

    number: str
    state: ChangeState
    sentence: str
    code_sent_to: str = ""  # masked
    code_until: datetime | None = None
