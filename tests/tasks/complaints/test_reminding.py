"""Reminding of tasks that are late (R43, R77), and keeping due times current when a profile changes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pytest
from complaint_factories import a_party
from complaints import (
    complaint_of,
    filed,
    notices_of,
    staff_called,
    tasks_of,
    the_network_is_on_file,
    the_parcel_is_late,
    to_the_result,
)
from factories import at

from schemas.complaints import Action, ComplaintType, Validity
from schemas.exceptions import Role
from store.unit_of_work import unit_of_work
from tasks.complaints.by_hand import decide_finding, report_task
from tasks.complaints.refreshing import refresh_complaint_clocks
from tasks.complaints.reminding import remind_late_tasks
from tasks.exceptions.letters import MANAGER


@pytest.fixture
def number(desk: object, notices: object) -> str:
    """Have a courier's staff to be instructed within three days."""
    del desk, notices
    the_network_is_on_file()
    the_parcel_is_late()
    staff_called("sup-wang", Role.SUPERVISOR)
    number = filed(type=ComplaintType.ATTITUDE).complaint_no
    decide_finding(number, validity=Validity.VALID, parties=[a_party(name="cou-li")], staff_id="sup-wang")
    to_the_result(number, at(0))
    return number


class TestRemindLateTasks:
    def test_tells_the_owner_and_the_desk_once(self, number: str, stand_at: Callable[[datetime], None]) -> None:
        stand_at(at(71.9))
        assert remind_late_tasks.fn() == []

        stand_at(at(72))
        [line] = remind_late_tasks.fn()
        assert (line["complaint"], line["what"], line["owner"]) == (number, "EDUCATE_STAFF open", "cou-li")
        assert remind_late_tasks.fn() == []
        told = [one["to"] for one in notices_of(number, "department")[-2:]]
        assert told == ["cou-li", MANAGER]

    def test_by_twins_at_once_is_once(self, number: str, stand_at: Callable[[datetime], None]) -> None:
        stand_at(at(72))
        with ThreadPoolExecutor(4) as pool:
            lines = [line for found in pool.map(lambda _: remind_late_tasks.fn(), range(4)) for line in found]

        assert len(lines) == 1

    def test_leaves_what_was_reported(self, number: str, stand_at: Callable[[datetime], None]) -> None:
        report_task(tasks_of(number)[Action.EDUCATE_STAFF].action_id, done=True, note="", staff_id="sup-wang")
        stand_at(at(99))

        assert [line["what"] for line in remind_late_tasks.fn()] == ["penalty proposed"]


class TestRefreshComplaintClocks:
    def test_reckons_anew_what_rests_on_former_figures(self, number: str) -> None:
        other = filed(waybill="773000000101").complaint_no
        before = complaint_of(other).next_due_at
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE complaint SET clock_profile = 'complaint@2019', next_due_at = now()")

        assert refresh_complaint_clocks.fn() == 2
        assert refresh_complaint_clocks.fn() == 0
        assert complaint_of(other).next_due_at == before
