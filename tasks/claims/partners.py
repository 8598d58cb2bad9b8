"""Claims that partners tell by their feeds: filed, added to, or taken back, each telling once."""

import logging
from hashlib import sha256

from prefect import task

from rules.exceptions.wording import Message
from schemas.claims import Claim, Command
from schemas.exceptions import Role
from schemas.partners import PartnerClaim, PartnerStatus
from store import claims as claim_store
from store import outbox, partners
from store.partners import TakenClaim, WaitingClaim
from store.requests import NamedRequest
from store.unit_of_work import DatabaseAway, failures_told, unit_of_work
from tasks import clock
from tasks.claims.intake import add_to_claim, file_claim
from tasks.claims.letters import MANAGER, department_letter
from tasks.claims.moving import Step, take_steps
from tasks.claims.negotiating import withdraw_claim
from tasks.claims.told import TakenIn
from tasks.exceptions.letters import department_message
from tasks.settings import held_settings
from tasks.stepping import NotAllowed
from tasks.unforeseen import where_raised

logger = logging.getLogger(__name__)

BATCH = 200
CHANNEL = "partner"


@task
def take_in_partner_claims() -> list[str]:
    """Take in what partners told of claims; give the numbers of the claims that it came to.

    A telling is taken in under the partner's number and its time: cut off between the two transactions, it is answered
    as before the next time and does nothing. A partner's claim is known by the partner's own number of it, whatever
    anybody else calls his.
    """
    done: list[str] = []
    with held_settings():
        while True:
            with unit_of_work() as connection:
                waiting = partners.waiting_claims(connection, limit=BATCH)
            if not waiting:
                return done
            for one in waiting:
                taken = _tried(one)
                with unit_of_work() as connection:
                    partners.settle_claim(connection, taken, at=clock.now())
                done += [taken.case_no] if taken.case_no and not taken.failed else []


def _tried(waiting: WaitingClaim) -> TakenClaim:
    """Take one in; one that cannot be is for the desk to look at, and holds up no other.

    Raises:
        DatabaseAway: that is no matter of the claim.
    """
    if waiting.told is None:
        return _failed(waiting, "unreadable")
    try:
        with failures_told():
            return _take_in(waiting, waiting.told)
    except DatabaseAway:
        raise
    except Exception as unforeseen:  # noqa: BLE001  # whatever it is, the others are taken in
        told = where_raised(unforeseen)
        logger.error("What %s told was not taken in: %s.", waiting.partner, told)  # noqa: TRY400  # no personal data
        return _failed(waiting, f"unforeseen: {type(unforeseen).__name__}")


def _failed(waiting: WaitingClaim, outcome: str) -> TakenClaim:
    now = clock.now()
    message = Message(
        subject=f"合作方索赔无法受理 / a partner's claim cannot be taken in: {waiting.partner}",
        body=f"{waiting.partner} {waiting.reference}: {outcome}。请人工核实登记。 Look into it, and file it by hand.",
    )
    key = f"partner {waiting.partner} {waiting.reference} {waiting.updated_at.isoformat()}:failed"
    letter = department_message(waiting.case_no, message, key=key, purpose="partner_claim", to=MANAGER, now=now)
    with unit_of_work() as connection:
        outbox.put(connection, [letter])
    return TakenClaim(waiting, waiting.case_no, outcome, failed=True)


def _take_in(waiting: WaitingClaim, told: PartnerClaim) -> TakenClaim:
    claim = None
    if waiting.case_no:
        with unit_of_work() as connection:
            claim = claim_store.one_claim(connection, waiting.case_no)
    if told.status is PartnerStatus.CANCELLED:
        return TakenClaim(waiting, waiting.case_no, _taken_back(told, claim))
    if claim is not None and not claim.is_open:
        return TakenClaim(waiting, claim.case_no, "closed")
    taken, request = TakenIn(told.partner, Role.CUSTOMER), _request(told)
    if claim is not None:
        add_to_claim(claim.case_no, told.form, taken=taken, request=request)
        return TakenClaim(waiting, claim.case_no, "added")
    filed = file_claim(told.form, taken=taken, keep_draft=True, request=request)
    return TakenClaim(waiting, filed.claim_no, "added" if filed.known else "filed")


def _request(told: PartnerClaim) -> NamedRequest:
    key = f"{told.reference} {told.updated_at.isoformat()}"
    return NamedRequest(f"partner {told.partner}", key, sha256(key.encode()).digest())


def _taken_back(told: PartnerClaim, claim: Claim | None) -> str:
    """Close what the partner cancels; one on which money is agreed on or paid is for the desk to look at."""
    if claim is None:
        return "cancelled before it was filed"
    if not claim.is_open:
        return "closed"
    why = f"{told.partner} {told.reference}: {told.status.value}"
    try:
        withdraw_claim(claim.case_no, why=why, who=told.partner, role=Role.CUSTOMER, channel=CHANNEL)
    except NotAllowed:
        _tell_the_desk(claim.case_no, why)
        return "cancelled after it was agreed on"
    return "withdrawn"


def _tell_the_desk(case_no: str, why: str) -> None:
    now = clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        to = claim.assigned_to or MANAGER
        letter = department_letter(claim, about="合作方已撤回该索赔，请核实", purpose="cancelled", to=to, now=now)
        step = Step(claim, Command.ADD, reason="cancelled_by_partner", note=why, letters=[letter])
        take_steps(connection, [step], now=now)
