"""The gate: what the supervisor is shown, how the answer comes back, and whether it counts.

The flow suspends in `wait_for_answer`; everything else here is a step that can be repeated.
"""

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from prefect import get_run_logger, task
from prefect.flow_runs import suspend_flow_run
from pydantic import ValidationError

from adapters import Refused, Unavailable
from adapters.runs import client as runs
from adapters.runs.connections import failures_told
from adapters.runs.forms import form_for, read_answer
from rules.exceptions.wording import Message
from rules.supervision.approvals import (
    LOCK,
    REFUSALS_IN_A_ROW_MAX,
    NotAccepted,
    approved_amount,
    check_authority,
    check_evidence,
    check_identity,
    held_by,
    still_owed,
)  # fmt: skip
from rules.supervision.levels import rank_of
from schemas.approvals import Approval, Decidable, Gate, Given, Outcome, Ruling, Staff, Via, gate_key
from schemas.evidence import Completeness, Waiver
from store import approvals, outbox
from store import evidence as evidence_store
from store import staff as staff_store
from store.outbox import Kind, Letter
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.letters import MANAGER, cancel_run, department_message, start_run
from tasks.supervision.passcodes import matching_step
from tasks.supervision.procedures import procedure_of

UNREADABLE = NotAccepted("unreadable", "表单内容无法识别，请重新填写。 The form could not be read; fill it in again.")
LOST_TRACK = "本次审批已由他人完成或已失效。 This decision was taken elsewhere or is no longer owed."


def open_gate(case_no: str, plan_version: int, step: int = 1) -> Gate | None:
    """Find the open gate of this step of this plan; None when it was decided elsewhere or the case has moved on."""
    with unit_of_work() as connection:
        gate = approvals.current_gate(connection, case_no)
    return gate if gate is not None and _is_open(gate, plan_version, step) else None


def _is_open(gate: Gate, plan_version: int, step: int) -> bool:
    return (gate.plan_version, gate.step) == (plan_version, step) and not gate.decided


class Answer(NamedTuple):
    """What was answered in a run's form; none where nothing came back that could be read."""

    said: Approval | None
    at: datetime


def wait_for_answer(gate: Gate, flow_run_id: str) -> Answer:
    """Suspend the run until somebody answers the form, and give the answer with the time of the Resume.

    Not a task: Prefect suspends flows only. On resume the flow runs again from its first line, and the answer is there;
    Prefect would give it, too, but by a change of state that it refuses. A run that was cancelled a moment ago, because
    the decision was taken elsewhere, cannot be suspended: its answer does not matter any more.

    Raises:
        PrefectAway: the server cannot be reached, or is busy.
        RuntimeError: the run cannot be suspended though its gate is open.
    """
    procedure = procedure_of(gate.case_no)
    key = gate_key(gate.attempt)
    answered = runs.answer_to(key, flow_run_id)
    if answered is None:
        with unit_of_work() as connection:
            description = description_of(connection, gate)
        try:
            with failures_told():
                suspend_flow_run(wait_for_input=form_for(procedure.form, description=description), key=key)
        except RuntimeError as error:
            outside = isinstance(error, Refused | Unavailable)
            if outside or open_gate(gate.case_no, gate.plan_version, gate.step) is not None:
                raise
            return Answer(None, clock.now())
        raise RuntimeError(f"{gate.case_no}: Prefect holds the form {key} for answered, and gives no answer")
    try:
        return Answer(read_answer(procedure.form, answered.value), answered.at)
    except ValidationError as error:  # the server checks the JSON schema, which says less than the model
        get_run_logger().warning("The answer could not be read: %d errors.", error.error_count())
        return Answer(None, answered.at)


def description_of(connection: Connection, gate: Gate, case: Decidable | None = None) -> str:
    """Write what the supervisor sees above the form."""
    procedure = procedure_of(gate.case_no)
    return procedure.form_text(connection, gate, case or procedure.one(connection, gate.case_no))


@task
def rule_on_answer(gate: Gate, answer: Answer) -> Ruling:
    """Decide whether the answer given in the run counts, as of when the server recorded the Resume."""
    return rule_on(
        gate.case_no,
        gate.plan_version,
        answer.said,
        step=gate.step,
        via=Via.RUN,
        answered_at=answer.at,
        attempt=gate.attempt,
    )


