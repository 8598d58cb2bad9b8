"""The command about the archive of a complaint: what it holds or lacks, and its file, verified.

Belongs here: what it takes and prints. Does not belong here: what an archive must hold (`rules.complaints.archive`).
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure
from deployments.command.output import local, print_json, print_table

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from schemas.archives import Archive
    from tasks.complaints.archive_reading import ArchiveStanding


def register(group: App) -> None:
    """Add the command to the group `complaint`."""
    group.command(archive)


def archive(number: str, *, out: Path | None = None, json: bool = False) -> None:
    """Show the archives of a complaint, or what the next one lacks; with --out write one into a file, verified.

    - `redress complaint archive CP-20261122-000001`
    - `redress complaint archive CP-20261122-000001 --out archive.zip`: the newest
    - `redress complaint archive AR-20261122-000001-1 --out first.zip`: the first edition

    Nothing is left of a file that is not what was archived.

    Args:
        number: The complaint's number, or an archive's.
        out: The file to write; one that is there is not written over.
        json: Print JSON.
    """
    zone = enter().zone
    if out is not None:
        with _told_as_failures():
            made = _write(number, out)
        if json:
            print_json({**made.model_dump(mode="json"), "written_to": str(out), "verified": True})
        else:
            print(f"{out}: {made.archive_no}, {made.size_bytes} bytes, SHA-256 {made.sha256}, verified.")
        return
    from tasks.complaints.archive_reading import archive_standing

    with _told_as_failures():
        standing = archive_standing(number)
    if json:
        print_json(_as_json(standing))
        return
    _print(standing, zone)


def _write(number: str, out: Path) -> "Archive":
    """Write an archive into a new file, which is gone again unless it is verified."""
    from tasks.complaints.archive_reading import read_archive

    try:
        descriptor = os.open(out, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise Failure(f"{out} is there already; name another file with --out") from there
    except OSError as error:
        raise Failure(f"{out}: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "w+b") as stream:
            return read_archive(number, stream)
    except BaseException:
        with suppress(OSError):
            out.unlink()
        raise


@contextmanager
def _told_as_failures() -> Iterator[None]:
    from adapters import Refused, Unavailable
    from store.archives import NoSuchArchive
    from store.complaints import NoSuchComplaint
    from tasks.complaints.archive_reading import ArchiveErased, ArchiveNotWhole

    try:
        yield
    except (NoSuchArchive, NoSuchComplaint, ArchiveErased, ArchiveNotWhole, Unavailable, Refused) as refusal:
        raise Failure(str(refusal)) from refusal


def _as_json(standing: "ArchiveStanding") -> dict[str, Any]:
    return {
        "complaint": standing.case_no,
        "state": standing.state,
        "archives": [edition.model_dump(mode="json") for edition in standing.editions],
        "missing": [missing.model_dump(mode="json") for missing in standing.missing],
    }


def _print(standing: "ArchiveStanding", zone: "ZoneInfo") -> None:
    print(f"{standing.case_no} is {standing.state}.")
    print_table(
        ("archive", "made", "bytes", "files", "kept until", "SHA-256", ""),
        [
            (one.archive_no, local(one.made_at, zone), one.size_bytes, sum(one.parts.values()),
             one.retention_until.astimezone(zone).strftime("%Y-%m-%d"), one.sha256, _fate(one))
            for one in standing.editions
        ],
    )  # fmt: skip
    if standing.missing:
        print_table(
            ("part", "missing", ""),
            [(one.part.value, one.en, "passes by itself" if one.passes else one.zh) for one in standing.missing],
            title="What its archive lacks",
        )
    elif not standing.editions:
        print("No archive.")


def _fate(archive: "Archive") -> str:
    from rules.retention import HELD
    from schemas.archives import HoldReason

    if archive.erased_at is not None:
        return f"erased {archive.erased_at:%Y-%m-%d}"
    return HELD[HoldReason(archive.held_because)][1] if archive.held_because else ""
