"""The commands about evidence: evidence add, list, get, withdraw, waive.

Belongs here: what they take and print. Does not belong here: which pieces a case needs (the playbooks).
"""

import getpass
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure, WrongUsage
from deployments.command.output import local, print_json, print_table

if TYPE_CHECKING:
    from schemas.evidence import EvidenceKind, OfferedPiece


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="evidence", help="What a decision rests on: add, list, get, withdraw; waive what is missing.")
    group.command(add)
    group.command(listing, name="list")
    group.command(get)
    group.command(withdraw)
    group.command(waive)
    app.command(group)


def add(
    case: str,
    file: Path,
    *,
    kind: str,
    by: str = "",
    taken_at: str | None = None,
    note: str = "",
    json: bool = False,
) -> None:
    """Keep a file as evidence of a case; the same file twice is one piece.

    - `redress evidence add EX-20261122-000001 box.jpg --kind photo_detail --by ag-sun`

    Args:
        case: The case number.
        file: A picture, PDF, sound, video, text, CSV or e-mail.
        kind: photo_whole, photo_detail, photo_label, photo_contents, packaging_at_acceptance, weight_at_acceptance,
            weight_now, inspection_at_door, temperature_record, airline_certificate, handover_list, scan_history,
            scanner_log, camera_recording, value_proof, repair_quote, loss_list, signature_proof, locker_record,
            consent_record, call_record, message_record, address_proof, customer_statement, sender_instruction,
            assignment_of_claim, refusal_statement, customs_notice, customs_documents, official_notice, statement or
            other.
        by: Who gave it; the system's user name when it is left out.
        taken_at: When it was taken, in the business time zone where it names none.
        note: What is to be seen on it.
        json: Print JSON.
    """
    settings = enter()
    from schemas.evidence import Door, Entered
    from tasks.evidence.keeping import add_evidence

    piece = offered_file(kind, file)
    piece = piece.model_copy(update={"taken_at": moment_told("--taken-at", taken_at, settings.zone), "note": note})
    with told_as_failures():
        [given] = add_evidence(case, [piece], entered=Entered(by=by or getpass.getuser(), door=Door.COMMAND))
    wake()
    if json:
        print_json(given.model_dump(mode="json"))
        return
    there = " was there before" if given.repeated else " is on record"
    print(f"{case}: evidence {given.evidence_id}, {given.file_name} ({given.media_type.value}),{there}.")


def offered_file(kind: str, path: Path) -> "OfferedPiece":
    """Read a file that somebody offers as evidence of a kind.

    Raises:
        WrongUsage: there is no such kind, or the file cannot be read or is too large.

    """
    from adapters.vault.settings import VaultSettings
    from schemas.evidence import OFFERED_KINDS, EvidenceKind, OfferedPiece

    if kind not in set(OFFERED_KINDS):
        raise WrongUsage(f"there is no kind {kind}; there are {', '.join(OFFERED_KINDS)}")
    most = VaultSettings().evidence_bytes_max
    try:
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise WrongUsage(f"{path}: {error.strerror}") from error
    if len(content) > most:
        raise WrongUsage(f"{path}: larger than {most} bytes")
    return OfferedPiece(kind=EvidenceKind(kind), content=content, file_name=path.name)


@contextmanager
def told_as_failures() -> Iterator[None]:
    """Turn what the tasks refuse into the command's one line.

    Raises:
        Failure: for any of it.

    """
    from adapters import Refused, Unavailable
    from store.cases import NoSuchCase
    from store.evidence import NoSuchEvidence
    from tasks.evidence.completeness import MayNotWaive
    from tasks.evidence.keeping import NotWithdrawn, TooMuchEvidence
    from tasks.inquiries.answering import NotTaken

    try:
        yield
    except (Refused, Unavailable, NoSuchCase, NoSuchEvidence) as refusal:
        raise Failure(str(refusal)) from refusal
    except (TooMuchEvidence, NotWithdrawn, MayNotWaive, NotTaken) as refusal:
        raise Failure(str(refusal)) from refusal


def wake() -> None:
    """Wake the engine, where a case may wait for what came in; where it does not answer, its sweep will."""
    from adapters import Refused, Unavailable
    from adapters.runs.client import announce
    from tasks.publishing import CASE_INFORMED

    with suppress(Unavailable, Refused):
        announce(CASE_INFORMED, resource="redress.command", payload={})


