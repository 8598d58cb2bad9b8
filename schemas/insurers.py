"""What goes between the carrier and an insurer: what is submitted, and the three steps that it calls back with.

The steps are those of the insurers' side of the platforms' claims (受理 accept, 核赔 result, 结案付款 bill); each is
answered with the flags `repeated` and `retry`.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas.assessment import ClaimEvent
from schemas.claims import CLAIM_NO
from schemas.complaints import Line
from schemas.evidence import EvidenceKind
from schemas.ledger import Currency
from schemas.recovery import InsurancePaper

Named = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Sum = Annotated[Decimal, Field(ge=0, max_digits=12, decimal_places=2)]


class InsurerStep(StrEnum):
    """What an insurer tells, in this order."""

    ACCEPT = "accept"
    RESULT = "result"
    BILL = "bill"


class _Told(BaseModel):
    """What an insurer says; what Redress has no use for is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_id: Named
    claim_no: Annotated[str, StringConstraints(pattern=CLAIM_NO)]


class InsurerAccepts(_Told):
    """The insurer has taken the claim up, or says why it does not."""

    step: Literal[InsurerStep.ACCEPT]
    accepted: bool = True
    report_no: Line = ""
    reason: Line = ""

    @model_validator(mode="after")
    def _says_why_not(self) -> "InsurerAccepts":
        if not self.accepted and not self.reason:
            raise ValueError("reason: say why it is not accepted")
        return self


class InsurerResult(_Told):
    """How much the insurer will pay, or why it pays nothing."""

    step: Literal[InsurerStep.RESULT]
    claim_amount: Sum
    currency: Currency
    compensation_ratio: Annotated[Decimal, Field(ge=0, le=100, max_digits=7, decimal_places=4)] | None = None
    refusal_reason: Line = ""

    @model_validator(mode="after")
    def _says_why_nothing(self) -> "InsurerResult":
        if not self.claim_amount and not self.refusal_reason:
            raise ValueError("refusal_reason: say why nothing is paid")
        return self


class InsurerBill(_Told):
    """What the insurer has paid, and to whom."""

    step: Literal[InsurerStep.BILL]
    payee: Named
    amount: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]
    currency: Currency
    pay_time: AwareDatetime
    report_no: Line = ""


InsurerCallback = Annotated[InsurerAccepts | InsurerResult | InsurerBill, Field(discriminator="step")]


class CallbackAnswer(BaseModel):
    """What an insurer hears: whether the step was known, and whether it should tell it again later."""

    model_config = ConfigDict(frozen=True)

    event_id: str = ""
    repeated: bool = False
    retry: bool = False
    message: str = ""


class SubmittedPaper(BaseModel):
    """A piece of evidence that goes with a claim, named by its content's hash."""

    model_config = ConfigDict(frozen=True)

    kind: EvidenceKind
    sha256: str
    media_type: str
    size_bytes: int


class InsurerClaim(BaseModel):
    """What is submitted to an insurer. It says what happened and what it cost, and nothing of who the claimant is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim_no: str
    policy_no: str
    event: ClaimEvent
    waybill: str
    opened_at: datetime
    paid_to_claimant: Decimal
    claimed: Decimal
    currency: str
    basis: tuple[str, ...] = ()  # the rules that the amount rests on
    papers: tuple[InsurancePaper, ...] = ()
    evidence: tuple[SubmittedPaper, ...] = ()


class Submission(BaseModel):
    """What an insurer answers to a claim that is submitted."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    claim_no: str
    received: bool
    report_no: str = ""
    reason: str = ""
