"""Rectifications are tracked until they are verified, whenever they were ordered (R77)."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest
from complaint_quarter import complaints, keep_complaints
from factories import NOON
from generated_cases import SHANGHAI
from sqlalchemy import Connection, text

from rules.reporting.periods import period_before, period_named, span_of
from store.reporting import rectifications as figures
from store.reporting.rectifications import CONDITIONS, RECTIFICATIONS
from store.unit_of_work import unit_of_work

LONG_AGO, LATER = NOON - timedelta(days=200), NOON + timedelta(days=20)
DAY = timedelta(days=1)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def order(connection: Connection, number: int, created_at: datetime, **columns: object) -> None:
    """Order a rectification for a complaint."""
    [row] = complaints(1, first=date(2026, 3, 1), last=date(2026, 3, 1), as_of=NOON)
    case_no = f"CP-R-{number}"
    keep_complaints(connection, [{**row, "case_no": case_no, "waybill": "", "actions": [], "finding": None}])
    told = {"state": "open", "due_at": LATER, "done_at": None, "verified_at": None, "action": "RECTIFY", **columns}
    connection.execute(
        text(
            "INSERT INTO complaint_action (case_no, plan_version, action, owner, due_at, state, done_at, verified_at, "
            "created_at) VALUES (:case_no, 1, :action, :owner, :due_at, :state, :done_at, :verified_at, :created_at)"
        ),
        {"case_no": case_no, "owner": f"网点 {number % 2}", "created_at": created_at, **told},
    )


def gather(connection: Connection) -> dict[str, list[str]]:
    period = period_named("2026-W47")  # 2026-11-16 to 22; noon is the 20th
    figures.gather(
        connection,
        this=span_of(period, SHANGHAI),
        before=span_of(period_before(period), SHANGHAI),
        as_of=NOON,
    )
    return {figure: RECTIFICATIONS.behind(connection, figure, limit=99).get("", []) for figure in CONDITIONS}


class TestRectifications:
    def test_are_owed_until_somebody_verified_them(self, connection: Connection) -> None:
        order(connection, 1, LONG_AGO)
        order(connection, 2, LONG_AGO, due_at=NOON)
        order(connection, 3, LONG_AGO, state="done", done_at=LONG_AGO + DAY)
        order(connection, 4, LONG_AGO, state="verified", done_at=LONG_AGO + DAY, verified_at=NOON - DAY)
        order(connection, 5, NOON - DAY, state="failed", done_at=NOON)
        order(connection, 6, LONG_AGO, state="verified", done_at=LONG_AGO, verified_at=LONG_AGO)
        order(connection, 7, NOON - DAY, state="called_off")
        order(connection, 8, NOON - DAY, action="APOLOGISE")

        found = gather(connection)

        assert found == {
            "owed": ["CP-R-2", "CP-R-1"],
            "owed_overdue": ["CP-R-2"],
            "unverified": ["CP-R-3"],
            "verified": ["CP-R-4"],
            "failed": ["CP-R-5"],
            "ordered": ["CP-R-5", "CP-R-7"],
        }
        assert [line.case_no for line in figures.lines(connection)] == [f"CP-R-{n}" for n in (1, 2, 3, 4, 5, 7)]

    def test_are_told_by_whom_they_are_owed(self, connection: Connection) -> None:
        for number in range(3):
            order(connection, number, LONG_AGO)
        gather(connection)

        owners, _ = RECTIFICATIONS.groups(connection, "owner", limit=9)

        assert {owner.group: owner.this["owed"] for owner in owners} == {"网点 0": 2, "网点 1": 1}

    def test_of_the_period_before_are_compared(self, connection: Connection) -> None:
        order(connection, 1, NOON - 7 * DAY)
        gather(connection)

        totals = RECTIFICATIONS.totals(connection)
        assert (totals["before"]["ordered"], totals["before"]["owed"], totals["this"]["owed"]) == (1, 0, 1)
