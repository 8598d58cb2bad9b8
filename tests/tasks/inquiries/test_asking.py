"""Asking: once for each case, place and round, with a link that is made when the notice leaves."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from factories import NOON, a_given_answer, a_question, at, entered
from standins import open_case

from rules.inquiries.links import inquiry_of
from schemas.evidence import EvidenceKind
from schemas.inquiries import Inquiry, InquiryState, Node
from store import inquiries, outbox
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.dispatch.sending import send_due
from tasks.inquiries.answering import answer_inquiry
from tasks.inquiries.asking import ask, withdraw
from tasks.inquiries.links import link_keys
from tasks.inquiries.reminding import remind_unanswered

Notices = Callable[[], list[dict[str, str]]]


def asked(case_no: str, *changes: dict[str, Any]) -> list[Inquiry]:
    questions = [a_question(**{"case_no": case_no, **change}) for change in changes or ({},)]
    with unit_of_work() as connection:
        return ask(connection, questions, asked_by="redress", now=NOON)


def inquiry(inquiry_no: str) -> Inquiry:
    with unit_of_work() as connection:
        return inquiries.one(connection, inquiry_no)


def sent_of(case_no: str) -> dict[str, str]:
    with unit_of_work() as connection:
        return {row["key"].partition(":")[2]: row["status"] for row in outbox.of_case(connection, case_no)}


class TestAsk:
    def test_numbers_the_inquiry_and_says_what_is_wanted_by_when(self, case_no: str) -> None:
        [new] = asked(case_no)

        assert new.inquiry_no.startswith("IQ-20261120-")
        assert (new.state, new.due_at, new.next_reminder_at) == (InquiryState.OPEN, at(2), at(2))
        assert (new.node, new.department, new.wanted) == (Node.OUTLET, "示例城东网点", (EvidenceKind.PHOTO_DETAIL,))
        assert inquiry(new.inquiry_no) == new

    def test_asks_each_place_of_a_playbook_s_list(self, case_no: str) -> None:
        new = asked(
            case_no, {}, {"node": Node.SORTING_CENTRE, "department": "广州转运中心"}, {"department": "示例城西网点"}
        )

        assert len({one.inquiry_no for one in new}) == 3

    def test_asks_once_however_often_the_step_is_done(self, case_no: str) -> None:
        first = asked(case_no)

        assert asked(case_no) == []
        assert asked(case_no, {}, {}) == []
        assert list(sent_of(case_no)) == ["question"]
        assert len(first) == 1

    def test_asks_the_same_place_again_in_another_round(self, case_no: str) -> None:
        asked(case_no)

        assert len(asked(case_no, {"round": 2})) == 1

    def test_asks_nobody_without_a_question(self, case_no: str) -> None:
        with unit_of_work() as connection:
            assert ask(connection, [], asked_by="redress", now=NOON) == []


class TestQuestionNotice:
    def test_goes_out_with_a_link_that_opens_the_inquiry(self, case_no: str, notices: Notices) -> None:
        [new] = asked(case_no, {"contact": "chengdong@example.com"})

        send_due(kinds=[Kind.NOTICE])

        [notice] = notices()
        assert (notice["audience"], notice["to"]) == ("department", "chengdong@example.com")
        assert "请核实该件破损情况" in notice["body"]
        assert "破损细节照片" in notice["body"]
        assert "2026-11-20 14:00" in notice["body"]
        address, _, token = notice["body"].rpartition("/inquiries/")
        assert address.endswith("http://127.0.0.1:8600")
        assert inquiry_of(token, keys=link_keys(), now=at(2) + timedelta(days=29)) == new.inquiry_no

    def test_keeps_no_link_in_the_store(self, case_no: str, notices: Notices) -> None:
        [new] = asked(case_no)
        send_due(kinds=[Kind.NOTICE])

        with unit_of_work() as connection:
            [row] = outbox.of_case(connection, case_no)
        token = notices()[0]["body"].rpartition("/inquiries/")[2]
        assert token.startswith(new.inquiry_no)
        assert token not in str(row)
        assert token.rpartition(".")[2] not in str(row)

    def test_leads_to_where_departments_reach_the_gateway(
        self, case_no: str, notices: Notices, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_GATEWAY_URL", "https://redress.example.com/")
        asked(case_no)

        send_due(kinds=[Kind.NOTICE])

        assert "https://redress.example.com/inquiries/IQ-" in notices()[0]["body"]

    def test_is_not_sent_without_a_key(self, case_no: str, notices: Notices, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("REDRESS_SECRET_KEY")
        asked(case_no)

        send_due(kinds=[Kind.NOTICE])

        assert sent_of(case_no) == {"question": "failed"}
        assert notices() == []

    def test_shows_a_courier_s_telephone_masked(self, case_no: str, notices: Notices) -> None:
        asked(case_no, {"node": Node.COURIER, "department": "李四", "contact": "19900005678"})

        send_due(kinds=[Kind.NOTICE])

        assert notices()[0]["to"] == "199****5678"

    def test_holds_no_phone_number_that_somebody_wrote(self, case_no: str, notices: Notices) -> None:
        asked(case_no, {"question": "收件人 19900001234 称未收到"})

        send_due(kinds=[Kind.NOTICE])

        assert "199****1234" in notices()[0]["body"]


class TestInquiryOfAnotherProcedure:
    """A case that is no exception's has no playbook: the texts of the same name are put."""

    def test_is_asked_and_reminded_of_without_a_situation(self, stand_at: Callable[[datetime], None]) -> None:
        asked("CP-20261120-000001")
        stand_at(at(2))
        remind_unanswered.fn()

        with unit_of_work() as connection:
            subjects = [row["payload"]["subject"] for row in outbox.of_case(connection, "CP-20261120-000001")]
            first = [row["payload"]["body"].splitlines()[0] for row in outbox.of_case(connection, "CP-20261120-000001")]
        assert ["催办" in subject for subject in subjects] == [False, True]
        assert set(first) == {"运单 waybill 773000000001，案件 case CP-20261120-000001"}


