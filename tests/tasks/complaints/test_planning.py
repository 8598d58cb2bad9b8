"""Planning, and the departments that must agree with the plan of a severe matter (R42)."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from complaint_factories import a_party
from complaints import (
    commands_of,
    complaint_of,
    filed,
    nodes_answer,
    staff_called,
    supervisor_answers,
    the_desk_works,
    the_network_is_on_file,
    the_parcel_is_late,
)
from factories import at

from rules.complaints.lifecycle import ROUNDS_MAX
from schemas.complaints import State, Validity
from schemas.exceptions import Role
from schemas.inquiries import AnswerCode
from store import approvals, outbox
from store.unit_of_work import unit_of_work
from tasks.complaints.by_hand import decide_finding
from tasks.complaints.planning import plan_complaints, triage_complaints
from tasks.supervision.gate import description_of

SHARED = (
    a_party(share=Decimal(50)),
    a_party(name="杭州转运中心", kind="sorting_centre", share=Decimal(50)),
)


@pytest.fixture(autouse=True)
def carrier(desk: object, notices: object) -> None:
    del desk, notices
    the_network_is_on_file()
    the_parcel_is_late()
    staff_called("sup-wang", Role.SUPERVISOR)


def planned(*parties: object, **told: object) -> str:
    """Bring a complaint to its plan, a supervisor having said who answers for it."""
    number = filed(**told).complaint_no
    the_desk_works()
    if parties:
        decide_finding(number, validity=Validity.VALID, parties=parties, staff_id="sup-wang")
    nodes_answer(number)
    the_desk_works()
    return number


class TestJointDecision:
    """对于复杂或重大投诉，多部门协同处理，共同商议确定最终处理方案 (R42)."""

    @pytest.fixture
    def number(self) -> str:
        return planned(*SHARED, channel="regulator")

    def test_waits_until_every_department_has_said_whether_it_agrees(self, number: str) -> None:
        assert complaint_of(number).state is State.PLANNED
        assert sorted(nodes_answer(number, AnswerCode.OTHER, "同意")) == ["杭州转运中心", "示例城东网点"]

        the_desk_works()
        assert complaint_of(number).state is State.AWAITING_APPROVAL

    def test_is_not_held_up_by_a_department_that_does_not_answer_in_time(
        self, number: str, stand_at: Callable[[datetime], None]
    ) -> None:
        stand_at(at(7.999))
        the_desk_works()
        assert complaint_of(number).state is State.PLANNED

        stand_at(at(8))
        the_desk_works()
        assert complaint_of(number).state is State.AWAITING_APPROVAL

    def test_shows_the_supervisor_what_each_has_said_and_no_number(self, number: str) -> None:
        nodes_answer(number, AnswerCode.OTHER, "同意，联系人 13900001234")
        the_desk_works()

        with unit_of_work() as connection:
            gate = approvals.current_gate(connection, number)
            assert gate is not None
            text = description_of(connection, gate)
        assert text.count("同意，联系人") == 2
        assert "13900001234" not in text

    def test_shows_that_a_department_has_not_answered(self, number: str, stand_at: Callable[[datetime], None]) -> None:
        stand_at(at(8))
        the_desk_works()

        with unit_of_work() as connection:
            gate = approvals.current_gate(connection, number)
            assert gate is not None
            assert description_of(connection, gate).count("未答复 no answer") == 2

    def test_is_asked_anew_about_another_plan(self, number: str) -> None:
        nodes_answer(number, AnswerCode.OTHER, "同意")
        the_desk_works()
        supervisor_answers(number, at(0), decision="refuse", comment="改派专人")
        the_desk_works()

        assert complaint_of(number).state is State.PLANNED
        assert len(nodes_answer(number)) == 2

    def test_is_not_owed_where_one_department_answers_for_it(self) -> None:
        number = planned(a_party(), channel="regulator", waybill="")

        assert complaint_of(number).state is State.AWAITING_APPROVAL


class TestTriage:
    def test_adopts_what_nobody_must_decide(self) -> None:
        assert "adopt" in commands_of(planned(a_party()))

    def test_asks_in_a_run_of_its_own_what_somebody_must(self) -> None:
        number = planned()

        with unit_of_work() as connection:
            [run] = [one["payload"] for one in outbox.of_case(connection, number) if one["kind"] == "start_run"]
            gate = approvals.current_gate(connection, number)
        assert gate is not None
        assert (gate.plan_version, gate.owed_for) == (1, "finding")
        assert run == {"case_no": number, "plan_version": 1, "step": 1}

    def test_does_nothing_twice(self) -> None:
        number = planned()

        assert [plan_complaints.fn(), triage_complaints.fn(), triage_complaints.fn(number)] == [[], [], []]
        assert commands_of(number).count("plan") == 1

    def test_leaves_a_plan_that_was_sent_back_too_often_to_a_person(self) -> None:
        number = planned()
        for _ in range(ROUNDS_MAX):
            supervisor_answers(number, at(0), decision="refuse", comment="再核实")
            the_desk_works()

        assert complaint_of(number).state is State.NEEDS_OPERATOR
        assert commands_of(number).count("plan") == ROUNDS_MAX
