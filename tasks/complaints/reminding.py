"""Reminding the owners of tasks that are late, and the desk (R43, R77): each task once, as long as it is open."""

from prefect import task

from rules.exceptions.wording import local_time
from store import complaint_actions, outbox
from store import complaints as complaint_store
from store.complaints import Chosen
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.complaints.letters import MANAGER, department_letter, task_letter
from tasks.settings import business_settings


@task
def remind_late_tasks() -> list[dict[str, str]]:
    """Tell the owner of every task that is late, and the desk, once; give a line for each."""
    now, zone = clock.now(), business_settings().zone
    with unit_of_work() as connection:
        late = complaint_actions.remind(connection, now=now)
        numbers = {one.case_no for one in late}
        found = complaint_store.select_complaints(connection, Chosen(case_nos=numbers), limit=len(numbers) or 1)
        about = {complaint.case_no: complaint for complaint in found}
        for one in late:
            complaint, due_at = about[one.case_no], local_time(one.due_at, zone)
            again = task_letter(complaint, one, due_at=due_at, now=now)
            letters = [again._replace(key=f"{again.key}:late")]
            letters.append(
                department_letter(
                    complaint, about="任务逾期", purpose=f"task-{one.action_id}-late", to=MANAGER, now=now
                )
            )
            outbox.put(connection, letters)
    return [
        {"task": str(one.action_id), "complaint": one.case_no, "what": one.action.value, "owner": one.owner,
         "due": local_time(one.due_at, zone)}
        for one in late
    ]  # fmt: skip
