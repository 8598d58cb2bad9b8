"""Moves of cases: under their version, with an entry of history each, several at once or one by one."""

from collections.abc import Iterator

import pytest
from factories import NOON, a_registration, a_trouble, at
from sqlalchemy import Connection

from rules.exceptions.lifecycle import LIFECYCLE
from rules.transitions import Move
from schemas.exceptions import Command, ExceptionCase, Role, State
from store import cases
from store.case_history import Signature, broken_histories, history_of
from store.case_moves import Change, StaleCase
from store.cases import EXCEPTIONS, NewCase
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


def a_change(case: ExceptionCase, command: Command, **updates: object) -> Change[ExceptionCase]:
    move = LIFECYCLE.advance(case.state, command, role=Role.SYSTEM, facts=case)
    assert isinstance(move, Move)
    return Change(case=case, move=move, updates=updates)


def moved(connection: Connection, case: ExceptionCase, command: Command, **updates: object) -> ExceptionCase:
    EXCEPTIONS.apply(connection, [a_change(case, command, **updates)], sign=SIGN)
    return cases.one_case(connection, case.case_no)


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
        investigate = a_change(EXCEPTIONS.moved(record, at=NOON), Command.INVESTIGATE, investigator="redress")

        EXCEPTIONS.apply(connection, [record, investigate], sign=SIGN)

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

        EXCEPTIONS.apply(connection, [change], sign=SIGN)

        assert cases.one_case(connection, number) == EXCEPTIONS.moved(change, at=NOON)

    def test_keeps_the_time_in_state_when_a_command_does_not_leave_it(self, connection: Connection) -> None:
        [number] = opened(connection)
        case = cases.one_case(connection, number)

        assert moved(connection, case, Command.ESCALATE, escalation_level=1).state_since == case.state_since
