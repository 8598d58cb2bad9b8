"""Reminding of what is left lying after a complaint (R43, R77, R89): late tasks, rectifications, and penalties.

Each is told once: the owner of a late task with the desk, the desk of what nobody verified or ruled about.
"""

from collections.abc import Collection, Iterator
from datetime import datetime

from prefect import task

from rules.complaints.pack import COMPLAINT_PACK
from rules.exceptions.wording import local_time
from schemas.complaints import Action, ActionTask, Complaint, Consequence
from store import complaint_actions, consequences, outbox
from store import complaints as complaint_store
from store.complaints import Chosen
from store.outbox import Letter
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.letters import MANAGER, department_letter, task_letter
from tasks.settings import business_settings

Row = dict[str, str]


@task
def remind_late_tasks() -> list[Row]:
    """Tell once of every late task, every rectification nobody verified and every penalty nobody ruled about."""
    now = clock.now()
    to_verify = COMPLAINT_PACK.pick("verify_within", scope=Action.RECTIFY.value, on=now.date()).hours
    with unit_of_work() as connection:
        late = complaint_actions.remind(connection, now=now)
        unverified = complaint_actions.remind_unverified(connection, done_by=now - to_verify, now=now)
        unruled = consequences.remind_unruled(connection, now=now)
        about = _complaints(
            connection, {one.case_no for one in (*late, *unverified)} | {one.case_no for one in unruled}
        )
        for one in late:
            outbox.put(connection, _of_late_task(about[one.case_no], one, now))
        for done in unverified:
            purpose = f"task-{done.action_id}-unverified"
            outbox.put(connection, [_to_desk(about[done.case_no], about="整改待验证", purpose=purpose, now=now)])
        for penalty in unruled:
            purpose = f"penalty-{penalty.consequence_id}-unruled"
            outbox.put(connection, [_to_desk(about[penalty.case_no], about="处罚待裁定", purpose=purpose, now=now)])
    return [*_rows_of_tasks([*late, *unverified]), *_rows_of_penalties(unruled)]


def _complaints(connection: Connection, numbers: Collection[str]) -> dict[str, Complaint]:
    found = complaint_store.select_complaints(connection, Chosen(case_nos=numbers), limit=len(numbers) or 1)
    return {complaint.case_no: complaint for complaint in found}


def _of_late_task(complaint: Complaint, one: ActionTask, now: datetime) -> list[Letter]:
    again = task_letter(complaint, one, due_at=local_time(one.due_at, business_settings().zone), now=now)
    return [
        again._replace(key=f"{again.key}:late"),
        _to_desk(complaint, about="任务逾期", purpose=f"task-{one.action_id}-late", now=now),
    ]


def _to_desk(complaint: Complaint, *, about: str, purpose: str, now: datetime) -> Letter:
    return department_letter(complaint, about=about, purpose=purpose, to=MANAGER, now=now)


def _rows_of_tasks(tasks: Collection[ActionTask]) -> Iterator[Row]:
    for one in tasks:
        yield {
            "task": str(one.action_id),
            "complaint": one.case_no,
            "what": f"{one.action.value} {one.state.value}",
            "owner": one.owner,
            "due": local_time(one.due_at, business_settings().zone),
        }


def _rows_of_penalties(penalties: Collection[Consequence]) -> Iterator[Row]:
    for one in penalties:
        yield {
            "task": f"penalty {one.consequence_id}",
            "complaint": one.case_no,
            "what": f"{one.kind.value} {one.state.value}",
            "owner": one.party,
            "due": local_time(one.contest_until, business_settings().zone),
        }
