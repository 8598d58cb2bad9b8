"""Chapter exceptions, told from detection to closing: one damaged parcel, one that is cured, one nobody must decide."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from factories import NOON, a_registration, a_supervisor, an_answer, an_event, at
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from schemas.approvals import Outcome, Via
from schemas.exceptions import ClosingReason, ExceptionCase, ExceptionType, Measure, Role, Stage, State
from schemas.tracking import Event
from store import approvals, case_history, cases, outbox, staff
from store.case_history import broken_histories, history_of
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.dispatch.sending import send_due
from tasks.exceptions.by_hand import close_by_hand, plan_by_hand
from tasks.exceptions.closing import (
    close_exceptions,
    explain_and_close,
    follow_up_closed,
    reconsider,
    take_customers_word,
)
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions, report_severe_exceptions
from tasks.exceptions.planning import plan_remedies, triage_plans
from tasks.exceptions.resolution import carry_out_plans, confirm_carried_out, feed_back_results
from tasks.stepping import NotAllowed
from tasks.supervision.gate import rule_on
from tasks.supervision.passcodes import new_secret, passcode_at

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
SECRET = new_secret()

pytestmark = pytest.mark.usefixtures("stand_at")


def the_engine_passes() -> None:
    """Take every step of the automatic path once, as `handle_exceptions` does."""
    find_exceptions.fn()
    for step in (record_exceptions, investigate_exceptions, report_severe_exceptions, plan_remedies, triage_plans):
        step.fn()
    carry_out_plans.fn()
    send_due(kinds=[Kind.NOTICE, Kind.WORK_ORDER])
    confirm_carried_out.fn()
    feed_back_results.fn()
    send_due(kinds=[Kind.NOTICE])
    close_exceptions.fn()
    follow_up_closed.fn()


def the_customer_says(case: ExceptionCase, *, agrees: bool, demand: str = "") -> ExceptionCase:
    return take_customers_word(
        case.case_no, agrees=agrees, demand=demand, who="ag-sun", role=Role.AGENT, channel="phone"
    )


def the_case() -> ExceptionCase:
    """Give the case that was opened first; with the days there may come others, about the parcel's silence."""
    with unit_of_work() as connection:
        return cases.select_cases(connection)[0]


def commands(case_no: str) -> list[str]:
    with unit_of_work() as connection:
        return [entry["command"] for entry in history_of(connection, case_no)]


def supervisor_answers(case: ExceptionCase, hours: float = 0, *, staff_id: str = "sup-zhang", **answer: str) -> Outcome:
    with unit_of_work() as connection:
        if staff.one(connection, staff_id) is None:
            role = Role.MANAGER if staff_id.startswith("mgr") else Role.SUPERVISOR
            member = a_supervisor(staff_id=staff_id, roles=frozenset({role}), amount_limit=Decimal(5000))
            staff.add(connection, member, secret=SECRET)
        gate = approvals.current_gate(connection, case.case_no)
    assert gate is not None
    given = an_answer(staff_id=staff_id, passcode=passcode_at(SECRET, at(hours)), **answer)
    ruling = rule_on(case.case_no, gate.plan_version, given, step=gate.step, via=Via.COMMAND, answered_at=at(hours))
    return ruling.outcome


def hired(staff_id: str) -> None:
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(staff_id=staff_id, roles=frozenset({Role.AGENT})), secret=new_secret())


