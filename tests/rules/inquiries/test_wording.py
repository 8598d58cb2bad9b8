"""What departments read: what is asked, by when, of which parcel; nothing of a customer."""

from zoneinfo import ZoneInfo

import pytest
from factories import NOON, a_question

from rules.exceptions.wording import Message
from rules.inquiries.wording import (
    ANSWER,
    NOT_NEEDED,
    STATE,
    asking_notice,
    sheet_of,
    unanswered_notice,
    why_refused,
)
from schemas.exceptions import ExceptionType
from schemas.inquiries import AnswerCode, Inquiry, InquiryState, Sheet

SHANGHAI = ZoneInfo("Asia/Shanghai")


def an_inquiry(**changes: object) -> Inquiry:
    question = {**a_question().model_dump(), "contact": "13800138000", **changes}
    return Inquiry(
        inquiry_no="IQ-20261120-000001", asked_by="ag-sun", asked_at=NOON, state=InquiryState.OPEN, **question
    )  # type: ignore[arg-type]


def asked(
    inquiry: Inquiry, text: str = "question", *, about: ExceptionType | None = ExceptionType.DAMAGED, reminders: int = 1
) -> Message:
    return asking_notice(text, sheet_of(inquiry), about=about, zone=SHANGHAI, reminders=reminders)


class TestSheetOf:
    def test_masks_what_somebody_wrote(self) -> None:
        assert sheet_of(an_inquiry(question="致电 19900001234")).question == "致电 199****1234"

    def test_has_no_place_for_anything_else(self) -> None:
        assert set(Sheet.model_fields) == {
            "inquiry_no", "case_no", "waybill", "department", "question", "wanted", "due_at", "state", "answers",
        }  # fmt: skip


class TestNotices:
    def test_ask_for_what_is_wanted_by_when(self) -> None:
        message = asked(an_inquiry())

        assert message.subject == "[IQ-20261120-000001] 协查 Inquiry 773000000001"
        assert "快件外包装或内件破损。 The parcel was found damaged." in message.body
        assert "请提供：破损细节照片。" in message.body
        assert "请于 2026-11-20 14:00 前回复" in message.body
        assert "Please answer by 2026-11-20 14:00" in message.body

    def test_ask_without_a_parcel_and_without_evidence(self) -> None:
        message = asked(an_inquiry(waybill="", wanted=()), about=None)

        assert message.subject == "[IQ-20261120-000001] 协查 Inquiry"
        assert message.body.splitlines()[0] == "案件 case EX-20261120-000001"
        assert "请提供" not in message.body

    def test_remind_with_their_number(self) -> None:
        message = asked(an_inquiry(), "reminder", reminders=2)

        assert "催办 2" in message.subject
        assert "已逾期" in message.body

    def test_tell_a_level_above_who_owes_an_answer(self) -> None:
        message = unanswered_notice(an_inquiry(reminders=3), zone=SHANGHAI)

        assert "网点 示例城东网点 应于 2026-11-20 14:00 前回复，已催办 2 次未复" in message.body

    @pytest.mark.parametrize("written", ["question", "reminder", "unanswered"])
    def test_say_nothing_of_who_asks_nor_where_the_department_is_reached(self, written: str) -> None:
        inquiry = an_inquiry(reminders=3)
        message = unanswered_notice(inquiry, zone=SHANGHAI) if written == "unanswered" else asked(inquiry, written)

        assert "ag-sun" not in message.body
        assert "13800138000" not in message.body


class TestWords:
    def test_are_there_for_every_answer_and_state(self) -> None:
        assert (set(ANSWER), set(STATE)) == (set(AnswerCode), set(InquiryState))

    def test_thank_whoever_answers_what_was_withdrawn(self) -> None:
        assert why_refused(InquiryState.WITHDRAWN) == NOT_NEEDED
        assert why_refused(InquiryState.ANSWERED) != NOT_NEEDED
