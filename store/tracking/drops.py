"""Dropped files: which were seen, taken or refused, so that each is taken once and none before it is complete.

A row stands for a file as it lies there: name, size and mark. Once the file was moved away the row is history, and the
same name may come again.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Integer, LargeBinary, Table, Text, text

from store.metadata import INSTANT, metadata
from store.storable import storable

dropped_file = Table(
    "dropped_file",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("feed", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("mark", Text, nullable=False),
    Column("status", Text, nullable=False, server_default="seen"),  # taken, repeated, refused
    Column("reason", Text, nullable=False, server_default=""),
    Column("sha256", LargeBinary),
    Column("payloads", Integer, nullable=False, server_default="0"),
    Column("seen_at", INSTANT, nullable=False),
    Column("settled_at", INSTANT),
    Column("moved_at", INSTANT),  # it no longer lies there
    Index("uq_dropped_file_lying", "feed", "name", "size", "mark", unique=True,
          postgresql_where=text("moved_at IS NULL")),
    Index("uq_dropped_file_taken", "feed", "sha256", unique=True, postgresql_where=text("status = 'taken'")),
)  # fmt: skip


class Lying(NamedTuple):
    """A file that lies in a drop, and what is known of it."""

    id: int
    name: str
    size: int
    mark: str
    status: str
    reason: str
    seen_at: datetime


def look(
    connection: Connection, *, feed: str, files: Sequence[tuple[str, int, str]], at: datetime
) -> dict[tuple[str, int, str], Lying]:
    """Note what lies in a feed's drop now, by name, size and mark, and give what is known of each.

    What was seen and is no longer there, or is no longer the same, counts as never seen; what was settled and is no
    longer there counts as moved.
    """
    stored = {(storable(name), size, mark): (name, size, mark) for name, size, mark in files}
    names, sizes, marks = ([key[n] for key in stored] for n in range(3))
    parameters = {"feed": feed, "names": names, "sizes": sizes, "marks": marks, "at": at}
    listed = "unnest(CAST(:names AS text[]), CAST(:sizes AS bigint[]), CAST(:marks AS text[])) AS l(name, size, mark)"
    gone = (
        f"feed = :feed AND moved_at IS NULL AND NOT EXISTS (SELECT FROM {listed} WHERE l.name = dropped_file.name "
        "AND l.size = dropped_file.size AND l.mark = dropped_file.mark)"
    )
    for statement in (
        f"DELETE FROM dropped_file WHERE status = 'seen' AND {gone}",  # noqa: S608  # no value is in it
        f"UPDATE dropped_file SET moved_at = :at WHERE status <> 'seen' AND {gone}",  # noqa: S608
        (
            "INSERT INTO dropped_file (feed, name, size, mark, seen_at) "  # noqa: S608
            f"SELECT :feed, l.name, l.size, l.mark, :at FROM {listed} ORDER BY l.name "
            "ON CONFLICT (feed, name, size, mark) WHERE moved_at IS NULL DO NOTHING"
        ),
    ):
        connection.execute(text(statement), parameters)
    rows = connection.execute(
        text(
            "SELECT id, name, size, mark, status, reason, seen_at FROM dropped_file "
            "WHERE feed = :feed AND moved_at IS NULL"
        ),
        parameters,
    )
    found = [Lying(*row) for row in rows]
    return {stored[key]: lying for lying in found if (key := (lying.name, lying.size, lying.mark)) in stored}


def lock(connection: Connection, file_id: int) -> bool:
    """Take a seen file for this transaction; False when it is another's, or settled meanwhile."""
    row = connection.execute(
        text("SELECT id FROM dropped_file WHERE id = :id AND status = 'seen' FOR UPDATE SKIP LOCKED"), {"id": file_id}
    ).one_or_none()
    return row is not None


def was_taken(connection: Connection, *, feed: str, sha256: bytes) -> bool:
    """Say whether a file with this content was taken before; until this transaction ends nobody else takes one."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('redress drop ' || :feed))"), {"feed": feed})
    found = connection.execute(
        text("SELECT 1 FROM dropped_file WHERE feed = :feed AND sha256 = :sha256 AND status = 'taken'"),
        {"feed": feed, "sha256": sha256},
    ).one_or_none()
    return found is not None


def settle(
    connection: Connection,
    file_id: int,
    *,
    status: str,
    at: datetime,
    sha256: bytes | None = None,
    payloads: int = 0,
    reason: str = "",
) -> None:
    """Record what became of a file: taken, repeated or refused."""
    connection.execute(
        text(
            "UPDATE dropped_file SET status = :status, reason = :reason, sha256 = :sha256, payloads = :payloads, "
            "settled_at = :at WHERE id = :id"
        ),
        {
            "id": file_id, "status": status, "reason": storable(reason[:500]), "sha256": sha256, "payloads": payloads,
            "at": at,
        },
    )  # fmt: skip


def mark_moved(connection: Connection, file_id: int, *, at: datetime) -> None:
    """Record that a file no longer lies where it was dropped."""
    connection.execute(text("UPDATE dropped_file SET moved_at = :at WHERE id = :id"), {"id": file_id, "at": at})


def of_feed(connection: Connection, feed: str, *, status: str | None = None, limit: int = 100) -> list[dict[str, Any]]:
    """List the files of a feed, newest first."""
    rows = connection.execute(
        text(
            "SELECT id, name, size, status, reason, payloads, seen_at, settled_at, moved_at FROM dropped_file "
            "WHERE feed = :feed AND (CAST(:status AS text) IS NULL OR status = :status) ORDER BY id DESC LIMIT :limit"
        ),
        {"feed": feed, "status": status, "limit": limit},
    )
    return [dict(row._mapping) for row in rows]
