"""How complaints end: the customer's word or silence, drafts that nobody completes, and what follows (R45, R72).

The archive that closes a concluded complaint: `tasks.complaints.archiving`.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from prefect import task

from rules.complaints.closing import (
    FOLLOW_UPS_MAX,
    after_objection,
    is_abandoned,
    next_follow_up,
    reopening_refused,
    silence_is_enough,
)
from rules.complaints.finding import looked_at_again
from rules.complaints.pack import COMPLAINT_PACK
from schemas.complaints import ActionState, Command, Complaint, Demand, Ending, State
from schemas.exceptions import Role
from store import approvals, complaint_actions, complaint_records, outbox
from store import complaints as complaint_store
from store.complaints import Chosen
from store.outbox import Kind
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.feedback import money_by
from tasks.complaints.letters import MANAGER, customer_letters, department_letter, work_order_key
from tasks.complaints.moving import Step, step_in_batches, step_of_one, take_steps
from tasks.exceptions.letters import cancel_run
from tasks.stepping import NotAllowed

NOTHING_ELSE = Demand()
NO_WORD = "no_word"
NOT_DELIVERED = "notice_not_delivered"


@task
def conclude_complaints() -> list[str]:
    """Conclude the complaints whose customer was told and has not objected in time; hand over where somebody must call.

    Somebody calls where the result could not be delivered, where the complaint is severe, and where the customer was
    not satisfied before (R64).
    """
    return step_in_batches(Chosen(answer_due_by=clock.now()), _without_word)


def _without_word(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    numbers = [complaint.case_no for complaint in complaints]
    undelivered = outbox.undelivered_notices(connection, numbers, now=now, audience="customer")
    for complaint in complaints:
        match undelivered.get(complaint.case_no):
            case "waiting":
                continue
            case "failed":
                yield Step(complaint, Command.HAND_OVER, reason=NOT_DELIVERED, note="结果未能送达，须人工联系。 Call.")
            case _ if silence_is_enough(complaint):
                yield concluding(complaint, Command.CONCLUDE, Ending.UNOBJECTED, now=now)
            case _:
                yield Step(complaint, Command.HAND_OVER, reason=NO_WORD, note="客户未答复，须人工回访。 Call.")


def concluding(
    complaint: Complaint, command: Command, ending: Ending, *, now: datetime, note: str = "", **details: Any
) -> Step:
    """Settle how a complaint ends, and tell the customer the final content where he agreed (R72)."""
    letters = []
    if ending in {Ending.ACCEPTED, Ending.AT_ONCE}:
        purpose = f"concluded-{complaint.version}"
        letters = customer_letters(complaint, "concluded", purpose=purpose, now=now, money_by=money_by(complaint))
    return Step(
        complaint,
        command,
        reason=ending,
        note=note,
        updates={
            "ending": ending,
            "answer_due_at": None,
            "follow_up_at": next_follow_up(complaint, ending=ending, now=now),
            "follow_ups": 0,
        },
        details=details,
        letters=letters,
    )


def take_complainants_word(
    case_no: str, *, agrees: bool, wants: Demand = NOTHING_ELSE, who: str, role: Role, channel: str
) -> Complaint:
    """Record what the customer says to the result, and go on from it (R17, R45).

    Agreement concludes the complaint. An objection has it verified again with the new demand, the second time a
    supervisor takes it over; a concluded or closed one is opened again.

    Raises:
        NotAllowed: there is no result to speak of, it was closed too long ago, or no demand is named.
        NoSuchComplaint: there is none with that number.
    """
    now = clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        if agrees:
            step = concluding(complaint, Command.ACCEPT, Ending.ACCEPTED, now=now, note=wants.text, channel=channel)
        else:
            step = _objected(connection, complaint, wants, channel, now)
        take_steps(connection, [step], now=now, who=who, role=role)
        return complaint_store.one_complaint(connection, case_no)


def _objected(connection: Connection, complaint: Complaint, demand: Demand, channel: str, now: datetime) -> Step:
    if not demand.text:
        raise NotAllowed(f"{complaint.case_no}: say what the customer asks for instead")
    command = after_objection(complaint)
    if command is Command.REOPEN and (why := reopening_refused(complaint, now=now)):
        raise NotAllowed(f"{complaint.case_no}: {why}")
    kept = _demanded_instead(connection, complaint, demand, now)
    outbox.withdraw_to_customer(connection, complaint.case_no)  # what he is still to be told is no result any more
    letters = []
    if command is not Command.OBJECT:
        about, purpose = "客户不认可", f"objection-{complaint.version}"
        letters.append(department_letter(complaint, about=about, purpose=purpose, to=MANAGER, now=now))
    return Step(
        complaint,
        command,
        reason="objection",
        updates={
            "objections": complaint.objections + 1,
            **({} if command is Command.REFER_UP else {"finding": looked_at_again(complaint.finding)}),
            **({"demanded": demand.amount, "currency": demand.currency} if demand.amount is not None else {}),
            "answer_due_at": None,
            "follow_up_at": None,
            "ending": "",
            "archive_no": "",
        },
        details={"channel": channel, "record": kept},
        letters=letters,
    )


def _demanded_instead(connection: Connection, complaint: Complaint, demand: Demand, now: datetime) -> str:
    """Keep what the customer asks for now as a further telling, and give its hash: the history holds no word of his."""
    before = complaint_records.last_of_customer(connection, complaint.case_no)
    if before is None:
        raise NotAllowed(f"{complaint.case_no}: what was told was erased; take it in as a new complaint")
    wants = demand if demand.amount is not None else before.demand.model_copy(update={"text": demand.text})
    record = before.model_copy(update={"demand": wants})
    return complaint_records.add_record(connection, complaint.case_no, record, missing=(), at=now)


def explain_complaint(case_no: str, *, reasons: str, who: str, role: Role) -> Complaint:
    """Conclude a complaint with reasons where the customer does not agree, and tell him the way to the regulator (R46).

    Raises:
        NotAllowed: he has not objected yet, no reasons are given, or this person may not.
        NoSuchComplaint: there is none with that number.
    """
    if not reasons.strip():
        raise NotAllowed(f"{case_no}: say why the customer's demand cannot be met")
    now = clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        step = concluding(complaint, Command.EXPLAIN, Ending.EXPLAINED, now=now, note=reasons)
        letters = customer_letters(
            complaint, "explained", purpose=f"explained-{complaint.version}", now=now, reasons=reasons,
            money_by=money_by(complaint),
        )  # fmt: skip
        outbox.put(connection, letters)
        take_steps(connection, [step], now=now, who=who, role=role)
        return complaint_store.one_complaint(connection, case_no)


def conclude_by_hand(case_no: str, *, why: str, who: str, role: Role) -> Complaint:
    """Conclude a complaint that waits for a person, such as where nobody reaches the customer, with reasons on record.

    Raises:
        NotAllowed: no reasons are given, no result was told, or this person may not.
        NoSuchComplaint: there is none with that number.
    """
    if not why.strip():
        raise NotAllowed(f"{case_no}: say why it ends so")
    now = clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        step = concluding(complaint, Command.CONCLUDE_BY_HAND, Ending.BY_HAND, now=now, note=why)
        take_steps(connection, [step], now=now, who=who, role=role)
        return complaint_store.one_complaint(connection, case_no)


def withdraw_complaint(case_no: str, *, why: str, who: str, role: Role) -> Complaint:
    """Conclude a complaint that the customer takes back; what was asked and ordered about it is taken back, too.

    Raises:
        NotAllowed: it is a draft, concluded or closed.
        NoSuchComplaint: there is none with that number.
    """
    now = clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        take_back_question(connection, case_no, reason="投诉已撤回。 The complaint was withdrawn.", now=now)
        ordered = take_back_orders(connection, case_no, by=who, now=now)
        step = concluding(complaint, Command.WITHDRAW, Ending.WITHDRAWN, now=now, note=why)
        step = replace(step, updates={**step.updates, "amount_ordered": ordered})
        take_steps(connection, [step], now=now, who=who, role=role)
        return complaint_store.one_complaint(connection, case_no)


def take_back_question(connection: Connection, case_no: str, *, reason: str, now: datetime) -> None:
    """Close the gate at which a plan waits for a decision, if one does, and cancel the run that asks."""
    outbox.withdraw(connection, [case_no], kind=Kind.START_RUN)
    for gate in approvals.close_gates(connection, [case_no]):
        outbox.put(connection, cancel_run(gate, reason=reason, now=now))


def take_back_orders(connection: Connection, case_no: str, *, by: str, now: datetime) -> Decimal:
    """Take back the orders that were not sent, or were refused for good; give how much stays ordered to be paid."""
    outbox.withdraw(connection, [case_no], kind=Kind.WORK_ORDER)
    orders = [item for item in outbox.of_case(connection, case_no) if item["kind"] == Kind.WORK_ORDER]
    taken_back = {item["key"] for item in orders if item["status"] == "withdrawn"}
    tasks = complaint_actions.tasks_of(connection, [case_no]).get(case_no, [])
    numbers = [one.action_id for one in tasks if work_order_key(one) in taken_back]
    note = "the order was taken back"
    complaint_actions.settle(connection, numbers, state=ActionState.CALLED_OFF, by=by, note=note, at=now)
    return sum((Decimal(item["payload"]["amount"]) for item in orders if item["key"] not in taken_back), Decimal(0))


def rate_complaint(case_no: str, satisfaction: int, *, who: str, role: Role) -> Complaint:
    """Record how satisfied the customer is, from 1 to 5 (R67).

    Raises:
        NotAllowed: how it ends is not settled yet, or the figure is none of the scale.
        NoSuchComplaint: there is none with that number.
    """
    if satisfaction not in range(1, 6):
        raise NotAllowed(f"{case_no}: satisfaction goes from 1 to 5, not {satisfaction}")
    now = clock.now()
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        step = Step(complaint, Command.RATE, reason=str(satisfaction), updates={"satisfaction": satisfaction})
        take_steps(connection, [step], now=now, who=who, role=role)
        return complaint_store.one_complaint(connection, case_no)


@task
def abandon_drafts() -> list[str]:
    """Close the drafts that nobody completed in time."""
    return step_of_one(None, [State.DRAFT], _abandon)


def _abandon(_connection: Connection, drafts: list[Complaint], now: datetime) -> Iterator[Step]:
    for draft in drafts:
        if is_abandoned(draft, now=now):
            note = f"missing: {', '.join(draft.missing)}"
            yield Step(draft, Command.ABANDON, reason=Ending.ABANDONED, note=note, updates={"ending": Ending.ABANDONED})


@task
def follow_up_complaints() -> list[str]:
    """Look after the parcels of closed complaints until they have arrived; open again what does not arrive (R72)."""
    return step_in_batches(Chosen(follow_up_by=clock.now()), _follow_up)


def _follow_up(_connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    again = now + COMPLAINT_PACK.pick("follow_up", on=now.date()).hours
    for complaint in complaints:
        if complaint.state is not State.CLOSED:
            continue
        if complaint.delivered_at is not None:
            yield Step(complaint, Command.FOLLOW_UP, reason="arrived", updates={"follow_up_at": None})
        elif complaint.follow_ups + 1 < FOLLOW_UPS_MAX:
            updates = {"follow_up_at": again, "follow_ups": complaint.follow_ups + 1}
            yield Step(complaint, Command.FOLLOW_UP, reason="under_way", updates=updates)
        else:
            letter = department_letter(
                complaint, about="结案后快件仍未送达", purpose=f"follow-up-{complaint.version}", to=MANAGER, now=now
            )
            updates = {
                "follow_up_at": None, "ending": "", "archive_no": "", "finding": looked_at_again(complaint.finding),
            }  # fmt: skip
            yield Step(complaint, Command.REOPEN, reason="not_arrived", updates=updates, letters=[letter])


def await_reading(case_no: str) -> bool:
    """Have a person read what a customer wrote after his result, so that no silence ends it; say whether it was so."""
    with unit_of_work() as connection:
        complaint = complaint_store.one_complaint(connection, case_no, lock=True)
        if complaint.state is not State.FED_BACK:
            return False
        step = Step(complaint, Command.HAND_OVER, reason="customer_wrote", updates={"answer_due_at": None})
        take_steps(connection, [step], now=clock.now())
        return True
