"""Chapter complaints, told in the five stages of the closed loop, from the call to the archive (R49)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from complaints import (
    commands_of,
    complaint_of,
    customer_says,
    filed,
    nodes_answer,
    notices_of,
    supervisor_answers,
    the_desk_works,
)
from factories import a_registration, an_event, at
from networks import HEAD, HUB, OUTLET, PROVINCE
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from schemas.approvals import Outcome
from schemas.complaints import Ending, State, Validity
from schemas.tracking import Event
from store import network
from store.case_history import broken_histories
from store.unit_of_work import unit_of_work

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]


@pytest.fixture(autouse=True)
def carrier(stand_at: Stand, desk: StandInDesk, notices: Notices) -> None:
    del stand_at, desk, notices
    with unit_of_work() as connection:
        network.replace(connection, [HEAD, PROVINCE, OUTLET, HUB], at=at(0))


class TestLateParcel:
    def test_goes_from_the_call_to_the_customers_agreement(self, stand_at: Stand, desk: StandInDesk) -> None:
        register(a_registration(promised_at=at(-24)))
        tell(an_event(Event.PICKED_UP, -72), an_event(Event.ARRIVED_OUTLET, -30, location="示例城东网点"))
        number = filed().complaint_no

        the_desk_works()
        assert complaint_of(number).state is State.VERIFYING
        assert complaint_of(number).assigned_to == "示例城东网点"

        assert nodes_answer(number) == ["示例城东网点"]
        the_desk_works()
        complaint = complaint_of(number)
        assert complaint.state is State.AWAITING_APPROVAL
        assert complaint.finding is not None
        assert complaint.finding.validity is Validity.VALID
        assert desk.orders == {}  # nothing is done, and no result told, before it is decided (R56)
        assert [notice["purpose"] for notice in notices_of(number)] == ["intake-1"]

        stand_at(at(1))
        assert supervisor_answers(number, at(1)).outcome is Outcome.APPROVED
        the_desk_works()
        complaint = complaint_of(number)
        assert complaint.state is State.FED_BACK
        assert [order.measure for order in desk.orders.values()] == ["RUSH_DELIVERY"]
        result = notices_of(number)[-1]["body"]
        assert "经核实，您反映的情况属实" in result
        assert "加急派送、向您致歉" in result

        customer_says(number, agrees=True)
        complaint = complaint_of(number)
        assert (complaint.state, complaint.ending) == (State.CONCLUDED, Ending.ACCEPTED)
        assert commands_of(number) == [
            "receive", "hand_off", "verify", "establish", "plan", "request_approval", "approve", "carry_out",
            "confirm_carried_out", "feed_back", "accept",
        ]  # fmt: skip
        with unit_of_work() as connection:
            assert broken_histories(connection) == (1, [])
