"""When a case is next due."""

import pytest
from factories import NOON, a_case, at

from rules.exceptions.clocks import is_overdue, next_due
from schemas.exceptions import State

OPENED = at(-3)
MOVED = NOON
DUE: dict[State, tuple[float, str] | None] = {
    State.DETECTED: (-3 + 2, "first_response"),
    State.RECORDED: (-3 + 2, "first_response"),
    State.INVESTIGATED: (-3 + 6, "resolution"),
    State.PLANNED: (-3 + 6, "resolution"),
    State.AWAITING_APPROVAL: (0 + 4, "decision"),
    State.APPROVED: (-3 + 6, "resolution"),
    State.CARRYING_OUT: (-3 + 6, "resolution"),
    State.CARRIED_OUT: (-3 + 6, "resolution"),
    State.FED_BACK: (-3 + 6, "resolution"),
    State.NEEDS_OPERATOR: (0 + 8, "operator"),
    State.CLOSED: None,
}
OPEN = [state for state in State if state is not State.CLOSED]


def due(state: State, *, escalated_at=None):
    return next_due(state=state, opened_at=OPENED, state_since=MOVED, last_escalated_at=escalated_at)


class TestNextDue:
    @pytest.mark.parametrize("state", list(State))
    def test_follows_the_clock_of(self, state):
        expected = DUE[state]

        assert due(state) == (expected and (at(expected[0]), expected[1]))

    def test_is_nothing_in_a_closed_case_even_after_an_escalation(self):
        assert due(State.CLOSED, escalated_at=at(9)) is None


class TestEscalatedCase:
    @pytest.mark.parametrize("state", OPEN)
    def test_has_one_step_of_time_from_then_on_in(self, state):
        assert due(state, escalated_at=at(9)) == (at(9 + 12), f"escalated_{DUE[state][1]}")

    @pytest.mark.parametrize("state", OPEN)
    def test_has_it_when_it_was_escalated_the_instant_it_came_to(self, state):
        assert due(state, escalated_at=MOVED) == (at(12), f"escalated_{DUE[state][1]}")

    def test_keeps_the_step_when_it_moves_on_under_a_clock_that_had_run_out(self):
        moved = next_due(state=State.APPROVED, opened_at=at(-9), state_since=NOON, last_escalated_at=at(-3))

        assert moved == (at(-3 + 12), "escalated_resolution")

    @pytest.mark.parametrize("state", [State.INVESTIGATED, State.AWAITING_APPROVAL, State.NEEDS_OPERATOR])
    def test_is_measured_by_the_next_clock_when_that_has_not_run_out(self, state):
        assert due(state, escalated_at=at(-1)) == (at(DUE[state][0]), DUE[state][1])


class TestIsOverdue:
    @pytest.mark.parametrize(("hours", "overdue"), [(0.001, False), (0, True), (-1, True)])
    def test_holds_from_the_due_time_on(self, hours, overdue):
        assert is_overdue(a_case(next_due_at=at(hours)), now=NOON) is overdue

    def test_fails_when_nothing_is_due(self):
        assert not is_overdue(a_case(next_due_at=None), now=NOON)

    def test_fails_for_a_closed_case(self):
        assert not is_overdue(a_case(state=State.CLOSED, next_due_at=at(-1)), now=NOON)
