"""What an engine's store says, answered by a process that runs inside that engine's environment.

The process joins the environment as a command does and then answers one question a line; joining takes a second, so it
answers many. Questions are the functions below. What is asked over HTTP does not belong here.
"""

import json
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from typing import Any

from engine_under_test import EngineUnderTest


class InsideEngine:
    """A process that answers questions about one engine's store."""

    def __init__(self, engine: EngineUnderTest) -> None:
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._tell(engine.environment)  # said, not set: by its environment it would count as a part of the engine

    def ask(self, question: Callable[..., Any], **arguments: Any) -> Any:
        """Have a question of this module answered there."""
        assert self._process.stdout
        self._tell({"question": question.__name__, "arguments": arguments})
        answer = json.loads(self._process.stdout.readline())
        if "failure" in answer:
            raise AssertionError(answer["failure"])
        return answer["answer"]

    def _tell(self, what: dict[str, Any]) -> None:
        assert self._process.stdin
        self._process.stdin.write(json.dumps(what) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()


def put_supervisors_on_file(staff_ids: list[str], secret: str) -> None:
    """Put supervisors on file whose passcodes the test can tell."""
    from factories import a_supervisor

    from store import staff
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        for staff_id in staff_ids:
            staff.add(connection, a_supervisor(staff_id=staff_id), secret=secret)


def put_approvers_on_file(roles: dict[str, str], secret: str) -> None:
    """Put people of these roles on file who may approve large amounts, and whose passcodes the test can tell."""
    from decimal import Decimal

    from factories import a_supervisor

    from schemas.exceptions import Role
    from store import staff
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        for staff_id, role in roles.items():
            member = a_supervisor(staff_id=staff_id, roles=frozenset({Role(role)}), amount_limit=Decimal(100_000))
            staff.add(connection, member, secret=secret)


def bring_large_claim(amount: str) -> str:
    """Bring a claim of this amount to its gate, and give its number."""
    from claim_cases import large_claim

    return large_claim(amount, "773200000001")


def bring_docket(claims: int) -> dict[str, Any]:
    """Gather so many clear claims into a docket; give its number and theirs."""
    from claim_cases import docket_with

    docket_no, numbers = docket_with(claims)
    return {"docket_no": docket_no, "claims": numbers}


def file_clear_claims(first: int, count: int) -> list[str]:
    """File so many clear claims with all their papers, and have the engine told of them; give their numbers."""
    from claims import ACCOUNT, filed, papers_come

    from adapters.runs.client import announce
    from tasks.publishing import CLAIM_FILED

    numbers = []
    for place in range(first, first + count):
        waybill, account = f"7741{place:08d}", f"{ACCOUNT[:11]}{place:08d}"
        numbers.append(
            filed(
                waybill=waybill,
                claimant={"phone": f"1990002{place:04d}"},
                payee={"name": "赵六", "account": account},
                parcels=[{"id": waybill, "lost_percent": 40, "value": 100, "proof": "invoice"}],
            ).claim_no
        )
        papers_come(numbers[-1])
    announce(CLAIM_FILED, resource="redress.tests", payload={})
    return numbers


def waiting_dockets() -> dict[str, str]:
    """Give the run of each docket that waits for a decision in one."""
    from store import approvals, dockets
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        gates = [approvals.current_gate(connection, number) for number in dockets.waiting(connection)]
    return {gate.case_no: gate.flow_run_id for gate in gates if gate is not None and gate.flow_run_id}


def settled_claims(numbers: list[str]) -> dict[str, dict[str, Any]]:
    """Give what came of claims: state, payouts, decisions, letters, and whether their histories are whole."""
    from store import approvals, case_history, claims, outbox, payouts
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        return {
            claim.case_no: {
                "state": claim.state.value,
                "payouts": [one.state.value for one in payouts.of_claim(connection, claim.case_no)],
                "decisions": len(approvals.decisions_of(connection, claim.case_no)),
                "commands": [entry["command"] for entry in case_history.history_of(connection, claim.case_no)],
                "letters": [
                    [row["payload"]["purpose"], row["status"], row["attempts"], row["payload"]["body"]]
                    for row in outbox.of_case(connection, claim.case_no)
                    if row["kind"] == "notice" and row["payload"]["audience"] == "customer"
                ],
                "broken": case_history.broken_histories(connection, claim.case_no)[1],
            }
            for claim in claims.select_claims(connection, claims.Chosen(case_nos=numbers))
        }


def run_at_gate(case_no: str, step: int) -> str | None:
    """Give the run that asks at this step of a case, once it is there."""
    from store import approvals
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        gate = approvals.current_gate(connection, case_no)
    return gate.flow_run_id if gate is not None and gate.step == step else None


def record_of_claim(case_no: str) -> dict[str, Any]:
    """Give what is on record about the decisions of a claim or a docket."""
    from store import approvals, case_history, claims
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        found = claims.select_claims(connection, claims.Chosen(case_nos=[case_no]))
        return {
            "state": found[0].state if found else "",
            "decisions": approvals.decisions_of(connection, case_no),
            "history": case_history.history_of(connection, case_no),
        }


def waiting_runs(waybills: list[str]) -> dict[str, list[str]]:
    """Give case number and run of each of these parcels whose case waits for a supervisor in a run."""
    from sqlalchemy import text

    from store.unit_of_work import unit_of_work

    query = text(
        "SELECT c.waybill, c.case_no, g.flow_run_id FROM cases c JOIN gate g USING (case_no) "
        "JOIN outbox o ON o.case_no = c.case_no AND o.kind = 'start_run' AND o.status = 'done' "
        "WHERE c.waybill = ANY(:waybills) AND NOT g.decided AND g.flow_run_id IS NOT NULL"
    )
    with unit_of_work() as connection:
        return {
            row.waybill: [row.case_no, row.flow_run_id] for row in connection.execute(query, {"waybills": waybills})
        }


def told_in_order(case_nos: list[str]) -> list[str]:
    """Give those of these cases whose customer was told of the result, first told first."""
    from store.cases import select_cases
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        cases = [case for case in select_cases(connection, case_nos=case_nos) if case.state == "FED_BACK"]
    return [case.case_no for case in sorted(cases, key=lambda case: case.state_since)]


def file_of(case_no: str) -> dict[str, Any]:
    """Give everything that is written down about a case."""
    from sqlalchemy import text

    from store import approvals, case_history, cases, outbox
    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        case = cases.one_case(connection, case_no)
        gate = approvals.current_gate(connection, case_no)
        assert gate
        refused = text("SELECT code, attempt FROM refused_answer WHERE gate_id = :gate_id ORDER BY id")
        analysed = text("SELECT count(*) FROM case_analysis WHERE case_no = :case_no")
        checked, wrong = case_history.broken_histories(connection, case_no)
        return {
            "state": case.state,
            "measures": list(case.plan.measures) if case.plan else [],
            "history": case_history.history_of(connection, case_no),
            "checked": checked,
            "broken": wrong,
            "gate": gate.model_dump(),
            "refused": [row._asdict() for row in connection.execute(refused, {"gate_id": gate.gate_id})],
            "decisions": approvals.decisions_of(connection, case_no),
            "outbox": outbox.of_case(connection, case_no),
            "analysed": connection.execute(analysed, {"case_no": case_no}).scalar_one(),
        }


def locks_waited_for() -> int:
    """Count the sessions that wait for a row that another one holds."""
    from sqlalchemy import text

    from store.unit_of_work import unit_of_work

    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    with unit_of_work() as connection:
        return int(connection.execute(waiting).scalar_one())


def kept_payloads() -> list[str]:
    """Give the hashes of all payloads in the inbox, with repetitions."""
    from sqlalchemy import text

    from store.unit_of_work import unit_of_work

    with unit_of_work() as connection:
        return list(connection.execute(text("SELECT encode(sha256, 'hex') FROM inbox ORDER BY id")).scalars())


def _answer(asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return {"answer": globals()[asked["question"]](**asked["arguments"])}
    except Exception:  # noqa: BLE001  # the test that asked shows it
        return {"failure": traceback.format_exc()}


def _serve() -> None:
    from deployments.command.installation import enter

    os.environ.update(json.loads(sys.stdin.readline()))
    enter()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_answer(json.loads(line)), default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _serve()
