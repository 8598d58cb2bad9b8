"""Third parties' 17TRACK payloads, read where they lie beside the project; without them there is nothing to check."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Event

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)

FOLDERS = ("17track_v1", "17track_v2")
PAYLOADS = {  # the events record by record, and what was said instead of them
    "17track_v1/invalid.json": ("", "LM536401004CNO: no history"),
    "17track_v2/webhook_stopped_doc.json": ("", "1234567890: TRACKING_STOPPED"),
    "17track_v2/webhook_updated_doc.json": ("IN_TRANSIT", "ok"),
}
EVERY_PAYLOAD = pytest.mark.parametrize("path", PAYLOADS)


def body_of(path: str) -> bytes:
    return (FEEDS / path).read_bytes()


def records_of(path: str) -> tuple:
    return translate(Path(path).parent.name, body_of(path)).records


class TestEveryPayload:
    def test_is_listed_here(self):
        there = {f"{folder}/{path.name}" for folder in FOLDERS for path in (FEEDS / folder).iterdir()}

        assert there == PAYLOADS.keys()

    @EVERY_PAYLOAD
    def test_is_recognised(self, path):
        assert recognise(body_of(path)) == Path(path).parent.name

    @EVERY_PAYLOAD
    def test_is_understood_record_by_record(self, path):
        translation = translate(Path(path).parent.name, body_of(path))

        assert (" ".join(record.event for record in translation.records), translation.answer) == PAYLOADS[path]
        assert translation.promises == ()

    @EVERY_PAYLOAD
    def test_has_as_many_records_as_were_counted(self, path):
        index = (FEEDS / "INDEX.md").read_text("utf-8")
        section = index.partition(f"## {Path(path).parent.name}\n")[2].partition("\n## ")[0]
        counted = re.search(rf"\*\*{re.escape(Path(path).name)}\*\* \(events ([0-9]+)", section)

        assert counted
        assert len(records_of(path)) == int(counted[1])

    @EVERY_PAYLOAD
    def test_leaves_no_record_unknown_or_unusable(self, path):
        assert not [r.where for r in records_of(path) if r.confidence == "unknown" or refusal_line(r)]


class TestTheMinimalPush:
    def test_is_read_from_its_latest_event(self):
        (record,) = records_of("17track_v2/webhook_updated_doc.json")

        assert (record.event, record.raw_code, record.carrier) == (Event.IN_TRANSIT, "InTransit_Other", "1001")
        assert (record.occurred_at, record.clock) == (datetime(2024, 1, 15, 10, 30, tzinfo=UTC), "told")
        assert record.location == "New York, NY"


class TestEveryOtherPayload:
    def test_is_not_taken_for_17tracks(self):
        others = [path for path in FEEDS.glob("*/*") if path.parent.name not in FOLDERS]

        assert others
        assert not [path.name for path in others if recognise(path.read_bytes()) in FOLDERS]
