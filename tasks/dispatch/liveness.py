"""Runs whose worker died, and gates that nobody can answer: found by sweep and put right.

A decision goes on in its own run from the first line. A batch run is only marked as crashed: the next sweep does its
work.
"""

from prefect import task

from adapters import Refused
from adapters.runs import client as runs
from adapters.runs.client import Standing
from schemas.approvals import Approval, Gate, gate_key
from store import approvals, leases, outbox
from store import cases as case_store
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.exceptions.letters import start_run
from tasks.supervision.gate import description_of

RESTARTED = "执行器中断，已重新排队。 The worker died; the run is executed again from its first line."
CRASHED = "执行器中断。 The worker died; the next sweep does this work."


@task
def revive_lost_runs() -> dict[str, int]:
    """Find runs that nobody executes any more though they count as running, and put them right."""
    now = clock.now()
    with unit_of_work() as connection:
        dead = leases.drop_dead(connection, now=now)
        live = leases.live(connection, now=now)
    lost = {flow_run_id for flow_run_id, _ in runs.unattended_runs(now=now, attended=live)} | (set(dead) - live)
    return put_right(lost)


def put_right(lost: set[str]) -> dict[str, int]:
    """Put runs that take a decision back to work and mark the others as crashed; give how many of each.

    What they were sending is cut off. That is settled first, so that a run that goes on finds what is left to send.
    """
    done = {"restarted": 0, "crashed": 0, "cut_off": 0}
    if not lost:
        return done
    with unit_of_work() as connection:
        recovered = outbox.recover_cut_off(connection, now=clock.now(), flow_run_ids=lost)
        deciding = approvals.runs_at_gates(connection, lost)
    done["cut_off"] = sum(recovered.values())
    for flow_run_id in sorted(lost):
        try:
            if flow_run_id in deciding:
                done["restarted"] += runs.put_back_to_work(flow_run_id, reason=RESTARTED)
            else:
                done["crashed"] += runs.mark_crashed(flow_run_id, reason=CRASHED)
        except Refused:  # the run was deleted meanwhile
            continue
    return done


def revive_runs_of(worker: str) -> dict[str, int]:
    """Put right the runs that this worker was executing when it was last stopped, before it takes new ones.

    A run that it had accepted but not begun has no lease yet; Prefect knows who accepted it.
    """
    accepted = runs.accepted_by(worker)
    with unit_of_work() as connection:
        lost = accepted | set(leases.drop_all_of(connection, worker))
    return put_right(lost)


@task
def mend_gates() -> dict[str, int]:
    """Give every open gate a run that can be answered, where it has none, has lost its form, or has ended."""
    mended = {"asked_again": 0, "forms": 0}
    with unit_of_work() as connection:
        gates = approvals.undecided(connection)
    standing = runs.standing_of([gate.flow_run_id for gate in gates if gate.flow_run_id])
    for gate in gates:
        stands = standing.get(gate.flow_run_id or "", Standing.ENDED)
        if stands is Standing.ENDED:
            _ask_for_run(gate)
            mended["asked_again"] += 1
        elif stands is Standing.WAITING and gate.attempt > 1:  # a first form is stored before its run is known
            with unit_of_work() as connection:
                case = case_store.one_case(connection, gate.case_no)
            mended["forms"] += runs.ensure_form(
                str(gate.flow_run_id),
                form_key=gate_key(gate.attempt),
                form=Approval,
                description=description_of(gate, case),
            )
    return mended


def _ask_for_run(gate: Gate) -> None:
    with unit_of_work() as connection:
        number = approvals.need_another_run(connection, gate.gate_id) if gate.flow_run_id else gate.run_no
        letter = start_run(gate.case_no, plan_version=gate.plan_version, now=clock.now(), run_no=number)
        outbox.put_anew(connection, [letter])
