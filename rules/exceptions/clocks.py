"""When a case is next due, and what is due then (R15, R25). Calendar hours of profile seed-outlet."""

from datetime import datetime

from rules.exceptions.pack import EXCEPTION_PACK
from schemas.exceptions import ExceptionCase, State

PROFILE = f"seed-outlet/{EXCEPTION_PACK.version}"

CLOCK_OF: dict[State, str | None] = {
    State.DETECTED: "first_response",
    State.RECORDED: "first_response",
    State.INVESTIGATED: "resolution",
    State.PLANNED: "resolution",
    State.AWAITING_APPROVAL: "decision",
    State.APPROVED: "resolution",
    State.CARRYING_OUT: "resolution",
    State.CARRIED_OUT: "resolution",
    State.FED_BACK: "resolution",
    State.NEEDS_OPERATOR: "operator",
    State.CLOSED: None,  # nothing is due any more
}
if unclocked := set(State) - set(CLOCK_OF):
    raise ValueError(f"no clock is declared for {sorted(unclocked)}")


def next_due(
    *, state: State, opened_at: datetime, state_since: datetime, last_escalated_at: datetime | None
) -> tuple[datetime, str] | None:
    """Give when the case is next due and which clock says so; None when nothing is due.

    Once a case was escalated in this state, or after this clock ran out, the next level has one escalation step of time
    from then on.
    """
    clock = CLOCK_OF[state]
    if clock is None:
        return None
    day = opened_at.date()
    rule = EXCEPTION_PACK.pick("due", scope=clock, on=day)
    due = (opened_at if rule.starts_on == "opened_at" else state_since) + rule.hours
    if last_escalated_at is not None and last_escalated_at >= min(state_since, due):
        return last_escalated_at + EXCEPTION_PACK.pick("escalation_step", on=day).hours, f"escalated_{clock}"
    return due, clock


def is_overdue(case: ExceptionCase, *, now: datetime) -> bool:
    """Say whether the case has passed its due time."""
    return case.is_open and case.next_due_at is not None and case.next_due_at <= now
