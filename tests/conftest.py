"""What tests of several folders share: a PostgreSQL with a database for each test, and one whole engine a session."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cloning import cloned
from engine_under_test import EngineUnderTest, running_engine
from hypothesis import settings
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from deployments.engine import postgres
from store.migrate import upgrade

pytest_plugins = ["standin_fixtures", "file_servers"]
TEMPLATE = "redress_template"
MEMORY = Path("/dev/shm")
"""A disk that is memory, where there is one: a database is cloned there in half the time."""
MEMORY_BYTES_MIN = 6_000_000_000  # in a container it is often small
FEEDS = Path(__file__).parents[2] / "shared" / "feeds"
WHOLE_ENGINES = {"engine", "faulty_engine", "browser"}
"""Fixtures that stand for a whole engine, or for a browser that looks at one."""
ENGINES = "whole engines"
FLOWS = "flows"
"""What shares one thing that takes long to start runs in one process: whole engines, and Prefect's server."""


settings.register_profile("suite", max_examples=40, deadline=None)
settings.register_profile("long", max_examples=400, deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    """Keep what the outside world set from reaching the code under test."""
    del config
    settings.load_profile("long" if os.environ.get("REDRESS_FAULTS") == "long" else "suite")
    for name in [name for name in os.environ if name.startswith(("REDRESS_", "PREFECT_"))]:
        if name != "REDRESS_FAULTS":
            del os.environ[name]
    os.environ["DO_NOT_TRACK"] = "1"


@pytest.hookimpl(tryfirst=True)  # before the plugin that shares out the tests looks at their groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep in one process what shares a whole engine or server; all else goes to whichever process is free."""
    for item in items:
        if set(getattr(item, "fixturenames", ())) & WHOLE_ENGINES or item.path.parts[-2] == "benchmarks":
            item.add_marker(pytest.mark.xdist_group(ENGINES))
        elif item.path.parts[-2] == FLOWS:
            item.add_marker(pytest.mark.xdist_group(FLOWS))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Stop where the plugin overlooks the groups: tests of one whole engine would each find another one."""
    if getattr(session.config.option, "loadgroup", False):
        for item in session.items:
            group = item.get_closest_marker("xdist_group")
            if group and not item.nodeid.endswith(f"@{group.args[0]}"):
                raise pytest.UsageError("these versions of pytest and pytest-xdist do not keep groups together")


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgres.Cluster]:
    """Start one PostgreSQL with a migrated template database; a cut of the power may cost it everything."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > MEMORY_BYTES_MIN
    folder = Path(tempfile.mkdtemp(prefix="redress-test-", dir=MEMORY if roomy else None))
    try:
        running = postgres.start(folder / "pg", databases=(TEMPLATE,))
        upgrade(running.url(TEMPLATE, driver="psycopg2"))
        with closing(running.connect("postgres")) as connection, connection.cursor() as cursor:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            cursor.execute("ALTER SYSTEM SET fsync = off")
            cursor.execute("SELECT pg_reload_conf()")
        yield running
    finally:
        postgres.stop(folder / "pg")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def database(cluster: postgres.Cluster) -> Iterator[str]:
    """Clone a fresh database, make it the store's, and give its URL."""
    with cloned(cluster, TEMPLATE) as name:
        yield cluster.url(name, driver="psycopg2")


@pytest.fixture(scope="module")
def shared_database(cluster: postgres.Cluster) -> Iterator[str]:
    """Clone one database for all tests of a module, which only look at what a fixture of theirs put into it."""
    with cloned(cluster, TEMPLATE) as name:
        yield cluster.url(name, driver="psycopg2")


@pytest.fixture
def feeds() -> Path:
    """Give the folder of real payloads, where there is one."""
    if not FEEDS.is_dir():
        pytest.skip("the folder of real payloads is not here")
    return FEEDS


@pytest.fixture(scope="session")
def engine() -> Iterator[EngineUnderTest]:
    """Start a whole engine once for all tests that need one; it must leave no process behind."""
    with running_engine(EngineUnderTest) as engine:
        yield engine
