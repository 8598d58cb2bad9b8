"""What is left lying after a complaint is told once: late tasks, rectifications, penalties (R43, R77, R89)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from complaint_factories import a_penalty, planned
from complaints import filed, notices_of, staff_called
from factories import at

from schemas.complaints import Action, ActionState, ConsequenceKind, ConsequenceState
from schemas.exceptions import Role
from store import complaint_actions, consequences
from store.unit_of_work import unit_of_work
from tasks.complaints.by_hand import report_task
from tasks.complaints.penalties import rule_penalty
from tasks.complaints.reminding import remind_late_tasks

Stand = Callable[[datetime], None]


@pytest.fixture
def number(stand_at: Stand) -> str:
    stand_at(at(0))
    staff_called("ag-sun")
    staff_called("sup-wang", Role.SUPERVISOR)
    return filed().complaint_no


def a_task(number: str, action: Action = Action.RECTIFY) -> int:
    """Order something, due at 24 o'clock."""
    with unit_of_work() as connection:
        complaint_actions.order(connection, number, 1, planned(action))
        [task] = complaint_actions.tasks_of(connection, [number])[number]
    return task.action_id


def proposed(number: str, **changes: object) -> int:
    with unit_of_work() as connection:
        [one] = consequences.propose(connection, [a_penalty(case_no=number, **changes)])
    return one.consequence_id


def reminded() -> list[str]:
    return [row["what"] for row in remind_late_tasks.fn()]


def told(number: str) -> list[str]:
    return [notice["purpose"] for notice in notices_of(number, "department")]


class TestLateTask:
    def test_is_told_its_owner_and_the_desk_once(self, number: str, stand_at: Stand) -> None:
        task = a_task(number)
        assert reminded() == []

        stand_at(at(24))
        assert (reminded(), reminded()) == (["RECTIFY open"], [])
        assert told(number) == [f"task-{task}", f"task-{task}-late"]


class TestRectification:
    def test_that_nobody_verified_is_told_the_desk_once_though_it_was_late_before(
        self, number: str, stand_at: Stand
    ) -> None:
        task = a_task(number)
        stand_at(at(24))
        reminded()
        report_task(task, done=True, note="已整改", staff_id="ag-sun")

        stand_at(at(24 + 7 * 24 - 0.01))
        assert reminded() == []
        stand_at(at(24 + 7 * 24))
        assert (reminded(), reminded()) == (["RECTIFY done"], [])
        assert told(number)[-1] == f"task-{task}-unverified"

    def test_is_all_that_anybody_verifies(self, number: str, stand_at: Stand) -> None:
        report_task(a_task(number, Action.EDUCATE_STAFF), done=True, note="已培训", staff_id="ag-sun")
        stand_at(at(999))

        assert reminded() == []


class TestFailedTask:
    def test_is_told_the_desk(self, number: str) -> None:
        task = a_task(number)

        assert report_task(task, done=False, note="人员已离职", staff_id="ag-sun").state is ActionState.FAILED
        assert told(number) == [f"task-{task}-failed"]


class TestPenalty:
    def test_whose_time_to_contest_is_over_is_told_the_desk_once(self, number: str, stand_at: Stand) -> None:
        penalty = proposed(number)
        stand_at(at(72))
        assert reminded() == []

        stand_at(at(72.01))
        assert (reminded(), reminded()) == (["penalty proposed"], [])
        assert told(number) == [f"penalty-{penalty}-unruled"]

    def test_that_was_contested_is_told_at_once(self, number: str) -> None:
        penalty = proposed(number)
        with unit_of_work() as connection:
            consequences.contest(connection, penalty, by="cou-li", words="录音可证")

        assert reminded() == ["penalty contested"]

    def test_about_which_somebody_ruled_is_told_nobody(self, number: str, stand_at: Stand) -> None:
        stand_at(at(99))
        penalty = proposed(number)
        ruled = rule_penalty(penalty, upheld=True, ruling="属实", staff_id="sup-wang")

        assert (ruled.state, reminded()) == (ConsequenceState.CONFIRMED, [])

    def test_is_no_reward(self, number: str, stand_at: Stand) -> None:
        proposed(number, kind=ConsequenceKind.REWARD)
        stand_at(at(99))

        assert reminded() == []