class TestDamagedParcel:
    @pytest.fixture(autouse=True)
    def damaged(self, stand_at: Stand, desk: StandInDesk, notices: Notices) -> None:
        del stand_at, desk, notices
        register(a_registration(declared_value="1200"))
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.damaged"))

    def test_goes_through_all_eight_stages_of_the_manual(self, desk: StandInDesk) -> None:
        the_engine_passes()
        case = the_case()
        assert case.state is State.AWAITING_APPROVAL
        assert desk.orders == {}  # nothing is done before it is approved

        assert supervisor_answers(case, amount="800") is Outcome.APPROVED
        the_engine_passes()

        the_customer_says(the_case(), agrees=True)
        case = the_case()
        assert (case.state, case.closing_reason) == (State.CLOSED, ClosingReason.ACCEPTED)
        assert commands(case.case_no) == [
            "detect", "record", "investigate", "report_severe", "plan", "request_approval", "approve", "carry_out",
            "confirm_carried_out", "feed_back", "accept",
        ]  # fmt: skip
        with unit_of_work() as connection:
            stages = {entry["stage"] for entry in history_of(connection, case.case_no)}
            checked, wrong = broken_histories(connection)
        assert stages == set(Stage)
        assert (checked, wrong) == (1, [])

    def test_orders_each_measure_once_with_the_approved_amount(self, desk: StandInDesk) -> None:
        the_engine_passes()
        supervisor_answers(the_case(), amount="800")
        for _ in range(3):
            the_engine_passes()

        assert {(order.measure, order.amount) for order in desk.orders.values()} == {
            ("INSPECT_AND_PHOTOGRAPH", "0"),
            ("COMPENSATE", "800"),
        }
        assert set(desk.sent.values()) == {1}

    def test_tells_manager_and_customer_at_once_and_both_tracks_at_the_end(self, notices: Notices) -> None:
        the_engine_passes()
        first = {notice["audience"]: notice["body"] for notice in notices()}
        assert set(first) == {"department", "customer"}
        assert "破损" in first["customer"]

        supervisor_answers(the_case(), amount="800")
        the_engine_passes()

        result = {notice["audience"]: notice["body"] for notice in notices()[2:]}
        assert set(result) == {"department", "customer"}
        assert "800" in result["customer"]

    def test_never_shows_the_customers_data_to_a_department(self, notices: Notices) -> None:
        the_engine_passes()
        supervisor_answers(the_case(), amount="800")
        the_engine_passes()

        told = [str(notice) for notice in notices() if notice["audience"] == "department"]
        assert not any("王五" in text or "19900001234" in text for text in told)

    def test_keeps_an_analysis_of_cause_party_cost_and_times(self) -> None:
        the_engine_passes()
        supervisor_answers(the_case(), amount="800")
        the_engine_passes()
        the_customer_says(the_case(), agrees=True)

        with unit_of_work() as connection:
            row = connection.exec_driver_sql("SELECT * FROM case_analysis").one()._mapping
        assert (row["cause"], row["party"], row["cost"], row["measures"]) == (
            "carrier.damaged", "carrier", 800, ["INSPECT_AND_PHOTOGRAPH", "COMPENSATE"],
        )  # fmt: skip

    def test_gets_another_plan_when_the_first_is_sent_back(self, desk: StandInDesk) -> None:
        the_engine_passes()
        first = the_case()
        assert supervisor_answers(first, decision="refuse", comment="先重新包装派送") is Outcome.REFUSED
        the_engine_passes()

        second = the_case()
        assert second.state is State.AWAITING_APPROVAL
        assert second.plan != first.plan
        assert desk.orders == {}

    def test_is_handed_to_a_person_when_every_plan_was_sent_back(self) -> None:
        for turn in range(3):
            the_engine_passes()
            supervisor_answers(the_case(), hours=turn / 60, decision="refuse", comment="不同意")
        the_engine_passes()

        assert the_case().state is State.NEEDS_OPERATOR

    def test_is_handed_to_a_person_when_the_desk_will_not_do_it(self, desk: StandInDesk) -> None:
        desk.refuse_measures.add("INSPECT_AND_PHOTOGRAPH")
        the_engine_passes()
        supervisor_answers(the_case(), amount="800")
        the_engine_passes()

        case = the_case()
        assert case.state is State.NEEDS_OPERATOR
        assert "feed_back" not in commands(case.case_no)

    def test_is_planned_afresh_by_a_person_and_goes_on_to_its_end(self, desk: StandInDesk) -> None:
        desk.refuse_measures.add("INSPECT_AND_PHOTOGRAPH")
        the_engine_passes()
        supervisor_answers(the_case(), amount="800")
        the_engine_passes()
        hired("ag-sun")

        plan_by_hand(
            the_case().case_no,
            staff_id="ag-sun",
            measures=[Measure.SEARCH_PARCEL],
            amount=Decimal(0),
            comment="网点无法查验，改为查找",
        )
        the_engine_passes()

        case = the_case()
        assert (case.state, case.investigator) == (State.FED_BACK, "ag-sun")
        assert "SEARCH_PARCEL" in {order.measure for order in desk.orders.values()}

    def test_is_closed_by_a_person_with_the_reason_on_record(self, desk: StandInDesk) -> None:
        desk.refuse_measures.add("INSPECT_AND_PHOTOGRAPH")
        the_engine_passes()
        supervisor_answers(the_case(), amount="800")
        the_engine_passes()
        hired("ag-sun")

        close_by_hand(the_case().case_no, staff_id="ag-sun", comment="客户已电话同意")

        with unit_of_work() as connection:
            last = history_of(connection, the_case().case_no)[-1]
        assert (last["who"], last["note"], the_case().closing_reason) == ("ag-sun", "客户已电话同意", "by_hand")

    def test_is_not_touched_by_hand_while_the_engine_can_move_it(self) -> None:
        the_engine_passes()
        hired("ag-sun")

        with pytest.raises(NotAllowed, match="not possible in state AWAITING_APPROVAL"):
            close_by_hand(the_case().case_no, staff_id="ag-sun", comment="x")

    def test_is_not_touched_by_somebody_who_does_not_work_here(self, desk: StandInDesk) -> None:
        desk.refuse_measures.add("INSPECT_AND_PHOTOGRAPH")
        the_engine_passes()
        supervisor_answers(the_case(), amount="800")
        the_engine_passes()

        with pytest.raises(NotAllowed, match="nobody"):
            close_by_hand(the_case().case_no, staff_id="nobody", comment="x")

    def test_waits_for_a_busy_desk_and_then_goes_on(self, desk: StandInDesk, stand_at: Stand) -> None:
        the_engine_passes()
        supervisor_answers(the_case(), amount="800")
        desk.busy_for["COMPENSATE"] = 1
        the_engine_passes()
        assert the_case().state is State.CARRYING_OUT

        stand_at(at(1))
        the_engine_passes()
        assert the_case().state is State.FED_BACK

    def test_is_carried_out_at_night_though_the_customer_hears_in_the_morning(
        self, notices: Notices, stand_at: Stand
    ) -> None:
        stand_at(at(11))  # eleven in the evening
        the_engine_passes()
        supervisor_answers(the_case(), hours=11, amount="800")
        the_engine_passes()
        assert the_case().answer_due_at == at(20 + 72)  # three days from eight in the morning on
        assert {notice["audience"] for notice in notices()} == {"department"}

        stand_at(at(20))
        send_due(kinds=[Kind.NOTICE])
        assert [notice["audience"] for notice in notices()].count("customer") == 2


