"""How long the scan takes that escalates the overdue among very many open cases, and what memory that takes.

The whole scan is timed: finding the overdue, moving each one level up with its sealed entry of history, and putting the
word to that level into the outbox, all committed. The reference reads the same table once from end to end and hands to
this process what a scan without an index must look at: number, state, level and due time of each open case. How long
PostgreSQL takes when it only counts the overdue that way, and nobody hears of them, stands beside it.
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
_PASS = (
    "COPY (SELECT case_no, state, version, escalation_level, due_kind, next_due_at FROM cases "
    "WHERE closed_at IS NULL) TO STDOUT"
)
_COUNT = "SELECT count(*) FROM cases WHERE closed_at IS NULL AND next_due_at <= %s"
_WITHOUT_INDEX = "SET enable_indexscan = off; SET enable_indexonlyscan = off; SET enable_bitmapscan = off"
_ALONE = "SET max_parallel_workers_per_gather = 0"


def run(cluster: Cluster, *, cases: int) -> list[Measure]:
    """Fill the tables, pass over them, and scan.

    Raises:
        RuntimeError: the scan did not escalate what is overdue, each once.
    """
    memory = PeakMemory(lambda: family(psutil.Process(), postmaster(cluster.folder)))
    try:
        _escalate_before()
        _fill(cluster, cases)
        tell("Passing over the table ...")
        passes, counts = _seconds_of_passes(cluster, cases=cases)
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
            value=round(seconds, 5),
            unit="s",
            reference=round(passes, 5),
            meaning=f"Escalating the {cases // OVERDUE_EVERY:,} overdue of {cases:,} open cases, each with its entry "
            "of history and its notice; the reference is one sequential pass over the same table, each case looked at.",
        ),
        Measure(
            measure="count_s",
            value=round(counts, 5),
            unit="s",
            meaning="A sequential pass inside PostgreSQL that only counts the overdue.",
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


def _escalate_before() -> None:
    """Escalate a few cases and forget them: a worker has done so before, and has its settings and texts read."""
    with unit_of_work() as connection:
        put_cases(connection, range(1, 21), state=State.CARRYING_OUT, now=datetime.now(UTC), old=20)
    escalate_overdue_cases.fn()
    with unit_of_work() as connection:
        connection.exec_driver_sql("TRUNCATE cases, case_history, plan, shipment, outbox")


def _fill(cluster: Cluster, cases: int) -> None:
    tell(f"Making {cases:,} open cases ...")
    now = datetime.now(UTC)
    for first in range(1, cases + 1, AT_ONCE):
        with unit_of_work() as connection:
            numbers = range(first, min(first + AT_ONCE, cases + 1))
            put_cases(connection, numbers, state=State.CARRYING_OUT, now=now, old=2 * (cases // OVERDUE_EVERY))
    with closing(cluster.connect(DATABASE)) as session, session.cursor() as cursor:
        session.autocommit = True
        cursor.execute("VACUUM ANALYZE")  # as autovacuum will have by the time that there are so many
        cursor.execute("CHECKPOINT")


class _Looked:
    """Looks at what it is given, and keeps nothing but how many lines there were."""

    lines = 0

    def write(self, some: bytes) -> int:
        """Count the lines."""
        self.lines += some.count(b"\n")
        return len(some)


def _seconds_of_passes(cluster: Cluster, *, cases: int) -> tuple[float, float]:
    """Give how long a pass takes that hands over each case, and one that only counts the overdue: medians."""
    passes, counts = [], []
    with closing(cluster.connect(DATABASE)) as connection, connection.cursor() as cursor:
        cursor.execute(_WITHOUT_INDEX)
        cursor.execute(_ALONE)
        for _ in range(PASSES):
            looked = _Looked()
            begun = time.perf_counter()
            cursor.copy_expert(_PASS, looked)
            passes.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            cursor.execute(_COUNT, [datetime.now(UTC)])
            counts.append(time.perf_counter() - begun)
            [(found,)] = cursor.fetchall()
            if (looked.lines, found) != (cases, cases // OVERDUE_EVERY):
                raise RuntimeError(f"{cases} cases should be open, but there are {looked.lines}; overdue are {found}")
    return statistics.median(passes), statistics.median(counts)


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
