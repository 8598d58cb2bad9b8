"""The commands about what follows from complaints: their tasks, their penalties, and the agents who handle them.

Belongs here: what they take and print. Does not belong here: who may do what (`rules.complaints`).
"""

from typing import TYPE_CHECKING, Any

from cyclopts import App

from deployments.command.complaint_record import refusals_told
from deployments.command.installation import enter
from deployments.command.options import amount_told
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import local, print_json, print_table

if TYPE_CHECKING:
    from schemas.complaints import ActionTask, Consequence


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    tasks = App(name="task", help="Tasks of complaints' plans: list, done, failed, verify.")
    tasks.command(list_tasks, name="list")
    tasks.command(done)
    tasks.command(failed)
    tasks.command(verify)
    app.command(tasks)
    penalties = App(name="penalty", help="Penalties and rewards that follow from complaints: list, add, contest, rule.")
    penalties.command(list_penalties, name="list")
    penalties.command(add_penalty, name="add")
    penalties.command(contest)
    penalties.command(rule)
    app.command(penalties)
    agents = App(name="agent", help="Agents of the service desk: put, list.")
    agents.command(put_agent, name="put")
    agents.command(list_agents, name="list")
    app.command(agents)


def list_tasks(
    *, overdue: bool = False, unverified: bool = False, failed: bool = False, limit: int = 100, json: bool = False
) -> None:
    """List the tasks that are open, or those that are done or failed; those due longest first.

    - `redress task list --overdue`
    - `redress task list --unverified`: rectifications that were reported done and nobody has looked at (R77)
    - `redress task list --failed`: what was reported not to be possible

    Args:
        overdue: Only those past their due time.
        unverified: Rectifications that were reported done instead, and wait for somebody else to look.
        failed: Those that were reported not to be possible instead.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    if unverified and failed:
        raise WrongUsage("say either --unverified or --failed")
    from schemas.complaints import Action, ActionState
    from store import complaint_actions
    from store.unit_of_work import unit_of_work
    from tasks import clock

    state = ActionState.DONE if unverified else ActionState.FAILED if failed else ActionState.OPEN
    action = Action.RECTIFY if unverified else None
    due_by = clock.now() if overdue else None
    with unit_of_work() as connection:
        found = complaint_actions.listing(connection, states=[state], action=action, due_by=due_by, limit=limit)
    if json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    print_table(
        ("task", "complaint", "what", "owner", "due", "state"),
        [
            (one.action_id, one.case_no, one.action, one.owner, local(one.due_at, zone), one.state.value)
            for one in found
        ],
    )
    if not found:
        print("No task.")


def done(task: int, *, staff: str, note: str = "") -> None:
    """Report that a task is done (R43).

    Args:
        task: Its number.
        staff: Your staff id.
        note: What was done.
    """
    _report(task, staff=staff, note=note, is_done=True)


def failed(task: int, *, staff: str, note: str) -> None:
    """Report that a task cannot be done.

    Args:
        task: Its number.
        staff: Your staff id.
        note: Why.
    """
    _report(task, staff=staff, note=note, is_done=False)


def _report(task: int, *, staff: str, note: str, is_done: bool) -> None:
    enter()
    from tasks.complaints.by_hand import report_task

    with refusals_told():
        _told(report_task(task, done=is_done, note=note, staff_id=staff))


def verify(task: int, *, staff: str, note: str = "") -> None:
    """Record that you looked at a task that somebody else reported done, and found it so (R77).

    Args:
        task: Its number.
        staff: Your staff id.
        note: What you saw.
    """
    enter()
    from tasks.complaints.by_hand import verify_task

    with refusals_told():
        _told(verify_task(task, note=note, staff_id=staff))


def _told(one: "ActionTask") -> None:
    print(f"Task {one.action_id} of {one.case_no} ({one.action.value}) is {one.state.value}.")


def list_penalties(*, complaint: str | None = None, limit: int = 100, json: bool = False) -> None:
    """List penalties and rewards: of one complaint, or those about which nobody has ruled.

    Args:
        complaint: Only those of this complaint, ruled about or not.
        limit: At most so many.
        json: Print JSON.
    """
    zone = enter().zone
    from store import consequences
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        found = (
            consequences.of_case(connection, complaint) if complaint else consequences.unruled(connection, limit=limit)
        )
    if json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    print_table(
        ("number", "complaint", "kind", "party", "amount", "state", "contest until"),
        [
            (one.consequence_id, one.case_no, one.kind, one.party, f"{one.amount} {one.currency}", one.state.value,
             local(one.contest_until, zone))
            for one in found
        ],
    )  # fmt: skip
    if not found:
        print("No penalty or reward.")


def add_penalty(complaint: str, *, party: str, amount: str, why: str, staff: str, reward: bool = False) -> None:
    """Propose a penalty, or a reward, beside those that follow by rule (R89, R99).

    - `redress penalty add CP-20261122-000001 --party ag-wu --amount 100 --why "主动追回快件" --staff sup-li --reward`

    Args:
        complaint: The complaint's number.
        party: The department or the person.
        amount: How much, in the carrier's own currency (CNY), whatever the customer demands.
        why: What for.
        staff: Your staff id; only a supervisor or somebody above may.
        reward: It is a reward.
    """
    enter()
    from schemas.complaints import ConsequenceKind
    from tasks.complaints.penalties import propose_consequence

    worth = amount_told("--amount", amount)
    kind = ConsequenceKind.REWARD if reward else ConsequenceKind.PENALTY
    with refusals_told():
        _ruled(propose_consequence(complaint, kind=kind, party=party, amount=worth, why=why, staff_id=staff))


def contest(number: int, *, by: str, words: str) -> None:
    """Record that a party clears itself of a penalty, as long as it may (投诉澄清免责).

    Args:
        number: The penalty's number.
        by: Who says so: a staff id on file, or a department of the network.
        words: Why it does not lie with the party.
    """
    enter()
    from tasks.complaints.penalties import contest_penalty

    with refusals_told():
        _ruled(contest_penalty(number, words=words, by=by))


def rule(number: int, *, staff: str, ruling: str, lift: bool = False) -> None:
    """Rule about a penalty after its party could clear itself: it stays, or is lifted (R89).

    Args:
        number: The penalty's number.
        staff: Your staff id; only a supervisor or somebody above may.
        ruling: Why.
        lift: Lift it; it stays when left out.
    """
    enter()
    from tasks.complaints.penalties import rule_penalty

    with refusals_told():
        _ruled(rule_penalty(number, upheld=not lift, ruling=ruling, staff_id=staff))


def _ruled(one: "Consequence") -> None:
    print(f"{one.kind.value.capitalize()} {one.consequence_id} of {one.case_no} is {one.state.value}.")


def put_agent(
    staff: str, *, tier: int = 1, language: list[str] | None = None, department: str = "", cases: int = 50,
    off_duty: bool = False,
) -> None:  # fmt: skip
    """Put an agent of the service desk on file, or change what is on file (R66, R70).

    - `redress agent put ag-sun --tier 2 --language zh --language en --cases 40`

    Args:
        staff: The staff id.
        tier: Skill: 1 anybody, 2 experienced, 3 for callers who complain often.
        language: What the agent speaks; zh when left out. May be given more than once.
        department: The department whose complaints the agent handles; the desk's own when left out.
        cases: How many open complaints at most.
        off_duty: Give the agent nothing new.
    """
    enter()
    from pydantic import ValidationError

    from schemas.agents import Agent
    from tasks.complaints.desk import put_agent as put_on_file

    told: dict[str, Any] = {
        "staff_id": staff, "tier": tier, "languages": tuple(language or ("zh",)), "department": department,
        "cases_max": cases, "on_duty": not off_duty,
    }  # fmt: skip
    try:
        agent = Agent.model_validate(told)
    except ValidationError as fault:
        first = fault.errors(include_input=False)[0]
        raise Failure(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from fault
    put_on_file(agent)
    print(f"{staff} is on file: tier {tier}, {', '.join(agent.languages)}, at most {cases} complaints.")


def list_agents(*, json: bool = False) -> None:
    """List the agents of the service desk, with how many open complaints each has.

    Args:
        json: Print JSON.
    """
    enter()
    from store import agents
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        found = agents.listing(connection)
    if json:
        print_json([one.model_dump(mode="json") for one in found])
        return
    print_table(
        ("agent", "department", "tier", "languages", "complaints", "on duty"),
        [
            (one.staff_id, one.department, one.tier, " ".join(one.languages), f"{one.cases} of {one.cases_max}",
             "yes" if one.on_duty else "")
            for one in found
        ],
    )  # fmt: skip
    if not found:
        print("No agent is on file: complaints go to departments, and supervisors hand them out.")
