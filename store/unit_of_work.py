"""The unit of work: one transaction, committed when the block ends and rolled back when it raises."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import OperationalError

from store.settings import StoreSettings

__all__ = ["Connection", "database_answers", "dispose", "unit_of_work"]


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


@contextmanager
def unit_of_work() -> Iterator[Connection]:
    """Open a transaction on the database that REDRESS_DATABASE_URL names."""
    settings = StoreSettings()
    with _engine(settings.database_url.get_secret_value(), settings.pool_size).begin() as connection:
        yield connection


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
