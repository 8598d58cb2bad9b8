"""Stage ARCHIVE (归档): what is on record becomes a numbered bundle of five parts, and only then the complaint closes.

The bundle is written and put into the vault first; then one transaction writes it down and closes the complaint, if
what is on record is still what was bundled. A crash between the two leaves a file that the next pass makes again, byte
by byte, or that is erased with the complaint. What lacks something stays concluded, and is looked at again as soon as
something of it changes.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import file_digest
from typing import NamedTuple

from prefect import task

from adapters.vault.client import FileVault, TooLarge
from rules.complaints.archive import Contents, in_words, missing_of
from rules.retention import retention_of
from schemas.archives import Archive, ArchiveIndex, Archiving, Lack, MissingFromArchive
from schemas.complaints import Command, State
from store import archives, outbox
from store import complaints as complaint_store
from store.archive_contents import contents_of
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.complaints.bundling import Bundle, EvidenceUnreadable, written_bundle
from tasks.complaints.letters import MANAGER, department_letter
from tasks.complaints.moving import Step, take_steps
from tasks.settings import held_settings

BATCH = 50
"""Complaints that are read at a time; each is bundled and closed by itself."""
LOOK_AGAIN_AFTER = timedelta(hours=1)
"""An incomplete one of which nothing changed on record: a piece of evidence may be back in the vault."""


class Waiting(NamedTuple):
    """A concluded complaint that is looked at: all that is on record, which edition it would be, its mark before."""

    contents: Contents
    edition: int
    seen: str


@task
def archive_complaints(case_no: str | None = None) -> Archiving:
    """Archive every concluded complaint that lacks nothing, or the one named, and close it (R47, R49).

    Of the others it is written down what they lack; the department that answers is told once. One of which nothing has
    changed since is not read again, but listed.
    """
    made: list[str] = []
    missing: dict[str, tuple[MissingFromArchive, ...]] = {}
    with held_settings():
        for batch in _batches(case_no):
            for waiting in batch:
                lacking, archive_no = _archive(waiting)
                if lacking:
                    missing[waiting.contents.complaint.case_no] = lacking
                elif archive_no:
                    made.append(archive_no)
    return Archiving(made=tuple(made), missing=missing if case_no else {**_known_gaps(), **missing})


def _known_gaps() -> dict[str, tuple[MissingFromArchive, ...]]:
    with unit_of_work() as connection:
        return {number: in_words(lacks) for number, lacks in archives.gaps(connection).items()}


def _batches(case_no: str | None) -> Iterator[list[Waiting]]:
    after, looked_since = "", clock.now() - LOOK_AGAIN_AFTER
    while True:
        with unit_of_work() as connection:
            marks = archives.concluded(connection, after=after, limit=BATCH, looked_since=looked_since, case_no=case_no)
            if not marks:
                return
            numbers = list(marks)
            found, editions = contents_of(connection, numbers), archives.editions(connection, numbers)
        after = numbers[-1]
        yield [Waiting(contents, editions.get(number, 0) + 1, marks[number]) for number, contents in found.items()]


def _archive(waiting: Waiting) -> tuple[tuple[MissingFromArchive, ...], str]:
    """Archive one complaint; give what it lacks, or the number of its archive, empty where it moved on meanwhile."""
    contents, edition, _ = waiting
    if lacking := missing_of(contents):
        return _incomplete(waiting, lacking), ""
    try:
        with written_bundle(contents, edition=edition) as bundle:
            digest = _kept(contents.complaint.case_no, bundle)
            return (), _committed(contents, bundle, digest)
    except EvidenceUnreadable:
        return _incomplete(waiting, in_words([Lack.EVIDENCE_UNREADABLE])), ""
    except TooLarge:
        return _incomplete(waiting, in_words([Lack.TOO_LARGE])), ""


def _kept(case_no: str, bundle: Bundle) -> str:
    """Note the bundle, so that it is found again whatever happens, and put it into the vault."""
    with bundle.file.open("rb") as stream:
        digest = file_digest(stream, "sha256").hexdigest()
    with unit_of_work() as connection:
        archives.note_file(connection, case_no, digest, at=clock.now())
    with FileVault() as vault:
        return vault.keep_file(bundle.file)


def _committed(contents: Contents, bundle: Bundle, digest: str) -> str:
    """Write the archive down and close its complaint in one transaction, if nothing changed since it was read."""
    number, index = contents.complaint.case_no, bundle.index
    with unit_of_work() as connection:
        now = clock.now()
        complaint_store.one_complaint(connection, number, lock=True)
        if contents_of(connection, [number])[number] != contents:
            return ""
        made = _archive_row(contents, index, digest, bundle.file.stat().st_size, now)
        archives.add(connection, made)
        take_steps(connection, [_closing(contents, made)], now=now)
    return made.archive_no


def _archive_row(contents: Contents, index: ArchiveIndex, digest: str, size_bytes: int, now: datetime) -> Archive:
    kept = retention_of(contents.complaint, closed_at=now)
    return Archive(
        archive_no=index.archive_no,
        case_no=index.case_no,
        edition=index.edition,
        made_at=now,
        sha256=digest,
        size_bytes=size_bytes,
        parts=dict(Counter(file.part for file in index.files)),
        retention_until=kept.until,
        basis=kept.basis,
    )


def _closing(contents: Contents, made: Archive) -> Step:
    complaint = contents.complaint
    return Step(
        complaint.model_copy(update={"archive_no": made.archive_no}),
        Command.ARCHIVE,
        reason=complaint.ending,
        updates={"archive_no": made.archive_no},
        details={
            "archive": made.archive_no,
            "sha256": made.sha256,
            "retention_until": made.retention_until.isoformat(),
        },
    )


def _incomplete(waiting: Waiting, lacking: Sequence[MissingFromArchive]) -> tuple[MissingFromArchive, ...]:
    """Write down what is missing, and tell the department once that somebody has to do something about it."""
    contents, edition, seen = waiting
    complaint, now = contents.complaint, clock.now()
    with unit_of_work() as connection:
        if complaint_store.one_complaint(connection, complaint.case_no, lock=True).state is not State.CONCLUDED:
            return ()
        archives.keep_gap(connection, complaint.case_no, [missing.lack for missing in lacking], seen=seen, at=now)
        _tell(connection, contents, edition, [missing for missing in lacking if not missing.passes], now)
    return tuple(lacking)


def _tell(
    connection: Connection, contents: Contents, edition: int, lacking: Sequence[MissingFromArchive], now: datetime
) -> None:
    if not lacking:
        return
    complaint = contents.complaint
    about = "档案不完整，无法结案：" + "、".join(missing.zh for missing in lacking)
    to = complaint.assigned_to or MANAGER
    letter = department_letter(complaint, about=about, purpose=f"archive-{edition}", to=to, now=now)
    outbox.put(connection, [letter])
