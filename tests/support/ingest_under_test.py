"""The ingest as a process of its own, on a PostgreSQL of its own, and both killed."""

import json
import os
import signal
import subprocess
import sys
from contextlib import closing
from itertools import count
from pathlib import Path
from typing import NamedTuple

import psutil
from engine_under_test import wait_until
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from deployments.engine import postgres, postgres_folder
from store.unit_of_work import dispose

CHILD = Path(__file__).parents[1] / "faults" / "inject" / "ingest_child.py"
PAYLOADS_A_BATCH = 150
DAY = "day"
"""The database that holds a day's payloads and nothing else; each day is a copy of it."""


class Ended(NamedTuple):
    """How an ingest ended, and what it told of itself."""

    status: int
    told: str
    errors: str


class Ingest:
    """The ingest as a process, its PostgreSQL, and both killed."""

    def __init__(self, data: Path) -> None:
        """Start a PostgreSQL with this data folder, and an ingest that waits for its order."""
        self._data = data
        self.cluster = postgres.start(data, databases=(DAY,))
        self._names = count(1)
        self._next = _started()

    def close(self) -> None:
        """End both."""
        os.killpg(self._next.pid, signal.SIGKILL)
        self._next.communicate()
        postgres.stop(self._data)

    def take_over(self, name: str) -> None:
        """Let this database be the store's, for this process and the next ingest."""
        dispose()
        os.environ["REDRESS_DATABASE_URL"] = self.cluster.url(name, driver="psycopg2")

    def begin_day(self) -> None:
        """Take a fresh copy of the day."""
        dispose()
        name = f"day_{next(self._names)}"
        with closing(self.cluster.connect("postgres")) as connection, connection.cursor() as cursor:
            connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE {DAY}")
        self.take_over(name)

    def run(self, moment: str = "", *, victim: int = 0) -> Ended:
        """Have an ingest run until its end or until its moment, and make sure that it leaves no process behind."""
        process, self._next = self._next, _started()  # the one gets ready while the other works
        order = {"database": os.environ["REDRESS_DATABASE_URL"], "payloads": PAYLOADS_A_BATCH, "moment": moment}
        out, errors = process.communicate(json.dumps({**order, "victim": victim}), timeout=300)
        wait_until(lambda: not _of_session(process.pid), what="the ingest's processes to end")
        return Ended(process.returncode, out, errors)

    def run_and_kill_postgres(self, moment: str) -> Ended:
        """Let an ingest kill PostgreSQL at its moment, and start PostgreSQL again."""
        dispose()
        server = postgres_folder.postmaster(self._data)
        assert server
        processes = [server, *server.children(recursive=True)]
        ended = self.run(moment, victim=server.pid)
        psutil.wait_procs(processes, timeout=60)
        postgres.start(self._data, databases=())
        return ended


def _started() -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, str(CHILD)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def _of_session(session: int) -> list[int]:
    found = []
    for pid in psutil.pids():
        try:
            if os.getsid(pid) == session:
                found.append(pid)
        except OSError:
            continue
    return found
