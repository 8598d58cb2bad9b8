"""One loss is paid once (R56), whatever cases it has; and nothing is promised of which nobody knows how much it is."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from complaints import (
    complaint_of,
    filed,
    notices_of,
    staff_called,
    supervisor_answers,
    the_desk_works,
    the_network_is_on_file,
    the_parcel_is_late,
    to_the_gate,
)
from factories import a_plan, a_registration, an_event, at
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from schemas.approvals import Outcome
from schemas.complaints import ComplaintType, State, Validity
from schemas.exceptions import Role
from schemas.paid import OrderedPayment
from schemas.tracking import Event
from store import approvals, cases, outbox, payments
from store.unit_of_work import unit_of_work
from tasks.complaints.by_hand import decide_finding
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.letters import work_orders
from tasks.supervision.gate import description_of

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
WAYBILL = "773000000001"
MONEY = {"text": "照价赔偿", "amount": "50"}


@pytest.fixture(autouse=True)
def carrier(stand_at: Stand, desk: StandInDesk, notices: Notices) -> None:
    del stand_at, desk, notices
    the_network_is_on_file()


def at_the_gate(type_: ComplaintType, **told: object) -> str:
    """Bring a valid complaint about the parcel to its gate."""
    number = filed(**{"type": type_, "demand": MONEY, **told}).complaint_no
    staff_called("sup-li", Role.SUPERVISOR)
    to_the_gate(number)
    finding = complaint_of(number).finding
    if finding is None or finding.validity is not Validity.VALID:
        decide_finding(number, validity=Validity.VALID, note="属实", staff_id="sup-li")
        the_desk_works()
    assert complaint_of(number).state is State.AWAITING_APPROVAL
    return number


def planned(number: str) -> tuple[bool, Decimal]:
    plan = complaint_of(number).plan
    assert plan is not None
    return plan.pays, plan.amount


def paid_by(desk: StandInDesk) -> list[str]:
    return [order.amount for order in desk.orders.values() if order.measure == "COMPENSATE"]


def ordered() -> list[OrderedPayment]:
    with unit_of_work() as connection:
        return payments.ordered_for(connection, [WAYBILL, ""]).get(WAYBILL, [])


class TestOneLoss:
    @pytest.fixture
    def first(self, stand_at: Stand) -> str:
        """The first of the parcel's complaints, whose plan was approved."""
        the_parcel_is_late(declared_value="60")
        number = at_the_gate(ComplaintType.LOSS)
        stand_at(at(1))
        assert supervisor_answers(number, at(1)).outcome is Outcome.APPROVED
        return number

    def test_is_not_paid_once_more_on_another_complaint(self, first: str, desk: StandInDesk) -> None:
        the_desk_works()
        second = at_the_gate(ComplaintType.FALSE_SIGN)
        assert planned(second) == (False, 0)

        supervisor_answers(second, at(1))
        the_desk_works()

        assert paid_by(desk) == ["50.00"]
        assert ordered() == [OrderedPayment(case_no=first, amount=Decimal(50))]

    def test_counts_as_paid_as_soon_as_it_is_approved(self, first: str) -> None:
        assert ordered() == [OrderedPayment(case_no=first, amount=Decimal(50))]

    def test_is_paid_to_the_parcels_worth_at_most_by_all_its_cases(self, first: str, stand_at: Stand) -> None:
        """Both plans were drafted before either was approved."""
        second = at_the_gate(ComplaintType.FALSE_SIGN)
        stand_at(at(2))
        refused = supervisor_answers(second, at(2), amount="10.01")
        assert refused.outcome is Outcome.ASK_AGAIN
        assert "高于货物价值 60.00 减去已安排赔付的 50" in refused.sentence

        stand_at(at(3))
        assert supervisor_answers(second, at(3), amount="10").outcome is Outcome.APPROVED
        assert [one.amount for one in ordered()] == [50, 10]
        assert first != second

    def test_is_shown_to_whoever_decides_the_next(self, first: str) -> None:
        second = at_the_gate(ComplaintType.FALSE_SIGN)

        with unit_of_work() as connection:
            gate = approvals.current_gate(connection, second)
            assert gate is not None
            assert f"ordered to be paid for this parcel: {first} 50" in description_of(connection, gate)

    def test_may_be_paid_again_where_the_order_was_refused_for_good(self, first: str, desk: StandInDesk) -> None:
        desk.refuse_measures.add("COMPENSATE")
        the_desk_works()

        assert complaint_of(first).state is State.NEEDS_OPERATOR
        assert ordered() == []

    def test_counts_what_an_exception_had_paid(self, stand_at: Stand) -> None:
        register(a_registration(declared_value="60"), at=at(-72))
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.damaged"))
        find_exceptions.fn()
        with unit_of_work() as connection:
            [case] = cases.former_cases(connection, [WAYBILL])
            outbox.put(connection, work_orders(case.model_copy(update={"plan": a_plan(amount=Decimal(45))}), now=at()))
        stand_at(at(1))

        assert planned(at_the_gate(ComplaintType.DAMAGE)) == (True, 5)


class TestUnknownAmount:
    @pytest.fixture
    def number(self) -> str:
        the_parcel_is_late(declared_value=None)
        number = at_the_gate(ComplaintType.DAMAGE)
        assert planned(number) == (True, 0)
        return number

    def test_is_named_before_it_is_promised(self, number: str, stand_at: Stand, desk: StandInDesk) -> None:
        refused = supervisor_answers(number, at())
        assert refused.outcome is Outcome.ASK_AGAIN
        assert "金额不明" in refused.sentence

        stand_at(at(1))
        assert supervisor_answers(number, at(1), amount="30").outcome is Outcome.APPROVED
        the_desk_works()
        assert paid_by(desk) == ["30"]
        assert "30" in notices_of(number)[-1]["body"]

    def test_of_nothing_promises_no_payment(self, number: str, desk: StandInDesk) -> None:
        assert supervisor_answers(number, at(), amount="0").outcome is Outcome.APPROVED
        assert planned(number) == (False, 0)
        the_desk_works()

        assert paid_by(desk) == []
        assert "赔付" not in notices_of(number)[-1]["body"]
