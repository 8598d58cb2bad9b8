"""What people do with a complaint: say what was found, resolve it in a call, pass it on, take it up (R52, R55, R76)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from rules.complaints.assigning import assignment_refused
from rules.complaints.finding import SharesWrong, decided
from rules.exceptions.lifecycle import APPROVERS
from schemas.complaints import (
    ActionState,
    ActionTask,
    Command,
    Complaint,
    Ending,
    LiableParty,
    State,
    Validity,
)  # fmt: skip
from schemas.exceptions import Role
from store import agents, complaint_actions, outbox
from store import complaints as complaint_store
from store import network as network_store
from store.outbox import Kind
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.closing import concluding, take_back_orders, take_back_question
from tasks.complaints.letters import MANAGER, department_letter
from tasks.complaints.moving import Step, cases_after, take_steps
from tasks.complaints.penalties import RECONSIDERED, lift_penalties, propose_penalties
from tasks.complaints.timing import facts_of_telling
from tasks.exceptions.by_hand import role_of
from tasks.stepping import NotAllowed


def decide_finding(
    case_no: str, *, validity: Validity, parties: Sequence[LiableParty] = (), note: str = "", staff_id: str
) -> Complaint:
    """Say what a complaint turned out to be, and who answers for it (R40, R55).

    A plan that rests on another finding is taken back, and a penalty for whoever no longer answers is lifted.

    Raises:
        NotAllowed: the complaint is decided or not told in full, this person may not, or no reason is given where one
            is owed: for anything but a valid complaint.
        SharesWrong: the parties' shares are not 100 % together.
        NoSuchComplaint: there is none with that number.
    """
    if validity is not Validity.VALID and not note.strip():
        raise NotAllowed(f"{case_no}: say why it is {validity.value}")
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        finding = decided(complaint.finding, validity=validity, parties=parties, note=note, by=staff_id, at=now)
        details: dict[str, Any] = {"decided": finding.model_dump(mode="json"), "before": None}
        if complaint.finding:
            details["before"] = complaint.finding.model_dump(mode="json")
        step = Step(
            complaint, Command.DECIDE_FINDING, reason=validity.value.lower(), updates={"finding": finding},
            details=details,
        )  # fmt: skip
        [after] = cases_after(take_steps(connection, [step], now=now, who=staff_id, role=role), now=now)
        lift_penalties(connection, after, by=staff_id, now=now)
        if after.state in {State.PLANNED, State.AWAITING_APPROVAL}:
            _take_back_plan(connection, after, staff_id, role)
        return complaint_store.one_complaint(connection, case_no)


def _take_back_plan(connection: Connection, complaint: Complaint, staff_id: str, role: Role) -> None:
    now = clock.now()
    take_back_question(connection, complaint.case_no, reason=RECONSIDERED, now=now)
    step = Step(complaint, Command.RECONSIDER, reason="finding_changed", updates={"rounds": complaint.rounds - 1})
    take_steps(connection, [step], now=now, who=staff_id, role=role)


def resolve_at_once(
    case_no: str, *, validity: Validity, solution: str, staff_id: str, parties: Sequence[LiableParty] = ()
) -> Complaint:
    """Resolve a light complaint within the call (R52): the finding, what was done, and the customer's agreement.

    The penalties that follow from the finding are proposed to their parties, as after any other way (R51, R89).

    Raises:
        NotAllowed: money is demanded, it is severe, somebody plans it already, or no solution is told.
        SharesWrong: the parties' shares are not 100 % together.
        NoSuchComplaint: there is none with that number.
    """
    if not solution.strip():
        raise NotAllowed(f"{case_no}: say how it was resolved")
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        finding = decided(complaint.finding, validity=validity, parties=parties, note=solution, by=staff_id, at=now)
        known = complaint.model_copy(update={"finding": finding, "handler": complaint.handler or staff_id})
        step = concluding(known, Command.RESOLVE_AT_ONCE, Ending.AT_ONCE, now=now, note=solution)
        told_at = complaint.customer_told_at or now
        facts = facts_of_telling(complaint, now, result=True)
        step = replace(
            step,
            updates={**step.updates, "finding": finding, "handler": known.handler, "customer_told_at": told_at},
            details={"decided": finding.model_dump(mode="json"), "facts": facts},
            letters=[*step.letters, *propose_penalties(connection, known, now)],
        )
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        lift_penalties(connection, known, by=staff_id, now=now)
        return complaint_store.one_complaint(connection, case_no)


def transfer(case_no: str, *, to: str, why: str, staff_id: str) -> Complaint:
    """Have another department work on a complaint; it stays the desk's until that is confirmed (R76).

    Raises:
        NotAllowed: there is a result already, this person may not, or the network on file has no such department.
        NoSuchComplaint: there is none with that number.
    """
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        name, address = _department(connection, case_no, to)
        letter = department_letter(
            complaint, about="转办，请确认", purpose=f"transfer-{complaint.version}", to=address, now=now
        )
        step = Step(
            complaint, Command.TRANSFER, reason="transferred", note=why, updates={"transferred_to": name},
            details={"to": name, "kept_by": complaint.assigned_to}, letters=[letter],
        )  # fmt: skip
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return complaint_store.one_complaint(connection, case_no)


def _department(connection: Connection, case_no: str, named: str) -> tuple[str, str]:
    """Give what a department is called by and where it is written to; where no network is on file, as it was named."""
    network = network_store.network(connection)
    department = network.find(named)
    if department is None and network.departments:
        raise NotAllowed(f"{case_no}: {named} is no department of the network on file")
    return (department.name, department.address) if department else (named, named)


def confirm_transfer(case_no: str, *, staff_id: str) -> Complaint:
    """Confirm that the other department has a complaint: it answers for it from here on (R76).

    Raises:
        NotAllowed: nothing was transferred.
        NoSuchComplaint: there is none with that number.
    """
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        updates = {"assigned_to": complaint.transferred_to or complaint.assigned_to, "transferred_to": ""}
        step = Step(complaint, Command.CONFIRM_TRANSFER, reason="confirmed", updates=updates)
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return complaint_store.one_complaint(connection, case_no)


def take_up(case_no: str, *, comment: str, staff_id: str) -> Complaint:
    """Take up a complaint that waits for a person, so that it is planned afresh; whoever does is its handler.

    Raises:
        NotAllowed: it does not wait for a person, or nothing was found yet.
        NoSuchComplaint: there is none with that number.
    """
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        outbox.withdraw(connection, [case_no], kind=Kind.NOTICE)  # what failed or waits belongs to the former plan
        ordered = take_back_orders(connection, case_no, by=staff_id, now=now)
        updates = {"rounds": 0, "handler": staff_id, "amount_ordered": ordered}
        details = {"tier": complaint.tier}
        step = Step(complaint, Command.TAKE_UP, reason="by_hand", note=comment, updates=updates, details=details)
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return complaint_store.one_complaint(connection, case_no)


def assign(case_no: str, *, to: str, staff_id: str) -> Complaint:
    """Give a complaint to an agent of the desk, such as where nobody fitted when it was handed off (R66, R70).

    Raises:
        NotAllowed: the agent is not on file, off duty, complained of or lacks the skill and no supervisor says so all
            the same; or the complaint is a draft or has ended.
        NoSuchComplaint: there is none with that number.
    """
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        agent = agents.one(connection, to)
        if why := assignment_refused(agent, complaint, by_supervisor=role in APPROVERS):
            raise NotAllowed(f"{case_no} cannot be assigned to {to}: {why}")
        details = {"before": complaint.handler, "to": to, "tier": complaint.tier}
        step = Step(complaint, Command.ASSIGN, reason="by_hand", updates={"handler": to}, details=details)
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        return complaint_store.one_complaint(connection, case_no)


def report_task(action_id: int, *, done: bool, note: str, staff_id: str) -> ActionTask:
    """Report what became of a task of a plan (R43); of one that cannot be done the desk is told.

    Raises:
        NotAllowed: it is not open.
        NoSuchTask: there is none with that number.
    """
    role_of(staff_id)
    now = clock.now()
    with unit_of_work() as connection:
        one = complaint_actions.one_task(connection, action_id)
        state = ActionState.DONE if done else ActionState.FAILED
        if not complaint_actions.settle(connection, [action_id], state=state, by=staff_id, note=note, at=now):
            raise NotAllowed(f"task {action_id} is not open")
        if not done:
            complaint = complaint_store.one_complaint(connection, one.case_no)
            purpose = f"task-{action_id}-failed"
            outbox.put(
                connection,
                [department_letter(complaint, about="任务未能完成", purpose=purpose, to=MANAGER, now=now)],
            )
        return complaint_actions.one_task(connection, action_id)


def verify_task(action_id: int, *, note: str, staff_id: str) -> ActionTask:
    """Record that somebody else than whoever did it looked at a task and found it done (R77).

    Raises:
        NotAllowed: it is not done, or this is whoever did it.
        NoSuchTask: there is none with that number.
    """
    role_of(staff_id)
    now = clock.now()
    with unit_of_work() as connection:
        one = complaint_actions.one_task(connection, action_id)
        if one.done_by == staff_id:
            raise NotAllowed(f"task {action_id}: somebody else must look whether it is done")
        if not complaint_actions.verify(connection, action_id, by=staff_id, note=note, at=now):
            raise NotAllowed(f"task {action_id} is {one.state.value}: only what is done can be verified")
        return complaint_actions.one_task(connection, action_id)


__all__ = [
    "NotAllowed", "SharesWrong", "assign", "confirm_transfer", "decide_finding", "report_task", "resolve_at_once",
    "take_up", "transfer", "verify_task",
]  # fmt: skip
