"""Taking in: from payloads in the inbox to events in the log and records in quarantine, in one transaction a batch.

Translation says what a payload means, the quality checks alone say what of it can be used, and the books must balance:
read = clean + duplicate + quarantined, to the row, for every payload.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from prefect import task
from prefect.runtime import flow_run

from adapters.feeds import registry
from adapters.feeds.envelope import UnreadableEnvelope
from expectations.process import default_validator
from rules.tracking.identity import event_id
from schemas.ingest import IngestReport
from schemas.quality import BatchBounds, ExpectationResult
from schemas.tracking import TrackingRecord
from store.tracking import events, inbox, quality, quarantine, shipments
from store.tracking.events import NewEvent
from store.tracking.inbox import Payload, Settled
from store.tracking.quarantine import Held
from store.unit_of_work import Connection, unit_of_work
from tasks import clock

PAYLOADS = 2_000
BYTES = 8_000_000
ROWS = 20_000
"""Payloads and bytes taken into one batch, and rows judged at a time."""


class BatchStopped(RuntimeError):
    """The quality checks stop a whole batch; its payloads stay in the inbox."""


class _Row(NamedTuple):
    payload: Payload
    record: TrackingRecord


class _Judged(NamedTuple):
    clean: list[_Row]
    duplicate: list[_Row]
    quarantined: list[tuple[_Row, tuple[str, ...]]]
    results: list[ExpectationResult]


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
    rows, answers = _translate(payloads)
    judged = _judge(rows)
    batch_id = quality.open_batch(connection, at=now, flow_run_id=flow_run.id or "", payloads=len(payloads))
    new = events.merge(connection, [_event(row) for row in judged.clean])
    duplicate = judged.duplicate + [row for row in judged.clean if str(event_id(row.record)) not in new]
    clean = [row for row in judged.clean if str(event_id(row.record)) in new]
    held = quarantine.hold(connection, [_held(row, reasons) for row, reasons in judged.quarantined])
    shipments.touch(connection, {row.record.waybill: row.record.carrier for row in clean}, at=now)
    quality.count_unknown_codes(connection, _unknown(clean), at=now)
    settled = _settled(payloads, rows, clean, duplicate, [row for row, _ in judged.quarantined], answers)
    inbox.settle(connection, settled, batch_id=batch_id, at=now)
    report = _report(settled, judged, clean)
    quality.close_batch(
        connection,
        batch_id=batch_id,
        counts=report.model_dump(include={"read", "clean", "duplicate", "quarantined"}),
        reasons=report.reasons,
        results=judged.results,
    )
    return Processed(report, settled, held)


def _translate(payloads: Sequence[Payload]) -> tuple[list[_Row], dict[int, str]]:
    rows: list[_Row] = []
    answers: dict[int, str] = {}
    for payload in payloads:
        try:
            translation = registry.translate(payload.format, payload.body)
        except UnreadableEnvelope as fault:
            rows.append(_Row(payload, _unreadable(payload, fault)))
            continue
        rows += [_Row(payload, record) for record in translation.records]
        if translation.answer != "ok":
            answers[payload.id] = translation.answer
    return rows, answers


def _unreadable(payload: Payload, fault: UnreadableEnvelope) -> TrackingRecord:
    """Make one record of a payload that cannot be read, so that it is counted and kept like any other."""
    excerpt = payload.body[:2000].decode("utf-8", "backslashreplace")
    return TrackingRecord(
        where=fault.where, namespace="", source=payload.format, unreadable=fault.reason_code, raw={"body": excerpt}
    )


def _judge(rows: Sequence[_Row]) -> _Judged:
    judged = _Judged([], [], [], [])
    for start in range(0, len(rows), ROWS):
        chunk = rows[start : start + ROWS]
        verdict = default_validator().judge(
            [row.record for row in chunk],
            received_at=[row.payload.received_at for row in chunk],
            parameters=BatchBounds(),
        )
        if verdict.stopped is not None:
            raise BatchStopped(verdict.stopped)
        judged.clean.extend(chunk[index] for index in verdict.clean)
        judged.duplicate.extend(chunk[index] for index in verdict.duplicate)
        judged.quarantined.extend((chunk[index], reasons) for index, reasons in verdict.quarantined.items())
        judged.results.extend(verdict.results)
    return judged


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


def _unknown(rows: Sequence[_Row]) -> list[tuple[str, str, str, int]]:
    unknown = [row.record for row in rows if row.record.confidence == "unknown"]
    seen = Counter((record.namespace, record.raw_code) for record in unknown)
    samples = {(record.namespace, record.raw_code): record.raw_text for record in unknown}
    return [(*key, samples[key], times) for key, times in sorted(seen.items())]


def _settled(
    payloads: Sequence[Payload],
    rows: Sequence[_Row],
    clean: Sequence[_Row],
    duplicate: Sequence[_Row],
    quarantined: Sequence[_Row],
    answers: dict[int, str],
) -> list[Settled]:
    read, good, again, bad = (Counter(row.payload.id for row in part) for part in (rows, clean, duplicate, quarantined))
    settled = [
        Settled(item.id, read[item.id], good[item.id], again[item.id], bad[item.id], answers.get(item.id, "ok"))
        for item in payloads
    ]
    for item in settled:
        assert item.read == item.clean + item.duplicate + item.quarantined, f"payload {item.id} does not balance"
    return settled


def _report(settled: Sequence[Settled], judged: _Judged, clean: Sequence[_Row]) -> IngestReport:
    return IngestReport(
        payloads=len(settled),
        read=sum(item.read for item in settled),
        clean=sum(item.clean for item in settled),
        duplicate=sum(item.duplicate for item in settled),
        quarantined=sum(item.quarantined for item in settled),
        reasons=dict(Counter(reason for _, reasons in judged.quarantined for reason in reasons)),
        unknown_codes=sum(row.record.confidence == "unknown" for row in clean),
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
