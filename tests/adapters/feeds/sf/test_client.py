"""Asking SF, against a stand-in that checks partner and digest."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from standins import served

from adapters import Refused, Unavailable
from adapters.feeds.asking import Number
from adapters.feeds.registry import translate
from adapters.feeds.sf.client import SfClient, SfSettings, digest
from adapters.feeds.sf.fake import StandInSf, sf_app

TWO = [Number("SF0000000000001"), Number("SF0000000000002")]


@pytest.fixture
def sf() -> StandInSf:
    return StandInSf()


@pytest.fixture
def client(sf: StandInSf) -> Iterator[Callable[..., SfClient]]:
    with served(sf_app(sf)) as url, httpx.Client() as connection:

        def make(**settings: Any) -> SfClient:
            plain = {"url": f"{url}/std/service", "partner_id": sf.partner_id, "checkword": sf.checkword}
            return SfClient(SfSettings(**(plain | settings)), connection)

        yield make


class TestAsk:
    def test_gives_the_answer_about_several_parcels_as_it_came(self, client):
        records = translate("sf_route_json", client().ask(TWO)).records

        assert [(record.waybill, record.raw_code) for record in records] == [
            ("SF0000000000001", "50"),
            ("SF0000000000001", "31"),
            ("SF0000000000002", "50"),
            ("SF0000000000002", "31"),
        ]

    def test_asks_for_the_standard_routes_by_waybill(self, client, sf):
        client().ask(TWO)

        assert sf.questions == [
            {"language": "zh-CN", "trackingType": "1", "trackingNumber": [n.waybill for n in TWO], "methodType": "1"}
        ]

    def test_shows_the_phone_number_where_it_is_told_to_and_asks_one_by_one_then(self, client, sf):
        asked = client(ask_with_phone=True)
        asked.ask([Number("SF0000000000001", phone="4321")])

        assert asked.limits.numbers_max == 1
        assert sf.questions[0]["checkPhoneNo"] == "4321"

    def test_shows_no_phone_number_otherwise(self, client, sf):
        client().ask([Number("SF0000000000001", phone="4321")])

        assert "checkPhoneNo" not in sf.questions[0]

    def test_hands_on_that_a_number_has_no_routes(self, client, sf):
        sf.unknown.add("SF0000000000001")

        assert translate("sf_route_json", client().ask(TWO[:1])).records == ()

    def test_hands_on_whatever_else_it_is_told(self, client, sf):
        sf.nonsense = b"<html>"

        assert client().ask(TWO) == b"<html>"

    @pytest.mark.parametrize("count", [0, 11])
    def test_takes_no_more_numbers_than_the_platform_and_at_least_one(self, client, count):
        with pytest.raises(Refused, match=f"1 to 10 parcels, not {count}"):
            client().ask([Number(f"SF{n:013}") for n in range(count)])


class TestDigest:
    def test_is_the_base64_md5_of_what_java_would_escape(self):
        assert digest('{"a":"b c*~"}', "1700000000000", "example") == "gIFxUjIa6ujE0n72BV3z5A=="


class TestTrouble:
    @pytest.mark.parametrize("code", ["A1005", "A1009", "A1099"])
    def test_of_the_platform_is_unavailable(self, client, sf, code):
        sf.nonsense = f'{{"apiResultCode": "{code}", "apiErrorMsg": "流量受控"}}'.encode()

        with pytest.raises(Unavailable, match=f"SF answered {code}: 流量受控"):
            client().ask(TWO)

    @pytest.mark.parametrize("code", ["A1001", "A1002", "A1003", "A1004", "A1006", "A1008", "A2000"])
    def test_with_the_question_is_refused(self, client, sf, code):
        sf.nonsense = f'{{"apiResultCode": "{code}", "apiErrorMsg": "不行"}}'.encode()

        with pytest.raises(Refused, match=f"SF answered {code}: 不行"):
            client().ask(TWO)
