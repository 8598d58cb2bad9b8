"""From a case that asks its outlet to the answer, the reminder and the end, through the steps of the flows."""

from collections.abc import Callable
from datetime import datetime

import pytest
from factories import a_registration, an_event, at
from standins import register, tell

from schemas.inquiries import InquiryState
from schemas.tracking import Event
from store import inquiries
from store.inquiries import Chosen
from store.unit_of_work import unit_of_work
from tasks.exceptions.carrying import carry_to_orders
from tasks.exceptions.detection import find_exceptions
from tasks.inquiries.reminding import remind_unanswered

Stand = Callable[[datetime], None]

pytestmark = pytest.mark.usefixtures("stand_at")


@pytest.fixture
def case_no() -> str:
    register(a_registration())
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.lost"))
    [number] = find_exceptions.fn().opened
    return number


def states(case_no: str) -> list[InquiryState]:
    with unit_of_work() as connection:
        return [item.state for item in inquiries.listing(connection, Chosen(case_no=case_no), limit=10)]


class TestAskingAboutACase:
    def test_begins_when_it_is_investigated_and_happens_once(self, case_no: str) -> None:
        assert states(case_no) == []

        carry_to_orders.fn()
        carry_to_orders.fn()

        assert states(case_no) == [InquiryState.OPEN]

    def test_goes_on_with_a_reminder_when_nobody_answers(self, case_no: str, stand_at: Stand) -> None:
        carry_to_orders.fn()

        stand_at(at(4))
        [told] = remind_unanswered.fn()

        assert told["case"] == case_no
        assert states(case_no) == [InquiryState.REMINDED]

    def test_ends_with_the_case(self, case_no: str, stand_at: Stand) -> None:
        carry_to_orders.fn()

        tell(an_event(Event.ARRIVED_HUB, 1), at=at(1))
        stand_at(at(1))
        assert find_exceptions.fn().cured == (case_no,)

        assert states(case_no) == [InquiryState.WITHDRAWN]
