"""The commands about appeals to the regulator: appeals register, list, show, answer, close, and what lies between.

Belongs here: what they take and print; who appeals is shown masked. Does not belong here: what an answer must hold, or
when it is due (`rules.appeals`).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Literal

from cyclopts import App

from deployments.command.appeal_printing import (
    aware,
    file_and_staff,
    lines_of,
    made_of,
    masked,
    print_due,
    print_owed,
    print_preconditions,
    read_file,
    tell_where_it_stands,
)  # fmt: skip
from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import local, print_json, print_table


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(
        name="appeals",
        help="Appeals (申诉) that the postal regulator forwards: register, take up, answer in time, close and file.\n\n"
        "A usual way: `register`, `take-up`, `answer`, `close --ending accepted`. `show` says what is due when and why.",
    )
    for command in (register, show, link, progress, answer, mediate, opinion, respond, prolong, close, avoidance):
        group.command(command)
    group.command(listing, name="list")
    group.command(take_up, name="take-up")
    group.command(returned, name="return")
    app.command(group)


def register(file: Path | None = None, *, staff: str | None = None, schema: bool = False) -> None:
    """Register an appeal that the regulator has forwarded, and say how its conditions stand.

    The file holds what the regulator told, as JSON; `--schema` prints what it may hold. A complaint is found by its
    number, else by the waybill, else by the appellant's phone. An appeal whose conditions are not met is registered
    all the same.

    - `redress appeals register forwarded.json --staff ag-sun`
    - `redress appeals register --schema`

    Args:
        file: What the regulator forwarded.
        staff: Your staff id.
        schema: Print the JSON schema of the file instead.
    """
    from schemas.appeals import ForwardedAppeal

    if schema:
        print_json(ForwardedAppeal.model_json_schema())
        return
    file, staff = file_and_staff(file, staff)
    told = read_file(file, ForwardedAppeal)
    enter()
    from tasks.appeals.registering import register_appeal

    with _refusals_told():
        registered = register_appeal(told, staff_id=staff)
    appeal = registered.appeal
    known = " (known before)" if registered.known_before else ""
    print(f"{appeal.case_no} {appeal.state.value}{known}, complaint {appeal.complaint_no or 'none'}")
    print_preconditions(registered.found)
    print_owed(appeal)


def listing(*, state: str | None = None, all: bool = False, limit: int = 100, json: bool = False) -> None:  # noqa: A002
    """List appeals, the open ones unless told otherwise, with what the carrier owes first.

    - `redress appeals list --state INVESTIGATING`

    Args:
        state: Only appeals in this state.
        all: Those that are closed too.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from schemas.appeals import AppealState
    from store.appeals import Chosen, select_appeals
    from store.unit_of_work import unit_of_work

    if state is not None and state not in set(AppealState):
        raise Failure(f"there is no state {state}; there are {', '.join(AppealState)}")
    chosen = Chosen(states=[AppealState(state)] if state else None, open_only=not (state or all))
    with unit_of_work() as connection:
        found = select_appeals(connection, chosen, limit=limit)
    if json:
        print_json([appeal.model_dump(mode="json", exclude={"appellant_key"}) for appeal in found])
        return
    print_table(
        ("number", "regulator", "its number", "state", "waybill", "complaint", "conditions", "handler", "due", "what"),
        [
            (one.case_no, one.regulator, one.regulator_no, one.state, one.waybill, one.complaint_no, one.admission,
             one.handler, local(one.next_due_at, zone), one.due_kind)
            for one in found
        ],
    )  # fmt: skip
    if not found:
        print("No appeal.")


def show(number: str, *, json: bool = False) -> None:
    """Show an appeal: its conditions, what is due when and why, its papers and its history.

    - `redress appeals show AP-20261122-000001`

    Args:
        number: The number of the appeal.
        json: Print JSON.
    """
    zone = enter().zone
    from store import appeal_papers, case_history
    from store.appeals import one_appeal
    from store.unit_of_work import unit_of_work
    from tasks.appeals.settings import appeal_clocks

    with _refusals_told(), unit_of_work() as connection:
        appeal = one_appeal(connection, number)
        found = appeal_papers.preconditions_of(connection, number)
        papers = appeal_papers.papers_of(connection, number)
        history = case_history.history_of(connection, number)
    times = appeal_clocks().read(appeal)
    if json:
        print_json(
            {
                "appeal": appeal.model_dump(mode="json", exclude={"appellant_key"}),
                "preconditions": [condition.model_dump(mode="json") for condition in found],
                "times": [due.model_dump(mode="json") for due in times],
                "papers": [masked(paper) for paper in papers],
                "history": history,
            }
        )
        return
    print(f"{number}  {appeal.state.value}  {appeal.ending}  {appeal.regulator} {appeal.regulator_no}")
    print(f"  about {appeal.about.value}, waybill {appeal.waybill or '?'}, complaint {appeal.complaint_no or 'none'}")
    print_preconditions(found)
    for due in times:
        print_due(due)
    for paper in papers:
        print(f"\n{paper.kind.value} {paper.number}, {local(paper.at, zone)}, {paper.who}")
        print(paper.document or lines_of(masked(paper)["content"]))
    print_table(
        ("at", "stage", "command", "to", "who", "reason", "note"),
        [
            (local(row["at"], zone), row["stage"], row["command"], row["to_state"], row["who"], row["reason"],
             row["note"])
            for row in history
        ],
        title="History",
    )  # fmt: skip


