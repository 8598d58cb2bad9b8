"""Telling of what is owed to the regulator: in time, and once each."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from appeals import STAFF, a_report, answered, appeal_of, hire, notices_of, registered, taken_up
from factories import a_registration, at
from standins import register

from store.case_history import broken_histories
from store.unit_of_work import unit_of_work
from tasks.appeals import reminding
from tasks.appeals.answering import report_progress, take_up_appeal
from tasks.appeals.reminding import refresh_appeal_clocks, remind_appeals

Stand = Callable[[datetime], None]
DAY = 24
END_OF_25TH = 5 * DAY + 12  # hours from noon of the 20th: the first report is due
END_OF_5TH = 15 * DAY + 12  # the answer is due


@pytest.fixture(autouse=True)
def _desk() -> None:
    register(a_registration())
    hire()


def subjects(number: str) -> list[str]:
    return [notice["subject"].removeprefix(f"申诉 {number} ") for notice in notices_of(number, "appeal_due")]


class TestRemindAppeals:
    def test_leaves_what_is_not_due_within_the_margin(self, stand_at: Stand) -> None:
        registered()
        stand_at(at(END_OF_25TH - 48.1))

        assert remind_appeals.fn() == []

    def test_tells_what_is_due_soon_and_then_that_it_is_overdue(self, stand_at: Stand) -> None:
        number = registered().appeal.case_no
        stand_at(at(END_OF_25TH - 48))
        assert [line["due"] for line in remind_appeals.fn()] == ["progress 2026-11-25 24:00 CST"]
        stand_at(at(END_OF_25TH))
        assert [line["overdue"] for line in remind_appeals.fn()] == ["yes"]

        assert subjects(number) == ["向邮政管理部门报告进展即将到期", "向邮政管理部门报告进展已逾期"]

    def test_tells_each_once(self, stand_at: Stand) -> None:
        registered()
        stand_at(at(END_OF_25TH))

        assert [len(remind_appeals.fn()) for _ in range(3)] == [1, 0, 0]

    def test_tells_each_once_however_many_tell_at_the_same_time(self, stand_at: Stand) -> None:
        for place in range(20):
            registered(regulator_no=f"SS-{place}")
        stand_at(at(END_OF_25TH))
        with ThreadPoolExecutor(4) as pool:
            lines = [line for told in pool.map(lambda _: remind_appeals.fn(), range(4)) for line in told]

        assert len(lines) == 20

    def test_goes_through_many_in_bounded_batches(self, stand_at: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reminding, "BATCH", 2)
        for place in range(5):
            registered(regulator_no=f"SS-{place}")
        stand_at(at(END_OF_25TH))

        assert len(remind_appeals.fn()) == 5

    def test_does_not_repeat_itself_after_a_step_that_changes_no_time(self, stand_at: Stand) -> None:
        number = registered().appeal.case_no
        stand_at(at(END_OF_25TH - 1))
        remind_appeals.fn()
        take_up_appeal(number, staff_id=STAFF)

        assert remind_appeals.fn() == []

    def test_tells_of_the_next_report_and_of_the_answer_beside_it(self, stand_at: Stand) -> None:
        number = taken_up()
        stand_at(at(12 * DAY))
        report_progress(number, a_report(), staff_id=STAFF)
        stand_at(at(END_OF_5TH - 1))
        remind_appeals.fn()

        assert sorted(subjects(number)) == ["向邮政管理部门报告进展即将到期", "向邮政管理部门答复即将到期"]

    def test_tells_nothing_once_it_is_answered(self, stand_at: Stand) -> None:
        answered()
        stand_at(at(40 * DAY))

        assert remind_appeals.fn() == []

    def test_tells_the_department_that_is_set_as_early_as_is_set(
        self, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number = registered().appeal.case_no
        monkeypatch.setenv("REDRESS_APPEAL_REMIND_HOURS", "72")
        monkeypatch.setenv("REDRESS_APPEAL_DEPARTMENT", "申诉组")
        stand_at(at(END_OF_25TH - 72))

        assert len(remind_appeals.fn()) == 1
        assert [notice["to"] for notice in notices_of(number, "appeal_due")] == ["申诉组"]


class TestRefreshing:
    def test_counts_anew_when_the_figures_change(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        number = registered().appeal.case_no
        assert refresh_appeal_clocks() == 0
        rules = tmp_path / "appeals.toml"
        rules.write_text(
            'version = "own"\n[[rule]]\nid = "progress"\nvalue = 3\nunit = "calendar_days"\nsource = "a letter"\n'
            'verified = "contract"\nvalid_from = 2026-01-01\n',
            "utf-8",
        )
        monkeypatch.setenv("REDRESS_APPEAL_RULES_FILE", str(rules))
        monkeypatch.setattr(reminding, "BATCH", 1)

        assert [refresh_appeal_clocks(), refresh_appeal_clocks()] == [1, 0]
        assert appeal_of(number).next_due_at == at(3 * DAY + 12)
        with unit_of_work() as connection:
            assert broken_histories(connection, number) == (1, [])
