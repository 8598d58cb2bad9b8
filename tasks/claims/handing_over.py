"""Who handles a claim at the desk (R81, R84): an agent of the department that runs it, else of the desk itself."""

from collections.abc import Iterator
from datetime import datetime

from prefect import task

from rules.claims.assigning import skill_for
from rules.claims.lifecycle import TOLD_STATES
from rules.complaints.assigning import why_reassigned
from schemas.claims import Claim, Command, State
from store import network as network_store
from store.claims import Chosen
from store.unit_of_work import Connection
from tasks.claims.moving import Step, step_in_batches
from tasks.complaints.handing_over import Desk

HANDED_OUT = TOLD_STATES - {State.FILED, State.ACKNOWLEDGED}
"""States in which a claim has its handler, where an agent fits: the first is chosen when evidence is gathered."""


def agent_for(desk: Desk, claim: Claim) -> str:
    """Give the agent who takes a claim; empty where nobody fits, and whoever runs the desk hands it out."""
    return desk.pick(
        tier=skill_for(claim), language=claim.language, department=claim.assigned_to, about=claim.subject_people
    )


@task
def reassign_claims() -> list[str]:
    """Give to another agent what nobody has, what is whose who is off duty, and what turned out to be about him (R86).

    What fits nobody stays where it is, and so does what somebody took up who is no agent of the desk.
    """
    return step_in_batches(Chosen(states=HANDED_OUT, unfit_handler=True), _reassign)


def _reassign(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    del now
    desk = Desk(connection, network_store.network(connection))
    for claim in claims:
        why = why_reassigned(claim, desk.agents.get(claim.handler))
        handler = agent_for(desk, claim) if why else ""
        if why and handler:
            details = {"before": claim.handler, "to": handler}
            yield Step(claim, Command.ASSIGN, reason=why, updates={"handler": handler}, details=details)