def link(number: str, complaint: str, *, staff: str) -> None:
    """Link an appeal to a complaint that was found later; its conditions are looked at anew.

    - `redress appeals link AP-20261122-000001 CP-20261110-000007 --staff ag-sun`

    Args:
        number: The number of the appeal.
        complaint: The number of the complaint.
        staff: Your staff id.
    """
    enter()
    from tasks.appeals.registering import link_complaint

    with _refusals_told():
        linked = link_complaint(number, complaint, staff_id=staff)
    print(f"{number} is linked to {complaint}.")
    print_preconditions(linked.found)


def take_up(number: str, *, staff: str) -> None:
    """Take an appeal up: you look into it, and the regulator is told of progress in time.

    - `redress appeals take-up AP-20261122-000001 --staff ag-sun`

    Args:
        number: The number of the appeal.
        staff: Your staff id.
    """
    enter()
    from tasks.appeals.answering import take_up_appeal

    with _refusals_told():
        appeal = take_up_appeal(number, staff_id=staff)
    tell_where_it_stands(appeal)


def progress(
    number: str, *, staff: str, progress: str, principle: str, negotiation: str, expected: datetime | None = None
) -> None:
    """Report to the regulator how far an appeal is that is not finished (处理进展、处理原则、协商结果).

    - `redress appeals progress AP-20261122-000001 --staff ag-sun --progress "..." --principle "..." --negotiation "..."`

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
    with _refusals_told():
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

    with _refusals_told():
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
    from tasks.appeals.answering import take_answer_back

    with _refusals_told():
        appeal = take_answer_back(number, staff_id=staff, reason=reason, answer_by=aware(answer_by))
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
    with _refusals_told():
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
    from tasks.appeals.mediating import note_opinion

    with _refusals_told():
        appeal = note_opinion(number, staff_id=staff, opinion=text)
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

    with _refusals_told():
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

    with _refusals_told():
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

    with _refusals_told():
        appeal = close_appeal(number, AppealEnding(ending), staff_id=staff, note=note)
    kept = f"{appeal.kept_until.astimezone(zone):%Y-%m-%d}" if appeal.kept_until else "?"
    print(f"{number} is closed: {appeal.ending}. Its file is kept until {kept}.")


def avoidance(*, period: str, numbers: bool = False, json: bool = False) -> None:
    """Say which share of the complaints closed in a period no appeal has followed so far (R73).

    - `redress appeals avoidance --period 2026-11`

    Args:
        period: A day as 2026-11-20, a week as 2026-W47, a month as 2026-11.
        numbers: List the complaints that an appeal followed.
        json: Print JSON.
    """
    zone = enter().zone
    from rules.reporting.periods import NoSuchPeriod, period_named, span_of
    from store.reporting.appeals import appeal_avoidance, counted_complaints
    from store.unit_of_work import unit_of_work
    from tasks import clock

    try:
        span = span_of(period_named(period), zone)
    except NoSuchPeriod as unknown:
        raise WrongUsage(str(unknown)) from unknown
    as_of = clock.now()
    with unit_of_work() as connection:
        figure = appeal_avoidance(connection, span, as_of=as_of)
        followed = counted_complaints(connection, span, as_of=as_of, appealed=True)
    if json:
        print_json({**figure.model_dump(), "avoided": figure.avoided, "share": figure.share, "followed": followed})
        return
    share = f"{figure.share:.2%}" if figure.share is not None else "no share"
    print(f"{period}: {figure.avoided} of {figure.closed} closed complaints without an appeal so far, {share}.")
    for number in followed if numbers else ():
        print(f"  {number}")


@contextmanager
def _refusals_told() -> Iterator[None]:
    """Turn what is refused into the command's failure."""
    from rules.appeals.pack_files import AppealRulesInvalid
    from store.appeals import NoSuchAppeal
    from store.case_moves import StaleCase
    from tasks.exceptions.moving import NotAllowed

    try:
        yield
    except (NotAllowed, NoSuchAppeal, StaleCase, AppealRulesInvalid) as refusal:
        raise Failure(str(refusal)) from refusal
