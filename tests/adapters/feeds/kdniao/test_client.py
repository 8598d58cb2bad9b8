"""Asking Kdniao, against a stand-in that speaks its protocol."""

import pytest

from adapters import Refused, Unavailable
from adapters.feeds.asking import ANSWER_BYTES_MAX, Number
from adapters.feeds.registry import translate

KNOWN = Number("KN1", "ZTO", "13800004321")


class TestAsk:
    def test_gives_the_answer_as_it_came(self, client):
        asked = client()

        (record,) = translate(asked.format_name, asked.ask([KNOWN])).records

        assert (record.waybill, record.carrier, record.location) == ("KN1", "ZTO", "临江转运中心")

    def test_names_parcel_carrier_and_the_end_of_the_phone_number(self, client, kdniao):
        client().ask([KNOWN])

        assert kdniao.asked == [{"OrderCode": "", "ShipperCode": "ZTO", "LogisticCode": "KN1", "CustomerName": "4321"}]

    def test_tells_no_phone_number_that_it_does_not_have(self, client, kdniao):
        client().ask([Number("KN1", "YD")])

        assert "CustomerName" not in kdniao.asked[0]

    @pytest.mark.parametrize("request_type", ["8001", "8002"])
    def test_may_use_the_query_that_the_account_has(self, client, request_type):
        assert client(request_type=request_type).ask([KNOWN])

    def test_hands_on_that_a_number_is_unknown(self, client):
        asked = client()

        assert translate(asked.format_name, asked.ask([Number("KN404", "ZTO")])).answer == "0: 暂无轨迹信息"

    def test_hands_on_what_is_no_json(self, client, kdniao):
        kdniao.nonsense = b"<html>"

        assert client().ask([KNOWN]) == b"<html>"


class TestUnavailable:
    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_is_a_provider_that_is_busy(self, client, kdniao, status):
        kdniao.status = status

        with pytest.raises(Unavailable, match=f"Kdniao answered {status}"):
            client().ask([KNOWN])

    def test_is_a_provider_that_does_not_answer_in_time(self, client, kdniao):
        kdniao.answers.clear()

        with pytest.raises(Unavailable, match="ReadTimeout"):
            client(timeout_seconds=0.2).ask([KNOWN])
        kdniao.answers.set()

    def test_is_a_provider_that_is_not_there(self, client):
        with pytest.raises(Unavailable, match="ConnectError"):
            client(url="http://127.0.0.1:9/").ask([KNOWN])


class TestRefused:
    def test_is_an_account_with_the_wrong_key(self, client, kdniao):
        with pytest.raises(Refused, match="非法参数"):
            client(app_key="another").ask([KNOWN])

        assert kdniao.asked == []

    @pytest.mark.parametrize("missing", ["app_key", "ebusiness_id"])
    def test_is_a_question_without_an_account(self, client, missing):
        with pytest.raises(Refused, match="REDRESS_KDNIAO_APP_KEY"):
            client(**{missing: ""}).ask([KNOWN])

    def test_is_any_other_status(self, client, kdniao):
        kdniao.status = 403

        with pytest.raises(Refused, match="403"):
            client().ask([KNOWN])

    def test_is_an_answer_of_absurd_size(self, client, kdniao):
        kdniao.nonsense = b" " * (ANSWER_BYTES_MAX + 1)

        with pytest.raises(Refused, match="more than"):
            client().ask([KNOWN])

    @pytest.mark.parametrize("numbers", [[], [KNOWN, KNOWN]])
    def test_is_a_question_about_any_but_one_parcel(self, client, numbers):
        with pytest.raises(Refused, match="one parcel at a time"):
            client().ask(numbers)