class TestWithdraw:
    def test_keeps_who_and_why_and_calls_off_what_was_not_sent(self, case_no: str) -> None:
        [new] = asked(case_no)

        with unit_of_work() as connection:
            numbers = withdraw(connection, case_nos=[case_no], who="redress", why="cured", now=at(1))

        told = inquiry(new.inquiry_no)
        assert numbers == [new.inquiry_no]
        assert (told.state, told.withdrawn_at, told.withdrawn_by, told.withdrawn_because) == (
            InquiryState.WITHDRAWN, at(1), "redress", "cured",
        )  # fmt: skip
        assert sent_of(case_no) == {"question": "withdrawn"}

    def test_leaves_what_was_answered_and_other_cases(self, case_no: str) -> None:
        [answered, _] = asked(case_no, {}, {"department": "示例城西网点"})
        [other] = asked(open_case("773000000002"))
        answer_inquiry(answered.inquiry_no, a_given_answer(), entered=entered())

        with unit_of_work() as connection:
            withdraw(connection, case_nos=[case_no], who="redress", why="cured", now=at(1))

        assert inquiry(answered.inquiry_no).state is InquiryState.ANSWERED
        assert inquiry(other.inquiry_no).state is InquiryState.OPEN

    def test_takes_one_back_by_its_number(self, case_no: str) -> None:
        [one, other] = asked(case_no, {}, {"department": "示例城西网点"})

        with unit_of_work() as connection:
            withdraw(connection, inquiry_nos=[one.inquiry_no], who="ag-sun", why="asked twice", now=at(1))

        assert [inquiry(number.inquiry_no).state for number in (one, other)] == [
            InquiryState.WITHDRAWN, InquiryState.OPEN,
        ]  # fmt: skip
