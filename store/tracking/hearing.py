"""When each feed was heard, and its longest pauses by hour: read off the inbox as it grows, never over all of it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Column, Connection, Float, Table, Text, text

from schemas.feed_health import Pause
from store.metadata import INSTANT, metadata

feed_heard = Table(
    "feed_heard",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("heard_until", INSTANT),  # the payloads up to here are in feed_pause
    Column("looked_at", INSTANT, nullable=False),
    Column("listening_since", INSTANT, nullable=False),  # since when looks have followed each other without a break
)
feed_pause = Table(
    "feed_pause",
    metadata,
    Column("feed", Text, primary_key=True),
    Column("hour", INSTANT, primary_key=True),  # in which the pauses began
    Column("payloads", BigInteger, nullable=False),
    Column("seconds_max", Float, nullable=False),
)

SETTLED = timedelta(seconds=5)
"""A payload is received a moment before it is committed; one that is younger than this may not be the next one."""

BREAK = timedelta(minutes=15)
"""When nobody has looked for so long, the engine itself was down, and what it did not hear is no feed's silence."""


def look(connection: Connection, feeds: Sequence[str], *, now: datetime) -> dict[str, datetime]:
    """Note that these feeds are looked at now, and give since when that has been done without a break."""
    rows = connection.execute(
        text(
            "INSERT INTO feed_heard AS kept (feed, looked_at, listening_since) "
            "SELECT feed, :now, :now FROM unnest(CAST(:feeds AS text[])) AS asked (feed) ORDER BY feed "
            "ON CONFLICT (feed) DO UPDATE SET looked_at = excluded.looked_at, listening_since = "
            "CASE WHEN kept.looked_at < :break_ends THEN excluded.listening_since ELSE kept.listening_since END "
            "RETURNING feed, listening_since"
        ),
        {"feeds": list(feeds), "now": now, "break_ends": now - BREAK},
    )
    return {row.feed: row.listening_since for row in rows}


def follow(connection: Connection, feeds: Sequence[str], *, now: datetime, days: int) -> None:
    """Add the pauses of feeds that are looked at between the payloads that came since; at first of the last days."""
    if not feeds:
        return
    connection.execute(
        text(
            "WITH news AS ("
            "  SELECT asked.feed, came.received_at, coalesce(lag(came.received_at) OVER ("
            "    PARTITION BY asked.feed ORDER BY came.received_at), heard.heard_until) AS before"
            "  FROM unnest(CAST(:feeds AS text[])) AS asked (feed) LEFT JOIN feed_heard heard USING (feed)"
            "  CROSS JOIN LATERAL (SELECT received_at FROM inbox WHERE inbox.feed = asked.feed"
            "    AND received_at > coalesce(heard.heard_until, :since) AND received_at <= :until) AS came"
            "), noted AS ("
            "  INSERT INTO feed_pause AS kept (feed, hour, payloads, seconds_max)"
            "  SELECT feed, date_trunc('hour', before), count(*), max(extract(epoch FROM received_at - before))"
            "  FROM news WHERE before IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"
            "  ON CONFLICT (feed, hour) DO UPDATE SET payloads = kept.payloads + excluded.payloads,"
            "    seconds_max = greatest(kept.seconds_max, excluded.seconds_max)"
            ") UPDATE feed_heard SET heard_until = newest.received_at"
            " FROM (SELECT feed, max(received_at) AS received_at FROM news GROUP BY 1) AS newest"
            " WHERE feed_heard.feed = newest.feed"
        ),
        {"feeds": sorted(feeds), "since": now - timedelta(days=days), "until": now - SETTLED},
    )


def last_heard(connection: Connection, feeds: Sequence[str]) -> dict[str, datetime]:
    """Read when each feed sent its newest payload; a feed that never sent one is left out."""
    rows = connection.execute(
        text(
            "SELECT asked.feed, newest.received_at FROM unnest(CAST(:feeds AS text[])) AS asked (feed) "
            "CROSS JOIN LATERAL (SELECT received_at FROM inbox WHERE inbox.feed = asked.feed "
            "ORDER BY received_at DESC LIMIT 1) AS newest"
        ),
        {"feeds": list(feeds)},
    )
    return {row.feed: row.received_at for row in rows}


def pauses_of(connection: Connection, feeds: Sequence[str], *, since: datetime) -> dict[str, list[Pause]]:
    """Read the longest pause of each hour since then."""
    rows = connection.execute(
        text(
            "SELECT feed, hour, seconds_max FROM feed_pause WHERE feed = ANY(:feeds) AND hour >= :since ORDER BY hour"
        ),
        {"feeds": list(feeds), "since": since},
    )
    found: dict[str, list[Pause]] = {}
    for row in rows:
        found.setdefault(row.feed, []).append(Pause(row.hour, row.seconds_max))
    return found


def forget_pauses(connection: Connection, *, before: datetime) -> int:
    """Remove the pauses that nobody will ask for again, and give how many it were."""
    result = connection.execute(text("DELETE FROM feed_pause WHERE hour < :before"), {"before": before})
    return int(result.rowcount)
