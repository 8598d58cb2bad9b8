"""Moving many cases, or one, through steps: select and lock, ask the transition table, write in one transaction.

Every step of the automatic path and of the decision path goes through here. A step that was done before finds no case
in its states and does nothing, so repeating it is harmless.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain
from threading import Lock
from typing import Any, TypeVar

from rules.clocks.anchors import advance
from rules.exceptions.lifecycle import LIFECYCLE
from rules.exceptions.pack import EXCEPTION_PACK
from schemas.clocks import ClockEntry
from schemas.exceptions import Command, ExceptionCase, Role, State
from store import outbox
from store.case_history import Signature
from store.case_moves import Change
from store.cases import EXCEPTIONS, select_cases, select_standing
from store.outbox import Letter
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.exceptions.channels import addressed
from tasks.exceptions.timing import anchors_of, clock_columns
from tasks.inquiries.asking import withdraw
from tasks.settings import held_settings
from tasks.stepping import CASE_CLOSED, SYSTEM, CaseStep, Stepping

BATCH = 500
"""Cases in one transaction, and ..."""
AT_A_TIME = 3
"""... transactions that go on at the same time: while PostgreSQL writes some, the next is thought about."""


@dataclass(frozen=True, slots=True)
class Step(CaseStep[ExceptionCase, Command]):
    """What a step does with one case of an exception."""


def _one_more(case: ExceptionCase, entry: ClockEntry) -> dict[str, Any]:
    """Give the anchors alone: what is due by them is computed once, after the last step (`_with_due`)."""
    return {"clock_anchors": advance(anchors_of(case), entry)}


STEPPING: Stepping[ExceptionCase, Command] = Stepping(
    lifecycle=LIFECYCLE, policy_version=EXCEPTION_PACK.version, clocks=_one_more
)

Work = Callable[[Connection, list[ExceptionCase], datetime], Iterable[Step]]
"""Looks at a batch of locked cases, writes what goes with the step, and yields the steps to take.

