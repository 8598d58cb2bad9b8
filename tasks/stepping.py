"""What a step is in every procedure, and how it is taken: asked of the transition table, signed, written with its word.

How the cases of a procedure are read and gone through is its own (`tasks/exceptions/moving.py` and its like).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from rules.transitions import Refusal, TransitionTable
from schemas.clocks import ClockEntry
from schemas.exceptions import Role
from store import outbox
from store.case_history import Signature
from store.case_moves import CaseTable, Change, Standing
from store.outbox import Letter
from store.unit_of_work import Connection
from tasks.exceptions.timing import entry_of
from tasks.inquiries.asking import withdraw

SYSTEM = "redress"
CASE_CLOSED = "案件已结案。 The case is closed."
NOBODYS_HAND = frozenset({Role.SYSTEM, Role.CUSTOMER})


class NotAllowed(RuntimeError):
    """The transition table refuses a step; the message is its sentence."""


class Steppable(Standing, Protocol):
    """What a step reads of a case of any procedure."""

    @property
    def state(self) -> Any:
        """Where it stands."""


class AboutPeople(Steppable, Protocol):
    """A case that may be about the conduct of somebody."""

    @property
    def subject_people(self) -> frozenset[str]:
        """Whose conduct it is about."""


S = TypeVar("S", bound=Steppable)
P = TypeVar("P", bound=AboutPeople)
K = TypeVar("K", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class CaseStep(Generic[S, K]):
    """What a step does with one case: the command, the columns it updates, what the history says, and what it sends."""

    case: S
    command: K
    reason: str = ""
    note: str = ""
    updates: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    letters: Sequence[Letter] = ()


@dataclass(frozen=True)
class Stepping(Generic[S, K]):
    """How a step is taken in one procedure.

    `clocks` gives the columns that hold a case's clocks once one more entry is in its history.
    """

    lifecycle: TransitionTable[Any, K, Any, Role, Any]
    policy_version: str
    clocks: Callable[[S, ClockEntry], Mapping[str, Any]]

    def sign(self, who: str, role: Role, now: datetime) -> Signature:
        """Sign what is written about cases of this procedure."""
        return Signature(who=who, role=role.value, at=now, policy_version=self.policy_version)

    def change(self, step: CaseStep[S, K], *, role: Role, now: datetime) -> Change[S]:
        """Ask the transition table for a step.

        Raises:
            NotAllowed: it refuses.
        """
        case = step.case
        move = self.lifecycle.advance(case.state, step.command, role=role, facts=case)
        if isinstance(move, Refusal):
            raise NotAllowed(f"{case.case_no}: {move.sentence}")
        entry = entry_of(at=now, command=step.command, state=move.target, reason=step.reason, details=step.details)
        return Change(
            case=case,
            move=move,
            reason=step.reason,
            note=step.note,
            role=role.value,
            updates={**self.clocks(case, entry), **step.updates},
            details=step.details,
        )


@dataclass(frozen=True)
class SteppingAboutPeople(Stepping[P, K]):
    """How a step is taken where a case may be about somebody's conduct, who then takes none with it (R86).

    In the `quiet` states nobody needs an answer to an inquiry any more. The `tellings` only pass on what the customer
    says; whoever takes his words in is never turned away.
    """

    table: CaseTable[P]
    quiet: frozenset[Any]
    tellings: frozenset[K]

    def take(
        self,
        connection: Connection,
        steps: Iterable[CaseStep[P, K]],
        *,
        now: datetime,
        who: str = SYSTEM,
        role: Role = Role.SYSTEM,
    ) -> list[Change[P]]:
        """Ask the transition table for each step and write those it allows; give the moves.

        Raises:
            NotAllowed: the table refuses a step, which one that takes cases in its own states never meets; or whoever
                takes it by hand is one of those whose conduct it is about (R86).
        """
        taken = list(steps)
        if not taken:
            return []
        for step in taken:
            self._is_not_about(step, who, role)
        changes = [self.change(step, role=role, now=now) for step in taken]
        self.table.apply(connection, changes, sign=self.sign(who, role, now))
        outbox.put(connection, [letter for step in taken for letter in step.letters])
        if ended := [change.case.case_no for change in changes if change.move.target in self.quiet]:
            withdraw(connection, case_nos=ended, who=who, why=CASE_CLOSED, now=now)
        return changes

    def cases_after(self, moves: Iterable[Change[P]], *, now: datetime) -> list[P]:
        """Give the cases as moves that were taken at that moment left them; few who take steps look at them again."""
        return [self.table.moved(change, at=now) for change in moves]

    def _is_not_about(self, step: CaseStep[P, K], who: str, role: Role) -> None:
        """Keep whoever is to answer for it from taking any step with it (R86)."""
        by_hand = role not in NOBODYS_HAND and step.command not in self.tellings
        if by_hand and who in step.case.subject_people:
            raise NotAllowed(f"{step.case.case_no} is about {who}: somebody else must take this step")
