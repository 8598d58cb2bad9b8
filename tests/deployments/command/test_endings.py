"""`redress accept`, `object`, `explain`, `reconsider`: how a case ends, said by staff."""

from collections.abc import Callable

import pytest
from commands import Redress
from factories import NOON, a_registration, a_supervisor, an_event
from standins import register, tell

from schemas.exceptions import ClosingReason, ExceptionCase, Role, State
from schemas.tracking import Event
from store import cases, staff
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.dispatch.sending import send_due
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions
from tasks.exceptions.planning import plan_remedies, triage_plans
from tasks.exceptions.resolution import carry_out_plans, confirm_carried_out, feed_back_results
from tasks.supervision.passcodes import new_secret, passcode_at

SECRET = new_secret()


@pytest.fixture
def number(redress: Redress, stand_at: Callable[..., None], desk: object, notices: object) -> str:
    """Bring the case of a parcel whose consignee is unreachable to where its result was told."""
    del redress, stand_at, desk, notices
    register(a_registration())
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERY_FAILED, -1, reason="consignee.unreachable"))
    find_exceptions.fn()
    for step in (record_exceptions, investigate_exceptions, plan_remedies, triage_plans, carry_out_plans):
        step.fn()
    send_due(kinds=[Kind.WORK_ORDER])
    confirm_carried_out.fn()
    feed_back_results.fn()
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(staff_id="ag-sun", roles=frozenset({Role.AGENT})), secret=new_secret())
        staff.add(connection, a_supervisor(), secret=SECRET)
    return the_case().case_no


def the_case() -> ExceptionCase:
    with unit_of_work() as connection:
        [case] = cases.select_cases(connection)
    return case


class TestAccept:
    def test_closes_the_case(self, redress: Redress, number: str) -> None:
        printed = redress("accept", number, "--staff", "ag-sun", "--channel", "counter")

        assert (printed.exit_code, printed.out) == (0, f"{number} is CLOSED: accepted.\n")
        assert the_case().closing_reason == ClosingReason.ACCEPTED

    def test_is_refused_to_somebody_who_does_not_work_here(self, redress: Redress, number: str) -> None:
        printed = redress("accept", number, "--staff", "nobody")

        assert (printed.exit_code, printed.err) == (1, "redress: nobody is nobody who works here\n")
        assert the_case().state is State.FED_BACK

    def test_of_an_unknown_case_says_so(self, redress: Redress, number: str) -> None:
        assert "there is no case EX-0" in redress("accept", "EX-0", "--staff", "ag-sun").err


class TestObject:
    def test_opens_a_second_investigation_and_wakes_the_engine(
        self, redress: Redress, number: str, announced: list[str]
    ) -> None:
        printed = redress("object", number, "--staff", "ag-sun", "--demand", "请今天送到")

        assert (printed.exit_code, printed.out) == (0, f"{number} is RECORDED.\n")
        assert announced

    def test_needs_the_demand(self, redress: Redress, number: str) -> None:
        assert redress("object", number, "--staff", "ag-sun").exit_code == 2


class TestExplain:
    def explained(self, redress: Redress, number: str, *, passcode: str, staff_id: str = "sup-zhang") -> str:
        printed = redress("explain", number, "--staff", staff_id, "--passcode", passcode, "--reasons", "已按约定处理。")
        return printed.out + printed.err

    def test_closes_the_case_of_a_customer_who_still_objects(self, redress: Redress, number: str) -> None:
        redress("object", number, "--staff", "ag-sun", "--demand", "十倍赔偿")
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE cases SET state = 'NEEDS_OPERATOR'")

        told = self.explained(redress, number, passcode=passcode_at(SECRET, clock.now()))

        assert told == f"{number} is CLOSED.\n"
        assert the_case().closing_reason == ClosingReason.EXPLAINED

    def test_is_refused_with_a_wrong_passcode(self, redress: Redress, number: str) -> None:
        assert "is not right" in self.explained(redress, number, passcode="000000")

    def test_is_refused_to_an_agent_whatever_the_passcode(self, redress: Redress, number: str) -> None:
        assert "is not right" in self.explained(redress, number, passcode=passcode_at(SECRET, NOON), staff_id="ag-sun")


class TestReconsider:
    def test_says_when_no_plan_waits(self, redress: Redress, number: str) -> None:
        printed = redress("reconsider", number, "--staff", "ag-sun", "--comment", "补充照片")

        assert printed.exit_code == 1
        assert "reconsider is not possible in state FED_BACK" in printed.err
