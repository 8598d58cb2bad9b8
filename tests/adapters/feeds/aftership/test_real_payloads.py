"""Third parties' AfterShip payloads, read where they lie beside the project; without them there is nothing to check."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import recognise, translate
from schemas.tracking import Reason

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"
FOLDER = "aftership"

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)

PAYLOADS = {
    "create_pending.json": "",
    "error.json": "",
    "get_tracking_delivered.json": (
        "ORDER_CREATED PICKED_UP DEPARTED_HUB IN_TRANSIT ARRIVED_HUB DEPARTED_HUB DEPARTED_HUB IN_TRANSIT IN_TRANSIT"
        " ARRIVED_HUB CUSTOMS_PENDING DEPARTED_HUB OUT_FOR_DELIVERY DELIVERED"
    ),
    "get_trackings_mixed.json": (
        "ORDER_CREATED PICKED_UP ARRIVED_HUB DEPARTED_HUB EXCEPTION ARRIVED_HUB DEPARTED_HUB DEPARTED_HUB ARRIVED_HUB"
        " OUT_FOR_DELIVERY DELIVERED"
    ),
    "last_checkpoint.json": "DELIVERED",  # the index counts lists only, and this endpoint has none
}
ANSWERS = {
    "create_pending.json": "1111111111111: Pending_001",
    "error.json": "401: Invalid API Key.",
    "get_tracking_delivered.json": "ok",
    "get_trackings_mixed.json": "2222222222222: Expired_001; 1231231231231: Expired_001",
    "last_checkpoint.json": "ok",
}
EVERY_PAYLOAD = pytest.mark.parametrize("name", PAYLOADS)


def body_of(name: str) -> bytes:
    return (FEEDS / FOLDER / name).read_bytes()


def records_of(name: str) -> tuple:
    return translate(FOLDER, body_of(name)).records


class TestEveryPayload:
    def test_is_listed_here(self):
        assert {path.name for path in (FEEDS / FOLDER).iterdir()} == PAYLOADS.keys() == ANSWERS.keys()

    @EVERY_PAYLOAD
    def test_is_recognised(self, name):
        assert recognise(body_of(name)) == FOLDER

    @EVERY_PAYLOAD
    def test_is_understood_record_by_record(self, name):
        assert " ".join(record.event for record in records_of(name)) == PAYLOADS[name]

    @EVERY_PAYLOAD
    def test_says_what_the_provider_said_instead(self, name):
        assert translate(FOLDER, body_of(name)).answer == ANSWERS[name]

    @EVERY_PAYLOAD
    def test_leaves_no_record_unknown_or_unusable(self, name):
        assert not [r.where for r in records_of(name) if r.confidence == "unknown" or refusal_line(r)]

    @EVERY_PAYLOAD
    def test_has_no_two_records_that_would_be_taken_for_one(self, name):
        told = Counter((record.waybill, record.occurred_at, record.identity) for record in records_of(name))

        assert set(told.values()) <= {1}

    @EVERY_PAYLOAD
    def test_promises_nothing_that_the_carrier_does_not_expect_now(self, name):
        assert translate(FOLDER, body_of(name)).promises == ()


class TestThreeClocksInOneShipment:
    def test_are_all_told(self):
        records = records_of("get_tracking_delivered.json")

        assert {record.clock for record in records} == {"told"}
        assert {record.occurred_text[-6:] for record in records} == {"-05:00", "+08:00", "+09:00"}
        assert [record.occurred_at for record in records] == sorted(record.occurred_at for record in records)

    def test_date_the_collection_as_its_naive_utc_time_does(self):
        assert records_of("get_tracking_delivered.json")[1].occurred_at == datetime(2018, 7, 23, 8, 58, tzinfo=UTC)


class TestAnExceptionBeforeTheDelivery:
    def test_has_no_reason_because_none_is_named(self):
        (trouble,) = [record for record in records_of("get_trackings_mixed.json") if record.event == "EXCEPTION"]

        assert (trouble.raw_code, trouble.reason, trouble.confidence) == ("Exception_001", Reason.UNKNOWN, "code")


class TestTheLastCheckpoint:
    def test_is_the_same_scan_in_the_list(self):
        (last,) = records_of("last_checkpoint.json")
        (listed,) = [record for record in records_of("get_trackings_mixed.json") if record.event == "DELIVERED"]

        assert (last.occurred_at, last.identity) == (listed.occurred_at, listed.identity)


class TestEveryOtherPayload:
    def test_is_not_taken_for_aftership(self):
        others = [path for path in FEEDS.glob("*/*") if path.parent.name != FOLDER]

        assert others
        assert not [path.name for path in others if recognise(path.read_bytes()) == FOLDER]
