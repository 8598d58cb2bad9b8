"""Asking 17TRACK, against a stand-in that speaks its protocol."""

import pytest

from adapters import Refused, Unavailable
from adapters.feeds.asking import ANSWER_BYTES_MAX, Number
from adapters.feeds.pushing import Pushed
from adapters.feeds.registry import FORMATS, translate
from adapters.feeds.seventeentrack.client import SeventeentrackSettings
from adapters.feeds.seventeentrack.push import PUSH_V2

KNOWN = Number("TR1", "190271")


class TestAsk:
    def test_gives_the_answer_as_it_came(self, client):
        asked = client()

        records = translate(asked.format_name, asked.ask([KNOWN])).records

        assert asked.format_name in FORMATS
        assert [record.event for record in records] == ["OUT_FOR_DELIVERY", "DEPARTED_HUB", "PICKED_UP"]
        assert {record.waybill for record in records} == {"TR1"}

    def test_asks_about_several_parcels_at_once(self, client, seventeentrack):
        client().ask([KNOWN, Number("TR2")])

        assert seventeentrack.asked == {"TR1": 1, "TR2": 1}

    @pytest.mark.parametrize("carrier", ["", "sample-express", "１９"])
    def test_names_the_carrier_only_as_17track_spells_it(self, client, seventeentrack, carrier):
        client().ask([KNOWN, Number("TR2", carrier)])

        assert seventeentrack.carriers == {"TR1": 190271}

    def test_hands_on_that_a_number_is_not_registered(self, client, seventeentrack):
        seventeentrack.unregistered.add("TR404")
        asked = client()

        answer = translate(asked.format_name, asked.ask([Number("TR404")])).answer

        assert answer.startswith("TR404: -18019902")

    @pytest.mark.parametrize("nonsense", [b"<html>", b"[]", b'{"code": "x"}'])
    def test_hands_on_what_it_cannot_judge(self, client, seventeentrack, nonsense):
        seventeentrack.nonsense = nonsense

        assert client().ask([KNOWN]) == nonsense

    def test_has_the_key_that_also_signs_pushes(self, monkeypatch, seventeentrack):
        monkeypatch.setenv("REDRESS_17TRACK_KEY", seventeentrack.key)
        body, headers = seventeentrack.push("TR1")

        assert PUSH_V2.check is not None
        assert PUSH_V2.check(Pushed(body=body, headers=headers), SeventeentrackSettings().key.get_secret_value())


class TestUnavailable:
    def test_is_a_provider_that_is_busy(self, client, seventeentrack):
        seventeentrack.busy_for = 1

        with pytest.raises(Unavailable, match="17TRACK answered 503"):
            client().ask([KNOWN])
        assert client().ask([KNOWN])

    def test_is_a_provider_that_asks_to_come_back_later(self, client, seventeentrack):
        seventeentrack.error_code = -18010003

        with pytest.raises(Unavailable, match="-18010003: not now"):
            client().ask([KNOWN])

    def test_is_a_provider_that_does_not_answer_in_time(self, client, seventeentrack):
        seventeentrack.slow_seconds = 0.5

        with pytest.raises(Unavailable, match="ReadTimeout"):
            client(timeout_seconds=0.05).ask([KNOWN])

    def test_is_a_provider_that_is_not_there(self, client):
        with pytest.raises(Unavailable, match="ConnectError"):
            client(url="http://127.0.0.1:9").ask([KNOWN])


class TestRefused:
    def test_is_an_account_with_the_wrong_key(self, client, seventeentrack):
        with pytest.raises(Refused, match="17TRACK answered 401") as refused:
            client(key="another").ask([KNOWN])

        assert "another" not in str(refused.value)
        assert not seventeentrack.asked

    def test_is_an_error_of_the_question_as_such(self, client, seventeentrack):
        seventeentrack.error_code = -18010004

        with pytest.raises(Refused, match="-18010004"):
            client().ask([KNOWN])

    def test_is_a_question_without_an_account(self, client):
        with pytest.raises(Refused, match="REDRESS_17TRACK_KEY"):
            client(key="").ask([KNOWN])

    def test_is_an_answer_of_absurd_size(self, client, seventeentrack):
        seventeentrack.nonsense = b" " * (ANSWER_BYTES_MAX + 1)

        with pytest.raises(Refused, match="more than"):
            client().ask([KNOWN])

    @pytest.mark.parametrize("numbers", [[], [KNOWN] * 41])
    def test_is_a_question_about_too_many_parcels_or_none(self, client, numbers):
        with pytest.raises(Refused, match="1 to 40 parcels"):
            client().ask(numbers)
