"""EasyPost's payloads of third parties, read where they lie beside the project; without them there is nothing to do."""

from collections import Counter
from pathlib import Path

import pytest

from adapters.feeds.lines import canonical_line, refusal_line
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Reason

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"
FOLDERS = ("easypost_event", "easypost_tracker")

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)

TO_THE_LAST_DAY = (
    "ORDER_CREATED ORDER_CREATED PICKED_UP ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB OUT_FOR_DELIVERY"  # of a test tracker
)
PAYLOADS = {
    "easypost_event/event_body_tracker_updated.json": (
        "ORDER_CREATED PICKED_UP ARRIVED_HUB DEPARTED_HUB IN_TRANSIT IN_TRANSIT ARRIVED_HUB"
    ),
    "easypost_event/payload_404.json": "",
    "easypost_tracker/ez_delivered.json": f"{TO_THE_LAST_DAY} DELIVERED",
    "easypost_tracker/ez_in_transit.json": TO_THE_LAST_DAY.removesuffix(" OUT_FOR_DELIVERY"),
    "easypost_tracker/ez_pre_transit.json": "ORDER_CREATED ORDER_CREATED",
    "easypost_tracker/ez_return_to_sender.json": f"{TO_THE_LAST_DAY} RETURNING",
    "easypost_tracker/tracker_list_2025.json": " ".join(["ORDER_CREATED ORDER_CREATED"] * 5),
}
COUNTS = {  # as the collection's own index says
    "event_body_tracker_updated": 7,
    "payload_404": 0,
    "ez_delivered": 8,
    "ez_in_transit": 6,
    "ez_pre_transit": 2,
    "ez_return_to_sender": 8,
    "tracker_list_2025": 10,
}
EVERY_PAYLOAD = pytest.mark.parametrize("path", PAYLOADS)


def translated(path: str):
    return translate(Path(path).parent.name, (FEEDS / path).read_bytes())


class TestEveryPayload:
    @EVERY_PAYLOAD
    def test_is_understood_record_by_record(self, path):
        records = translated(path).records

        assert " ".join(record.event for record in records) == PAYLOADS[path]
        assert len(records) == COUNTS[Path(path).stem]

    @EVERY_PAYLOAD
    def test_leaves_no_record_unknown_or_unusable(self, path):
        records = translated(path).records

        assert not [record.where for record in records if record.confidence == "unknown" or refusal_line(record)]
        assert all(canonical_line(record)["occurred_at"].endswith("Z") for record in records)
        assert {record.clock for record in records} <= {"told"}

    @EVERY_PAYLOAD
    def test_has_no_two_records_that_would_be_taken_for_one(self, path):
        told = Counter((record.waybill, record.occurred_at, record.identity) for record in translated(path).records)

        assert not [one for one, times in told.items() if times > 1]

    @EVERY_PAYLOAD
    def test_is_recognised(self, path):
        assert recognise((FEEDS / path).read_bytes()) == Path(path).parent.name

    def test_is_listed_here(self):
        there = {f"{folder}/{path.name}" for folder in FOLDERS for path in (FEEDS / folder).iterdir()}

        assert there == PAYLOADS.keys()


class TestRecognise:
    def test_takes_nobody_elses_payload_for_easyposts(self):
        others = [path for path in FEEDS.glob("*/*") if path.parent.name not in FOLDERS]

        assert others
        assert not [path for path in others if recognise(path.read_bytes()) in FOLDERS]


class TestOddities:
    def test_the_reason_of_a_return_stands_only_in_its_message(self):
        *_, last = translated("easypost_tracker/ez_return_to_sender.json").records

        assert last.reason is Reason.SENDER_WRONG_ADDRESS

    def test_a_missing_object_is_said_by_the_answer(self):
        assert translated("easypost_event/payload_404.json").answer.startswith("PAYLOAD.NOT_FOUND: ")

    def test_two_equal_messages_are_two_events(self):
        records = translated("easypost_event/event_body_tracker_updated.json").records

        assert records[4].identity == records[5].identity
        assert records[4].occurred_at < records[5].occurred_at

    def test_a_day_promised_is_its_end(self):
        (promise,) = translated("easypost_event/event_body_tracker_updated.json").promises

        assert promise.promised_at.isoformat() == "2024-08-05T23:59:59+00:00"
