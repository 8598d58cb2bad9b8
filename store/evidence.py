"""Evidence: which pieces each case has, which were withdrawn, which were waived. Rows are added and never changed.

Erasing, once the time of a case is over, takes who gave a piece and what it was called (`store.erasing`).

What a piece holds lies in the vault under its hash. The same file twice for a case is one piece; after it was withdrawn
it may be given anew, which is another one.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Integer, LargeBinary, Table, Text, text

from schemas.evidence import Door, Entered, Evidence, EvidenceKind, MediaType, Waiver, Withdrawal
from store.metadata import INSTANT, created_at, metadata
from store.storable import storable

evidence = Table(
    "evidence",
    metadata,
    Column("evidence_id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("edition", Integer, nullable=False),  # how often the same file was withdrawn from the case before
    Column("size_bytes", BigInteger, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("file_name", Text, nullable=False),
    Column("given_by", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("door_shown", Text, nullable=False),  # the inquiry whose link opened it, or the name of the API key
    Column("taken_at", INSTANT),
    Column("received_at", INSTANT, nullable=False),
    Column("note", Text, nullable=False),
    created_at(),
    Index("uq_evidence_case_no_sha256_edition", "case_no", "sha256", "edition", unique=True),
    Index("ix_evidence_sha256", "sha256"),
)
evidence_withdrawal = Table(
    "evidence_withdrawal",
    metadata,
    Column("evidence_id", BigInteger, primary_key=True, autoincrement=False),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
)
evidence_waiver = Table(
    "evidence_waiver",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("at", INSTANT, nullable=False),
)


class NoSuchEvidence(LookupError):
    """There is no piece of evidence with that number."""


class Kept(NamedTuple):
    """A file that the vault holds, on its way to becoming a piece of evidence."""

    kind: EvidenceKind
    sha256: str
    size_bytes: int
    media_type: MediaType
    file_name: str
    taken_at: datetime | None
    note: str


_COLUMNS = (
    "e.evidence_id, e.case_no, e.kind, encode(e.sha256, 'hex') AS sha256, e.size_bytes, e.media_type, e.file_name, "
    "e.given_by, e.door, e.door_shown, e.taken_at, e.received_at, e.note, w.who, w.why, w.at"
)
_FROM = "FROM evidence e LEFT JOIN evidence_withdrawal w USING (evidence_id)"


def add(
    connection: Connection, pieces: Sequence[tuple[str, Kept]], *, entered: Entered, at: datetime
) -> list[tuple[int, bool]]:
    """Add pieces to the cases named with them and give of each its number and whether it is new.

    One that its case has is not added again. They are added in the order of the cases and of their hashes, so that two
    transactions with the same pieces wait for each other at the first of them and not in a circle.
    """
    if not pieces:
        return []
    columns = {
        "case_nos": [case_no for case_no, _ in pieces],
        "kinds": [piece.kind.value for _, piece in pieces],
        "digests": [piece.sha256 for _, piece in pieces],
        "sizes": [piece.size_bytes for _, piece in pieces],
        "media_types": [piece.media_type.value for _, piece in pieces],
        "file_names": [storable(piece.file_name) for _, piece in pieces],
        "taken_ats": [piece.taken_at for _, piece in pieces],
        "notes": [storable(piece.note) for _, piece in pieces],
    }
    signed = {"given_by": storable(entered.by), "door": entered.door.value, "shown": entered.shown, "at": at}
    added = connection.execute(
        text(
            "INSERT INTO evidence (case_no, kind, sha256, edition, size_bytes, media_type, file_name, given_by, door, "
            "door_shown, taken_at, received_at, note) SELECT n.case_no, n.kind, decode(n.digest, 'hex'), "
            "(SELECT count(*) FROM evidence e JOIN evidence_withdrawal w USING (evidence_id) "
            "WHERE e.case_no = n.case_no AND e.sha256 = decode(n.digest, 'hex')), n.size, n.media_type, n.file_name, "
            ":given_by, :door, :shown, n.taken_at, :at, n.note FROM unnest(CAST(:case_nos AS text[]), "
            "CAST(:kinds AS text[]), CAST(:digests AS text[]), CAST(:sizes AS bigint[]), CAST(:media_types AS text[]), "
            "CAST(:file_names AS text[]), CAST(:taken_ats AS timestamptz[]), CAST(:notes AS text[])) WITH ORDINALITY "
            "AS n(case_no, kind, digest, size, media_type, file_name, taken_at, note, place) "
            "ORDER BY n.case_no, n.digest, n.place ON CONFLICT (case_no, sha256, edition) DO NOTHING "
            "RETURNING case_no, encode(sha256, 'hex') AS digest, evidence_id"
        ),
        {**columns, **signed},
    )
    new = {(row.case_no, row.digest): int(row.evidence_id) for row in added}
    asked = [(case_no, piece.sha256) for case_no, piece in pieces]
    there = {**_there(connection, set(asked) - new.keys()), **new}
    return [(there[one], new.pop(one, None) is not None) for one in asked]


def _there(connection: Connection, asked: Collection[tuple[str, str]]) -> dict[tuple[str, str], int]:
    """Give the number of each of these pieces that its case has, by case and hash."""
    if not asked:
        return {}
    rows = connection.execute(
        text(
            "SELECT e.case_no, encode(e.sha256, 'hex') AS digest, max(e.evidence_id) AS evidence_id "
            "FROM unnest(CAST(:case_nos AS text[]), CAST(:digests AS text[])) AS n(case_no, digest) "
            "JOIN evidence e ON e.case_no = n.case_no AND e.sha256 = decode(n.digest, 'hex') GROUP BY 1, 2"
        ),
        {"case_nos": [case_no for case_no, _ in asked], "digests": [digest for _, digest in asked]},
    )
    return {(row.case_no, row.digest): int(row.evidence_id) for row in rows}


def one(connection: Connection, evidence_id: int) -> Evidence:
    """Read one piece.

    Raises:
        NoSuchEvidence: there is none with that number.

    """
    row = connection.execute(
        text(f"SELECT {_COLUMNS} {_FROM} WHERE e.evidence_id = :id"), {"id": evidence_id}
    ).one_or_none()
    if row is None:
        raise NoSuchEvidence(f"there is no piece of evidence {evidence_id}")
    return _piece(row._mapping)


def of_case(connection: Connection, case_no: str) -> list[Evidence]:
    """Read all pieces of a case, also withdrawn ones, in the order in which they came."""
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} {_FROM} WHERE e.case_no = :case_no ORDER BY e.evidence_id"),
        {"case_no": case_no},
    )
    return [_piece(row._mapping) for row in rows]


def of_cases(connection: Connection, case_nos: Collection[str]) -> dict[str, list[Evidence]]:
    """Read all pieces of each case, also withdrawn ones, as they came; a case without any is left out."""
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} {_FROM} WHERE e.case_no = ANY(:case_nos) ORDER BY e.evidence_id"),
        {"case_nos": list(case_nos)},
    )
    found: dict[str, list[Evidence]] = {}
    for row in rows:
        found.setdefault(row.case_no, []).append(_piece(row._mapping))
    return found


def _piece(row: Any) -> Evidence:
    told = {name: row[name] for name in Evidence.model_fields if name != "withdrawal"}
    withdrawal = Withdrawal(who=row["who"], why=row["why"], at=row["at"]) if row["at"] is not None else None
    return Evidence(**{**told, "door": Door(row["door"])}, withdrawal=withdrawal)


def is_case(connection: Connection, case_no: str) -> bool:
    """Say whether there is a case with that number, of whatever procedure."""
    found = connection.execute(
        text(
            "SELECT EXISTS (SELECT FROM cases WHERE case_no = :no) "
            "OR EXISTS (SELECT FROM complaint WHERE case_no = :no) OR EXISTS (SELECT FROM claim WHERE case_no = :no)"
        ),
        {"no": case_no},
    )
    return bool(found.scalar_one())


def about_waybills(connection: Connection, case_nos: Collection[str]) -> dict[str, str]:
    """Say which parcel each of these cases is about, of whatever procedure; one that there is not is left out."""
    rows = connection.execute(
        text(
            "SELECT case_no, waybill FROM cases WHERE case_no = ANY(:numbers) "
            "UNION ALL SELECT case_no, waybill FROM complaint WHERE case_no = ANY(:numbers) "
            "UNION ALL SELECT case_no, waybill FROM claim WHERE case_no = ANY(:numbers)"
        ),
        {"numbers": list(case_nos)},
    )
    return {row.case_no: row.waybill for row in rows}


def count(connection: Connection, case_no: str) -> int:
    """Count the pieces of a case, also withdrawn ones."""
    return int(
        connection.execute(text("SELECT count(*) FROM evidence WHERE case_no = :no"), {"no": case_no}).scalar_one()
    )


def kinds_there(connection: Connection, case_nos: Collection[str]) -> dict[str, dict[EvidenceKind, int]]:
    """Count the pieces of each case by kind, in the order in which the kinds came; what was withdrawn is left out."""
    rows = connection.execute(
        text(
            "SELECT case_no, kind, count(*) FROM evidence e WHERE case_no = ANY(:case_nos) AND NOT EXISTS "
            "(SELECT FROM evidence_withdrawal w WHERE w.evidence_id = e.evidence_id) "
            "GROUP BY case_no, kind ORDER BY min(evidence_id)"
        ),
        {"case_nos": list(case_nos)},
    )
    found: dict[str, dict[EvidenceKind, int]] = {}
    for row in rows:
        found.setdefault(row[0], {})[EvidenceKind(row[1])] = row[2]
    return found


def digests_of(connection: Connection, case_nos: Collection[str]) -> dict[str, dict[str, str]]:
    """Give the hash of each piece that counts, by case and number; one without any is left out.

    A step that rests on evidence puts it among the details of its history entry, which seals it with the rest.
    """
    rows = connection.execute(
        text(
            "SELECT case_no, jsonb_object_agg(evidence_id::text, encode(sha256, 'hex')) FROM evidence e "
            "WHERE case_no = ANY(:case_nos) AND NOT EXISTS "
            "(SELECT FROM evidence_withdrawal w WHERE w.evidence_id = e.evidence_id) GROUP BY case_no"
        ),
        {"case_nos": list(case_nos)},
    )
    return {row[0]: dict(row[1]) for row in rows}


def reused(connection: Connection, case_nos: Collection[str]) -> dict[str, list[str]]:
    """Give, for each of these claims, the other claims with which the same file came; what Redress froze is no file."""
    rows = connection.execute(
        text(
            "SELECT DISTINCT e.case_no, o.case_no AS other FROM evidence e JOIN evidence o ON o.sha256 = e.sha256 "
            "AND o.case_no <> e.case_no JOIN claim c ON c.case_no = o.case_no WHERE e.case_no = ANY(:case_nos) "
            "AND e.kind <> :own ORDER BY e.case_no, o.case_no"
        ),
        {"case_nos": list(case_nos), "own": EvidenceKind.TRACKING_SNAPSHOT.value},
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.case_no, []).append(row.other)
    return found


def withdraw(connection: Connection, evidence_id: int, *, who: str, why: str, at: datetime) -> bool:
    """Note that a piece no longer counts, and say whether it did until now."""
    result = connection.execute(
        text(
            "INSERT INTO evidence_withdrawal (evidence_id, who, why, at) VALUES (:id, :who, :why, :at) "
            "ON CONFLICT (evidence_id) DO NOTHING"
        ),
        {"id": evidence_id, "who": who, "why": storable(why), "at": at},
    )
    return bool(result.rowcount)


def waive(connection: Connection, waiver: Waiver) -> bool:
    """Note that a case may go on without a kind of evidence, and say whether nobody had said so before."""
    result = connection.execute(
        text(
            "INSERT INTO evidence_waiver (case_no, kind, who, why, at) VALUES (:case_no, :kind, :who, :why, :at) "
            "ON CONFLICT (case_no, kind) DO NOTHING"
        ),
        {**waiver.model_dump(), "why": storable(waiver.why)},
    )
    return bool(result.rowcount)


def waivers_of(connection: Connection, case_nos: Collection[str]) -> dict[str, list[Waiver]]:
    """Read what was waived for each case, oldest first; one without any is left out."""
    rows = connection.execute(
        text(
            "SELECT case_no, kind, who, why, at FROM evidence_waiver WHERE case_no = ANY(:case_nos) ORDER BY at, kind"
        ),
        {"case_nos": list(case_nos)},
    )
    found: dict[str, list[Waiver]] = {}
    for row in rows:
        found.setdefault(row.case_no, []).append(Waiver(**row._mapping))
    return found
