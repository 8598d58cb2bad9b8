"""What an insurer is asked for a claim, which papers it wants, and what follows from each of its three steps (R80).

Belongs here: amounts, papers, and the answer to a callback. Does not belong here: who bears what an insurer does not
pay (`rules.claims.recovery`).
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from rules.claims.pack import CLAIM_PACK
from rules.tables import require_words
from schemas.assessment import ClaimEvent
from schemas.claims import Claim
from schemas.evidence import EvidenceKind
from schemas.insurers import InsurerAccepts, InsurerCallback, InsurerResult, InsurerStep
from schemas.recovery import InsuranceCase, InsurancePaper, InsuranceState, Papers

_S, _K = InsuranceState, EvidenceKind

MAY_BECOME: Mapping[InsuranceState, frozenset[InsuranceState]] = {
    _S.PREPARING: frozenset({_S.SUBMITTED, _S.GIVEN_UP}),
    _S.SUBMITTED: frozenset({_S.SUBMITTED, _S.ACCEPTED, _S.REFUSED, _S.GIVEN_UP}),
    _S.ACCEPTED: frozenset({_S.GRANTED, _S.REFUSED, _S.GIVEN_UP}),
    _S.GRANTED: frozenset({_S.PAID, _S.GIVEN_UP}),
    _S.PAID: frozenset(),
    _S.REFUSED: frozenset(),
    _S.GIVEN_UP: frozenset(),
}
WAITS_FOR: Mapping[InsuranceState, InsurerStep] = {
    _S.PREPARING: InsurerStep.ACCEPT,
    _S.SUBMITTED: InsurerStep.ACCEPT,
    _S.ACCEPTED: InsurerStep.RESULT,
    _S.GRANTED: InsurerStep.BILL,
}
"""What the insurer tells next, as long as it is to tell anything."""
ORDER = tuple(InsurerStep)

_PHOTOS = (_K.PHOTO_WHOLE, _K.PHOTO_DETAIL)
EVIDENCE_ASKED: Mapping[ClaimEvent, tuple[EvidenceKind, ...]] = {
    ClaimEvent.LOSS: (_K.VALUE_PROOF,),
    ClaimEvent.PARTIAL_LOSS: (_K.VALUE_PROOF, _K.LOSS_LIST),
    ClaimEvent.DAMAGE: (_K.VALUE_PROOF, *_PHOTOS),
    ClaimEvent.SHORTAGE: (_K.VALUE_PROOF, _K.LOSS_LIST),
    ClaimEvent.DELAY: (),  # the way of the parcel is on record
    ClaimEvent.CONTENT_MISMATCH: (_K.VALUE_PROOF, _K.PHOTO_CONTENTS),
    ClaimEvent.MISDELIVERY: (_K.VALUE_PROOF, _K.SIGNATURE_PROOF),
}
require_words(EVIDENCE_ASKED, ClaimEvent)


def papers_of(
    claim: Claim, *, there: Collection[EvidenceKind], waived: Collection[EvidenceKind], is_paid: bool
) -> Papers:
    """Say which papers of a claim an insurer asks for, and which are missing; what a person waived is not asked for."""
    asked = tuple(kind for kind in EVIDENCE_ASKED[claim.event] if kind not in waived)
    known = {
        InsurancePaper.CLAIM_FORM: not claim.missing,
        InsurancePaper.LIABILITY_DECISION: claim.liability is not None,
        InsurancePaper.ASSESSMENT: claim.plan is not None and claim.plan.assessment is not None,
        InsurancePaper.PROOF_OF_PAYMENT: is_paid,
    }
    return Papers(
        asked_evidence=asked,
        missing_evidence=tuple(kind for kind in asked if kind not in there),
        asked_papers=tuple(known),
        missing_papers=tuple(paper for paper, is_there in known.items() if not is_there),
    )


def ask_again_at(now: datetime) -> datetime:
    """Say when the desk asks an insurer again after a word from now."""
    return now + CLAIM_PACK.pick("ask_insurer_after", on=now.date()).hours


class Terms(NamedTuple):
    """From which amount on an insurer is asked, and what of each claim it never pays (免赔额)."""

    from_amount: Decimal
    deductible: Decimal
    currency: str


def insured_part(amount: Decimal, currency: str, *, terms: Terms) -> Decimal:
    """Say how much of an amount an insurer is asked for; nothing below its terms, or in another currency."""
    if currency != terms.currency or amount < terms.from_amount:
        return Decimal(0)
    return max(amount - terms.deductible, Decimal(0))


class Word(NamedTuple):
    """What is answered to a step of an insurer: taken, or known, or to be told again later, or why it cannot be."""

    taken: bool = False
    repeated: bool = False
    retry: bool = False
    message: str = ""


def word_to(case: InsuranceCase, told: InsurerCallback, *, before: Mapping[InsurerStep, InsurerCallback]) -> Word:
    """Say what becomes of a step that an insurer tells; `before` is what it told of each step.

    A step that comes before the one that must precede it is to be told again; one that was taken is known, and
    contradicts where it says something else.
    """
    if told.step in before:
        if says_the_same(told, before[told.step]):
            return Word(repeated=True, message=f"{told.step} is known")
        return Word(message=f"another {told.step} was taken before: the desk must look at it")
    waits_for = WAITS_FOR.get(case.state)
    if waits_for is None:
        return Word(message=f"the case is {case.state}")
    if case.state is InsuranceState.PREPARING:
        return Word(retry=True, message="nothing was submitted yet")
    if ORDER.index(told.step) > ORDER.index(waits_for):
        return Word(retry=True, message=f"{waits_for} comes first")
    if told.step is not waits_for:
        return Word(message=f"{waits_for} is waited for, and not {told.step}")
    if why := _amount_refused(case, told):
        return Word(message=why)
    return Word(taken=True)


def says_the_same(one: InsurerCallback, other: InsurerCallback) -> bool:
    """Say whether two tellings of a step say the same, whatever the names under which they came."""
    return one.model_copy(update={"event_id": ""}) == other.model_copy(update={"event_id": ""})


def _amount_refused(case: InsuranceCase, told: InsurerCallback) -> str | None:
    if isinstance(told, InsurerAccepts):
        return None
    if told.currency != case.currency:
        return f"the case is in {case.currency}, not in {told.currency}"
    amount = told.claim_amount if isinstance(told, InsurerResult) else told.amount
    most = case.expected  # what was asked for, and once it is granted, what was granted
    return f"{amount} {told.currency} are more than the {most} that are to be paid" if amount > most else None


class Turn(NamedTuple):
    """Where a step leads a case, and how much the insurer is to pay by it."""

    state: InsuranceState
    expected: Decimal


def turn_of(case: InsuranceCase, told: InsurerCallback) -> Turn:
    """Say where a step that is taken leads: what an insurer does not pay is no longer expected of it."""
    if isinstance(told, InsurerAccepts):
        return Turn(_S.ACCEPTED, case.claimed) if told.accepted else Turn(_S.REFUSED, Decimal(0))
    if isinstance(told, InsurerResult):
        return Turn(_S.GRANTED if told.claim_amount else _S.REFUSED, told.claim_amount)
    return Turn(_S.PAID, told.amount)


def facts_of(told: InsurerCallback) -> dict[str, Any]:
    """Give the columns that a step which is taken writes, beside the state."""
    if isinstance(told, InsurerAccepts):
        return {"report_no": told.report_no, "refusal": "" if told.accepted else told.reason}
    if isinstance(told, InsurerResult):
        return {"granted": told.claim_amount, "ratio": told.compensation_ratio, "refusal": told.refusal_reason}
    return {"paid": told.amount, "report_no": told.report_no}
