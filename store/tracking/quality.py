"""Batches and what the quality checks found in them: one row per expectation and run, counts only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    Table,
    Text,
    insert,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from schemas.quality import ExpectationResult
from store.metadata import INSTANT, metadata

batch = Table(
    "batch",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("started_at", INSTANT, nullable=False),
    Column("flow_run_id", Text, nullable=False, server_default=""),
    Column("payloads", Integer, nullable=False, server_default="0"),
    Column("read", Integer, nullable=False, server_default="0"),
    Column("clean", Integer, nullable=False, server_default="0"),
    Column("duplicate", Integer, nullable=False, server_default="0"),
    Column("quarantined", Integer, nullable=False, server_default="0"),
    Column("reasons", JSONB, nullable=False, server_default="{}"),
)
quality_result = Table(
    "quality_result",
    metadata,
    Column("batch_id", BigInteger, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("expectation", Text, nullable=False),
    Column("column", Text),
    Column("severity", Text, nullable=False),
    Column("reason_code", Text, nullable=False),
    Column("evaluated", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("success", Boolean, nullable=False),
    Index("ix_quality_result_reason_code", "reason_code", "batch_id"),
)
unknown_code = Table(
    "unknown_code",
    metadata,
    Column("namespace", Text, primary_key=True),
    Column("raw_code", Text, primary_key=True),
    Column("sample_text", Text, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("last_seen_at", INSTANT, nullable=False),
)


def open_batch(connection: Connection, *, at: datetime, flow_run_id: str, payloads: int) -> int:
    """Start a batch and give its id."""
    statement = insert(batch).values(started_at=at, flow_run_id=flow_run_id, payloads=payloads).returning(batch.c.id)
    return int(connection.execute(statement).scalar_one())


def close_batch(
    connection: Connection,
    *,
    batch_id: int,
    counts: dict[str, int],
    reasons: dict[str, int],
    results: Sequence[ExpectationResult],
) -> None:
    """Write what the batch came to and one row for each expectation."""
    connection.execute(update(batch).where(batch.c.id == batch_id).values(**counts, reasons=reasons))
    if results:
        connection.execute(
            insert(quality_result),
            [
                {"batch_id": batch_id, "position": position, **result.model_dump(mode="json")}
                for position, result in enumerate(results)
            ],
        )


def count_unknown_codes(connection: Connection, codes: Iterable[tuple[str, str, str, int]], *, at: datetime) -> None:
    """Add up the codes that no mapping knows: (namespace, code, sample text, times)."""
    rows = [
        {"namespace": namespace, "raw_code": code, "sample": sample[:200], "seen": seen, "at": at}
        for namespace, code, sample, seen in codes
    ]
    if rows:
        connection.execute(
            text(
                "INSERT INTO unknown_code (namespace, raw_code, sample_text, seen, last_seen_at) "
                "VALUES (:namespace, :raw_code, :sample, :seen, :at) ON CONFLICT (namespace, raw_code) DO UPDATE "
                "SET seen = unknown_code.seen + excluded.seen, last_seen_at = excluded.last_seen_at"
            ),
            rows,
        )


def totals(connection: Connection) -> dict[str, Any]:
    """Add up all batches: read, clean, duplicate, quarantined, and quarantined by reason."""
    row = connection.execute(
        text("SELECT coalesce(sum(read),0), coalesce(sum(clean),0), coalesce(sum(duplicate),0), "
             "coalesce(sum(quarantined),0) FROM batch")
    ).one()  # fmt: skip
    reasons = connection.execute(
        text("SELECT key, sum(value::bigint) FROM batch, jsonb_each_text(reasons) GROUP BY key ORDER BY 2 DESC")
    )
    return {
        "read": int(row[0]),
        "clean": int(row[1]),
        "duplicate": int(row[2]),
        "quarantined": int(row[3]),
        "reasons": {key: int(value) for key, value in reasons},
    }
