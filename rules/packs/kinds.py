"""The kinds of rule that a pack may hold: the whole vocabulary in which compensation is written as data.

Belongs here: what a row of each kind says. Does not belong here: any figure (`rules/packs/*.toml`), and what a row does
to an amount (`rules/claims/`). docs/adding-a-rule-pack.md explains each kind to whoever writes one.
"""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from rules.packs import Verified
from schemas.assessment import ClaimEvent, ClaimPaper, GroundKind
from schemas.complaints import PartyKind
from schemas.evidence import EvidenceKind
from schemas.money import Currency
from schemas.promises import LaneClass


class Stage(StrEnum):
    """What rules are about; a pack displaces those of weaker packs stage by stage."""

    TREAT = "treat"
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
    PROPOSAL = "proposal"
    TIER = "tier"
    PERIOD = "period"
    PAYER = "payer"


class Circumstance(StrEnum):
    """What must, or must not, be so for a row to apply."""

    INSURED = "insured"
    DECLARED = "declared"
    TOTAL = "total"  # all parcels are gone as a whole
    PARTIAL = "partial"
    CONSUMER = "consumer"
    CLAIMANT_IS_SENDER = "claimant_is_sender"
    INTERNATIONAL = "international"
    BY_AIR = "by_air"
    BY_ROAD = "by_road"
    BY_RAIL = "by_rail"
    BY_SEA = "by_sea"
    DELIVERED = "delivered"
    INTENT = "intent"
    GROSS_NEGLIGENCE = "gross_negligence"
    CARRIER_FRAUD = "carrier_fraud"
    NOT_CONSPICUOUS = "not_conspicuous"


EXTENTS = frozenset({Circumstance.TOTAL, Circumstance.PARTIAL})
"""Known only once the loss is counted."""


class ClauseFact(StrEnum):
    """What must be shown of a limiting clause."""

    EXPLAINED = "explained"
    INSURANCE_OFFERED = "insurance_offered"
    CONSPICUOUS = "conspicuous"


Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Figure = Annotated[Decimal, Field(gt=0, le=10_000_000, decimal_places=4)]
Sum = Annotated[Decimal, Field(gt=0, le=10_000_000, decimal_places=2)]
Of = Literal["whole", "affected", "lost"]
"""Of the whole shipment, of the parcels it happened to, or of that part of them which is gone."""


