"""How each feed has been doing: its batches added up by hour, in the transaction that closes the batch.

Baselines are asked for with every batch, so they must not cost more the more batches there were. The single results
stay in `quality_result`. Batches of one feed are taken in side by side, and none should wait for another to commit: so
each connection adds up into a row of its own, the hour's `part`.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Float, Integer, Table, Text, text

from schemas.data_docs import TrendDay
from schemas.feed_health import FeedDay
from schemas.quality import AlertKind, ExpectationResult
from store.metadata import INSTANT, metadata

feed_hour = Table(
    "feed_hour",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("hour", INSTANT, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("batches", BigInteger, nullable=False),
    Column("read", BigInteger, nullable=False),
    Column("quarantined", BigInteger, nullable=False),
    Column("unknown", BigInteger, nullable=False),
    Column("understandable", BigInteger, nullable=False),  # records that could be read at all
    # Sums over batches weighted by their records, and the weight: averages of any span come out of them.
    Column("late_weight", Float, nullable=False),
    Column("late_median_sum", Float, nullable=False),
    Column("late_p95_sum", Float, nullable=False),
)
feed_failure_hour = Table(
    "feed_failure_hour",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("hour", INSTANT, primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("reason_code", Text, primary_key=True),
    Column("severity", Text, nullable=False),
    Column("failed", BigInteger, nullable=False),
    Column("batches", BigInteger, nullable=False),
)


def add_batch(
    connection: Connection,
    *,
    feed: str,
    at: datetime,
    counts: dict[str, int],
    results: Sequence[ExpectationResult],
) -> None:
    """Add a batch to its feed's hour; of one that was stopped only what was wrong with it as a whole."""
    hour = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    if not counts.get("read"):
        _add_failures(connection, feed=feed, hour=hour, results=[told for told in results if told.column is None])
        return
    codes = [result for result in results if result.reason_code == "code_unknown"]
    median, p95 = _average(results, AlertKind.LATE_MEDIAN), _average(results, AlertKind.LATE_P95)
    weight = float(counts["read"]) if median is not None and p95 is not None else 0.0
    connection.execute(
        text(
            "INSERT INTO feed_hour AS kept (feed, hour, part, batches, read, quarantined, unknown, understandable, "
            "late_weight, late_median_sum, late_p95_sum) VALUES (:feed, :hour, pg_backend_pid() % 16, 1, :read, "
            ":quarantined, :unknown, :understandable, :weight, :median_sum, :p95_sum) "
            "ON CONFLICT (feed, hour, part) DO UPDATE SET batches = kept.batches + 1, "
            "read = kept.read + excluded.read, "
            "quarantined = kept.quarantined + excluded.quarantined, unknown = kept.unknown + excluded.unknown, "
            "understandable = kept.understandable + excluded.understandable, "
            "late_weight = kept.late_weight + excluded.late_weight, "
            "late_median_sum = kept.late_median_sum + excluded.late_median_sum, "
            "late_p95_sum = kept.late_p95_sum + excluded.late_p95_sum"
        ),
        {
            "feed": feed,
            "hour": hour,
            "read": counts["read"],
            "quarantined": counts.get("quarantined", 0),
            "unknown": sum(result.failed for result in codes),
            "understandable": sum(result.evaluated for result in codes),
            "weight": weight,
            "median_sum": weight * (median or 0.0),
            "p95_sum": weight * (p95 or 0.0),
        },
    )
    _add_failures(connection, feed=feed, hour=hour, results=results)


def _average(results: Sequence[ExpectationResult], reason_code: str) -> float | None:
    """Average what the chunks of a batch came to."""
    observed = [
        result.observed for result in results if result.reason_code == reason_code and result.observed is not None
    ]
    return sum(observed) / len(observed) if observed else None


def _add_failures(connection: Connection, *, feed: str, hour: datetime, results: Sequence[ExpectationResult]) -> None:
    failures: dict[tuple[str, str], int] = {}
    for result in results:
        if result.failed:
            key = (result.reason_code, result.severity.value)
            failures[key] = failures.get(key, 0) + result.failed
    if failures:
        connection.execute(
            text(
                "INSERT INTO feed_failure_hour AS kept (feed, hour, part, reason_code, severity, failed, batches) "
                "VALUES (:feed, :hour, pg_backend_pid() % 16, :reason_code, :severity, :failed, 1) "
                "ON CONFLICT (feed, hour, part, reason_code) DO UPDATE SET failed = kept.failed + excluded.failed, "
                "batches = kept.batches + 1, severity = excluded.severity"
            ),
            [
                {"feed": feed, "hour": hour, "reason_code": reason, "severity": severity, "failed": failed}
                for (reason, severity), failed in sorted(failures.items())
            ],
        )


