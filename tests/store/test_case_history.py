"""The history of cases: sealed entry by entry, and whatever is altered in it, or in what follows from it, is found."""

from collections.abc import Iterator
from typing import Any

import pytest
from factories import NOON, a_registration, a_trouble, at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from rules.exceptions.lifecycle import LIFECYCLE
from rules.transitions import Move
from schemas.exceptions import Command, ExceptionCase, Role
from store import case_history, case_moves, cases
from store.case_history import Signature, broken_histories
from store.case_moves import Change
from store.cases import EXCEPTIONS, NewCase
from store.tracking import shipments
from store.unit_of_work import unit_of_work

SIGN = Signature(who="redress", role="system", at=NOON, policy_version="test")
LATER = Signature(who="redress", role="system", at=at(3), policy_version="test")
WAYBILLS = ("773000000001", "773000000002")


def moved(connection: Connection, case: ExceptionCase, command: Command, **updates: object) -> ExceptionCase:
    move = LIFECYCLE.advance(case.state, command, role=Role.SYSTEM, facts=case)
    assert isinstance(move, Move)
    change = Change(
        case=case,
        move=move,
        reason="because",
        note="很抱歉 'so'",
        updates=updates,
        details={"points": 3, "what": "破损"},
    )
    EXCEPTIONS.apply(connection, [change], sign=LATER)
    return cases.one_case(connection, case.case_no)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    """Give a transaction that sees two cases, of which the second was recorded, weighed and closed."""
    del database
    with unit_of_work() as connection:
        shipments.register(connection, [a_registration(waybill=waybill) for waybill in WAYBILLS], at=NOON)
        new = [NewCase(waybill, a_trouble()) for waybill in WAYBILLS]
        numbers = cases.open_cases(
            connection, new, prefix="EX-20261120-", sign=SIGN, clocks=lambda _: {"next_due_at": at(2)}
        )
        case = moved(connection, cases.one_case(connection, sorted(numbers)[1]), Command.RECORD)
        case = moved(connection, case, Command.INVESTIGATE, severity=3, severity_score=5, customer_told_at=at(1))
        moved(connection, case, Command.CURE, closing_reason="cured")
        yield connection


@pytest.fixture
def number(connection: Connection) -> str:
    return str(connection.execute(text("SELECT max(case_no) FROM cases")).scalar_one())