class Row(BaseModel):
    """What every rule says besides what it does."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    stage: ClassVar[Stage]

    id: Identifier
    title_zh: Title
    title_en: Title
    events: frozenset[ClaimEvent] = Field(default=frozenset(ClaimEvent), min_length=1)
    when: frozenset[Circumstance] = frozenset()  # all of them are so
    unless: frozenset[Circumstance] = frozenset()  # none of them is so
    source: Title
    verified: Verified
    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _holds_for_a_day(self) -> "Row":
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"it ends on {self.valid_to}, before it holds for a day")
        if self.when & self.unless:
            raise ValueError(f"{min(self.when & self.unless)} cannot be both needed and excluded")
        return self

    def holds_on(self, day: date) -> bool:
        """Say whether the row held on that day."""
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class TreatAs(Row):
    """What happened is treated as something else; with `days_late`, once a parcel is so late and was not delivered."""

    stage = Stage.TREAT
    kind: Literal["treat_as"]
    becomes: ClaimEvent
    days_late: int | None = Field(default=None, ge=1, le=365)
    lanes: frozenset[LaneClass] = frozenset(LaneClass)


class ReturnWhenFound(Row):
    """Whoever was paid for a parcel that is found has the parcel or the money, not both."""

    stage = Stage.FOUND
    kind: Literal["return_when_found"]


class CountLoss(Row):
    """How the loss is counted."""

    stage = Stage.LOSS
    kind: Literal["count_loss"]


class DeductSalvage(Row):
    """What the claimant keeps and is still worth something is no loss."""

    stage = Stage.SALVAGE
    kind: Literal["deduct_salvage"]


class _Measure(Row):
    stage = Stage.MEASURE
    order: int = Field(ge=1, le=999)  # within its pack, the lower first
    includes_freight: bool = False  # it is a lump sum: no freight is refunded beside it


class PayAgreed(_Measure):
    """Pay for the goods what both sides agreed on."""

    kind: Literal["pay_agreed"]


class PayInsured(_Measure):
    """Pay the insured amount."""

    kind: Literal["pay_insured"]


class PayProportion(_Measure):
    """Pay the share of the loss that the insured amount is of the total value."""

    kind: Literal["pay_proportion"]


class PayDeclared(_Measure):
    """Pay the declared value, in part where a part is lost."""

    kind: Literal["pay_declared"]


class PayProven(_Measure):
    """Pay the loss of the parcels whose value is proven."""

    kind: Literal["pay_proven"]


class PayStated(_Measure):
    """Pay the loss by the value that is only said, up to an amount and where the evidence is there."""

    kind: Literal["pay_stated"]
    up_to: Sum
    currency: Currency
    needs: tuple[EvidenceKind | ClaimPaper, ...] = Field(min_length=1)


class PayMultipleOfFreight(_Measure):
    """Pay the freight so many times, up to an amount."""

    kind: Literal["pay_multiple_of_freight"]
    factor: Figure
    of: Of = "affected"
    up_to: Sum | None = None
    currency: Currency | None = None

    @model_validator(mode="after")
    def _limit_has_a_currency(self) -> "PayMultipleOfFreight":
        if (self.up_to is None) != (self.currency is None):
            raise ValueError("up_to and currency stand together")
        return self


class PayPerKg(_Measure):
    """Pay an amount for every kilogram that is gone."""

    kind: Literal["pay_per_kg"]
    value: Figure
    currency: Currency


class ExemptWhen(Row):
    """The carrier owes nothing for the goods on a ground that a person decided on evidence."""

    stage = Stage.EXEMPTION
    kind: Literal["exempt_when"]
    ground: GroundKind


class ReduceByFault(Row):
    """What lies with these parties is not paid."""

    stage = Stage.FAULT
    kind: Literal["reduce_by_fault"]
    parties: frozenset[PartyKind] = Field(min_length=1)


class ClauseEnforceableIf(Row):
    """A limiting clause of a contract counts only if this is shown, and never if that is so."""

    stage = Stage.CLAUSE
    kind: Literal["clause_enforceable_if"]
    clause: Identifier
    requires: frozenset[ClauseFact] = frozenset()
    void_when: frozenset[Circumstance] = frozenset()

    @model_validator(mode="after")
    def _asks_for_something(self) -> "ClauseEnforceableIf":
        if not self.requires and not self.void_when:
            raise ValueError("it requires nothing and is void for nothing")
        return self


class _Cap(Row):
    stage = Stage.CAP
    clause: Identifier | None = None  # it is a clause of a contract, which a rule of law must let stand
    covers: Literal["goods", "all"] = "goods"  # all: the refund of the freight counts towards it


class CapPerKg(_Cap):
    """No more than an amount for every kilogram, of the parcels concerned or of what is gone."""

    kind: Literal["cap_per_kg"]
    value: Figure
    currency: Currency
    weight: Literal["affected", "lost"] = "affected"


class CapMultipleOfFreight(_Cap):
    """No more than the freight so many times."""

    kind: Literal["cap_multiple_of_freight"]
    factor: Figure
    of: Of = "affected"


class CapAmount(_Cap):
    """No more than an amount, for the claim or for each parcel concerned."""

    kind: Literal["cap_amount"]
    value: Figure
    currency: Currency
    per: Literal["claim", "parcel"] = "claim"


class CapInsured(_Cap):
    """No more than the insured amount."""

    kind: Literal["cap_insured"]


class CapActualLoss(_Cap):
    """No more than what was lost, where that is proven."""

    kind: Literal["cap_actual_loss"]


class RefundFreight(Row):
    """Give the freight back."""

    stage = Stage.REFUND
    kind: Literal["refund_freight"]
    of: Of = "whole"
    percent: Annotated[Decimal, Field(gt=0, le=100)] = Decimal(100)


class FloorAmount(Row):
    """No less than an amount for the goods, once anything is owed for them."""

    stage = Stage.FLOOR
    kind: Literal["floor_amount"]
    value: Sum
    currency: Currency
    beyond_claim: bool = False  # it is owed even where less is claimed


class CapClaimed(Row):
    """No more than what is claimed."""

    stage = Stage.CLAIM_LIMIT
    kind: Literal["cap_claimed"]


class DeductPayments(Row):
    """What was paid already is not paid again."""

    stage = Stage.PAYMENTS
    kind: Literal["deduct_payments"]


class ProposeMultipleOfFreight(Row):
    """The freight so many times on top, and at least an amount: proposed to a person, never part of the amount."""

    stage = Stage.PROPOSAL
    kind: Literal["propose_multiple_of_freight"]
    factor: Figure
    at_least: Sum
    currency: Currency


class OnTheSpot(Row):
    """Up to an amount the claim may be settled on the spot, with these papers."""

    stage = Stage.TIER
    kind: Literal["on_the_spot"]
    up_to: Sum
    currency: Currency
    needs: tuple[EvidenceKind | ClaimPaper, ...] = Field(min_length=1)
    needs_unless_sender: tuple[EvidenceKind | ClaimPaper, ...] = ()
    answer_hours: int | None = Field(default=None, ge=1, le=720)


class ClaimWithin(Row):
    """Until when something can be asked for; a claim that comes later goes to a person and is not denied."""

    stage = Stage.PERIOD
    kind: Literal["claim_within"]
    value: int = Field(ge=1, le=3650)
    unit: Literal["days", "years"]
    starts_on: Literal["accepted_on", "promised_on", "event_on", "delivered_on"]


class EitherMayBeClaimed(Row):
    """Brand and carrier both answer to the claimant, whoever bears it between them."""

    stage = Stage.PAYER
    kind: Literal["either_may_be_claimed"]


CompensationRule = Annotated[
    TreatAs | ReturnWhenFound | CountLoss | DeductSalvage
    | PayAgreed | PayInsured | PayProportion | PayDeclared | PayProven | PayStated | PayMultipleOfFreight | PayPerKg
    | ExemptWhen | ReduceByFault | ClauseEnforceableIf
    | CapPerKg | CapMultipleOfFreight | CapAmount | CapInsured | CapActualLoss
    | RefundFreight | FloorAmount | CapClaimed | DeductPayments
    | ProposeMultipleOfFreight | OnTheSpot | ClaimWithin | EitherMayBeClaimed,
    Field(discriminator="kind"),
]  # fmt: skip
Measure = PayAgreed | PayInsured | PayProportion | PayDeclared | PayProven | PayStated | PayMultipleOfFreight | PayPerKg
AnyCap = CapPerKg | CapMultipleOfFreight | CapAmount | CapInsured | CapActualLoss
