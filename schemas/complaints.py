"""Complaints (投诉): what is told and must be told, the states of a case, what was found, and the plan (R31 to R77).

A case of a complaint is worked on like one of an exception: the roles, the severities, the clocks, the evidence, the
inquiries and the gates are the same.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)

from schemas.clocks import Anchors
from schemas.evidence import GivenPiece
from schemas.paid import OrderedPayment, paid_in
from schemas.severity import Severity

COMPLAINT_PREFIX = "CP"
COMPLAINT_NO = r"^CP-[0-9]{8}-[0-9]{6,}$"


class Channel(StrEnum):
    """How a complaint reached the carrier (R31, R109). docs/glossary.md has the Chinese terms."""

    HOTLINE = "hotline"
    IVR = "ivr"
    WEBSITE = "website"
    APP = "app"
    EMAIL = "email"
    SMS = "sms"
    WECHAT = "wechat"
    ONLINE_CHAT = "online_chat"
    SOCIAL_MEDIA = "social_media"
    OUTLET = "outlet"  # at the counter of an outlet
    AT_THE_DOOR = "at_the_door"  # told to the courier at the door (上门口述)
    COURIER_NOTE = "courier_note"  # what couriers write down daily
    PLATFORM = "platform"  # the marketplace's or a partner's own desk (R31, R74)
    REGULATOR = "regulator"  # an appeal that is handled as a complaint, too


class ComplaintType(StrEnum):
    """What is complained of (R4), and three that the seeds name beside it (R3, R5)."""

    DELAY = "DELAY"
    LOSS = "LOSS"
    SHORT = "SHORT"
    DAMAGE = "DAMAGE"
    MISDELIVERY = "MISDELIVERY"
    FALSE_SIGN = "FALSE_SIGN"
    ATTITUDE = "ATTITUDE"
    FEE = "FEE"
    OTHER = "OTHER"


class State(StrEnum):
    """What drives a complaint. Reason codes explain and never drive."""

    DRAFT = "DRAFT"  # something that must be told is missing
    RECEIVED = "RECEIVED"  # told in full and acknowledged
    HANDED_OFF = "HANDED_OFF"  # somebody has it
    VERIFYING = "VERIFYING"  # the systems were read and the nodes asked
    VERIFIED = "VERIFIED"  # what was found is proposed
    PLANNED = "PLANNED"
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    APPROVED = "APPROVED"
    ACTING = "ACTING"
    ACTED = "ACTED"
    FED_BACK = "FED_BACK"
    NEEDS_OPERATOR = "NEEDS_OPERATOR"
    CONCLUDED = "CONCLUDED"  # how it ends is settled; the archive is not complete yet
    CLOSED = "CLOSED"


class Stage(StrEnum):
    """The five stages of the closed loop (R49), for people and reports."""

    INTAKE = "INTAKE"
    INVESTIGATE = "INVESTIGATE"
    HANDLE = "HANDLE"
    FEED_BACK = "FEED_BACK"
    ARCHIVE = "ARCHIVE"


class Command(StrEnum):
    """What can be asked of a complaint."""

    RECEIVE = "receive"  # opens a case; no state precedes it
    COMPLETE = "complete"  # what was missing of a draft was told
    ABANDON = "abandon"  # nobody told it
    TELL_AGAIN = "tell_again"  # the same matter, told once more
    CORRECT = "correct"  # put right what was told wrong
    HAND_OFF = "hand_off"
    ASSIGN = "assign"  # another agent of the desk handles it
    TRANSFER = "transfer"  # another department works on it; the desk keeps it (R76)
    CONFIRM_TRANSFER = "confirm_transfer"
    VERIFY = "verify"
    ESTABLISH = "establish"  # propose what was found
    DECIDE_FINDING = "decide_finding"  # a person says what was found
    RESOLVE_AT_ONCE = "resolve_at_once"  # within one call (R52)
    PLAN = "plan"
    REQUEST_APPROVAL = "request_approval"
    ADOPT = "adopt"
    ENDORSE = "endorse"
    APPROVE = "approve"
    REFUSE = "refuse"
    RECONSIDER = "reconsider"  # take a plan back before anybody decided about it
    CARRY_OUT = "carry_out"
    CONFIRM_CARRIED_OUT = "confirm_carried_out"
    FEED_BACK = "feed_back"
    ACCEPT = "accept"
    OBJECT = "object"
    REFER_UP = "refer_up"
    EXPLAIN = "explain"
    CONCLUDE = "conclude"  # the customer was told and did not object
    WITHDRAW = "withdraw"  # the customer takes it back
    CONCLUDE_BY_HAND = "conclude_by_hand"  # a supervisor settles how it ends, such as where nobody reaches the customer
    ARCHIVE = "archive"
    REOPEN = "reopen"
    FOLLOW_UP = "follow_up"
    RATE = "rate"  # how satisfied the customer is
    TELL_CUSTOMER = "tell_customer"
    ESCALATE = "escalate"
    HAND_OVER = "hand_over"
    TAKE_UP = "take_up"
    PAUSE = "pause"
    RELEASE = "release"
    CHANGE_PROFILE = "change_profile"


class Ending(StrEnum):
    """How a complaint ended (R17, R46, R52)."""

    AT_ONCE = "at_once"  # within the first call
    ACCEPTED = "accepted"
    UNOBJECTED = "unobjected"
    EXPLAINED = "explained_not_agreed"
    WITHDRAWN = "withdrawn"
    BY_HAND = "by_hand"  # a supervisor said how it ends, and why
    ABANDONED = "abandoned"  # a draft that nobody completed


class Validity(StrEnum):
    """What a complaint turned out to be (R55); only a person decides it."""

    VALID = "VALID"
    CUSTOMER_CAUSED = "CUSTOMER_CAUSED"
    MALICIOUS = "MALICIOUS"
    UNPROVEN = "UNPROVEN"


class PartyKind(StrEnum):
    """With whom the cause lies (R40)."""

    OUTLET = "outlet"
    SORTING_CENTRE = "sorting_centre"
    LINE_HAUL = "line_haul"
    COURIER = "courier"
    CUSTOMER_SERVICE = "customer_service"
    PARTNER = "partner"
    SENDER = "sender"
    CONSIGNEE = "consignee"
    FORCE_MAJEURE = "force_majeure"
    UNKNOWN = "unknown"


OWN_PARTIES = frozenset(
    {PartyKind.OUTLET, PartyKind.SORTING_CENTRE, PartyKind.LINE_HAUL, PartyKind.COURIER, PartyKind.CUSTOMER_SERVICE}
)
"""Parties that are the carrier's own, and may be charged."""