class TestBrokenHistories:
    def test_finds_untouched_ones_whole(self, connection: Connection, number: str) -> None:
        assert broken_histories(connection, number) == (1, [])
        assert broken_histories(connection) == (2, [])

    @pytest.mark.parametrize(
        ("tampering", "found"),
        [
            ("UPDATE case_history SET note = 'x' WHERE seq = 3", "entry 3 was changed: its note"),
            ("UPDATE case_history SET at = at - interval '1 s' WHERE seq = 2", "entry 2 was changed: its at"),
            ("UPDATE case_history SET from_state = 'PLANNED' WHERE seq = 3", "entry 3 was changed: its from_state"),
            ("UPDATE case_history SET to_state = 'PLANNED' WHERE seq = 2", "entry 2 was changed: its to_state"),
            ("UPDATE case_history SET details = '{\"a\": 1}' WHERE seq = 3", "entry 3 was changed: its details"),
            ("UPDATE case_history SET updates = '{}' WHERE seq = 3", "entry 3 was changed"),
            ("UPDATE case_history SET hash = sha256('x') WHERE seq = 2", "entry 2 was changed: its hash"),
            ("UPDATE case_history SET hash = sha256('x') WHERE seq = 4", "entry 4 was changed: its hash"),
            ("DELETE FROM case_history WHERE seq = 2", "entry 2 is missing"),
            ("DELETE FROM case_history WHERE seq = 4", "the end of the history was cut off"),
            ("DELETE FROM case_history WHERE case_no = (SELECT max(case_no) FROM cases)",
             "the whole history is missing"),
            ("UPDATE cases SET history_head = sha256('x') WHERE version = 4", "the case's history_head was changed"),
            ("UPDATE cases SET state = 'PLANNED' WHERE version = 4",
             "the case's state is 'PLANNED', its history says 'CLOSED'"),
            ("UPDATE cases SET version = 5 WHERE version = 4", "the case's version is 5, its history says 4"),
            ("UPDATE cases SET severity = 1 WHERE version = 4", "the case's severity is 1, its history says 3"),
            ("UPDATE cases SET closed_at = NULL WHERE version = 4",
             "the case's closed_at is None, its history says '2026-11-20T07:00:00+00:00'"),
            ("UPDATE cases SET opened_at = opened_at - interval '1 day' WHERE version = 4",
             "the case's opened_at is '2026-11-19T04:00:00+00:00', its history says '2026-11-20T04:00:00+00:00'"),
            ("UPDATE cases SET origin = 'staff' WHERE version = 4",
             "the case's origin is 'staff', its history says 'reported'"),
            ("UPDATE cases SET rounds = 2 WHERE version = 4", "the case's rounds is 2, its history says 0"),
        ],
        ids=lambda value: value.partition(" WHERE")[0],
    )  # fmt: skip
    def test_says_what_was_tampered_with(self, connection: Connection, number: str, tampering: str, found: str) -> None:
        connection.execute(text(tampering))

        assert f"{number}: {found}" in broken_histories(connection)[1]

    def test_finds_a_case_that_was_renamed_from_both_sides(self, connection: Connection, number: str) -> None:
        connection.execute(text("UPDATE cases SET case_no = 'EX-x' WHERE version = 4"))

        assert broken_histories(connection) == (
            2, ["EX-x: the whole history is missing", f"{number}: there is no such case, but 4 entries of history"]
        )  # fmt: skip

    def test_lets_a_change_of_the_clocks_reckon_a_due_time_anew(self, connection: Connection) -> None:
        connection.execute(text("UPDATE cases SET next_due_at = next_due_at + interval '1 hour', clock_profile = 'x'"))

        assert broken_histories(connection) == (2, [])

    def test_reads_entries_from_before_their_updates_were_sealed(
        self, connection: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as former:
            former.setitem(EXCEPTIONS.__dict__, "_opened_with", ())
            trouble = a_trouble(type="LOST", trigger="event-2")
            cases.open_cases(connection, [NewCase(WAYBILLS[0], trouble)], prefix="EX-0-", sign=SIGN)

        assert broken_histories(connection) == (3, [])


def table(name: str) -> Any:
    return {"case_history": case_history.history, "cases": cases.cases}[name]


NOT_SEALED = {*case_moves.RECKONED, "procedure"}
WHERE = [
    *(("case_history", column.name) for column in case_history.history.columns),
    *(("cases", column.name) for column in cases.cases.columns if column.name not in NOT_SEALED),
]


class TestOneAlteredByte:
    """Whatever byte of a case's history, or of what its history makes of it, is altered: it is found."""

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(where=st.sampled_from(WHERE), row=st.integers(0, 5), byte=st.integers(0, 200), bit=st.integers(0, 7))
    def test_is_found(self, connection: Connection, where: tuple[str, str], row: int, byte: int, bit: int) -> None:
        with connection.begin_nested() as savepoint:
            if self.alter(connection, *where, row=row, byte=byte, bit=bit):
                assert broken_histories(connection)[1] != []
            savepoint.rollback()

    def alter(self, connection: Connection, name: str, column: str, *, row: int, byte: int, bit: int) -> bool:
        """Alter one bit of a field as text, or of its bytes; False when the field cannot hold what comes of it."""
        rows = connection.execute(text(f"SELECT ctid::text, {column} AS value FROM {name} ORDER BY 1")).all()
        place, value = rows[row % len(rows)]
        if isinstance(value, memoryview):
            altered: object = flipped(bytes(value), byte, bit)
        else:
            written = connection.execute(text(f"SELECT {column}::text FROM {name} WHERE ctid = '{place}'")).scalar_one()
            altered = flipped((written or "").encode(), byte, bit).decode(errors="replace")
        type_ = table(name).c[column].type.compile(connection.dialect)
        try:
            with connection.begin_nested():
                changed = connection.execute(
                    text(f"UPDATE {name} SET {column} = CAST(:altered AS {type_}) "
                         f"WHERE ctid = '{place}' AND {column} IS DISTINCT FROM CAST(:altered AS {type_})"),
                    {"altered": altered},
                )  # fmt: skip
        except Exception:  # noqa: BLE001  # no such value of the type, or a number that is taken
            return False
        return bool(changed.rowcount)


def flipped(value: bytes, byte: int, bit: int) -> bytes:
    if not value:
        return b"x"
    at_ = byte % len(value)
    return value[:at_] + bytes([value[at_] ^ (1 << bit)]) + value[at_ + 1 :]
