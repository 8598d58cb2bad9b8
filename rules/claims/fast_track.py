"""快速理赔 (R87): which claims are so clear that a supervisor may decide them in a docket of many."""

from rules.claims.approving import CURRENCY_OF_BANDS, LEVELS, approvals_for
from rules.claims.pack import CLAIM_PACK
from schemas.claims import Claim, ClaimPlan, Relation, Resolution
from schemas.evidence import Completeness

DOCKET_CLAIMS_MAX = 50
"""Claims of one docket: as many as fit a page that somebody reads."""


def is_clear(claim: Claim, found: Completeness) -> str | None:
    """Say why a claim is decided by itself; None where it is clear."""
    plan = claim.plan
    if plan is None:
        return "nothing is proposed."
    return _plan_is_clear(claim, plan) or _case_is_clear(claim, found) or _one_may_decide(claim, plan)


def _plan_is_clear(claim: Claim, plan: ClaimPlan) -> str | None:
    if plan.resolution is not Resolution.PAY or not plan.amount:
        return "no payment is proposed."
    if claim.claimed is None or claim.claimed > plan.amount:
        return "it is less than what was asked for, or nobody named an amount."
    if plan.currency != CURRENCY_OF_BANDS:
        return f"the limit is in {CURRENCY_OF_BANDS}, the amount in {plan.currency}."
    limit = CLAIM_PACK.pick("fast_track_up_to", on=claim.opened_at.date()).value
    if plan.amount > limit:
        return f"{plan.amount} is more than the {limit} of a clear claim."
    if plan.assessment is None or plan.drafted_by:
        return "a person proposed it."
    if any(score.level != "none" for score in plan.assessment.scores):
        return "something speaks for fraud or malice."
    return None


def _case_is_clear(claim: Claim, found: Completeness) -> str | None:
    if not found.is_complete:
        return f"evidence is missing: {', '.join(piece.kind.value for piece in found.missing)}."
    if found.waived:
        return "it goes on without evidence that is asked for."
    if claim.liability is None or claim.liability.contested_by:
        return "who answers is contested, or nobody proposed it."
    if claim.is_major:
        return "it is a major accident."
    if claim.relation is Relation.EMPLOYEE:
        return "an employee claims."
    if claim.paid_elsewhere or claim.paid_amount:
        return "something was paid for the parcel before."
    if claim.proposals_refused:
        return "an earlier proposal was refused."
    return None


def _one_may_decide(claim: Claim, plan: ClaimPlan) -> str | None:
    return None if approvals_for(claim, plan.amount) == LEVELS["one"] else "more than one supervisor must approve."
