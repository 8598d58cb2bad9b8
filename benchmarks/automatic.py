"""How fast cases go that nobody has to decide: the flow that carries them, on a database that holds nothing else."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from benchmarks.measures import tell
from benchmarks.parcels import booking, told_of
from benchmarks.payloads import FORMAT, UNREACHABLE, waybill
from benchmarks.surroundings import EngineUnderLoad
from deployments.engine.postgres import ensure_databases
from deployments.memory import leave_in_peace
from expectations.process import default_validator
from flows.exceptions import handle_exceptions
from schemas.exceptions import State
from store.cases import standing
from store.migrate import upgrade
from store.tracking import inbox, shipments
from store.unit_of_work import unit_of_work
from tasks.exceptions.detection import find_exceptions
from tasks.tracking.ingest import take_in_payloads

DATABASE = "automatic"


def automatic_cases_per_second(engine: EngineUnderLoad, count: int) -> float:
    """Carry so many cases from DETECTED to FED_BACK in one run of the flow, sending all notices and work orders.

    Raises:
        RuntimeError: not all cases came to their result.
    """
    with _database_of_its_own(engine):
        _detect(count)
        tell(f"Carrying {count} cases that nobody has to decide ...")
        leave_in_peace()
        with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):  # both as in the worker
            begun = time.perf_counter()
            handle_exceptions()
            seconds = time.perf_counter() - begun
        _require(State.FED_BACK, count)
    return count / seconds


@contextmanager
def _database_of_its_own(engine: EngineUnderLoad) -> Iterator[None]:
    """Make another database the store's, of which the engine's own worker knows nothing."""
    ensure_databases(engine.cluster, (DATABASE,))
    url = engine.cluster.url(DATABASE, driver="psycopg2")
    upgrade(url)
    former = os.environ["REDRESS_DATABASE_URL"]
    os.environ["REDRESS_DATABASE_URL"] = url
    try:
        yield
    finally:
        os.environ["REDRESS_DATABASE_URL"] = former


def _detect(count: int) -> None:
    """Take in parcels whose consignee cannot be reached, and find the exceptions."""
    now = datetime.now(UTC)
    numbers = [waybill(number) for number in range(count)]
    with unit_of_work() as connection:
        shipments.register(connection, [booking(number, now) for number in numbers], at=now)
        for number in numbers:
            body = told_of(number, UNREACHABLE, now=now)
            inbox.keep(connection, feed="kuaidi100", format_name=FORMAT, origin="file", body=body, received_at=now)
    try:
        take_in_payloads.fn()
    finally:
        default_validator().close()
    find_exceptions.fn()
    _require(State.DETECTED, count)


def _require(state: State, count: int) -> None:
    with unit_of_work() as connection:
        counted = standing(connection)["state"]
    if counted != {state.value: count}:
        raise RuntimeError(f"{count} cases should be {state.value}, but there are {counted}")
