"""Asking ZTO, against a stand-in that speaks its protocol."""

import pytest

from adapters import Refused, Unavailable
from adapters.feeds.asking import ANSWER_BYTES_MAX, Number
from adapters.feeds.registry import translate
from adapters.feeds.zto.client import digest

KNOWN = Number("ZT1", "ZTO", "13800004321")


class TestDigest:
    def test_is_base64_of_the_md5s_bytes(self):
        assert digest(b'{"billCode": "ZT1"}', "a-secret") == "IAMoidLxP8aveZ2iYYrFiw=="  # made with openssl


class TestAsk:
    def test_gives_the_answer_as_it_came(self, client):
        asked = client()

        (record,) = translate(asked.format_name, asked.ask([KNOWN])).records

        assert (record.waybill, record.event, record.location, record.clock) == (
            "ZT1",
            "PICKED_UP",
            "临江青山",
            "told",
        )

    def test_names_parcel_and_the_end_of_the_phone_number(self, client, zto):
        client().ask([KNOWN])

        assert zto.asked == [{"billCode": "ZT1", "mobilePhone": "4321"}]

    def test_tells_no_phone_number_that_it_does_not_have(self, client, zto):
        client().ask([Number("ZT1")])

        assert zto.asked == [{"billCode": "ZT1"}]

    def test_hands_on_that_a_number_is_unknown(self, client):
        asked = client()

        assert translate(asked.format_name, asked.ask([Number("ZT404")])).answer == "1001: 查询结果为空"

    def test_hands_on_what_is_no_json(self, client, zto):
        zto.nonsense = b"<html>"

        assert client().ask([KNOWN]) == b"<html>"


class TestUnavailable:
    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_is_a_provider_that_is_busy(self, client, zto, status):
        zto.status = status

        with pytest.raises(Unavailable, match=f"ZTO answered {status}"):
            client().ask([KNOWN])

    def test_is_a_provider_that_does_not_answer_in_time(self, client, zto):
        zto.answers.clear()

        with pytest.raises(Unavailable, match="ReadTimeout"):
            client(timeout_seconds=0.2).ask([KNOWN])
        zto.answers.set()

    def test_is_a_provider_that_is_not_there(self, client):
        with pytest.raises(Unavailable, match="ConnectError"):
            client(url="http://127.0.0.1:9").ask([KNOWN])


class TestRefused:
    @pytest.mark.parametrize("wrong", ["app_key", "app_secret"])
    def test_is_an_application_that_signs_wrongly(self, client, zto, wrong):
        with pytest.raises(Refused, match="S02 不合法的签名"):
            client(**{wrong: "another"}).ask([KNOWN])

        assert zto.asked == []

    @pytest.mark.parametrize("missing", ["app_key", "app_secret"])
    def test_is_a_question_without_an_application(self, client, missing):
        with pytest.raises(Refused, match="REDRESS_ZTO_APP_KEY"):
            client(**{missing: ""}).ask([KNOWN])

    def test_is_any_other_status(self, client, zto):
        zto.status = 403

        with pytest.raises(Refused, match="403"):
            client().ask([KNOWN])

    def test_is_an_answer_of_absurd_size(self, client, zto):
        zto.nonsense = b" " * (ANSWER_BYTES_MAX + 1)

        with pytest.raises(Refused, match="more than"):
            client().ask([KNOWN])

    @pytest.mark.parametrize("numbers", [[], [KNOWN, KNOWN]])
    def test_is_a_question_about_any_but_one_parcel(self, client, numbers):
        with pytest.raises(Refused, match="one parcel at a time"):
            client().ask(numbers)
