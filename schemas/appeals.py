"""Appeals (申诉, R73, R75): what the regulator forwards, where an appeal stands, and what the carrier tells it.

An appeal is a matter of its own beside the complaint that it may follow: its own states, its own clocks, its own file.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.complaints import ComplaintType, Line, Money, Phone, Words

APPEAL_PREFIX = "AP"
APPEAL_NO = r"^AP-[0-9]{8}-[0-9]{6,}$"
JURISDICTION = r"^CN(-[A-Z]{2})?$"

Waybill = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40, pattern=r"^[0-9A-Za-z-]*$")]
Jurisdiction = Annotated[str, StringConstraints(pattern=JURISDICTION)]


class AppealState(StrEnum):
    """Where an appeal stands with the carrier."""

    REGISTERED = "REGISTERED"  # forwarded; nobody looks into it yet
    INVESTIGATING = "INVESTIGATING"
    ANSWERED = "ANSWERED"
    MEDIATING = "MEDIATING"
    OPINION_GIVEN = "OPINION_GIVEN"  # the regulator told its opinion, which both sides respond to
    CLOSED = "CLOSED"


class AppealStage(StrEnum):
    """The stages, for people and reports."""

    REGISTER = "REGISTER"
    INVESTIGATE = "INVESTIGATE"
    ANSWER = "ANSWER"
    MEDIATE = "MEDIATE"
    FILE = "FILE"


class AppealCommand(StrEnum):
    """What can be asked of an appeal."""

    REGISTER = "register"  # opens it; no state precedes it
    TAKE_UP = "take_up"
    LINK = "link"  # to a complaint that was found later
    EXTEND = "extend"  # the regulator prolongs its own time
    REPORT_PROGRESS = "report_progress"
    ANSWER = "answer"
    RETURN_ANSWER = "return_answer"  # the regulator wants it handled and answered again
    MEDIATE = "mediate"
    GIVE_OPINION = "give_opinion"
    RESPOND = "respond"  # the carrier says what it thinks of the opinion
    ACCEPT = "accept"  # the user agrees
    CONCLUDE = "conclude"  # the regulator ends it without the user's agreement
    DISMISS = "dismiss"  # the regulator does not take it on
    WITHDRAW = "withdraw"  # the user takes it back


class AppealEnding(StrEnum):
    """How an appeal ended."""

    ACCEPTED = "accepted"
    CONCLUDED = "concluded"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"


class Standing(StrEnum):
    """Whether a condition is fulfilled, as far as anybody knows."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class PreconditionKind(StrEnum):
    """What the regulator's rules ask of an appeal."""

    COMPLAINED_FIRST = "complained_first"
    UNANSWERED_OR_DISSATISFIED = "unanswered_or_dissatisfied"
    WITHIN_PERIOD = "within_period"
    FACTS_GIVEN = "facts_given"
    DIRECT_STAKE = "direct_stake"
    NOT_BEFORE_COURT = "not_before_court"


class DueKind(StrEnum):
    """What has a time of its own."""

    FORWARD = "forward"
    ANSWER = "answer"
    PROGRESS = "progress"
    DECISION = "decision"
    RESPONSE = "response"
    RETENTION = "retention"


class Owes(StrEnum):
    """Who has to do it."""

    CARRIER = "carrier"
    REGULATOR = "regulator"


class MediationOutcome(StrEnum):
    """What a session came to."""

    AGREED = "agreed"
    ADJOURNED = "adjourned"
    FAILED = "failed"


class Response(StrEnum):
    """What the carrier thinks of the regulator's opinion."""

    AGREES = "agrees"
    DISAGREES = "disagrees"


class Satisfaction(StrEnum):
    """What the user says of how the carrier dealt with it."""

    CONTENT = "content"
    NOT_CONTENT = "not_content"
    NOT_REACHED = "not_reached"


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Appellant(_Told):
    """Who appeals."""

    name: Line = ""
    phone: Phone = ""
    relation: Annotated[str, StringConstraints(pattern=r"^(sender|consignee|other)?$")] = ""


class ForwardedAppeal(_Told):
    """An appeal as the regulator forwards it. What nobody told stays empty, and is unknown."""

    regulator: Annotated[Line, Field(min_length=1, description="Which centre forwards it.")]
    regulator_no: Annotated[Line, Field(min_length=1, description="The number that it has there.")]
    about: ComplaintType
    received_at: AwareDatetime = Field(description="When the carrier got it: its own time begins.")
    appealed_at: AwareDatetime | None = None
    forwarded_at: AwareDatetime | None = None
    answer_by: AwareDatetime | None = Field(default=None, description="The day that the regulator names, if any.")
    jurisdiction: Jurisdiction | None = Field(default=None, description="Whose regulator: CN, CN-ZJ.")
    appellant: Appellant = Appellant()
    waybill: Waybill = ""
    posted_at: AwareDatetime | None = None
    disputed_at: AwareDatetime | None = Field(default=None, description="When the dispute arose.")
    complaint_no: Annotated[str, StringConstraints(pattern=r"^(CP-[0-9]{8}-[0-9]{6,})?$")] = ""
    complained_at: AwareDatetime | None = Field(default=None, description="As the user tells it.")
    complaint_answered_at: AwareDatetime | None = Field(default=None, description="As the user tells it.")
    dissatisfied: bool | None = None
    channel_blocked: bool | None = Field(default=None, description="Nobody took the complaint.")
    before_court: bool | None = Field(default=None, description="A court or an arbitration deals with it.")
    account: Words = ""
    wish: Words = ""

    @model_validator(mode="after")
    def _happened_in_order(self) -> "ForwardedAppeal":
        order = [moment for moment in (self.appealed_at, self.forwarded_at, self.received_at) if moment is not None]
        if order != sorted(order):
            raise ValueError("it should be appealed first, then forwarded, then received")
        if self.complained_at and self.complaint_answered_at and self.complaint_answered_at < self.complained_at:
            raise ValueError("a complaint should be answered after it was made")
        return self


