"""Taking in: from payloads in the inbox to events in the log and records in quarantine, in one transaction a batch.

Translation says what a payload means, the quality checks alone say what of it can be used, and the books must balance:
read = clean + duplicate + quarantined, to the row, for every payload.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from threading import Lock
from typing import NamedTuple

import polars as pl
from prefect import task
from prefect.runtime import flow_run

from adapters.feeds.scanners.columns import NAMESPACE as SCANNERS
from expectations.process import default_validator
from schemas.ingest import IngestReport
from schemas.quality import AlertKind, BatchBounds, ExpectationResult
from store import partners
from store.tracking import alerts, events, folding, inbox, quality, quarantine
from store.tracking.inbox import Payload, Settled
from store.tracking.promises import keep_promises
from store.tracking.quarantine import Held
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.tracking.baselines import bounds_for
from tasks.tracking.garbage import cycles_left_alone
from tasks.tracking.reading import NOTHING, Piece, Read, read_payloads

PAYLOADS = 2_000
BYTES = 6_000_000
"""Payloads and bytes taken into one batch."""
SIDE_BY_SIDE = 2
"""Batches in hand at once: while PostgreSQL writes the one, another is read and judged."""

_READING = Lock()
"""Held until a batch is judged: so it gets all that it has room for, and only one is in memory in all its forms."""

_RENAMED = {"source": "format", "voids": "voids_event_id"}


@dataclass(slots=True)
class _Judged:
    """What a batch has come to before anything is written; the counts are by payload."""

    read: Read = field(default_factory=Read)
    clean: list[pl.DataFrame] = field(default_factory=list)
    duplicate: Counter[int] = field(default_factory=Counter)
    held: list[Held] = field(default_factory=list)
    results: list[ExpectationResult] = field(default_factory=list)
    stopped: str | None = None


class BatchStopped(RuntimeError):
    """The quality checks stop all payloads of a replay."""


class Processed(NamedTuple):
    """What a batch came to, payload by payload, and the hashes of the records that went into quarantine."""

    report: IngestReport
    settled: list[Settled]
    held: set[bytes]


@task(retries=2, retry_delay_seconds=[1, 5])
def take_in_payloads(ids: Sequence[int] | None = None) -> IngestReport:
    """Process all that waits in the inbox, or the payloads named, batch by batch."""
    report = IngestReport()
    run_id = flow_run.id or ""  # known to this thread alone
    with ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="ingest") as threads:
        running = {threads.submit(_take_in_batch, ids, run_id) for _ in range(SIDE_BY_SIDE)}
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for batch in [future.result() for future in done]:
                if batch is not None:
                    report = report.plus(batch)
                    running.add(threads.submit(_take_in_batch, ids, run_id))
    return report


def _take_in_batch(ids: Sequence[int] | None, run_id: str) -> IngestReport | None:
    """Process the next batch; None when nothing waits.

    All of it is judged before any of it is written: what is written locks shipments that other batches may wait for.
    """
    with unit_of_work() as connection:
        now = clock.now()
        with _READING:
            payloads = inbox.claim(connection, limit=PAYLOADS, bytes_max=BYTES, ids=ids)
            if not payloads:
                return None
            by_feed = {
                feed: list(some)
                for feed, some in groupby(sorted(payloads, key=attrgetter("feed")), key=attrgetter("feed"))
            }
            judged = {feed: _judge(some, bounds_for(connection, feed, now=now)) for feed, some in by_feed.items()}
        report = IngestReport()
        for feed, some in by_feed.items():
            report = report.plus(_take_in_feed(connection, feed, some, judged[feed], run_id=run_id, now=now))
        return report


def _take_in_feed(
    connection: Connection, feed: str, payloads: Sequence[Payload], judged: _Judged, *, run_id: str, now: datetime
) -> IngestReport:
    """Write one feed's payloads; when the quality checks stop them, they wait for a person and others go on."""
    batch_id = quality.open_batch(connection, at=now, flow_run_id=run_id, payloads=len(payloads), feed=feed)
    if judged.stopped is None:
        return _merge(connection, payloads, judged, batch_id=batch_id, feed=feed, now=now).report
    inbox.stop(connection, [payload.id for payload in payloads], why=judged.stopped)
    alerts.raise_alert(connection, feed=feed, kind=AlertKind.STOPPED, told=judged.stopped, at=now)
    nothing = IngestReport().model_dump(include=_COUNTS)
    quality.close_batch(connection, batch_id=batch_id, counts=nothing, reasons={}, results=judged.results)
    return IngestReport(stopped={feed: judged.stopped})


_COUNTS = {"read", "clean", "duplicate", "quarantined"}


def _judge(payloads: Sequence[Payload], bounds: BatchBounds) -> _Judged:
    judged = _Judged()
    by_id = {payload.id: payload for payload in payloads}
    with cycles_left_alone():
        for piece in read_payloads(payloads, judged.read):
            _sort(piece, by_id, bounds, judged)
    return judged


