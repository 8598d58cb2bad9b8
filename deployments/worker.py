"""The warm in-process worker: a Prefect worker that executes each run in a thread of its own process.

A subprocess for every run costs ten times as much (docs/decisions/0004). Which runs it executes is in the store as
leases, which it renews while they run, so that the runs of a worker that died can be told from those that work.
"""

import importlib
import logging
import os
import pkgutil
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import anyio
import anyio.to_thread
from prefect.client.orchestration import SyncPrefectClient
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Abort, MissingFlowError, ObjectNotFound, Pause, ScriptError
from prefect.flow_engine import run_flow
from prefect.flows import Flow, load_flow_from_entrypoint
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, get_current_settings, temporary_settings
from prefect.states import Crashed, Pending
from prefect.utilities.engine import propose_state_sync
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult

import flows
from adapters.runs.client import WORK_POOL
from adapters.runs.connections import lent_to_the_engine
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


class RedressResult(BaseWorkerResult):
    """What a run came to, as far as the worker base class asks."""


class RedressWorker(BaseWorker[BaseJobConfiguration, BaseVariables, RedressResult]):
    """Executes runs in threads of this process."""

    type = WORK_POOL
    job_configuration = BaseJobConfiguration
    job_configuration_variables = BaseVariables
    _description = "Executes Redress's flows in threads of one warm process."

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._flows: dict[UUID, Flow[..., Any]] = {}
        self._flows_lock = threading.Lock()
        self._threads = anyio.CapacityLimiter(RUNS_MAX)
        self._executing: dict[str, datetime] = {}  # since when, by the run's id
        self._executing_lock = threading.Lock()

    async def _submit_run(self, flow_run: FlowRun) -> None:
        """Execute a run in a thread, from accepting it to its end or its suspension.

        The base class would ask the server five times in between for what only a worker that starts processes needs:
        whether the deployment is still there, its configuration, labels, a process id, a state before running.
        """
        try:
            await anyio.to_thread.run_sync(self._execute, flow_run, limiter=self._threads)
        except Exception:
            logger.exception("Run %s could not be executed to its end.", flow_run.name)
        finally:
            self._release_limit_slot(flow_run.id)
            self._submitting_flow_run_ids.discard(flow_run.id)
            if self._cancelling_observer is not None:
                self._cancelling_observer.remove_in_flight_flow_run_id(flow_run.id)

    async def run(self, flow_run: FlowRun, *_: Any, **__: Any) -> RedressResult:
        """Execute one run, as the base class asks for it."""
        await self._submit_run(flow_run)
        return RedressResult(identifier=str(flow_run.id), status_code=0)

    def _execute(self, flow_run: FlowRun) -> None:
        """Accept a run and execute it. Its lease comes first, so that no run counts as accepted that nobody holds."""
        with lent_to_the_engine() as client:
            try:
                flow = self._flow_of(flow_run, client)
            except (ObjectNotFound, ImportError, ScriptError, MissingFlowError) as fault:
                logger.exception("The flow of run %s cannot be loaded.", flow_run.name)
                message = f"The flow cannot be loaded: {fault}"
                client.set_flow_run_state(flow_run.id, Crashed(message=message), force=True)
                return
            with self._lease_of(flow_run):
                if not _is_accepted(flow_run, client):
                    return
                try:
                    run_flow(flow, flow_run=flow_run, parameters=flow_run.parameters, return_type="state")
                except Pause:
                    logger.info("Run %s waits for an answer.", flow_run.name)

    def _flow_of(self, flow_run: FlowRun, client: SyncPrefectClient) -> Flow[..., Any]:
        """Load a deployment's flow once; a warm worker is what this class is for."""
        assert flow_run.deployment_id is not None  # the pool holds runs of deployments only
        deployment_id = UUID(str(flow_run.deployment_id))
        with self._flows_lock:
            if deployment_id not in self._flows:
                deployment = client.read_deployment(deployment_id)
                loaded: Flow[..., Any] = load_flow_from_entrypoint(
                    deployment.entrypoint or "", use_placeholder_flow=False
                )
                # No result is kept; without a place for them each run asks the server three times where that would be.
                place = get_current_settings().results.local_storage_path
                self._flows[deployment_id] = loaded.with_options(result_storage=place, persist_result=False)
            return self._flows[deployment_id]

    @contextmanager
    def _lease_of(self, flow_run: FlowRun) -> Iterator[None]:
        flow_run_id = str(flow_run.id)
        now = clock.now()
        with unit_of_work() as connection:
            leases.take(connection, flow_run_id, worker=self.name, now=now)
        with self._executing_lock:
            self._executing[flow_run_id] = now
        try:
            yield
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


def _is_accepted(flow_run: FlowRun, client: SyncPrefectClient) -> bool:
    """Ask the server for the run, so that no other worker executes it."""
    try:
        state = propose_state_sync(client, Pending(), flow_run_id=flow_run.id)
    except Abort as refusal:
        logger.info("Run %s is not executed: %s", flow_run.name, refusal)
        return False
    return state.is_pending()


def renew_leases(executing: Mapping[str, datetime]) -> None:
    """Say of these runs that somebody still executes them."""
    with unit_of_work() as connection:
        leases.renew(connection, set(executing), now=clock.now())


def load_flows() -> None:
    """Import all that runs are made of, so that the first run of each flow need not wait for it."""
    for module in pkgutil.iter_modules(flows.__path__):
        importlib.import_module(f"{flows.__name__}.{module.name}")
    leave_in_peace()


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
    load_flows()
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
