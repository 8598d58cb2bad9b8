"""The commands about appeals to the regulator: appeals register, list, show, link, take-up, avoidance.

Belongs here: what they take and print; who appeals is shown masked. Does not belong here: what an answer must hold, or
when it is due (`rules.appeals`), and the commands from the answer to the closing (`appeal_steps`).
"""

from pathlib import Path

from cyclopts import App

from deployments.command import appeal_steps
from deployments.command.appeal_printing import (
    file_and_staff,
    lines_of,
    masked,
    print_due,
    print_owed,
    print_preconditions,
    read_file,
    refusals_told,
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
        "A usual way: `register`, `take-up`, `answer`, `close --ending accepted`. `show` says what is due and why.",
    )
    for command in (register, show, link, avoidance):
        group.command(command)
    group.command(listing, name="list")
    group.command(take_up, name="take-up")
    appeal_steps.add_to(group)
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

    with refusals_told():
        registered = register_appeal(told, staff_id=staff)
    appeal = registered.appeal
    known = " (known before)" if registered.known_before else ""
    print(f"{appeal.case_no} {appeal.state.value}{known}, complaint {appeal.complaint_no or 'none'}")
    print_preconditions(registered.found)
    print_owed(appeal)


def listing(
    *,
    state: str | None = None,
    waybill: str | None = None,
    complaint: str | None = None,
    all: bool = False,  # noqa: A002
    limit: int = 100,
    json: bool = False,
) -> None:
    """List appeals, the open ones unless told otherwise, with what the carrier owes first.

    - `redress appeals list --state INVESTIGATING`

    Args:
        state: Only appeals in this state.
        waybill: Only appeals about this parcel, closed ones too.
        complaint: Only appeals after this complaint, closed ones too.
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
    chosen = Chosen(
        states=[AppealState(state)] if state else None,
        waybill=waybill,
        complaint_no=complaint,
        open_only=not (state or waybill or complaint or all),
    )
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
    from rules.privacy import mask_phones
    from store import appeal_papers, case_history
    from store.appeals import one_appeal
    from store.unit_of_work import unit_of_work
    from tasks.appeals.settings import appeal_clocks

    with refusals_told(), unit_of_work() as connection:
        appeal = one_appeal(connection, number)
        found = appeal_papers.preconditions_of(connection, number)
        papers = appeal_papers.papers_of(connection, number)
        history = [{**row, "note": mask_phones(row["note"])} for row in case_history.history_of(connection, number)]
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

    with refusals_told():
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

    with refusals_told():
        appeal = take_up_appeal(number, staff_id=staff)
    tell_where_it_stands(appeal)


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