def listing(case: str, *, json: bool = False) -> None:
    """List the evidence of a case, also what was withdrawn, and what was waived.

    - `redress evidence list EX-20261122-000001`

    Args:
        case: The case number.
        json: Print JSON.
    """
    zone = enter().zone
    from store.unit_of_work import unit_of_work
    from tasks.inquiries.showing import informed

    with unit_of_work() as connection:
        told = informed(connection, case)
    if json:
        print_json({"evidence": told["evidence"], "waivers": told["waivers"]})
        return
    print_table(
        ("id", "kind", "file", "bytes", "received", "by", "door", "sha256", "withdrawn"),
        [
            (row["evidence_id"], row["kind"], row["file_name"], row["size_bytes"], _local(row["received_at"], zone),
             row["given_by"], row["door"], row["sha256"][:12],
             f"{row['withdrawal']['who']}: {row['withdrawal']['why']}" if row["withdrawal"] else "")
            for row in told["evidence"]
        ],
    )  # fmt: skip
    print_waivers(told["waivers"], zone)
    if not told["evidence"]:
        print("No evidence.")


def print_waivers(waivers: Iterable[Mapping[str, str]], zone: ZoneInfo) -> None:
    """Print without which kinds somebody let a case go on, and why."""
    for waiver in waivers:
        print(f"{waiver['kind']} waived by {waiver['who']} at {_local(waiver['at'], zone)}: {waiver['why']}")


def get(evidence_id: int, *, to: Path | None = None, json: bool = False) -> None:
    """Write a piece of evidence into a file, if it still is what was given.

    - `redress evidence get 17`: under the name that it was given with, in this folder
    - `redress evidence get 17 --to box.jpg`

    Args:
        evidence_id: Its number in the list.
        to: The file to write; one that is there is not written over.
        json: Print what it is, in JSON.
    """
    enter()
    from tasks.evidence.keeping import read_evidence

    with told_as_failures():
        piece, content = read_evidence(evidence_id)
    target = to or Path(piece.file_name)
    try:
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise Failure(f"{target} is there already; name another file with --to") from there
    except OSError as error:
        raise Failure(f"{target}: {error.strerror}") from error
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    if json:
        print_json({**piece.model_dump(mode="json"), "written_to": str(target)})
        return
    print(f"{target}: {piece.kind.value} of {piece.case_no}, {piece.size_bytes} bytes, SHA-256 {piece.sha256}.")


def withdraw(evidence_id: int, *, by: str, why: str) -> None:
    """Say of a piece that it no longer counts; the piece, who gave it and this stay on record.

    - `redress evidence withdraw 17 --by ag-sun --why "it shows another parcel"`

    Args:
        evidence_id: Its number in the list.
        by: Who does it.
        why: The reason.
    """
    if not why.strip():
        raise WrongUsage("--why needs a reason")
    enter()
    from tasks.evidence.keeping import withdraw_evidence

    with told_as_failures():
        piece = withdraw_evidence(evidence_id, who=by, why=why)
    wake()
    print(f"{piece.case_no}: evidence {evidence_id} is withdrawn.")


def waive(case: str, *, kind: str, staff: str, why: str) -> None:
    """Let a case go on without a kind of evidence that it should have.

    - `redress evidence waive EX-20261122-000001 --kind airline_certificate --staff ag-sun --why "..."`

    Args:
        case: The case number.
        kind: The kind that is missing.
        staff: Your staff id.
        why: The reason.
    """
    enter()
    from tasks.evidence.completeness import waive_evidence

    with told_as_failures():
        waiver = waive_evidence(case, _any_kind(kind), staff_id=staff, why=why)
    wake()
    print(f"{case} goes on without {waiver.kind.value}, by the word of {waiver.who}.")


def _any_kind(kind: str) -> "EvidenceKind":
    from schemas.evidence import EvidenceKind

    if kind not in set(EvidenceKind):
        raise WrongUsage(f"there is no kind {kind}; there are {', '.join(EvidenceKind)}")
    return EvidenceKind(kind)


def moment_told(option: str, told: str | None, zone: ZoneInfo) -> datetime | None:
    """Read the time that an option names, in the business time zone where it names none.

    Raises:
        WrongUsage: it is none.
    """
    if told is None:
        return None
    try:
        moment = datetime.fromisoformat(told)
    except ValueError as fault:
        raise WrongUsage(f"{option} {told} is no time such as 2026-11-20T08:00") from fault
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _local(moment: str, zone: ZoneInfo) -> str:
    return local(datetime.fromisoformat(moment), zone)
