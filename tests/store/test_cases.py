"""Cases in PostgreSQL: opened once, and moved under their version."""

from collections.abc import Iterator

import pytest
from factories import NOON, a_plan, a_registration, a_trouble, at
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from rules.exceptions.lifecycle import LIFECYCLE
from rules.transitions import Move
from schemas.exceptions import Command, ExceptionCase, ExceptionType, Role, State
from store import cases
from store.case_history import Signature, broken_histories, history_of
from store.cases import Change, NewCase, StaleCase
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


def a_change(case: ExceptionCase, command: Command, **updates: object) -> Change:
    move = LIFECYCLE.advance(case.state, command, role=Role.SYSTEM, facts=case)
    assert isinstance(move, Move)
    return Change(case=case, move=move, updates=updates)


def moved(connection: Connection, case: ExceptionCase, command: Command, **updates: object) -> ExceptionCase:
    cases.apply(connection, [a_change(case, command, **updates)], sign=SIGN)
    return cases.one_case(connection, case.case_no)


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


class TestApply:
    def test_moves_the_case_and_writes_one_entry(self, connection: Connection) -> None:
        [number] = opened(connection)
        case = moved(connection, cases.one_case(connection, number), Command.RECORD)

        assert (case.state, case.version) == (State.RECORDED, 2)
        assert history_of(connection, number)[-1]["from_state"] == "DETECTED"

    def test_updates_only_the_columns_that_are_named(self, connection: Connection) -> None:
        [number] = opened(connection)
        case = moved(connection, cases.one_case(connection, number), Command.RECORD, severity=4)
        case = moved(connection, case, Command.INVESTIGATE, investigator="redress")

        assert (case.severity, case.investigator) == (4, "redress")

    def test_sets_a_column_to_nothing_when_told_so(self, connection: Connection) -> None:
        [number] = opened(connection)
        case = moved(connection, cases.one_case(connection, number), Command.RECORD, next_due_at=at(2).isoformat())
        assert case.next_due_at == at(2)

        assert moved(connection, case, Command.INVESTIGATE, next_due_at=None).next_due_at is None

    def test_refuses_a_case_that_somebody_else_has_moved(self, connection: Connection) -> None:
        [number] = opened(connection)
        read_before = cases.one_case(connection, number)
        moved(connection, read_before, Command.RECORD)

        with pytest.raises(StaleCase, match="moved by somebody else"):
            moved(connection, read_before, Command.RECORD)

    def test_writes_several_moves_of_one_case_at_once_and_an_entry_for_each(self, connection: Connection) -> None:
        [number] = opened(connection)
        record = a_change(cases.one_case(connection, number), Command.RECORD, severity=4)
        investigate = a_change(cases.moved(record, at=NOON), Command.INVESTIGATE, investigator="redress")

        cases.apply(connection, [record, investigate], sign=SIGN)

        case = cases.one_case(connection, number)
        assert (case.state, case.version) == (State.INVESTIGATED, 3)
        assert (case.severity, case.investigator) == (4, "redress")
        assert [entry["command"] for entry in history_of(connection, number)] == [
            "detect", "record", "investigate",
        ]  # fmt: skip
        assert broken_histories(connection) == (1, [])

    def test_leaves_a_case_as_was_foretold(self, connection: Connection) -> None:
        [number] = opened(connection)
        change = a_change(
            cases.one_case(connection, number),
            Command.CURE,
            severity=3,
            customer_told_at=at(-1),
            closing_reason="cured",
        )

        cases.apply(connection, [change], sign=SIGN)

        assert cases.one_case(connection, number) == cases.moved(change, at=NOON)

    def test_keeps_the_time_in_state_when_a_command_does_not_leave_it(self, connection: Connection) -> None:
        [number] = opened(connection)
        case = cases.one_case(connection, number)

        assert moved(connection, case, Command.ESCALATE, escalation_level=1).state_since == case.state_since


class TestDraftPlans:
    def test_shows_the_newest_version_with_the_case(self, connection: Connection) -> None:
        [number] = opened(connection)
        cases.draft_plans(connection, [(number, a_plan()), (number, a_plan(version=2, amount="49.00"))])

        plan = cases.one_case(connection, number).plan
        assert plan == a_plan(version=2, amount="49.00")

    def test_never_replaces_a_version(self, connection: Connection) -> None:
        [number] = opened(connection)
        cases.draft_plans(connection, [(number, a_plan())])

        with pytest.raises(IntegrityError):
            cases.draft_plans(connection, [(number, a_plan(amount="1.00"))])


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
