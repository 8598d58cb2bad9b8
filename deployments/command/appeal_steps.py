"""The commands of an appeal from its answer to its closing: appeals progress, answer, return, mediate ... close.

Belongs here: what they take and print. Does not belong here: whether a step is possible (`rules.appeals.lifecycle`).
"""

from datetime import datetime
from pathlib import Path
from typing import Literal

from cyclopts import App

from deployments.command.appeal_printing import (
    aware,
    file_and_staff,
    made_of,
    read_file,
    refusals_told,
    tell_where_it_stands,
)  # fmt: skip
from deployments.command.installation import enter
from deployments.command.outcome import WrongUsage
from deployments.command.output import print_json


def add_to(group: App) -> None:
    """Add these commands to the group of appeals."""
    for command in (progress, answer, mediate, opinion, respond, prolong, close):
        group.command(command)
    group.command(returned, name="return")


def progress(
    number: str, *, staff: str, progress: str, principle: str, negotiation: str, expected: datetime | None = None
) -> None:
    """Report to the regulator how far an appeal is that is not finished (处理进展、处理原则、协商结果).

    - `redress appeals progress AP-20261122-000001 --staff ag-sun --progress "..." --principle "..."
      --negotiation "..."`

    Args:
        number: The number of the appeal.
        staff: Your staff id.
        progress: How far it is.
        principle: By what principle it is handled.
        negotiation: What was agreed with the user.
        expected: When it will be finished, such as 2026-12-01T18:00:00+08:00.
    """
    enter()
    from schemas.appeals import ProgressReport
    from tasks.appeals.answering import report_progress

    report = made_of(
        ProgressReport, progress=progress, principle=principle, negotiation=negotiation, expected_at=aware(expected)
    )
    with refusals_told():
        appeal = report_progress(number, report, staff_id=staff)
    tell_where_it_stands(appeal)


def answer(
    number: str | None = None, file: Path | None = None, *, staff: str | None = None, schema: bool = False
) -> None:
    """Answer the regulator. What must be in the answer and is not is listed, and nothing is sent.

    The file holds the answer as JSON; `--schema` prints what it may hold. What leaves is printed.

    - `redress appeals answer AP-20261122-000001 answer.json --staff ag-sun`

    Args:
        number: The number of the appeal.
        file: The answer.
        staff: Your staff id.
        schema: Print the JSON schema of the file instead.
    """
    from schemas.appeals import AppealAnswer

    if schema:
        print_json(AppealAnswer.model_json_schema())
        return
    if number is None:
        raise WrongUsage("name the appeal, the file and your --staff id, or ask for the --schema")
    file, staff = file_and_staff(file, staff)
    told = read_file(file, AppealAnswer)
    enter()
    from store.appeal_papers import PaperKind, papers_of
    from store.unit_of_work import unit_of_work
    from tasks.appeals.answering import answer_appeal

    with refusals_told():
        appeal = answer_appeal(number, told, staff_id=staff)
    with unit_of_work() as connection:
        given = [paper for paper in papers_of(connection, number) if paper.kind is PaperKind.ANSWER]
    print(given[-1].document)
    tell_where_it_stands(appeal)


def returned(number: str, *, staff: str, reason: str, answer_by: datetime | None = None) -> None:
    """Note that the regulator sent the answer back; the appeal is handled and answered again.

    - `redress appeals return AP-20261122-000001 --staff ag-sun --reason "用户反映未收到赔款"`

    Args:
        number: The number of the appeal.
        staff: Your staff id.
        reason: Why, in the regulator's words.
        answer_by: The day that the regulator names, such as 2026-12-01T18:00:00+08:00.
    """
    enter()
    from schemas.appeals import RegulatorWords
    from tasks.appeals.answering import take_answer_back

    words = made_of(RegulatorWords, text=reason)
    with refusals_told():
        appeal = take_answer_back(number, words, staff_id=staff, answer_by=aware(answer_by))
    tell_where_it_stands(appeal)


