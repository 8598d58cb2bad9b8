"""What is normal for each feed now, and how it is doing beside that."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from adapters.feeds.configuration import configured_feeds
from rules.tracking.baselines import HISTORY_DAYS, bounds_from, usual_records
from rules.tracking.pauses import pause_seconds_max
from schemas.feed_health import FeedDay, FeedHealth, OpenAlert
from schemas.quality import BatchBounds
from store.tracking import alerts, hearing, history
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.settings import BusinessSettings

RELEASED_FOR = timedelta(hours=24)
"""How long a feed is not stopped again after a person released it: what made it stop is still among its last day."""


def bounds_for(connection: Connection, feed: str, *, now: datetime) -> BatchBounds:
    """Give the bounds for a batch of this feed that is judged now; they stop nothing while the feed is learned."""
    days = history.days_of(connection, [feed], now=now, days=HISTORY_DAYS).get(feed, [])
    bounds = bounds_from(days)
    if alerts.released_since(connection, feed, since=now - RELEASED_FOR):
        return bounds.without_stops()
    return bounds


def feed_health() -> list[FeedHealth]:
    """Say how every feed is doing: the configured ones, and those that were heard of lately all the same."""
    now = clock.now()
    with unit_of_work() as connection:
        feeds = sorted(
            {*configured_feeds(), *history.known_feeds(connection, since=now - timedelta(days=HISTORY_DAYS))}
        )
        heard = hearing.last_heard(connection, feeds)
        pauses = allowed_pauses(connection, heard, now=now)
        days = history.days_of(connection, feeds, now=now, days=HISTORY_DAYS)
        opened = alerts.open_alerts(connection)
    return [
        _health(
            feed, heard.get(feed), pauses.get(feed), days.get(feed, []), [one for one in opened if one.feed == feed]
        )
        for feed in feeds
    ]


def allowed_pauses(connection: Connection, heard: dict[str, datetime], *, now: datetime) -> dict[str, float | None]:
    """Give for each feed how long it may be silent since it was last heard; None while it is learned."""
    pauses = hearing.pauses_of(connection, sorted(heard), since=now - timedelta(days=HISTORY_DAYS))
    zone = BusinessSettings().zone
    return {feed: pause_seconds_max(pauses.get(feed, []), since=since, zone=zone) for feed, since in heard.items()}


def _health(
    feed: str, heard: datetime | None, pause: float | None, days: Sequence[FeedDay], opened: Sequence[OpenAlert]
) -> FeedHealth:
    today = next((day for day in days if day.days_ago == 0), None)
    return FeedHealth(
        feed=feed,
        last_heard_at=heard,
        pause_seconds_max=pause,
        records_today=today.read if today else 0,
        records_usual=usual_records(days),
        unknown_share=today.unknown_share if today else None,
        quarantine_share=today.quarantine_share if today else None,
        alerts=tuple(opened),
    )
