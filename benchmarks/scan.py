"""How long the scan takes that escalates the overdue among very many open cases, and what memory that takes.

The whole scan is timed: finding the overdue, moving each one level up with its sealed entry of history, and putting the
word to that level into the outbox, all committed. The reference only reads the same table from end to end, as a scan
without an index must, in one process.
"""

import statistics
import time
from contextlib import closing
from datetime import UTC, datetime

import psutil

from benchmarks.filling import AT_ONCE, put_cases
from benchmarks.measures import Measure, tell
from benchmarks.processes import PeakMemory, family
from benchmarks.surroundings import DATABASE
from deployments.engine.postgres import Cluster
from deployments.engine.postgres_folder import postmaster
from schemas.exceptions import State
from store.outbox import waiting
from store.unit_of_work import dispose, unit_of_work
from tasks.supervision.escalation import escalate_overdue_cases

OVERDUE_EVERY = 100
PASSES = 5
_ONE_BY_ONE = (
    "SET LOCAL enable_indexscan = off", "SET LOCAL enable_indexonlyscan = off", "SET LOCAL enable_bitmapscan = off",
    "SET LOCAL max_parallel_workers_per_gather = 0",
)  # fmt: skip
_PASS = "SELECT count(*) FROM cases WHERE closed_at IS NULL AND next_due_at <= %(now)s"


def run(cluster: Cluster, *, cases: int) -> list[Measure]:
    """Fill the tables, pass over them, and scan.

    Raises:
        RuntimeError: the scan did not escalate what is overdue, each once.
    """
    memory = PeakMemory(lambda: family(psutil.Process(), postmaster(cluster.folder)))
    try:
        _fill(cluster, cases)
        now = datetime.now(UTC)
        passes = [_seconds_of_a_pass(now, overdue=cases // OVERDUE_EVERY) for _ in range(PASSES)]
        tell(f"  passes over the table: {', '.join(f'{seconds:.3f}' for seconds in passes)} s")
        with memory:
            time.sleep(1)
        before = memory.megabytes
        with memory:
            seconds = _seconds_of_the_scan(overdue=cases // OVERDUE_EVERY)
    finally:
        dispose()
    return [
        Measure(
            measure="scan_s",
            value=round(seconds, 3),
            unit="s",
            reference=round(statistics.median(passes), 3),
            meaning=f"Escalating the {cases // OVERDUE_EVERY:,} overdue of {cases:,} open cases, each with its entry "
            "of history and its notice; the reference is one sequential pass over the same table.",
        ),
        Measure(
            measure="peak_mb",
            value=memory.megabytes,
            unit="MB",
            reference=before,
            meaning="The most that the scan and PostgreSQL took together meanwhile; the reference is what they took "
            "before.",
        ),
    ]


def _fill(cluster: Cluster, cases: int) -> None:
    tell(f"Making {cases:,} open cases ...")
    now = datetime.now(UTC)
    for first in range(1, cases + 1, AT_ONCE):
        with unit_of_work() as connection:
            numbers = range(first, min(first + AT_ONCE, cases + 1))
            put_cases(connection, numbers, state=State.CARRYING_OUT, now=now, old=2 * (cases // OVERDUE_EVERY))
    with closing(cluster.connect(DATABASE)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")  # as autovacuum will have by the time that there are so many
        cursor.execute("CHECKPOINT")


def _seconds_of_a_pass(now: datetime, *, overdue: int) -> float:
    with unit_of_work() as connection:
        for setting in _ONE_BY_ONE:
            connection.exec_driver_sql(setting)
        begun = time.perf_counter()
        found = connection.exec_driver_sql(_PASS, {"now": now}).scalar_one()
        seconds = time.perf_counter() - begun
    if found != overdue:
        raise RuntimeError(f"{overdue} cases should be overdue, but there are {found}")
    return seconds


def _seconds_of_the_scan(*, overdue: int) -> float:
    tell("Scanning ...")
    begun = time.perf_counter()
    escalated = escalate_overdue_cases.fn().count
    seconds = time.perf_counter() - begun
    with unit_of_work() as connection:
        notices = waiting(connection)
    again = escalate_overdue_cases.fn().count
    if (escalated, notices, again) != (overdue, {"pending": overdue}, 0):
        raise RuntimeError(f"{overdue} cases are overdue; escalated were {escalated}, then {again}: {notices}")
    return seconds