class TestParcelThatTurnsUp:
    def test_is_closed_as_cured_and_nobody_is_asked(self, desk: StandInDesk, notices: Notices) -> None:
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.misroute"))
        find_exceptions.fn()
        record_exceptions.fn()

        tell(an_event(Event.OUT_FOR_DELIVERY, -0.5))
        the_engine_passes()

        assert the_case().closing_reason == "cured"
        assert desk.orders == {}
        assert notices() == []


class TestParcelThatNobodyMustDecideAbout:
    def test_is_carried_through_without_a_supervisor(self, desk: StandInDesk, notices: Notices) -> None:
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))

        the_engine_passes()

        case = the_case()
        assert case.state is State.FED_BACK
        assert {order.measure for order in desk.orders.values()} == {"CONTACT_CONSIGNEE", "REDELIVER"}
        assert {notice["audience"] for notice in notices()} == {"department", "customer"}
        with unit_of_work() as connection:
            assert approvals.current_gate(connection, case.case_no) is None
            assert {row["kind"] for row in outbox.of_case(connection, case.case_no)} == {"work_order", "notice"}

    def test_gets_a_new_case_when_it_fails_again_after_the_remedy(
        self, desk: StandInDesk, notices: Notices, stand_at: Stand
    ) -> None:
        del desk, notices
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))
        the_engine_passes()
        stand_at(at(73))
        the_engine_passes()
        assert (the_case().state, the_case().closing_reason) == (State.CLOSED, ClosingReason.UNOBJECTED)

        stand_at(at(75))
        tell(an_event(Event.DELIVERY_FAILED, 74, reason="consignee.unreachable"), at=at(75))
        the_engine_passes()

        with unit_of_work() as connection:
            types = [case.type for case in cases.select_cases(connection)]
        assert types.count(ExceptionType.UNREACHABLE) == 2


