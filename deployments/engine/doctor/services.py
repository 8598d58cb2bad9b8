"""Checks of what must answer: the parts of the engine, databases, Prefect's server, worker, gateway."""

import importlib.metadata
from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg2

from deployments.engine import probes
from deployments.engine.doctor.findings import Check, Finding, Situation, doubtful, well, wrong
from deployments.engine.health import ALIVE
from deployments.engine.postgres import PREFECT_DATABASE, REDRESS_DATABASE
from deployments.engine.record import PartState, find
from deployments.settings import WORK_POOL

START = "`redress up --detach`"
POSTGRES_MIN = 15_00_00  # as server_version_num has it
RESTARTS_WARN = 3
SKEW_WARN, SKEW_FAIL = timedelta(seconds=2), timedelta(seconds=30)  # a passcode is valid for 30 s
HEARTBEAT_WARN = timedelta(seconds=60)


def parts_running(situation: Situation) -> Finding:
    """Check that every part that was started still runs."""
    record = situation.record
    if record is None:
        return doubtful("engine", "does not run", advice=f"start it with {START}")
    down = [part for part in record.parts if part.state is not PartState.DONE and not find(part.process)]
    down += [part for part in record.parts if part not in down and part.state not in {*ALIVE, PartState.DONE}]
    if down:
        return wrong("engine", f"{down[0].name} is {down[0].state}", advice=f"read {down[0].log}")
    restless = [part for part in record.parts if part.restarts >= RESTARTS_WARN]
    if restless:
        found = f"{restless[0].name} was started again {restless[0].restarts} times"
        return doubtful("engine", found, advice=f"read {restless[0].log}")
    return well("engine", "every part runs")


def database(situation: Situation) -> Finding | None:
    """Check that Redress's database answers, is new enough, and tells the same time as this machine."""
    dsn = _redress_dsn(situation)
    if dsn is None:
        return None
    try:
        version, number, skew = _ask_database(dsn)
    except psycopg2.Error as error:
        return wrong("database", _one_line(error), advice=f"{_log_advice(situation)}, or check REDRESS_DATABASE_URL")
    found = f"PostgreSQL {version}, its clock {skew.total_seconds():+.1f} s from this one"
    if number < POSTGRES_MIN:
        return wrong("database", found, advice="use PostgreSQL 15 or later")
    if abs(skew) > SKEW_FAIL:
        return wrong("database", found, advice="set both clocks by NTP: passcodes and deadlines go by them")
    if abs(skew) > SKEW_WARN:
        return doubtful("database", found, advice="set both clocks by NTP")
    return well("database", found)


def migrations(situation: Situation) -> Finding | None:
    """Check that the tables are those that this version of Redress works on."""
    dsn = _redress_dsn(situation)
    if dsn is None or not _answers(dsn):
        return None
    from store.migrate import is_current  # noqa: PLC0415 - only here, and it takes a second

    if is_current(situation.services.redress_url):
        return well("migrations", "at the newest")
    return wrong("migrations", "the tables are of another version", advice="`redress down`, then `redress up`")


def prefect_database(situation: Situation) -> Finding | None:
    """Check that Prefect's database has what Prefect's server needs."""
    dsn = _prefect_dsn(situation)
    if dsn is None:
        return None
    try:
        with closing(psycopg2.connect(dsn, connect_timeout=5)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'")
            (count,) = cursor.fetchone() or (0,)
    except psycopg2.Error as error:
        return wrong("prefect database", _one_line(error), advice=_log_advice(situation))
    if not count:
        return wrong("prefect database", "pg_trgm is missing", advice="there: CREATE EXTENSION pg_trgm")
    return well("prefect database", "answers and has pg_trgm")


def prefect_server(situation: Situation) -> Finding | None:
    """Check that Prefect's server is healthy and of the version that is installed here."""
    if not _expects_prefect(situation):
        return None
    api_url = situation.services.prefect_api_url
    try:
        probes.prefect(api_url, "/health", environ=situation.environ)
        version = probes.prefect(api_url, "/admin/version", environ=situation.environ)
    except probes.NoAnswer as error:
        return wrong("prefect server", str(error), advice=f"read {situation.settings.logs / 'prefect.log'}")
    installed = importlib.metadata.version("prefect")
    found = f"{version} at {api_url}"
    if version != installed:
        return wrong("prefect server", found, advice=f"run the server with Prefect {installed}, as here")
    return well("prefect server", found)


def worker(situation: Situation) -> Finding | None:
    """Check that a worker takes the decisions that supervisors make."""
    if not _expects_prefect(situation):
        return None
    advice = f"read {situation.settings.logs / 'worker.log'}"
    try:
        heard = probes.latest_heartbeat(situation.services.prefect_api_url, situation.environ)
    except probes.NoAnswer as error:
        return wrong("worker", str(error), advice=advice)
    if heard is None:
        return wrong("worker", f"none of work pool {WORK_POOL} is online", advice=advice)
    age = datetime.now(UTC) - heard
    found = f"last heard of {age.total_seconds():.0f} s ago"
    return doubtful("worker", found, advice=advice) if age > HEARTBEAT_WARN else well("worker", found)


def gateway(situation: Situation) -> Finding | None:
    """Check that the gateway takes in what outside parties send."""
    if situation.record is None:
        return None
    try:
        probes.ask(f"http://127.0.0.1:{situation.settings.gateway_port}/healthz")
    except probes.NoAnswer as error:
        return wrong("gateway", str(error), advice=f"read {situation.settings.logs / 'gateway.log'}")
    return well("gateway", f"answers on port {situation.settings.gateway_port}")


def _ask_database(dsn: str) -> tuple[str, int, timedelta]:
    with closing(psycopg2.connect(dsn, connect_timeout=5)) as connection, connection.cursor() as cursor:
        before = datetime.now(UTC)
        cursor.execute("SELECT clock_timestamp(), current_setting('server_version')")
        told, version = cursor.fetchone() or (before, "")
        half_way = before + (datetime.now(UTC) - before) / 2
        return version, connection.server_version, told - half_way


def _answers(dsn: str) -> bool:
    try:
        psycopg2.connect(dsn, connect_timeout=5).close()
    except psycopg2.Error:
        return False
    return True


def _redress_dsn(situation: Situation) -> str | None:
    embedded = REDRESS_DATABASE in situation.services.embedded_databases
    return _for_libpq(situation.services.redress_url) if situation.record or not embedded else None


def _prefect_dsn(situation: Situation) -> str | None:
    embedded = PREFECT_DATABASE in situation.services.embedded_databases
    url = situation.services.prefect_url
    expected = situation.services.runs_prefect_server and (situation.record or not embedded)
    return _for_libpq(url) if url and expected else None


def _for_libpq(url: str) -> str:
    return "postgresql://" + url.partition("://")[2]


def _expects_prefect(situation: Situation) -> bool:
    return situation.record is not None or not situation.services.runs_prefect_server


def _log_advice(situation: Situation) -> str:
    return f"read {situation.settings.logs / 'postgres.log'}"


def _one_line(error: psycopg2.Error) -> str:
    return " ".join(str(error).split()) or type(error).__name__


CHECKS: tuple[Check, ...] = (
    parts_running,
    database,
    migrations,
    prefect_database,
    prefect_server,
    worker,
    gateway,
)
