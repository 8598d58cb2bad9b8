"""The warm in-process worker: a Prefect worker that executes each run in a thread of its own process.

A subprocess for every run costs ten times as much (docs/decisions/0004). Which runs it executes is in the store as
leases, which it renews while they run, so that the runs of a worker that died can be told from those that work.
"""

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import anyio
import anyio.abc
import anyio.to_thread
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Pause
from prefect.flow_engine import run_flow
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, get_current_settings, temporary_settings
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

from adapters.runs.client import WORK_POOL
from deployments.memory import leave_in_peace
from deployments.suspension import look_after_suspensions, stop_suspended
from expectations.process import default_validator
from store import leases
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.dispatch.liveness import revive_runs_of

logger = logging.getLogger(__name__)

RUNS_MAX = int(os.environ.get("REDRESS_WORKER_RUNS_MAX", "16"))
LOOK_EVERY_SECONDS = 5.0


class RedressConfiguration(BaseJobConfiguration):
    """Where a run is executed: in this process, whatever its deployment says."""

    @classmethod
    async def resolve_for_flow_run(cls, flow_run: FlowRun, **_known: Any) -> Self:
        """Name the run; the base class would read its deployment and its flow for what nobody uses."""
        return cls(name=flow_run.name)


class RedressResult(BaseWorkerResult):
    """What a run came to, as far as the worker base class asks."""


class RedressWorker(BaseWorker[RedressConfiguration, BaseVariables, RedressResult]):
    """Executes runs in threads of this process."""

    type = WORK_POOL
    job_configuration = RedressConfiguration
    job_configuration_variables = BaseVariables
    _description = "Executes Redress's flows in threads of one warm process."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._flows: dict[UUID, Flow[..., Any]] = {}
        self._threads = anyio.CapacityLimiter(RUNS_MAX)
        self._executing: dict[str, datetime] = {}  # since when, by the run's id
        self._executing_lock = threading.Lock()

    async def run(
        self,
        flow_run: FlowRun,
        configuration: RedressConfiguration,  # noqa: ARG002  # the base class hands it over
        task_status: anyio.abc.TaskStatus[int] | None = None,
    ) -> RedressResult:
        """Execute one run in a thread, until it ends or suspends."""
        if task_status is not None:
            task_status.started(os.getpid())
        flow = await self._flow_of(flow_run)
        await anyio.to_thread.run_sync(self._execute, flow, flow_run, limiter=self._threads)
        return RedressResult(identifier=str(flow_run.id), status_code=0)

    async def _propose_submitting_state(self, flow_run: FlowRun) -> None:
        """Skip the state between accepted and running, which no run here is in for longer than it takes to write it."""

    async def _flow_of(self, flow_run: FlowRun) -> Flow[..., Any]:
        """Load a deployment's flow once; a warm worker is what this class is for."""
        assert flow_run.deployment_id is not None  # the pool holds runs of deployments only
        deployment_id = UUID(str(flow_run.deployment_id))
        if deployment_id not in self._flows:
            deployment = await self.client.read_deployment(deployment_id)
            loaded: Flow[..., Any] = load_flow_from_entrypoint(deployment.entrypoint or "", use_placeholder_flow=False)
            # No result is kept; without a place for them each run asks the server three times where that would be.
            place = get_current_settings().results.local_storage_path
            self._flows[deployment_id] = loaded.with_options(result_storage=place, persist_result=False)
            leave_in_peace()
        return self._flows[deployment_id]

    def _execute(self, flow: Flow[..., Any], flow_run: FlowRun) -> None:
        flow_run_id = str(flow_run.id)
        now = clock.now()
        with unit_of_work() as connection:
            leases.take(connection, flow_run_id, worker=self.name, now=now)
        with self._executing_lock:
            self._executing[flow_run_id] = now
        try:
            run_flow(flow, flow_run=flow_run, parameters=flow_run.parameters, return_type="state")
        except Pause:
            logger.info("Run %s waits for an answer.", flow_run.name)
        finally:
            with self._executing_lock:
                self._executing.pop(flow_run_id, None)
            with unit_of_work() as connection:
                leases.give_back(connection, flow_run_id)

    def look_after_runs(self, do: Callable[[Mapping[str, datetime]], None], stop: threading.Event) -> None:
        """Do something with what is being executed, every few seconds until told to stop.

        Runs in a thread of its own, for what one waits for must not hold up another.
        """
        while not stop.wait(LOOK_EVERY_SECONDS):
            with self._executing_lock:
                executing = dict(self._executing)
            try:
                if executing:
                    do(executing)
            except Exception:
                logger.exception("%s failed; trying again in %s s.", do.__name__, LOOK_EVERY_SECONDS)


def renew_leases(executing: Mapping[str, datetime]) -> None:
    """Say of these runs that somebody still executes them."""
    with unit_of_work() as connection:
        leases.renew(connection, set(executing), now=clock.now())


def worker_name() -> str:
    """Name this worker the same after a restart, so that it finds what it left behind."""
    return os.environ.get("REDRESS_WORKER_NAME") or f"redress-{socket.gethostname()}"


def main() -> None:
    """Put right what the last life of this worker left behind, then execute runs until told to end."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    name = worker_name()
    logger.info("Runs left behind by the last life of %s: %s", name, revive_runs_of(name))
    worker = RedressWorker(work_pool_name=WORK_POOL, name=name, limit=RUNS_MAX, prefetch_seconds=0)
    look_after_suspensions()
    stop = threading.Event()
    for look in (renew_leases, stop_suspended):
        threading.Thread(target=worker.look_after_runs, args=[look, stop], name=look.__name__, daemon=True).start()
    try:
        # The heartbeat's end costs a sync flow a second; the lease takes its place. The variable that would switch it
        # off refuses an empty value.
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            anyio.run(worker.start)
    finally:
        stop.set()
        default_validator().close()


if __name__ == "__main__":
    main()
