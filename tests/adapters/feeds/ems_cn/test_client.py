"""Asking China EMS over HTTP: the right request, the number kept with the answer, and each kind of answer."""

import json

import pytest

from adapters import Refused, Unavailable
from adapters.feeds.asking import ANSWER_BYTES_MAX, Number
from adapters.feeds.ems_cn.client import EmsCnClient, EmsCnSettings
from adapters.feeds.registry import translate

NUMBER = Number("LK000000001CN")
TRACES = {NUMBER.waybill: [("2026-03-01 08:00:00", "临江市", "收寄 <示例>")]}


class TestAsking:
    def test_keeps_the_number_with_the_answer(self, ask, ems):
        ems.traces = TRACES

        (record,) = translate(EmsCnClient.format_name, ask().ask([NUMBER])).records

        assert (record.waybill, record.location, record.raw_text) == ("LK000000001CN", "临江市", "收寄 <示例>")
        assert ems.asked == [("cn", "LK000000001CN")]

    def test_leaves_the_answers_text_as_it_came(self, ask, ems):
        ems.nonsense = b"\xef\xbb\xbf<traces>\r\n</traces>"

        assert json.loads(ask().ask([NUMBER])) == {"mailnum": "LK000000001CN", "answer": "<traces>\r\n</traces>"}

    def test_reads_an_answer_in_gbk(self, ask, ems):
        ems.traces, ems.encoding = TRACES, "gbk"

        (record,) = translate(EmsCnClient.format_name, ask().ask([NUMBER])).records

        assert record.location == "临江市"

    def test_can_be_done_in_english(self, ask, ems):
        ask(language="en").ask([NUMBER])

        assert ems.asked == [("en", "LK000000001CN")]

    def test_for_a_number_without_traces_says_so(self, ask):
        assert translate(EmsCnClient.format_name, ask().ask([NUMBER])).answer == "nothing is known of this number"

    def test_writes_strange_numbers_so_that_they_stay_one_part_of_the_path(self, ask, ems):
        ask().ask([Number("LK 1?x=#y")])

        assert ems.asked == [("cn", "LK 1?x=#y")]

    @pytest.mark.parametrize("numbers", [[], [NUMBER, NUMBER]])
    def test_about_several_or_none_is_refused_before_anything_is_sent(self, ask, ems, numbers):
        with pytest.raises(Refused, match="one number at a time"):
            ask().ask(numbers)

        assert ems.asked == []


class TestTrouble:
    @pytest.mark.parametrize("settings", [{"authenticate": "another"}, {"version": "another"}])
    def test_with_the_key_or_the_version_is_said_by_the_answer(self, ask, ems, settings):
        ems.traces = TRACES

        translation = translate(EmsCnClient.format_name, ask(**settings).ask([NUMBER]))

        assert (translation.records, translation.answer) == ((), "V02: 示例：身份标识错误")

    @pytest.mark.parametrize("status", [429, 500, 503])
    def test_that_may_pass_is_unavailable(self, ask, ems, status):
        ems.status = status

        with pytest.raises(Unavailable, match=f"China EMS answered {status}"):
            ask().ask([NUMBER])

    @pytest.mark.parametrize("status", [400, 403])
    def test_that_stays_is_refused(self, ask, ems, status):
        ems.status = status

        with pytest.raises(Refused, match=f"China EMS answered {status}"):
            ask().ask([NUMBER])

    def test_with_a_slow_answer_is_unavailable(self, ask, ems):
        ems.answers.clear()

        with pytest.raises(Unavailable, match="ReadTimeout"):
            ask(timeout_seconds=0.2).ask([NUMBER])

    def test_with_an_endless_answer_is_refused(self, ask, ems):
        ems.nonsense = b" " * (ANSWER_BYTES_MAX + 1)

        with pytest.raises(Refused, match="more than"):
            ask().ask([NUMBER])

    def test_with_a_server_that_is_not_there_is_unavailable(self):
        settings = EmsCnSettings(url="http://127.0.0.1:9/", authenticate="k")

        with pytest.raises(Unavailable, match="China EMS cannot be reached: ConnectError"):
            EmsCnClient(settings).ask([NUMBER])

    def test_without_a_key_is_refused_before_anything_is_sent(self, ask, ems):
        with pytest.raises(Refused, match="REDRESS_EMS_CN_AUTHENTICATE"):
            ask(authenticate="").ask([NUMBER])

        assert ems.asked == []
