"""What a bench runs in: a temporary folder with a PostgreSQL, or with a whole engine, on ports of its own.

Nothing of the user's installation is touched, and whatever is started here is stopped, also when the bench is
interrupted. Imports no Prefect and no task: the environment must be set before those are imported.
"""

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.measures import tell
from deployments.engine import control, postgres
from deployments.engine.credentials import Credentials, read_credentials
from deployments.engine.environment import enter_environment
from deployments.engine.postgres import Cluster
from deployments.settings import EngineSettings, load_settings
from store.migrate import upgrade

DATABASE = "redress"


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """Make a folder that is gone afterwards; its name is short, because a socket's path is limited."""
    folder = Path(tempfile.mkdtemp(prefix="redress-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def environment(**variables: str) -> Iterator[None]:
    """Set variables and hide all others of Redress and Prefect that the user has set."""
    former = dict(os.environ)
    for name in former:
        if name.startswith(("REDRESS_", "PREFECT_")):
            del os.environ[name]
    os.environ.update(variables, DO_NOT_TRACK="1")
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(former)


@contextmanager
def database_of_its_own() -> Iterator[Cluster]:
    """Start a PostgreSQL with an empty database and make it the store's."""
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        tell("Starting a PostgreSQL ...")
        cluster = Cluster(folder / "postgres")
        stack.callback(_stop, cluster)
        postgres.start(cluster.folder, databases=(DATABASE,))
        url = cluster.url(DATABASE, driver="psycopg2")
        upgrade(url)
        stack.enter_context(environment(REDRESS_DATABASE_URL=url, PREFECT_HOME=str(folder / "prefect")))
        yield cluster


@dataclass(frozen=True)
class EngineUnderLoad:
    """A whole engine that runs, whose environment this process has joined."""

    settings: EngineSettings
    credentials: Credentials
    cluster: Cluster
    supervisor: psutil.Process  # all of the engine's processes come from it

    @property
    def gateway(self) -> str:
        """Give the address of the gateway."""
        return f"http://127.0.0.1:{self.settings.gateway_port}"


@contextmanager
def engine_of_its_own(**variables: str) -> Iterator[EngineUnderLoad]:
    """Start a whole engine, as `redress up --detach` does, with these settings besides, and join its environment."""
    with ExitStack() as stack:
        folder = stack.enter_context(temporary_folder())
        stack.enter_context(environment(**_variables(folder / "home"), **variables))
        settings = load_settings()
        tell("Starting an engine ...")
        cluster = Cluster(settings.home / "postgres")
        stack.callback(_stop, cluster)
        stack.callback(control.stop, settings)
        control.clear_the_way(settings)
        record = control.start_detached(settings)
        enter_environment(settings)
        yield EngineUnderLoad(
            settings=settings,
            credentials=read_credentials(settings),
            cluster=cluster,
            supervisor=psutil.Process(record.supervisor.pid),
        )


def _stop(cluster: Cluster) -> None:
    postgres.stop(cluster.folder)
    shutil.rmtree(cluster.sockets, ignore_errors=True)  # where the temporary folder's own name is too long for a socket


def _variables(home: Path) -> Mapping[str, str]:
    prefect, gateway, desk = free_ports(3)
    return {
        "REDRESS_HOME": str(home),
        "REDRESS_PREFECT_PORT": str(prefect),
        "REDRESS_GATEWAY_PORT": str(gateway),
        "REDRESS_CARRIER_DESK_PORT": str(desk),
        # A result counts as told when its notices are out; at night they would wait for the morning.
        "REDRESS_QUIET_FROM": "00:00",
        "REDRESS_QUIET_UNTIL": "00:00",
    }


def free_ports(count: int) -> list[int]:
    """Find ports that nobody listens on."""
    with ExitStack() as stack:
        probes = [stack.enter_context(closing(socket.socket())) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
