"""Stage ASSESSMENT (核定), its end: every proposal asks for its decision, by itself or in a docket (R56, R87)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from prefect import task

from rules.claims.approving import decision_owed
from rules.claims.fast_track import is_clear
from rules.claims.lifecycle import major_is_settled
from schemas.claims import Claim, Command, Route, State
from store import approvals
from store.unit_of_work import Connection
from tasks.claims.evidence import completeness_of_claims
from tasks.claims.letters import MANAGER, department_letter
from tasks.claims.moving import Step, step_of_one
from tasks.exceptions.letters import start_run
from tasks.paid import with_payments


@task
def triage_claims(case_no: str | Sequence[str] | None = None) -> list[str]:
    """Ask for a decision about every proposal: in a run of its own, or, where the claim is clear, in a docket."""
    return step_of_one(case_no, [State.ASSESSED], _triage)


def _triage(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    found = completeness_of_claims(connection, claims)
    gates: list[tuple[str, int, str]] = []
    for claim in with_payments(connection, claims):
        assert claim.plan is not None  # an assessed one has one; the table's guard says so too
        if (unsettled := major_is_settled(claim)) is not None:  # what was told since it was assessed made it so
            yield _handed_over(claim, unsettled, now)
            continue
        version = claim.plan.version
        why_alone = is_clear(claim, found[claim.case_no])
        owed_for = "clear" if why_alone is None else decision_owed(claim)
        gates.append((claim.case_no, version, owed_for))
        yield Step(
            claim,
            Command.REQUEST_APPROVAL,
            reason=owed_for,
            updates={"route": Route.DOCKET if why_alone is None else Route.SINGLE, "docket_no": ""},
            details={"plan_version": version, "decided_by_itself_because": why_alone or ""},
            letters=[start_run(claim.case_no, plan_version=version, now=now)] if why_alone else [],
        )
    approvals.open_gates(connection, gates, at=now)


def _handed_over(claim: Claim, unsettled: str, now: datetime) -> Step:
    """Leave to a person what may not be put to decision before people settled who answers (R82)."""
    to = claim.assigned_to or MANAGER
    letter = department_letter(claim, about="须先由人认定责任", purpose="major", to=to, now=now)
    return Step(claim, Command.HAND_OVER, reason="liability_unsettled", note=unsettled, letters=[letter])
