"""Several steps taken at once leave a case as the same steps one by one do."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from factories import a_registration, an_event, at
from standins import register, tell

from schemas.exceptions import ExceptionCase, State
from schemas.tracking import Event
from store import approvals, cases, outbox
from store.case_history import broken_histories, history_of
from store.case_moves import RECKONED, CaseTable
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.dispatch.sending import send_due
from tasks.exceptions import moving
from tasks.exceptions.carrying import carry_to_feedback, carry_to_orders
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions, report_severe_exceptions
from tasks.exceptions.planning import plan_remedies, triage_plans
from tasks.exceptions.resolution import carry_out_plans, confirm_carried_out, feed_back_results

TO_ORDERS = (
    record_exceptions, investigate_exceptions, report_severe_exceptions, plan_remedies, triage_plans, carry_out_plans,
)  # fmt: skip
TROUBLES = {
    "nobody must decide": (Event.DELIVERY_FAILED, "consignee.unreachable", {}),
    "money must be decided": (Event.EXCEPTION, "carrier.damaged", {}),
    "severe": (Event.EXCEPTION, "carrier.damaged", {"declared_value": "5000", "perishable": True}),
    "no phone": (Event.DELIVERY_FAILED, "consignee.unreachable", {"consignee": {"name": "王五", "phone": ""}}),
}

OTHER_NAMES = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|IQ-[0-9]{8}-[0-9]{6}")
"""The numbers of events and inquiries."""

pytestmark = pytest.mark.usefixtures("stand_at")


def detected(trouble: str, waybill: str) -> str:
    event, reason, booked = TROUBLES[trouble]
    register(a_registration(waybill=waybill, **booked))
    tell(an_event(Event.PICKED_UP, -9), an_event(event, -1, reason=reason), waybill=waybill)
    [case_no] = find_exceptions.fn().opened
    return case_no


def left(case_no: str) -> dict[str, Any]:
    """Give everything that was left of a case, without what names it."""
    with unit_of_work() as connection:
        case = cases.one_case(connection, case_no)
        gate = approvals.current_gate(connection, case_no)
        file = {
            "case": case.model_dump(exclude={"case_no", "waybill", "trigger"}),
            "history": history_of(connection, case_no),
            "gate": gate.model_dump(exclude={"gate_id", "case_no"}) if gate else None,
            "sent": [(row["kind"], row["payload"]) for row in outbox.of_case(connection, case_no)],
        }
    return without_names(file, case_no, case.waybill)


def without_names(value: Any, *names: str) -> Any:
    match value:
        case str():
            for name in names:
                value = value.replace(name, "?")
            return OTHER_NAMES.sub("?", value)
        case dict():
            return {key: without_names(item, *names) for key, item in value.items() if key != "trigger"}
        case list() | tuple():
            return [without_names(item, *names) for item in value]
    return value


class TestCarryToOrders:
    @pytest.mark.parametrize("trouble", TROUBLES)
    def test_leaves_a_case_as_its_steps_one_by_one_do(self, trouble: str) -> None:
        one_by_one, at_once = detected(trouble, "773000000001"), detected(trouble, "773000000002")
        for step in TO_ORDERS:
            step.fn(one_by_one)

        carry_to_orders.fn()

        assert left(at_once) == left(one_by_one)
        with unit_of_work() as connection:
            assert broken_histories(connection) == (2, [])

    def test_counts_the_cases_by_step_and_finds_none_the_second_time(self) -> None:
        for number, trouble in enumerate(TROUBLES):
            detected(trouble, f"77300000000{number}")

        assert carry_to_orders.fn() == {
            "recorded": 4, "investigated": 4, "reported as severe": 1, "planned": 4, "triaged": 4, "carried out": 2,
        }  # fmt: skip
        assert set(carry_to_orders.fn().values()) == {0}

    def test_takes_every_case_once_in_however_many_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(moving, "BATCH", 2)
        for number in range(7):
            detected("nobody must decide", f"77300000000{number}")

        assert carry_to_orders.fn()["carried out"] == 7

    def test_foretells_each_step_what_the_store_will_say(self, monkeypatch: pytest.MonkeyPatch) -> None:
        foretold: dict[str, ExceptionCase] = {}
        moved = CaseTable.moved

        def noted(*given: Any, **named: Any) -> ExceptionCase:
            case = moved(*given, **named)
            foretold[case.case_no] = case
            return case

        monkeypatch.setattr(CaseTable, "moved", noted)
        for number, trouble in enumerate(TROUBLES):
            detected(trouble, f"77300000000{number}")

        carry_to_orders.fn()

        due = RECKONED - {"clock_anchors"}  # computed once, when the last step is written
        with unit_of_work() as connection:
            stored = cases.select_cases(connection)
        assert [case.model_dump(exclude=due) for case in stored] == [
            foretold[case.case_no].model_dump(exclude=due) for case in stored
        ]


class TestCarryToFeedback:
    @pytest.mark.usefixtures("desk", "notices")
    def test_leaves_a_case_as_its_steps_one_by_one_do(self) -> None:
        one_by_one, at_once = (detected("nobody must decide", f"77300000000{number}") for number in (1, 2))
        carry_to_orders.fn()
        send_due(kinds=[Kind.WORK_ORDER])
        for step in (confirm_carried_out, feed_back_results):
            step.fn(one_by_one)

        assert carry_to_feedback.fn() == {"confirmed": 1, "fed back": 1}
        assert left(at_once)["case"] == left(one_by_one)["case"]

    def test_confirms_nothing_whose_orders_are_on_their_way(self, stand_at: Callable[[datetime], None]) -> None:
        case_no = detected("nobody must decide", "773000000001")
        carry_to_orders.fn()
        stand_at(at(1))

        carry_to_feedback.fn()

        assert left(case_no)["case"]["state"] == State.CARRYING_OUT
