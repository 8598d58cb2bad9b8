"""Moving many cases, or one, through a step: select and lock, ask the transition table, write in one transaction.

Every step of the automatic path and of the decision path goes through `move_cases`. A step that was done before finds
no case in its states and does nothing, so repeating it is harmless.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.exceptions.clocks import PROFILE, next_due
from rules.exceptions.lifecycle import LIFECYCLE
from rules.exceptions.pack import EXCEPTION_PACK
from rules.transitions import Refusal
from schemas.exceptions import Command, ExceptionCase, Role, State
from store.cases import Change, Signature, apply, select_cases
from store.unit_of_work import Connection, unit_of_work
from tasks import clock

BATCH = 500
SYSTEM = "redress"


@dataclass(frozen=True, slots=True)
class Step:
    """What a step does with one case: the command, the columns it updates, and what the history says."""

    case: ExceptionCase
    command: Command
    reason: str = ""
    note: str = ""
    updates: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


Work = Callable[[Connection, list[ExceptionCase], datetime], Iterable[Step]]
"""Looks at a batch of locked cases, writes what goes with the step, and yields the steps to take."""


def move_cases(work: Work, *, states: Collection[State], case_no: str | None = None) -> list[str]:
    """Run `work` over all cases in `states`, or over the one named, batch by batch; give the numbers that moved."""
    moved: list[str] = []
    after = ""
    while True:
        with unit_of_work() as connection:
            cases = select_cases(
                connection,
                states=states,
                case_nos=None if case_no is None else [case_no],
                after=after,
                limit=BATCH,
                lock=True,
            )
            if cases:
                now = clock.now()
                moved += take_steps(connection, work(connection, cases, now), now=now)
        if len(cases) < BATCH:
            return moved
        after = cases[-1].case_no


class NotAllowed(RuntimeError):
    """The transition table refuses a step; the message is its sentence."""


def take_steps(
    connection: Connection, steps: Iterable[Step], *, now: datetime, who: str = SYSTEM, role: Role = Role.SYSTEM
) -> list[str]:
    """Ask the transition table for each step and write those it allows; give the case numbers.

    Raises:
        NotAllowed: the table refuses a step. A step that takes cases in its own states never meets this.
    """
    changes = [_change(step, role=role, now=now) for step in steps]
    sign = Signature(who=who, role=role.value, at=now, policy_version=EXCEPTION_PACK.version)
    apply(connection, changes, sign=sign)
    return [change.case.case_no for change in changes]


def clock_columns(
    *, state: State, opened_at: datetime, state_since: datetime, last_escalated_at: datetime | None = None
) -> dict[str, Any]:
    """Give the columns that say when the case is next due, and by which clock of which profile."""
    due = next_due(state=state, opened_at=opened_at, state_since=state_since, last_escalated_at=last_escalated_at)
    return {
        "next_due_at": due[0] if due else None,
        "due_kind": due[1] if due else "",
        "clock_profile": PROFILE if due else "",
    }


def _change(step: Step, *, role: Role, now: datetime) -> Change:
    case = step.case
    move = LIFECYCLE.advance(case.state, step.command, role=role, facts=case)
    if isinstance(move, Refusal):
        raise NotAllowed(f"{case.case_no}: {move.sentence}")
    clocks = clock_columns(
        state=move.target,
        opened_at=case.opened_at,
        state_since=now if move.target is not case.state else case.state_since,
        last_escalated_at=step.updates.get("last_escalated_at", case.last_escalated_at),
    )
    return Change(
        case=case,
        move=move,
        reason=step.reason,
        note=step.note,
        role=role.value,
        updates={**clocks, **step.updates},
        details=step.details,
    )
