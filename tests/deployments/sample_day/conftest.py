"""One sample day for all its tests, and the same day read back from the bodies of its posts."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs
from xml.etree import ElementTree

import pytest

from adapters.feeds.registry import translate
from deployments.sample_day import Post, SampleDay, sample_day
from schemas.tracking import TrackingRecord

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
SALT = "pepper"


FORMATS = {"/feeds/kuaidi100": "kuaidi100_push", "/feeds/sf": "sf_route_push"}


@dataclass(frozen=True)
class Understood:
    """One record as the feed's adapter understood it."""

    post: Post
    record: TrackingRecord


@dataclass(frozen=True)
class ReadRecord:
    """One record as it stands in a post."""

    post: Post
    waybill: str
    content: Any


@pytest.fixture(scope="session")
def now() -> datetime:
    return NOW


@pytest.fixture(scope="session")
def salt() -> str:
    return SALT


@pytest.fixture(scope="session")
def day() -> SampleDay:
    return sample_day(seed=7, parcels=2000, now=NOW, salt=SALT)


@pytest.fixture(scope="session")
def accepted(day: SampleDay) -> list[Post]:
    return [post for post in day.posts if not post.refusal]


@pytest.fixture(scope="session")
def registrations(accepted: list[Post]) -> list[dict[str, Any]]:
    return [row for post in accepted if post.path == "/shipments" for row in json.loads(post.body)]


@pytest.fixture(scope="session")
def pushed(accepted: list[Post]) -> list[tuple[Post, dict[str, Any]]]:
    """The pushes of Kuaidi100, each with its `param`."""
    return [(post, json.loads(_form(post)["param"])) for post in accepted if post.path == "/feeds/kuaidi100"]


@pytest.fixture(scope="session")
def routed(accepted: list[Post]) -> list[tuple[Post, list[Any]]]:
    """The pushes of SF, each with its routes."""
    return [(post, _routes(post)) for post in accepted if post.path == "/feeds/sf"]


@pytest.fixture(scope="session")
def records(pushed: list[tuple[Post, dict[str, Any]]], routed: list[tuple[Post, list[Any]]]) -> list[ReadRecord]:
    return [*_kuaidi100_records(pushed), *_sf_records(routed)]


@pytest.fixture(scope="session")
def translated(accepted: list[Post]) -> list[Understood]:
    pushes = [post for post in accepted if post.path in FORMATS]
    return [Understood(post, record) for post in pushes for record in translate(FORMATS[post.path], post.body).records]


@pytest.fixture(scope="session")
def clean(translated: list[Understood]) -> list[Understood]:
    return [understood for understood in translated if _is_usable(understood.record)]


def _is_usable(record: TrackingRecord) -> bool:
    if record.unreadable or not record.waybill or record.occurred_at is None:
        return False
    return record.occurred_at <= NOW and len(record.raw_text) < 2000 and record.raw_text.isprintable()


def _kuaidi100_records(pushed: list[tuple[Post, dict[str, Any]]]) -> Iterator[ReadRecord]:
    for post, push in pushed:
        for content in push["lastResult"]["data"]:
            yield ReadRecord(post, push["lastResult"]["nu"], content)


def _sf_records(routed: list[tuple[Post, list[Any]]]) -> Iterator[ReadRecord]:
    for post, routes in routed:
        for content in routes:
            yield ReadRecord(post, content["mailno"] if isinstance(content, dict) else "", content)


def _form(post: Post) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(post.body.decode(), strict_parsing=True).items()}


def _routes(post: Post) -> list[Any]:
    if post.content_type == "application/json":
        return list(json.loads(post.body)["Body"]["WaybillRoute"])
    return [dict(route.attrib) for route in ElementTree.fromstring(_form(post)["content"]).iter("WaybillRoute")]
