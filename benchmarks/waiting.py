"""What very many suspended runs cost while nobody answers them.

The runs are born as in real life: the cases ask for them in the outbox, and the engine's own dispatcher creates them,
form, case file and all. Then the engine is left alone for as long as every sweep needs to come round.
"""

import statistics
import time
from datetime import UTC, datetime, timedelta

from prefect.client.orchestration import get_client
from prefect.client.schemas.objects import StateType

from benchmarks.deciding import wait_until
from benchmarks.filling import AT_ONCE, put_cases
from benchmarks.measures import Measure, tell
from benchmarks.processes import cpu_seconds, family
from benchmarks.surroundings import EngineUnderLoad
from flows.supervision import dispatch_outbox
from schemas.exceptions import State
from store.unit_of_work import dispose, unit_of_work

A_FEW = 16
SECONDS_MAX_PER_RUN = 0.3
SECONDS_MAX_AT_LEAST = 300.0
SETTLE_SECONDS = 90
"""What making the runs leaves to do is not what waiting costs: late events, and PostgreSQL's own housekeeping."""
SWEEPS = 5


def run(engine: EngineUnderLoad, *, runs: int, idle_seconds: int) -> list[Measure]:
    """Have so many runs suspended, and watch the engine do nothing.

    Raises:
        RuntimeError: in the end not all runs are suspended.
    """
    try:
        few = min(A_FEW, runs)
        _suspend(range(1, few + 1))
        before = len(family(engine.supervisor))
        _suspend(range(few + 1, runs + 1))
        time.sleep(min(SETTLE_SECONDS, idle_seconds))
        tell(f"Watching for {idle_seconds} s what is used when nobody answers ...")
        begun, used = time.perf_counter(), cpu_seconds(family(engine.supervisor))
        time.sleep(idle_seconds)
        idle_cores = (cpu_seconds(family(engine.supervisor)) - used) / (time.perf_counter() - begun)
        processes = len(family(engine.supervisor))
        sweeps = [_seconds_of_a_sweep() for _ in range(SWEEPS)]
        _require_suspended(runs)
    finally:
        dispose()
    return [
        Measure(
            measure="processes",
            value=processes,
            unit="processes",
            reference=before,
            meaning=f"Processes of the engine while {runs:,} runs wait, connections to PostgreSQL included; "
            f"the reference is what there were with the first {few}.",
        ),
        Measure(
            measure="idle_cores",
            value=round(idle_cores, 3),
            unit="cores",
            meaning=f"CPU time of all processes in {idle_seconds} s, worker, sweeps and PostgreSQL included.",
        ),
        Measure(
            measure="sweep_s",
            value=round(statistics.median(sweeps), 2),
            unit="s",
            meaning=f"The minute sweep, from its first line to its end, as the worker runs it: the median of {SWEEPS}, "
            f"of which the longest took {max(sweeps):.2f} s.",
        ),
    ]


def _suspend(numbers: range) -> None:
    tell(f"Making {len(numbers):,} cases that a supervisor must decide ...")
    for start in range(0, len(numbers), AT_ONCE):
        with unit_of_work() as connection:
            some = numbers[start : start + AT_ONCE]
            put_cases(connection, some, state=State.AWAITING_APPROVAL, now=datetime.now(UTC))
    with unit_of_work() as connection:
        connection.exec_driver_sql("ANALYZE")
    begun, runs = time.perf_counter(), numbers.stop - 1
    wait_until(
        lambda: _suspended() == runs,
        lambda: f"{_suspended()} of {runs} runs are suspended",
        look_every_seconds=2,
        seconds_max=max(SECONDS_MAX_AT_LEAST, SECONDS_MAX_PER_RUN * len(numbers)),
    )
    tell(f"  all are suspended after {time.perf_counter() - begun:.0f} s")


def _suspended() -> int:
    with unit_of_work() as connection:
        counted = "SELECT count(*) FROM outbox WHERE kind = 'start_run' AND status = 'done'"
        return int(connection.exec_driver_sql(counted).scalar_one())


def _require_suspended(runs: int) -> None:
    with get_client(sync_client=True) as client:
        paused = {"state": {"type": {"any_": [StateType.PAUSED.value]}}}
        counted = client.request("POST", "/flow_runs/count", json={"flow_runs": paused}).json()
    if counted != runs:
        raise RuntimeError(f"{runs} runs should be suspended, but there are {counted}")


def _seconds_of_a_sweep() -> float:
    """Start the minute sweep as a scheduler does by hand, and give how long it took from its first line to its end."""
    with get_client(sync_client=True) as client:
        deployment = client.read_deployment_by_name(f"{dispatch_outbox.name}/{dispatch_outbox.name}")
        started = client.create_flow_run_from_deployment(deployment.id)

        def has_ended() -> bool:
            state = client.read_flow_run(started.id).state
            return state is not None and state.is_final()

        wait_until(has_ended, lambda: "the sweep has not ended", look_every_seconds=0.5)
        return client.read_flow_run(started.id).total_run_time / timedelta(seconds=1)
