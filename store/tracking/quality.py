"""Batches and what the quality checks found in them: one row per expectation and run, counts only."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Float,
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

from schemas.quality import AlertKind, ExpectationResult
from store.metadata import INSTANT, metadata
from store.tracking import history

batch = Table(
    "batch",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("feed", Text, nullable=False, server_default=""),  # empty for a replay, which is no news of a feed
    Column("started_at", INSTANT, nullable=False),
    Column("flow_run_id", Text, nullable=False, server_default=""),
    Column("payloads", Integer, nullable=False, server_default="0"),
    Column("read", Integer, nullable=False, server_default="0"),
    Column("clean", Integer, nullable=False, server_default="0"),
    Column("duplicate", Integer, nullable=False, server_default="0"),
    Column("quarantined", Integer, nullable=False, server_default="0"),
    Column("reasons", JSONB, nullable=False, server_default="{}"),
    Index("ix_batch_started_at", "started_at"),
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
    Column("observed", Float),  # the figure of the whole batch that was judged
    Column("bound", Float),  # what it was held against
    Index("ix_quality_result_reason_code", "reason_code", "batch_id"),
)
unknown_code = Table(
    "unknown_code",
    metadata,
    Column("feed", Text, primary_key=True, server_default=""),
    Column("namespace", Text, primary_key=True),
    Column("raw_code", Text, primary_key=True),
    Column("sample_text", Text, nullable=False),
    Column("seen", BigInteger, nullable=False),
    Column("last_seen_at", INSTANT, nullable=False),
)


def open_batch(connection: Connection, *, at: datetime, flow_run_id: str, payloads: int, feed: str = "") -> int:
    """Start a batch of a feed and give its id; a replay names no feed, because it says nothing of how the feed does."""
    values = {"feed": feed, "started_at": at, "flow_run_id": flow_run_id, "payloads": payloads}
    return int(connection.execute(insert(batch).values(values).returning(batch.c.id)).scalar_one())


def close_batch(
    connection: Connection,
    *,
    batch_id: int,
    counts: dict[str, int],
    reasons: dict[str, int],
    results: Sequence[ExpectationResult],
) -> None:
    """Write what the batch came to and one row for each expectation, and add it to its feed's history."""
    statement = update(batch).where(batch.c.id == batch_id).values(**counts, reasons=reasons)
    opened = connection.execute(statement.returning(batch.c.feed, batch.c.started_at)).one()
    if opened.feed:
        history.add_batch(connection, feed=opened.feed, at=opened.started_at, counts=counts, results=results)
    if results:
        connection.execute(
            insert(quality_result),
            [
                {"batch_id": batch_id, "position": position, **result.model_dump(mode="json")}
                for position, result in enumerate(results)
            ],
        )


def count_unknown_codes(
    connection: Connection, codes: Iterable[tuple[str, str, str, int]], *, at: datetime, feed: str = ""
) -> None:
    """Add up the codes of a feed that no mapping knows: (namespace, code, sample text, times)."""
    rows = [
        {"feed": feed, "namespace": namespace, "raw_code": code, "sample": sample[:200], "seen": seen, "at": at}
        for namespace, code, sample, seen in codes
    ]
    if rows:
        connection.execute(
            text(
                "INSERT INTO unknown_code (feed, namespace, raw_code, sample_text, seen, last_seen_at) VALUES "
                "(:feed, :namespace, :raw_code, :sample, :seen, :at) "
                "ON CONFLICT (feed, namespace, raw_code) DO UPDATE "
                "SET seen = unknown_code.seen + excluded.seen, last_seen_at = excluded.last_seen_at"
            ),
            rows,
        )


def unknown_codes(connection: Connection, *, feeds: Sequence[str] | None = None) -> list[dict[str, Any]]:
    """List the codes that no mapping knew when they came, most frequent first; of all feeds unless some are named."""
    rows = connection.execute(
        text(
            "SELECT feed, namespace, raw_code, seen, sample_text, last_seen_at FROM unknown_code "
            "WHERE CAST(:feeds AS text[]) IS NULL OR feed = ANY(:feeds) ORDER BY seen DESC, feed, raw_code LIMIT 1000"
        ),
        {"feeds": None if feeds is None else list(feeds)},
    )
    return [dict(row._mapping) for row in rows]


class Warned(NamedTuple):
    """What the warnings of one kind came to lately for one feed."""

    feed: str
    kind: AlertKind
    at: datetime  # when a batch last failed
    observed: float


def warnings_since(connection: Connection, *, since: datetime) -> list[Warned]:
    """Read for each feed the batch-level expectations that warned since then, with the figure that was seen last."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT ON (batch.feed, reason_code) batch.feed, reason_code, batch.started_at, observed "
            "FROM batch JOIN quality_result found ON found.batch_id = batch.id "
            "WHERE batch.started_at >= :since AND batch.feed <> '' AND NOT found.success "
            'AND found.reason_code = ANY(:kinds) AND found."column" IS NULL '
            "ORDER BY batch.feed, reason_code, batch.started_at DESC, batch.id DESC, found.position DESC"
        ),
        {"since": since, "kinds": [kind.value for kind in AlertKind]},
    )
    return [Warned(row.feed, AlertKind(row.reason_code), row.started_at, float(row.observed or 0.0)) for row in rows]


class BatchOnRecord(NamedTuple):
    """A batch as it was closed."""

    batch_id: int
    feed: str
    started_at: datetime
    payloads: int
    read: int
    clean: int
    duplicate: int
    quarantined: int


def recent_batches(connection: Connection, *, since: datetime, each_feed_max: int) -> list[BatchOnRecord]:
    """Read the batches of each feed since then, newest first; of too many the stopped and the worst."""
    rows = connection.execute(
        text(
            "SELECT id, feed, started_at, payloads, read, clean, duplicate, quarantined FROM ("
            "  SELECT found.*, row_number() OVER ("
            "    PARTITION BY feed ORDER BY stopped DESC, quarantined DESC, id DESC) AS place"
            "  FROM (SELECT batch.*, EXISTS (SELECT 1 FROM quality_result told WHERE told.batch_id = batch.id"
            "      AND told.severity = 'stop' AND NOT told.success) AS stopped"
            "    FROM batch WHERE started_at >= :since AND feed <> '') AS found WHERE stopped OR read > 0"
            ") AS placed WHERE place <= :each_feed_max ORDER BY feed, started_at DESC, id DESC"
        ),
        {"since": since, "each_feed_max": each_feed_max},
    )
    return [BatchOnRecord(*row) for row in rows]


def results_of(connection: Connection, batch_ids: Sequence[int]) -> dict[int, list[ExpectationResult]]:
    """Read what each expectation came to in these batches, in the order of the suite."""
    rows = connection.execute(
        text(
            'SELECT batch_id, expectation, "column", severity, reason_code, evaluated, failed, success, observed, '
            "bound FROM quality_result WHERE batch_id = ANY(:ids) ORDER BY batch_id, position"
        ),
        {"ids": list(batch_ids)},
    )
    found: dict[int, list[ExpectationResult]] = {}
    for row in rows:
        told = {name: value for name, value in row._mapping.items() if name != "batch_id"}
        found.setdefault(row.batch_id, []).append(ExpectationResult.model_validate(told))
    return found


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
