"""Moving many cases, or one, through a step: select and lock, ask the transition table, write in one transaction.

Every step of the automatic path and of the decision path goes through `move_cases`. A step that was done before finds
no case in its states and does nothing, so repeating it is harmless.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.exceptions.lifecycle import LIFECYCLE
from rules.exceptions.pack import EXCEPTION_PACK
from rules.transitions import Refusal
from schemas.exceptions import Command, ExceptionCase, Role, State
from store.cases import Change, Signature, apply, select_cases
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.timing import clock_columns, entry_of

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


def _change(step: Step, *, role: Role, now: datetime) -> Change:
    case = step.case
    move = LIFECYCLE.advance(case.state, step.command, role=role, facts=case)
    if isinstance(move, Refusal):
        raise NotAllowed(f"{case.case_no}: {move.sentence}")
    entry = entry_of(at=now, command=step.command, state=move.target, reason=step.reason, details=step.details)
    return Change(
        case=case,
        move=move,
        reason=step.reason,
        note=step.note,
        role=role.value,
        updates={**clock_columns(case, entry), **step.updates},
        details=step.details,
    )
