"""Stage HANDLE (处理), first half: a plan for what was verified, and who must decide it (R41, R42, R51, R56)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from prefect import task

from rules.complaints.asking import JOINT, agreements_asked
from rules.complaints.lifecycle import ROUNDS_MAX
from rules.complaints.planning import decision_owed, draft
from schemas.complaints import Command, Complaint, State
from schemas.inquiries import Inquiry
from store import approvals
from store import inquiries as inquiry_store
from store import network as network_store
from store.plans import draft_plans
from store.unit_of_work import Connection
from tasks.complaints.moving import Step, step_of_one
from tasks.complaints.verifying import WAITING
from tasks.exceptions.letters import start_run
from tasks.inquiries.asking import ask
from tasks.paid import with_payments
from tasks.stepping import SYSTEM


@task
def plan_complaints(case_no: str | None = None) -> list[str]:
    """Draft the next plan for every verified complaint; hand over to a person those that were sent back too often."""
    return step_of_one(case_no, [State.VERIFIED], _plan)


def _plan(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    network = network_store.network(connection)
    for complaint in with_payments(connection, complaints):
        if complaint.rounds >= ROUNDS_MAX:
            yield Step(complaint, Command.HAND_OVER, reason="sent_back_too_often")
            continue
        plan = draft(complaint, now=now)
        draft_plans(connection, [(complaint.case_no, plan)])
        ask(connection, list(agreements_asked(complaint, plan, network=network, now=now)), asked_by=SYSTEM, now=now)
        yield Step(
            complaint.model_copy(update={"plan": plan}),
            Command.PLAN,
            reason=complaint.finding.validity.value.lower() if complaint.finding else "",
            updates={"rounds": complaint.rounds + 1},
            details=plan.model_dump(mode="json"),
        )


@task
def triage_complaints(case_no: str | None = None) -> list[str]:
    """Adopt the plans that nobody has to decide, and ask a supervisor about the others.

    A plan with which departments must agree waits until they have said so, or their time is over.
    """
    return step_of_one(case_no, [State.PLANNED], _triage)


def _triage(connection: Connection, complaints: list[Complaint], now: datetime) -> Iterator[Step]:
    gates: list[tuple[str, int, str]] = []
    agreeing = agreements(connection, complaints)
    for complaint in complaints:
        assert complaint.plan is not None  # a planned one has one; the table's guard says so too
        version = complaint.plan.version
        if any(asked.state in WAITING and asked.due_at > now for asked in agreeing.get(complaint.case_no, ())):
            continue
        owed_for = decision_owed(complaint)
        if owed_for is None:
            yield Step(complaint, Command.ADOPT, reason="no_decision_owed")
            continue
        gates.append((complaint.case_no, version, owed_for))
        yield Step(
            complaint,
            Command.REQUEST_APPROVAL,
            reason=owed_for,
            details={"plan_version": version},
            letters=[start_run(complaint.case_no, plan_version=version, now=now)],
        )
    approvals.open_gates(connection, gates, at=now)


def agreements(connection: Connection, complaints: Sequence[Complaint]) -> dict[str, list[Inquiry]]:
    """Read what departments were asked about the newest plan of each complaint (R42)."""
    rounds = {one.case_no: JOINT + one.plan.version for one in complaints if one.plan and one.plan.departments}
    asked = inquiry_store.of_cases(connection, rounds) if rounds else {}
    return {number: [one for one in inquiries if one.round == rounds[number]] for number, inquiries in asked.items()}
