"""Inquiries that nobody answers: reminded once for each step of the ladder, then told to the levels above."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from factories import NOON, a_given_answer, a_question, at, entered

from rules.inquiries.reminders import LADDER
from schemas.inquiries import Inquiry, InquiryState
from store import inquiries, outbox
from store.unit_of_work import unit_of_work
from tasks.inquiries import reminding
from tasks.inquiries.answering import answer_inquiry
from tasks.inquiries.asking import ask, withdraw
from tasks.inquiries.reminding import remind_unanswered

Stand = Callable[[datetime], None]


def ask_many(case_no: str, count: int = 1) -> list[Inquiry]:
    questions = [a_question(case_no=case_no, department=f"网点{number}") for number in range(count)]
    with unit_of_work() as connection:
        return ask(connection, questions, asked_by="redress", now=NOON)


def reminders_of(case_no: str) -> list[tuple[str, str]]:
    with unit_of_work() as connection:
        rows = outbox.of_case(connection, case_no)
    return [(row["key"].partition(":")[2], row["payload"]["to"]) for row in rows if "reminder" in row["key"]]


class TestRemindUnanswered:
    def test_leaves_what_is_not_due(self, case_no: str, stand_at: Stand) -> None:
        ask_many(case_no)
        stand_at(at(1.9))

        assert remind_unanswered.fn() == []

    def test_reminds_whoever_was_asked_when_the_answer_is_due(self, case_no: str, stand_at: Stand) -> None:
        [inquiry] = ask_many(case_no)
        stand_at(at(2))

        assert remind_unanswered.fn() == [
            {"inquiry": inquiry.inquiry_no, "case": case_no, "told": "网点0", "reminders": 1, "due": "11-20 14:00",
             "asked": "outlet: 网点0", "waybill": "773000000001"}
        ]  # fmt: skip
        assert reminders_of(case_no) == [("reminder-1", "网点0")]
        with unit_of_work() as connection:
            told = inquiries.one(connection, inquiry.inquiry_no)
        assert (told.state, told.next_reminder_at) == (InquiryState.REMINDED, at(4))

    def test_takes_each_step_once(self, case_no: str, stand_at: Stand) -> None:
        ask_many(case_no)
        stand_at(at(2))

        assert [len(remind_unanswered.fn()) for _ in range(3)] == [1, 0, 0]

    def test_goes_up_the_ladder_and_ends(self, case_no: str, stand_at: Stand) -> None:
        ask_many(case_no)
        for hours in (2, 4, 8, 32, 100, 1000):
            stand_at(at(hours))
            remind_unanswered.fn()

        assert reminders_of(case_no) == [
            ("reminder-1", "网点0"),
            ("reminder-2", "网点0"),
            ("reminder-3", "province"),
            ("reminder-4", "headquarters"),
        ]

    def test_reminds_before_it_escalates_also_after_a_standstill(self, case_no: str, stand_at: Stand) -> None:
        ask_many(case_no)
        stand_at(at(100))

        assert [row["told"] for row in remind_unanswered.fn()] == ["网点0"]
        assert remind_unanswered.fn() == []

    @pytest.mark.parametrize("ending", ["answered", "withdrawn"])
    def test_leaves_what_is_over(self, case_no: str, stand_at: Stand, ending: str) -> None:
        [inquiry] = ask_many(case_no)
        if ending == "answered":
            answer_inquiry(inquiry.inquiry_no, a_given_answer(), entered=entered())
        else:
            with unit_of_work() as connection:
                withdraw(connection, case_nos=[case_no], who="redress", why="cured", now=NOON)
        stand_at(at(50))

        assert remind_unanswered.fn() == []

    def test_tells_a_level_above_without_a_link(self, case_no: str, stand_at: Stand) -> None:
        ask_many(case_no)
        for hours in (2, 4, 8):
            stand_at(at(hours))
            remind_unanswered.fn()

        with unit_of_work() as connection:
            last = outbox.of_case(connection, case_no)[-1]["payload"]
        assert "link" not in last
        assert "已催办 2 次" in last["body"]

    def test_works_in_batches(self, case_no: str, stand_at: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reminding, "BATCH", 3)
        ask_many(case_no, 7)
        stand_at(at(2))

        assert len(remind_unanswered.fn()) == 7
        assert len(reminders_of(case_no)) == 7

    def test_reminds_once_however_many_runs_do_it_at_once(
        self, case_no: str, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(reminding, "BATCH", 5)
        ask_many(case_no, 40)
        stand_at(at(2))

        with ThreadPoolExecutor(4) as runs:
            done = list(runs.map(lambda _: len(remind_unanswered.fn()), range(4)))
        remind_unanswered.fn()  # what a run passed over because another held it

        assert sum(done) == 40
        assert len(reminders_of(case_no)) == 40

    def test_has_a_step_for_each_line_of_the_ladder(self) -> None:
        assert [step.tells for step in LADDER] == ["asked", "asked", "province", "headquarters"]
