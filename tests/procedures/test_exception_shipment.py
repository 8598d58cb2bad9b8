"""Chapter exceptions, told from detection to closing: one damaged parcel, one that is cured, one nobody must decide."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from factories import a_registration, a_supervisor, an_answer, an_event, at
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from schemas.approvals import Outcome, Via
from schemas.exceptions import ExceptionCase, Measure, Role, Stage, State
from schemas.tracking import Event
from store import approvals, cases, outbox, staff
from store.case_history import broken_histories, history_of
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.dispatch.sending import send_due
from tasks.exceptions.by_hand import close_by_hand, plan_by_hand
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions, report_severe_exceptions
from tasks.exceptions.moving import NotAllowed
from tasks.exceptions.planning import plan_remedies, triage_plans
from tasks.exceptions.resolution import carry_out_plans, close_exceptions, confirm_carried_out, feed_back_results
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


def the_case() -> ExceptionCase:
    with unit_of_work() as connection:
        [case] = cases.select_cases(connection)
    return case


def commands(case_no: str) -> list[str]:
    with unit_of_work() as connection:
        return [entry["command"] for entry in history_of(connection, case_no)]


def supervisor_answers(case: ExceptionCase, hours: float = 0, **answer: str) -> Outcome:
    with unit_of_work() as connection:
        if staff.one(connection, "sup-zhang") is None:
            staff.add(connection, a_supervisor(), secret=SECRET)
        gate = approvals.current_gate(connection, case.case_no)
    assert gate is not None
    given = an_answer(passcode=passcode_at(SECRET, at(hours)), **answer)
    return rule_on(case.case_no, gate.plan_version, given, via=Via.COMMAND, answered_at=at(hours)).outcome


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

        case = the_case()
        assert (case.state, case.closing_reason) == (State.CLOSED, "remedied")
        assert commands(case.case_no) == [
            "detect", "record", "investigate", "report_severe", "plan", "request_approval", "approve", "carry_out",
            "confirm_carried_out", "feed_back", "close",
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
        supervisor_answers(the_case())
        the_engine_passes()

        told = [str(notice) for notice in notices() if notice["audience"] == "department"]
        assert not any("王五" in text or "19900001234" in text for text in told)

    def test_keeps_an_analysis_of_cause_party_cost_and_times(self) -> None:
        the_engine_passes()
        supervisor_answers(the_case(), amount="800")
        the_engine_passes()

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
        supervisor_answers(the_case())
        the_engine_passes()

        case = the_case()
        assert case.state is State.NEEDS_OPERATOR
        assert "feed_back" not in commands(case.case_no)

    def test_is_planned_afresh_by_a_person_and_goes_on_to_its_end(self, desk: StandInDesk) -> None:
        desk.refuse_measures.add("INSPECT_AND_PHOTOGRAPH")
        the_engine_passes()
        supervisor_answers(the_case())
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
        assert (case.state, case.closing_reason, case.investigator) == (State.CLOSED, "remedied", "ag-sun")
        assert "SEARCH_PARCEL" in {order.measure for order in desk.orders.values()}

    def test_is_closed_by_a_person_with_the_reason_on_record(self, desk: StandInDesk) -> None:
        desk.refuse_measures.add("INSPECT_AND_PHOTOGRAPH")
        the_engine_passes()
        supervisor_answers(the_case())
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
        supervisor_answers(the_case())
        the_engine_passes()

        with pytest.raises(NotAllowed, match="nobody"):
            close_by_hand(the_case().case_no, staff_id="nobody", comment="x")

    def test_waits_for_a_busy_desk_and_then_goes_on(self, desk: StandInDesk, stand_at: Stand) -> None:
        the_engine_passes()
        supervisor_answers(the_case())
        desk.busy_for["COMPENSATE"] = 1
        the_engine_passes()
        assert the_case().state is State.CARRYING_OUT

        stand_at(at(1))
        the_engine_passes()
        assert the_case().state is State.CLOSED

    def test_is_closed_at_night_though_the_customer_hears_in_the_morning(
        self, notices: Notices, stand_at: Stand
    ) -> None:
        stand_at(at(11))  # eleven in the evening
        the_engine_passes()
        supervisor_answers(the_case(), hours=11)
        the_engine_passes()
        assert the_case().state is State.CLOSED
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
        assert (case.state, case.closing_reason) == (State.CLOSED, "remedied")
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

        stand_at(at(5))
        tell(an_event(Event.DELIVERY_FAILED, 4, reason="consignee.unreachable"), at=at(5))
        the_engine_passes()

        with unit_of_work() as connection:
            assert len(cases.select_cases(connection)) == 2
