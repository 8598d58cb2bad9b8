"""Recovery (追偿): what a party is charged for a paid claim, and what an insurer is asked to bear (R79, R80, R85).

The claimant is paid by the brand or by the carrier that served, as he chose (快递暂行条例 art. 19); who bears it inside
is what this is about. How money moves: `schemas.ledger`. What an insurer says over the wire: `schemas.insurers`.
"""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from schemas.complaints import PartyKind
from schemas.evidence import EvidenceKind


class ChargeState(StrEnum):
    """Where a charge stands. A party may object before a charge counts. docs/glossary.md has the Chinese terms."""

    NOTICED = "noticed"  # the party was told, and may object (R79)
    OBJECTED = "objected"  # it says that it does not answer: a person rules
    CHARGED = "charged"  # final, and in the party's settlement of that month
    LIFTED = "lifted"  # a person ruled that the party does not answer
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"  # what the party did not pay is a loss that somebody approved
    UNAPPROVED = "unapproved"  # nobody answers for it, and nobody has approved the loss yet
    TAKEN_BACK = "taken_back"  # the payout that it was for was wrong: nothing is borne by anybody


PENDING = frozenset({ChargeState.NOTICED, ChargeState.OBJECTED, ChargeState.UNAPPROVED})
"""Charges that are not booked yet: their amount is still to be allocated, and is no longer free."""


class Charge(BaseModel):
    """What one party is to bear of one claim; without a party, a loss that waits for its approval."""

    model_config = ConfigDict(frozen=True)

    key: str  # CL-20261128-000001-C1
    claim_no: str
    number: int
    kind: PartyKind
    party: str
    share: Decimal  # per cent of what was shared out with it
    amount: Decimal
    currency: str
    basis: str = ""
    state: ChargeState
    noticed_at: datetime
    object_until: datetime
    objected_by: str = ""
    objection: str = ""
    objected_at: datetime | None = None
    ruled_by: str = ""
    ruling: str = ""
    ruled_at: datetime | None = None
    charged_at: datetime | None = None
    recovered: Decimal = Decimal(0)
    settled_at: datetime | None = None  # lifted, recovered, or written off

    @property
    def outstanding(self) -> Decimal:
        """What the party owes now."""
        return self.amount - self.recovered if self.state is ChargeState.CHARGED else Decimal(0)

    @property
    def losable(self) -> Decimal:
        """What can be written off."""
        return self.amount if self.state is ChargeState.UNAPPROVED else self.outstanding


class SettlementItem(BaseModel):
    """One claim in the settlement of a party: what it was charged in that month, less what was taken back."""

    model_config = ConfigDict(frozen=True)

    party: str
    claim_no: str
    currency: str
    charged: Decimal


class Settlement(BaseModel):
    """What a party owed before a month, what the month brought, and what it owes after it, in one currency."""

    model_config = ConfigDict(frozen=True)

    month: str  # 2026-11, of the business time zone
    party: str
    currency: str
    opening: Decimal
    charged: Decimal
    recovered: Decimal
    written_off: Decimal
    items: tuple[SettlementItem, ...] = ()

    @property
    def closing(self) -> Decimal:
        """What is owed at the end of the month."""
        return self.opening + self.charged - self.recovered - self.written_off


class InsuranceState(StrEnum):
    """Where an insurer's case stands."""

    PREPARING = "preparing"  # papers are gathered
    SUBMITTED = "submitted"
    ACCEPTED = "accepted"  # the insurer works on it
    GRANTED = "granted"  # it says how much it will pay
    PAID = "paid"
    REFUSED = "refused"
    GIVEN_UP = "given_up"  # a person of the desk ended it


INSURANCE_ENDED = frozenset({InsuranceState.PAID, InsuranceState.REFUSED, InsuranceState.GIVEN_UP})


class InsurancePaper(StrEnum):
    """What an insurer asks for of every claim, beside evidence of what happened."""

    CLAIM_FORM = "claim_form"
    LIABILITY_DECISION = "liability_decision"
    ASSESSMENT = "assessment"
    PROOF_OF_PAYMENT = "proof_of_payment"


class InsuranceCase(BaseModel):
    """What one insurer is asked to bear of one claim (R80)."""

    model_config = ConfigDict(frozen=True)

    claim_no: str
    insurer: str
    policy_no: str = ""
    state: InsuranceState
    claimed: Decimal
    currency: str
    granted: Decimal | None = None
    ratio: Decimal | None = None  # per cent, as the insurer says
    paid: Decimal | None = None
    report_no: str = ""  # the insurer's own number of it
    refusal: str = ""  # why it pays nothing, or not all
    opened_by: str
    opened_at: datetime
    state_since: datetime
    submissions: int = 0
    contact_due_at: datetime | None = None  # when the desk asks again; None once it has ended
    contacted_at: datetime | None = None
    contacts: int = 0

    @property
    def is_open(self) -> bool:
        """True until it has ended."""
        return self.state not in INSURANCE_ENDED

    @property
    def expected(self) -> Decimal:
        """What the insurer is expected to pay: what it granted, or else what it is asked for."""
        return self.claimed if self.granted is None else self.granted


class InsuranceContact(BaseModel):
    """One time that the desk asked the insurer how a case stands (定期与保险公司联系, R80)."""

    model_config = ConfigDict(frozen=True)

    claim_no: str
    at: datetime
    by: str
    note: str


class Papers(BaseModel):
    """What an insurer asks for of one claim, and what of it is not there."""

    model_config = ConfigDict(frozen=True)

    asked_evidence: tuple[EvidenceKind, ...]
    missing_evidence: tuple[EvidenceKind, ...]
    asked_papers: tuple[InsurancePaper, ...]
    missing_papers: tuple[InsurancePaper, ...]

    @property
    def are_complete(self) -> bool:
        """True when nothing is missing."""
        return not self.missing_evidence and not self.missing_papers
