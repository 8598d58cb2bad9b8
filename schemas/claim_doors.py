"""What the doors of claims take from a claimant and tell him: how it stands, his answer, what he adds (R65, R79).

What is told of a claim is in `schemas.claims`.
"""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from schemas import complaints
from schemas.claims import PARCELS_TOLD_MAX, ParcelTold, PayeeTold, Relation
from schemas.complaint_doors import Words
from schemas.complaints import Line, Money

Code = Annotated[str, StringConstraints(pattern=r"^([0-9]{6})?$")]


class ToldOffer(BaseModel):
    """What is offered, how it comes about line by line, and until when it stands."""

    model_config = ConfigDict(frozen=True)

    amount: Decimal
    currency: str
    derivation: tuple[Words, ...] = ()
    answer_by: datetime | None = None


class ToldDenial(BaseModel):
    """Why nothing is paid, and until when the claimant may object."""

    model_config = ConfigDict(frozen=True)

    reasons: tuple[Words, ...] = ()
    object_by: datetime | None = None


class ToldOnce(BaseModel):
    """One thing that the claimant was told, as it was sent to him."""

    model_config = ConfigDict(frozen=True)

    at: datetime
    sentence: str


class ClaimStatus(BaseModel):
    """How a claim stands, as whoever filed it may read it (R50, R65)."""

    model_config = ConfigDict(frozen=True)

    claim_no: str
    received_at: datetime
    status: Words
    wanted: Words | None = None  # what must still be told of a draft
    papers: Words | None = None  # papers and pictures that are still wanted
    papers_by: datetime | None = None
    proposal_by: datetime | None = None
    offer: ToldOffer | None = None
    denial: ToldDenial | None = None
    agreed: Decimal | None = None
    pay_by: datetime | None = None
    paid: Decimal | None = None
    currency: str = "CNY"
    account: str = ""  # its last characters
    account_wanted: bool = False
    told: tuple[ToldOnce, ...] = ()


class Answer(StrEnum):
    """What a claimant says to what was told him (R79). docs/glossary.md has the Chinese terms."""

    ACCEPT = "accept"
    COUNTER = "counter"  # asks for another amount
    OBJECT = "object"  # to a denial
    WITHDRAW = "withdraw"


class ClaimAnswer(BaseModel):
    """A claimant's answer, with the code that came to his telephone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answer: Answer
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    amount: Money | None = Field(
        default=None, gt=0, description="Of `accept` the amount that he read, of `counter` the one that he asks for."
    )
    reasons: complaints.Words = Field(default="", description="Why he asks for another amount, or objects.")

    @model_validator(mode="after")
    def _says_all(self) -> "ClaimAnswer":
        if (self.answer in {Answer.ACCEPT, Answer.COUNTER}) != (self.amount is not None):
            raise ValueError("amount: accept and counter name one, and nothing else does")
        if self.answer in {Answer.COUNTER, Answer.OBJECT} and not self.reasons:
            raise ValueError("reasons: counter and object need some")
        return self


class ClaimAddition(BaseModel):
    """What a claimant tells of his claim later. Who he is and how he is reached, only the desk changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Line = Field(default="", description="The claimant's; it is taken only where none was told.")
    relation: Relation | Literal[""] = ""
    waybill: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^([A-Za-z0-9-]{6,32})?$")] = ""
    happened_on: date | None = None
    account: complaints.Words = Field(default="", description="What happened, in the claimant's words.")
    parcels: tuple[ParcelTold, ...] = Field(default=(), max_length=PARCELS_TOLD_MAX)
    claimed: Money | None = None
    payee: PayeeTold | None = None
    code: Code = Field(default="", description="That came to his telephone; only a new account needs one.")

    @model_validator(mode="after")
    def _account_has_a_code(self) -> "ClaimAddition":
        if self.payee is not None and not self.code:
            raise ValueError("code: an account is taken with a code only")
        return self


class CodeSent(BaseModel):
    """Where a code went, and how long it is good."""

    model_config = ConfigDict(frozen=True)

    claim_no: str
    sent_to: str  # masked
    good_until: datetime
