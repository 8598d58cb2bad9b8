"""Erasing the personal data of complaints whose time is over (个人信息保护法 art. 47), a batch in a transaction.

The files are removed from the vault before the transaction commits: a crash in between leaves rows that say less than
was done, and the next night does it again. A file that another case has too stays where it is.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from prefect import task

from adapters.vault.client import FileVault
from rules.retention import drafts_kept, retention_of
from schemas.archives import Erased, HoldReason
from schemas.complaints import Complaint
from store import erasing
from store.unit_of_work import Connection, unit_of_work
from tasks import clock

BATCH = 50
"""Complaints in one transaction."""
HELD_SHOWN_MAX = 500
"""How many of those that are kept are named; all are counted in the table `archive`."""


@task
def erase_expired() -> Erased:
    """Erase the personal data of every complaint whose time is over, but for those that something holds.

    Raises:
        Unavailable, Refused: the vault does not let go of a file; what was not erased is erased the next time.
    """
    total = Erased()
    for done in _batches(clock.now()):
        held = dict(list({**total.held, **done.held}.items())[:HELD_SHOWN_MAX])
        counted = {name: getattr(total, name) + getattr(done, name) for name in Erased.model_fields if name != "held"}
        total = Erased(**counted, held=held)
    return total


def _batches(now: datetime) -> Iterator[Erased]:
    under: str | None = None
    while True:
        with unit_of_work() as connection:
            found = erasing.due(connection, now=now, drafts_before=now - drafts_kept(), under=under, limit=BATCH)
            if not found:
                return
            yield _erase(connection, [one for one in found if _is_over(one, now)], now)
        under = found[-1].case_no


def _is_over(complaint: Complaint, now: datetime) -> bool:
    """Leave drafts to the row that held when they were given up; the others' time is on record with their archive."""
    if complaint.archive_no or complaint.closed_at is None:
        return True
    return retention_of(complaint, closed_at=complaint.closed_at).until <= now


def _erase(connection: Connection, over: Sequence[Complaint], now: datetime) -> Erased:
    numbers = [complaint.case_no for complaint in over]
    held = erasing.holds(connection, numbers, now=now)
    erasing.note_holds(connection, numbers, held)
    free = [complaint for complaint in over if complaint.case_no not in held]
    if not free:
        return Erased(held=held)
    return _take(connection, free, held, now)


def _take(connection: Connection, free: Sequence[Complaint], held: dict[str, HoldReason], now: datetime) -> Erased:
    numbers = [complaint.case_no for complaint in free]
    files = erasing.lock_files(connection, numbers)
    every = set().union(*files.values())
    kept = erasing.needed_elsewhere(connection, every, case_nos=numbers)
    bases = erasing.bases(connection, numbers)
    taken = erasing.take_words(connection, numbers, at=now)
    for complaint in free:
        own = files[complaint.case_no]
        basis = bases.get(complaint.case_no) or retention_of(complaint, closed_at=complaint.closed_at or now).basis
        erasing.note_erasure(
            connection, complaint.case_no, basis=basis, files=len(own - kept), files_kept=len(own & kept), at=now
        )
    erasing.note_erased_files(connection, every - kept, at=now)
    _remove(every - kept)
    return Erased(
        complaints=len(free),
        records=taken["records"],
        notices=taken["notices"],
        archives=taken["archives"],
        files=len(every - kept),
        files_kept=len(kept),
        held=held,
    )


def _remove(digests: set[str]) -> None:
    if not digests:
        return
    with FileVault() as vault:
        for digest in sorted(digests):
            vault.remove(digest)
