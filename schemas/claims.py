"""Claims (理赔): what must be told, the states of a case, who is liable, and what is proposed (R26, R78 to R86).

A claim is worked on like an exception or a complaint: the roles, the severities, the clocks, the evidence, the
inquiries and the gates are the same. What it comes to: `schemas.assessment`; how money moves: `schemas.ledger`,
`schemas.payments`.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from schemas.assessment import Assessment, ClaimEvent, ClaimMode, InternalShare, ProofKind
from schemas.clocks import Anchors
from schemas.complaints import Ground, LiableParty, Line, MissingField, PartyKind, Phone, Words
from schemas.complaints import Money as Sum
from schemas.evidence import EvidenceKind, GivenPiece
from schemas.paid import OrderedPayment, paid_in
from schemas.payments import AccountNumber, Plain
from schemas.promises import LaneClass
from schemas.severity import Severity

CLAIM_PREFIX = "CL"
CLAIM_NO = r"^CL-[0-9]{8}-[0-9]{6,}$"
DOCKET_PREFIX = "DK"
PARCELS_TOLD_MAX = 200


class ClaimChannel(StrEnum):
    """How a claim reached the carrier. docs/glossary.md has the Chinese terms."""

    WEBSITE = "website"  # the gateway's form and API
    HOTLINE = "hotline"  # 理赔电话 (R78)
    OUTLET = "outlet"
    FILE = "file"  # a business customer's list
    EXCEPTION = "exception"  # the remedy of an exception is money
    COMPLAINT = "complaint"  # money is demanded (R56)
    PARTNER = "partner"  # a partner's own claim, told by its feed


class State(StrEnum):
    """What drives a claim. Reason codes explain and never drive."""

    DRAFT = "DRAFT"  # something that must be told is missing
    FILED = "FILED"
    ACKNOWLEDGED = "ACKNOWLEDGED"  # the claimant was told its number, and what is still wanted
    EVIDENCE = "EVIDENCE"  # papers and pictures are awaited
    LIABILITY = "LIABILITY"  # who answers is being settled
    ASSESSMENT = "ASSESSMENT"  # what is owed is being computed
    ASSESSED = "ASSESSED"  # a proposal is drafted
    AWAITING_APPROVAL = "AWAITING_APPROVAL"
    APPROVED = "APPROVED"  # what is proposed may be told (R56)
    OFFERED = "OFFERED"
    NEGOTIATION = "NEGOTIATION"  # the claimant asks for something else
    AGREED = "AGREED"
    PAYING = "PAYING"
    PAID = "PAID"
    RECOVERING = "RECOVERING"  # who owes it in the end is being charged
    DENIED = "DENIED"  # told with the reason and the way to appeal
    NEEDS_OPERATOR = "NEEDS_OPERATOR"
    CLOSED = "CLOSED"


class Stage(StrEnum):
    """The stages of settling a claim, for people and reports."""

    INTAKE = "INTAKE"
    EVIDENCE = "EVIDENCE"
    LIABILITY = "LIABILITY"
    ASSESSMENT = "ASSESSMENT"
    NEGOTIATION = "NEGOTIATION"
    PAYMENT = "PAYMENT"
    RECOVERY = "RECOVERY"


class Command(StrEnum):
    """What can be asked of a claim."""

    FILE = "file"  # opens a case; no state precedes it
    COMPLETE = "complete"  # what was missing of a draft was told
    ABANDON = "abandon"
    ADD = "add"  # something more was told: an account, a value, words
    ACKNOWLEDGE = "acknowledge"
    GATHER = "gather"  # ask for the papers, and the departments what happened
    COMPLETE_EVIDENCE = "complete_evidence"
    ESTABLISH = "establish"  # propose who answers
    DECIDE_LIABILITY = "decide_liability"
    CONFIRM_LIABILITY = "confirm_liability"  # a second person, for a major accident (R82)
    CONTEST = "contest"  # a party that is to answer says that it does not
    SETTLE_LIABILITY = "settle_liability"  # nobody has to decide it
    STATE_FACTS = "state_facts"  # the desk says what the assessment goes by
    ASSESS = "assess"
    PROPOSE = "propose"  # a person drafts what is proposed: another amount, a denial, that it is barred by time
    REQUEST_APPROVAL = "request_approval"
    DOCKET = "docket"  # gather it with others that are as clear (R87)
    SINGLE_OUT = "single_out"  # it is decided by itself after all
    ENDORSE = "endorse"
    APPROVE = "approve"
    REFUSE = "refuse"
    RECONSIDER = "reconsider"  # take a proposal back before anybody decided about it
    OFFER = "offer"
    COUNTER = "counter"  # the claimant asks for another amount
    OFFER_AGAIN = "offer_again"  # within what was approved
    ACCEPT = "accept"
    AGREE_AS_CLAIMED = "agree_as_claimed"  # what is approved is all that was asked for
    DENY = "deny"
    OBJECT = "object"  # the claimant objects to a denial
    PAY = "pay"
    CONFIRM_PAID = "confirm_paid"
    PAYMENT_FAILED = "payment_failed"
    TAKE_MONEY_BACK = "take_money_back"  # what was paid was wrong: nothing is paid again without a new decision
    RECOVER = "recover"
    CLOSE = "close"
    REOPEN = "reopen"  # such as when the parcel is found after all
    WITHDRAW = "withdraw"
    SETTLE_PRIVATELY = "settle_privately"  # 自行解决: somebody of the carrier settled it himself (R83)
    TELL_CUSTOMER = "tell_customer"
    ESCALATE = "escalate"
    HAND_OVER = "hand_over"
    TAKE_UP = "take_up"
    ASSIGN = "assign"
    PAUSE = "pause"
    RELEASE = "release"
    CHANGE_PROFILE = "change_profile"


class Ending(StrEnum):
    """How a claim ended."""

    SETTLED = "settled"  # paid, and whoever owes it was charged
    DENIED = "denied"
    TIME_BARRED = "time_barred"  # a person confirmed it
    WITHDRAWN = "withdrawn"
    PRIVATELY_SETTLED = "privately_settled"
    NOTHING_OWED = "nothing_owed"  # such as a found parcel that the claimant took
    ABANDONED = "abandoned"  # a draft that nobody completed


class Resolution(StrEnum):
    """What is proposed."""

    PAY = "pay"
    NOTHING_MORE = "nothing_more"  # it was paid, and nothing more is owed, such as when the parcel was found
    DENY = "deny"
    TIME_BAR = "time_bar"


class Route(StrEnum):
    """How a proposal comes to its decision."""

    SINGLE = "single"  # a run of its own
    DOCKET = "docket"  # 快速理赔: gathered with up to 49 others that are as clear (R87)


class Relation(StrEnum):
    """What the claimant is to the parcel and to the carrier."""

    SENDER = "sender"
    CONSIGNEE = "consignee"
    OTHER = "other"
    EMPLOYEE = "employee"  # of the carrier or a franchisee: decided one level higher (R86)


class PrivateParty(StrEnum):
    """Who settles with a customer himself (R83: 市场、分公司、大车司机、装卸工)."""

    MARKET = "market"
    BRANCH = "branch"
    DRIVER = "driver"
    LOADER = "loader"


class _Told(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ClaimantTold(_Told):
    """Who claims; he need be neither sender nor consignee."""

    name: Line = ""
    phone: Phone = ""
    email: Line = ""
    language: Annotated[str, StringConstraints(pattern=r"^(zh|en)?$")] = ""
    relation: Relation | Literal[""] = ""


class PayeeTold(_Told):
    """Who is to be paid, and to which account. The number is sealed as soon as it is here."""

    name: Plain
    account: AccountNumber = Field(repr=False)


class ParcelTold(_Told):
    """One parcel of the shipment as the claimant tells of it; at most one field says how much of it is gone."""

    id: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    contents: Line = ""
    weight_kg: Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=3)] | None = None
    pieces: int = Field(default=1, ge=1, le=1_000_000)
    value: Sum | None = None
    proof: ProofKind = ProofKind.NONE
    lost_percent: Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4)] | None = None
    lost_pieces: int | None = Field(default=None, ge=0)
    lost_value: Sum | None = None


class ClaimForm(_Told):
    """A claim as it was told. What must be there, `rules.claims.form` says."""

    channel: ClaimChannel
    waybill: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^([A-Za-z0-9-]{6,32})?$")] = ""
    event: ClaimEvent
    happened_on: date | None = None
    account: Words = Field(default="", description="What happened, in the claimant's words.")
    claimant: ClaimantTold = ClaimantTold()
    payee: PayeeTold | None = None
    parcels: tuple[ParcelTold, ...] = Field(default=(), max_length=PARCELS_TOLD_MAX)
    claimed: Sum | None = Field(default=None, description="What is asked for; null: what is owed by the rules.")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] = "CNY"
    consumer: bool = True
    claimed_against: Literal["brand", "carrier"] = Field(
        default="brand", description="Whom the claimant chooses to be paid by (快递暂行条例 art. 19)."
    )
    reference: Line = Field(default="", description="The claimant's or the partner's own number of it.")
    origin_case: Line = Field(default="", description="The exception or complaint that it comes from.")
    taken_by: Line = ""
    taken_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _parcels_differ(self) -> "ClaimForm":
        if len({parcel.id for parcel in self.parcels}) < len(self.parcels):
            raise ValueError("parcels: two have the same id")
        return self


class Liability(BaseModel):
    """Who answers and by which share (R40): proposed with reasons, decided by a person where it is contested."""

    model_config = ConfigDict(frozen=True)

    parties: tuple[LiableParty, ...] = ()
    grounds: tuple[Ground, ...] = ()
    note: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None
    confirmed_by: str = ""  # the second person, of a major accident (R82)
    confirmed_at: datetime | None = None
    contested_by: str = ""  # the party that says that it does not answer; empty once somebody decided
    contest: str = ""
    said_before: tuple[str, ...] = ()  # who decided or confirmed it before it was contested

    @property
    def is_decided(self) -> bool:
        """True once a person said so."""
        return bool(self.decided_by)

    @property
    def deciders(self) -> frozenset[str]:
        """Everybody who ever decided or confirmed who answers."""
        return frozenset({self.decided_by, self.confirmed_by, *self.said_before} - {""})


class ClaimPlan(BaseModel):
    """What is proposed about one claim; a new version is drafted for every change, none is ever edited."""

    model_config = ConfigDict(frozen=True)

    version: int
    resolution: Resolution
    amount: Decimal = Decimal(0)  # what is owed beside what was paid before
    currency: str = "CNY"
    grounds: tuple[Ground, ...] = ()  # why so: of a denial the reasons that the claimant reads
    basis: tuple[str, ...] = ()  # the rules that the amount rests on
    split: tuple[InternalShare, ...] = ()  # who bears it inside the carrier
    missing: tuple[str, ...] = ()  # papers that a quick way would still need
    drafted_by: str = ""  # a staff id; empty where it is what the rules come to
    assessment: Assessment | None = None

    @property
    def pays(self) -> bool:
        """True when money goes out once it is approved."""
        return self.resolution is Resolution.PAY


class OfferBy(StrEnum):
    """Who names an amount."""

    CARRIER = "carrier"
    CLAIMANT = "claimant"


class OfferState(StrEnum):
    """What became of an amount that was named."""

    OPEN = "open"
    ACCEPTED = "accepted"
    COUNTERED = "countered"  # the other side named another
    LAPSED = "lapsed"  # its time ran out
    RECALLED = "recalled"


class ClaimOffer(BaseModel):
    """One amount that one side named (R79)."""

    model_config = ConfigDict(frozen=True)

    case_no: str
    number: int
    by: OfferBy
    who: str
    amount: Decimal
    currency: str
    plan_version: int  # of an offer, the approved proposal that it stays within
    state: OfferState
    made_at: datetime
    until: datetime | None
    note: str = ""
    settled_at: datetime | None = None


class Claim(BaseModel):
    """One claim as every rule sees it: the case, what was told last, its parcel and its newest proposal."""

    model_config = ConfigDict(frozen=True)

    case_no: str
    event: ClaimEvent
    channel: ClaimChannel
    state: State
    version: int
    waybill: str = ""
    language: str = "zh"
    claimant_key: str = ""  # who claims, as a keyed hash of his number
    relation: Relation = Relation.OTHER
    origin_case: str = ""
    reference: str = ""  # the claimant's or partner's own number
    claimed: Decimal | None = None
    currency: str = "CNY"
    severity: Severity = Severity.ORDINARY
    severity_score: int = 0
    is_major: bool = False  # a major accident (重大事故): liability is confirmed by a second person (R82)
    assigned_to: str = ""  # the department that runs it: headquarters' desk, or a branch by its authority (R81)
    handler: str = ""
    liability: Liability | None = None
    established: Mapping[str, Any] = {}  # what the desk says the assessment goes by, over what was told
    route: Route | None = None
    docket_no: str = ""
    rounds: int = 0  # counter-offers
    objections: int = 0  # to denials
    touched_by: str = ""  # who stated facts, settled who answers, or proposed: staff ids with blanks between
    proposals_refused: int = 0
    offered: Decimal | None = None  # the carrier's offer that stands
    offer_due_at: datetime | None = None
    evidence_due_at: datetime | None = None
    agreed_amount: Decimal | None = None
    payouts: int = 0  # how many were requested
    paid_amount: Decimal = Decimal(0)
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
    # as told last
    claimant_name: str = ""
    claimant_phone: str = ""
    claimant_email: str = ""
    account: str = ""  # what happened
    missing: tuple[str, ...] = ()
    payee_name: str = ""
    payee_tail: str = ""  # of the account; empty where none is known
    # the parcel, where it is on file
    outlet: str = ""
    origin_outlet: str = ""
    carrier: str = ""
    product: str = "standard"
    goods: str = ""
    weight_kg: Decimal | None = None
    declared_value: Decimal | None = None
    insured_amount: Decimal | None = None
    freight: Decimal | None = None
    value_currency: str = "CNY"  # of these three
    perishable: bool = False
    customer_tier: str = "standard"
    origin_city: str = ""
    destination_city: str = ""
    lane: LaneClass = LaneClass.UNKNOWN  # by the product's table, for which what lies beyond customs is international
    picked_up_at: datetime | None = None
    promised_at: datetime | None = None
    delivered_at: datetime | None = None
    last_event: str = ""
    last_event_at: datetime | None = None
    last_location: str = ""
    plan: ClaimPlan | None = None
    paid_elsewhere: tuple[OrderedPayment, ...] = ()  # what other cases had paid for its parcel

    @property
    def type(self) -> ClaimEvent:
        """What it is about, as cases of other procedures call it."""
        return self.event

    @property
    def is_open(self) -> bool:
        """True until it is closed."""
        return self.state is not State.CLOSED

    def paid_before(self, currency: str) -> Decimal:
        """Sum what was paid for its parcel, by itself and by other cases."""
        own = self.paid_amount if currency == self.currency else Decimal(0)
        return own + paid_in(currency, self.paid_elsewhere)

    @property
    def claimant_address(self) -> str:
        """Where the claimant is written to; empty where nobody knows."""
        return self.claimant_phone or self.claimant_email

    @property
    def payee(self) -> str:
        """Who gets what is paid."""
        return self.payee_name or self.claimant_name

    @property
    def investigator(self) -> str:
        """Who looked into it, and may not decide about it (R86)."""
        return self.handler

    @property
    def workers(self) -> frozenset[str]:
        """Everybody who made something of what is to be decided: facts, who answers, the proposal (R86)."""
        drafted = self.plan.drafted_by if self.plan else ""
        return frozenset({*self.touched_by.split(), drafted, self.handler} - {""})

    @property
    def subject_people(self) -> frozenset[str]:
        """Whose conduct it is about: those of the liable parties that are people, by their staff ids."""
        found = self.liability.parties if self.liability else ()
        return frozenset({party.name for party in found if party.kind is PartyKind.COURIER and party.name})

    @property
    def raised_levels(self) -> int:
        """How many levels higher than by its amount it is decided: for whom it is, and for what speaks against it."""
        score = self.plan.assessment.scores if self.plan is not None and self.plan.assessment is not None else ()
        return int(self.relation is Relation.EMPLOYEE) + int(any(one.level == "high" for one in score))


class Filed(BaseModel):
    """What whoever files a claim gets to read: its number, what is still wanted, and until when he hears what."""

    model_config = ConfigDict(frozen=True)

    claim_no: str
    state: State
    known: bool = False  # the claim was filed before; what was told now was added to it
    sentence: str
    answer_by: datetime | None = None
    proposal_by: datetime | None = None
    missing: tuple[MissingField, ...] = ()
    papers: tuple[EvidenceKind | str, ...] = ()
    attachments: tuple[GivenPiece, ...] = ()


class DocketState(StrEnum):
    """Where a docket stands."""

    WAITING = "waiting"  # somebody owes a decision
    DECIDED = "decided"
    DISSOLVED = "dissolved"  # its claims are decided one by one


class DocketOutcome(StrEnum):
    """What became of one claim of a docket."""

    APPROVED = "approved"
    EXCEPTED = "excepted"  # whoever decided wants it decided by itself
    BARRED = "barred"  # whoever decided may not decide about it, or it is not as clear any more
    LEFT = "left"  # it was withdrawn or changed meanwhile
    REFUSED = "refused"  # the docket was, as a whole


class DocketClaim(BaseModel):
    """One claim of a docket, as the supervisor sees it."""

    model_config = ConfigDict(frozen=True)

    case_no: str
    plan_version: int
    amount: Decimal
    currency: str
    outcome: DocketOutcome | Literal[""] = ""  # empty as long as nobody decided


class DocketPlan(BaseModel):
    """What a gate reads of a docket for a plan: it never changes, and no money goes out by it."""

    model_config = ConfigDict(frozen=True)

    version: int = 1
    amount: Decimal = Decimal(0)
    currency: str
    pays: bool = False


class Docket(BaseModel):
    """Up to fifty clear claims that one supervisor decides at once; each is still its own decision (R87).

    At a gate it is a case that moves no money and is about nobody: what is decided about each of its claims is held
    against that claim.
    """

    model_config = ConfigDict(frozen=True)

    docket_no: str
    state: DocketState
    made_at: datetime
    claims: tuple[DocketClaim, ...]
    decided_by: str = ""
    decided_at: datetime | None = None
    # what a gate reads of any case
    severity: Severity = Severity.ORDINARY
    investigator: str = ""
    subject_people: frozenset[str] = frozenset()
    payee: str = ""
    waybill: str = ""
    outlet: str = ""
    insured_amount: Decimal | None = None
    declared_value: Decimal | None = None

    @property
    def case_no(self) -> str:
        """Its number, as a gate asks for it."""
        return self.docket_no

    @property
    def opened_at(self) -> datetime:
        """When it was made; the figures of that day count."""
        return self.made_at

    @property
    def currency(self) -> str:
        """In which currency its claims are: in one."""
        return self.claims[0].currency if self.claims else ""

    @property
    def plan(self) -> DocketPlan:
        """What is to be decided."""
        return DocketPlan(currency=self.currency)

    def paid_before(self, currency: str) -> Decimal:
        """Sum what was paid for its parcel, which it has not."""
        del currency
        return Decimal(0)


class PrivateSettlement(BaseModel):
    """A matter that somebody of the carrier settled with the customer himself (R83)."""

    model_config = ConfigDict(frozen=True)

    settlement_id: int
    claim_no: str = ""
    waybill: str = ""
    party: PrivateParty
    name: str
    amount: Decimal
    currency: str
    settled_on: date
    note: str = ""
    told_by: str
    told_at: datetime


CLAIM_MODES: dict[str, ClaimMode] = {"ltl": ClaimMode.LTL, "air": ClaimMode.AIR, "postal": ClaimMode.POSTAL}
"""By how a product's name begins, under which kind of contract its parcels travel; all others are express."""
