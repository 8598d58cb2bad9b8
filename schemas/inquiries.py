"""Inquiries (协查): a question to a place that handled the parcel, its reminders, and what was answered.

Any procedure's case may ask: exceptions, complaints and claims use the same words.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from schemas.evidence import Door, EvidenceKind

INQUIRY_PREFIX = "IQ"
INQUIRY_NO = r"^IQ-[0-9]{8}-[0-9]{6,}$"


class Node(StrEnum):
    """Who is asked, and from whom evidence comes (R22, R39). docs/glossary.md has the Chinese."""

    OUTLET = "outlet"
    ORIGIN_OUTLET = "origin_outlet"
    COURIER = "courier"
    SORTING_CENTRE = "sorting_centre"
    LINE_HAUL = "line_haul"
    SUBCONTRACTOR = "subcontractor"
    AIRLINE = "airline"
    CUSTOMS_BROKER = "customs_broker"
    PICKUP_POINT = "pickup_point"
    CUSTOMER_SERVICE = "customer_service"
    SENDER = "sender"
    CONSIGNEE = "consignee"
    WAREHOUSE = "warehouse"
    OTHER = "other"


class InquiryState(StrEnum):
    """What drives an inquiry."""

    OPEN = "open"
    REMINDED = "reminded"  # past due, and whoever was asked, or a level above him, was told
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class InquiryCommand(StrEnum):
    """What can be asked of an inquiry that was sent."""

    ANSWER = "answer"
    REMIND = "remind"
    WITHDRAW = "withdraw"


class Side(StrEnum):
    """Whose move it is."""

    SYSTEM = "system"
    STAFF = "staff"
    ASKED = "asked"


class AnswerCode(StrEnum):
    """What was answered, as far as a rule can go on from it; the text says the rest."""

    HAVE_IT = "have_it"
    NOT_HERE = "not_here"
    SENT_ON = "sent_on"
    HANDED_OVER = "handed_over"
    DAMAGED_HERE = "damaged_here"
    CAME_DAMAGED = "came_damaged"
    PACKAGING_POOR = "packaging_poor"
    CONTENTS_SHORT = "contents_short"
    CANNOT_SAY = "cannot_say"
    OTHER = "other"


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("should not hold NUL")
    return text


Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000), AfterValidator(_storable)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80), AfterValidator(_storable)]


class Question(BaseModel):
    """An inquiry that somebody wants to make. One is made for each case, place and round."""

    model_config = ConfigDict(frozen=True)

    case_no: str
    waybill: str = ""
    node: Node
    department: Name  # its code or name
    contact: str = ""  # where its notices go; its code or name when empty
    question: Words
    wanted: tuple[EvidenceKind, ...] = ()
    due_at: datetime
    round: int = 1


class Inquiry(BaseModel):
    """One question to one place about one case."""

    model_config = ConfigDict(frozen=True)

    inquiry_no: str
    case_no: str
    waybill: str
    node: Node
    department: str
    contact: str
    question: str
    wanted: tuple[EvidenceKind, ...]
    round: int
    asked_by: str
    asked_at: datetime
    due_at: datetime
    state: InquiryState
    reminders: int = 0  # how many steps of the ladder were taken
    next_reminder_at: datetime | None = None
    answers: int = 0
    answered_at: datetime | None = None  # the first answer
    withdrawn_at: datetime | None = None
    withdrawn_by: str = ""
    withdrawn_because: str = ""


class GivenAnswer(BaseModel):
    """An answer as it comes in; who gave it is his word, the door is what vouches for him."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: AnswerCode
    text: Words = ""
    answered_by: Name
    evidence_ids: tuple[int, ...] = ()  # pieces that were given before


class Answer(BaseModel):
    """An answer on record; none is ever edited."""

    model_config = ConfigDict(frozen=True)

    answer_id: int
    inquiry_no: str
    code: AnswerCode
    text: str
    evidence_ids: tuple[int, ...]
    answered_by: str
    door: Door
    door_shown: str = ""
    answered_at: datetime
    late: bool


class WeighedAnswer(Answer):
    """An answer beside the others to the same question. The first one answers it; the rest are kept and shown."""

    first: bool
    contradicts: bool  # the first one


class Sheet(BaseModel):
    """What a department is shown of an inquiry, and all that it may be shown (R65): nothing of a customer."""

    model_config = ConfigDict(frozen=True)

    inquiry_no: str
    case_no: str
    waybill: str
    department: str
    question: str
    wanted: tuple[EvidenceKind, ...]
    due_at: datetime
    state: InquiryState
    answers: int


class Acknowledged(BaseModel):
    """What somebody is told whose answer is committed."""

    model_config = ConfigDict(frozen=True)

    inquiry_no: str
    case_no: str
    answer_id: int
    evidence_ids: tuple[int, ...]
    first: bool  # False: another answer came before, and both are on record