class TestTwoApprovals:
    """A compensation of 1,000 and more needs four eyes, of 3,000 and more two levels (R86)."""

    @pytest.fixture(autouse=True)
    def damaged(self, stand_at: Stand, desk: StandInDesk, notices: Notices) -> None:
        del stand_at, desk, notices
        register(a_registration(declared_value="3500"))
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.damaged"))
        the_engine_passes()

    def test_are_asked_for_one_after_another_and_only_the_last_has_an_effect(self, desk: StandInDesk) -> None:
        assert supervisor_answers(the_case()) is Outcome.ENDORSED
        the_engine_passes()
        assert (the_case().state, desk.orders) == (State.AWAITING_APPROVAL, {})

        assert supervisor_answers(the_case(), staff_id="mgr-li") is Outcome.APPROVED
        the_engine_passes()
        assert the_case().state is State.FED_BACK
        assert commands(the_case().case_no)[5:8] == ["request_approval", "endorse", "approve"]

    def test_are_not_given_by_one_person_or_by_two_supervisors(self) -> None:
        supervisor_answers(the_case())

        assert supervisor_answers(the_case(), hours=0.1) is Outcome.ASK_AGAIN
        assert supervisor_answers(the_case(), hours=0.2, staff_id="sup-li") is Outcome.ASK_AGAIN
        assert the_case().state is State.AWAITING_APPROVAL

    def test_are_fewer_when_the_first_person_lowers_the_amount(self) -> None:
        assert supervisor_answers(the_case(), amount="900") is Outcome.APPROVED

    def test_ask_the_second_person_about_the_amount_that_the_first_one_named(self) -> None:
        assert supervisor_answers(the_case(), amount="2000") is Outcome.ENDORSED
        assert supervisor_answers(the_case(), staff_id="sup-li") is Outcome.APPROVED

        plan = the_case().plan
        assert plan is not None
        assert (plan.version, plan.amount) == (2, 2000)

    def test_end_with_the_first_refusal(self) -> None:
        supervisor_answers(the_case())

        refused = supervisor_answers(the_case(), staff_id="mgr-li", decision="refuse", comment="证据不足")
        assert (refused, the_case().state) == (Outcome.REFUSED, State.INVESTIGATED)

    def test_are_each_asked_for_in_a_run_of_its_own(self) -> None:
        supervisor_answers(the_case())

        with unit_of_work() as connection:
            asked = [
                (row["payload"]["step"], row["status"])
                for row in outbox.of_case(connection, the_case().case_no)
                if row["kind"] == "start_run"
            ]
        assert asked == [(1, "withdrawn"), (2, "pending")]


class TestPlanThatIsTakenBack:
    def test_withdraws_its_form_and_is_planned_anew(self, desk: StandInDesk, notices: Notices) -> None:
        del desk, notices
        register(a_registration(declared_value="500"))
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.damaged"))
        the_engine_passes()

        reconsider(the_case().case_no, who="ag-sun", role=Role.AGENT, reason="new_evidence", note="网点补充照片")

        with unit_of_work() as connection:
            gate = approvals.current_gate(connection, the_case().case_no)
        assert gate is not None
        assert (the_case().state, gate.decided) == (State.INVESTIGATED, True)
        the_engine_passes()
        assert the_case().state is State.AWAITING_APPROVAL
        assert supervisor_answers(the_case()) is Outcome.APPROVED


