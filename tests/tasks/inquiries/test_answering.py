"""Answers: the first one answers; later, late and contradictory ones are kept beside it; a withdrawn one takes none."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from factories import NOON, a_given_answer, a_piece, a_question, at, entered
from samples import a_photo
from standins import open_case

from adapters.vault.media import Unacceptable
from rules.inquiries.lifecycle import ANSWERS_MAX
from schemas.evidence import Door
from schemas.inquiries import AnswerCode, Inquiry, InquiryState
from store import evidence, inquiries, outbox
from store.inquiries import NoSuchInquiry
from store.requests import NamedRequest, OtherContent
from store.unit_of_work import unit_of_work
from tasks.evidence.keeping import add_evidence
from tasks.inquiries.answering import ForeignEvidence, NotTaken, answer_inquiry, sheet_for
from tasks.inquiries.asking import ask, withdraw
from tasks.inquiries.reminding import remind_unanswered
from tasks.inquiries.showing import informed

Stand = Callable[[datetime], None]


@pytest.fixture
def inquiry_no(case_no: str) -> str:
    with unit_of_work() as connection:
        [new] = ask(connection, [a_question(case_no=case_no)], asked_by="redress", now=NOON)
    return new.inquiry_no


def inquiry(inquiry_no: str) -> Inquiry:
    with unit_of_work() as connection:
        return inquiries.one(connection, inquiry_no)


def answers_to(inquiry_no: str) -> list[tuple[AnswerCode, bool]]:
    with unit_of_work() as connection:
        found = inquiries.answers_to(connection, [inquiry_no]).get(inquiry_no, [])
    return [(answer.code, answer.late) for answer in found]


class TestAnswerInquiry:
    def test_records_what_was_said_by_whom_with_the_evidence(self, case_no: str, inquiry_no: str) -> None:
        taken = answer_inquiry(inquiry_no, a_given_answer(), [a_piece()], entered=entered())

        assert (taken.case_no, taken.first, len(taken.evidence_ids)) == (case_no, True, 1)
        told = inquiry(inquiry_no)
        assert (told.state, told.answers, told.answered_at, told.next_reminder_at) == (
            InquiryState.ANSWERED, 1, NOON, None,
        )  # fmt: skip
        with unit_of_work() as connection:
            [answer] = inquiries.answers_to(connection, [inquiry_no])[inquiry_no]
            [piece] = evidence.of_case(connection, case_no)
        assert (answer.text, answer.answered_by, answer.door, answer.door_shown) == ("在库", "李四", Door.API, "EAST")
        assert answer.evidence_ids == taken.evidence_ids == (piece.evidence_id,)

    def test_may_name_evidence_that_was_given_before(self, case_no: str, inquiry_no: str) -> None:
        [given] = add_evidence(case_no, [a_piece()], entered=entered())

        taken = answer_inquiry(
            inquiry_no,
            a_given_answer(evidence_ids=(given.evidence_id,)),
            [a_piece(), a_piece(content=a_photo(1))],
            entered=entered(),
        )

        assert len(taken.evidence_ids) == 2
        assert taken.evidence_ids[0] == given.evidence_id

    def test_may_not_name_another_case_s_evidence(self, inquiry_no: str) -> None:
        [foreign] = add_evidence(open_case("773000000002"), [a_piece()], entered=entered())

        with pytest.raises(ForeignEvidence, match=str(foreign.evidence_id)):
            answer_inquiry(inquiry_no, a_given_answer(evidence_ids=(foreign.evidence_id,)), entered=entered())
        assert inquiry(inquiry_no).state is InquiryState.OPEN

    def test_keeps_nothing_with_a_file_that_is_no_evidence(
        self, case_no: str, inquiry_no: str, vault_folder: Path
    ) -> None:
        with pytest.raises(Unacceptable):
            answer_inquiry(inquiry_no, a_given_answer(), [a_piece(content=b"<html>")], entered=entered())

        assert answers_to(inquiry_no) == []
        assert not vault_folder.exists()

    def test_comes_late_but_counts(self, inquiry_no: str, stand_at: Stand) -> None:
        stand_at(at(3))
        remind_unanswered.fn()

        answer_inquiry(inquiry_no, a_given_answer(), entered=entered())

        assert answers_to(inquiry_no) == [(AnswerCode.HAVE_IT, True)]
        assert inquiry(inquiry_no).state is InquiryState.ANSWERED

    def test_is_kept_beside_the_first_which_stays_the_answer(
        self, case_no: str, inquiry_no: str, stand_at: Stand
    ) -> None:
        answer_inquiry(inquiry_no, a_given_answer(), entered=entered())
        stand_at(at(1))
        second = answer_inquiry(inquiry_no, a_given_answer(code=AnswerCode.NOT_HERE), entered=entered())

        assert not second.first
        assert inquiry(inquiry_no).answered_at == NOON
        with unit_of_work() as connection:
            [told] = informed(connection, case_no)["inquiries"]
        assert [(one["code"], one["first"], one["contradicts"]) for one in told["answered"]] == [
            ("have_it", True, False), ("not_here", False, True),
        ]  # fmt: skip

    def test_has_one_first_however_many_answer_at_once(self, inquiry_no: str) -> None:
        with ThreadPoolExecutor(8) as places:
            taken = list(
                places.map(lambda _: answer_inquiry(inquiry_no, a_given_answer(), entered=entered()), range(12))
            )

        assert [one.first for one in taken].count(True) == 1
        assert min(taken, key=lambda one: one.answer_id).first
        assert inquiry(inquiry_no).answers == 12

    def test_is_refused_kindly_once_the_inquiry_was_withdrawn(self, inquiry_no: str, vault_folder: Path) -> None:
        with unit_of_work() as connection:
            withdraw(connection, inquiry_nos=[inquiry_no], who="redress", why="cured", now=at(1))

        with pytest.raises(NotTaken) as told:
            answer_inquiry(inquiry_no, a_given_answer(), [a_piece()], entered=entered())

        assert "谢谢" in told.value.chinese
        assert "Thank you" in told.value.english
        assert answers_to(inquiry_no) == []
        assert not vault_folder.exists()

    def test_is_taken_so_often_and_no_more(self, inquiry_no: str) -> None:
        for _ in range(ANSWERS_MAX):
            answer_inquiry(inquiry_no, a_given_answer(), entered=entered())

        with pytest.raises(NotTaken, match="as many answers"):
            answer_inquiry(inquiry_no, a_given_answer(), entered=entered())

    def test_needs_an_inquiry(self, case_no: str) -> None:
        with pytest.raises(NoSuchInquiry, match="IQ-0"):
            answer_inquiry("IQ-0", a_given_answer(), entered=entered())

    def test_calls_off_a_reminder_that_has_not_left(self, case_no: str, inquiry_no: str, stand_at: Stand) -> None:
        stand_at(at(2))
        remind_unanswered.fn()

        answer_inquiry(inquiry_no, a_given_answer(), entered=entered())

        with unit_of_work() as connection:
            statuses = [row["status"] for row in outbox.of_case(connection, case_no)]
        assert statuses == ["withdrawn", "withdrawn"]


class TestNamedAnswer:
    NAMED = NamedRequest("link IQ-1", "form-1", b"one")

    def test_is_taken_once_and_answered_as_before(self, inquiry_no: str) -> None:
        taken = [
            answer_inquiry(inquiry_no, a_given_answer(), [a_piece()], entered=entered(), request=self.NAMED)
            for _ in range(2)
        ]

        assert taken[0] == taken[1]
        assert inquiry(inquiry_no).answers == 1

    def test_is_taken_once_however_many_are_sent_at_once(self, inquiry_no: str) -> None:
        with ThreadPoolExecutor(8) as senders:
            taken = set(
                senders.map(
                    lambda _: answer_inquiry(inquiry_no, a_given_answer(), entered=entered(), request=self.NAMED),
                    range(16),
                )
            )

        assert len(taken) == inquiry(inquiry_no).answers == 1

    def test_is_answered_as_before_also_after_the_inquiry_is_full(self, inquiry_no: str) -> None:
        first = answer_inquiry(inquiry_no, a_given_answer(), entered=entered(), request=self.NAMED)
        for _ in range(ANSWERS_MAX - 1):
            answer_inquiry(inquiry_no, a_given_answer(), entered=entered())

        assert answer_inquiry(inquiry_no, a_given_answer(), entered=entered(), request=self.NAMED) == first

    def test_is_refused_when_its_name_was_used_for_another(self, inquiry_no: str) -> None:
        answer_inquiry(inquiry_no, a_given_answer(), entered=entered(), request=self.NAMED)

        with pytest.raises(OtherContent):
            answer_inquiry(inquiry_no, a_given_answer(), entered=entered(), request=self.NAMED._replace(content=b"two"))


class TestSheetFor:
    def test_shows_what_a_department_may_see_and_nothing_of_a_customer(self, case_no: str) -> None:
        question = a_question(case_no=case_no, question="收件人电话 19900001234", contact="13800138000")
        with unit_of_work() as connection:
            [new] = ask(connection, [question], asked_by="ag-sun", now=NOON)

        written = sheet_for(new.inquiry_no).model_dump_json()

        for hidden in ("19900001234", "13800138000", "ag-sun", "王五"):
            assert hidden not in written


class TestInformed:
    def test_masks_the_numbers_that_people_wrote(self, case_no: str, inquiry_no: str) -> None:
        answer_inquiry(inquiry_no, a_given_answer(text="已联系 19900001234"), entered=entered())

        with unit_of_work() as connection:
            told = informed(connection, case_no)

        assert "19900001234" not in str(told)
        assert "199****1234" in str(told)
