"""Watching the feeds: who fell silent, whose batches warned, what has passed, and word of it to operations.

Everything is done for all feeds at once. Doing it twice changes nothing, so a run that died is made good by the next.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from prefect import task

from adapters.feeds.configuration import configured_feeds
from rules.tracking.alerting import alert_letter, silence_sentence, warning_sentence
from rules.tracking.baselines import HISTORY_DAYS
from rules.tracking.pauses import PAUSE_SECONDS_MIN, is_silent
from schemas.feed_health import OpenAlert
from schemas.quality import AlertKind
from store import outbox
from store.tracking import alerts, hearing, inbox, quality
from store.tracking.alerts import Raised
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.letters import department_message
from tasks.settings import BusinessSettings
from tasks.tracking.baselines import allowed_pauses

OPERATIONS = "数据运营"
CALM = timedelta(hours=1)
"""How long no batch must have warned before a warning counts as passed: good ones come between."""


class Watched(NamedTuple):
    """What one look at the feeds came to."""

    opened: int
    closed: int


@task
def listen_for_silent_feeds() -> Watched:
    """Open an alert for each configured feed that is silent for longer than it ever is, and close it when it speaks.

    What was not heard while the engine itself was down is held against no feed.
    """
    with unit_of_work() as connection:
        now, feeds = clock.now(), sorted(configured_feeds())
        listening = hearing.look(connection, feeds, now=now)
        hearing.follow(connection, feeds, now=now, days=HISTORY_DAYS)
        heard = hearing.last_heard(connection, feeds)
        opened = alerts.raise_alerts(connection, list(_silent(connection, heard, listening, now)))
        silent = [alert for alert in alerts.open_alerts(connection) if alert.kind == AlertKind.SILENT]
        speaking = [one.alert_id for one in silent if one.feed in heard and heard[one.feed] > one.opened_at]
        gone = [one.alert_id for one in silent if one.feed not in feeds]
        closed = alerts.close_alerts(connection, speaking, at=now, by="payload")
        closed += alerts.close_alerts(connection, gone, at=now, by="feed not configured")
    return Watched(len(opened), closed)


def _silent(
    connection: Connection, heard: Mapping[str, datetime], listening: Mapping[str, datetime], now: datetime
) -> Iterator[Raised]:
    # Most feeds were heard a moment ago, and only the others are worth reading four weeks of pauses for.
    waited = {feed: max(at, listening[feed]) for feed, at in heard.items()}
    quiet = {feed: since for feed, since in waited.items() if now - since > timedelta(seconds=PAUSE_SECONDS_MIN)}
    allowed = allowed_pauses(connection, quiet, now=now) if quiet else {}
    zone = BusinessSettings().zone
    for feed, since in quiet.items():
        pause = allowed[feed]
        if pause is not None and is_silent(last_heard_at=since, now=now, pause_max=pause):
            told = silence_sentence(last_heard_at=heard[feed], pause_max=pause, zone=zone)
            yield Raised(feed, AlertKind.SILENT, told, now)


@task
def weigh_warnings() -> Watched:
    """Open an alert for each kind of warning that a feed's batches gave lately, and close those that have passed."""
    with unit_of_work() as connection:
        now = clock.now()
        warned = quality.warnings_since(connection, since=now - CALM)
        raised = [Raised(one.feed, one.kind, warning_sentence(one.kind, one.observed), one.at) for one in warned]
        opened = alerts.raise_alerts(connection, raised)
        still = {(one.feed, one.kind.value) for one in warned}
        passed = [
            alert.alert_id
            for alert in alerts.open_alerts(connection)
            if alert.kind not in {AlertKind.SILENT, AlertKind.STOPPED} and (alert.feed, alert.kind) not in still
        ]
        closed = alerts.close_alerts(connection, passed, at=now, by="calm")
    return Watched(len(opened), closed)


@task
def tell_operations() -> int:
    """Write to operations about every alert that nobody was told of yet, whoever opened it; give how many it were."""
    with unit_of_work() as connection:
        now, zone = clock.now(), BusinessSettings().zone
        untold = alerts.take_untold(connection)
        letters = [
            department_message(
                "",
                alert_letter(alert, zone=zone),
                key=f"feed-alert-{alert.alert_id}",
                purpose=f"feed-{alert.kind}",
                to=OPERATIONS,
                now=now,
            )
            for alert in untold
        ]
        outbox.put(connection, letters)
    return len(letters)


def alerts_now() -> list[OpenAlert]:
    """Read the alerts that are open."""
    with unit_of_work() as connection:
        return alerts.open_alerts(connection)


def release_feed(feed: str, *, by: str) -> int:
    """Let a feed's held payloads be taken in, because a person has looked at why; give how many they are.

    For a day after that the feed is warned of and not stopped: see `bounds_for`.
    """
    with unit_of_work() as connection:
        stopped = [one.alert_id for one in alerts.open_alerts(connection, feed=feed) if one.kind == AlertKind.STOPPED]
        alerts.close_alerts(connection, stopped, at=clock.now(), by=by)
        return inbox.release(connection, feed)
