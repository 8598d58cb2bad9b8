"""Erasing the personal data of complaints whose time is over (个人信息保护法 art. 47), a batch in a transaction.

The files are removed from the vault before the transaction commits: a crash in between leaves rows that say less than
was done, and the next night does it again. A file that another case has too stays where it is. Claims are erased by
`tasks.claims.forgetting`, with what is here for cases of any kind.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from prefect import task

from adapters.vault.client import FileVault
from rules.retention import drafts_kept, retention_of
from schemas.archives import Erased
from schemas.complaints import Complaint
from store import erasing
from store.unit_of_work import Connection, unit_of_work
from tasks import clock

BATCH = 50
"""Cases in one transaction."""
HELD_SHOWN_MAX = 500
"""How many of those that are kept are named; of complaints all are counted in the table `archive`."""


@task
def erase_expired() -> Erased:
    """Erase the personal data of every complaint whose time is over, but for those that something holds.

    Raises:
        Unavailable, Refused: the vault does not let go of a file; what was not erased is erased the next time.
    """
    total = Erased()
    for done in _batches(clock.now()):
        total = total.plus(done, held_max=HELD_SHOWN_MAX)
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
    archived = erasing.bases(connection, [complaint.case_no for complaint in free])
    bases = {
        one.case_no: archived.get(one.case_no) or retention_of(one, closed_at=one.closed_at or now).basis
        for one in free
    }
    erased = erase_cases(connection, bases, own=erasing.OF_COMPLAINTS, now=now)
    return erased.model_copy(update={"complaints": len(free), "held": held})


def erase_cases(connection: Connection, bases: Mapping[str, str], *, own: Mapping[str, str], now: datetime) -> Erased:
    """Take words and files of these cases, each by the row of the rule pack that says that its time is over.

    `own` are the statements that their kind has beside those of every case.

    Raises:
        Unavailable, Refused: the vault does not let go of a file; the transaction must not be committed.
    """
    if not bases:
        return Erased()
    files = erasing.lock_files(connection, list(bases))
    every = set().union(*files.values())
    kept = erasing.needed_elsewhere(connection, every, case_nos=list(bases))
    taken = erasing.take_words(connection, list(bases), own=own, at=now)
    for number, basis in bases.items():
        mine = files[number]
        erasing.note_erasure(
            connection, number, basis=basis, files=len(mine - kept), files_kept=len(mine & kept), at=now
        )
    erasing.note_erased_files(connection, every - kept, at=now)
    _remove(every - kept)
    counted = {what: count for what, count in taken.items() if what in Erased.model_fields}
    return Erased(**counted, files=len(every - kept), files_kept=len(kept))


def _remove(digests: set[str]) -> None:
    if not digests:
        return
    with FileVault() as vault:
        for digest in sorted(digests):
            vault.remove(digest)
