"""Moving claims through steps: select and lock, ask the transition table, write in one transaction.

A step that was done before finds no claim in its states and does nothing, so repeating it is harmless. A claim with
which a step fails as nobody foresaw goes to a person, and the others go on.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters import Refused, Unavailable
from rules.claims.lifecycle import LIFECYCLE
from rules.claims.pack import CLAIM_PACK
from rules.clocks.anchors import advance
from rules.transitions import Refusal
from schemas.claims import Claim, Command, State
from schemas.clocks import ClockEntry
from schemas.exceptions import Role
from store import claims as claim_store
from store.case_moves import StaleCase
from store.claims import CLAIMS, Chosen
from store.keyed import NoSecretKey, WrongSecretKey
from store.unit_of_work import Connection, DatabaseAway, failures_told, unit_of_work
from tasks import clock
from tasks.claims.letters import MANAGER, department_letter
from tasks.claims.timing import anchors_of, clock_columns
from tasks.settings import held_settings
from tasks.stepping import CaseStep, NotAllowed, SteppingAboutPeople
from tasks.unforeseen import where_raised

logger = logging.getLogger(__name__)

BATCH = 200
"""Claims in one transaction."""
QUIET = frozenset({State.CLOSED})
"""States in which nobody needs an answer to an inquiry any more."""
FAILING_MAX = 10
"""Claims of one batch that are handed over because a step fails with them: where it fails with more, it is broken."""
FORESEEN = (NotAllowed, StaleCase, DatabaseAway, NoSecretKey, WrongSecretKey, Unavailable, Refused)
"""What a step raises that is no matter of a single claim, or that whoever calls it waits for."""
TELLINGS = frozenset({Command.COMPLETE, Command.ADD})
"""What whoever takes the claimant's words in only passes on; it is never turned away."""


@dataclass(frozen=True, slots=True)
class Step(CaseStep[Claim, Command]):
    """What a step does with one claim."""


def _one_more(claim: Claim, entry: ClockEntry) -> dict[str, Any]:
    return clock_columns(advance(anchors_of(claim), entry))


STEPPING: SteppingAboutPeople[Claim, Command] = SteppingAboutPeople(
    lifecycle=LIFECYCLE,
    policy_version=CLAIM_PACK.version,
    clocks=_one_more,
    table=CLAIMS,
    quiet=QUIET,
    tellings=TELLINGS,
)
take_steps = STEPPING.take
cases_after = STEPPING.cases_after
signature = STEPPING.sign

Work = Callable[[Connection, list[Claim], datetime], Iterable[Step]]
"""Looks at locked claims, writes what goes with the step, and yields the steps to take."""
Ready = Callable[[Connection, list[Claim], datetime], Iterable[Claim]]
"""Looks at claims, and gives those with which a step is to be taken now."""


def step_in_batches(chosen: Chosen, work: Work) -> list[str]:
    """Take the steps of `work` with everything that is chosen, batch after batch; give the numbers that moved.

    Of a batch in which it fails unforeseen nothing is written, and each claim is tried by itself, so that `work` may
    see one twice. The claim with which it fails goes to a person.

    Raises:
        NotAllowed: the table refuses a step; nothing of that batch is written.
        Exception: it fails with more than `FAILING_MAX` claims of a batch; then none goes to a person.
    """
    done: list[str] = []
    after, left = "", True
    with held_settings():
        while left:
            found: list[Claim] = []
            try:
                done += _take_batch(chosen, work, found, after=after)
            except FORESEEN:
                raise
            except Exception:
                if not found:
                    raise
                done += _take_singly(chosen, work, [claim.case_no for claim in found])
            left = len(found) == BATCH
            after = found[-1].case_no if found else after
    return done


def _take_batch(chosen: Chosen, work: Work, found: list[Claim], *, after: str = "") -> list[str]:
    """Take the steps with the next claims in one transaction; `found` tells which those are, also where it fails."""
    with failures_told(), unit_of_work() as connection:
        now = clock.now()
        found += claim_store.select_claims(connection, chosen, after=after, limit=BATCH, lock=True)
        steps = work(connection, found, now) if found else ()
        return [move.case.case_no for move in take_steps(connection, steps, now=now)]


def _take_singly(chosen: Chosen, work: Work, case_nos: Sequence[str]) -> list[str]:
    done: list[str] = []
    failed: dict[str, Exception] = {}
    for case_no in case_nos:
        try:
            done += _take_batch(chosen._replace(case_nos=[case_no]), work, [])
        except FORESEEN:
            raise
        except Exception as unforeseen:  # noqa: BLE001  # whatever it is, the others go on
            failed[case_no] = unforeseen
            logger.error("%s could not be moved on: %s.", case_no, where_raised(unforeseen))  # noqa: TRY400
    if len(failed) > FAILING_MAX:
        raise next(iter(failed.values()))
    for case_no, error in failed.items():
        _to_a_person(case_no, error)
    return done


def _to_a_person(case_no: str, error: Exception) -> None:
    """Hand a claim over with which a step failed, where the table allows it; else it stays, and the log tells."""
    with unit_of_work() as connection:
        now = clock.now()
        claim = claim_store.one_claim(connection, case_no, lock=True)
        allowed = LIFECYCLE.advance(claim.state, Command.HAND_OVER, role=Role.SYSTEM, facts=claim)
        if isinstance(allowed, Refusal):
            return
        to = claim.assigned_to or MANAGER
        letter = department_letter(claim, about="系统无法自动处理，须人工处理", purpose="unforeseen", to=to, now=now)
        note = type(error).__name__
        take_steps(
            connection, [Step(claim, Command.HAND_OVER, reason="unforeseen", note=note, letters=[letter])], now=now
        )


def step_of_one(case_no: str | Sequence[str] | None, states: Iterable[State], work: Work) -> list[str]:
    """Take the step with every claim in these states, or with those named that are in one of them."""
    named = [case_no] if isinstance(case_no, str) else case_no
    return step_in_batches(Chosen(states=frozenset(states), case_nos=named), work)


def step_of_ready(case_no: str | Sequence[str] | None, states: Iterable[State], ready: Ready, work: Work) -> list[str]:
    """Take the step with those of the claims in these states that are ready for it; the others are not locked.

    Which are ready is asked of what is read without a lock, so `work` looks again. Where that fails unforeseen, all are
    taken for ready, and `work` finds the one with which it fails.
    """
    named = [case_no] if isinstance(case_no, str) else case_no
    chosen = Chosen(states=frozenset(states), case_nos=named)
    numbers: list[str] = []
    after, left = "", True
    with held_settings():
        while left:
            found: list[Claim] = []
            try:
                with failures_told(), unit_of_work() as connection:
                    found = claim_store.select_claims(connection, chosen, after=after, limit=BATCH)
                    numbers += [claim.case_no for claim in ready(connection, found, clock.now())]
            except FORESEEN:
                raise
            except Exception:
                if not found:
                    raise
                numbers += [claim.case_no for claim in found]
            left = len(found) == BATCH
            after = found[-1].case_no if found else after
    return step_in_batches(chosen._replace(among=numbers), work) if numbers else []
