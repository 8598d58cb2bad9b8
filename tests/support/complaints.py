"""Complaints for tests: a record told in full, taken in as the service desk takes it, and what came of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from factories import NOON, a_registration, a_supervisor, an_answer, an_event, at
from networks import HEAD, HUB, OUTLET, PROVINCE
from standins import register, tell

from schemas.agents import Agent
from schemas.approvals import Outcome, Ruling, Via
from schemas.complaints import (
    Action,
    ActionTask,
    Channel,
    Complaint,
    ComplaintRecord,
    ComplaintType,
    Consequence,
    Demand,
    Filed,
    State,
)  # fmt: skip
from schemas.evidence import Door, Entered
from schemas.exceptions import Role
from schemas.inquiries import AnswerCode, GivenAnswer, InquiryState
from schemas.tracking import Event
from store import agents, approvals, complaint_actions, consequences, inquiries, network, staff
from store import complaints as complaint_store
from store.case_history import broken_histories, history_of
from store.inquiries import Chosen
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.complaints.acting import carry_out_complaints, confirm_complaints_carried_out
from tasks.complaints.closing import (
    abandon_drafts,
    conclude_complaints,
    follow_up_complaints,
    take_complainants_word,
)
from tasks.complaints.feedback import feed_back_complaints, tell_waiting_complainants
from tasks.complaints.handing_over import hand_off_complaints, reassign_complaints
from tasks.complaints.intake import file_complaint
from tasks.complaints.planning import plan_complaints, triage_complaints
from tasks.complaints.told import TakenIn
from tasks.complaints.verifying import establish_findings, verify_complaints
from tasks.dispatch.sending import send_due
from tasks.inquiries.answering import answer_inquiry
from tasks.supervision.gate import rule_on
from tasks.supervision.passcodes import new_secret, passcode_at

AGENT = TakenIn("agent-li")
CALLER = {"name": "钱七", "phone": "19900007777"}
TOLD: dict[str, Any] = {
    "channel": Channel.HOTLINE,
    "type": ComplaintType.DELAY,
    "waybill": "773000000001",
    "customer": CALLER,
    "sender": {"name": "赵六"},
    "consignee": {"name": "王五"},
    "item": {"description": "陶瓷餐具"},
    "occurrence": {"at": NOON, "place": "示例市示例路 1 号", "account": "承诺昨天送达，至今没有消息"},
    "demand": {"text": "尽快送达并说明原因"},
}


def a_record(**changes: Any) -> ComplaintRecord:
    """Make a record of a late parcel that lacks nothing; a part that is given replaces only the fields it names."""
    parts = {name: {**TOLD[name], **given} for name, given in changes.items() if isinstance(given, dict)}
    return ComplaintRecord.model_validate({**TOLD, **changes, **parts})


def filed(*, keep_draft: bool = False, **changes: Any) -> Filed:
    """Take in a record."""
    return file_complaint(a_record(**changes), entered=AGENT, keep_draft=keep_draft)


def complaint_of(number: str) -> Complaint:
    """Read a complaint."""
    with unit_of_work() as connection:
        return complaint_store.one_complaint(connection, number)


def commands_of(number: str) -> list[str]:
    """List what was done with a complaint."""
    with unit_of_work() as connection:
        return [entry["command"] for entry in history_of(connection, number)]


def notices_of(number: str, audience: str = "customer") -> list[dict[str, Any]]:
    """Read the notices about a complaint, oldest first."""
    with unit_of_work() as connection:
        rows = connection.exec_driver_sql(
            "SELECT payload FROM outbox WHERE case_no = %(no)s AND kind = 'notice' ORDER BY id", {"no": number}
        ).scalars()
        return [payload for payload in rows if payload["audience"] == audience]


SECRET = new_secret()


def the_desk_works() -> None:
    """Take every step of the automatic path once, as `handle_complaints` does, but for the archive."""
    for step in (
        hand_off_complaints, reassign_complaints, verify_complaints, establish_findings, plan_complaints,
        triage_complaints,
    ):  # fmt: skip
        step.fn()
    carry_out_complaints.fn()
    send_due(kinds=[Kind.NOTICE, Kind.WORK_ORDER])
    confirm_complaints_carried_out.fn()
    feed_back_complaints.fn()
    tell_waiting_complainants.fn()
    send_due(kinds=[Kind.NOTICE])
    conclude_complaints.fn()
    abandon_drafts.fn()
    follow_up_complaints.fn()


def staff_called(
    staff_id: str, role: Role = Role.AGENT, *, amount_limit: str = "5000", ties: frozenset[str] = frozenset()
) -> str:
    """Have somebody of this role on file, and give the staff id."""
    with unit_of_work() as connection:
        if staff.one(connection, staff_id) is None:
            member = a_supervisor(
                staff_id=staff_id, roles=frozenset({role}), amount_limit=Decimal(amount_limit), ties=ties
            )
            staff.add(connection, member, secret=SECRET)
    return staff_id


def supervisor_answers(number: str, now: datetime, *, staff_id: str = "sup-zhang", **answer: str) -> Ruling:
    """Answer the gate of a complaint as a supervisor, or a manager where the id says so, with the right passcode."""
    staff_called(staff_id, Role.MANAGER if staff_id.startswith("mgr") else Role.SUPERVISOR)
    with unit_of_work() as connection:
        gate = approvals.current_gate(connection, number)
    assert gate is not None
    given = an_answer(staff_id=staff_id, passcode=passcode_at(SECRET, now), **answer)
    return rule_on(number, gate.plan_version, given, step=gate.step, via=Via.COMMAND, answered_at=now)


def nodes_answer(number: str, code: AnswerCode = AnswerCode.CANNOT_SAY, text: str = "已核实") -> list[str]:
    """Answer every inquiry about a complaint that waits, and give who answered."""
    with unit_of_work() as connection:
        waiting = [inquiry for inquiry in inquiries.listing(connection, Chosen(case_no=number)) if inquiry.answers == 0]
    for inquiry in waiting:
        answer_inquiry(
            inquiry.inquiry_no,
            GivenAnswer(code=code, text=text, answered_by=inquiry.department),
            entered=Entered(by=inquiry.department, door=Door.API, shown="outlet"),
        )
    return [inquiry.department for inquiry in waiting]


def nobody_is_asked(number: str) -> bool:
    """Say whether somebody was asked about a complaint and nobody need answer any more."""
    with unit_of_work() as connection:
        states = {inquiry.state for inquiry in inquiries.listing(connection, Chosen(case_no=number))}
    return bool(states) and states <= {InquiryState.WITHDRAWN, InquiryState.ANSWERED}


def customer_says(number: str, *, agrees: bool, demand: str = "") -> Complaint:
    """Record what the customer says to the result."""
    staff_called("ag-sun")
    wants = Demand(text=demand)
    return take_complainants_word(number, agrees=agrees, wants=wants, who="ag-sun", role=Role.AGENT, channel="phone")


def the_network_is_on_file() -> None:
    """Put a carrier's departments on file: head office, a province, an outlet and a hub."""
    with unit_of_work() as connection:
        network.replace(connection, [HEAD, PROVINCE, OUTLET, HUB], at=NOON)


