"""Stage COORDINATE: a plan for every case, and triage of those plans that a supervisor must decide."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from prefect import task

from rules.exceptions.playbooks import mode_of
from rules.exceptions.remedies import draft_plan
from rules.exceptions.triage import decision_owed
from rules.exceptions.unreachable import unreachable
from schemas.exceptions import Command, ExceptionCase, ExceptionType, State
from store import approvals, contacts
from store.plans import draft_plans
from store.unit_of_work import Connection
from tasks.exceptions.letters import start_run
from tasks.exceptions.moving import Doing, Step, carry_cases
from tasks.playbooks import playbooks_in_force


@task
def plan_remedies(case_no: str | None = None) -> list[str]:
    """Draft the next plan for every investigated case; hand over to a person those that no remedy is left for."""
    return carry_cases([PLAN], case_no=case_no)[PLAN.called]


def _plan(connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    books = playbooks_in_force()
    modes = [mode_of(product=case.product, lane=case.lane, books=books) for case in cases]
    ways = _senders_ways(connection, cases, now)
    drafted = [
        (case, draft_plan(case, now=now, mode=mode, books=books, senders_way=ways.get(case.case_no, ())))
        for case, mode in zip(cases, modes, strict=True)
    ]
    draft_plans(connection, [(case.case_no, plan) for case, plan in drafted if plan is not None])
    for case, plan in drafted:
        if plan is None:
            yield Step(case, Command.HAND_OVER, reason="no_remedy_left", note="no further remedy is declared")
            continue
        yield Step(
            case.model_copy(update={"plan": plan}),
            Command.PLAN,
            reason=plan.cause,
            updates={"rounds": case.rounds + 1},
            details=plan.model_dump(mode="json"),
        )


def _senders_ways(connection: Connection, cases: Sequence[ExceptionCase], now: datetime) -> dict[str, tuple[str, ...]]:
    """Say of the cases whose consignee counts as unreachable by which rules; nobody does before a first plan."""
    asked = [case.case_no for case in cases if case.type is ExceptionType.UNREACHABLE and case.rounds]
    made = contacts.of_cases(connection, asked) if asked else {}
    found = {case_no: unreachable(attempts, now=now) for case_no, attempts in made.items()}
    return {case_no: one.basis for case_no, one in found.items() if one.undeliverable}


@task
def triage_plans(case_no: str | None = None) -> list[str]:
    """Adopt the plans that nobody has to decide, and ask a supervisor about the others (R51, R56)."""
    return carry_cases([TRIAGE], case_no=case_no)[TRIAGE.called]


def _triage(connection: Connection, cases: list[ExceptionCase], now: datetime) -> Iterator[Step]:
    gates: list[tuple[str, int, str]] = []
    irreversible = playbooks_in_force().irreversible
    for case in cases:
        owed_for = decision_owed(case, irreversible=irreversible)
        if owed_for is None:
            yield Step(case, Command.ADOPT, reason="no_decision_owed")
            continue
        assert case.plan is not None  # a planned case has one; the table's guard says so too
        version = case.plan.version
        gates.append((case.case_no, version, owed_for))
        yield Step(
            case,
            Command.REQUEST_APPROVAL,
            reason=owed_for,
            details={"plan_version": version},
            letters=[start_run(case.case_no, plan_version=version, now=now)],
        )
    approvals.open_gates(connection, gates, at=now)


PLAN = Doing("planned", frozenset({State.INVESTIGATED}), _plan)
TRIAGE = Doing("triaged", frozenset({State.PLANNED}), _triage)
