"""A complaint with its files, as a door brings it: the vault first, then all that is written in one transaction.

A file whose transaction failed lies in the vault under its hash and no row names it; sent again, it is the same file.
What would be refused, or was answered before, is found out before any file is kept.
"""

from collections.abc import Sequence
from hashlib import sha256

from schemas.complaints import ComplaintRecord, Filed
from schemas.evidence import Entered, OfferedPiece
from store import complaints as complaint_store
from store import requests
from store.requests import NamedRequest
from store.unit_of_work import unit_of_work
from tasks.complaints.intake import Attached, answered_or_refused, complete_draft, file_complaint
from tasks.complaints.told import TakenIn
from tasks.evidence.keeping import keep_pieces


def bring_complaint(
    record: ComplaintRecord,
    pieces: Sequence[OfferedPiece] = (),
    *,
    taken: TakenIn,
    given: Entered,
    keep_draft: bool = False,
    request: NamedRequest | None = None,
) -> Filed:
    """Take in a complaint and keep what came with it; when this returns, both are committed.

    Raises:
        Incomplete: something that must be told is missing, and no draft is wanted; nothing is kept.
        OtherContent: the request's name was used for another one.
        Unacceptable, TooLarge, TooMuchEvidence: a file is no evidence as it is, or is one too many; nothing is kept.
        Unavailable, Refused: the vault does not take it.
    """
    attached = None
    if pieces:
        before = answered_or_refused(record, entered=taken, keep_draft=keep_draft, request=request)
        if before is not None:
            return before
        attached = Attached(keep_pieces(pieces), given)
    return file_complaint(record, entered=taken, keep_draft=keep_draft, request=request, attached=attached)


def bring_rest(
    number: str,
    record: ComplaintRecord,
    pieces: Sequence[OfferedPiece] = (),
    *,
    taken: TakenIn,
    given: Entered,
    request: NamedRequest | None = None,
) -> Filed:
    """Add to a complaint what was missing or is told now, and what came with it.

    Raises:
        NoSuchComplaint: there is none with that number.
        Incomplete: nobody completed it in time, and something is missing still.
        OtherContent, Unacceptable, TooLarge, TooMuchEvidence, Unavailable, Refused: as for a new one.
    """
    attached = None
    if pieces:
        if (before := _answered_for(number, request)) is not None:
            return before
        attached = Attached(keep_pieces(pieces), given)
    return complete_draft(number, record, entered=taken, request=request, attached=attached)


def _answered_for(number: str, request: NamedRequest | None) -> Filed | None:
    with unit_of_work() as connection:
        if (answered := requests.answered_before(connection, request)) is not None:
            return Filed.model_validate(answered)
        complaint_store.one_complaint(connection, number)
    return None


def content_of(record: ComplaintRecord, pieces: Sequence[OfferedPiece] = ()) -> bytes:
    """Hash what is told, however it was packed, so that the same telling is known when it comes again."""
    written = [record.model_dump_json(), *(f"{piece.kind} {sha256(piece.content).hexdigest()}" for piece in pieces)]
    return sha256("\n".join(written).encode()).digest()
