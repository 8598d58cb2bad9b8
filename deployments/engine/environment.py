"""The one environment that every part of the engine, and every command, runs with.

Belongs here: which variables there are and who wins. A `PREFECT_` variable that the user has set always
wins. Does not belong here: what the variables mean to those who read them.
"""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from adapters.notices.address import address_of
from deployments.engine import EngineError
from deployments.engine.credentials import (
    API_KEY,
    KUAIDI100_SALT,
    SECRET_KEY,
    Credentials,
    SecretsUnreadable,
    read_credentials,
)
from deployments.engine.postgres import PREFECT_DATABASE, REDRESS_DATABASE, Cluster
from deployments.memory import VARIABLES as MEMORY
from deployments.settings import EngineSettings

CARRIER_DESK_URL = "REDRESS_CARRIER_DESK_URL"
ENGINE_ID = "REDRESS_ENGINE_ID"  # marks every process of one start, so that `down` finds those it lost
LOOPBACK = ("127.0.0.1", "localhost")
PREFECT_DATABASE_URLS = ("PREFECT_SERVER_DATABASE_CONNECTION_URL", "PREFECT_API_DATABASE_CONNECTION_URL")
PREFECT_DATABASE_HOSTS = ("PREFECT_SERVER_DATABASE_HOST", "PREFECT_API_DATABASE_HOST")
PREFECT_PAUSE_EXPIRATIONS = (
    "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED",
    "PREFECT_API_SERVICES_PAUSE_EXPIRATIONS_ENABLED",
)
PREFECT_CSRF = (
    "PREFECT_CLIENT_CSRF_SUPPORT_ENABLED",
    "PREFECT_SERVER_API_CSRF_PROTECTION_ENABLED",
    "PREFECT_SERVER_CSRF_PROTECTION_ENABLED",
)
"""A server that does not ask for tokens is asked for one by every client all the same, unless the client is told."""
PREFECT_DEFAULTS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("PREFECT_SERVER_ANALYTICS_ENABLED",), "false"),
    (("PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT",), "false"),
    # No run here uses a pause's timeout, and looking for them reads every waiting run every five seconds.
    (PREFECT_PAUSE_EXPIRATIONS, "false"),
    (("PREFECT_WORKER_QUERY_SECONDS",), "1"),  # an approval takes effect within a second or two
    # What runs and steps tell of themselves is written together, once a second, instead of one transaction for each.
    (("PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE",), "100"),
    (("PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL",), "1"),
    (("PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE",), "100"),
    (("PREFECT_SERVER_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL",), "1"),
)


class HomeMissing(EngineError):
    """No engine has ever been started here; the message says what to do."""


@dataclass(frozen=True)
class Services:
    """Which services the engine brings itself, which are the user's own, and where each is."""

    cluster: Cluster
    embedded_databases: tuple[str, ...]
    redress_url: str = field(repr=False)  # may hold a password
    prefect_url: str | None = field(repr=False)  # None: Prefect's settings say it in another way
    prefect_api_url: str
    runs_prefect_server: bool
    carrier_desk_url: str
    runs_carrier_desk: bool  # the stand-in, where no real desk is set


def plan_services(settings: EngineSettings, environ: Mapping[str, str] = os.environ) -> Services:
    """Tell which services the engine brings itself under these settings.

    A process that has entered the engine's environment gets the same answer as one that has not.
    """
    cluster = Cluster(settings.home / "postgres")
    api_url = environ.get("PREFECT_API_URL") or f"http://127.0.0.1:{settings.prefect_port}/api"
    address = urlsplit(api_url)
    runs_prefect = address.hostname in LOOPBACK and address.port == settings.prefect_port
    own_redress_url = cluster.url(REDRESS_DATABASE, driver="psycopg2")
    own_prefect_url = cluster.url(PREFECT_DATABASE, driver="asyncpg")
    redress_url = settings.database_url.get_secret_value() if settings.database_url else own_redress_url
    prefect_url = _prefect_url(settings, environ, default=own_prefect_url)
    own_desk_url = f"http://{LOOPBACK[0]}:{settings.carrier_desk_port}"
    desk_url = environ.get(CARRIER_DESK_URL) or own_desk_url
    embedded = (
        *([REDRESS_DATABASE] if redress_url == own_redress_url else []),
        *([PREFECT_DATABASE] if runs_prefect and prefect_url == own_prefect_url else []),
    )
    return Services(
        cluster=cluster,
        embedded_databases=embedded,
        redress_url=redress_url,
        prefect_url=prefect_url,
        prefect_api_url=api_url,
        runs_prefect_server=runs_prefect,
        carrier_desk_url=desk_url,
        runs_carrier_desk=desk_url == own_desk_url,
    )


