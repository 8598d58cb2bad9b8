"""Stage FEED_BACK (反馈): the result to customer and department, and how it stands before (R16, R18, R44)."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from prefect import task

from rules.clocks.anchors import advance
from rules.complaints import wording
from rules.complaints.closing import silence_is_enough
from rules.complaints.lifecycle import BEFORE_RESULT
from rules.complaints.pack import COMPLAINT_PACK
from rules.complaints.planning import BY_THE_RESULT
from rules.exceptions.wording import local_time
from rules.texts import Language
from schemas.complaints import ActionState, ActionTask, Command, Complaint, State
from store import complaint_actions
from store.complaints import Chosen
from store.unit_of_work import Connection
from tasks import clock
from tasks.complaints.letters import MANAGER, customer_letters, department_letter
from tasks.complaints.moving import Step, step_in_batches, step_of_one
from tasks.complaints.timing import ANSWER, SILENCES, anchors_of, due, facts_of_telling
from tasks.exceptions.telling import AHEAD
from tasks.exceptions.timing import entry_of
from tasks.settings import business_settings
from tasks.stepping import SYSTEM


@task
def feed_back_complaints(case_no: str | None = None) -> list[str]:
    """Tell customer and department the result, what it rests on, the amount, when the money arrives (R18, R44)."""
    return step_of_one(case_no, [State.ACTED], _feed_back)


def _feed_back(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    settings = business_settings()
    tasks = complaint_actions.tasks_of(connection, [complaint.case_no for complaint in complaints])
    for complaint in complaints:
        told_at = settings.after_quiet_hours(now) if complaint.customer_address else None
        details = {
            "customer": "told" if told_at else "nobody can be told",
            "facts": facts_of_telling(complaint, told_at, result=True),
        }
        told = entry_of(at=now, command=Command.FEED_BACK, state=State.FED_BACK, reason="", details=details)
        until = due(ANSWER, advance(anchors_of(complaint), told))
        answer_by = local_time(until, settings.zone) if silence_is_enough(complaint) else ""
        _settle_by_telling(connection, tasks.get(complaint.case_no, ()), now)
        to = complaint.assigned_to or complaint.outlet or MANAGER
        yield Step(
            complaint,
            Command.FEED_BACK,
            updates={
                "customer_told_at": complaint.customer_told_at or told_at,
                "answer_due_at": until or now,
            },
            details={**details, "department": to},
            letters=[
                department_letter(complaint, about="处理结果", purpose="result", to=to, now=now),
                *customer_letters(
                    complaint, "result", purpose="result", now=now, answer_by=answer_by, money_by=money_by(complaint)
                ),
            ],
        )


def _settle_by_telling(connection: Connection, tasks: Iterable[ActionTask], now: datetime) -> None:
    """Note that what the result itself does is done: the apology, and the explanation."""
    done = [one.action_id for one in tasks if one.action in BY_THE_RESULT]
    complaint_actions.settle(connection, done, state=ActionState.DONE, by=SYSTEM, note="told with the result", at=now)


def money_by(complaint: Complaint) -> str:
    """Say by which day the money arrives that was ordered (R44); nothing where none was."""
    ordered = anchors_of(complaint).marks.get(Command.CARRY_OUT, ())
    if not ordered:
        return ""
    within = COMPLAINT_PACK.pick("money_arrives", on=complaint.opened_at.date()).hours
    day = (ordered[-1].at + within).astimezone(business_settings().zone).date().isoformat()
    return f"by {day}" if complaint.language == "en" else f"于 {day} 前"


@task
def tell_waiting_complainants() -> list[str]:
    """Write to everybody who is about to have heard nothing for too long: the first answer, and updates (R16, R50)."""
    return step_in_batches(Chosen(states=BEFORE_RESULT, tell_due_by=clock.now() + AHEAD), _updates)


def _updates(_connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    settings = business_settings()
    for complaint in complaints:
        purpose = f"update-{complaint.version}"
        reads_at = settings.after_quiet_hours(now)
        language: Language = "en" if complaint.language == "en" else "zh"
        letters = customer_letters(
            complaint,
            "update",
            purpose=purpose,
            now=now,
            progress=wording.PROGRESS[complaint.state][language == "en"],
            next_update_at=_next_word(complaint, reads_at, now),
        )
        if letters:
            details: dict[str, Any] = {"facts": facts_of_telling(complaint, reads_at)}
            updates: dict[str, Any] = {"customer_told_at": complaint.customer_told_at or reads_at}
        else:
            details, updates = {"customer": "nobody can be told"}, {}
            to = complaint.assigned_to or MANAGER
            letters = [department_letter(complaint, about="无客户联系方式，请补充", purpose=purpose, to=to, now=now)]
        yield Step(
            complaint, Command.TELL_CUSTOMER, reason="silence", updates=updates, details=details, letters=letters
        )


def _next_word(complaint: Complaint, reads_at: datetime, now: datetime) -> str:
    """Word by when the customer hears again; nothing where nothing makes anybody write."""
    details = {"facts": facts_of_telling(complaint, reads_at)}
    entry = entry_of(at=now, command=Command.TELL_CUSTOMER, state=complaint.state, reason="", details=details)
    anchors = advance(anchors_of(complaint), entry)
    again = min((at for clock_id in SILENCES if (at := due(clock_id, anchors))), default=None)
    return local_time(again, business_settings().zone) if again and again > reads_at else ""
