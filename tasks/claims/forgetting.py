"""Erasing the personal data of claims whose time is over (个人信息保护法 art. 47), a batch in a transaction.

Whom a claim was paid to is part of the books and goes later than the rest (会计档案管理办法).
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from prefect import task

from rules.retention import claims_kept, payouts_kept, retention_of_claim, retention_of_payout
from schemas.archives import Erased
from schemas.claims import Claim
from store import claim_erasing, erasing
from store.claim_erasing import SettledPayout
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.retention import BATCH, HELD_SHOWN_MAX, erase_cases


@task
def erase_expired_claims() -> Erased:
    """Erase the personal data of every closed claim whose time is over, but for those that something holds.

    Raises:
        Unavailable, Refused: the vault does not let go of a file; what was not erased is erased the next time.
    """
    total = Erased()
    for done in _batches(clock.now()):
        total = total.plus(done, held_max=HELD_SHOWN_MAX)
    return total


def _batches(now: datetime) -> Iterator[Erased]:
    closed_by = {ending: now - kept for ending, kept in claims_kept().items()}
    under: str | None = None
    while True:
        with unit_of_work() as connection:
            found = claim_erasing.due(connection, closed_by=closed_by, under=under, limit=BATCH)
            if not found:
                return
            yield _erase(connection, found, now)
        under = found[-1].case_no


def _erase(connection: Connection, found: Sequence[Claim], now: datetime) -> Erased:
    kept = {one.case_no: retention_of_claim(one, closed_at=one.closed_at or now) for one in found}
    over = [number for number, retention in kept.items() if retention.until <= now]
    held = claim_erasing.holds(connection, over, now=now)
    bases = {number: kept[number].basis for number in over if number not in held}
    erased = erase_cases(connection, bases, own=claim_erasing.OF_CLAIMS, now=now)
    return erased.model_copy(update={"claims": len(bases), "held": held})


@task
def erase_expired_payouts() -> Erased:
    """Take payee and account from every payout whose time in the books is over; what was paid stays on record."""
    total = Erased()
    for done in _payout_batches(clock.now()):
        total = total.plus(done, held_max=HELD_SHOWN_MAX)
    return total


def _payout_batches(now: datetime) -> Iterator[Erased]:
    under: str | None = None
    while True:
        with unit_of_work() as connection:
            found = claim_erasing.payouts_due(connection, settled_by=now - payouts_kept(), under=under, limit=BATCH)
            if not found:
                return
            yield _forget(connection, found, now)
        under = found[-1].key


def _forget(connection: Connection, found: Sequence[SettledPayout], now: datetime) -> Erased:
    kept = {one.key: retention_of_payout(one.settled_at) for one in found}
    over = [one for one in found if kept[one.key].until <= now]
    held = claim_erasing.holds(connection, {one.claim_no for one in over}, now=now)
    free = [one for one in over if one.claim_no not in held]
    count = claim_erasing.forget_whom_paid(connection, [one.key for one in free])
    for claim_no, basis in {one.claim_no: kept[one.key].basis for one in free}.items():
        erasing.note_erasure(connection, claim_no, basis=basis, files=0, files_kept=0, at=now)
    return Erased(payouts=count, held=held)
