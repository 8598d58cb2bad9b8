"""A carrier's desk that asks to come back later: the order is tried again in its own run and holds up nobody."""

import pytest
from decisions_under_test import DecisionsUnderTest
from engine_under_test import wait_until

pytestmark = [pytest.mark.faults, pytest.mark.usefixtures("without_sweeps")]


class TestBusyDesk:
    def test_is_asked_again_while_other_decisions_go_on(self, decisions: DecisionsUnderTest) -> None:
        held_up, other = decisions.take(2)
        decisions.make_desk_busy(held_up, times=4)  # each of its two orders twice

        assert decisions.resume(held_up) == "ACCEPT"
        assert decisions.resume(other) == "ACCEPT"

        decisions.wait_until_told(held_up)
        assert decisions.told_in_order([held_up, other]) == [other.case_no, held_up.case_no]
        wait_until(
            lambda: decisions.task_runs(held_up)["place_work_orders"]["state"]["type"] == "COMPLETED",
            what="Prefect to know of the end of the task",
        )
        assert decisions.task_runs(held_up)["place_work_orders"]["run_count"] == 3  # once and two retries
        assert decisions.orders_of(held_up) == {"INSPECT_AND_PHOTOGRAPH": 1, "COMPENSATE": 1}
