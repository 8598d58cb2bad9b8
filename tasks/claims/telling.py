"""Writing to claimants who are about to have heard nothing for too long (R16, R84), and for papers once more."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from prefect import task

from rules.claims import telling
from rules.claims.lifecycle import BEFORE_AGREEMENT, WITH_MONEY
from rules.clocks.anchors import advance
from rules.exceptions.wording import local_time
from schemas.claims import Claim, Command, State
from store.claims import Chosen
from store.unit_of_work import Connection
from tasks import clock
from tasks.claims.evidence import completeness_of_claims
from tasks.claims.letters import MANAGER, claimant_letters, department_letter, language_of
from tasks.claims.moving import Step, step_in_batches
from tasks.claims.timing import SILENCES, anchors_of, due, told
from tasks.exceptions.telling import AHEAD
from tasks.exceptions.timing import entry_of
from tasks.settings import business_settings

WAITING_STATES = (BEFORE_AGREEMENT | WITH_MONEY) - {State.OFFERED, State.DENIED, State.PAID, State.RECOVERING}
"""States in which the claimant waits for the carrier."""


@task
def tell_waiting_claimants() -> list[str]:
    """Write to everybody who is about to have heard nothing for too long; whose papers are wanted is told which."""
    return step_in_batches(Chosen(states=WAITING_STATES, tell_due_by=clock.now() + AHEAD), _updates)


def _updates(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    settings = business_settings()
    found = completeness_of_claims(connection, [claim for claim in claims if claim.state is State.EVIDENCE])
    for claim in claims:
        reads_at = settings.after_quiet_hours(now)
        missing = [piece.kind for piece in found[claim.case_no].missing] if claim.case_no in found else []
        letters = claimant_letters(
            claim,
            "papers" if missing else "update",
            purpose="update",
            now=now,
            papers=telling.papers_in_words(missing, language_of(claim)),
            answer_by=local_time(claim.evidence_due_at, settings.zone) if missing else "",
            next_update_at=_next_word(claim, reads_at, now),
        )
        if letters:
            details: dict[str, Any] = {"facts": told(reads_at, known=anchors_of(claim))}
            updates: dict[str, Any] = {"customer_told_at": claim.customer_told_at or reads_at}
        else:
            details, updates = {"customer": "nobody can be told"}, {}
            to = claim.assigned_to or MANAGER
            letters = [department_letter(claim, about="无索赔人联系方式，请补充", purpose="update", to=to, now=now)]
        yield Step(claim, Command.TELL_CUSTOMER, reason="silence", updates=updates, details=details, letters=letters)


def _next_word(claim: Claim, reads_at: datetime, now: datetime) -> str:
    """Word by when the claimant hears again; nothing where nothing makes anybody write."""
    details = {"facts": told(reads_at, known=anchors_of(claim))}
    entry = entry_of(at=now, command=Command.TELL_CUSTOMER, state=claim.state, reason="", details=details)
    anchors = advance(anchors_of(claim), entry)
    again = min((at for clock_id in SILENCES if (at := due(clock_id, anchors))), default=None)
    return local_time(again, business_settings().zone) if again and again > reads_at else ""