class TestCustomersWord:
    @pytest.fixture(autouse=True)
    def told(self, stand_at: Stand, desk: StandInDesk, notices: Notices) -> None:
        del stand_at, desk, notices
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))
        the_engine_passes()
        assert the_case().state is State.FED_BACK

    def test_of_agreement_closes_the_case_and_is_on_record(self) -> None:
        the_customer_says(the_case(), agrees=True)

        with unit_of_work() as connection:
            last = case_history.history_of(connection, the_case().case_no)[-1]
        assert (last["command"], last["who"], last["details"]["channel"]) == ("accept", "ag-sun", "phone")

    def test_is_waited_for_three_days_before_the_case_closes_without_it(self, stand_at: Stand) -> None:
        stand_at(at(71.9))
        the_engine_passes()
        assert the_case().state is State.FED_BACK

        stand_at(at(72))
        the_engine_passes()
        assert the_case().closing_reason == ClosingReason.UNOBJECTED

    def test_of_objection_opens_a_second_investigation_with_the_new_demand(self) -> None:
        the_customer_says(the_case(), agrees=False, demand="请今天送到")
        assert (the_case().state, the_case().demand) == (State.RECORDED, "请今天送到")

        the_engine_passes()
        assert the_case().state is State.AWAITING_APPROVAL  # the second plan is a supervisor's to decide

    def test_of_a_second_objection_goes_to_the_supervisor(self) -> None:
        the_customer_says(the_case(), agrees=False, demand="请今天送到")
        the_engine_passes()
        supervisor_answers(the_case())
        the_engine_passes()
        the_customer_says(the_case(), agrees=False, demand="要求赔偿")

        case = the_case()
        assert (case.state, case.objections) == (State.NEEDS_OPERATOR, 2)
        with unit_of_work() as connection:
            told = [row["payload"]["to"] for row in outbox.of_case(connection, case.case_no) if row["kind"] == "notice"]
        assert told[-1] == "客服中心经理"

    def test_of_objection_without_a_demand_is_asked_for_what_is_wanted_instead(self) -> None:
        with pytest.raises(NotAllowed, match="say what the customer asks for"):
            the_customer_says(the_case(), agrees=False)

    def test_is_not_answered_with_a_bare_refusal(self) -> None:
        with pytest.raises(NotAllowed, match="the customer has not objected"):
            explain_and_close(the_case().case_no, staff_id="sup-zhang", role=Role.SUPERVISOR, reasons="不同意")

    def test_of_repeated_objection_may_be_explained_and_not_agreed_with(self, notices: Notices) -> None:
        the_customer_says(the_case(), agrees=False, demand="要求十倍赔偿")
        the_engine_passes()
        supervisor_answers(the_case())
        the_engine_passes()

        explain_and_close(the_case().case_no, staff_id="sup-zhang", role=Role.SUPERVISOR, reasons="已按约定处理。")
        send_due(kinds=[Kind.NOTICE])

        assert the_case().closing_reason == ClosingReason.EXPLAINED
        assert "12305" in notices()[-1]["body"]

    def test_opens_a_closed_case_again_and_its_sum_tells_so_in_the_end(self, stand_at: Stand) -> None:
        stand_at(at(72))
        the_engine_passes()
        the_customer_says(the_case(), agrees=False, demand="仍未收到")

        case = the_case()
        assert (case.state, case.closed_at, case.is_open) == (State.RECORDED, None, True)
        the_engine_passes()
        supervisor_answers(the_case(), hours=72)
        the_engine_passes()
        stand_at(at(73))
        the_customer_says(the_case(), agrees=True)
        with unit_of_work() as connection:
            row = connection.exec_driver_sql("SELECT closing_reason, reopened FROM case_analysis").one()
        assert tuple(row) == ("accepted", 1)

    def test_comes_too_late_a_month_after_the_closing(self, stand_at: Stand) -> None:
        stand_at(at(72))
        the_engine_passes()
        stand_at(at(72 + 30 * 24 + 1))

        with pytest.raises(NotAllowed, match="more than 30 days ago"):
            the_customer_says(the_case(), agrees=False, demand="仍未收到")


class TestCaseThatNeedsTheCustomersWord:
    def test_is_never_closed_by_silence_where_the_playbook_wants_acceptance(
        self, desk: StandInDesk, notices: Notices, stand_at: Stand
    ) -> None:
        del desk, notices
        register(a_registration(declared_value="500"))
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.lost"))
        the_engine_passes()
        supervisor_answers(the_case())
        the_engine_passes()
        assert the_case().state is State.FED_BACK

        stand_at(at(80))
        the_engine_passes()
        assert the_case().state is State.NEEDS_OPERATOR


class TestCriticalCase:
    def test_is_never_closed_by_silence(self, desk: StandInDesk, notices: Notices, stand_at: Stand) -> None:
        del desk, notices
        register(a_registration(declared_value="5000", perishable=True, customer_tier="vip"))
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))
        the_engine_passes()
        supervisor_answers(the_case())
        supervisor_answers(the_case(), staff_id="mgr-li")
        the_engine_passes()
        assert the_case().state is State.FED_BACK

        stand_at(at(72))
        the_engine_passes()
        assert the_case().state is State.NEEDS_OPERATOR


class TestParcelOfAClosedCase:
    """The parcel is looked after until it has arrived (R72)."""

    @pytest.fixture(autouse=True)
    def closed(self, desk: StandInDesk, notices: Notices, stand_at: Stand) -> None:
        del desk, notices
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))
        the_engine_passes()
        the_customer_says(the_case(), agrees=True)

    def test_is_left_alone_once_it_has_arrived(self, stand_at: Stand) -> None:
        tell(an_event(Event.DELIVERED, 5), at=at(5))
        stand_at(at(24))
        the_engine_passes()

        assert (the_case().state, the_case().follow_up_at) == (State.CLOSED, None)
        assert commands(the_case().case_no)[-1] == "follow_up"

    def test_is_asked_after_every_day_and_keeps_its_time_of_closing(self, stand_at: Stand) -> None:
        stand_at(at(24))
        the_engine_passes()

        assert (the_case().closed_at, the_case().follow_up_at) == (NOON, at(48))

    def test_opens_its_case_again_when_it_never_arrives(self, stand_at: Stand) -> None:
        for day in range(1, 8):
            stand_at(at(24 * day))
            follow_up_closed.fn()

        assert (the_case().state, commands(the_case().case_no)[-1]) == (State.RECORDED, "reopen")
