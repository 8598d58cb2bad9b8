"""Assessing a claim: the facts that go in, and the amount with its derivation that comes out.

Belongs here: the file that `redress assess` reads, and what it prints. Does not belong here: any figure of a rule (they
are data, `rules/packs/`), and how the amount comes about (`rules/claims/`).
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from schemas.complaints import PartyKind
from schemas.evidence import EvidenceKind
from schemas.money import Currency, Money, Rate
from schemas.promises import LaneClass

PARCELS_MAX = 1_000
LIST_MAX = 100
AMOUNT_MAX = Decimal(10_000_000_000)
YEARS = range(1990, 2200)
"""No claim is about another time: a date outside was mistyped."""
MONEY_FIELDS = frozenset(
    {
        "value", "lost_value", "salvage", "declared_value", "insured_amount", "total_value", "agreed_amount", "freight",
        "insurance_fee", "other_fees", "claimed", "paid_amount",
    }
)  # fmt: skip
"""A bare number in one of these is an amount in the claim's currency."""

WHOLE = Decimal(100)


class ClaimEvent(StrEnum):
    """What happened to the parcels."""

    LOSS = "loss"
    PARTIAL_LOSS = "partial_loss"
    DAMAGE = "damage"
    SHORTAGE = "shortage"
    DELAY = "delay"
    CONTENT_MISMATCH = "content_mismatch"
    MISDELIVERY = "misdelivery"


LOST_AS_A_WHOLE = frozenset({ClaimEvent.LOSS, ClaimEvent.CONTENT_MISMATCH, ClaimEvent.MISDELIVERY})
"""Of these a parcel is gone as a whole unless a parcel says how much of it is."""
EXTENT_NEEDED = frozenset({ClaimEvent.PARTIAL_LOSS, ClaimEvent.DAMAGE, ClaimEvent.SHORTAGE})


class ClaimMode(StrEnum):
    """Under which kind of contract the parcels travelled."""

    EXPRESS = "express"
    LTL = "ltl"
    AIR = "air"
    ROAD = "road"
    POSTAL = "postal"


class Carriage(StrEnum):
    """By what the parcels were carried when it happened."""

    AIR = "air"
    ROAD = "road"
    RAIL = "rail"
    SEA = "sea"
    UNKNOWN = "unknown"


class ProofKind(StrEnum):
    """By what the value of goods is proved."""

    INVOICE = "invoice"
    PAYMENT_RECORD = "payment_record"
    PLATFORM_ORDER = "platform_order"
    SALES_CONTRACT = "sales_contract"
    CUSTOMS_DECLARATION = "customs_declaration"
    APPRAISAL = "appraisal"
    REPAIR_QUOTE = "repair_quote"
    NONE = "none"  # somebody says so


class Claimant(StrEnum):
    """Who claims."""

    SENDER = "sender"
    CONSIGNEE = "consignee"
    OTHER = "other"


class ClaimPaper(StrEnum):
    """Papers of a claim that are evidence of nothing but the claim itself."""

    CLAIM_FORM = "claim_form"
    ASSIGNMENT = "assignment"  # of the claim, by the sender to whoever claims


class GroundKind(StrEnum):
    """Why a carrier may owe nothing."""

    FORCE_MAJEURE = "force_majeure"
    INHERENT_NATURE = "inherent_nature"
    SENDER_FAULT = "sender_fault"
    CONSIGNEE_FAULT = "consignee_fault"


class FoundChoice(StrEnum):
    """What the claimant wants when a parcel that was given up is found."""

    PARCEL = "parcel"
    MONEY = "money"
    UNDECIDED = "undecided"


class Step(StrEnum):
    """What a line of a derivation does, in the order of the lines."""

    TREATED = "treated"
    FOUND = "found"
    LOSS = "loss"
    SALVAGE = "salvage"
    MEASURE = "measure"
    EXEMPTION = "exemption"
    FAULT = "fault"
    CLAUSE = "clause"
    CAP = "cap"
    REFUND = "refund"
    FLOOR = "floor"
    CLAIM_LIMIT = "claim_limit"
    PAYMENTS = "payments"


def _of_our_time(day: date) -> date:
    if day.year not in YEARS:
        raise ValueError(f"should lie between {YEARS.start} and {YEARS.stop}")
    return day


def _of_our_size(money: Money) -> Money:
    if money.amount > AMOUNT_MAX:
        raise ValueError(f"should be no more than {AMOUNT_MAX:,}")
    return money


