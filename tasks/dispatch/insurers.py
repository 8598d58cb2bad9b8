"""How a claim reaches its insurer: what is submitted is read when it is sent, and does not say who the claimant is.

Belongs here: turning items into calls of the insurer's adapter. Does not belong here: what follows from what the
insurer tells (`tasks.claims.insurer_words`).
"""

from typing import Any

from adapters import Refused
from adapters.insurer import client
from schemas.claims import Claim
from schemas.insurers import InsurerClaim, SubmittedPaper
from schemas.recovery import InsuranceCase, InsurancePaper, InsuranceState
from store import claims, evidence, insurance
from store.outbox import Item
from store.unit_of_work import unit_of_work


def submit(item: Item) -> dict[str, Any]:
    """Submit one claim under the item's key.

    Raises:
        Unavailable, Refused: as the insurer's client does; refused too when it is not to be submitted any more.
        LookupError: there is no such case.
    """
    claim_no = item.payload["claim_no"]
    with unit_of_work() as connection:
        case = insurance.one_case(connection, claim_no)
        claim = claims.one_claim(connection, claim_no)
        pieces = [piece for piece in evidence.of_case(connection, claim_no) if piece.counts]
    if case.state is not InsuranceState.SUBMITTED:
        raise Refused(f"the insurer's case is {case.state}")
    papers = tuple(
        SubmittedPaper(kind=one.kind, sha256=one.sha256, media_type=one.media_type, size_bytes=one.size_bytes)
        for one in pieces
    )
    return client.submit(_submitted(case, claim, papers), key=item.key).model_dump(mode="json")


def _submitted(case: InsuranceCase, claim: Claim, papers: tuple[SubmittedPaper, ...]) -> InsurerClaim:
    return InsurerClaim(
        claim_no=case.claim_no,
        policy_no=case.policy_no,
        event=claim.event,
        waybill=claim.waybill,
        opened_at=claim.opened_at,
        paid_to_claimant=claim.paid_amount,
        claimed=case.claimed,
        currency=case.currency,
        basis=claim.plan.basis if claim.plan else (),
        papers=tuple(InsurancePaper),
        evidence=papers,
    )
