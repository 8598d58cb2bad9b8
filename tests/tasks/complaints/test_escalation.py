"""Escalating complaints that were left lying: outlet, province, headquarters (R71), one level for each time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
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
from factories import a_registration, at
from standins import register

from store import approvals, outbox
from store.unit_of_work import unit_of_work
from tasks.complaints.escalation import escalate_overdue_complaints
from tasks.exceptions.letters import MANAGER

Stand = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def carrier(desk: object, notices: object) -> None:
    del desk, notices
    the_network_is_on_file()
    the_parcel_is_late()


def escalated(stand_at: Stand, *hours: float) -> list[str]:
    """Say to whom each sweep at these hours has escalated."""
    reached = []
    for hour in hours:
        stand_at(at(hour))
        reached += [str(line["escalated_to"]) for line in escalate_overdue_complaints.fn().lines]
    return reached


class TestEscalateOverdueComplaints:
    def test_leaves_one_until_it_is_due(self, stand_at: Stand) -> None:
        filed()

        assert escalated(stand_at, 0.99) == []
        assert escalated(stand_at, 1) == ["outlet 示例城东网点"]

    def test_goes_up_a_level_each_time_and_stays_at_headquarters(self, stand_at: Stand) -> None:
        number = filed().complaint_no

        assert escalated(stand_at, 1, 13, 25, 37) == [
            "outlet 示例城东网点", "province 示例浙江省区", "headquarters 示例总部", "headquarters 示例总部",
        ]  # fmt: skip
        assert complaint_of(number).escalation_level == 3

    def test_goes_up_once_at_one_moment_whoever_sweeps(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        stand_at(at(1))
        with ThreadPoolExecutor(4) as pool:
            counts = list(pool.map(lambda _: escalate_overdue_complaints.fn().count, range(4)))

        assert sum(counts) == 1
        assert commands_of(number).count("escalate") == 1

    def test_begins_at_the_department_that_has_it_and_not_at_the_outlet(self, stand_at: Stand) -> None:
        filed(type="ATTITUDE", subject="h-1")
        the_desk_works()

        assert escalated(stand_at, 48)[0] == "outlet 杭州转运中心"

    def test_looks_ahead_when_asked(self) -> None:
        filed()

        assert escalate_overdue_complaints.fn(0).count == 0
        assert escalate_overdue_complaints.fn(1).count == 1

    def test_takes_only_those_nobody_has_heard_of_in_the_sweep_of_the_clocks(self, stand_at: Stand) -> None:
        filed()
        stand_at(at(1))
        assert escalate_overdue_complaints.fn(unheard_only=True).count == 1

        stand_at(at(20))
        assert escalate_overdue_complaints.fn(unheard_only=True).count == 0
        assert escalate_overdue_complaints.fn().count == 1

    def test_tells_the_level_without_the_customers_data(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        escalated(stand_at, 1)

        [told] = [one for one in notices_of(number, "department") if one["purpose"].startswith("escalation")]
        assert "投诉超时升级" in told["subject"]
        assert not [word for word in ("钱七", "19900007777") if word in str(told)]

    def test_leaves_the_time_in_which_the_customer_may_object(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        to_the_result(number, at(0))

        assert escalated(stand_at, 73, 90) == []

    def test_of_a_decision_that_waits_too_long_goes_to_the_manager_and_tags_its_run(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        to_the_gate(number)
        with unit_of_work() as connection:
            gate = approvals.current_gate(connection, number)
            assert gate is not None
            approvals.assign_run(connection, gate.gate_id, "run-1")

        assert escalated(stand_at, 4) == [MANAGER]
        with unit_of_work() as connection:
            [tag] = [one["payload"] for one in outbox.of_case(connection, number) if one["kind"] == "tag_run"]
        assert tag == {"flow_run_id": "run-1", "tag": "overdue"}

    def test_is_the_sooner_the_worse_a_complaint_is(self, stand_at: Stand) -> None:
        """快速响应: a severe one is verified in half the time."""
        register(*(a_registration(waybill=waybill) for waybill in ("773000000101", "773000000102")))
        severe = filed(channel="regulator", waybill="773000000101").complaint_no
        ordinary = filed(waybill="773000000102").complaint_no
        the_desk_works()
        stand_at(at(2))
        the_desk_works()  # the first answer is given
        escalated(stand_at, 12)

        assert [complaint_of(number).escalation_level for number in (severe, ordinary)] == [1, 0]
