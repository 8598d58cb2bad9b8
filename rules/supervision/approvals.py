"""Whether an answer at a gate counts: who answered, whether they may, and whether the plan is still the one shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from rules.evidence import what_is_missing
from rules.supervision.levels import RANK, approval_owed, rank_of
from rules.supervision.matrix import matrix_of
from schemas.approvals import Approval, Decidable, Given, Staff
from schemas.evidence import Completeness, MissingPiece
from schemas.exceptions import Role

REFUSALS_IN_A_ROW_MAX = 5
LOCK = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """Why an answer does not count. `suspicious` ones count towards locking the approver."""

    code: str
    sentence: str
    suspicious: bool = False


UNNAMED = NotAccepted(
    "unnamed",
    "方案含赔付但金额不明，请填写金额；填 0 即不赔付。 "
    "The plan pays and no amount follows from the record: name the amount, or 0 to pay nothing.",
)
"""What is paid is never left open: the customer would be promised a payment that nobody knows (R56)."""
_ABOVE = {Role.MANAGER: ("经理", "manager"), Role.DIRECTOR: ("总监", "director")}


def approved_amount(answer: Approval, *, planned: Decimal) -> Decimal:
    """Give the compensation that the answer approves: the one named, else the plan's."""
    return Decimal(answer.amount) if answer.amount else planned


def check_identity(
    staff: Staff | None,
    *,
    passcode_right: bool,
    passcode_fresh: bool,
    answered_at: datetime,
) -> NotAccepted | None:
    """Check that the answer comes from an active member of staff with a right and unused passcode.

    An unknown id, an inactive one and a wrong passcode read the same, so that nobody can probe for ids.
    """
    if staff is None or not staff.active or not passcode_right:
        return NotAccepted("identity", "工号或动态口令不正确。 Staff id or passcode is not right.", suspicious=True)
    if staff.locked_until is not None and answered_at < staff.locked_until:
        return NotAccepted("locked", "该工号因多次错误已被暂时锁定。 This staff id is locked for a while.")
    if not passcode_fresh:
        return NotAccepted(
            "used",
            "该口令在本次审批中已用过，请等下一个。 This passcode was used here before; wait for the next.",
        )
    return None


def still_owed(case: Decidable, *, amount: Decimal, given: Sequence[Role]) -> Role | None:
    """Give the level of the approval that is owed for this amount after those that were given; None when it is all."""
    return approval_owed(matrix_of(case.case_no).levels(case, amount), given)


def check_authority(
    answer: Approval,
    staff: Staff,
    case: Decidable,
    *,
    payee: str,
    level: Role = Role.SUPERVISOR,
    given: Sequence[Given] = (),
) -> NotAccepted | None:
    """Check that this person may decide this case for this amount at this level (R51, R81, R86)."""
    role = rank_of(staff.roles)
    if role is None:
        return NotAccepted("role", "该工号没有审批权限。 This staff id has no approver's role.")
    if RANK[role] < RANK[level]:
        return NotAccepted("level", f"本案须由{_ABOVE[level][0]}审批。 This decision needs a {_ABOVE[level][1]}.")
    if fault := _check_interests(staff, case, payee=payee, given=given):
        return fault
    if answer.decision == "refuse":
        return (
            None
            if answer.comment.strip()
            else NotAccepted("comment", "退回时请写明意见。 Say in the comment why you refuse.")
        )
    amount = _amount_of(answer, case)
    if not amount and not answer.amount and case.plan is not None and case.plan.pays:
        return UNNAMED
    is_last = still_owed(case, amount=amount, given=[*(one.role for one in given), role]) is None
    return _check_amount(amount, staff, case, is_last=is_last, why=answer.comment.strip())


def _amount_of(answer: Approval, case: Decidable) -> Decimal:
    return approved_amount(answer, planned=case.plan.amount if case.plan else Decimal(0))


def held_by(answer: Approval, case: Decidable, *, found: Completeness) -> tuple[MissingPiece, ...]:
    """List the mandatory evidence that is missing for what the answer approves (R12 to R14).

    Only a payment waits for evidence: a refusal and an approval that pays nothing are held by nothing.
    """
    if answer.decision == "refuse" or not _amount_of(answer, case):
        return ()
    return found.missing


def check_evidence(answer: Approval, case: Decidable, *, found: Completeness) -> NotAccepted | None:
    """Check that nothing is paid while evidence is missing, unless the approver says in his comment why not to wait.

    His comment is then the reason of the waivers of what `held_by` lists.
    """
    if not held_by(answer, case, found=found) or answer.comment.strip():
        return None
    return NotAccepted(
        "incomplete",
        f"{what_is_missing(found)}请补充证据（redress evidence add {case.case_no}），或在意见中写明为何不再等待。 "
        f"{what_is_missing(found, 'en')} Add the evidence (redress evidence add {case.case_no}), or say in the comment "
        "why you do not wait for it.",
    )


def _check_interests(staff: Staff, case: Decidable, *, payee: str, given: Sequence[Given]) -> NotAccepted | None:
    """Keep those apart who must be different people (R86)."""
    if staff.staff_id == case.investigator:
        return NotAccepted("investigator", "调查人不能审批同一案件。 The investigator may not decide the same case.")
    if staff.staff_id in matrix_of(case.case_no).workers(case):
        return NotAccepted("worker", "您参与了本案的核定，须由他人审批。 You worked on it; somebody else decides.")
    if staff.staff_id in case.subject_people:
        return NotAccepted("subject", "被投诉人不能审批本案。 Whoever is complained of may not decide about it.")
    if staff.ties & {name for name in (case.outlet, payee) if name}:
        return NotAccepted("tied", "与责任网点或收款人有关联，须由他人审批。 Tied to the outlet or the payee.")
    if staff.staff_id in {one.staff_id for one in given}:
        return NotAccepted("same_person", "您已审批过本方案，须由另一人复核。 You approved it; somebody else must too.")
    return None


def _check_amount(amount: Decimal, staff: Staff, case: Decidable, *, is_last: bool, why: str) -> NotAccepted | None:
    """Keep to what the case's procedure allows, and the last approver to his limit."""
    currency = case.plan.currency if case.plan else case.currency
    if is_last and amount and currency != staff.currency:
        return NotAccepted(
            "currency",
            f"该工号权限以 {staff.currency} 计，不适用于 {currency}。 This person's limit is in another currency.",
        )
    if is_last and amount > staff.amount_limit:
        return NotAccepted(
            "limit",
            f"金额 {amount} 超出该工号权限 {staff.amount_limit}。 The amount is above this person's limit.",
        )
    fault = matrix_of(case.case_no).amount_fault(case, amount, why)
    return NotAccepted("amount", fault) if fault else None
