"""SF's payloads of third parties, read where they lie beside the project; without them nothing is to do."""

from collections import Counter
from pathlib import Path

import pytest

from adapters.feeds.lines import canonical_line, refusal_line
from adapters.feeds.registry import translate

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"
FOLDERS = ("sf_route_push", "sf_route_json", "sf_route_xml")

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)

PAYLOADS = {
    "sf_route_push/route_push_doc.json": "PICKED_UP ARRIVED_HUB",
    "sf_route_json/karrio_routeResps.json": "PICKED_UP DELIVERED",
    "sf_route_json/route_wrapped.json": (
        "PICKED_UP PICKED_UP DEPARTED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB DEPARTED_HUB ARRIVED_HUB "
        "DEPARTED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB DEPARTED_HUB ARRIVED_HUB OUT_FOR_DELIVERY "
        "OUT_FOR_DELIVERY DELIVERED DELIVERED"
    ),
    "sf_route_xml/redelivery_appointment_dup.xml": "PICKED_UP DELIVERY_FAILED DELIVERY_FAILED DELIVERED",
    "sf_route_xml/route_push_form_content.xml": "PICKED_UP ARRIVED_HUB",
    "sf_route_xml/same_second_50_80.xml": "PICKED_UP DELIVERED",
}
EVERY_PAYLOAD = pytest.mark.parametrize("path", PAYLOADS)


def translated(path: str):
    return translate(Path(path).parent.name, (FEEDS / path).read_bytes())


class TestEveryPayload:
    @EVERY_PAYLOAD
    def test_is_understood_record_by_record(self, path):
        assert " ".join(record.event for record in translated(path).records) == PAYLOADS[path]

    @EVERY_PAYLOAD
    def test_leaves_no_record_unknown_or_unusable(self, path):
        records = translated(path).records

        assert not [record.where for record in records if record.confidence == "unknown" or refusal_line(record)]
        assert all(canonical_line(record)["occurred_at"].endswith("Z") for record in records)

    @EVERY_PAYLOAD
    def test_has_no_two_records_that_would_be_taken_for_one(self, path):
        told = Counter((record.waybill, record.occurred_at, record.identity) for record in translated(path).records)

        assert not [one for one, times in told.items() if times > 1]

    def test_is_listed_here(self):
        there = {f"{folder}/{path.name}" for folder in FOLDERS for path in (FEEDS / folder).iterdir()}

        assert there == PAYLOADS.keys()


class TestOrderWithinOneSecond:
    def test_is_kept_from_sfs_numbers(self):
        first, second = translated("sf_route_push/route_push_doc.json").records

        assert first.occurred_at == second.occurred_at
        assert first.sequence < second.sequence

    def test_puts_the_signature_after_the_collection(self):
        records = translated("sf_route_xml/same_second_50_80.xml").records

        assert [record.sequence for record in records] == ["0000", "0001"]
