"""Stage COORDINATE: a plan for every case, and triage of those plans that a supervisor must decide."""

from collections.abc import Iterator
from datetime import datetime

from prefect import task

from rules.exceptions.remedies import draft_plan
from rules.exceptions.triage import decision_owed
from schemas.exceptions import Command, ExceptionCase, State
from store import approvals, outbox
from store import cases as case_store
from store.unit_of_work import Connection
from tasks.exceptions.letters import start_run
from tasks.exceptions.moving import Step, move_cases
from tasks.playbooks import mode_of_case, playbooks_in_force


@task
def plan_remedies(case_no: str | None = None) -> list[str]:
    """Draft the next plan for every investigated case; hand over to a person those that no remedy is left for."""
    return move_cases(_plan, states=[State.INVESTIGATED], case_no=case_no)


def _plan(connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    for case in cases:
        plan = draft_plan(case, now=now, mode=mode_of_case(case), books=playbooks_in_force())
        if plan is None:
            yield Step(case, Command.HAND_OVER, reason="no_remedy_left", note="no further remedy is declared")
            continue
        case_store.draft_plans(connection, [(case.case_no, plan)])
        yield Step(
            case.model_copy(update={"plan": plan}),
            Command.PLAN,
            reason=plan.cause,
            updates={"rounds": case.rounds + 1},
            details=plan.model_dump(mode="json"),
        )


@task
def triage_plans(case_no: str | None = None) -> list[str]:
    """Adopt the plans that nobody has to decide, and ask a supervisor about the others (R51, R56)."""
    return move_cases(_triage, states=[State.PLANNED], case_no=case_no)


def _triage(connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    for case in cases:
        owed_for = decision_owed(case, irreversible=playbooks_in_force().irreversible)
        if owed_for is None:
            yield Step(case, Command.ADOPT, reason="no_decision_owed")
            continue
        assert case.plan is not None  # a planned case has one; the table's guard says so too
        approvals.open_gates(connection, [(case.case_no, case.plan.version, owed_for)], at=now)
        outbox.put(connection, [start_run(case.case_no, plan_version=case.plan.version, now=now)])
        yield Step(case, Command.REQUEST_APPROVAL, reason=owed_for, details={"plan_version": case.plan.version})
