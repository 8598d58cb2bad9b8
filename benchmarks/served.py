"""The reference of the decisions: the same flow under `serve()`, which starts a process for every run.

Run as a module this is the serving process; `serving` starts one and gives runs to it.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from prefect.client.orchestration import get_client
from prefect.exceptions import ObjectNotFound
from prefect.types.entrypoint import EntrypointType

from adapters.runs import client as runs
from benchmarks.deciding import wait_until
from deployments.engine.endings import end
from flows.exceptions import resolve_exception
from schemas.approvals import Approval, Gate, gate_key
from store import approvals
from store import cases as case_store
from store.unit_of_work import unit_of_work
from tasks.supervision.gate import description_of

NAME = "served"
DEPLOYMENT = f"{resolve_exception.name}/{NAME}"
STOP_SECONDS_MAX = 20
POLL_SECONDS = "1"
"""How often it looks for runs: as often as Redress's worker does, and not every ten seconds as by default."""


@contextmanager
def serving(log: Path) -> Iterator[psutil.Process]:
    """Serve the flow in a process of its own, which has the environment of this one, and wait until it is there."""
    with log.open("ab") as stream:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "benchmarks.served"],
            env={**os.environ, "PREFECT_RUNNER_POLL_FREQUENCY": POLL_SECONDS, "TMPDIR": str(log.parent)},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the bench, which then ends this process
        )
    leader = psutil.Process(process.pid)
    try:
        wait_until(lambda: process.poll() is not None or _is_registered(), lambda: "the flow is not served yet")
        if process.poll() is not None:
            raise RuntimeError(f"the serving process ended: {log.read_text('utf-8')[-500:]}")
        yield leader
    finally:
        end([leader, *leader.children(recursive=True)], stop_seconds_max=STOP_SECONDS_MAX)
        process.wait()


def _is_registered() -> bool:
    with get_client(sync_client=True) as client:
        try:
            client.read_deployment_by_name(DEPLOYMENT)
        except ObjectNotFound:
            return False
    return True


def hand_over(gates: Sequence[Gate]) -> list[Gate]:
    """Replace the suspended run of each gate by one of the served deployment, born suspended with the same form."""
    handed_over = []
    for gate in gates:
        with unit_of_work() as connection:
            description = description_of(connection, gate, case_store.one_case(connection, gate.case_no))
        flow_run_id = runs.start_suspended(
            deployment=DEPLOYMENT,
            name=gate.case_no,
            parameters={"case_no": gate.case_no, "plan_version": gate.plan_version},
            tags=[gate.case_no],
            idempotency_key=f"{gate.case_no}:{NAME}",
            form_key=gate_key(gate.attempt),
            form=Approval,
            description=description,
        )
        with unit_of_work() as connection:
            approvals.assign_run(connection, gate.gate_id, flow_run_id)
        runs.cancel(str(gate.flow_run_id), reason="replaced by a served run")
        handed_over.append(gate.model_copy(update={"flow_run_id": flow_run_id}))
    return handed_over


if __name__ == "__main__":
    resolve_exception.serve(name=NAME, entrypoint_type=EntrypointType.MODULE_PATH, print_starting_message=False)