def _sort(piece: Piece, payloads: Mapping[int, Payload], bounds: BatchBounds, judged: _Judged) -> None:
    """Put the rows of a piece where the verdict says; of them only what is to be written is kept."""
    verdict = default_validator().judge(piece.frame, parameters=bounds)
    judged.stopped = judged.stopped or verdict.stopped
    judged.results.extend(verdict.results)
    inbox_ids = piece.frame["inbox_id"]
    judged.clean.append(piece.frame[list(verdict.clean)] if len(verdict.clean) < piece.frame.height else piece.frame)
    judged.duplicate.update(inbox_ids.gather(list(verdict.duplicate)).to_list())
    for row, reasons in verdict.quarantined.items():
        said = piece.frame.row(row, named=True)
        raw = piece.raw_of(row)
        kept = {"unreadable": said["unreadable"], "record": raw} if said["unreadable"] else raw
        payload = payloads[said["inbox_id"]]
        judged.held.append(
            Held(payload.feed, payload.format, payload.id, said["where"], said["waybill"], reasons, kept)
        )


def _merge(
    connection: Connection, payloads: Sequence[Payload], judged: _Judged, *, batch_id: int, feed: str, now: datetime
) -> Processed:
    """Write what was judged: events, states of shipments, promises, quarantine, and what became of each payload."""
    clean = pl.concat(judged.clean or [NOTHING]).rename(_RENAMED)
    clean = clean.with_columns(pl.when(pl.col("voids_event_id") != "").then("voids_event_id"))
    one_telling = clean["namespace"].is_in([SCANNERS]).all()
    merged = events.merge(connection, clean, one_telling=one_telling)
    folding.fold_news(connection, at=now)
    keep_promises(connection, judged.read.promises)
    partners.keep_claims(connection, judged.read.claims)
    partners.keep_insurances(connection, judged.read.insurances)
    held = quarantine.hold(connection, judged.held)
    quality.count_unknown_codes(connection, merged.unknown, at=now, feed=feed)
    settled = _settled(payloads, judged, told=Counter(clean["inbox_id"].to_list()), new=merged.new)
    inbox.settle(connection, settled, batch_id=batch_id, at=now)
    report = _report(settled, judged, unknown=sum(code.seen for code in merged.unknown))
    quality.close_batch(
        connection,
        batch_id=batch_id,
        counts=report.model_dump(include=_COUNTS),
        reasons=report.reasons,
        results=judged.results,
    )
    return Processed(report, settled, held)


def _settled(
    payloads: Sequence[Payload], judged: _Judged, *, told: Mapping[int, int], new: Mapping[int, int]
) -> list[Settled]:
    bad = Counter(held.inbox_id for held in judged.held)
    settled = []
    for payload in payloads:
        clean = new.get(payload.id, 0)
        duplicate = judged.duplicate[payload.id] + told.get(payload.id, 0) - clean
        read = judged.read.records[payload.id]
        assert read == clean + duplicate + bad[payload.id], f"payload {payload.id} does not balance"
        answer = judged.read.answers[payload.id]
        settled.append(Settled(payload.id, read, clean, duplicate, bad[payload.id], answer))
    return settled


def _report(settled: Sequence[Settled], judged: _Judged, *, unknown: int) -> IngestReport:
    return IngestReport(
        payloads=len(settled),
        read=sum(item.read for item in settled),
        clean=sum(item.clean for item in settled),
        duplicate=sum(item.duplicate for item in settled),
        quarantined=sum(item.quarantined for item in settled),
        reasons=dict(Counter(reason for held in judged.held for reason in held.reasons)),
        unknown_codes=unknown,
        answers=dict(Counter(item.answer for item in settled if item.answer != "ok")),
    )


def process(connection: Connection, payloads: Sequence[Payload]) -> Processed:
    """Judge payloads by their rows alone and merge them, as a replay does: it says nothing of how a feed is doing.

    Raises:
        BatchStopped: the quality checks stop them all the same; nothing was written but the batch's row.
    """
    now = clock.now()
    batch_id = quality.open_batch(connection, at=now, flow_run_id=flow_run.id or "", payloads=len(payloads))
    judged = _judge(payloads, BatchBounds())
    if judged.stopped is not None:
        raise BatchStopped(judged.stopped)
    return _merge(connection, payloads, judged, batch_id=batch_id, feed="", now=now)


def receive(*, feed: str, format_name: str, origin: str, body: bytes, received_at: datetime) -> int:
    """Keep a payload before anybody understands it; it is safe once this returns its id."""
    with unit_of_work() as connection:
        return inbox.keep(
            connection, feed=feed, format_name=format_name, origin=origin, body=body, received_at=received_at
        )