def rule_on(
    case_no: str, plan_version: int, answer: Approval | None, *, via: Via, answered_at: datetime, attempt: int = 0,
    step: int = 1,
) -> Ruling:  # fmt: skip
    """Take the decision, or record why the answer does not count; the same answer twice gets the same ruling.

    The case and the gate stay locked meanwhile, so that of two answers at once one decides and the other is told so.
    Everything is locked in one order, in which a cure takes it too: the case, of a docket with its claims by their
    numbers, the payments of the parcels, the gate, and at last whoever answers.
    """
    with unit_of_work() as connection:
        procedure = procedure_of(case_no)
        case = procedure.one(connection, case_no, lock=True)
        gate = approvals.current_gate(connection, case_no, lock=True)
        if gate is None or not _is_open(gate, plan_version, step):
            return _decided_before(connection, case_no, plan_version, step)
        if via is Via.RUN and gate.attempt != attempt:  # this answer was ruled on before the run was interrupted
            return Ruling(outcome=Outcome.ASK_AGAIN, sentence=gate.refusal, attempt=gate.attempt)
        if not procedure.awaits_approval(case):
            return Ruling(outcome=Outcome.OVERTAKEN, sentence=LOST_TRACK)
        staff = staff_store.one(connection, answer.staff_id, lock=True) if answer else None
        found = procedure.evidence_of(connection, case)
        fault = _fault_in(connection, gate, case, answer, staff, found, answered_at)
        if answer is None or fault is not None:
            return _ask_again(connection, gate, answer, fault or UNREADABLE, via=via, answered_at=answered_at)
        assert staff is not None  # an unknown id is a fault
        return _decide(connection, gate, case, answer, staff, found, via=via, answered_at=answered_at)


def _fault_in(
    connection: Connection, gate: Gate, case: Decidable, answer: Approval | None, staff: Staff | None,
    found: Completeness, at: datetime,
) -> NotAccepted | None:  # fmt: skip
    if answer is None:
        return UNREADABLE
    secret = staff_store.secret_of(connection, answer.staff_id)
    step = matching_step(secret, answer.passcode, at=at) if secret else None
    fresh = step is None or approvals.use_passcode(
        connection, gate_id=gate.gate_id, staff_id=answer.staff_id, counter=step
    )
    fault = check_identity(staff, passcode_right=step is not None, passcode_fresh=fresh, answered_at=at)
    if fault is not None or staff is None:
        return fault
    fault = check_authority(answer, staff, case, payee=case.payee, level=gate.level, given=gate.given)
    return fault or check_evidence(answer, case, found=found) or procedure_of(gate.case_no).fault_in(case, answer)


def _ask_again(
    connection: Connection, gate: Gate, answer: Approval | None, fault: NotAccepted, *, via: Via, answered_at: datetime
) -> Ruling:
    staff_id = answer.staff_id if answer else ""
    following = approvals.ask_again(
        connection,
        gate,
        staff_id=staff_id,
        code=fault.code,
        sentence=fault.sentence,
        via=via.value,
        answered_at=answered_at,
    )
    if fault.suspicious and staff_id:
        now = clock.now()
        locked = staff_store.note_answer(
            connection, staff_id, refused=True, lock_after=REFUSALS_IN_A_ROW_MAX, locked_until=now + LOCK
        )
        if locked:
            outbox.put(connection, [_lock_notice(staff_id, gate, now)])
    return Ruling(outcome=Outcome.ASK_AGAIN, sentence=fault.sentence, attempt=following)


def _lock_notice(staff_id: str, gate: Gate, now: datetime) -> Letter:
    message = Message(
        subject=f"工号 {staff_id} 审批已锁定 / approver locked",
        body=f"{staff_id} 在 {gate.case_no} 审批中连续 {REFUSALS_IN_A_ROW_MAX} 次口令错误，"
        f"锁定 {LOCK.seconds // 60} 分钟。",
    )
    key = f"lock:{staff_id}:{now.isoformat()}"
    return department_message(gate.case_no, message, key=key, purpose="lock", to=MANAGER, now=now)


