"""Moving complaints through steps: select and lock, ask the transition table, write in one transaction.

A step that was done before finds no complaint in its states and does nothing, so repeating it is harmless.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.clocks.anchors import advance
from rules.complaints.lifecycle import LIFECYCLE
from rules.complaints.pack import COMPLAINT_PACK
from schemas.clocks import ClockEntry
from schemas.complaints import Command, Complaint, State
from store import complaints as complaint_store
from store.complaints import COMPLAINTS, Chosen
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.timing import anchors_of, clock_columns
from tasks.settings import held_settings
from tasks.stepping import CaseStep, SteppingAboutPeople

BATCH = 200
"""Complaints in one transaction."""
QUIET = frozenset({State.CONCLUDED, State.CLOSED})
"""States in which nobody needs an answer to an inquiry any more."""
TELLINGS = frozenset({Command.COMPLETE, Command.TELL_AGAIN, Command.REOPEN})
"""What whoever takes the customer's words in only passes on; it is never turned away."""


@dataclass(frozen=True, slots=True)
class Step(CaseStep[Complaint, Command]):
    """What a step does with one complaint."""


def _one_more(complaint: Complaint, entry: ClockEntry) -> dict[str, Any]:
    return clock_columns(advance(anchors_of(complaint), entry))


STEPPING: SteppingAboutPeople[Complaint, Command] = SteppingAboutPeople(
    lifecycle=LIFECYCLE,
    policy_version=COMPLAINT_PACK.version,
    clocks=_one_more,
    table=COMPLAINTS,
    quiet=QUIET,
    tellings=TELLINGS,
)
take_steps = STEPPING.take
cases_after = STEPPING.cases_after
signature = STEPPING.sign

Work = Callable[[Connection, list[Complaint], datetime], Iterable[Step]]
"""Looks at locked complaints, writes what goes with the step, and yields the steps to take."""


def step_in_batches(chosen: Chosen, work: Work) -> list[str]:
    """Take the steps of `work` with everything that is chosen, batch after batch; give the numbers that moved.

    Raises:
        NotAllowed: the table refuses a step.
    """
    done: list[str] = []
    after, left = "", True
    while left:
        with held_settings(), unit_of_work() as connection:
            now = clock.now()
            found = complaint_store.select_complaints(connection, chosen, after=after, limit=BATCH, lock=True)
            left = len(found) == BATCH
            if found:
                after = found[-1].case_no
                done += [move.case.case_no for move in take_steps(connection, work(connection, found, now), now=now)]
    return done


def step_of_one(case_no: str | None, states: Iterable[State], work: Work) -> list[str]:
    """Take the step with every complaint in these states, or with the one named if it is in one of them."""
    chosen = Chosen(states=frozenset(states), case_nos=None if case_no is None else [case_no])
    return step_in_batches(chosen, work)
