"""Records that cannot be used: kept with their reasons, replayed or discarded by a person, never lost."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from store.metadata import INSTANT, created_at, metadata
from store.storable import storable

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("feed", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("inbox_id", BigInteger, nullable=False),  # the newest payload that held it
    Column("where", Text, nullable=False),
    Column("waybill", Text, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("record", Text, nullable=False),  # JSON text: jsonb would refuse the very NUL that may be the reason
    Column("record_hash", LargeBinary, nullable=False),
    Column("times_seen", Integer, nullable=False, server_default="1"),
    Column("status", Text, nullable=False, server_default="held"),  # held, replayed, discarded
    created_at(),
    Column("settled_at", INSTANT),
    Column("settled_by", Text),
    Column("note", Text),
    Index("uq_quarantine_held", "feed", "record_hash", unique=True, postgresql_where=text("status = 'held'")),
    Index("ix_quarantine_status", "status", "id"),
)


class Held(NamedTuple):
    """One record on its way into quarantine."""

    feed: str
    format: str
    inbox_id: int
    where: str
    waybill: str
    reasons: tuple[str, ...]
    record: Any


def hold(connection: Connection, records: Sequence[Held]) -> set[bytes]:
    """Keep the records and give their hashes; one that is held already is counted, not kept twice."""
    if not records:
        return set()
    rows: list[dict[str, Any]] = []
    for record in records:
        written = json.dumps(record.record, ensure_ascii=True, default=str, sort_keys=True)
        rows.append(
            {
                "feed": record.feed,
                "format": record.format,
                "inbox_id": record.inbox_id,
                "where": storable(record.where),
                "waybill": storable(record.waybill[:64]),
                "reasons": list(record.reasons),
                "record": written,
                "record_hash": sha256(f"{record.format}\x1f{written}".encode()).digest(),
            }
        )
    connection.execute(
        text(
            'INSERT INTO quarantine (feed, format, inbox_id, "where", waybill, reasons, record, record_hash) '
            "VALUES (:feed, :format, :inbox_id, :where, :waybill, :reasons, :record, :record_hash) "
            "ON CONFLICT (feed, record_hash) WHERE status = 'held' DO UPDATE "
            "SET times_seen = quarantine.times_seen + 1, inbox_id = excluded.inbox_id, reasons = excluded.reasons"
        ),
        sorted(rows, key=lambda row: row["record_hash"]),  # one order for all, so that two batches cannot deadlock
    )
    return {row["record_hash"] for row in rows}


def listing(
    connection: Connection, *, status: str = "held", reason: str | None = None, limit: int = 100
) -> list[dict[str, Any]]:
    """List records of one status, newest first."""
    rows = connection.execute(
        text(
            'SELECT id, feed, format, waybill, reasons, "where", times_seen, status, created_at, settled_by, note '
            "FROM quarantine WHERE status = :status AND (CAST(:reason AS text) IS NULL OR :reason = ANY(reasons)) "
            "ORDER BY id DESC LIMIT :limit"
        ),
        {"status": status, "reason": reason, "limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def one(connection: Connection, record_id: int) -> dict[str, Any] | None:
    """Read one record with what it said."""
    row = connection.execute(text("SELECT * FROM quarantine WHERE id = :id"), {"id": record_id}).one_or_none()
    if row is None:
        return None
    found = dict(row._mapping)
    found.pop("record_hash")
    found["record"] = json.loads(found["record"])
    return found


def held_payloads(connection: Connection, *, reason: str | None, ids: Sequence[int] | None) -> dict[int, list[int]]:
    """Map the payloads that hold the chosen held records to the ids of those records, locking the records."""
    rows = connection.execute(
        text(
            "SELECT id, inbox_id FROM quarantine WHERE status = 'held' "
            "AND (CAST(:reason AS text) IS NULL OR :reason = ANY(reasons)) "
            "AND (CAST(:ids AS bigint[]) IS NULL OR id = ANY(:ids)) ORDER BY id FOR UPDATE SKIP LOCKED"
        ),
        {"reason": reason, "ids": list(ids) if ids is not None else None},
    )
    payloads: dict[int, list[int]] = {}
    for row in rows:
        payloads.setdefault(row.inbox_id, []).append(row.id)
    return payloads


def settle(connection: Connection, ids: Sequence[int], *, status: str, by: str, note: str, at: datetime) -> int:
    """Take held records out of quarantine as `replayed` or `discarded`, with who and why; give how many it were."""
    result = connection.execute(
        text(
            "UPDATE quarantine SET status = :status, settled_by = :by, note = :note, settled_at = :at "
            "WHERE id = ANY(:ids) AND status = 'held'"
        ),
        {"ids": list(ids), "status": status, "by": by, "note": note, "at": at},
    )
    return int(result.rowcount)


def settle_passed(connection: Connection, ids: Sequence[int], *, still_held: set[bytes], by: str, at: datetime) -> int:
    """Take those of the records out of quarantine whose replay did not put them there again; give how many it were."""
    rows = connection.execute(text("SELECT id, record_hash FROM quarantine WHERE id = ANY(:ids)"), {"ids": list(ids)})
    passed = [row.id for row in rows if bytes(row.record_hash) not in still_held]
    return settle(connection, passed, status="replayed", by=by, note="passed on replay", at=at)
