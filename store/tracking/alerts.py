"""Alerts about feeds: what operations have been told and has not passed yet. One open alert for each feed and kind."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Connection, Identity, Index, Table, Text, text

from schemas.feed_health import OpenAlert
from schemas.quality import AlertKind
from store.metadata import INSTANT, metadata
from store.storable import storable

feed_alert = Table(
    "feed_alert",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("feed", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("told", Text, nullable=False),  # the sentence for staff
    Column("opened_at", INSTANT, nullable=False),
    Column("last_at", INSTANT, nullable=False),  # when it was last found to be so
    Column("letter_put", Boolean, nullable=False, server_default="false"),
    Column("closed_at", INSTANT),
    Column("closed_by", Text),  # who, or what: a payload, calm
    Index("uq_feed_alert_open", "feed", "kind", unique=True, postgresql_where=text("closed_at IS NULL")),
    Index("ix_feed_alert_feed_closed_at", "feed", "closed_at"),
)

TOLD_LENGTH_MAX = 1_000


class Raised(NamedTuple):
    """One thing to tell of a feed."""

    feed: str
    kind: AlertKind
    told: str
    at: datetime


def raise_alert(connection: Connection, *, feed: str, kind: AlertKind, told: str, at: datetime) -> bool:
    """Open an alert and say whether it is new; one that is open already is told anew with what was seen last."""
    return bool(raise_alerts(connection, [Raised(feed, kind, told, at)]))


def raise_alerts(connection: Connection, raised: Collection[Raised]) -> list[tuple[str, str]]:
    """Open alerts, of each feed and kind at most one, and give feed and kind of those that are new."""
    latest = {(alert.feed, alert.kind.value): alert for alert in sorted(raised, key=lambda alert: alert.at)}
    if not latest:
        return []
    chosen = [latest[key] for key in sorted(latest)]  # one order for all, so that two runs cannot deadlock
    rows = connection.execute(
        text(
            "INSERT INTO feed_alert (feed, kind, told, opened_at, last_at) "
            "SELECT feed, kind, told, at, at FROM unnest(CAST(:feeds AS text[]), CAST(:kinds AS text[]), "
            "CAST(:told AS text[]), CAST(:times AS timestamptz[])) AS raised (feed, kind, told, at) "
            "ON CONFLICT (feed, kind) WHERE closed_at IS NULL DO UPDATE "
            "SET told = excluded.told, last_at = excluded.last_at WHERE feed_alert.last_at < excluded.last_at "
            "RETURNING feed, kind, (xmax = 0) AS is_new"
        ),
        {
            "feeds": [alert.feed for alert in chosen],
            "kinds": [alert.kind.value for alert in chosen],
            "told": [storable(alert.told)[:TOLD_LENGTH_MAX] for alert in chosen],
            "times": [alert.at for alert in chosen],
        },
    )
    return [(row.feed, row.kind) for row in rows if row.is_new]


def close_alerts(connection: Connection, alert_ids: Collection[int], *, at: datetime, by: str) -> int:
    """Close alerts and give how many it were; those that are closed already stay as they are."""
    result = connection.execute(
        text("UPDATE feed_alert SET closed_at = :at, closed_by = :by WHERE id = ANY(:ids) AND closed_at IS NULL"),
        {"ids": list(alert_ids), "at": at, "by": by},
    )
    return int(result.rowcount)


def open_alerts(connection: Connection, *, feed: str | None = None) -> list[OpenAlert]:
    """Read the alerts that are open, of one feed or all, oldest first."""
    rows = connection.execute(
        text(
            "SELECT id, feed, kind, told, opened_at, last_at FROM feed_alert WHERE closed_at IS NULL "
            "AND (CAST(:feed AS text) IS NULL OR feed = :feed) ORDER BY opened_at, id"
        ),
        {"feed": feed},
    )
    return [
        OpenAlert(
            alert_id=row.id, feed=row.feed, kind=row.kind, told=row.told, opened_at=row.opened_at, last_at=row.last_at
        )
        for row in rows
    ]


def take_untold(connection: Connection) -> list[OpenAlert]:
    """Take the open alerts that no letter was written for yet; the caller writes them in this transaction."""
    rows = connection.execute(
        text(
            "UPDATE feed_alert SET letter_put = true WHERE closed_at IS NULL AND NOT letter_put "
            "RETURNING id, feed, kind, told, opened_at, last_at"
        )
    )
    untold = [
        OpenAlert(
            alert_id=row.id, feed=row.feed, kind=row.kind, told=row.told, opened_at=row.opened_at, last_at=row.last_at
        )
        for row in rows
    ]
    return sorted(untold, key=lambda alert: alert.alert_id)


def released_since(connection: Connection, feed: str, *, since: datetime) -> bool:
    """Say whether a person has released this feed's held payloads since then."""
    found = connection.execute(
        text("SELECT 1 FROM feed_alert WHERE feed = :feed AND kind = :stopped AND closed_at >= :since LIMIT 1"),
        {"feed": feed, "stopped": AlertKind.STOPPED.value, "since": since},
    )
    return found.first() is not None
