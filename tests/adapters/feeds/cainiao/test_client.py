"""Asking Cainiao over HTTP: the right request, and what is made of each kind of answer."""

import pytest

from adapters import Refused, Unavailable
from adapters.feeds.asking import ANSWER_BYTES_MAX, Number
from adapters.feeds.cainiao.client import CainiaoClient, CainiaoSettings
from adapters.feeds.registry import translate

FIRST, SECOND = Number("LP00000000001"), Number("LP00000000002")


class TestAsking:
    def test_gives_the_answer_about_all_numbers_as_it_came(self, ask, cainiao, parcel, scan):
        cainiao.parcels = {FIRST.waybill: parcel(scan())}

        translation = translate(CainiaoClient.format_name, ask().ask([FIRST, SECOND]))

        assert [record.waybill for record in translation.records] == [FIRST.waybill]
        assert translation.answer == "nothing is known of this number"
        assert cainiao.asked == [("LP00000000001,LP00000000002", "en-US")]

    def test_can_be_done_in_another_language(self, ask, cainiao):
        ask(language="zh-CN").ask([FIRST])

        assert cainiao.asked == [("LP00000000001", "zh-CN")]

    @pytest.mark.parametrize("numbers", [[], [FIRST] * 11])
    def test_about_too_many_or_none_is_refused_before_anything_is_sent(self, ask, cainiao, numbers):
        with pytest.raises(Refused, match="1 to 10 numbers"):
            ask().ask(numbers)

        assert cainiao.asked == []


class TestTrouble:
    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_that_may_pass_is_unavailable(self, ask, cainiao, status):
        cainiao.status = status

        with pytest.raises(Unavailable, match=f"Cainiao answered {status}"):
            ask().ask([FIRST])

    @pytest.mark.parametrize("status", [400, 403])
    def test_that_stays_is_refused(self, ask, cainiao, status):
        cainiao.status = status

        with pytest.raises(Refused, match=f"Cainiao answered {status}"):
            ask().ask([FIRST])

    @pytest.mark.parametrize(
        "page", [b"\n<html>who are you?</html>", b'{"ret": ["FAIL_SYS_USER_VALIDATE"], "rgv587_flag": "sm"}']
    )
    def test_of_being_taken_for_a_robot_is_unavailable(self, ask, cainiao, page):
        cainiao.nonsense = page

        with pytest.raises(Unavailable, match="verified"):
            ask().ask([FIRST])

    def test_with_a_slow_answer_is_unavailable(self, ask, cainiao):
        cainiao.answers.clear()

        with pytest.raises(Unavailable, match="ReadTimeout"):
            ask(timeout_seconds=0.2).ask([FIRST])

    def test_with_an_endless_answer_is_refused(self, ask, cainiao):
        cainiao.nonsense = b" " * (ANSWER_BYTES_MAX + 1)

        with pytest.raises(Refused, match="more than"):
            ask().ask([FIRST])

    def test_with_nonsense_is_left_to_the_translation(self, ask, cainiao):
        cainiao.nonsense = b"nobody home"

        assert ask().ask([FIRST]) == b"nobody home"

    def test_with_a_server_that_is_not_there_is_unavailable(self):
        with pytest.raises(Unavailable, match="Cainiao cannot be reached: ConnectError"):
            CainiaoClient(CainiaoSettings(url="http://127.0.0.1:9/")).ask([FIRST])
