"""Reading archives of complaints back: what is on record of one, and its file, verified to the byte."""

from typing import IO, NamedTuple

from adapters.vault.client import Altered, FileVault, Missing
from rules.complaints.archive import in_words
from rules.complaints.archive_index import faults_in
from schemas.archives import Archive, Fault, MissingFromArchive
from store import archives
from store import complaints as complaint_store
from store.unit_of_work import unit_of_work


class ArchiveErased(RuntimeError):
    """The archive's time was over, and it was erased; that it was there stays on record."""


class ArchiveNotWhole(RuntimeError):
    """The archive's file is not what was archived."""

    def __init__(self, archive_no: str, faults: list[Fault]) -> None:
        """Name what is wrong with it."""
        self.faults = faults
        told = "; ".join(": ".join(filter(None, fault)) for fault in faults[:5])
        super().__init__(f"{archive_no} is not what was archived: {told}")


class ArchiveStanding(NamedTuple):
    """What archives a complaint has, and what the next one lacks."""

    case_no: str
    state: str
    editions: list[Archive]
    missing: tuple[MissingFromArchive, ...]


def archive_standing(number: str) -> ArchiveStanding:
    """Say how the archive of a complaint stands, asked for by its own number or by an archive's.

    Raises:
        NoSuchComplaint, NoSuchArchive: there is none with that number.
    """
    with unit_of_work() as connection:
        case_no = number if number.startswith("CP-") else archives.one(connection, number).case_no
        complaint = complaint_store.one_complaint(connection, case_no)
        return ArchiveStanding(
            case_no=case_no,
            state=complaint.state.value,
            editions=archives.of_complaint(connection, case_no),
            missing=in_words(archives.gap_of(connection, case_no)),
        )


def read_archive(number: str, target: IO[bytes]) -> Archive:
    """Write the file of an archive into a stream that can be read back, and verify it there.

    The number is the archive's own, or its complaint's, whose newest archive it is then.

    Raises:
        NoSuchArchive: there is none.
        ArchiveErased: its time was over.
        ArchiveNotWhole: it is not what was archived; what was written is to be thrown away.
        Unavailable, Refused: the vault cannot be read.
    """
    with unit_of_work() as connection:
        found = archives.one(connection, number)
    if found.erased_at is not None:
        raise ArchiveErased(f"{found.archive_no} was erased at {found.erased_at:%Y-%m-%d %H:%M} UTC ({found.basis})")
    try:
        with FileVault() as vault:
            vault.copy_to(found.sha256, target)
    except (Missing, Altered) as fault:
        raise ArchiveNotWhole(found.archive_no, [Fault("", str(fault))]) from fault
    target.seek(0)
    if faults := faults_in(target, digest=found.sha256):
        raise ArchiveNotWhole(found.archive_no, faults)
    return found
