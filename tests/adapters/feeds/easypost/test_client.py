"""Asking EasyPost over HTTP: the right request, and what is made of each kind of answer."""

import pytest

from adapters import Refused, Unavailable
from adapters.feeds.asking import ANSWER_BYTES_MAX, Number
from adapters.feeds.easypost.client import EasyPostClient, EasyPostSettings
from adapters.feeds.registry import translate

NUMBER = Number("EP0000000001", "SamplePost")


class TestAsking:
    def test_gives_the_answer_as_it_came(self, ask, easypost, tracker, detail):
        easypost.trackers = [tracker(detail()), tracker(detail(), tracking_code="EP2")]

        answer = ask().ask([NUMBER])

        assert [record.waybill for record in translate(EasyPostClient.format_name, answer).records] == ["EP0000000001"]
        assert easypost.asked == [("EP0000000001", "SamplePost")]

    def test_leaves_the_carrier_out_where_it_is_not_known(self, ask, easypost, tracker, detail):
        easypost.trackers = [tracker(detail())]

        assert translate(EasyPostClient.format_name, ask().ask([Number("EP0000000001")])).records
        assert easypost.asked == [("EP0000000001", "")]

    def test_for_a_number_that_nobody_registered_gives_an_empty_page(self, ask):
        assert translate(EasyPostClient.format_name, ask().ask([NUMBER])).answer == "nothing tracks this number"

    def test_writes_strange_numbers_so_that_they_stay_one_field(self, ask, easypost):
        ask().ask([Number("EP 1&carrier=x", "Other")])

        assert easypost.asked == [("EP 1&carrier=x", "Other")]

    @pytest.mark.parametrize("numbers", [[], [NUMBER, NUMBER]])
    def test_about_several_or_none_is_refused_before_anything_is_sent(self, ask, easypost, numbers):
        with pytest.raises(Refused, match="one number at a time"):
            ask().ask(numbers)

        assert easypost.asked == []


class TestTrouble:
    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_that_may_pass_is_unavailable(self, ask, easypost, status):
        easypost.status = status

        with pytest.raises(Unavailable, match=f"EasyPost answered {status}"):
            ask().ask([NUMBER])

    @pytest.mark.parametrize("status", [400, 404])
    def test_that_stays_is_refused(self, ask, easypost, status):
        easypost.status = status

        with pytest.raises(Refused, match=f"EasyPost answered {status}"):
            ask().ask([NUMBER])

    def test_with_the_key_is_refused(self, ask):
        with pytest.raises(Refused, match="EasyPost answered 403"):
            ask(api_key="another").ask([NUMBER])

    def test_with_a_slow_answer_is_unavailable(self, ask, easypost):
        easypost.answers.clear()

        with pytest.raises(Unavailable, match="ReadTimeout"):
            ask(timeout_seconds=0.2).ask([NUMBER])

    def test_with_an_endless_answer_is_refused(self, ask, easypost):
        easypost.nonsense = b" " * (ANSWER_BYTES_MAX + 1)

        with pytest.raises(Refused, match="more than"):
            ask().ask([NUMBER])

    def test_with_nonsense_is_left_to_the_translation(self, ask, easypost):
        easypost.nonsense = b"<html>"

        assert ask().ask([NUMBER]) == b"<html>"

    def test_with_a_server_that_is_not_there_is_unavailable(self):
        settings = EasyPostSettings(url="http://127.0.0.1:9/v2", api_key="k")

        with pytest.raises(Unavailable, match="EasyPost cannot be reached: ConnectError"):
            EasyPostClient(settings).ask([NUMBER])

    def test_without_a_key_is_refused_before_anything_is_sent(self, ask, easypost):
        with pytest.raises(Refused, match="REDRESS_EASYPOST_API_KEY"):
            ask(api_key="").ask([NUMBER])

        assert easypost.asked == []
