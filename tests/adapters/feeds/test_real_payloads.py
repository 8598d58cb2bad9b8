"""Payloads of third parties, read where they lie beside the project; without them there is nothing to check here.

What each of them says is in the tests of its provider; here, that each is taken for what it is and for nothing else.
"""

from pathlib import Path

import pytest

from adapters.feeds.documents import read_document
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.registry import FORMATS, described, recognise

FEEDS = Path(__file__).parents[4] / "shared" / "feeds"
THERE = sorted(path.relative_to(FEEDS).as_posix() for path in FEEDS.glob("*/*")) if FEEDS.is_dir() else []
OF_A_FORMAT = [path for path in THERE if Path(path).parent.name in FORMATS]
OF_NO_FORMAT = [path for path in THERE if Path(path).parent.name not in FORMATS]

WITHOUT_PAYLOADS = {"csv", "ndjson", "zto_trace"}
"""The formats of which the collection has none: two are the project's own, one is known from a document."""

NOT_READ = {
    *("amazon_shipping", "asendia_us", "australiapost", "bulk_olist", "bulk_scms", "dhl_ecommerce", "dhl_express_xml"),
    *("dhl_universal", "dpd_soap", "easyship", "edifact_iftsta"),
    *("epcis12_xml", "epcis20_json", "fedex_track_v1", "fedex_ws_xml", "fourpx", "geodis", "landmark_xml"),
    *("misc_carriers", "mydhl", "seko", "sendle", "sf_text_log_csv", "shippo_track", "smartkargo", "ups_track"),
    *("usps_track_xml", "usps_v3_json", "x12_214", "yanwen"),
}
"""The folders of formats that nobody has taught Redress yet."""

PUSHED_AS_XML = "sf_route_xml/route_push_form_content.xml"  # a push that lies with the XML answers

pytestmark = pytest.mark.skipif(
    not FEEDS.is_dir(), reason="the collection of third-party payloads is not beside the project"
)


class TestCollection:
    def test_has_no_folder_that_is_forgotten_here(self):
        folders = {path.name for path in FEEDS.iterdir() if path.is_dir()}

        assert folders - FORMATS.keys() == NOT_READ
        assert FORMATS.keys() - folders <= WITHOUT_PAYLOADS


class TestRecognise:
    @pytest.mark.parametrize("path", OF_A_FORMAT)
    def test_names_the_format_of_each_payload(self, path):
        told = "sf_route_push" if path == PUSHED_AS_XML else Path(path).parent.name

        assert recognise((FEEDS / path).read_bytes()) == told

    @pytest.mark.parametrize("path", OF_NO_FORMAT)
    def test_takes_no_other_payload_for_one_of_these(self, path):
        assert recognise((FEEDS / path).read_bytes()) is None


def texts_in(node):
    """List the texts that stand in a document as values."""
    if isinstance(node, dict):
        return [text for value in node.values() for text in texts_in(value)]
    if isinstance(node, list):
        return [text for value in node for text in texts_in(value)]
    return [node] if isinstance(node, str) else []


class TestDescribed:
    @pytest.mark.parametrize("path", OF_NO_FORMAT)
    def test_says_what_nobody_reads_without_its_values(self, path):
        body = (FEEDS / path).read_bytes()
        try:
            values = {text for text in texts_in(read_document(body).root) if len(text) > 8}
        except UnreadableEnvelope:
            values = set(body.decode("utf-8", "replace").splitlines())

        told = described(body)

        assert told.startswith(("JSON of no", "XML of no", "it is neither JSON nor XML"))
        assert not [value for value in values if len(value) > 8 and value in told]
