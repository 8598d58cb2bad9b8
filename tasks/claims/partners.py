"""Claims that partners tell by their feeds: filed, added to, or taken back, each telling once."""

from hashlib import sha256

from prefect import task

from schemas.claims import Claim, Command
from schemas.exceptions import Role
from schemas.partners import PartnerClaim, PartnerStatus
from store import claims as claim_store
from store import partners
from store.claims import Chosen
from store.partners import TakenClaim
from store.requests import NamedRequest
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.intake import add_to_claim, file_claim
from tasks.claims.letters import MANAGER, department_letter
from tasks.claims.moving import Step, take_steps
from tasks.claims.negotiating import withdraw_claim
from tasks.claims.told import TakenIn
from tasks.exceptions.moving import NotAllowed
from tasks.settings import held_settings

BATCH = 200
CHANNEL = "partner"


@task
def take_in_partner_claims() -> list[str]:
    """Take in what partners told of claims; give the numbers of the claims that it came to.

    A telling is taken in under the partner's number and its time: cut off between the two transactions, it is answered
    as before the next time and does nothing.
    """
    done: list[str] = []
    with held_settings():
        while True:
            with unit_of_work() as connection:
                waiting = partners.waiting_claims(connection, limit=BATCH)
            if not waiting:
                return done
            for told in waiting:
                taken = _take_in(told)
                with unit_of_work() as connection:
                    partners.settle_claim(connection, taken, at=clock.now())
                done += [taken.case_no] if taken.case_no else []


def _take_in(told: PartnerClaim) -> TakenClaim:
    with unit_of_work() as connection:
        known = claim_store.select_claims(connection, Chosen(reference=told.reference))
    claim = known[-1] if known else None
    if told.status is PartnerStatus.CANCELLED:
        return _taken_back(told, claim)
    if claim is not None and not claim.is_open:
        return TakenClaim(told, claim.case_no, "closed")
    taken, request = TakenIn(told.partner, Role.CUSTOMER), _request(told)
    if claim is not None:
        add_to_claim(claim.case_no, told.form, taken=taken, request=request)
        return TakenClaim(told, claim.case_no, "added")
    filed = file_claim(told.form, taken=taken, keep_draft=True, request=request)
    return TakenClaim(told, filed.claim_no, "added" if filed.known else "filed")


def _request(told: PartnerClaim) -> NamedRequest:
    key = f"{told.reference} {told.updated_at.isoformat()}"
    return NamedRequest(f"partner {told.partner}", key, sha256(key.encode()).digest())


def _taken_back(told: PartnerClaim, claim: Claim | None) -> TakenClaim:
    """Close what the partner cancels; one on which money is agreed on or paid is for the desk to look at."""
    if claim is None:
        return TakenClaim(told, "", "cancelled before it was filed")
    if not claim.is_open:
        return TakenClaim(told, claim.case_no, "closed")
    why = f"{told.partner} {told.reference}: {told.status.value}"
    try:
        withdraw_claim(claim.case_no, why=why, who=told.partner, role=Role.CUSTOMER, channel=CHANNEL)
    except NotAllowed:
        _tell_the_desk(claim.case_no, why)
        return TakenClaim(told, claim.case_no, "cancelled after it was agreed on")
    return TakenClaim(told, claim.case_no, "withdrawn")


def _tell_the_desk(case_no: str, why: str) -> None:
    now = clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        to = claim.assigned_to or MANAGER
        letter = department_letter(claim, about="合作方已撤回该索赔，请核实", purpose="cancelled", to=to, now=now)
        step = Step(claim, Command.ADD, reason="cancelled_by_partner", note=why, letters=[letter])
        take_steps(connection, [step], now=now)
