"""Taking in feeds: who is told of it, and that what an earlier run left lying is told as well."""

import pytest

from flows import tracking
from flows.tracking import ingest_feeds
from schemas.ingest import IngestReport
from tasks.publishing import EVENTS_MERGED


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep what is announced, and publish nothing."""
    told: list[str] = []
    monkeypatch.setattr(tracking, "announce", lambda event, **_: told.append(event))
    monkeypatch.setattr(tracking, "publish_ingest", lambda _: None)
    return told


@pytest.mark.parametrize(
    ("payloads", "lies", "expected"),
    [(0, False, []), (3, False, [EVENTS_MERGED]), (0, True, [EVENTS_MERGED]), (3, True, [EVENTS_MERGED])],
    ids=["nothing", "payloads", "what was left lying", "both"],
)
def test_ingest_feeds_tells_of(
    told: list[str], monkeypatch: pytest.MonkeyPatch, payloads: int, lies: bool, expected: list[str]
) -> None:
    monkeypatch.setattr(tracking, "take_in_payloads", lambda: IngestReport(payloads=payloads))
    monkeypatch.setattr(tracking, "lies_unhandled", lambda: lies)

    ingest_feeds()

    assert told == expected
