"""Gates: read page by page, and given other runs where theirs are lost."""

from collections.abc import Iterator

import pytest
from factories import NOON
from sqlalchemy import Connection

from schemas.approvals import Gate
from store import approvals
from store.unit_of_work import unit_of_work


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def opened(connection: Connection, *case_nos: str) -> list[Gate]:
    approvals.open_gates(connection, [(case_no, 1, "money") for case_no in case_nos], at=NOON)
    return approvals.undecided_after(connection, None, limit=100)


class TestOpenGates:
    def test_leave_one_that_is_open_as_it_is(self, connection: Connection) -> None:
        [gate] = opened(connection, "EX-1")
        approvals.assign_run(connection, gate.gate_id, "run-1")

        assert [gate.flow_run_id for gate in opened(connection, "EX-1")] == ["run-1"]


class TestUndecidedAfter:
    def test_goes_through_all_of_them_page_by_page(self, connection: Connection) -> None:
        opened(connection, *(f"EX-{number}" for number in range(5)))
        approvals.close_gates(connection, ["EX-2"])

        first = approvals.undecided_after(connection, None, limit=2)
        second = approvals.undecided_after(connection, first[-1], limit=2)
        third = approvals.undecided_after(connection, second[-1], limit=2)

        assert [[gate.case_no for gate in page] for page in (first, second, third)] == [
            ["EX-0", "EX-1"], ["EX-3", "EX-4"], [],
        ]  # fmt: skip


class TestNeedRuns:
    def test_counts_the_runs_of_a_gate_that_lost_one(self, connection: Connection) -> None:
        lost, without = opened(connection, "EX-1", "EX-2")
        approvals.assign_run(connection, lost.gate_id, "run-1")

        found = approvals.need_runs(connection, [lost.model_copy(update={"flow_run_id": "run-1"}), without])

        assert {gate.case_no: (gate.flow_run_id, gate.run_no) for gate in found} == {
            "EX-1": (None, 2), "EX-2": (None, 1),
        }  # fmt: skip

    def test_leaves_a_gate_that_was_decided_or_got_another_run_meanwhile(self, connection: Connection) -> None:
        decided, other = opened(connection, "EX-1", "EX-2")
        approvals.close_gates(connection, ["EX-1"])
        approvals.assign_run(connection, other.gate_id, "run-2")

        assert approvals.need_runs(connection, [decided, other]) == []

    def test_leaves_a_gate_that_somebody_is_deciding_about(self, database: str) -> None:
        del database
        with unit_of_work() as connection:
            gates = opened(connection, "EX-1")

        with unit_of_work() as deciding, unit_of_work() as sweeping:
            approvals.current_gate(deciding, "EX-1", lock=True)

            assert approvals.need_runs(sweeping, gates) == []


class TestKeepForm:
    def test_is_for_the_attempt_that_was_looked_at(self, connection: Connection) -> None:
        [gate] = opened(connection, "EX-1")
        approvals.ask_again(
            connection, gate, staff_id="sup-zhang", code="x", sentence="no", via="run", answered_at=NOON
        )
        approvals.keep_form(connection, gate)
        [asked_again] = approvals.undecided_after(connection, None, limit=1)
        assert (asked_again.attempt, asked_again.form_kept) == (2, 1)

        approvals.keep_form(connection, asked_again)

        assert approvals.undecided_after(connection, None, limit=1)[0].form_kept == 2
