"""What is proposed about a claim: what the rules come to, or what a person says instead (R56, R78)."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rules.claims.money import divided
from schemas.assessment import Assessment, InternalShare
from schemas.claims import Claim, ClaimPlan, Resolution
from schemas.complaints import Ground
from schemas.money import Money

OUT_OF_TIME = "out_of_time"
NOT_OWED = Ground(
    code="nothing_owed",
    zh="按适用规则核定，没有应付金额",
    en="by the rules that hold nothing is owed",
)


def propose(claim: Claim, assessment: Assessment) -> ClaimPlan:
    """Draft what an assessment comes to: a payment, a denial where nothing is owed, or that it came too late.

    Of a claim that was paid, and of which nothing more is owed, such as when the parcel was found, it is neither.

    That a claim came too late is only proposed: a person confirms it.
    """
    late = [one for one in assessment.provisional if one.code == OUT_OF_TIME]
    if late:
        grounds = tuple(Ground(code=one.code, zh=one.zh, en=one.en) for one in late)
        return _plan(claim, Resolution.TIME_BAR, assessment, grounds=grounds)
    if not assessment.due.amount and claim.paid_amount:
        return _plan(claim, Resolution.NOTHING_MORE, assessment, grounds=tuple(_why_nothing(assessment)))
    if not assessment.due.amount:
        return _plan(claim, Resolution.DENY, assessment, grounds=tuple(_why_nothing(assessment)))
    return _plan(claim, Resolution.PAY, assessment)


def _why_nothing(assessment: Assessment) -> Iterator[Ground]:
    """Give the lines by which nothing is left to pay, each with its source, for the claimant to read."""
    yield NOT_OWED
    for line in assessment.lines:
        if line.amount is not None and not line.amount.amount:
            yield Ground(code=line.step.value, zh=f"{line.zh}（{line.source}）", en=f"{line.en} ({line.source})")
    if assessment.paid.amount:
        yield Ground(code="paid_before", zh=f"此前已付{assessment.paid}", en=f"{assessment.paid} was paid before")


def _plan(
    claim: Claim, resolution: Resolution, assessment: Assessment, *, grounds: tuple[Ground, ...] = ()
) -> ClaimPlan:
    amount = assessment.due.amount if resolution is Resolution.PAY else Decimal(0)
    return ClaimPlan(
        version=next_version(claim),
        resolution=resolution,
        amount=amount,
        currency=assessment.due.currency,
        grounds=grounds,
        basis=tuple(dict.fromkeys(line.rule for line in assessment.lines)),
        split=rescaled(assessment.split, amount),
        missing=tuple(sorted({paper for tier in assessment.tiers for paper in tier.missing})),
        assessment=assessment,
    )


def by_hand(
    claim: Claim, *, resolution: Resolution, amount: Decimal, grounds: tuple[Ground, ...], by: str
) -> ClaimPlan:
    """Draft what a person proposes instead; what the rules came to stays beside it."""
    before = claim.plan
    return ClaimPlan(
        version=next_version(claim),
        resolution=resolution,
        amount=amount,
        currency=claim.currency,
        grounds=grounds,
        basis=(f"proposed:{by}",),
        split=rescaled(before.split if before else (), amount),
        missing=before.missing if before else (),
        drafted_by=by,
        assessment=before.assessment if before else None,
    )


def with_amount(claim: Claim, plan: ClaimPlan, amount: Decimal, *, by: str) -> ClaimPlan:
    """Give the next version of a proposal with the amount that an approver names; it pays, whatever was proposed."""
    return plan.model_copy(
        update={
            "version": next_version(claim),
            "resolution": Resolution.PAY,
            "amount": amount,
            "grounds": plan.grounds if plan.pays else (),
            "basis": (*plan.basis, f"amount:{by}"),
            "split": rescaled(plan.split, amount),
        }
    )


def next_version(claim: Claim) -> int:
    """Number the next proposal of a claim."""
    return claim.plan.version + 1 if claim.plan else 1


def rescaled(split: Sequence[InternalShare], amount: Decimal) -> tuple[InternalShare, ...]:
    """Divide another amount by the same shares, to the cent so that the parts sum to it."""
    if not split:
        return ()
    parts = divided(amount, [share.share for share in split])
    return tuple(
        share.model_copy(update={"amount": Money(amount=part, currency=share.amount.currency)})
        for share, part in zip(split, parts, strict=True)
    )