def the_desk_has(*who: Agent) -> None:
    """Put agents of the service desk on file."""
    with unit_of_work() as connection:
        for agent in who:
            agents.put(connection, agent, at=NOON)


def the_parcel_is_late(**booked: Any) -> None:
    """Book a parcel that was promised for yesterday and came no further than its outlet."""
    register(a_registration(**{"promised_at": at(-24), **booked}), at=at(-72))
    tell(an_event(Event.PICKED_UP, -72), an_event(Event.ARRIVED_OUTLET, -30, location="示例城东网点"))


def tasks_of(number: str) -> dict[Action, ActionTask]:
    """Read the tasks of a complaint by what is to be done; of one that was planned again the newest."""
    with unit_of_work() as connection:
        return {one.action: one for one in complaint_actions.tasks_of(connection, [number]).get(number, [])}


def penalties_of(number: str) -> list[Consequence]:
    """Read the penalties and rewards that follow from a complaint."""
    with unit_of_work() as connection:
        return consequences.of_case(connection, number)


def to_the_gate(number: str) -> Complaint:
    """Have everybody who is asked answer and the desk go on, until somebody must decide or nothing more happens."""
    the_desk_works()
    nodes_answer(number)
    the_desk_works()
    return complaint_of(number)


def to_the_result(number: str, now: datetime, **answer: str) -> Complaint:
    """Go on until the customer was told the result, a supervisor agreeing to the plan where one must."""
    if to_the_gate(number).state is State.AWAITING_APPROVAL:
        ruling = supervisor_answers(number, now, **answer)
        assert ruling.outcome is Outcome.APPROVED, ruling.sentence
        the_desk_works()
    return complaint_of(number)


def nothing_is_broken() -> bool:
    """Say whether the sealed history of every case is whole."""
    with unit_of_work() as connection:
        checked, wrong = broken_histories(connection)
    return checked > 0 and wrong == []
