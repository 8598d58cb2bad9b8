"""What the runs about feeds show in the Prefect UI: tables, pictures, and where the pages are."""

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from prefect.artifacts import create_link_artifact, create_markdown_artifact

from schemas.feed_health import FeedHealth, OpenAlert
from tasks.publishing import publish_rows
from tasks.settings import BusinessSettings
from tasks.tracking.documenting import Documented

LEARNING = "learning 学习中"


def publish_alerts(opened: Sequence[OpenAlert]) -> None:
    """Show the alerts that are open, oldest first."""
    rows = [
        {"feed": alert.feed, "alert": alert.kind, "since": _moment(alert.opened_at), "told": alert.told}
        for alert in opened
    ]
    publish_rows("feed-alerts", rows, description="Alerts about feeds that are open. 数据源告警")


def publish_health(feeds: Sequence[FeedHealth]) -> None:
    """Show how every feed is doing beside what is usual for it."""
    publish_rows("feed-health", [health_row(feed) for feed in feeds], description="Every feed beside its usual. 数据源")


def health_row(feed: FeedHealth) -> dict[str, Any]:
    """Write one line about a feed, as people read it."""
    return {
        "feed": feed.feed,
        "last heard": _moment(feed.last_heard_at) if feed.last_heard_at else "never",
        "silent at most": f"{feed.pause_seconds_max / 60:.0f} min" if feed.pause_seconds_max else LEARNING,
        "records in 24 h": feed.records_today,
        "usual": LEARNING if feed.records_usual is None else feed.records_usual,
        "unknown codes": _share(feed.unknown_share),
        "quarantined": _share(feed.quarantine_share),
        "alerts": ", ".join(alert.kind for alert in feed.alerts),
    }


def publish_data_docs(documented: Documented) -> None:
    """Link the pages and show the trend of each feed as a picture."""
    built = documented.built
    create_link_artifact(
        key="data-docs",
        link=documented.address,
        link_text=str(documented.first_page),
        description=(
            f"{built.pages} pages; {documented.removed} old builds removed. A browser does not follow a link from this "
            "page to a file: copy the address. 请复制地址到浏览器打开。"
        ),
    )
    for feed, picture in built.pictures.items():
        create_markdown_artifact(
            key=trend_key(feed),
            markdown=trend_markdown(feed, picture, unknown=documented.unknown_codes.get(feed, [])),
            description=f"{feed}: the last four weeks. 最近四周趋势",
        )


def trend_key(feed: str) -> str:
    """Name the artifact of a feed's trend: Prefect takes small letters, digits and dashes only."""
    return "feed-trend-" + re.sub(r"[^a-z0-9]+", "-", feed.lower()).strip("-")


def trend_markdown(feed: str, picture: str, *, unknown: Sequence[Mapping[str, Any]]) -> str:
    """Put a picture into the text itself, so that it is shown without a server, and the unknown codes below it."""
    embedded = b64encode(picture.encode()).decode()
    lines = [f"# {feed}", "", f"![{feed}: trend 趋势](data:image/svg+xml;base64,{embedded})", ""]
    if unknown:
        lines += ["| unknown code 未知代码 | namespace | times 次数 | last seen 最近 |", "|---|---|---|---|"]
        lines += [
            f"| {_cell(row['raw_code'])} | {_cell(row['namespace'])} | {row['seen']} | {_moment(row['last_seen_at'])} |"
            for row in unknown
        ]
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Keep what a carrier wrote from being taken for markdown."""
    return "`" + re.sub(r"[|`\s]+", " ", text) + "`" if text else "(none)"


def _moment(moment: datetime) -> str:
    return f"{moment.astimezone(BusinessSettings().zone):%m-%d %H:%M}"


def _share(share: float | None) -> str:
    return "" if share is None else f"{share:.1%}"
