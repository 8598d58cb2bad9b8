"""The unit of work: one transaction, committed when the block ends and rolled back when it raises."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock

import psycopg2
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from store.settings import StoreSettings

__all__ = ["Connection", "DatabaseAway", "database_answers", "dispose", "failures_told", "unit_of_work"]


class DatabaseAway(Exception):
    """The database cannot be reached, or went away meanwhile: then nobody knows whether the last commit was made."""


# A COPY speaks to the driver itself, whose errors nobody translates.
_AWAY = (OperationalError, InterfaceError, PoolExhausted, psycopg2.OperationalError, psycopg2.InterfaceError)

_engines: dict[str, Engine] = {}
_engines_lock = Lock()


def _engine(url: str, pool_size: int) -> Engine:
    with _engines_lock:
        if url not in _engines:
            _engines[url] = create_engine(
                url,
                pool_size=pool_size,
                max_overflow=pool_size,
                pool_pre_ping=True,  # the database may have been restarted since
                connect_args={"application_name": "redress", "options": "-c timezone=UTC -c lock_timeout=60s"},
            )
        return _engines[url]


@lru_cache(maxsize=1)
def _settings(_environment: tuple[str | None, ...]) -> StoreSettings:
    """Read the settings; reading them takes longer than a small transaction, so only when they have changed."""
    return StoreSettings()


@contextmanager
def unit_of_work() -> Iterator[Connection]:
    """Open a transaction on the database that REDRESS_DATABASE_URL names."""
    settings = _settings(tuple(map(os.environ.get, ("REDRESS_DATABASE_URL", "REDRESS_POOL_SIZE"))))
    with _engine(settings.database_url.get_secret_value(), settings.pool_size).begin() as connection:
        yield connection


@contextmanager
def failures_told() -> Iterator[None]:
    """Let those outside the store tell a database that is away from a mistake.

    Raises:
        DatabaseAway: in the place of what the driver says; trying again may help.

    """
    try:
        yield
    except _AWAY as failure:
        raise DatabaseAway(str(failure.__cause__ or failure).strip()) from failure


def database_answers() -> bool:
    """Say whether the database can be reached."""
    try:
        with unit_of_work() as connection:
            connection.exec_driver_sql("SELECT 1")
    except OperationalError:
        return False
    return True


def dispose() -> None:
    """Close the pools of this process, as a test or a stopping process wants it."""
    with _engines_lock:
        for engine in _engines.values():
            engine.dispose()
        _engines.clear()