class Action(StrEnum):
    """What can be done about a complaint (R43, R51)."""

    SEARCH_PARCEL = "SEARCH_PARCEL"
    RUSH_DELIVERY = "RUSH_DELIVERY"
    REDELIVER = "REDELIVER"
    RETRIEVE_PARCEL = "RETRIEVE_PARCEL"
    EXPLAIN_FEES = "EXPLAIN_FEES"
    REFUND_FEES = "REFUND_FEES"
    APOLOGISE = "APOLOGISE"
    EDUCATE_STAFF = "EDUCATE_STAFF"
    COMPENSATE = "COMPENSATE"
    EXPLAIN_FINDING = "EXPLAIN_FINDING"
    RECTIFY = "RECTIFY"  # 整改: tracked until it is verified (R77)


def _storable(text: str) -> str:
    if "\0" in text:
        raise ValueError("should not hold NUL")
    return text


def _blank_to_nothing(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


_MOMENT_OR_BLANK = WithJsonSchema(
    {"anyOf": [{"type": "string", "format": "date-time"}, {"const": ""}, {"type": "null"}]}
)
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200), AfterValidator(_storable)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000), AfterValidator(_storable)]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, max_length=40), AfterValidator(_storable)]
Money = Annotated[Decimal, Field(ge=0, le=Decimal("9999999.99"), max_digits=9, decimal_places=2)]


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Complainant(_Told):
    """Who complains (R32). He need be neither sender nor consignee."""

    name: Line = ""
    phone: Phone = ""
    email: Line = ""
    language: Annotated[str, StringConstraints(pattern=r"^(zh|en)?$")] = ""
    relation: Annotated[str, StringConstraints(pattern=r"^(sender|consignee|other)?$")] = ""


class ToldParty(_Told):
    """A sender or a consignee, as told (R33)."""

    name: Line = ""
    phone: Phone = ""
    address: Line = ""


class ToldItem(_Told):
    """What was in the parcel (R33)."""

    description: Line = ""
    value: Money | None = None


class Occurrence(_Told):
    """When it happened, where, and how it went (R34)."""

    at: Annotated[AwareDatetime | None, BeforeValidator(_blank_to_nothing), _MOMENT_OR_BLANK] = None
    place: Line = ""
    account: Words = ""


class Demand(_Told):
    """What the customer wants (R35); an amount makes it a demand for money (R56)."""

    text: Words = ""
    amount: Money | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"


