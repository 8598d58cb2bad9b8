"""Moving claims through steps: select and lock, ask the transition table, write in one transaction.

A step that was done before finds no claim in its states and does nothing, so repeating it is harmless.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from rules.claims.lifecycle import LIFECYCLE
from rules.claims.pack import CLAIM_PACK
from rules.clocks.anchors import advance
from rules.transitions import Refusal
from schemas.claims import Claim, Command, State
from schemas.exceptions import Role
from store import claims as claim_store
from store import outbox
from store.case_history import Signature
from store.case_moves import Change
from store.claims import CLAIMS, Chosen
from store.outbox import Letter
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.timing import anchors_of, clock_columns
from tasks.exceptions.moving import CASE_CLOSED, SYSTEM, NotAllowed
from tasks.exceptions.timing import entry_of
from tasks.inquiries.asking import withdraw
from tasks.settings import held_settings

BATCH = 200
"""Claims in one transaction."""
QUIET = frozenset({State.CLOSED})
"""States in which nobody needs an answer to an inquiry any more."""
NOBODYS_HAND = frozenset({Role.SYSTEM, Role.CUSTOMER})
TELLINGS = frozenset({Command.COMPLETE, Command.ADD})
"""What whoever takes the claimant's words in only passes on; it is never turned away."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a step does with one claim: the command, the columns it updates, what is on record, what is sent."""

    claim: Claim
    command: Command
    reason: str = ""
    note: str = ""
    updates: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    letters: Sequence[Letter] = ()


Work = Callable[[Connection, list[Claim], datetime], Iterable[Step]]
"""Looks at locked claims, writes what goes with the step, and yields the steps to take."""


def step_in_batches(chosen: Chosen, work: Work) -> list[str]:
    """Take the steps of `work` with everything that is chosen, batch after batch; give the numbers that moved.

    Raises:
        NotAllowed: the table refuses a step; nothing of that batch is written.
    """
    done: list[str] = []
    after, left = "", True
    with held_settings():
        while left:
            with unit_of_work() as connection:
                now = clock.now()
                found = claim_store.select_claims(connection, chosen, after=after, limit=BATCH, lock=True)
                left = len(found) == BATCH
                if found:
                    after = found[-1].case_no
                    done += [moved.case_no for moved in take_steps(connection, work(connection, found, now), now=now)]
    return done


def step_of_one(case_no: str | Sequence[str] | None, states: Iterable[State], work: Work) -> list[str]:
    """Take the step with every claim in these states, or with those named that are in one of them."""
    named = [case_no] if isinstance(case_no, str) else case_no
    return step_in_batches(Chosen(states=frozenset(states), case_nos=named), work)


def take_steps(
    connection: Connection, steps: Iterable[Step], *, now: datetime, who: str = SYSTEM, role: Role = Role.SYSTEM
) -> list[Claim]:
    """Ask the transition table for each step and write those it allows; give the claims as they are then.

    Raises:
        NotAllowed: the table refuses a step, which one that takes claims in its own states never meets; or whoever
            takes it by hand is one of those whose conduct it is about (R86).
    """
    taken = list(steps)
    if not taken:
        return []
    for step in taken:
        _is_not_about(step, who, role)
    changes = [_change(step, role=role, now=now) for step in taken]
    CLAIMS.apply(connection, changes, sign=signature(who, role, now))
    outbox.put(connection, [letter for step in taken for letter in step.letters])
    if ended := [change.case.case_no for change in changes if change.move.target in QUIET]:
        withdraw(connection, case_nos=ended, who=who, why=CASE_CLOSED, now=now)
    return [CLAIMS.moved(change, at=now) for change in changes]


def _is_not_about(step: Step, who: str, role: Role) -> None:
    """Keep whoever is to answer for it from taking any step with it (R86)."""
    by_hand = role not in NOBODYS_HAND and step.command not in TELLINGS
    if by_hand and who in step.claim.subject_people:
        raise NotAllowed(f"{step.claim.case_no} is about {who}: somebody else must take this step")


def signature(who: str, role: Role, now: datetime) -> Signature:
    """Sign what is written about claims."""
    return Signature(who=who, role=role.value, at=now, policy_version=CLAIM_PACK.version)


def _change(step: Step, *, role: Role, now: datetime) -> Change[Claim]:
    claim = step.claim
    move = LIFECYCLE.advance(claim.state, step.command, role=role, facts=claim)
    if isinstance(move, Refusal):
        raise NotAllowed(f"{claim.case_no}: {move.sentence}")
    entry = entry_of(at=now, command=step.command, state=move.target, reason=step.reason, details=step.details)
    return Change(
        case=claim,
        move=move,
        reason=step.reason,
        note=step.note,
        role=role.value,
        updates={**clock_columns(advance(anchors_of(claim), entry)), **step.updates},
        details=step.details,
    )
