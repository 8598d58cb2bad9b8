"""The papers of an appeal's file, and how its conditions stood each time they were looked at. Rows are only added.

What the regulator told, what it was answered and reported, and its sessions each lie under their hash; the history of
the appeal holds the hashes and no word of them, so that personal data can be erased and the history still be verified.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from rules.history import canonical
from schemas.appeals import (
    AppealAnswer,
    ForwardedAppeal,
    MediationSession,
    Precondition,
    ProgressReport,
    RegulatorWords,
)  # fmt: skip
from store.case_history import Signature
from store.metadata import INSTANT, created_at, metadata


class PaperKind(StrEnum):
    """What a paper is."""

    FORWARDED = "forwarded"
    PROGRESS = "progress"
    ANSWER = "answer"
    RETURNED = "returned"
    SESSION = "session"
    OPINION = "opinion"


appeal_paper = Table(
    "appeal_paper",
    metadata,
    Column("paper_id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("kind", Text, nullable=False),  # PaperKind
    Column("number", Integer, nullable=False),  # the first, second ... of its kind
    Column("at", INSTANT, nullable=False),
    Column("who", Text, nullable=False),
    Column("content", JSONB, nullable=False),  # {} once its personal data were erased
    Column("document", Text, nullable=False, server_default=""),  # as it went to the regulator
    Column("sha256", LargeBinary, nullable=False),  # of content and document
    Column("erased_at", INSTANT),
    created_at(),
    Index("uq_appeal_paper_case_no_kind_number", "case_no", "kind", "number", unique=True),
)
appeal_precondition = Table(
    "appeal_precondition",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("assessment", Integer, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("place", Integer, nullable=False),
    Column("standing", Text, nullable=False),
    Column("zh", Text, nullable=False),
    Column("en", Text, nullable=False),
    Column("rule", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("verified", Text, nullable=False),
    created_at(),
)

Paper = ForwardedAppeal | ProgressReport | AppealAnswer | MediationSession | RegulatorWords


def add_paper(
    connection: Connection,
    case_no: str,
    kind: PaperKind,
    paper: Paper,
    *,
    place: int,
    sign: Signature,
    document: str = "",
) -> str:
    """Keep what was told, and give its hash, which the history names."""
    content = paper.model_dump(mode="json")
    digest = sha256(canonical({"content": content, "document": document}).encode())
    connection.execute(
        appeal_paper.insert().values(
            case_no=case_no,
            kind=kind.value,
            number=place,
            at=sign.at,
            who=sign.who,
            content=content,
            document=document,
            sha256=digest.digest(),
        )
    )
    return digest.hexdigest()


class KeptPaper(NamedTuple):
    """One paper of an appeal's file; without content and document once it was erased."""

    kind: PaperKind
    number: int
    at: datetime
    who: str
    content: dict[str, Any]
    document: str
    sha256: str


def papers_of(connection: Connection, case_no: str) -> list[KeptPaper]:
    """Read an appeal's papers, oldest first."""
    rows = connection.execute(
        text(
            "SELECT kind, number, at, who, content, document, encode(sha256, 'hex') AS sha256 FROM appeal_paper "
            "WHERE case_no = :case_no ORDER BY paper_id"
        ),
        {"case_no": case_no},
    )
    return [KeptPaper(PaperKind(row.kind), *row[1:]) for row in rows]


def told_of(connection: Connection, case_no: str) -> ForwardedAppeal:
    """Read what the regulator told when it forwarded the appeal."""
    content = connection.execute(
        text("SELECT content FROM appeal_paper WHERE case_no = :case_no AND kind = 'forwarded'"), {"case_no": case_no}
    ).scalar_one()
    return ForwardedAppeal.model_validate(content)


def erase_papers(connection: Connection, *, now: datetime) -> int:
    """Empty the papers of appeals whose time of keeping is over, and count them; their hashes stay (PIPL art. 19)."""
    return connection.execute(
        text(
            "UPDATE appeal_paper SET content = '{}', document = '', erased_at = :now FROM appeal "
            "WHERE appeal.case_no = appeal_paper.case_no AND appeal.kept_until <= :now "
            "AND appeal_paper.erased_at IS NULL"
        ),
        {"now": now},
    ).rowcount


def add_preconditions(connection: Connection, case_no: str, found: Sequence[Precondition], *, assessment: int) -> None:
    """Keep how the conditions stood when they were looked at."""
    rows = [
        {"case_no": case_no, "assessment": assessment, "place": place, **condition.model_dump(mode="json")}
        for place, condition in enumerate(found)
    ]
    connection.execute(appeal_precondition.insert(), rows)


def preconditions_of(connection: Connection, case_no: str) -> tuple[Precondition, ...]:
    """Read the conditions as they were looked at last."""
    rows = connection.execute(
        text(
            "SELECT kind, standing, zh, en, rule, source, verified FROM appeal_precondition WHERE case_no = :case_no "
            "AND assessment = (SELECT max(assessment) FROM appeal_precondition WHERE case_no = :case_no) ORDER BY place"
        ),
        {"case_no": case_no},
    )
    return tuple(Precondition.model_validate(row._asdict()) for row in rows)
