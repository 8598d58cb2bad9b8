"""Asking Kuaidi100, against a stand-in that checks customer and signature."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from standins import served

from adapters import Refused, Unavailable
from adapters.feeds.asking import ANSWER_BYTES_MAX, Number
from adapters.feeds.kuaidi100.client import Kuaidi100Client, Kuaidi100Settings, signature
from adapters.feeds.kuaidi100.fake import StandInKuaidi100, kuaidi100_app
from adapters.feeds.registry import translate

KNOWN = Number("KD0000000001", "shentong", "4321")


@pytest.fixture
def kuaidi100() -> StandInKuaidi100:
    return StandInKuaidi100()


@pytest.fixture
def client(kuaidi100: StandInKuaidi100) -> Iterator[Callable[..., Kuaidi100Client]]:
    with served(kuaidi100_app(kuaidi100)) as url, httpx.Client() as connection:

        def make(**settings: Any) -> Kuaidi100Client:
            plain = {"url": f"{url}/poll/query.do", "customer": kuaidi100.customer, "key": kuaidi100.key}
            return Kuaidi100Client(Kuaidi100Settings(**(plain | settings)), connection)

        yield make


class TestAsk:
    def test_gives_the_answer_as_it_came(self, client):
        records = translate("kuaidi100_query", client().ask([KNOWN])).records

        assert [(record.waybill, record.carrier, record.raw_code) for record in records] == [
            ("KD0000000001", "shentong", "1002"),
            ("KD0000000001", "shentong", "103"),
        ]

    def test_asks_for_the_detailed_codes_newest_first(self, client, kuaidi100):
        client().ask([KNOWN])

        assert kuaidi100.questions == [
            {"com": "shentong", "num": "KD0000000001", "phone": "4321", "resultv2": "4", "order": "desc"}
        ]

    def test_hands_on_that_a_number_is_unknown(self, client, kuaidi100):
        kuaidi100.unknown.add(KNOWN.waybill)

        assert translate("kuaidi100_query", client().ask([KNOWN])).answer == "500: 查询无结果，请隔段时间再查"

    def test_hands_on_whatever_else_it_is_told(self, client, kuaidi100):
        kuaidi100.nonsense = b"<html>"

        assert client().ask([KNOWN]) == b"<html>"

    @pytest.mark.parametrize("count", [0, 2])
    def test_takes_one_number_at_a_time(self, client, count):
        with pytest.raises(Refused, match=f"one parcel at a time, not {count}"):
            client().ask([KNOWN] * count)

    def test_allows_one_number_every_half_hour(self):
        assert (Kuaidi100Client.limits.numbers_max, Kuaidi100Client.limits.same_number_seconds) == (1, 1800)


class TestSignature:
    def test_is_the_upper_case_md5_of_param_key_and_customer(self):
        settings = Kuaidi100Settings(customer="EXAMPLE", key="example-key")

        assert signature('{"num":"KD1"}', settings) == "5637F1D2246C0EDBE5FD19B174FE691F"


class TestTrouble:
    @pytest.mark.parametrize("code", ["501", "502"])
    def test_of_the_provider_is_unavailable(self, client, kuaidi100, code):
        kuaidi100.nonsense = f'{{"result": false, "returnCode": "{code}", "message": "服务器繁忙"}}'.encode()

        with pytest.raises(Unavailable, match=f"Kuaidi100 answered {code}: 服务器繁忙"):
            client().ask([KNOWN])

    @pytest.mark.parametrize("code", ["400", "503", "601"])
    def test_with_the_question_is_refused(self, client, kuaidi100, code):
        kuaidi100.nonsense = f'{{"result": false, "returnCode": "{code}", "message": "不行"}}'.encode()

        with pytest.raises(Refused, match=f"Kuaidi100 answered {code}: 不行"):
            client().ask([KNOWN])

    def test_with_the_phone_number_is_an_answer_about_the_parcel(self, client, kuaidi100):
        kuaidi100.nonsense = '{"result": false, "returnCode": "408", "message": "电话校验"}'.encode()

        assert translate("kuaidi100_query", client().ask([KNOWN])).answer == "408: 电话校验"

    def test_with_the_connection_is_unavailable(self, client, kuaidi100):
        kuaidi100.busy_for = 1

        with pytest.raises(Unavailable, match="Kuaidi100 answered 503"):
            client().ask([KNOWN])

    def test_of_an_answer_without_end_is_refused(self, client, kuaidi100):
        kuaidi100.nonsense = b"x" * (ANSWER_BYTES_MAX + 1)

        with pytest.raises(Refused, match="more than"):
            client().ask([KNOWN])