def _prefect_url(settings: EngineSettings, environ: Mapping[str, str], *, default: str) -> str | None:
    for name in PREFECT_DATABASE_URLS:
        if environ.get(name):
            return environ[name]
    if any(map(environ.get, PREFECT_DATABASE_HOSTS)):
        return None
    return settings.prefect_database_url.get_secret_value() if settings.prefect_database_url else default


def engine_environment(
    settings: EngineSettings, credentials: Credentials, environ: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Build the environment of the engine's processes from the user's."""
    services = plan_services(settings, environ)
    environment = {**credentials.others, **environ}
    environment.update(_redress_variables(settings, credentials, services))
    environment[CARRIER_DESK_URL] = services.carrier_desk_url
    for name, value in _channels(settings).items():
        environment[name] = environ.get(name) or value
    for names, value in _prefect_variables(settings, services):
        if not any(map(environ.get, names)):
            environment[names[0]] = value
    environment.update({"DO_NOT_TRACK": "1", "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"})
    without_proxy = _hosts_without_proxy(environ)
    environment.update({"NO_PROXY": without_proxy, "no_proxy": without_proxy})
    return environment


def enter_environment(settings: EngineSettings, environ: MutableMapping[str, str] = os.environ) -> None:
    """Give this process the engine's environment, so that it works on the same databases and server.

    A command calls it before it imports the store, Prefect or a task.

    Raises:
        HomeMissing: the engine was never started in this home.
        SecretsUnreadable: see `read_credentials`.
    """
    try:
        credentials = read_credentials(settings)
    except SecretsUnreadable:
        if settings.home.exists():
            raise
        raise HomeMissing(
            f"Redress was never started in {settings.home}: run `redress up --detach`, or set REDRESS_HOME"
        ) from None
    environ.update(engine_environment(settings, credentials, environ))


def _redress_variables(settings: EngineSettings, credentials: Credentials, services: Services) -> dict[str, str]:
    return {
        "REDRESS_HOME": str(settings.home),
        "REDRESS_PREFECT_PORT": str(settings.prefect_port),
        "REDRESS_GATEWAY_PORT": str(settings.gateway_port),
        "REDRESS_CARRIER_DESK_PORT": str(settings.carrier_desk_port),
        "REDRESS_TIME_ZONE": settings.time_zone,
        "REDRESS_DATABASE_URL": services.redress_url,
        SECRET_KEY: credentials.secret_key,
        API_KEY: credentials.api_key,
        KUAIDI100_SALT: credentials.kuaidi100_salt,
    }


def _channels(settings: EngineSettings) -> dict[str, str]:
    """Say where notices go as long as the user has set nothing else: a file."""
    return {
        "REDRESS_NOTICE_CUSTOMER_URL": address_of(settings.notices, audience="customer"),
        "REDRESS_NOTICE_DEPARTMENT_URL": address_of(settings.notices, audience="department"),
    }


def _prefect_variables(settings: EngineSettings, services: Services) -> list[tuple[tuple[str, ...], str]]:
    """List names and value; the first name is set, unless the user has set any of them."""
    variables: list[tuple[tuple[str, ...], str]] = [
        (("PREFECT_API_URL",), services.prefect_api_url),
        (("PREFECT_HOME",), str(prefect_home(settings))),
    ]
    if services.runs_prefect_server:
        variables.append((PREFECT_CSRF, "false"))
    if services.prefect_url:
        variables.append(((*PREFECT_DATABASE_URLS, *PREFECT_DATABASE_HOSTS), services.prefect_url))
    return [*variables, *PREFECT_DEFAULTS, *(((name,), value) for name, value in MEMORY.items())]


def prefect_home(settings: EngineSettings) -> Path:
    """Name the folder of Prefect's own files, apart from a Prefect that the user may run besides."""
    return settings.home / "prefect"


def _hosts_without_proxy(environ: Mapping[str, str]) -> str:
    """Keep a company's proxy out of the calls between the engine's own parts."""
    given = environ.get("no_proxy") or environ.get("NO_PROXY") or ""
    hosts = [host.strip() for host in given.split(",") if host.strip()]
    return ",".join([*hosts, *(host for host in LOOPBACK if host not in hosts)])