class Precondition(BaseModel):
    """One condition of an appeal: how it stands, the sentence that says why, and which rule asks for it."""

    model_config = ConfigDict(frozen=True)

    kind: PreconditionKind
    standing: Standing
    zh: str
    en: str
    rule: str
    source: str
    verified: str


class AppealAnswer(_Told):
    """What the carrier answers the regulator. What it must hold, `rules.appeals.contents` says."""

    happened: Words = ""
    verification: Words = Field(default="", description="What was looked at, and whom was asked.")
    liability: Words = Field(default="", description="Whether the carrier is liable, and why.")
    basis: Words = Field(default="", description="The rule, the contract or the published promise that it rests on.")
    handling: Words = Field(default="", description="What was and will be done.")
    agreed: bool | None = Field(default=None, description="Whether the user agreed to it.")
    amount: Money | None = Field(default=None, description="What is paid; 0 where nothing is.")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"
    paid_at: AwareDatetime | None = None
    pay_by: AwareDatetime | None = None
    apology: Words = Field(default="", description="How it was explained to the user, and apologised for.")
    contacted_at: AwareDatetime | None = None
    contact: Words = Field(default="", description="How the user was spoken to, and what was said.")
    satisfaction: Satisfaction | None = Field(default=None, description="Whether the user is content, as he says.")
    evidence: tuple[Line, ...] = Field(default=(), max_length=50, description="The list of what is enclosed.")
    desk_phone: Phone = Field(default="", description="The desk's own number; no number of a member of staff.")


class MissingContent(BaseModel):
    """Something that an answer must hold and does not, and which rule asks for it."""

    model_config = ConfigDict(frozen=True)

    at: str
    zh: str
    en: str
    source: str


class ProgressReport(_Told):
    """What the regulator is told of an appeal that is not finished: how far, by what principle, and what was agreed."""

    progress: Annotated[Words, Field(min_length=1)]
    principle: Annotated[Words, Field(min_length=1)]
    negotiation: Annotated[Words, Field(min_length=1)]
    expected_at: AwareDatetime | None = Field(default=None, description="When it will be finished.")


class MediationSession(_Told):
    """One session before the regulator."""

    held_at: AwareDatetime
    mediator: Annotated[Line, Field(min_length=1)]
    attended: Line = Field(default="", description="Who came for the carrier.")
    proposal: Words = ""
    outcome: MediationOutcome


class RegulatorWords(_Told):
    """What the regulator wrote: its opinion, or why an answer is sent back."""

    text: Annotated[Words, Field(min_length=1)]


class AppealDue(BaseModel):
    """One time of an appeal, with its derivation."""

    model_config = ConfigDict(frozen=True)

    kind: DueKind
    owed_by: Owes
    started_at: datetime
    due_at: datetime
    met_at: datetime | None = None
    rule: str
    source: str
    verified: str
    provisional: bool = False  # it rests on days whose holidays nobody has announced yet
    explanation: tuple[str, ...]


class Appeal(BaseModel):
    """One appeal as every rule sees it."""

    model_config = ConfigDict(frozen=True)

    case_no: str
    state: AppealState
    version: int
    regulator: str
    regulator_no: str
    about: ComplaintType
    jurisdiction: str = "CN"
    waybill: str = ""
    appellant_key: str = ""  # who appeals, as a keyed hash of his number
    complaint_no: str = ""
    admission: Standing = Standing.UNKNOWN  # how the worst of its conditions stands
    assessments: int = 0  # how often they were looked at
    handler: str = ""  # whose case it is: a staff id
    received_at: datetime
    appealed_at: datetime | None = None
    forwarded_at: datetime | None = None
    answer_by: datetime | None = None
    extended_at: datetime | None = None
    reports: int = 0
    reported_at: datetime | None = None
    answers: int = 0
    answered_at: datetime | None = None
    returned_at: datetime | None = None
    sessions: int = 0
    opinion_at: datetime | None = None
    response: str = ""
    responded_at: datetime | None = None
    ending: str = ""
    kept_until: datetime | None = None
    opened_at: datetime
    state_since: datetime
    closed_at: datetime | None = None
    next_due_at: datetime | None = None
    due_kind: str = ""
    clock_profile: str = ""
    clock_calendars: str = ""

    @property
    def is_open(self) -> bool:
        """True until it is filed."""
        return self.state is not AppealState.CLOSED


class AppealAvoidance(BaseModel):
    """How many complaints closed in a period were kept from the regulator (R73), as far as is known at `as_of`."""

    model_config = ConfigDict(frozen=True)

    start_at: datetime
    end_at: datetime
    as_of: datetime
    closed: int  # the denominator: complaints closed in the period
    appealed: int  # of them, those that an appeal followed

    @property
    def avoided(self) -> int:
        """Count those that no appeal followed."""
        return self.closed - self.appealed

    @property
    def share(self) -> Decimal | None:
        """Give the share that no appeal followed; none where nothing was closed."""
        return (Decimal(self.avoided) / self.closed).quantize(Decimal("0.0001")) if self.closed else None