def _written(value: object) -> object:
    """Take a day only as such: of a bare number nobody can say what it counts."""
    if isinstance(value, int | float | Decimal):
        raise ValueError("should be a day, such as 2026-12-01")  # noqa: TRY004 - pydantic tells these
    return value


Day = Annotated[date, BeforeValidator(_written, json_schema_input_type=date), AfterValidator(_of_our_time)]
Amount = Annotated[
    Money,
    BeforeValidator(lambda told: told, json_schema_input_type=Money | Decimal),
    AfterValidator(_of_our_size),
]
"""Money, or in the file a bare number in the claim's currency."""
Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4)]
Kilograms = Annotated[Decimal, Field(ge=0, max_digits=9, decimal_places=3)]
Note = Annotated[str, Field(max_length=300)]
Jurisdiction = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]+)*$")]


class _Fact(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Found(_Fact):
    """A parcel that was given up and turned up again."""

    on: Day
    choice: FoundChoice = FoundChoice.UNDECIDED
    still_lost_percent: Percent = Field(default=Decimal(0), description="Gone or spoilt all the same.")


class Parcel(_Fact):
    """One parcel of the shipment. At most one of the lost_... fields says how much of it is gone or spoilt."""

    id: str = Field(min_length=1, max_length=60)
    weight_kg: Kilograms | None = None
    pieces: int = Field(default=1, ge=1, le=1_000_000)
    value: Amount | None = Field(default=None, description="What the whole parcel is worth at its destination.")
    proof: ProofKind = Field(default=ProofKind.NONE, description="What proves the value; none: it is only said.")
    lost_percent: Percent | None = None
    lost_pieces: int | None = Field(default=None, ge=0)
    lost_weight_kg: Kilograms | None = None
    lost_value: Amount | None = Field(default=None, description="The part of its value that is gone.")
    salvage: Amount | None = Field(default=None, description="What is left of a damaged parcel is still worth.")
    salvage_kept_by: Literal["claimant", "carrier"] = "claimant"
    found: Found | None = None

    @property
    def proven(self) -> bool:
        """True when something beyond the claimant's word shows the value."""
        return self.value is not None and self.proof is not ProofKind.NONE

    @property
    def extent_told(self) -> bool:
        """True when the parcel says how much of it is gone."""
        return any(getattr(self, name) is not None for name in _EXTENTS)

    @model_validator(mode="after")
    def _makes_sense(self) -> "Parcel":
        if len(told := [name for name in _EXTENTS if getattr(self, name) is not None]) > 1:
            raise ValueError(f"only one may say how much is lost, not {' and '.join(told)}")
        if self.lost_pieces is not None and self.lost_pieces > self.pieces:
            raise ValueError(f"lost_pieces: {self.lost_pieces} of {self.pieces} pieces cannot be lost")
        if self.lost_weight_kg is not None and not (self.weight_kg and self.lost_weight_kg <= self.weight_kg):
            raise ValueError("lost_weight_kg: it is a part of weight_kg, which must be told and be no less")
        if self.lost_value is not None:
            _check_part(self.lost_value, of=self.value)
        if self.proof is not ProofKind.NONE and self.value is None:
            raise ValueError("proof: there is no value that it proves")
        return self


_EXTENTS = ("lost_percent", "lost_pieces", "lost_weight_kg", "lost_value")


def _check_part(part: Money, *, of: Money | None) -> None:
    if of is None or of.currency != part.currency or part.amount > of.amount:
        raise ValueError("lost_value: it is a part of value, which must be told in the same currency and be no less")


class Terms(_Fact):
    """What is known of the contract and of how its limiting clause came into it; null: nobody knows."""

    contract: str = Field(default="", max_length=60, description="Its pack, such as express-terms; empty: the mode's.")
    explained: bool | None = Field(default=None, description="The clause was pointed out and explained.")
    insurance_offered: bool | None = Field(default=None, description="Insured carriage (保价) was offered.")
    conspicuous: bool | None = Field(default=None, description="The clause was printed so that it is seen.")


class Conduct(_Fact):
    """What a person found of the carrier's conduct."""

    intent: bool = False
    gross_negligence: bool = False
    fraud: bool = Field(default=False, description="The carrier deceived the customer, as by a false sign-off.")
    decided_by: Note = ""

    @model_validator(mode="after")
    def _was_decided(self) -> "Conduct":
        if (self.intent or self.gross_negligence or self.fraud) and not self.decided_by:
            raise ValueError("decided_by: somebody must have found it")
        return self


class FaultShare(_Fact):
    """Which share of the cause lies with a party, and who decided so."""

    kind: PartyKind
    name: Note = ""
    share: Annotated[Decimal, Field(gt=0, le=100, max_digits=5, decimal_places=2)]  # per cent
    basis: Note = ""
    decided_by: Note = Field(default="", description="Who decided; empty: it is proposed, and moves no money yet.")


class Exemption(_Fact):
    """A ground on which the carrier may owe nothing; it counts once a person decided it on evidence."""

    kind: GroundKind
    evidence: tuple[Note, ...] = Field(default=(), max_length=LIST_MAX)
    decided_by: Note = ""


class Paid(_Fact):
    """Something that was paid for this claim already."""

    paid_amount: Amount
    on: Day
    reference: Note = ""


class Signals(_Fact):
    """What speaks for a claim that is made up or abusive. It makes a score for a person and changes no amount."""

    earlier_claims: int = Field(default=0, ge=0, description="Of this claimant within a year.")
    altered_proof: bool = Field(default=False, description="Staff saw that a paper was altered.")
    reused_evidence: bool = Field(default=False, description="The same picture or paper came with another claim.")
    delivered_with_code: bool = Field(default=False, description="The consignee's own pick-up code was used.")
    weight_contradicts: bool = Field(default=False, description="The weight at acceptance cannot be that of the goods.")
    settled_before: bool = Field(default=False, description="The same matter was settled before.")
    threats: bool = Field(default=False, description="Staff were threatened.")
    abusive_contacts: int = Field(default=0, ge=0, description="Contacts without a new matter.")


class ClaimFacts(_Fact):
    """The file that `redress assess` reads: what is known of a claim."""

    claim: str = Field(default="", max_length=60, description="Its number, where it has one.")
    jurisdictions: tuple[Jurisdiction, ...] = Field(
        default=("CN",), min_length=1, max_length=10, description="Whose law holds: CN, CN-ZJ (which holds CN's too)."
    )
    mode: ClaimMode
    product: str = Field(default="", max_length=60, description="The booked product; contracts may be for one only.")
    carriage: Carriage = Field(default=Carriage.UNKNOWN, description="By what; of air and road the mode says it.")
    international: bool = False
    lane: LaneClass = Field(default=LaneClass.UNKNOWN, description="How far the parcel goes, for the complete delay.")
    event: ClaimEvent
    accepted_on: Day | None = None
    promised_on: Day | None = None
    event_on: Day = Field(description="When it happened: whose rules hold. Of a delay: when it is looked at.")
    delivered_on: Day | None = None
    claimed_on: Day | None = None
    currency: Currency = Field(default="CNY", description="In which the claim is assessed.")
    parcels: tuple[Parcel, ...] = Field(
        min_length=1,
        max_length=PARCELS_MAX,
        description="All of the shipment. Where no parcel says how much of it is lost, a loss, a content mismatch or a "
        "misdelivery is of all of them; where one does, those that say nothing are whole.",
    )
    declared_value: Amount | None = None
    insured_amount: Amount | None = None
    total_value: Amount | None = Field(default=None, description="Of the shipment; else that of its parcels together.")
    freight: Amount | None = Field(default=None, description="What was paid for the carriage, without other fees.")
    insurance_fee: Amount | None = None
    other_fees: Amount | None = None
    claimed: Amount | None = Field(default=None, description="What is asked for; null: nobody named an amount.")
    agreed_amount: Amount | None = Field(default=None, description="For the goods, where both sides agreed on one.")
    claimant: Claimant = Claimant.SENDER
    claimant_name: Note = ""
    consumer: bool = Field(default=True, description="The claimant acts for himself, not for a business.")
    claimed_against: Literal["brand", "carrier"] = "brand"
    evidence: tuple[EvidenceKind | ClaimPaper, ...] = Field(default=(), max_length=LIST_MAX)
    terms: Terms | None = Field(default=None, description="The contract; null: no terms were shown to hold.")
    conduct: Conduct = Conduct()
    faults: tuple[FaultShare, ...] = Field(default=(), max_length=LIST_MAX, description="Their shares are 100 %.")
    exemptions: tuple[Exemption, ...] = Field(default=(), max_length=LIST_MAX)
    payments: tuple[Paid, ...] = Field(default=(), max_length=LIST_MAX)
    rates: tuple[Rate, ...] = Field(default=(), max_length=LIST_MAX)
    signals: Signals = Signals()

    @model_validator(mode="before")
    @classmethod
    def _name_the_currency(cls, told: Any) -> Any:
        if not isinstance(told, Mapping):
            return told
        return _with_currency(told, told.get("currency", "CNY"))

    @model_validator(mode="after")
    def _makes_sense(self) -> "ClaimFacts":
        if len({parcel.id for parcel in self.parcels}) < len(self.parcels):
            raise ValueError("parcels: two have the same id")
        if self.event in EXTENT_NEEDED and not any(parcel.extent_told for parcel in self.parcels):
            raise ValueError(f"parcels: of a {self.event} one must say how much of it is lost, such as lost_percent")
        if self.faults and (total := sum((fault.share for fault in self.faults), Decimal(0))) != WHOLE:
            raise ValueError(f"faults: the shares are {total} % together, not 100 %")
        if len({(rate.base, rate.quote) for rate in self.rates}) < len(self.rates):
            raise ValueError("rates: two lead from the same currency to the same")
        self._check_order_of_days()
        return self

    def _check_order_of_days(self) -> None:
        for name in ("promised_on", "event_on", "delivered_on", "claimed_on"):
            day = getattr(self, name)
            if self.accepted_on is not None and day is not None and day < self.accepted_on:
                raise ValueError(f"{name}: it lies before accepted_on")


def _with_currency(told: Any, currency: object) -> Any:
    """Write out the claim's currency wherever a bare number stands for money."""
    if isinstance(told, Mapping):
        return {
            key: {"amount": value, "currency": currency}
            if key in MONEY_FIELDS and isinstance(value, int | float | str | Decimal)
            else _with_currency(value, currency)
            for key, value in told.items()
        }
    return [_with_currency(value, currency) for value in told] if isinstance(told, list | tuple) else told


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True)


