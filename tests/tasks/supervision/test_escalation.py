"""Escalation: what was left lying goes one level up, again and again until headquarters has it."""

from collections.abc import Callable
from datetime import datetime

import pytest
from factories import a_registration, a_trouble, an_event, at
from networks import HEAD, OUTLET, PROVINCE
from standins import register, tell

from schemas.tracking import Event, Reason
from store import approvals, cases, network, outbox
from store.case_history import Signature, history_of
from store.unit_of_work import unit_of_work
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions
from tasks.exceptions.moving import BATCH
from tasks.exceptions.planning import plan_remedies, triage_plans
from tasks.supervision.escalation import LINES_MAX, escalate_overdue_cases

Stand = Callable[[datetime], None]


@pytest.fixture
def case_no() -> str:
    register(a_registration())
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason=Reason.CARRIER_DAMAGED.value))
    return find_exceptions.fn().opened[0]


def level(case_no: str) -> int:
    with unit_of_work() as connection:
        return cases.one_case(connection, case_no).escalation_level


class TestEscalateOverdueCases:
    def test_leaves_a_case_until_it_is_due(self, case_no: str, stand_at: Stand) -> None:
        stand_at(at(0.99))
        assert escalate_overdue_cases.fn().count == 0

        stand_at(at(1))
        assert [row["escalated_to"] for row in escalate_overdue_cases.fn().lines] == ["outlet"]
        assert level(case_no) == 1

    def test_goes_up_a_level_at_each_step_and_stays_at_headquarters(self, case_no: str, stand_at: Stand) -> None:
        reached = []
        for hours in (2, 14, 26, 38):
            stand_at(at(hours))
            reached += [row["escalated_to"] for row in escalate_overdue_cases.fn().lines]

        assert reached == ["outlet", "province", "headquarters", "headquarters"]
        assert level(case_no) == 3

    def test_does_nothing_twice_at_the_same_moment(self, case_no: str, stand_at: Stand) -> None:
        stand_at(at(2))
        escalate_overdue_cases.fn()

        assert escalate_overdue_cases.fn().count == 0

    def test_looks_ahead_when_asked(self, case_no: str) -> None:
        assert escalate_overdue_cases.fn(0).count == 0
        assert escalate_overdue_cases.fn(1).count == 1

    def test_escalates_a_case_once_though_its_next_step_is_within_the_hours_looked_at(self, case_no: str) -> None:
        assert escalate_overdue_cases.fn(72).count == 1
        assert level(case_no) == 1

    def test_counts_all_and_lists_the_first(self, stand_at: Stand) -> None:
        waybills = [f"77300001{number:04d}" for number in range(LINES_MAX + BATCH + 1)]
        register(*(a_registration(waybill=waybill) for waybill in waybills))
        sign = Signature(who="redress", role="system", at=at(), policy_version="test")
        with unit_of_work() as connection:
            new = [cases.NewCase(waybill, a_trouble()) for waybill in waybills]
            cases.open_cases(connection, new, prefix="EX-1-", sign=sign, clocks=lambda _: {"next_due_at": at(1)})

        stand_at(at(2))
        escalated = escalate_overdue_cases.fn()

        assert (escalated.count, len(escalated.lines)) == (len(waybills), LINES_MAX)
        with unit_of_work() as connection:
            levels = {case.escalation_level for case in cases.select_cases(connection, limit=5000)}
            assert outbox.waiting(connection) == {"pending": len(waybills)}
        assert levels == {1}

    def test_of_the_clock_sweep_takes_only_those_nobody_has_heard_of(self, case_no: str, stand_at: Stand) -> None:
        stand_at(at(2))
        escalate_overdue_cases.fn(unheard_only=True)

        stand_at(at(20))
        assert escalate_overdue_cases.fn(unheard_only=True).count == 0
        assert escalate_overdue_cases.fn().count == 1

    def test_tells_the_level_without_the_customers_data(self, case_no: str, stand_at: Stand) -> None:
        stand_at(at(2))
        escalate_overdue_cases.fn()

        with unit_of_work() as connection:
            [item] = outbox.of_case(connection, case_no)
        assert item["payload"]["to"] == "outlet:示例城东网点"
        assert "王五" not in str(item["payload"])
        assert "19900001234" not in str(item["payload"])

    def test_tells_the_departments_of_the_network_once_it_is_on_file(self, case_no: str, stand_at: Stand) -> None:
        with unit_of_work() as connection:
            network.replace(connection, [HEAD, PROVINCE, OUTLET], at=at(0))
        reached = []
        for hours in (1, 13, 25):
            stand_at(at(hours))
            reached += [row["escalated_to"] for row in escalate_overdue_cases.fn().lines]

        with unit_of_work() as connection:
            told = {item["payload"]["to"] for item in outbox.of_case(connection, case_no)}
            entry = history_of(connection, case_no)[-1]
        assert reached == ["outlet 示例城东网点", "province 示例浙江省区", "headquarters 示例总部"]
        assert told == {"chengdong@example.test", "示例浙江省区", "示例总部"}
        assert (entry["details"]["level"], entry["details"]["department"]) == ("headquarters", "hq")


class TestDecisionThatWaitsTooLong:
    @pytest.fixture
    def waiting(self, case_no: str) -> str:
        for step in (record_exceptions, investigate_exceptions, plan_remedies, triage_plans):
            step.fn()
        with unit_of_work() as connection:
            gate = approvals.current_gate(connection, case_no)
            assert gate is not None
            approvals.assign_run(connection, gate.gate_id, "run-1")
        return case_no

    def test_goes_to_the_manager_and_not_to_the_outlet(self, waiting: str, stand_at: Stand) -> None:
        stand_at(at(4))

        assert [row["escalated_to"] for row in escalate_overdue_cases.fn().lines] == ["客服中心经理"]

    def test_gives_its_run_the_tag_by_which_it_is_found(self, waiting: str, stand_at: Stand) -> None:
        stand_at(at(4))
        escalate_overdue_cases.fn()

        with unit_of_work() as connection:
            [tag] = [row["payload"] for row in outbox.of_case(connection, waiting) if row["kind"] == "tag_run"]
        assert tag == {"flow_run_id": "run-1", "tag": "overdue"}
