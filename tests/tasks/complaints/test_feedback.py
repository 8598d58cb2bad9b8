"""Feeding back (R16, R18, R44): the result to customer and department, and word before there is one."""

from collections.abc import Callable
from datetime import datetime

import pytest
from complaints import (
    commands_of,
    complaint_of,
    filed,
    notices_of,
    the_desk_works,
    the_network_is_on_file,
    the_parcel_is_late,
    to_the_gate,
    to_the_result,
)
from factories import at

from schemas.complaints import Action, ActionState, State
from store import complaint_actions
from store.unit_of_work import unit_of_work
from tasks.complaints.feedback import feed_back_complaints, money_by, tell_waiting_complainants
from tasks.exceptions.letters import MANAGER

Stand = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def carrier(desk: object, notices: object) -> None:
    del desk, notices
    the_network_is_on_file()
    the_parcel_is_late(freight="12")


def result_of(number: str) -> str:
    [result] = [notice["body"] for notice in notices_of(number) if notice["purpose"] == "result"]
    return result


class TestFeedBackComplaints:
    def test_tells_customer_and_department(self) -> None:
        """一是向客户反馈，二是向企业内部的相关部门反馈 (R18)."""
        number = filed().complaint_no
        to_the_result(number, at(0))

        assert "处理结果" in result_of(number)
        [told] = [one for one in notices_of(number, "department") if one["purpose"] == "result"]
        assert told["to"] == "示例城东网点"

    def test_says_until_when_the_customer_may_object_where_his_silence_ends_it(self) -> None:
        number = filed().complaint_no
        to_the_result(number, at(0))

        assert "请在 2026-11-23 12:00 前联系我们" in result_of(number)

    def test_names_no_such_time_where_somebody_calls_anyway(self) -> None:
        number = filed(channel="regulator").complaint_no
        to_the_result(number, at(0))

        assert "如有异议，请联系我们" in result_of(number)

    def test_is_written_in_english_to_whoever_speaks_it(self) -> None:
        number = filed(customer={"language": "en"}, demand={"text": "refund", "amount": "12"}).complaint_no
        to_the_result(number, at(0), comment="ok")

        result = result_of(number)
        assert "12.00 CNY will be paid, within 7 days of your agreement" in result
        assert result.isascii() or "客服" not in result

    def test_does_not_ring_at_night(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        stand_at(at(11))
        to_the_result(number, at(11))

        complaint = complaint_of(number)
        assert complaint.state is State.FED_BACK
        assert complaint.clock_anchors is not None
        assert complaint.clock_anchors.facts["result_told_at"] > at(11)

    def test_notes_that_what_the_result_does_is_done(self) -> None:
        number = filed().complaint_no
        to_the_result(number, at(0))

        with unit_of_work() as connection:
            tasks = {one.action: one.state for one in complaint_actions.tasks_of(connection, [number])[number]}
        assert tasks[Action.APOLOGISE] is ActionState.DONE

    def test_does_nothing_twice(self) -> None:
        number = filed().complaint_no
        to_the_result(number, at(0))

        assert [feed_back_complaints.fn(), feed_back_complaints.fn(number)] == [[], []]
        assert commands_of(number).count("feed_back") == 1


class TestMoneyBy:
    @pytest.mark.parametrize(
        ("language", "agreed", "said"),
        [
            ("zh", False, "自您确认之日起 7 日内"),
            ("en", False, "within 7 days of your agreement"),
            ("zh", True, "于 2026-11-27 前"),
            ("en", True, "by 2026-11-27"),
        ],
    )
    def test_is_a_day_once_the_customer_agreed(self, language: str, said: str, *, agreed: bool) -> None:
        complaint = complaint_of(filed(customer={"language": language}).complaint_no)

        assert money_by(complaint, agreed_at=at(0) if agreed else None) == said


class TestTellWaitingComplainants:
    """持续性原则：持续地与客户沟通，直到处理完毕 (R16)."""

    def updates(self, number: str) -> list[str]:
        return [one["body"] for one in notices_of(number) if one["purpose"].startswith("update")]

    def test_gives_the_first_answer_within_the_promised_time(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        to_the_gate(number)
        assert self.updates(number) == []

        stand_at(at(1.9))
        tell_waiting_complainants.fn()
        assert "处理方案正在审批" in self.updates(number)[0]

    def test_writes_again_before_the_longest_silence_and_says_when_one_hears_next(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        to_the_gate(number)
        for hours in (2, 20, 26):
            stand_at(at(hours))
            tell_waiting_complainants.fn()

        assert len(self.updates(number)) == 2
        assert "2026-11-21 14:00 前再次告知您" in self.updates(number)[0]

    def test_is_the_sooner_the_worse_it_is(self, stand_at: Stand) -> None:
        told = {}
        for channel in ("hotline", "regulator"):
            told[channel] = filed(channel=channel, waybill=f"77300000010{len(told)}").complaint_no
        for hours in (2, 10):
            stand_at(at(hours))
            tell_waiting_complainants.fn()

        assert len(self.updates(told["regulator"])) > len(self.updates(told["hotline"]))

    def test_asks_the_desk_for_an_address_where_nobody_can_be_told(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        with unit_of_work() as connection:  # his words were erased
            connection.exec_driver_sql("UPDATE complaint_record SET content = '{}'")
        stand_at(at(2))
        tell_waiting_complainants.fn()

        [told] = [one for one in notices_of(number, "department") if one["purpose"].startswith("update")]
        assert (told["to"], "无客户联系方式" in told["subject"]) == (MANAGER, True)

    def test_ends_with_the_result(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        to_the_result(number, at(0))
        stand_at(at(30))

        assert tell_waiting_complainants.fn() == []

    def test_does_nothing_twice(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        stand_at(at(2))

        assert [tell_waiting_complainants.fn(), tell_waiting_complainants.fn()] == [[number], []]
        the_desk_works()
        assert len(self.updates(number)) == 1