class Line(_Result):
    """One line of a derivation: what was done, by which rule, from which input."""

    step: Step
    rule: str  # names the row that says so
    source: str
    verified: str
    inputs: dict[str, str]  # facts by their names in the file, as they were read
    amount: Money | None  # what the step came to; none where it changed no amount
    zh: str
    en: str


class NotApplied(_Result):
    """A rule that was looked at and changed nothing, and why."""

    rule: str
    source: str
    zh: str
    en: str


class PackChoice(_Result):
    """Whether the rules of a pack hold for a claim, and why."""

    pack: str
    layer: str
    holds: bool
    zh: str
    en: str


class Provisional(_Result):
    """Why the amount may still change: what somebody has yet to tell or to decide."""

    code: str
    zh: str
    en: str


class Cap(_Result):
    """A limit that was looked at."""

    rule: str
    limit: Money
    reduced: bool  # it lowered the amount
    zh: str
    en: str


class Proposal(_Result):
    """An amount that only a person may add."""

    rule: str
    source: str
    amount: Money
    zh: str
    en: str


class Tier(_Result):
    """The quick way that the amount allows, and what it still needs."""

    rule: str
    source: str
    up_to: Money
    missing: tuple[str, ...]
    answer_hours: int | None
    zh: str
    en: str


class ScoreReason(_Result):
    """What speaks for it, and how much it weighs."""

    rule: str
    points: int
    zh: str
    en: str


