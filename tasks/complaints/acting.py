"""Stage HANDLE (处理), second half: the plan's tasks and their owners, the penalties that follow (R43, R51, R89)."""

from collections.abc import Iterator
from datetime import datetime

from prefect import task

from rules.complaints.planning import AT_THE_PARCEL, BY_THE_RESULT, PAID
from rules.exceptions.wording import local_time
from schemas.complaints import ActionState, Command, Complaint, State
from store import complaint_actions, outbox
from store.outbox import Kind, Letter
from store.unit_of_work import Connection
from tasks.complaints.letters import task_letter, work_order_letter
from tasks.complaints.moving import Step, step_of_one
from tasks.complaints.penalties import propose_penalties
from tasks.settings import business_settings
from tasks.stepping import SYSTEM

ORDERED = AT_THE_PARCEL | PAID
"""What is ordered from the carrier's desk; the result waits for it."""


@task
def carry_out_complaints(case_no: str | None = None) -> list[str]:
    """Give out the tasks of every approved plan, and propose the penalties that follow from what was found."""
    return step_of_one(case_no, [State.APPROVED], _carry_out)


def _carry_out(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    for complaint in complaints:
        assert complaint.plan is not None  # an approved complaint has one
        complaint_actions.order(connection, complaint.case_no, complaint.plan.version, complaint.plan.actions)
        yield Step(
            complaint,
            Command.CARRY_OUT,
            updates={
                "ordered_version": complaint.plan.version,
                "amount_ordered": complaint.amount_ordered + complaint.plan.amount,
            },
            details={"plan_version": complaint.plan.version},
            letters=[
                *_task_letters(connection, complaint, now),
                *propose_penalties(connection, complaint, now),
            ],
        )


def _task_letters(connection: Connection, complaint: Complaint, now: datetime) -> Iterator[Letter]:
    zone = business_settings().zone
    version = complaint.plan.version if complaint.plan else 0
    for one in complaint_actions.tasks_of(connection, [complaint.case_no]).get(complaint.case_no, []):
        if one.plan_version != version or one.action in BY_THE_RESULT:
            continue
        ordered = work_order_letter(complaint, one, now=now)
        yield ordered or task_letter(complaint, one, due_at=local_time(one.due_at, zone), now=now)


@task
def confirm_complaints_carried_out(case_no: str | None = None) -> list[str]:
    """Move on the complaints whose orders were all accepted; hand over those where one was refused for good."""
    return step_of_one(case_no, [State.ACTING], _confirm)


def _confirm(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    numbers = [complaint.case_no for complaint in complaints]
    counted = outbox.statuses(connection, numbers, kind=Kind.WORK_ORDER)
    tasks = complaint_actions.tasks_of(connection, numbers)
    for complaint in complaints:
        statuses = counted.get(complaint.case_no, {})
        if statuses.get("failed"):
            yield Step(
                complaint,
                Command.HAND_OVER,
                reason="work_order_refused",
                updates={"ordered_version": 0},
                details=statuses,
            )
        elif not set(statuses) - {"done"}:
            ordered = [one.action_id for one in tasks.get(complaint.case_no, []) if one.action in ORDERED]
            complaint_actions.settle(
                connection, ordered, state=ActionState.DONE, by=SYSTEM, note="the carrier's desk accepted it", at=now
            )
            yield Step(complaint, Command.CONFIRM_CARRIED_OUT, details=statuses)
