"""How fast tracking data is taken in, and how much memory that takes.

The whole path is timed: a carrier's scans as NDJSON are kept in the inbox, read, judged by Great Expectations, merged
into the log, and the states of their shipments folded, until nothing waits. Only the making of the scans is not timed.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psutil

from benchmarks.bare_path import bare_rows_per_second
from benchmarks.measures import Measure, tell
from benchmarks.processes import PeakMemory, family
from benchmarks.scans import FORMAT, parts
from deployments.engine.postgres import Cluster
from deployments.engine.postgres_folder import postmaster
from expectations.process import default_validator
from schemas.quality import BatchBounds
from store.unit_of_work import dispose
from tasks.tracking.ingest import receive, take_in_payloads
from tasks.tracking.reading import NOTHING

ROWS_FOR_MEMORY = 1_000_000
"""Rows over which memory is watched, unless less than half of them is asked for."""


def run(cluster: Cluster, *, rows: int) -> list[Measure]:
    """Take in so many rows and measure; only their time counts, but memory is watched over more of them.

    Raises:
        RuntimeError: what was taken in is not what was sent.
    """
    more = max(ROWS_FOR_MEMORY - rows, 0) if rows >= ROWS_FOR_MEMORY / 2 else 0
    memory = PeakMemory(lambda: family(psutil.Process(), postmaster(cluster.folder)))
    try:
        default_validator().judge(NOTHING, parameters=BatchBounds())  # started, as in a worker that runs
        with memory:
            rate = _rows_per_second(rows, seed=1, folder=cluster.folder.parent)
        tell("The same rows, bare ...")
        bare = bare_rows_per_second(cluster)
        if more:
            tell(f"{more:,} more rows, for the memory ...")
            with memory:
                _rows_per_second(more, seed=2, folder=cluster.folder.parent)
    finally:
        default_validator().close()
        dispose()
    return [
        Measure(
            measure="rows_per_s",
            value=round(rate),
            unit="rows/s",
            reference=round(bare),
            meaning=f"{rows:,} rows kept in the inbox, translated, checked, merged and folded; "
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


def _rows_per_second(rows: int, *, seed: int, folder: Path) -> float:
    tell(f"Making {rows:,} scans ...")
    now = datetime.now(UTC)
    files = [folder / f"{seed}-{number}.ndjson" for number, _ in _written(rows, seed=seed, now=now, folder=folder)]
    begun = time.perf_counter()
    for file in files:
        receive(feed="scanners", format_name=FORMAT, origin="file", body=file.read_bytes(), received_at=now)
    tell(f"  kept in the inbox after {time.perf_counter() - begun:.1f} s")
    report = take_in_payloads.fn()
    seconds = time.perf_counter() - begun
    tell(f"  {report.read:,} of {rows:,} rows after {seconds:.1f} s")
    if report.read != rows or report.clean + report.quarantined != rows:
        raise RuntimeError(f"{rows} rows were sent, but this was taken in: {report}")
    return rows / seconds


def _written(rows: int, *, seed: int, now: datetime, folder: Path) -> Iterator[tuple[int, int]]:
    """Write the parts out, so that what waits takes no memory."""
    for number, body in enumerate(parts(rows, seed=seed, now=now)):
        yield number, (folder / f"{seed}-{number}.ndjson").write_bytes(body)
