"""Keeping evidence: checked and put into the vault first, then written down in one transaction; and reading it back.

A file that the vault keeps and no row names, because the transaction failed, is found again by its hash when it is sent
again.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from adapters import Unavailable
from adapters.vault.client import FileVault
from adapters.vault.media import EXTENSION, Unacceptable, media_type_of
from rules.evidence import shown_file_name
from rules.privacy import mask_phones
from schemas.evidence import Entered, Evidence, GivenPiece, MediaType, OfferedPiece
from store import erasing, requests
from store import evidence as evidence_store
from store.cases import NoSuchCase
from store.evidence import Kept
from store.requests import NamedRequest
from store.unit_of_work import Connection, unit_of_work
from tasks import clock

PIECES_MAX = 200
"""Pieces of one case; a case with more is a matter for people."""


class TooMuchEvidence(RuntimeError):
    """The case has as many pieces as one may have."""


class NotWithdrawn(RuntimeError):
    """The piece was withdrawn before; who did it and why stays as it is."""


class Recorded(NamedTuple):
    """A piece that was written down, and whether the case had it already."""

    evidence_id: int
    repeated: bool


def add_evidence(
    case_no: str, pieces: Sequence[OfferedPiece], *, entered: Entered, request: NamedRequest | None = None
) -> list[GivenPiece]:
    """Keep files as evidence of a case and give what they became; one that the case has is not added again.

    Raises:
        NoSuchCase: there is none with that number.
        TooMuchEvidence: it has as many pieces as one may have.
        Unacceptable, TooLarge: a file is no evidence as it is; none is kept.
        Unavailable, Refused: the vault does not take it.
        OtherContent: the request's name was used for another one.

    """
    with unit_of_work() as connection:
        if (answered := requests.answered_before(connection, request)) is not None:
            return _given_in(answered)
        check_room(connection, case_no, more=len(pieces))
    kept = keep_pieces(pieces)
    now = clock.now()
    with unit_of_work() as connection:

        def work() -> dict[str, list[dict[str, object]]]:
            given = attach_pieces(connection, case_no, kept, entered=entered)
            return {"given": [piece.model_dump(mode="json") for piece in given]}

        answer = requests.once(connection, request, work, at=now)
    return _given_in(answer)


def _given_in(answer: Mapping[str, Any]) -> list[GivenPiece]:
    return [GivenPiece.model_validate(piece) for piece in answer["given"]]


def check_room(connection: Connection, case_no: str, *, more: int) -> None:
    """Make sure that a case is there and has room for more evidence.

    Raises:
        NoSuchCase: there is none with that number.
        TooMuchEvidence: it has as many pieces as one may have.

    """
    if not evidence_store.is_case(connection, case_no):
        raise NoSuchCase(f"there is no case {case_no}")
    if evidence_store.count(connection, case_no) + more > PIECES_MAX:
        raise TooMuchEvidence(f"{case_no} has {PIECES_MAX} pieces of evidence, or would have more")


def keep_pieces(pieces: Sequence[OfferedPiece]) -> list[Kept]:
    """Check files and put them into the vault; all are checked before any is kept.

    Raises:
        Unacceptable, TooLarge: a file is no evidence as it is; the message names it.
        Unavailable, Refused: the vault does not take it.

    """
    types = [_type_of(piece) for piece in pieces]
    if not pieces:
        return []
    with FileVault() as vault:
        return [
            Kept(
                kind=piece.kind,
                sha256=vault.keep(piece.content),
                size_bytes=len(piece.content),
                media_type=media_type,
                file_name=shown_file_name(piece.file_name, endings=EXTENSION[media_type]),
                taken_at=piece.taken_at,
                note=mask_phones(piece.note),
            )
            for piece, media_type in zip(pieces, types, strict=True)
        ]


def _type_of(piece: OfferedPiece) -> MediaType:
    try:
        return media_type_of(piece.content, declared=piece.declared_type, file_name=piece.file_name)
    except Unacceptable as refused:
        shown = shown_file_name(piece.file_name, endings=("?",)).removesuffix(".?")
        raise Unacceptable(refused.reason_code, f"{shown}: {refused}") from refused


def record_pieces(connection: Connection, pieces: Sequence[tuple[str, Kept]], *, entered: Entered) -> list[Recorded]:
    """Write down what the vault keeps as evidence of the cases named with it, in the caller's transaction.

    Raises:
        Unavailable: the same file was erased for another case just now; sent again, it is kept.

    """
    if erased := erasing.erased_among(connection, [piece.sha256 for _, piece in pieces]):
        _make_sure_of(erased)
    added = evidence_store.add(connection, pieces, entered=entered, at=clock.now())
    return [Recorded(evidence_id, not is_new) for evidence_id, is_new in added]


def attach_pieces(
    connection: Connection, case_no: str, kept: Sequence[Kept], *, entered: Entered
) -> tuple[GivenPiece, ...]:
    """Write down what the vault keeps as evidence of a case, in the caller's transaction, and give what it became.

    Raises:
        NoSuchCase: there is none with that number.
        TooMuchEvidence: it has as many pieces as one may have.

    """
    check_room(connection, case_no, more=len(kept))
    recorded = record_pieces(connection, [(case_no, piece) for piece in kept], entered=entered)
    return tuple(_given(connection, piece) for piece in recorded)


def _make_sure_of(digests: Sequence[str]) -> None:
    with FileVault() as vault:
        if not all(vault.holds(digest) for digest in digests):
            raise Unavailable("a file was erased for another case while it was kept for this one: send it again")


def _given(connection: Connection, piece: Recorded) -> GivenPiece:
    found = evidence_store.one(connection, piece.evidence_id)
    told = found.model_dump(include=set(GivenPiece.model_fields) - {"repeated"})
    return GivenPiece(**told, repeated=piece.repeated)


def withdraw_evidence(evidence_id: int, *, who: str, why: str) -> Evidence:
    """Say of a piece that it no longer counts, with the reason; the piece itself stays.

    Raises:
        NoSuchEvidence: there is none with that number.
        NotWithdrawn: it was withdrawn before.

    """
    with unit_of_work() as connection:
        piece = evidence_store.one(connection, evidence_id)
        if not evidence_store.withdraw(connection, evidence_id, who=who, why=why, at=clock.now()):
            raise NotWithdrawn(f"evidence {evidence_id} of {piece.case_no} was withdrawn before")
        return evidence_store.one(connection, evidence_id)


def read_evidence(evidence_id: int) -> tuple[Evidence, bytes]:
    """Read a piece with its content, which is what was given or is not given out.

    Raises:
        NoSuchEvidence: there is none with that number.
        Altered, Missing: the vault holds something else, or nothing.
        Unavailable, Refused: the vault cannot be read.

    """
    with unit_of_work() as connection:
        piece = evidence_store.one(connection, evidence_id)
    with FileVault() as vault:
        return piece, vault.read(piece.sha256)