def _decide(
    connection: Connection, gate: Gate, case: Decidable, answer: Approval, staff: Staff, found: Completeness, *,
    via: Via, answered_at: datetime,
) -> Ruling:  # fmt: skip
    """Record the decision, what evidence it rests on and goes without, and whether it is the last that is owed."""
    now = clock.now()
    assert case.plan is not None  # the gate was opened for it
    role = rank_of(staff.roles)
    assert role is not None  # whoever has no approver's role was refused
    approve = answer.decision == "approve"
    amount = approved_amount(answer, planned=case.plan.amount) if approve else Decimal(0)
    owed = still_owed(case, amount=amount, given=[*(one.role for one in gate.given), role]) if approve else None
    approvals.decide(
        connection, gate, decided=answer.decision, final=owed is None, staff_id=staff.staff_id, amount=amount,
        planned_amount=case.plan.amount, currency=case.plan.currency, comment=answer.comment, via=via.value,
        answered_at=answered_at, decided_at=now,
    )  # fmt: skip
    staff_store.note_answer(
        connection, staff.staff_id, refused=False, lock_after=REFUSALS_IN_A_ROW_MAX, locked_until=now
    )
    version = case.plan.version
    if approve and (amount != case.plan.amount or case.plan.pays != (amount > 0)):
        version = procedure_of(case.case_no).amend(connection, case, amount, by=staff.staff_id)
    outbox.withdraw(connection, [case.case_no], kind=Kind.START_RUN)
    if via is not Via.RUN:
        outbox.put(
            connection, cancel_run(gate, reason=f"已由 {staff.staff_id} 用命令审批。 Decided by command.", now=now)
        )
    if owed is not None:
        by = Given(staff_id=staff.staff_id, role=role)
        following = approvals.open_next_step(connection, gate, plan_version=version, level=owed, by=by, at=now)
        outbox.put(connection, [start_run(case.case_no, plan_version=version, step=following.step, now=now)])
    outcome = _outcome(approve=approve, final=owed is None)
    details = {
        "plan_version": gate.plan_version, "step": gate.step, "amount": str(amount), "via": via.value,
        **_rests_on(connection, case, answer, found, now=now),
    }  # fmt: skip
    procedure_of(case.case_no).take(connection, case, outcome, answer, role=role, details=details, now=now)
    details_said = procedure_of(case.case_no).details_of(connection, case.case_no)
    return Ruling(outcome=outcome, sentence=f"{case.case_no} {_said(outcome, staff.staff_id)} {details_said}".strip())


def _rests_on(
    connection: Connection, case: Decidable, answer: Approval, found: Completeness, *, now: datetime
) -> dict[str, object]:
    """Waive what the approver does not wait for, and give the evidence that the decision rests on by its hashes."""
    held = held_by(answer, case, found=found)
    for piece in held:
        waiver = Waiver(case_no=case.case_no, kind=piece.kind, who=answer.staff_id, why=answer.comment, at=now)
        evidence_store.waive(connection, waiver)
    return {
        "evidence": evidence_store.digests_of(connection, [case.case_no]).get(case.case_no, {}),
        "waived": [piece.kind.value for piece in held],
    }


def _outcome(*, approve: bool, final: bool) -> Outcome:
    if not approve:
        return Outcome.REFUSED
    return Outcome.APPROVED if final else Outcome.ENDORSED


def _said(outcome: Outcome, staff_id: str) -> str:
    if outcome is Outcome.ENDORSED:
        return f"已由 {staff_id} 同意，待他人复核。 Approved by {staff_id}; somebody else must approve too."
    verb, done = ("同意", "Approved") if outcome is Outcome.APPROVED else ("退回", "Refused")
    return f"已由 {staff_id} {verb}。 {done} by {staff_id}."


def _decided_before(connection: Connection, case_no: str, plan_version: int, step: int) -> Ruling:
    """Say what became of a gate that is closed: the decision that was taken, so that a repeated run goes on from it."""
    for taken in approvals.decisions_of(connection, case_no):
        if (taken["plan_version"], taken["step"]) == (plan_version, step):
            outcome = _outcome(approve=taken["decision"] == "approve", final=taken["final"])
            more = procedure_of(case_no).details_of(connection, case_no)
            sentence = f"{taken['staff_id']} 已决定。 Decided by {taken['staff_id']}. {more}".strip()
            return Ruling(outcome=outcome, sentence=sentence, decided_before=True)
    return Ruling(outcome=Outcome.OVERTAKEN, sentence=LOST_TRACK)


def ruling_on_record(case_no: str, plan_version: int, step: int = 1) -> Ruling:
    """Read what was decided at a gate that is closed."""
    with unit_of_work() as connection:
        return _decided_before(connection, case_no, plan_version, step)
