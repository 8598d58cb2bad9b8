"""The parts of the engine: what each is started with, needs, and counts as ready by.

Belongs here: the table of parts, as data. Does not belong here: running them (`processes`, `supervisor`).
"""

import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

import psycopg2

from deployments.engine import postgres
from deployments.engine.environment import Services, plan_services
from deployments.engine.ports import PortClaim
from deployments.engine.postgres_account import Account
from deployments.engine.postgres_folder import prepare
from deployments.engine.probes import answers, listens, worker_heard_since
from deployments.settings import EngineSettings

# -P: a folder named store or tasks where the command is run must not take the place of the package.
PYTHON = (sys.executable, "-P", "-m")


def _at_once(_started_at: datetime) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Part:
    """One process of the engine; a one-shot is done when it ends with exit code 0."""

    name: str
    command: tuple[str, ...]
    needs: tuple[str, ...] = ()
    ready: Callable[[datetime], bool] = _at_once  # asked until true, and told when the process was started
    one_shot: bool = False
    port: PortClaim | None = None
    address: str | None = None
    prepare: Callable[[], Account] | None = None  # before each start; says which account to start under
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds_max: float = 15
    ready_seconds_max: float = 120


def engine_parts(settings: EngineSettings, environ: Mapping[str, str]) -> tuple[Part, ...]:
    """List the parts of an engine with these settings, each after those that it needs."""
    services = plan_services(settings, environ)
    parts = []
    if services.embedded_databases:
        parts.append(_postgres(services))
    parts.append(_migrations())
    if services.runs_prefect_server:
        parts.append(_prefect_server(settings, services))
    parts += [_registration(), _gateway(settings), _worker(services, environ)]
    if services.runs_carrier_desk:
        parts.append(_carrier_desk(settings))
    return tuple(parts)


def _postgres(services: Services) -> Part:
    cluster = services.cluster

    def ready(_started_at: datetime) -> bool:
        try:
            postgres.ensure_databases(cluster, services.embedded_databases)
        except psycopg2.Error:
            return False
        return True

    return Part(
        name="postgres",
        command=cluster.command,
        ready=ready,
        address=f"unix socket in {cluster.sockets}",
        prepare=lambda: prepare(cluster.folder),
        stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown: it waits for no client
        stop_seconds_max=postgres.STOP_SECONDS_MAX,
    )


def _migrations() -> Part:
    command = (*PYTHON, "deployments.engine.migrate")
    return Part(name="migrations", command=command, needs=("postgres",), one_shot=True)


def _prefect_server(settings: EngineSettings, services: Services) -> Part:
    port = settings.prefect_port
    return Part(
        name="prefect",
        command=(*PYTHON, "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)),
        needs=("postgres",),
        ready=lambda _started_at: answers(f"{services.prefect_api_url}/ready"),
        port=PortClaim(port, "REDRESS_PREFECT_PORT"),
        address=f"http://127.0.0.1:{port}",
    )


def _registration() -> Part:
    command = (*PYTHON, "deployments.register")
    return Part(name="registration", command=command, needs=("migrations", "prefect"), one_shot=True)


def _gateway(settings: EngineSettings) -> Part:
    port = settings.gateway_port
    return Part(
        name="gateway",
        command=(*PYTHON, "deployments.gateway"),
        needs=("migrations",),
        ready=lambda _started_at: answers(f"http://127.0.0.1:{port}/healthz"),
        port=PortClaim(port, "REDRESS_GATEWAY_PORT"),
        address=f"http://127.0.0.1:{port}",
    )


def _worker(services: Services, environ: Mapping[str, str]) -> Part:
    return Part(
        name="worker",
        command=(*PYTHON, "deployments.worker"),
        needs=("registration",),
        ready=lambda started_at: worker_heard_since(services.prefect_api_url, started_at, environ),
    )


def _carrier_desk(settings: EngineSettings) -> Part:
    port = settings.carrier_desk_port
    return Part(
        name="carrier-desk",
        command=(*PYTHON, "adapters.carrier_desk.fake", "--port", str(port), "--file", str(settings.work_orders)),
        ready=lambda _started_at: listens(port),
        port=PortClaim(port, "REDRESS_CARRIER_DESK_PORT"),
        address=f"http://127.0.0.1:{port}",
    )
