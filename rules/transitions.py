"""Transition tables: which command moves a case from which state to which, who may give it, and under what guard.

Every procedure has one table and asks `advance` alone. What is not in the table is refused with a sentence. Nothing
here writes: the store applies a move.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S", bound=StrEnum)  # states
C = TypeVar("C", bound=StrEnum)  # commands
G = TypeVar("G", bound=StrEnum)  # stages
R = TypeVar("R", bound=StrEnum)  # roles
F = TypeVar("F")  # the facts that guards read

Guard = Callable[[F], str | None]
"""Says why a move is not allowed, or None when it is."""


@dataclass(frozen=True, slots=True)
class Transition(Generic[S, C, G, R, F]):
    """One row: from any of `origins`, `command` leads to `target`, or stays where it is when that is None."""

    origins: frozenset[S]
    command: C
    target: S | None
    stage: G
    who: frozenset[R]
    guard: Guard[F] | None = None


@dataclass(frozen=True)
class Rows(Generic[S, C, G, R, F]):
    """Writes the rows of one table, each from a state or several; `who` may give a command where a row does not say."""

    who: frozenset[R]

    def __call__(
        self,
        origins: S | frozenset[S],
        command: C,
        target: S | None,
        stage: G,
        who: frozenset[R] | None = None,
        guard: Guard[F] | None = None,
    ) -> Transition[S, C, G, R, F]:
        """Write one row."""
        from_states = origins if isinstance(origins, frozenset) else frozenset({origins})
        return Transition(from_states, command, target, stage, self.who if who is None else who, guard)


@dataclass(frozen=True, slots=True)
class Move(Generic[S, C, G]):
    """An allowed move."""

    origin: S
    command: C
    target: S
    stage: G


@dataclass(frozen=True, slots=True)
class Refusal:
    """A move that is not allowed, with the sentence that says why."""

    sentence: str


@dataclass(frozen=True)
class TransitionTable(Generic[S, C, G, R, F]):
    """All transitions of one procedure; a second row for the same state and command is an error at import."""

    name: str
    rows: tuple[Transition[S, C, G, R, F], ...]
    _index: dict[tuple[S, C], Transition[S, C, G, R, F]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        index: dict[tuple[S, C], Transition[S, C, G, R, F]] = {}
        for row in self.rows:
            for origin in row.origins:
                if (origin, row.command) in index:
                    raise ValueError(f"{self.name}: two rows for {row.command.value} from {origin.value}")
                index[(origin, row.command)] = row
        object.__setattr__(self, "_index", index)

    def advance(self, state: S, command: C, *, role: R, facts: F) -> Move[S, C, G] | Refusal:
        """Say where `command` leads from `state`, or why it is refused."""
        row = self._index.get((state, command))
        if row is None:
            return Refusal(f"{self.name}: {command.value} is not possible in state {state.value}.")
        if role not in row.who:
            allowed = ", ".join(sorted(member.value for member in row.who))
            return Refusal(f"{self.name}: {role.value} may not {command.value}; only {allowed} may.")
        if row.guard is not None and (why := row.guard(facts)) is not None:
            return Refusal(f"{self.name}: {command.value} is not possible yet: {why}")
        return Move(origin=state, command=command, target=row.target or state, stage=row.stage)

    def commands_from(self, state: S) -> frozenset[C]:
        """List the commands that the table knows in `state`."""
        return frozenset(command for origin, command in self._index if origin == state)

    def origins_of(self, command: C) -> frozenset[S]:
        """List the states from which `command` is possible."""
        return frozenset(origin for origin, known in self._index if known == command)

    def edges(self) -> Iterable[tuple[S, C, S]]:
        """Yield every state, command and target, for the diagram."""
        for (origin, command), row in self._index.items():
            yield origin, command, row.target or origin
