"""Parcels that were claimed as lost and are delivered after all: the desk is told, and what is not decided is redone.

What a decision rested on stays frozen as evidence (`tasks.evidence.freezing`). What the claimant wants of a found
parcel is for the desk to ask (`redress claim found`).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime

from prefect import task

from rules.claims.pack import CLAIM_PACK
from schemas.claims import Claim, Command, State
from store import claim_news, outbox
from store import claims as claim_store
from store.claims import Chosen
from store.outbox import Letter
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.letters import MANAGER, department_letter
from tasks.claims.moving import BATCH, Step, take_steps
from tasks.complaints.closing import take_back_question

PROPOSED = frozenset({State.ASSESSED, State.AWAITING_APPROVAL})
"""States in which something is proposed and nobody has decided it: it is assessed anew."""
ORDERED = frozenset({State.PAYING, State.PAID, State.RECOVERING, State.CLOSED})
"""States in which the money has left, or is on its way."""
RECONSIDERED = "快件已送达，按新情况重新核定。 The parcel was delivered: it is assessed anew."


@task
def tell_of_found_parcels() -> list[str]:
    """Tell the desk of every parcel that was claimed as lost and delivered since, once; give the claims' numbers.

    What is proposed and not decided is taken back and assessed anew. What was offered or agreed stands until a person
    of the desk takes it up; what was paid is for the desk to ask the claimant about.
    """
    told: list[str] = []
    while True:
        with unit_of_work() as connection:
            now = clock.now()
            closed_since = now - CLAIM_PACK.pick("found_within", on=now.date()).hours
            news = claim_news.delivered_after_all(connection, closed_since=closed_since, limit=BATCH)
            keys = {one.case_no: one.key for one in news}
            locked = claim_store.select_claims(connection, Chosen(case_nos=list(keys)), limit=BATCH, lock=True)
            known = outbox.known_keys(connection, list(keys.values()))  # another run may have told meanwhile
            claims = [claim for claim in locked if keys[claim.case_no] not in known]
            outbox.put(connection, [_letter(claim, keys[claim.case_no], now) for claim in claims])
            take_steps(connection, _reconsidered(connection, claims, keys, now), now=now)
        told += [claim.case_no for claim in claims]
        if len(news) < BATCH:
            return told


def _letter(claim: Claim, key: str, now: datetime) -> Letter:
    paid = claim.state in ORDERED
    about = (
        "丢失已赔付，快件后已找到 loss paid and parcel found later"
        if paid
        else "索赔丢失的快件已送达 the parcel was found"
    )
    to = claim.handler or claim.assigned_to or MANAGER
    return department_letter(claim, about=about, purpose="parcel-found", to=to, now=now)._replace(key=key)


def _reconsidered(
    connection: Connection, claims: list[Claim], keys: Mapping[str, str], now: datetime
) -> Iterator[Step]:
    for claim in claims:
        if claim.state in PROPOSED:
            take_back_question(connection, claim.case_no, reason=RECONSIDERED, now=now)
            yield Step(
                claim,
                Command.RECONSIDER,
                reason="parcel_delivered",
                updates={"route": None, "docket_no": ""},
                details={"delivered_at": str(claim.delivered_at), "told": keys[claim.case_no]},
            )