def days_of(connection: Connection, feeds: Sequence[str], *, now: datetime, days: int) -> dict[str, list[FeedDay]]:
    """Read what each feed told in each of the last days, each a span of 24 hours that ends at this hour of the day."""
    rows = connection.execute(
        text(
            "SELECT feed, floor(extract(epoch FROM CAST(:now AS timestamptz) - hour) / 86400)::int AS days_ago, "
            "sum(read) AS read, sum(quarantined) AS quarantined, sum(unknown) AS unknown, "
            "sum(understandable) AS understandable, "
            "sum(late_median_sum) / nullif(sum(late_weight), 0) AS late_median, "
            "sum(late_p95_sum) / nullif(sum(late_weight), 0) AS late_p95 FROM feed_hour "
            "WHERE feed = ANY(:feeds) AND hour > :since AND hour <= :now GROUP BY 1, 2 ORDER BY 1, 2"
        ),
        {"feeds": list(feeds), "now": now, "since": now - timedelta(days=days + 1)},
    )
    found: dict[str, list[FeedDay]] = {}
    for row in rows:
        found.setdefault(row.feed, []).append(
            FeedDay(
                days_ago=row.days_ago,
                read=int(row.read),
                quarantined=int(row.quarantined),
                unknown=int(row.unknown),
                understandable=int(row.understandable),
                late_median_seconds=row.late_median,
                late_p95_seconds=row.late_p95,
            )
        )
    return found


def trends_of(
    connection: Connection, feeds: Sequence[str], *, since: datetime, time_zone: str
) -> dict[str, list[TrendDay]]:
    """Read what each feed came to on each day since then, by the calendar of the zone."""
    asked = {"feeds": list(feeds), "since": since, "zone": time_zone}
    failures: dict[tuple[str, date], dict[str, int]] = {}
    for row in connection.execute(
        text(
            "SELECT feed, (hour AT TIME ZONE :zone)::date AS day, reason_code, sum(failed) AS failed "
            "FROM feed_failure_hour WHERE feed = ANY(:feeds) AND hour >= :since GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"
        ),
        asked,
    ):
        failures.setdefault((row.feed, row.day), {})[row.reason_code] = int(row.failed)
    found: dict[str, list[TrendDay]] = {}
    for row in connection.execute(
        text(
            "SELECT feed, (hour AT TIME ZONE :zone)::date AS day, sum(read) AS read, "
            "sum(unknown)::float / nullif(sum(understandable), 0) AS unknown_share, "
            "sum(quarantined)::float / nullif(sum(read), 0) AS quarantine_share, "
            "sum(late_median_sum) / nullif(sum(late_weight), 0) AS late_median_seconds, "
            "sum(late_p95_sum) / nullif(sum(late_weight), 0) AS late_p95_seconds "
            "FROM feed_hour WHERE feed = ANY(:feeds) AND hour >= :since GROUP BY 1, 2 ORDER BY 1, 2"
        ),
        asked,
    ):
        told = {name: value for name, value in row._mapping.items() if name != "feed"}
        found.setdefault(row.feed, []).append(TrendDay(**told, failures=failures.get((row.feed, row.day), {})))
    return found


def known_feeds(connection: Connection, *, since: datetime) -> list[str]:
    """Name the feeds that told something since then."""
    rows = connection.execute(
        text("SELECT DISTINCT feed FROM feed_hour WHERE hour >= :since ORDER BY feed"), {"since": since}
    )
    return [row.feed for row in rows]


def unknown_codes_of(connection: Connection, feed: str, *, limit: int) -> list[dict[str, Any]]:
    """Read the codes of a feed that no mapping knows, most frequent first; without the carrier's texts."""
    rows = connection.execute(
        text(
            "SELECT namespace, raw_code, seen, last_seen_at FROM unknown_code WHERE feed = :feed "
            "ORDER BY seen DESC, raw_code LIMIT :limit"
        ),
        {"feed": feed, "limit": limit},
    )
    return [dict(row._mapping) for row in rows]
