"""Payloads of third parties, read where they lie beside the project; without them there is nothing to check here."""

from collections import Counter
from pathlib import Path

import pytest

from adapters.feeds.lines import canonical_line, refusal_line
from adapters.feeds.registry import FORMATS, recognise, translate

FEEDS = Path(__file__).parents[4] / "shared" / "feeds"

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)

PAYLOADS = {
    "kuaidi100_push/polling_state5_doc.json": "AT_PICKUP_POINT",
    "kuaidi100_push/shutdown_signed.json": (
        "DELIVERED OUT_FOR_DELIVERY DEPARTED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB IN_TRANSIT PICKED_UP"
        " DEPARTED_HUB PICKED_UP"
    ),
    "kuaidi100_query/ems_wrapped_in_shop_envelope.json": (
        "DELIVERED OUT_FOR_DELIVERY DEPARTED_HUB DEPARTED_HUB PICKED_UP"
    ),
    "kuaidi100_query/error_201_no_record.json": "",
    "kuaidi100_query/error_404_cookie.json": "",
    "kuaidi100_query/slince_sf_ascending.json": (
        "PICKED_UP DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB"
        " OUT_FOR_DELIVERY DELIVERED"
    ),
    "kuaidi100_query/sto_same_second_order.json": (
        "DELIVERED OUT_FOR_DELIVERY ARRIVED_HUB DEPARTED_HUB DEPARTED_HUB IN_TRANSIT DEPARTED_HUB PICKED_UP PICKED_UP"
    ),
    "kuaidi100_query/yto_pickup_code_maptrack.json": (
        "DELIVERED AT_PICKUP_POINT ARRIVED_HUB OUT_FOR_DELIVERY DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB"
        " PICKED_UP"
    ),
    "kuaidi100_query/zto_out_for_delivery_state0.json": (
        "OUT_FOR_DELIVERY ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB ARRIVED_HUB"
    ),
    "sf_route_push/route_push_doc.json": "PICKED_UP ARRIVED_HUB",
    "sf_route_json/karrio_routeResps.json": "PICKED_UP DELIVERED",
    "sf_route_json/route_wrapped.json": (
        "PICKED_UP PICKED_UP DEPARTED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB"
        " DEPARTED_HUB ARRIVED_HUB DEPARTED_HUB DEPARTED_HUB ARRIVED_HUB OUT_FOR_DELIVERY OUT_FOR_DELIVERY"
        " DELIVERED DELIVERED"
    ),
    "sf_route_xml/redelivery_appointment_dup.xml": "PICKED_UP DELIVERY_FAILED DELIVERY_FAILED DELIVERED",
    "sf_route_xml/route_push_form_content.xml": "PICKED_UP ARRIVED_HUB",
    "sf_route_xml/same_second_50_80.xml": "PICKED_UP DELIVERED",
}
EVERY_PAYLOAD = pytest.mark.parametrize("path", PAYLOADS)


def body_of(path: str) -> bytes:
    return (FEEDS / path).read_bytes()


class TestEveryPayload:
    @EVERY_PAYLOAD
    def test_is_understood_record_by_record(self, path: str):
        records = translate(Path(path).parent.name, body_of(path)).records

        assert " ".join(record.event for record in records) == PAYLOADS[path]

    @EVERY_PAYLOAD
    def test_leaves_no_record_unknown_or_unusable(self, path: str):
        records = translate(Path(path).parent.name, body_of(path)).records

        assert not [record.where for record in records if record.confidence == "unknown" or refusal_line(record)]
        assert all(canonical_line(record)["occurred_at"].endswith("Z") for record in records)

    @EVERY_PAYLOAD
    def test_has_no_two_records_that_would_be_taken_for_one(self, path: str):
        records = translate(Path(path).parent.name, body_of(path)).records
        told = Counter((record.waybill, record.occurred_at, record.identity) for record in records)

        assert not [one for one, times in told.items() if times > 1]

    def test_is_listed_here(self):
        there = {f"{path.parent.name}/{path.name}" for name in FORMATS for path in (FEEDS / name).iterdir()}

        assert there == PAYLOADS.keys()


class TestRecognise:
    @EVERY_PAYLOAD
    def test_names_each_payloads_format(self, path: str):
        folder = Path(path).parent.name
        pushed_as_xml = path == "sf_route_xml/route_push_form_content.xml"  # a push that lies with the XML answers

        assert recognise(body_of(path)) == ("sf_route_push" if pushed_as_xml else folder)

    def test_takes_no_other_providers_payload_for_one_of_these(self):
        others = [path for path in FEEDS.glob("*/*") if path.parent.name not in FORMATS]

        assert others
        assert {path.name: name for path in others if (name := recognise(path.read_bytes()))} == {}


class TestRefusedQueries:
    @pytest.mark.parametrize(("name", "status"), [("error_201_no_record", "201"), ("error_404_cookie", "404")])
    def test_say_what_the_provider_said(self, name: str, status: str):
        assert translate("kuaidi100_query", body_of(f"kuaidi100_query/{name}.json")).answer.startswith(f"{status}: ")


class TestOrderWithinOneSecond:
    def test_is_kept_from_sfs_numbers(self):
        records = translate("sf_route_push", body_of("sf_route_push/route_push_doc.json")).records

        assert records[0].occurred_at == records[1].occurred_at
        assert records[0].sequence < records[1].sequence

    def test_puts_the_signature_after_the_collection(self):
        records = translate("sf_route_xml", body_of("sf_route_xml/same_second_50_80.xml")).records

        assert [record.sequence for record in records] == ["0000", "0001"]