class ComplaintRecord(_Told):
    """A complaint as it was told (R32 to R36). What must be there, `rules.complaints.record` says."""

    channel: Channel
    type: ComplaintType
    waybill: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^([A-Za-z0-9-]{6,32})?$")] = ""
    customer: Complainant = Complainant()
    sender: ToldParty = ToldParty()
    consignee: ToldParty = ToldParty()
    item: ToldItem = ToldItem()
    occurrence: Occurrence = Occurrence()
    demand: Demand = Demand()
    subject: Line = Field(default="", description="The department that is complained of, by its code or name (R54).")
    person: Line = Field(default="", description="Who is complained of: a staff id, or how the customer describes him.")
    taken_by: Line = Field(default="", description="Who took it in: a staff id, or the system's name (R36).")
    taken_at: AwareDatetime | None = None


class MissingField(BaseModel):
    """Something that must be told and was not, and which rule asks for it."""

    model_config = ConfigDict(frozen=True)

    at: str  # as in the record: customer.phone
    rule: str
    zh: str
    en: str


class LiableParty(BaseModel):
    """A party that answers for a share (R40)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: PartyKind
    name: Line = ""  # the department or the person, by code or name
    share: Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]  # per cent
    basis: Words = ""


class Ground(BaseModel):
    """A reason that speaks for what is proposed, in Chinese and in English."""

    model_config = ConfigDict(frozen=True)

    code: str
    zh: str
    en: str


class Finding(BaseModel):
    """What was found: proposed with its reasons, and decided by a person (R39, R40, R55)."""

    model_config = ConfigDict(frozen=True)

    validity: Validity
    parties: tuple[LiableParty, ...] = ()
    grounds: tuple[Ground, ...] = ()
    note: str = ""
    decided_by: str = ""  # a staff id; empty as long as it is proposed
    decided_at: datetime | None = None

    @property
    def is_decided(self) -> bool:
        """True once a person said so."""
        return bool(self.decided_by)


class PlannedAction(BaseModel):
    """One thing to be done, by whom and until when."""

    model_config = ConfigDict(frozen=True)

    action: Action
    owner: str  # a department by its name, or a role
    due_at: datetime


class ComplaintPlan(BaseModel):
    """What is to be done about one complaint (R41); a new version is drafted for every round, none is ever edited."""

    model_config = ConfigDict(frozen=True)

    version: int
    actions: tuple[PlannedAction, ...]
    amount: Decimal = Decimal(0)  # what is paid if it is approved as it stands
    currency: str = "CNY"
    basis: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()  # those that must agree on a complex one (R42)

    @property
    def pays(self) -> bool:
        """True when money goes out once it is approved, however much."""
        return self.amount > 0 or any(
            planned.action in {Action.COMPENSATE, Action.REFUND_FEES} for planned in self.actions
        )


class Complaint(BaseModel):
    """One complaint as every rule sees it: the case, what was told last, its parcel and its newest plan."""

    model_config = ConfigDict(frozen=True)

    case_no: str
    type: ComplaintType
    channel: Channel
    state: State
    version: int
    waybill: str = ""
    language: str = "zh"
    caller_key: str = ""  # who complains, as a keyed hash of his number
    subject: str = ""  # the department that is complained of, where it is on file
    person: str = ""  # who is complained of: a staff id that is on file
    related_case: str = ""  # the open exception of the same parcel
    earlier_case: str = ""  # the complaint that this one repeats or follows
    is_repeat: bool = False  # the same trouble was complained of within three days before (R60)
    tellings: int = 1
    caller_level: int = 0  # how often this customer complains (R66)
    tier: int = 1  # the skill that whoever handles it must have (R66)
    severity: Severity = Severity.ORDINARY
    severity_score: int = 0
    assigned_to: str = ""  # the department that answers
    handler: str = ""  # whose case it is: a staff id
    transferred_to: str = ""  # the department that works on it and has not said so yet (R76)
    finding: Finding | None = None
    demanded: Decimal | None = None  # the money that is demanded
    currency: str = "CNY"
    rounds: int = 0
    escalation_level: int = 0
    last_escalated_at: datetime | None = None
    opened_at: datetime
    state_since: datetime
    customer_told_at: datetime | None = None
    next_due_at: datetime | None = None
    due_kind: str = ""
    clock_anchors: Annotated[Anchors | None, BeforeValidator(lambda kept: kept or None)] = None
    clock_profile: str = ""
    clock_calendars: str = ""
    closed_at: datetime | None = None
    ending: str = ""
    answer_due_at: datetime | None = None
    objections: int = 0
    ordered_version: int = 0  # the plan whose tasks were given out; 0 where none was, or its orders were refused
    amount_ordered: Decimal = Decimal(0)  # what was ordered to be paid by plans that were carried out
    follow_up_at: datetime | None = None
    follow_ups: int = 0
    satisfaction: int | None = None  # 1 to 5, as the customer rates it
    archive_no: str = ""
    # as told last
    customer_name: str = ""
    customer_phone: str = ""
    customer_email: str = ""
    account: str = ""
    wish: str = ""
    subject_told: str = ""  # what is complained of, and who, in the customer's words
    person_told: str = ""
    missing: tuple[str, ...] = ()  # what must be told and was not
    # the parcel, where it is on file
    outlet: str = ""
    carrier: str = ""
    product: str = "standard"
    goods: str = ""
    declared_value: Decimal | None = None
    insured_amount: Decimal | None = None
    freight: Decimal | None = None
    value_currency: str = "CNY"  # of these three
    perishable: bool = False
    customer_tier: str = "standard"
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    last_event: str = ""
    last_event_at: datetime | None = None
    last_location: str = ""
    # the newest plan
    plan: ComplaintPlan | None = None
    # what other cases had paid for its parcel; only there where it is planned or decided
    paid_elsewhere: tuple[OrderedPayment, ...] = ()

    @property
    def settled_plan(self) -> ComplaintPlan | None:
        """The newest plan where it was approved and its tasks given out: what a customer may be told of (R56)."""
        return self.plan if self.plan is not None and self.plan.version == self.ordered_version else None

    @property
    def is_open(self) -> bool:
        """True until it is archived."""
        return self.state is not State.CLOSED

    def paid_before(self, currency: str) -> Decimal:
        """Sum what was ordered to be paid for its parcel, by its own earlier plans and by other cases."""
        return self.amount_ordered + paid_in(currency, self.paid_elsewhere)

    @property
    def customer_address(self) -> str:
        """Where whoever complained is written to; empty where nobody knows."""
        return self.customer_phone or self.customer_email

    @property
    def payee(self) -> str:
        """Who gets what is paid."""
        return self.customer_name

    @property
    def investigator(self) -> str:
        """Who looked into it, and may not decide about it (R86)."""
        return self.handler

    @property
    def subject_people(self) -> frozenset[str]:
        """Whose conduct it is about, who may not decide about it either."""
        return frozenset({self.person, self.person_told} - {""})


class ActionState(StrEnum):
    """Where a task of a plan stands."""

    OPEN = "open"
    DONE = "done"
    VERIFIED = "verified"  # somebody else looked at a rectification and found it done (R77)
    FAILED = "failed"
    CALLED_OFF = "called_off"


class ActionTask(BaseModel):
    """One task of a plan, with its owner."""

    model_config = ConfigDict(frozen=True)

    action_id: int
    case_no: str
    plan_version: int
    action: Action
    owner: str
    due_at: datetime
    state: ActionState
    done_by: str = ""
    done_at: datetime | None = None
    note: str = ""
    verified_by: str = ""
    verified_at: datetime | None = None
    reminded_at: datetime | None = None  # when its owner and the desk were told that it is late


class ConsequenceKind(StrEnum):
    """What a case has for whoever answers for it, or helped (R51, R89, R99)."""

    PENALTY = "penalty"
    REWARD = "reward"


class ConsequenceState(StrEnum):
    """Where a penalty or reward stands. The party may clear itself before a penalty counts (投诉澄清免责)."""

    PROPOSED = "proposed"
    CONTESTED = "contested"
    CONFIRMED = "confirmed"
    LIFTED = "lifted"


class Consequence(BaseModel):
    """A penalty or a reward that follows from a case."""

    model_config = ConfigDict(frozen=True)

    consequence_id: int
    case_no: str
    kind: ConsequenceKind
    party: str
    amount: Decimal
    currency: str = "CNY"
    rule: str = ""
    state: ConsequenceState
    proposed_at: datetime
    contest_until: datetime
    contested_by: str = ""
    contest: str = ""
    ruled_by: str = ""
    ruled_at: datetime | None = None
    ruling: str = ""


class Filed(BaseModel):
    """What whoever brings a complaint gets to read: its number, and until when he hears what (R37, R50)."""

    model_config = ConfigDict(frozen=True)

    complaint_no: str
    state: State
    joined: bool = False  # the matter was known: what was told now was added to its case
    repeat: bool = False
    sentence: str
    first_answer_by: datetime | None = None
    result_by: datetime | None = None
    missing: tuple[MissingField, ...] = ()
    attachments: tuple[GivenPiece, ...] = ()  # what came with it and is kept, each with its hash
