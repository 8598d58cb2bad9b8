"""Deciding a docket (R87): which of its claims an answer names, and what becomes of each of them.

Each claim is held against the same rules as if it were decided by itself. What the approver may not decide, and what
is not as clear as it was, is decided by itself, as is what he names.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from rules.supervision.approvals import NotAccepted, check_authority, still_owed
from rules.supervision.levels import rank_of
from schemas.approvals import DocketApproval, Staff
from schemas.claims import Claim, Docket, DocketClaim, DocketOutcome, State
from schemas.evidence import Completeness

DIGITS_MIN = 3
KEPT_OUT = frozenset({DocketOutcome.EXCEPTED, DocketOutcome.BARRED, DocketOutcome.REFUSED})
"""What is decided by itself afterwards."""
SAID: dict[DocketOutcome, tuple[str, str]] = {
    DocketOutcome.APPROVED: ("同意", "approved"),
    DocketOutcome.EXCEPTED: ("除外", "excepted"),
    DocketOutcome.BARRED: ("审批人须回避或不再符合条件", "not this approver's to decide, or not clear any more"),
    DocketOutcome.LEFT: ("已撤回或变更", "withdrawn or changed meanwhile"),
    DocketOutcome.REFUSED: ("退回", "refused"),
}


class Decided(NamedTuple):
    """What becomes of one claim of a docket, and the code of what keeps the approver from approving it."""

    claim: Claim
    outcome: DocketOutcome
    why: str = ""


def names_wrong(docket: Docket, answer: DocketApproval) -> NotAccepted | None:
    """Find what an answer names that is no claim of the docket, or may be several: nobody is to guess."""
    wrong = [name for name in answer.excepted if len(_meant(docket, name)) != 1]
    if not wrong or answer.decision == "refuse":
        return None
    return NotAccepted(
        "except_for",
        f"除外的 {'、'.join(wrong)} 在本批中没有对应的索赔，或不止一件，请写更多位数。 "
        f"{', '.join(wrong)}: none of these claims, or several. Write more of the number.",
    )


def _meant(docket: Docket, name: str) -> list[str]:
    return [one.case_no for one in docket.claims if one.case_no == name or _number(one).endswith(name)]


def _number(one: DocketClaim) -> str:
    return one.case_no.rpartition("-")[2]


def last_digits(docket: Docket) -> dict[str, str]:
    """Give as many of the last digits of each claim's number as tell it from the others of the docket."""
    return {one.case_no: _ending_of(one, docket) for one in docket.claims}


def _ending_of(one: DocketClaim, docket: Docket) -> str:
    number = _number(one)
    endings = (number[-digits:] for digits in range(DIGITS_MIN, len(number) + 1))
    return next((ending for ending in endings if len(_meant(docket, ending)) == 1), one.case_no)


def sort_out(
    docket: Docket, claims: Mapping[str, Claim], found: Mapping[str, Completeness], answer: DocketApproval, staff: Staff
) -> list[Decided]:
    """Say what becomes of each claim of a docket that is still there, by an answer that counts.

    `claims` are as they are now, with what was paid for their parcels. Those that have left are not among them.
    """
    excepted = {number for name in answer.excepted for number in _meant(docket, name)}
    decided: list[Decided] = []
    paid: set[str] = set()
    for claim in _still_there(docket, claims):
        if answer.decision == "refuse":
            decided.append(Decided(claim, DocketOutcome.REFUSED))
        elif why := _barred(claim, docket, found[claim.case_no], answer, staff):
            decided.append(Decided(claim, DocketOutcome.BARRED, why))
        elif claim.case_no in excepted:
            decided.append(Decided(claim, DocketOutcome.EXCEPTED))
        elif claim.waybill in paid:  # nobody has seen yet that the other one is paid (R56)
            decided.append(Decided(claim, DocketOutcome.BARRED, "same_parcel"))
        else:
            decided.append(Decided(claim, DocketOutcome.APPROVED))
            paid |= {claim.waybill} - {""}
    return decided


def _still_there(docket: Docket, claims: Mapping[str, Claim]) -> Iterator[Claim]:
    for one in docket.claims:
        claim = claims.get(one.case_no)
        if claim is not None and claim.state is State.AWAITING_APPROVAL and claim.docket_no == docket.docket_no:
            yield claim


def _barred(claim: Claim, docket: Docket, found: Completeness, answer: DocketApproval, staff: Staff) -> str:
    """Give the code of what keeps this approver from approving a claim as it was gathered; empty where nothing does.

    What he writes about the docket is no reason to pay a claim without its papers, or more than was assessed.
    """
    role, plan = rank_of(staff.roles), claim.plan
    shown = {one.case_no: one.plan_version for one in docket.claims}[claim.case_no]
    if plan is None or plan.version != shown:
        return "changed"
    if not found.is_complete:
        return "incomplete"
    alone = answer.model_copy(update={"decision": "approve", "comment": ""})
    if fault := check_authority(alone, staff, claim, payee=claim.payee):
        return fault.code
    if role is None or still_owed(claim, amount=plan.amount, given=[role]) is not None:
        return "more_approvals"
    return ""


def what_became_of(docket: Docket) -> str:
    """Say how many claims of a docket were approved, and name the others by what became of them."""
    by_outcome = {
        outcome: [one.case_no for one in docket.claims if one.outcome == outcome] for outcome in DocketOutcome
    }
    approved = by_outcome.pop(DocketOutcome.APPROVED)
    said = [f"同意 {len(approved)}/{len(docket.claims)} 件 approved"]
    said += [f"{' '.join(SAID[outcome])}: {', '.join(numbers)}" for outcome, numbers in by_outcome.items() if numbers]
    return f"{'; '.join(said)}."