def mediate(
    number: str,
    *,
    staff: str,
    held_at: datetime,
    mediator: str,
    outcome: Literal["agreed", "adjourned", "failed"],
    attended: str = "",
    proposal: str = "",
) -> None:
    """Note a session of mediation before the regulator.

    - `redress appeals mediate AP-20261122-000001 --staff ag-sun --held-at 2026-11-25T10:00:00 --mediator 李调解
      --outcome agreed`

    Args:
        number: The number of the appeal.
        staff: Your staff id.
        held_at: When it was held, with its offset.
        mediator: Who mediated.
        outcome: What it came to.
        attended: Who came for the carrier.
        proposal: What was proposed.
    """
    enter()
    from schemas.appeals import MediationSession
    from tasks.appeals.mediating import mediate_appeal

    session = made_of(
        MediationSession,
        held_at=aware(held_at),
        mediator=mediator,
        outcome=outcome,
        attended=attended,
        proposal=proposal,
    )
    with refusals_told():
        appeal = mediate_appeal(number, session, staff_id=staff)
    tell_where_it_stands(appeal)


def opinion(number: str, *, staff: str, text: str) -> None:
    """Note the regulator's opinion; the carrier owes a response to it.

    - `redress appeals opinion AP-20261122-000001 --staff ag-sun --text "建议赔偿 200 元"`

    Args:
        number: The number of the appeal.
        staff: Your staff id.
        text: The opinion.
    """
    enter()
    from schemas.appeals import RegulatorWords
    from tasks.appeals.mediating import note_opinion

    words = made_of(RegulatorWords, text=text)
    with refusals_told():
        appeal = note_opinion(number, words, staff_id=staff)
    tell_where_it_stands(appeal)


def respond(number: str, *, staff: str, response: Literal["agrees", "disagrees"], note: str = "") -> None:
    """Note what the carrier thinks of the regulator's opinion.

    - `redress appeals respond AP-20261122-000001 --staff ag-sun --response agrees`

    Args:
        number: The number of the appeal.
        staff: Your staff id.
        response: Whether it agrees.
        note: What was said.
    """
    enter()
    from schemas.appeals import Response
    from tasks.appeals.mediating import respond_to_opinion

    with refusals_told():
        appeal = respond_to_opinion(number, Response(response), staff_id=staff, note=note)
    tell_where_it_stands(appeal)


def prolong(number: str, *, staff: str, note: str = "") -> None:
    """Note that the regulator prolongs its own time, where a text knows of that.

    - `redress appeals prolong AP-20261122-000001 --staff ag-sun --note "延长通知"`

    Args:
        number: The number of the appeal.
        staff: Your staff id.
        note: What it wrote.
    """
    enter()
    from tasks.appeals.closing import prolong_appeal

    with refusals_told():
        appeal = prolong_appeal(number, staff_id=staff, note=note)
    tell_where_it_stands(appeal)


def close(
    number: str, *, staff: str, ending: Literal["accepted", "concluded", "dismissed", "withdrawn"], note: str = ""
) -> None:
    """Close an appeal, and say until when its file is kept.

    - `redress appeals close AP-20261122-000001 --staff ag-sun --ending accepted`

    Args:
        number: The number of the appeal.
        staff: Your staff id.
        ending: The user accepted; the regulator concluded it otherwise, or did not take it on; the user withdrew it.
        note: What is to be remembered of it.
    """
    zone = enter().zone
    from schemas.appeals import AppealEnding
    from tasks.appeals.closing import close_appeal

    with refusals_told():
        appeal = close_appeal(number, AppealEnding(ending), staff_id=staff, note=note)
    kept = f"{appeal.kept_until.astimezone(zone):%Y-%m-%d}" if appeal.kept_until else "?"
    print(f"{number} is closed: {appeal.ending}. Its file is kept until {kept}.")