class Score(_Result):
    """How much speaks for something that only a person may find; it changes no amount and denies nothing."""

    kind: Literal["fraud", "malice"]
    points: int
    level: Literal["none", "low", "high"]
    reasons: tuple[ScoreReason, ...]


class InternalShare(_Result):
    """What a party bears inside the carrier, whoever pays the claimant."""

    kind: PartyKind
    name: str
    share: Decimal  # per cent of what is paid
    amount: Money


class Payer(_Result):
    """Who pays the claimant, whoever bears it inside."""

    who: Literal["brand", "carrier"]
    rule: str
    source: str
    zh: str
    en: str


class Assessment(_Result):
    """What a claim comes to, and why."""

    claim: str
    amount: Money  # all that is owed for the claim
    goods: Money  # of it for the goods
    freight: Money  # of it for the freight
    paid: Money  # was paid before
    due: Money  # is still to be paid
    to_reclaim: Money  # was paid too much
    claimed: Money | None
    treated_as: ClaimEvent
    lines: tuple[Line, ...]
    caps: tuple[Cap, ...]
    not_applied: tuple[NotApplied, ...]
    packs: tuple[PackChoice, ...]
    provisional: tuple[Provisional, ...]
    proposals: tuple[Proposal, ...]
    tiers: tuple[Tier, ...]
    scores: tuple[Score, ...]
    payer: Payer | None
    split: tuple[InternalShare, ...]