What it reads and writes, it reads and writes for the whole batch at once. The cases are as the step before left them,
which may not be written yet: where a case stands it asks of them and not of the store. What is due in a case is
computed once, after its last step of the batch."""


@dataclass(frozen=True, slots=True)
class Doing:
    """A step of the procedure: what is done with the cases in these states, and how a report calls them afterwards."""

    called: str
    states: frozenset[State]
    work: Work


def carry_cases(doings: Sequence[Doing], *, case_no: str | None = None) -> dict[str, list[str]]:
    """Take several steps one after another with all cases that stand before one of them, or with the one named.

    Each batch is read once and written once, in one transaction, however many steps its cases take. Gives the numbers
    of the cases that each step moved.
    """
    states = frozenset[State]().union(*(doing.states for doing in doings))
    if case_no is not None:
        with unit_of_work() as connection:
            return _carry(connection, select_cases(connection, states=states, case_nos=[case_no], lock=True), doings)
    done: dict[str, list[str]] = {doing.called: [] for doing in doings}
    for some in in_batches(
        lambda connection, last: select_standing(
            connection, states=states, after=last.case_no if last else "", limit=BATCH
        ),
        lambda connection, cases: _carry(connection, cases, doings),
    ):
        for called, numbers in some.items():
            done[called] += numbers
    return done


R = TypeVar("R")
Reading = Callable[[Connection, ExceptionCase | None], list[ExceptionCase]]
"""Reads and locks the next BATCH cases after the one that was last."""


def in_batches(read: Reading, work: Callable[[Connection, list[ExceptionCase]], R]) -> Iterator[R]:
    """Do `work` with batch after batch, each in a transaction of its own, and give what comes of each.

    While PostgreSQL writes one batch, the next is thought about; what comes of them may change places with it.
    """
    batches = _Batches(read)

    def one() -> list[R]:
        with held_settings(), unit_of_work() as connection:
            cases = batches.take(connection)
            return [work(connection, cases)] if cases else []

    with ThreadPoolExecutor(max_workers=AT_A_TIME) as pool:
        under_way = {pool.submit(one) for _ in range(AT_A_TIME)}
        while under_way:
            finished, under_way = wait(under_way, return_when=FIRST_COMPLETED)
            for batch in finished:
                yield from batch.result()
                if batches.left:
                    under_way.add(pool.submit(one))


@dataclass
class _Batches:
    """Hands out batches, one at a time."""

    read: Reading
    left: bool = True
    _last: ExceptionCase | None = None
    _turn: Lock = field(default_factory=Lock)

    def take(self, connection: Connection) -> list[ExceptionCase]:
        """Read the next batch; an empty one when another took the last."""
        with self._turn:
            if not self.left:
                return []
            cases = self.read(connection, self._last)
            self.left = len(cases) == BATCH
            self._last = cases[-1] if cases else None
            return cases


def _carry(connection: Connection, cases: Sequence[ExceptionCase], doings: Sequence[Doing]) -> dict[str, list[str]]:
    """Take the steps with these locked cases and write what came of them."""
    now = clock.now()
    standing = {case.case_no: case for case in cases}
    done: dict[str, list[str]] = {}
    changes: list[Change[ExceptionCase]] = []
    for doing in doings:
        before = [case for case in standing.values() if case.state in doing.states]
        steps = list(doing.work(connection, before, now)) if before else []
        outbox.put(connection, _letters(connection, steps))  # the next step may count them
        for step in steps:
            change = STEPPING.change(step, role=Role.SYSTEM, now=now)
            changes.append(change)
            standing[step.case.case_no] = EXCEPTIONS.moved(change, at=now)
        done[doing.called] = [step.case.case_no for step in steps]
    _write(connection, changes, sign=STEPPING.sign(SYSTEM, Role.SYSTEM, now))
    return done


def step_in_batches(read: Reading, work: Work) -> list[str]:
    """Take the steps of `work` with batch after batch of what `read` gives; give the case numbers.

    Raises:
        NotAllowed: the table refuses a step.
    """

    def take(connection: Connection, cases: list[ExceptionCase]) -> list[str]:
        now = clock.now()
        return take_steps(connection, work(connection, cases, now), now=now)

    return list(chain.from_iterable(in_batches(read, take)))


def take_steps(
    connection: Connection, steps: Iterable[Step], *, now: datetime, who: str = SYSTEM, role: Role = Role.SYSTEM
) -> list[str]:
    """Ask the transition table for each step and write those it allows; give the case numbers.

    Raises:
        NotAllowed: the table refuses a step. A step that takes cases in its own states never meets this.
    """
    taken = list(steps)
    _write(
        connection, [STEPPING.change(step, role=role, now=now) for step in taken], sign=STEPPING.sign(who, role, now)
    )
    outbox.put(connection, _letters(connection, taken))
    return [step.case.case_no for step in taken]


def _letters(connection: Connection, steps: Iterable[Step]) -> list[Letter]:
    """Give what the steps send, every letter to a customer by the channel that is his."""
    return addressed(connection, [(step.case, letter) for step in steps for letter in step.letters])


def _write(connection: Connection, changes: Sequence[Change[ExceptionCase]], *, sign: Signature) -> None:
    """Write moves, with what is due after the last of each case; take back what was asked about cases that end."""
    last = {change.case.case_no: place for place, change in enumerate(changes)}
    EXCEPTIONS.apply(
        connection,
        [_with_due(change) if last[change.case.case_no] == place else change for place, change in enumerate(changes)],
        sign=sign,
    )
    if ended := [change.case.case_no for change in changes if change.move.target is State.CLOSED]:
        withdraw(connection, case_nos=ended, who=sign.who, why=CASE_CLOSED, now=sign.at)


def _with_due(change: Change[ExceptionCase]) -> Change[ExceptionCase]:
    due = clock_columns(change.case, change.updates["clock_anchors"])
    return replace(change, updates={**due, **change.updates})
