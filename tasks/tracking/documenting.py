"""Data Docs and trends: pages about the last days' batches in a folder, pictures of the last weeks in the run."""

from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from prefect import task
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from expectations.docs import build_docs
from rules.tracking.baselines import HISTORY_DAYS, usual_records
from schemas.data_docs import DataDocs, DataDocsBuilt, DocumentedBatch, DocumentedFeed
from schemas.quality import ExpectationResult
from store.tracking import hearing, history, quality
from store.tracking.quality import BatchOnRecord
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.folders import put_in_place, remove_old
from tasks.settings import BusinessSettings

PAUSES_KEPT = timedelta(days=2 * HISTORY_DAYS)


class DataDocsSettings(BaseSettings):
    """Read from REDRESS_HOME and REDRESS_DATA_DOCS_DAYS, _BATCHES_MAX and _URL."""

    model_config = SettingsConfigDict(env_prefix="REDRESS_", extra="ignore", env_ignore_empty=True)

    home: Path = Path(".redress")
    data_docs_days: int = Field(default=14, ge=1)  # folders that are kept
    data_docs_batches_max: int = Field(default=20, ge=1, le=500)  # pages for each feed
    data_docs_url: str = ""  # where a web server shows the folder, if one does

    @property
    def folder(self) -> Path:
        """Name the folder of all builds."""
        return self.home.expanduser().resolve() / "data-docs"


class Documented(NamedTuple):
    """What was built, and where."""

    first_page: Path
    address: str  # what to open in a browser
    built: DataDocsBuilt
    removed: int
    unknown_codes: dict[str, list[dict[str, Any]]]


@task
def write_data_docs() -> Documented:
    """Build today's pages, in the place of an earlier build of today, and remove those that are too old."""
    settings, now = DataDocsSettings(), clock.now()
    today = now.astimezone(BusinessSettings().zone).date()
    with unit_of_work() as connection:
        feeds = history.known_feeds(connection, since=now - timedelta(days=HISTORY_DAYS))
        docs = _data_docs(connection, feeds, now=now, each_feed_max=settings.data_docs_batches_max)
        unknown = {feed: history.unknown_codes_of(connection, feed, limit=20) for feed in feeds}
        hearing.forget_pauses(connection, before=now - PAUSES_KEPT)
    folder = settings.folder / today.isoformat()
    built = put_in_place(folder, partial(build_docs, docs))
    address = f"{settings.data_docs_url.rstrip('/')}/{folder.name}/index.html" if settings.data_docs_url else ""
    first_page = folder / "index.html"
    oldest = today - timedelta(days=settings.data_docs_days - 1)
    removed = remove_old(settings.folder, before=oldest, day_of=_day_of)
    return Documented(first_page, address or first_page.as_uri(), built, removed, unknown)


def _day_of(name: str) -> date | None:
    try:
        return date.fromisoformat(name)
    except ValueError:
        return None


def _data_docs(connection: Connection, feeds: list[str], *, now: datetime, each_feed_max: int) -> DataDocs:
    settings, since = BusinessSettings(), now - timedelta(days=HISTORY_DAYS)
    days = history.days_of(connection, feeds, now=now, days=HISTORY_DAYS)
    trends = history.trends_of(connection, feeds, since=since, time_zone=settings.time_zone)
    recent = quality.recent_batches(connection, since=now - timedelta(days=1), each_feed_max=each_feed_max)
    results = quality.results_of(connection, [batch.batch_id for batch in recent])
    return DataDocs(
        made_at=now.astimezone(settings.zone),
        feeds=tuple(
            DocumentedFeed(
                feed=feed,
                records_usual=usual_records(days.get(feed, [])),
                days=tuple(trends.get(feed, ())),
                batches=tuple(
                    _documented(batch, results.get(batch.batch_id, []), settings.zone)
                    for batch in recent
                    if batch.feed == feed
                ),
            )
            for feed in feeds
        ),
    )


def _documented(batch: BatchOnRecord, results: list[ExpectationResult], zone: ZoneInfo) -> DocumentedBatch:
    return DocumentedBatch(
        batch_id=batch.batch_id,
        started_at=batch.started_at.astimezone(zone),
        read=batch.read,
        clean=batch.clean,
        duplicate=batch.duplicate,
        quarantined=batch.quarantined,
        results=tuple(results),
    )
