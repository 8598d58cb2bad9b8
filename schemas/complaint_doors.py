"""What the doors of complaints answer: how one stands, who calls, and what became of each mail (R31, R63, R65).

What is told of a complaint is in `schemas.complaints`.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from schemas.assessment import ClaimEvent
from schemas.claims import State as ClaimState
from schemas.complaints import ComplaintRecord, ComplaintType, Phone, State
from schemas.evidence import OfferedPiece


class Words(BaseModel):
    """A sentence in Chinese and in English."""

    model_config = ConfigDict(frozen=True)

    zh: str
    en: str


class ToldResult(BaseModel):
    """What came of a complaint, as whoever complained was told it (R44)."""

    model_config = ConfigDict(frozen=True)

    found: Words
    measures: Words
    basis: Words
    amount: Decimal | None = None
    currency: str = ""


class ComplaintStatus(BaseModel):
    """How a complaint stands, as whoever complained may read it (R50, R65)."""

    model_config = ConfigDict(frozen=True)

    complaint_no: str
    received_at: datetime
    status: Words
    first_answer_by: datetime | None = None
    result_by: datetime | None = None
    wanted: Words | None = None  # what is still to be told
    result: ToldResult | None = None


class CallerAsked(BaseModel):
    """Whose call it is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phone: Phone


class OpenComplaint(BaseModel):
    """A complaint of a caller that is not closed."""

    model_config = ConfigDict(frozen=True)

    complaint_no: str
    type: ComplaintType
    state: State
    waybill: str
    opened_at: datetime
    next_due_at: datetime | None


class OpenClaim(BaseModel):
    """A claim of somebody who calls that is not closed."""

    model_config = ConfigDict(frozen=True)

    claim_no: str
    event: ClaimEvent
    state: ClaimState
    waybill: str
    handler: str
    opened_at: datetime
    next_due_at: datetime | None


class CallerProfile(BaseModel):
    """What the desk sees when a call comes in (R63, R66): who it is, masked, and what he complained of and claims."""

    model_config = ConfigDict(frozen=True)

    known: bool
    phone: str  # masked
    name: str = ""  # masked
    language: str = ""
    complaints: int = 0  # of all time
    claims: int = 0  # of all time
    tellings: int = 0  # within the window that counts
    window_from: datetime
    level: int = 0
    tier: int = 1
    open: tuple[OpenComplaint, ...] = ()
    open_claims: tuple[OpenClaim, ...] = ()


class MailKind(StrEnum):
    """What becomes of a mail."""

    FILED = "filed"  # a new complaint, or a draft of one
    JOINED = "joined"  # added to the complaint of the same matter
    SKIPPED = "skipped"  # nobody complains: an automatic answer, a bounce, a newsletter
    FLAGGED = "flagged"  # a person must look at it
    LEFT = "left"  # the next run tries again


class MailedComplaint(BaseModel):
    """A mail as the complaint that it is: what it tells, what came with it, and which complaint it answers."""

    model_config = ConfigDict(frozen=True)

    key: str  # its Message-ID, or the hash of all of it
    record: ComplaintRecord
    pieces: tuple[OfferedPiece, ...] = ()
    left_out: int = 0  # files of kinds that are no evidence; the mail itself holds them
    answers: str = ""  # the number of the complaint that it names


class MailOutcome(BaseModel):
    """What became of one mail; nothing of what it says."""

    model_config = ConfigDict(frozen=True)

    mail: str  # its number in the mailbox, or its file
    kind: MailKind
    complaint_no: str = ""
    state: str = ""
    reason: str = ""
    attachments: int = 0
    left_out: int = 0


class MailReport(BaseModel):
    """One look into the mailbox."""

    model_config = ConfigDict(frozen=True)

    mails: tuple[MailOutcome, ...] = ()
    stopped: str = ""  # why it ended early
