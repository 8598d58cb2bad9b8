"""How a claim stands, in words that whoever filed it may read (R65), and what he was told came of it (R79)."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from rules.claims import telling
from rules.claims.form import wanted_fields
from rules.claims.lifecycle import WITH_MONEY
from rules.disclosure import disclosed
from rules.privacy import mask_account
from rules.tables import require_words
from schemas.claim_doors import ClaimStatus, ToldDenial, ToldOffer, ToldOnce
from schemas.claims import Claim, ClaimPlan, Ending, Resolution, State
from schemas.complaint_doors import Words
from schemas.disclosure import Audience
from schemas.evidence import EvidenceKind

STATUS: dict[State, tuple[str, str]] = {
    **telling.PROGRESS,
    State.DRAFT: ("资料待补充", "something is still to be told"),
    State.CLOSED: ("已办结", "it is concluded"),
}
require_words(STATUS, State)
OFFER_TOLD = frozenset({State.OFFERED, State.NEGOTIATION}) | WITH_MONEY
"""States in which the claimant has read how his amount comes about."""
OFFER_STANDS = frozenset({State.OFFERED})
DENIAL_ENDINGS = frozenset({Ending.DENIED, Ending.TIME_BARRED})
PAPERS_AWAITED = frozenset({State.FILED, State.ACKNOWLEDGED, State.EVIDENCE})


class Known(NamedTuple):
    """What is known of how a claim stands beside the claim itself."""

    proposal_by: datetime | None = None
    pay_by: datetime | None = None
    papers: Collection[EvidenceKind] = ()  # that are wanted and not there
    told: Sequence[ToldOnce] = ()


def status_of(claim: Claim, known: Known) -> ClaimStatus:
    """Say how a claim stands, to who filed it: never who answers for it inside, nor what nobody has approved."""
    wanted = wanted_fields(claim.missing) if claim.state is State.DRAFT else ()
    papers = known.papers if claim.state in PAPERS_AWAITED else ()
    with_money = claim.state in WITH_MONEY or claim.ending == Ending.SETTLED
    return ClaimStatus(
        claim_no=claim.case_no,
        received_at=claim.opened_at,
        status=Words(zh=_ended(claim)[0], en=_ended(claim)[1]),
        wanted=_listed([(field.zh, field.en) for field in wanted]),
        papers=_listed([(telling.papers_in_words([kind]), telling.papers_in_words([kind], "en")) for kind in papers]),
        papers_by=claim.evidence_due_at if papers else None,
        proposal_by=known.proposal_by,
        offer=_offer(claim),
        denial=_denial(claim),
        agreed=claim.agreed_amount if with_money else None,
        pay_by=known.pay_by if claim.state in {State.AGREED, State.PAYING} else None,
        paid=claim.paid_amount or None,
        currency=claim.currency,
        account=mask_account(claim.payee_tail) if claim.payee_tail else "",
        account_wanted=claim.state is State.AGREED and not claim.payee_tail,
        told=tuple(known.told),
    )


def _ended(claim: Claim) -> tuple[str, str]:
    if claim.state is State.CLOSED and claim.ending in telling.ENDING:
        return telling.ENDING[Ending(claim.ending)]
    return STATUS[claim.state]


def _listed(told: Sequence[tuple[str, str]]) -> Words | None:
    if not told:
        return None
    return Words(zh="、".join(zh for zh, _ in told), en=", ".join(en for _, en in told))


def _offer(claim: Claim) -> ToldOffer | None:
    amount = claim.offered if claim.offered is not None else claim.agreed_amount
    settled = claim.state is State.CLOSED and claim.ending == Ending.SETTLED
    if amount is None or claim.plan is None or not (claim.state in OFFER_TOLD or settled):
        return None
    return ToldOffer(
        amount=amount,
        currency=claim.currency,
        derivation=derivation_lines(claim.plan),
        answer_by=claim.offer_due_at if claim.state in OFFER_STANDS else None,
    )


def _denial(claim: Claim) -> ToldDenial | None:
    denied = claim.state is State.DENIED or (claim.state is State.CLOSED and claim.ending in DENIAL_ENDINGS)
    if not denied or claim.plan is None or claim.plan.resolution is Resolution.PAY:
        return None
    reasons = tuple(_shown(ground.zh, ground.en) for ground in claim.plan.grounds)
    return ToldDenial(reasons=reasons, object_by=claim.offer_due_at if claim.state is State.DENIED else None)


def derivation_lines(plan: ClaimPlan) -> tuple[Words, ...]:
    """Say how an amount comes about, each line with its source; of a person's own amount, his reasons.

    Where an approver set another amount, the last line says so: it ends at what is offered.
    """
    if plan.assessment is None or plan.drafted_by:
        return tuple(_shown(ground.zh, ground.en) for ground in plan.grounds)
    lines = [_shown(f"{line.zh}（{line.source}）", f"{line.en} ({line.source})") for line in plan.assessment.lines]
    if otherwise := telling.set_otherwise(plan, "zh"):
        lines.append(_shown(otherwise, telling.set_otherwise(plan, "en")))
    return tuple(lines)


def _shown(zh: str, en: str) -> Words:
    """Let a sentence pass as every text to a claimant does: a telephone number in it is masked."""
    return Words(
        zh=disclosed({"derivation": zh}, to=Audience.CUSTOMER)["derivation"],
        en=disclosed({"derivation": en}, to=Audience.CUSTOMER)["derivation"],
    )
