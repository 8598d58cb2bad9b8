"""Calls and messages of the service desk: each once, what could not be used of their files, and every file taken in.

A call is named by its centre and its number there. One that is on file stays as it was told first. No caller's number
is kept, only its keyed hash.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, NamedTuple

import polars as pl
from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from schemas.calls import CallHeld, CallsTaken
from store.consignees import consignee_key
from store.copying import copy_frame_to_temporary
from store.metadata import INSTANT, created_at, metadata

call_record = Table(
    "call_record",
    metadata,
    Column("centre", Text, primary_key=True),
    Column("call_id", Text, primary_key=True),
    Column("medium", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("started_at", INSTANT, nullable=False),
    Column("answered_at", INSTANT),
    Column("ended_at", INSTANT),
    Column("rings", Integer),
    Column("queue", Text, nullable=False, server_default=""),
    Column("agent", Text, nullable=False, server_default=""),
    Column("caller_key", Text, nullable=False, server_default=""),  # as consignees and complainants are named
    Column("hung_up_by", Text, nullable=False, server_default=""),
    created_at(),
    Index("ix_call_record_started_at", "started_at"),
)
call_quarantine = Table(
    "call_quarantine",
    metadata,
    Column("quarantine_id", BigInteger, Identity(), primary_key=True),
    Column("file", Text, nullable=False),  # the file that held it first, by its name
    Column("line", Integer, nullable=False),
    Column("reasons", ARRAY(Text), nullable=False),
    Column("record", Text, nullable=False),  # JSON text, without the caller: jsonb would refuse a NUL
    Column("record_hash", LargeBinary, nullable=False),
    Column("times_seen", Integer, nullable=False, server_default="1"),
    created_at(),
    Index("uq_call_quarantine_record_hash", "record_hash", unique=True),
)
call_intake = Table(
    "call_intake",
    metadata,
    Column("intake_id", BigInteger, Identity(), primary_key=True),
    Column("file", Text, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("taken_at", INSTANT, nullable=False),
    Column("read", Integer, nullable=False),
    Column("clean", Integer, nullable=False),
    Column("duplicate", Integer, nullable=False),
    Column("quarantined", Integer, nullable=False),
)
_FROM_FRAME = (
    "centre", "call_id", "medium", "direction", "started_at", "answered_at", "ended_at", "rings", "queue", "agent",
    "caller_key", "hung_up_by",
)  # fmt: skip


class Unusable(NamedTuple):
    """A row on its way into quarantine."""

    line: int
    reasons: tuple[str, ...]
    record: dict[str, Any]


def merge(connection: Connection, calls: pl.DataFrame) -> int:
    """Put usable calls on file and give how many were new; the column `caller` is kept as its keyed hash.

    Raises:
        NoSecretKey: there is no key to hash with.
    """
    keys = [consignee_key(caller) if caller else "" for caller in calls["caller"]]
    frame = calls.with_columns(pl.Series("caller_key", keys, dtype=pl.String)).select(_FROM_FRAME)
    incoming = copy_frame_to_temporary(connection, call_record, frame)
    listed = ", ".join(_FROM_FRAME)
    merged = connection.execute(
        text(
            f"INSERT INTO call_record ({listed}) SELECT {listed} FROM {incoming} "  # noqa: S608  # names are the project's own
            "ON CONFLICT (centre, call_id) DO NOTHING"
        )
    )
    return merged.rowcount


def hold(connection: Connection, file: str, rows: Sequence[Unusable]) -> None:
    """Keep rows that cannot be used; one that was kept before is counted on its row."""
    held: dict[bytes, tuple[Unusable, str, int]] = {}
    for row in rows:
        record = json.dumps(row.record, ensure_ascii=False, sort_keys=True)
        digest = sha256(record.encode("utf-8", "surrogatepass")).digest()
        first, _, times = held.get(digest, (row, record, 0))
        held[digest] = (first, record, times + 1)
    connection.execute(
        text(
            "INSERT INTO call_quarantine (file, line, reasons, record, record_hash, times_seen) SELECT :file, line, "
            "string_to_array(reasons, ' '), record, record_hash, times FROM unnest(CAST(:lines AS int[]), "
            "CAST(:reasons AS text[]), CAST(:records AS text[]), CAST(:hashes AS bytea[]), CAST(:times AS int[])) "
            "AS held (line, reasons, record, record_hash, times) "
            "ON CONFLICT (record_hash) DO UPDATE SET times_seen = call_quarantine.times_seen + excluded.times_seen"
        ),
        {
            "file": file,
            "lines": [row.line for row, _, _ in held.values()],
            "reasons": [" ".join(row.reasons) for row, _, _ in held.values()],
            "records": [record for _, record, _ in held.values()],
            "hashes": list(held),
            "times": [times for _, _, times in held.values()],
        },
    )


def note_intake(connection: Connection, taken: CallsTaken, *, by: str, at: datetime) -> None:
    """Write down that a file was taken in, and what became of its rows."""
    connection.execute(
        text(
            "INSERT INTO call_intake (file, taken_by, taken_at, read, clean, duplicate, quarantined) VALUES "
            "(:file, :by, :at, :read, :clean, :duplicate, :quarantined)"
        ),
        {**taken._asdict(), "by": by, "at": at},
    )


def held_rows(connection: Connection, *, limit: int = 50) -> list[CallHeld]:
    """Read the rows in quarantine, the newest first."""
    rows = connection.execute(
        text(
            f"SELECT {', '.join(CallHeld._fields)} FROM call_quarantine ORDER BY quarantine_id DESC LIMIT :limit"  # noqa: S608
        ),
        {"limit": limit},
    )
    return [CallHeld(**{**row._mapping, "reasons": tuple(row.reasons)}) for row in rows]
