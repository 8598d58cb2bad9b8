"""Taking in: from payloads in the inbox to events in the log and records in quarantine, in one transaction a batch.

Translation says what a payload means, the quality checks alone say what of it can be used, and the books must balance:
read = clean + duplicate + quarantined, to the row, for every payload.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from prefect import task
from prefect.runtime import flow_run

from adapters.feeds import registry
from adapters.feeds.envelope import UnreadableEnvelope
from expectations.process import default_validator
from rules.tracking.identity import event_id
from schemas.ingest import IngestReport
from schemas.quality import BatchBounds, ExpectationResult, Verdict
from schemas.tracking import TrackingRecord, Translation
from store.tracking import events, inbox, quality, quarantine, shipments
from store.tracking.events import NewEvent
from store.tracking.inbox import Payload, Settled
from store.tracking.quarantine import Held
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.tracking.garbage import cycles_left_alone

PAYLOADS = 2_000
BYTES = 8_000_000
ROWS = 20_000
"""Payloads and bytes taken into one batch, and rows judged at a time."""


class BatchStopped(RuntimeError):
    """The quality checks stop a whole batch; its payloads stay in the inbox."""


class _Row(NamedTuple):
    payload: Payload
    record: TrackingRecord


@dataclass(frozen=True, slots=True)
class _Batch:
    """What a batch has come to so far; the counts are by payload."""

    answers: dict[int, str] = field(default_factory=dict)
    read: Counter[int] = field(default_factory=Counter)
    clean: dict[str, NewEvent] = field(default_factory=dict)  # by event id: the first of several copies
    duplicate: Counter[int] = field(default_factory=Counter)
    held: list[Held] = field(default_factory=list)
    results: list[ExpectationResult] = field(default_factory=list)


@task(retries=2, retry_delay_seconds=[1, 5])
def take_in_payloads(ids: Sequence[int] | None = None) -> IngestReport | None:
    """Process the next batch of the inbox, or of the payloads named; None when nothing waits."""
    with unit_of_work() as connection:
        payloads = inbox.claim(connection, limit=PAYLOADS, bytes_max=BYTES, ids=ids)
        if not payloads:
            return None
        return process(connection, payloads).report


class Processed(NamedTuple):
    """What a batch came to, payload by payload, and the hashes of the records that went into quarantine."""

    report: IngestReport
    settled: list[Settled]
    held: set[bytes]


def process(connection: Connection, payloads: Sequence[Payload]) -> Processed:
    """Translate, judge and merge payloads, and settle them in the inbox."""
    now = clock.now()
    batch_id = quality.open_batch(connection, at=now, flow_run_id=flow_run.id or "", payloads=len(payloads))
    with cycles_left_alone():
        batch = _judged(payloads)
    new = events.merge(connection, batch.clean.values())
    clean = [event for event in batch.clean.values() if event.event_id in new]
    batch.duplicate.update(event.inbox_id for event in batch.clean.values() if event.event_id not in new)
    held = quarantine.hold(connection, batch.held)
    shipments.touch(connection, {event.waybill: event.carrier for event in clean}, at=now)
    quality.count_unknown_codes(connection, _unknown(clean), at=now)
    settled = _settled(payloads, batch, clean)
    inbox.settle(connection, settled, batch_id=batch_id, at=now)
    report = _report(settled, batch, clean)
    quality.close_batch(
        connection,
        batch_id=batch_id,
        counts=report.model_dump(include={"read", "clean", "duplicate", "quarantined"}),
        reasons=report.reasons,
        results=batch.results,
    )
    return Processed(report, settled, held)


def _judged(payloads: Sequence[Payload]) -> _Batch:
    """Translate and judge chunk by chunk; what a chunk leaves is written afterwards, in one order for all batches."""
    batch = _Batch()
    for rows in _chunks(_translate(payloads, batch)):
        _sort(rows, _judge(rows), batch)
    return batch


def _chunks(rows: Iterator[_Row]) -> Iterator[list[_Row]]:
    while chunk := list(islice(rows, ROWS)):
        yield chunk


def _translate(payloads: Sequence[Payload], batch: _Batch) -> Iterator[_Row]:
    for payload in payloads:
        try:
            translation = registry.translate(payload.format, payload.body)
        except UnreadableEnvelope as fault:
            translation = Translation(records=(_unreadable(payload, fault),))
        batch.read[payload.id] = len(translation.records)
        batch.answers[payload.id] = translation.answer
        for record in translation.records:
            yield _Row(payload, record)


def _unreadable(payload: Payload, fault: UnreadableEnvelope) -> TrackingRecord:
    """Make one record of a payload that cannot be read, so that it is counted and kept like any other."""
    excerpt = payload.body[:2000].decode("utf-8", "backslashreplace")
    return TrackingRecord(
        where=fault.where, namespace="", source=payload.format, unreadable=fault.reason_code, raw={"body": excerpt}
    )


def _judge(rows: Sequence[_Row]) -> Verdict:
    verdict = default_validator().judge(
        [row.record for row in rows],
        received_at=[row.payload.received_at for row in rows],
        parameters=BatchBounds(),
    )
    if verdict.stopped is not None:
        raise BatchStopped(verdict.stopped)
    return verdict


def _sort(rows: Sequence[_Row], verdict: Verdict, batch: _Batch) -> None:
    """Put the rows of a chunk where the verdict says; of them only what is to be written is kept."""
    for event in (_event(rows[index]) for index in verdict.clean):
        if batch.clean.setdefault(event.event_id, event) is not event:  # a copy came in an earlier chunk
            batch.duplicate[event.inbox_id] += 1
    batch.duplicate.update(rows[index].payload.id for index in verdict.duplicate)
    batch.held.extend(_held(rows[index], reasons) for index, reasons in verdict.quarantined.items())
    batch.results.extend(verdict.results)


def _event(row: _Row) -> NewEvent:
    payload, record = row
    assert record.occurred_at is not None  # the quality checks let none pass without
    return NewEvent(
        event_id=str(event_id(record)),
        namespace=record.namespace,
        format=record.source,
        waybill=record.waybill,
        carrier=record.carrier,
        occurred_at=record.occurred_at,
        received_at=payload.received_at,
        event=record.event.value,
        reason=record.reason.value if record.reason else "",
        confidence=record.confidence,
        raw_code=record.raw_code,
        raw_text=record.raw_text,
        location=record.location,
        sequence=record.sequence,
        voids_event_id=record.voids,
        mapping_version=record.mapping_version,
        inbox_id=payload.id,
    )


def _held(row: _Row, reasons: tuple[str, ...]) -> Held:
    payload, record = row
    kept = {"unreadable": record.unreadable, "record": record.raw} if record.unreadable else record.raw
    return Held(payload.feed, payload.format, payload.id, record.where, record.waybill, reasons, kept)


def _unknown(clean: Iterable[NewEvent]) -> list[tuple[str, str, str, int]]:
    unknown = [event for event in clean if event.confidence == "unknown"]
    seen = Counter((event.namespace, event.raw_code) for event in unknown)
    samples = {(event.namespace, event.raw_code): event.raw_text for event in unknown}
    return [(*key, samples[key], times) for key, times in sorted(seen.items())]


def _settled(payloads: Sequence[Payload], batch: _Batch, clean: Iterable[NewEvent]) -> list[Settled]:
    good, bad = Counter(event.inbox_id for event in clean), Counter(held.inbox_id for held in batch.held)
    settled = [
        Settled(item.id, batch.read[item.id], good[item.id], batch.duplicate[item.id], bad[item.id],
                batch.answers[item.id])
        for item in payloads
    ]  # fmt: skip
    for item in settled:
        assert item.read == item.clean + item.duplicate + item.quarantined, f"payload {item.id} does not balance"
    return settled


def _report(settled: Sequence[Settled], batch: _Batch, clean: Iterable[NewEvent]) -> IngestReport:
    return IngestReport(
        payloads=len(settled),
        read=sum(item.read for item in settled),
        clean=sum(item.clean for item in settled),
        duplicate=sum(item.duplicate for item in settled),
        quarantined=sum(item.quarantined for item in settled),
        reasons=dict(Counter(reason for held in batch.held for reason in held.reasons)),
        unknown_codes=sum(event.confidence == "unknown" for event in clean),
        answers=dict(Counter(item.answer for item in settled if item.answer != "ok")),
    )


@task
def replay_quarantine(reason: str | None, ids: Sequence[int] | None, by: str) -> IngestReport:
    """Translate and judge held records again, as after a mapping was mended; those that pass now enter the log.

    The whole payload of each is read again: what the log holds already comes out as a duplicate.
    """
    report = IngestReport()
    with unit_of_work() as connection:
        chosen = quarantine.held_payloads(connection, reason=reason, ids=ids)
        payload_ids = sorted(chosen)
        for start in range(0, len(payload_ids), PAYLOADS):
            payloads = inbox.read(connection, payload_ids[start : start + PAYLOADS])
            processed = process(connection, payloads)
            report = report.plus(processed.report)
            records = [record for payload in payloads for record in chosen[payload.id]]
            quarantine.settle_passed(connection, records, still_held=processed.held, by=by, at=clock.now())
    return report


def receive(*, feed: str, format_name: str, origin: str, body: bytes, received_at: datetime) -> int:
    """Keep a payload before anybody understands it; it is safe once this returns its id."""
    with unit_of_work() as connection:
        return inbox.keep(
            connection, feed=feed, format_name=format_name, origin=origin, body=body, received_at=received_at
        )
