"""Who must approve what is proposed about a claim, for what reason, and up to which amount (R51, R56, R82, R86).

Belongs here: what is the claims' own of it. Does not belong here: who may approve at all, and what else an answer
lacks (`rules.supervision.approvals`).
"""

from decimal import Decimal

from rules.claims.pack import CLAIM_PACK
from schemas.claims import Claim, Relation, Resolution
from schemas.exceptions import Role
from schemas.severity import Severity

CURRENCY_OF_BANDS = "CNY"
LEVELS: dict[str, tuple[Role, ...]] = {
    "one": (Role.SUPERVISOR,),
    "four_eyes": (Role.SUPERVISOR, Role.SUPERVISOR),
    "two_levels": (Role.SUPERVISOR, Role.MANAGER),
    "three_levels": (Role.SUPERVISOR, Role.MANAGER, Role.DIRECTOR),
}
"""The approvals of each band, the greater bands last; the people must differ."""
_BANDS = tuple(LEVELS)
_TWO_LEVELS = _BANDS.index("two_levels")
_NOTHING = Decimal(0)

for _row in CLAIM_PACK.rows("approval_from", scope="one"):
    _from = [CLAIM_PACK.pick("approval_from", scope=band, on=_row.valid_from).value for band in _BANDS]
    if _from[0] != 0 or sorted(set(_from)) != _from:
        raise ValueError(f"the bands of approval must begin at zero and rise, not {_from}")

DECISION_OWED: dict[str, tuple[str, str]] = {
    "clear": ("快速理赔：事实清楚", "a clear claim, decided in a docket"),
    "money": ("拟赔付", "a payment is proposed"),
    "denial": ("拟拒赔", "a denial is proposed"),
    "time_bar": ("拟以超过时效拒赔", "it is proposed that it came too late"),
    "suspicion": ("存在欺诈或恶意迹象", "something speaks for fraud or malice"),
    "employee": ("员工索赔", "an employee claims"),
    "major": ("重大事故", "a major accident"),
    "replanned": ("方案曾被退回", "an earlier proposal was refused"),
}
"""Why somebody must decide. Nothing about a claim is told before somebody has (R56)."""


def decision_owed(claim: Claim) -> str:
    """Give the reason code for which somebody must decide a claim: what is gravest of it."""
    plan = claim.plan
    if plan is not None and plan.resolution is Resolution.TIME_BAR:
        return "time_bar"
    if plan is not None and plan.resolution is Resolution.DENY:
        return "denial"
    if is_suspected(claim):
        return "suspicion"
    if claim.relation is Relation.EMPLOYEE:
        return "employee"
    if claim.is_major:
        return "major"
    return "replanned" if claim.proposals_refused else "money"


def is_suspected(claim: Claim) -> bool:
    """Say whether a score of fraud or malice is so high that somebody above decides."""
    assessed = claim.plan.assessment if claim.plan else None
    return assessed is not None and any(score.level == "high" for score in assessed.scores)


def approvals_for(claim: Claim, amount: Decimal) -> tuple[Role, ...]:
    """List the levels of those who must approve this amount, by the figures of the day on which the claim was opened.

    A denial weighs what is asked for, and so does a time bar. An employee's claim and a high score each raise it by a
    band (`Claim.raised_levels`). A critical claim takes supervisor and manager at least, and so does an amount that
    cannot be set against the bands because it is in another currency.
    """
    on = claim.opened_at.date()
    weighed = amount or _denied(claim)
    reached = [band for band in _BANDS if weighed >= CLAIM_PACK.pick("approval_from", scope=band, on=on).value]
    place = _BANDS.index(reached[-1]) + claim.raised_levels
    if claim.severity >= Severity.CRITICAL or _currency(claim) != CURRENCY_OF_BANDS:
        place = max(place, _TWO_LEVELS)
    return LEVELS[_BANDS[min(place, len(_BANDS) - 1)]]


def workers(claim: Claim) -> frozenset[str]:
    """Name everybody who made something of what is to be decided: somebody else decides about it (R86)."""
    return claim.workers


def amount_fault(claim: Claim, amount: Decimal, why: str) -> str | None:
    """Say why this amount may not be approved; None where it may.

    What the rules come to may always be: the law may ask for more than was declared, or claimed. More than was assessed
    needs the approver's word why; more than is claimed is not paid, whoever proposes it. What was paid for the parcel
    since it was assessed counts against all three. A denial has reasons that the claimant reads, so that a payment is
    not turned into one here.
    """
    plan = claim.plan
    if plan is None:
        return None
    if not amount:
        return _NO_DENIAL if plan.pays else None
    paid = claim.paid_before(plan.currency)
    since = max(paid - _paid_when_assessed(claim), _NOTHING)
    if amount <= plan.amount - since and not plan.drafted_by:
        return None
    if claim.claimed is not None and amount > max(claim.claimed - paid, _NOTHING):
        return (
            f"金额 {amount} 高于索赔金额 {claim.claimed}{_less_zh(paid)}。 "
            f"The amount is above what is claimed{_less_en(paid)}."
        )
    assessed = max(plan.amount, _assessed(claim)) - since
    if amount > assessed and not why:
        return (
            f"金额 {amount} 高于核定金额 {max(assessed, _NOTHING)}，请在意见中写明理由。 "
            "The amount is above what was assessed and is not paid yet: say in the comment why."
        )
    return None


_NO_DENIAL = "拒赔须另拟方案并写明理由，请退回。 A denial is a proposal of its own, with reasons: refuse this one."


def _denied(claim: Claim) -> Decimal:
    """Give what is at stake where nothing is to be paid."""
    return _assessed(claim) if claim.claimed is None else claim.claimed


def _assessed(claim: Claim) -> Decimal:
    assessment = claim.plan.assessment if claim.plan else None
    return assessment.due.amount if assessment else _NOTHING


def _paid_when_assessed(claim: Claim) -> Decimal:
    assessment = claim.plan.assessment if claim.plan else None
    return assessment.paid.amount if assessment else _NOTHING


def _currency(claim: Claim) -> str:
    return claim.plan.currency if claim.plan else claim.currency


def _less_zh(paid: Decimal) -> str:
    return f" 减去已安排赔付的 {paid}" if paid else ""


def _less_en(paid: Decimal) -> str:
    return f", less the {paid} that were ordered to be paid before" if paid else ""
