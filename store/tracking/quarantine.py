"""Records that cannot be used: kept with their reasons, replayed or discarded by a person, never lost.

A record is held until it passes on a replay or somebody discards it. What was discarded stays discarded: told again, it
is counted on its row and not held anew.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from store.metadata import INSTANT, created_at, metadata
from store.storable import storable

STATUSES = ("held", "replayed", "discarded")

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
    Column("times_seen", Integer, nullable=False, server_default="1"),  # payloads that held it; a replay is none
    Column("status", Text, nullable=False, server_default="held"),
    created_at(),
    Column("settled_at", INSTANT),
    Column("settled_by", Text),
    Column("note", Text),
    Index(
        "uq_quarantine_kept",
        "feed",
        "record_hash",
        unique=True,
        postgresql_where=text("status IN ('held', 'discarded')"),
    ),
    Index("ix_quarantine_status", "status", "id"),
    Index("ix_quarantine_held_inbox_id", "inbox_id", postgresql_where=text("status = 'held'")),
    Index("ix_quarantine_reasons", "reasons", postgresql_using="gin"),
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


class Chosen(NamedTuple):
    """What a person picks records by; what is left open picks all."""

    ids: Sequence[int] | None = None
    reason: str | None = None
    feed: str | None = None
    format: str | None = None
    status: str = "held"
    since: datetime | None = None

    def where(self) -> tuple[str, dict[str, Any]]:
        """Write the condition and its values; only what was named is in it, so that an index can serve it."""
        named = {
            "q.id = ANY(:ids)": ("ids", list(self.ids) if self.ids is not None else None),
            "q.reasons @> ARRAY[:reason]": ("reason", self.reason),
            "q.feed = :feed": ("feed", self.feed),
            "q.format = :format": ("format", self.format),
            "q.created_at >= :since": ("since", self.since),
        }
        given = {condition: bound for condition, bound in named.items() if bound[1] is not None}
        return " AND ".join(["q.status = :status", *given]), {"status": self.status, **dict(given.values())}


HELD = Chosen()
"""Everything that is held."""


def hold(connection: Connection, records: Sequence[Held]) -> set[bytes]:
    """Keep the records and give their hashes; one that is held or discarded already is counted, not kept twice.

    What parcels have in common, such as the scans of one hub in one second, is told apart by their waybills; a record
    without one is the same only in the same payload.
    """
    if not records:
        return set()
    contents = _contents(connection, {record.inbox_id for record in records if not record.waybill})
    rows: list[dict[str, Any]] = []
    for record in records:
        about = record.waybill or contents.get(record.inbox_id, "")
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
                "record_hash": sha256(
                    f"{record.format}\x1f{about}\x1f{written}".encode("utf-8", "surrogatepass")
                ).digest(),
            }
        )
    connection.execute(
        text(
            'INSERT INTO quarantine (feed, format, inbox_id, "where", waybill, reasons, record, record_hash) '
            "VALUES (:feed, :format, :inbox_id, :where, :waybill, :reasons, :record, :record_hash) "
            "ON CONFLICT (feed, record_hash) WHERE status IN ('held', 'discarded') DO UPDATE SET "
            "times_seen = quarantine.times_seen + CASE WHEN excluded.inbox_id > quarantine.inbox_id THEN 1 ELSE 0 END, "
            "inbox_id = greatest(excluded.inbox_id, quarantine.inbox_id), reasons = excluded.reasons"
        ),
        sorted(rows, key=lambda row: row["record_hash"]),  # one order for all, so that two batches cannot deadlock
    )
    return {row["record_hash"] for row in rows}


def _contents(connection: Connection, payloads: Collection[int]) -> dict[int, str]:
    """Name what is in payloads: the same for two that say the same."""
    if not payloads:
        return {}
    rows = connection.execute(text("SELECT id, sha256 FROM inbox WHERE id = ANY(:ids)"), {"ids": list(payloads)})
    return {row.id: bytes(row.sha256).hex() for row in rows}


def listing(connection: Connection, chosen: Chosen = HELD, *, limit: int = 100) -> list[dict[str, Any]]:
    """List records without what they said, newest first."""
    where, values = chosen.where()
    rows = connection.execute(
        text(
            'SELECT id, feed, format, waybill, reasons, "where", times_seen, status, created_at, settled_at, '  # noqa: S608  # values are bound
            f"settled_by, note FROM quarantine q WHERE {where} ORDER BY id DESC LIMIT :limit"
        ),
        {**values, "limit": limit},
    )
    return [dict(row._mapping) for row in rows]


def count(connection: Connection, chosen: Chosen) -> int:
    """Count records."""
    where, values = chosen.where()
    return int(connection.execute(text(f"SELECT count(*) FROM quarantine q WHERE {where}"), values).scalar_one())  # noqa: S608


def summary(connection: Connection, *, status: str = "held") -> list[dict[str, Any]]:
    """Count records by reason and feed, the most first; a record with two reasons counts under both."""
    rows = connection.execute(
        text(
            "SELECT reason, feed, format, count(*) AS records, sum(times_seen) AS times_seen, "
            "min(created_at) AS oldest, max(created_at) AS newest FROM quarantine, unnest(reasons) AS reason "
            "WHERE status = :status GROUP BY reason, feed, format ORDER BY records DESC, reason, feed, format"
        ),
        {"status": status},
    )
    return [dict(row._mapping) for row in rows]


def standing(connection: Connection) -> dict[str, int]:
    """Count all records by status."""
    rows = connection.execute(text("SELECT status, count(*) FROM quarantine GROUP BY status"))
    return {**dict.fromkeys(STATUSES, 0), **{row[0]: int(row[1]) for row in rows}}


def one(connection: Connection, record_id: int) -> dict[str, Any] | None:
    """Read one record with what it said."""
    row = connection.execute(text("SELECT * FROM quarantine WHERE id = :id"), {"id": record_id}).one_or_none()
    if row is None:
        return None
    found = dict(row._mapping)
    found.pop("record_hash")
    found["record"] = json.loads(found["record"])
    return found


class Locked(NamedTuple):
    """One held record that this transaction has locked."""

    id: int
    inbox_id: int
    feed: str
    reasons: tuple[str, ...]
    record_hash: bytes


def newest_payload(connection: Connection) -> int:
    """Give the id of the newest payload that holds a record, so that a replay knows where to end."""
    return int(
        connection.execute(
            text("SELECT coalesce(max(inbox_id), 0) FROM quarantine WHERE status = 'held'")
        ).scalar_one()
    )  # fmt: skip


def lock_next(
    connection: Connection, chosen: Chosen, *, after: int, until: int, payloads: int, bytes_max: int
) -> tuple[list[Locked], int | None]:
    """Lock the chosen held records of the next payloads after `after`, and give them and the last of those payloads.

    That is up to `payloads` of them and about `bytes_max` bytes, at least one. Records that somebody else holds at the
    moment, to replay or discard them, are passed over. The last payload is None when there is none left up to `until`.
    """
    # One replay at a time: two would wait for each other's records, because payloads repeat what others held before.
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('redress quarantine replay'))"))
    where, values = chosen.where()
    window = connection.execute(
        text(
            "WITH next AS (SELECT DISTINCT inbox_id AS id FROM quarantine q "  # noqa: S608  # values are bound
            f"WHERE {where} AND inbox_id > :after AND inbox_id <= :until ORDER BY inbox_id LIMIT :payloads) "
            "SELECT max(id) FROM (SELECT id, coalesce(sum(length(body)) OVER (ORDER BY id), 0) "
            "- coalesce(length(body), 0) AS before FROM next LEFT JOIN inbox USING (id)) sized "
            "WHERE before < :bytes_max"
        ),
        {**values, "after": after, "until": until, "payloads": payloads, "bytes_max": bytes_max},
    ).scalar_one()
    if window is None:
        return [], None
    rows = connection.execute(
        text(
            "SELECT id, inbox_id, feed, reasons, record_hash FROM quarantine q "  # noqa: S608  # values are bound
            f"WHERE {where} AND inbox_id > :after AND inbox_id <= :last ORDER BY id FOR UPDATE SKIP LOCKED"
        ),
        {**values, "after": after, "last": window},
    )
    return [Locked(row[0], row[1], row[2], tuple(row[3]), bytes(row[4])) for row in rows], int(window)


def settle(connection: Connection, chosen: Chosen, *, status: str, by: str, note: str, at: datetime) -> int:
    """Take held records out of quarantine as `replayed` or `discarded`, with who and why; give how many it were.

    Records that somebody else holds at the moment are passed over, so that nobody waits for anybody in a circle.
    """
    where, values = chosen.where()
    result = connection.execute(
        text(
            "UPDATE quarantine SET status = :becomes, settled_by = :by, note = :note, settled_at = :at "  # noqa: S608
            f"WHERE id IN (SELECT id FROM quarantine q WHERE {where} FOR UPDATE SKIP LOCKED)"
        ),
        {**values, "becomes": status, "by": storable(by), "note": storable(note), "at": at},
    )
    return int(result.rowcount)
