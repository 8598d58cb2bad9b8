"""Cases in PostgreSQL: opened once, and moved under their version."""

from collections.abc import Iterator

import pytest
from factories import NOON, a_plan, a_registration, a_trouble
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from schemas.exceptions import ExceptionType, State
from schemas.promises import LaneClass
from store import cases
from store.case_history import Signature, history_of
from store.cases import NewCase
from store.plans import draft_plans
from store.tracking import shipments
from store.unit_of_work import unit_of_work

SIGN = Signature(who="redress", role="system", at=NOON, policy_version="test")
WAYBILL = "773000000001"


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        shipments.register(connection, [a_registration()], at=NOON)
        yield connection


def opened(connection: Connection, *found: NewCase) -> list[str]:
    return cases.open_cases(connection, found or (NewCase(WAYBILL, a_trouble()),), prefix="EX-20261120-", sign=SIGN)


class TestKinds:
    def test_say_by_which_playbook_cases_are_handled(self, connection: Connection) -> None:
        [number] = opened(connection)

        assert cases.kinds(connection, [number, "EX-0"]) == {
            number: (ExceptionType.DAMAGED, "standard", LaneClass.INTER_PROVINCE)
        }
        assert cases.kinds(connection, []) == {}


class TestOpenCases:
    def test_gives_each_new_trouble_a_number_and_a_first_entry_of_history(self, connection: Connection) -> None:
        [number] = opened(connection)

        case = cases.one_case(connection, number)
        assert number.startswith("EX-20261120-")
        assert (case.state, case.version, case.type) == (State.DETECTED, 1, ExceptionType.DAMAGED)
        assert [entry["command"] for entry in history_of(connection, number)] == ["detect"]

    def test_opens_nothing_for_the_same_trigger_again(self, connection: Connection) -> None:
        opened(connection)

        assert opened(connection) == []

    def test_keeps_one_open_case_for_each_waybill_and_type(self, connection: Connection) -> None:
        opened(connection)

        assert opened(connection, NewCase(WAYBILL, a_trouble(trigger="event-2"))) == []

    def test_opens_a_second_type_beside_the_first(self, connection: Connection) -> None:
        opened(connection)
        delayed = NewCase(WAYBILL, a_trouble(type=ExceptionType.DELAYED, trigger="promise"))

        assert len(opened(connection, delayed)) == 1

    def test_opens_many_at_once(self, connection: Connection) -> None:
        registrations = [a_registration(waybill=f"7730000{number:05}") for number in range(300)]
        shipments.register(connection, registrations, at=NOON)

        numbers = opened(connection, *(NewCase(item.waybill, a_trouble()) for item in registrations))

        assert len(set(numbers)) == 300


class TestDraftPlans:
    def test_shows_the_newest_version_with_the_case(self, connection: Connection) -> None:
        [number] = opened(connection)
        draft_plans(connection, [(number, a_plan()), (number, a_plan(version=2, amount="49.00"))])

        plan = cases.one_case(connection, number).plan
        assert plan == a_plan(version=2, amount="49.00")

    def test_never_replaces_a_version(self, connection: Connection) -> None:
        [number] = opened(connection)
        draft_plans(connection, [(number, a_plan())])

        with pytest.raises(IntegrityError):
            draft_plans(connection, [(number, a_plan(amount="1.00"))])


class TestSelectCases:
    def test_passes_over_what_somebody_else_holds(self, database: str) -> None:
        del database
        with unit_of_work() as connection:
            shipments.register(connection, [a_registration()], at=NOON)
            [number] = opened(connection)

        with unit_of_work() as holder, unit_of_work() as other:
            cases.one_case(holder, number, lock=True)

            assert cases.select_cases(other, states=[State.DETECTED], lock=True) == []
            assert [case.case_no for case in cases.select_cases(other, states=[State.DETECTED])] == [number]

    def test_goes_on_after_a_number(self, connection: Connection) -> None:
        registrations = [a_registration(waybill=f"77300000000{number}") for number in range(5)]
        shipments.register(connection, registrations, at=NOON)
        numbers = sorted(opened(connection, *(NewCase(item.waybill, a_trouble()) for item in registrations)))

        found = cases.select_cases(connection, states=[State.DETECTED], after=numbers[2])

        assert [case.case_no for case in found] == numbers[3:]


class TestSelectStanding:
    @pytest.fixture
    def numbers(self, database: str) -> list[str]:
        del database
        with unit_of_work() as connection:
            registrations = [a_registration(waybill=f"77300000000{number}") for number in range(6)]
            shipments.register(connection, registrations, at=NOON)
            return sorted(opened(connection, *(NewCase(item.waybill, a_trouble()) for item in registrations)))

    def test_fills_a_batch_beyond_those_that_somebody_else_holds(self, numbers: list[str]) -> None:
        with unit_of_work() as holder, unit_of_work() as other:
            cases.select_cases(holder, case_nos=[numbers[0], numbers[1], numbers[3]], lock=True)

            found = cases.select_standing(other, states=[State.DETECTED, State.RECORDED], limit=2)
            rest = cases.select_standing(other, states=[State.DETECTED], after=found[-1].case_no, limit=2)

        assert [case.case_no for case in found] == [numbers[2], numbers[4]]
        assert [case.case_no for case in rest] == [numbers[5]]

    def test_leaves_cases_in_other_states(self, numbers: list[str]) -> None:
        del numbers
        with unit_of_work() as connection:
            assert cases.select_standing(connection, states=[State.PLANNED, State.RECORDED]) == []
