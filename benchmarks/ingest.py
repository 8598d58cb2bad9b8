"""How fast tracking data is taken in, and how much memory that takes.

The whole path is timed: from the inbox through translation and the quality checks to the log, until nothing waits; the
making of the payloads is not.
"""

import time
from datetime import UTC, datetime
from itertools import islice

import psutil

from benchmarks.bare_path import bare_rows_per_second
from benchmarks.measures import Measure, tell
from benchmarks.payloads import FORMAT, RECORDS, pushes
from benchmarks.processes import PeakMemory, family
from deployments.engine.postgres import Cluster
from deployments.engine.postgres_folder import postmaster
from expectations.process import default_validator
from schemas.ingest import IngestReport
from schemas.quality import BatchBounds
from store.tracking import inbox
from store.unit_of_work import dispose, unit_of_work
from tasks.tracking.ingest import take_in_payloads

ROWS_FOR_MEMORY = 1_000_000
"""Rows over which memory is watched, unless less than half of them is asked for."""
PAYLOADS_AT_A_TIME = 1_000


def run(cluster: Cluster, *, rows: int) -> list[Measure]:
    """Take in so many rows and measure; only their time counts, but memory is watched over more of them.

    Raises:
        RuntimeError: what was taken in is not what was sent.
    """
    more = max(ROWS_FOR_MEMORY - rows, 0) if rows >= ROWS_FOR_MEMORY / 2 else 0
    memory = PeakMemory(lambda: family(psutil.Process(), postmaster(cluster.folder)))
    try:
        default_validator().judge([], received_at=[], parameters=BatchBounds())  # started, as in a worker that runs
        with memory:
            rate = _rows_per_second(rows, seed=1)
        tell("The same rows, bare ...")
        bare = bare_rows_per_second(cluster)
        if more:
            tell(f"{more:,} more rows, for the memory ...")
            with memory:
                _rows_per_second(more, seed=2)
    finally:
        default_validator().close()
        dispose()
    return [
        Measure(
            measure="rows_per_s",
            value=round(rate),
            unit="rows/s",
            reference=round(bare),
            meaning=f"{rows:,} rows from the inbox, translated, checked, merged and settled; "
            "the reference is COPY and merge alone of the same rows.",
        ),
        Measure(
            measure="peak_mb",
            value=memory.megabytes,
            unit="MB",
            meaning="The most that Redress, the quality checks and PostgreSQL took together, "
            f"over {rows + more:,} rows.",
        ),
    ]


def _rows_per_second(rows: int, *, seed: int) -> float:
    _fill_inbox(rows, seed=seed)
    report = IngestReport()
    begun = time.perf_counter()
    while (batch := take_in_payloads.fn()) is not None:
        report = report.plus(batch)
        tell(f"  {report.read:,} of {rows:,} rows after {time.perf_counter() - begun:.1f} s")
    seconds = time.perf_counter() - begun
    if report.read != rows or report.clean + report.quarantined != rows or report.unknown_codes:
        raise RuntimeError(f"{rows} rows were sent, but this was taken in: {report}")
    return rows / seconds


def _fill_inbox(rows: int, *, seed: int) -> None:
    tell(f"Making {rows:,} rows in pushes of {RECORDS} ...")
    now = datetime.now(UTC)
    bodies = pushes(rows, seed=seed, now=now)
    while some := list(islice(bodies, PAYLOADS_AT_A_TIME)):
        with unit_of_work() as connection:
            for body in some:
                inbox.keep(connection, feed="kuaidi100", format_name=FORMAT, origin="file", body=body, received_at=now)
