"""Kuaidi100's payloads of third parties, read where they lie beside the project; without them nothing is to do."""

from collections import Counter
from pathlib import Path

import pytest

from adapters.feeds.lines import canonical_line, refusal_line
from adapters.feeds.registry import translate

FEEDS = Path(__file__).parents[5] / "shared" / "feeds"
FOLDERS = ("kuaidi100_push", "kuaidi100_query")

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)

PAYLOADS = {
    "kuaidi100_push/polling_state5_doc.json": "AT_PICKUP_POINT",
    "kuaidi100_push/shutdown_signed.json": (
        "DELIVERED OUT_FOR_DELIVERY DEPARTED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB IN_TRANSIT PICKED_UP "
        "DEPARTED_HUB PICKED_UP"
    ),
    "kuaidi100_query/ems_wrapped_in_shop_envelope.json": (
        "DELIVERED OUT_FOR_DELIVERY DEPARTED_HUB DEPARTED_HUB PICKED_UP"
    ),
    "kuaidi100_query/error_201_no_record.json": "",
    "kuaidi100_query/error_404_cookie.json": "",
    "kuaidi100_query/slince_sf_ascending.json": (
        "PICKED_UP DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB "
        "OUT_FOR_DELIVERY DELIVERED"
    ),
    "kuaidi100_query/sto_same_second_order.json": (
        "DELIVERED OUT_FOR_DELIVERY ARRIVED_HUB DEPARTED_HUB DEPARTED_HUB IN_TRANSIT DEPARTED_HUB PICKED_UP PICKED_UP"
    ),
    "kuaidi100_query/yto_pickup_code_maptrack.json": (
        "DELIVERED AT_PICKUP_POINT ARRIVED_HUB OUT_FOR_DELIVERY DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB "
        "ARRIVED_HUB PICKED_UP"
    ),
    "kuaidi100_query/zto_out_for_delivery_state0.json": (
        "OUT_FOR_DELIVERY ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB"
    ),
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


class TestRefusedQueries:
    @pytest.mark.parametrize(("name", "status"), [("error_201_no_record", "201"), ("error_404_cookie", "404")])
    def test_say_what_the_provider_said(self, name, status):
        assert translated(f"kuaidi100_query/{name}.json").answer.startswith(f"{status}: ")
