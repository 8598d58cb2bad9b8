"""How a claim stands, for whoever filed it and shows so by the end of his telephone number (R65)."""

from datetime import datetime

from rules.claims.status import Known, status_of
from rules.phones import phone_tail
from schemas.claim_doors import ClaimStatus, ToldOnce
from schemas.claims import Claim
from store import claims as claim_store
from store import outbox
from store.claims import Chosen
from store.outbox import Kind
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.evidence import completeness_of_claims
from tasks.claims.timing import PAYMENT, PROMISE, anchors_of, due
from tasks.digits import NotShown, is_right

TOLD_MAX = 100
"""Notices that are shown, the newest; nobody is written to so often."""


def claim_standing(number: str, digits: str) -> ClaimStatus:
    """Tell how a claim stands to whoever filed it.

    Raises:
        NotShown: there is none, or the digits are not those of its claimant's telephone.
        DoorClosed: wrong digits were given too often.
    """
    now = clock.now()
    with unit_of_work() as connection:
        claim = shown_claim(connection, number, digits, now=now)
        status = status_now(connection, claim, now=now) if claim is not None else None
    if status is None:
        raise NotShown("there is no claim with this number that somebody with these digits filed")
    return status


def shown_claim(connection: Connection, number: str, digits: str, *, now: datetime) -> Claim | None:
    """Read a claim for whoever shows the end of its claimant's number as it is known now; else count the digits.

    A number that was told wrong and put right by the desk opens nothing any more. What was counted must be committed.

    Raises:
        DoorClosed: wrong digits were given too often.
    """
    found = claim_store.select_claims(connection, Chosen(case_nos=[number]))
    tails = [phone_tail(claim.claimant_phone) for claim in found]
    return found[0] if is_right(connection, number, digits, expected=tails, now=now) else None


def status_now(connection: Connection, claim: Claim, *, now: datetime) -> ClaimStatus:
    """Say how a claim stands to its claimant, who has shown that he is."""
    anchors = anchors_of(claim)
    promised = due(PROMISE, anchors)
    missing = completeness_of_claims(connection, [claim])[claim.case_no].missing
    known = Known(
        proposal_by=promised if promised is not None and promised > now else None,
        pay_by=due(PAYMENT, anchors),
        papers=tuple(piece.kind for piece in missing),
        told=told_of(connection, claim),
    )
    return status_of(claim, known)


def told_of(connection: Connection, claim: Claim) -> tuple[ToldOnce, ...]:
    """Read what its claimant was sent at the address that he has now, oldest first; a code is nothing to read again."""
    sent = [
        ToldOnce(at=item["done_at"], sentence=item["payload"]["body"])
        for item in outbox.of_case(connection, claim.case_no)
        if item["kind"] == Kind.NOTICE
        and item["status"] == "done"
        and item["payload"].get("audience") == "customer"
        and item["payload"].get("to") == claim.claimant_address
    ]
    return tuple(sent[-TOLD_MAX:])
