"""Runs whose worker died, and gates that nobody can answer: found by sweep and put right.

A decision goes on in its own run from the first line. A batch run is only marked as crashed: the next sweep does its
work.
"""

from collections.abc import Sequence

from prefect import task

from adapters import Refused
from adapters.runs import client as runs
from adapters.runs.client import Standing
from schemas.approvals import Gate, gate_key
from store import approvals, leases, outbox
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.exceptions.letters import start_run
from tasks.supervision.gate import description_of
from tasks.supervision.procedures import procedure_of

GATES = 2000
"""Gates looked at in one go."""
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
    """Put right the runs that this worker had accepted when it was last stopped, before it takes new ones."""
    with unit_of_work() as connection:
        lost = set(leases.drop_all_of(connection, worker))
    return put_right(lost)


@task
def mend_gates() -> dict[str, int]:
    """Give every open gate a run that can be answered, where it has none, has lost its form, or has ended."""
    mended = {"asked_again": 0, "forms": 0}
    last: Gate | None = None
    while True:
        with unit_of_work() as connection:
            gates = approvals.undecided_after(connection, last, limit=GATES)
        standing = runs.standing_of([gate.flow_run_id for gate in gates if gate.flow_run_id])
        stands = {gate.gate_id: standing.get(gate.flow_run_id or "", Standing.ENDED) for gate in gates}
        mended["asked_again"] += _ask_for_runs([gate for gate in gates if stands[gate.gate_id] is Standing.ENDED])
        for gate in gates:
            if stands[gate.gate_id] is Standing.WAITING and gate.form_kept < gate.attempt:
                mended["forms"] += _see_to_form(gate)
        if len(gates) < GATES:
            return mended
        last = gates[-1]


def _ask_for_runs(gates: Sequence[Gate]) -> int:
    """Ask for the next run of each gate; those that were asked for and are on their way do not count."""
    if not gates:
        return 0
    now = clock.now()
    with unit_of_work() as connection:
        without = approvals.need_runs(connection, gates)
        return outbox.put_anew(
            connection,
            [
                start_run(gate.case_no, plan_version=gate.plan_version, step=gate.step, now=now, run_no=gate.run_no)
                for gate in without
            ],
        )


def _see_to_form(gate: Gate) -> bool:
    """Store the form of a gate that was asked again, if a crash kept it from being stored; say whether it was."""
    with unit_of_work() as connection:
        description = description_of(connection, gate)
    stored = runs.ensure_form(
        str(gate.flow_run_id),
        form_key=gate_key(gate.attempt),
        form=procedure_of(gate.case_no).form,
        description=description,
    )
    with unit_of_work() as connection:
        approvals.keep_form(connection, gate)
    return stored
