"""Third parties' Kdniao payloads, read where they lie beside the project; without them there is nothing to check."""

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.feeds.lines import refusal_line
from adapters.feeds.registry import recognise, translate
from schemas.tracking import SIGNALS

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)

FOLDERS = ("kdniao_push", "kdniao_track")
PAYLOADS = {
    "kdniao_push/push_2_waybills_2015.json": (
        "PICKED_UP DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB OUT_FOR_DELIVERY"
        " PICKED_UP DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB"
    ),
    "kdniao_track/doc_stateex304_coords.json": "PICKED_UP",
    "kdniao_track/htky_pickup_station.json": (
        "PICKED_UP ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB OUT_FOR_DELIVERY AT_PICKUP_POINT"
        " DELIVERED"
    ),
    "kdniao_track/yd_delivered.json": (
        "PICKED_UP DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB"
        " DEPARTED_HUB OUT_FOR_DELIVERY DELIVERED"
    ),
    "kdniao_track/zto_wrapped_int_codes.json": (
        "DELIVERED AT_PICKUP_POINT OUT_FOR_DELIVERY ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB"
        " DEPARTED_HUB PICKED_UP"
    ),
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
    def test_is_recognised(self, path: str):
        assert recognise(body_of(path)) == Path(path).parent.name

    @EVERY_PAYLOAD
    def test_is_understood_record_by_record(self, path: str):
        assert " ".join(record.event for record in records_of(path)) == PAYLOADS[path]

    @EVERY_PAYLOAD
    def test_has_as_many_records_as_were_counted(self, path: str):
        index = (FEEDS / "INDEX.md").read_text("utf-8")
        counted = re.search(rf"\*\*{re.escape(Path(path).name)}\*\* \(events ([0-9]+)", index)

        assert counted
        assert len(records_of(path)) == int(counted[1])

    @EVERY_PAYLOAD
    def test_leaves_no_record_unknown_or_unusable(self, path: str):
        records = records_of(path)

        assert not [record.where for record in records if record.confidence == "unknown" or refusal_line(record)]
        assert not [record.where for record in records if record.event in SIGNALS]

    @EVERY_PAYLOAD
    def test_has_no_two_records_that_would_be_taken_for_one(self, path: str):
        told = Counter((record.waybill, record.occurred_at, record.identity) for record in records_of(path))

        assert set(told.values()) == {1}


class TestPushOfTwoParcels:
    def test_keeps_them_apart(self):
        records = records_of("kdniao_push/push_2_waybills_2015.json")

        assert Counter((record.waybill, record.carrier) for record in records) == {
            ("5042260908504", "EMS"): 8,
            ("5042260943004", "EMS"): 8,
        }


class TestDeliveryOverACollection:
    def test_dates_no_delivery_and_keeps_the_promise(self):
        translation = translate("kdniao_track", body_of("kdniao_track/doc_stateex304_coords.json"))

        assert [(record.event, record.raw_code) for record in translation.records] == [("PICKED_UP", "1")]
        assert [promise.promised_at for promise in translation.promises] == [
            datetime(2020, 9, 2, 4, 24, 36, tzinfo=UTC)
        ]


class TestMiddlewaresNumbers:
    def test_are_not_taken_for_kdniaos(self):
        records = records_of("kdniao_track/zto_wrapped_int_codes.json")

        assert [record.raw_code for record in records] == ["301", "211", "202", *["2"] * 6, "1"]
        assert {record.waybill for record in records} == {"73190553102532"}
        assert records[2].raw["state"] == 5


class TestEveryOtherPayload:
    def test_is_not_taken_for_kdniaos(self):
        others = [path for path in FEEDS.glob("*/*") if path.parent.name not in FOLDERS]

        assert others
        assert not [path.name for path in others if recognise(path.read_bytes()) in FOLDERS]
