"""Archives of complaints (R47): what was made, what others still lack, and which files were put into the vault for it.

Rows of `archive` are added and never changed, but for what erasing takes (`store.erasing`). What is read for an archive
is `store.archive_contents`.
"""

import json
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from schemas.archives import Archive, Lack
from schemas.complaints import State
from store.metadata import INSTANT, metadata

archive = Table(
    "archive",
    metadata,
    Column("archive_no", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("edition", Integer, nullable=False),  # 2 for a case that was opened again and concluded again
    Column("made_at", INSTANT, nullable=False),
    Column("sha256", LargeBinary, nullable=False),  # of the ZIP
    Column("size_bytes", BigInteger, nullable=False),
    Column("parts", JSONB, nullable=False),  # how many files each has
    Column("retention_until", INSTANT, nullable=False),
    Column("basis", Text, nullable=False),  # the row of the rule pack that says how long
    Column("held_because", Text, nullable=False, server_default=""),
    Column("erased_at", INSTANT),
    Index("uq_archive_case_no_edition", "case_no", "edition", unique=True),
    Index("ix_archive_retention_until", "retention_until", "case_no", postgresql_where=text("erased_at IS NULL")),
    Index("ix_archive_sha256", "sha256"),
)
archive_gap = Table(
    "archive_gap",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("lacks", ARRAY(Text), nullable=False),
    Column("since", INSTANT, nullable=False),
    Column("looked_at", INSTANT, nullable=False),
    Column("seen", Text, nullable=False, server_default=""),  # the mark of what was on record then
)
archive_file = Table(
    "archive_file",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("sha256", LargeBinary, primary_key=True),
    Column("noted_at", INSTANT, nullable=False),
)
"""ZIPs that were put into the vault, noted before: one whose archive was never committed is erased with the case."""

_COLUMNS = (
    "archive_no, case_no, edition, made_at, encode(sha256, 'hex') AS sha256, size_bytes, parts, retention_until, "
    "basis, held_because, erased_at"
)


_MARK = (
    "md5(concat_ws(' ', c.version, "
    "(SELECT string_agg(o.id || o.status, ',' ORDER BY o.id) FROM outbox o WHERE o.case_no = c.case_no), "
    "(SELECT string_agg(t.action_id || t.state, ',' ORDER BY t.action_id) FROM complaint_action t "
    "WHERE t.case_no = c.case_no), "
    "(SELECT count(*) FROM contact_attempt a WHERE a.case_no = c.case_no)))"
)
"""Changes whenever something does that an archive can lack, but for what lies in the vault."""


class NoSuchArchive(LookupError):
    """There is no archive with that number, and none of a complaint with it."""


def concluded(
    connection: Connection, *, after: str, limit: int, looked_since: datetime, case_no: str | None = None
) -> dict[str, str]:
    """List the complaints that wait for their archive, in the order of their numbers, each with its mark.

    Left out are those that were looked at since then and found incomplete, and of which nothing has changed; not the
    one that is named.
    """
    rows = connection.execute(
        text(
            f"SELECT c.case_no, {_MARK} AS mark FROM complaint c WHERE c.state = :concluded AND c.closed_at IS NULL "  # noqa: S608
            "AND c.case_no > :after AND (c.case_no = :case_no OR CAST(:case_no AS text) IS NULL AND NOT EXISTS "
            f"(SELECT FROM archive_gap g WHERE g.case_no = c.case_no AND g.looked_at > :looked_since AND "
            f"g.seen = {_MARK})) ORDER BY c.case_no LIMIT :limit"
        ),
        {
            "concluded": State.CONCLUDED.value,
            "after": after,
            "limit": limit,
            "looked_since": looked_since,
            "case_no": case_no,
        },
    )
    return {row.case_no: row.mark for row in rows}


def gaps(connection: Connection) -> dict[str, list[Lack]]:
    """Read of every concluded complaint what its archive lacked when it was looked at last."""
    rows = connection.execute(
        text(
            "SELECT g.case_no, g.lacks FROM archive_gap g JOIN complaint c USING (case_no) "
            "WHERE c.state = :concluded AND c.closed_at IS NULL ORDER BY g.case_no"
        ),
        {"concluded": State.CONCLUDED.value},
    )
    return {row.case_no: [Lack(lack) for lack in row.lacks] for row in rows}


def editions(connection: Connection, case_nos: Collection[str]) -> dict[str, int]:
    """Count the archives that each complaint has already; one without any is left out."""
    rows = connection.execute(
        text("SELECT case_no, max(edition) AS last FROM archive WHERE case_no = ANY(:case_nos) GROUP BY case_no"),
        {"case_nos": list(case_nos)},
    )
    return {row.case_no: row.last for row in rows}


def note_file(connection: Connection, case_no: str, digest: str, *, at: datetime) -> None:
    """Note a ZIP that is about to be put into the vault for a complaint."""
    connection.execute(
        text(
            "INSERT INTO archive_file (case_no, sha256, noted_at) VALUES (:case_no, :digest, :at) "
            "ON CONFLICT DO NOTHING"
        ),
        {"case_no": case_no, "digest": bytes.fromhex(digest), "at": at},
    )


def add(connection: Connection, made: Archive) -> None:
    """Write down an archive; a second one with its number is an error. Nothing is missing of the complaint any more."""
    connection.execute(
        text(
            "INSERT INTO archive (archive_no, case_no, edition, made_at, sha256, size_bytes, parts, retention_until, "
            "basis) VALUES (:archive_no, :case_no, :edition, :made_at, :digest, :size_bytes, CAST(:files AS jsonb), "
            ":retention_until, :basis)"
        ),
        {**made.model_dump(), "digest": bytes.fromhex(made.sha256), "files": json.dumps(made.parts)},
    )
    connection.execute(text("DELETE FROM archive_gap WHERE case_no = :case_no"), {"case_no": made.case_no})


def keep_gap(connection: Connection, case_no: str, lacks: Sequence[Lack], *, seen: str, at: datetime) -> None:
    """Write down what the archive of a complaint lacks, in the place of what it lacked when it was looked at before.

    `seen` is the mark that the complaint had when it was read.
    """
    connection.execute(
        text(
            "INSERT INTO archive_gap (case_no, lacks, since, looked_at, seen) VALUES (:case_no, :lacks, :at, :at, "
            ":seen) ON CONFLICT (case_no) DO UPDATE SET lacks = excluded.lacks, looked_at = excluded.looked_at, "
            "seen = excluded.seen, "
            "since = CASE WHEN archive_gap.lacks = excluded.lacks THEN archive_gap.since ELSE excluded.since END"
        ),
        {"case_no": case_no, "lacks": [lack.value for lack in lacks], "seen": seen, "at": at},
    )


def gap_of(connection: Connection, case_no: str) -> list[Lack]:
    """Read what the archive of a complaint lacked when it was looked at last; nothing where it lacked nothing."""
    lacks = connection.execute(
        text("SELECT lacks FROM archive_gap WHERE case_no = :case_no"), {"case_no": case_no}
    ).scalar_one_or_none()
    return [Lack(lack) for lack in lacks or ()]


def of_complaint(connection: Connection, case_no: str) -> list[Archive]:
    """Read every archive of a complaint, the first edition first."""
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} FROM archive WHERE case_no = :case_no ORDER BY edition"),  # noqa: S608
        {"case_no": case_no},
    )
    return [Archive.model_validate(row._asdict()) for row in rows]


def one(connection: Connection, number: str) -> Archive:
    """Read an archive by its own number, or the newest of the complaint with that number.

    Raises:
        NoSuchArchive: there is none.
    """
    row = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM archive WHERE archive_no = :number OR case_no = :number "  # noqa: S608
            "ORDER BY edition DESC LIMIT 1"
        ),
        {"number": number},
    ).one_or_none()
    if row is None:
        raise NoSuchArchive(f"there is no archive {number}, and none of a complaint with that number")
    return Archive.model_validate(row._asdict())
