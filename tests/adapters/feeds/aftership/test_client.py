"""Asking AfterShip, against a stand-in that speaks its protocol."""

import pytest

from adapters import Refused, Unavailable
from adapters.feeds.asking import ANSWER_BYTES_MAX, Number
from adapters.feeds.registry import FORMATS, translate

KNOWN = Number("AS1", "sample-express")


class TestAsk:
    def test_gives_the_answer_as_it_came(self, client):
        asked = client()

        records = translate(asked.format_name, asked.ask([KNOWN])).records

        assert asked.format_name in FORMATS
        assert [record.event for record in records] == ["PICKED_UP", "DEPARTED_HUB", "OUT_FOR_DELIVERY"]
        assert {record.waybill for record in records} == {"AS1"}

    def test_asks_about_several_parcels_at_once(self, client, aftership):
        client().ask([KNOWN, Number("AS2", "other-express")])

        assert aftership.asked == {"AS1": 1, "AS2": 1}
        assert aftership.slugs == ["other-express,sample-express"]

    def test_names_no_carrier_where_one_is_not_known(self, client, aftership):
        client().ask([KNOWN, Number("AS2")])

        assert aftership.slugs == [""]

    def test_hands_on_that_a_number_is_unknown(self, client, aftership):
        aftership.unknown.add("AS404")
        asked = client()

        translation = translate(asked.format_name, asked.ask([Number("AS404")]))

        assert (translation.records, translation.answer) == ((), "ok")

    def test_hands_on_what_is_no_json(self, client, aftership):
        aftership.nonsense = b"<html>"

        assert client().ask([KNOWN]) == b"<html>"


class TestUnavailable:
    def test_is_a_provider_that_is_busy(self, client, aftership):
        aftership.busy_for = 1

        with pytest.raises(Unavailable, match="AfterShip answered 429"):
            client().ask([KNOWN])
        assert client().ask([KNOWN])

    def test_is_a_provider_that_does_not_answer_in_time(self, client, aftership):
        aftership.slow_seconds = 0.5

        with pytest.raises(Unavailable, match="ReadTimeout"):
            client(timeout_seconds=0.05).ask([KNOWN])

    def test_is_a_provider_that_is_not_there(self, client):
        with pytest.raises(Unavailable, match="ConnectError"):
            client(url="http://127.0.0.1:9").ask([KNOWN])


class TestRefused:
    def test_is_an_account_with_the_wrong_key(self, client, aftership):
        with pytest.raises(Refused, match="AfterShip answered 401") as refused:
            client(api_key="another").ask([KNOWN])

        assert "another" not in str(refused.value)
        assert not aftership.asked

    def test_is_a_question_without_an_account(self, client):
        with pytest.raises(Refused, match="REDRESS_AFTERSHIP_API_KEY"):
            client(api_key="").ask([KNOWN])

    def test_is_an_answer_of_absurd_size(self, client, aftership):
        aftership.nonsense = b" " * (ANSWER_BYTES_MAX + 1)

        with pytest.raises(Refused, match="more than"):
            client().ask([KNOWN])

    @pytest.mark.parametrize("numbers", [[], [KNOWN] * 51])
    def test_is_a_question_about_too_many_parcels_or_none(self, client, numbers):
        with pytest.raises(Refused, match="1 to 50 parcels"):
            client().ask(numbers)
