"""The inbox: everything that arrived, as it arrived, before anybody understood it. Rows are settled, never changed."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    func,
    select,
    text,
    update,
)  # fmt: skip

from store.copying import copy_binary, copy_to_temporary
from store.metadata import INSTANT, metadata
from store.storable import storable

inbox = Table(
    "inbox",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("feed", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("origin", Text, nullable=False),  # the door it came through: http, file
    Column("body", LargeBinary, nullable=False),
    Column("sha256", LargeBinary, nullable=False),
    Column("received_at", INSTANT, nullable=False),
    Column("processed_at", INSTANT),
    Column("batch_id", BigInteger),
    Column("read", Integer),
    Column("clean", Integer),
    Column("duplicate", Integer),
    Column("quarantined", Integer),
    Column("answer", Text),  # what the provider said instead of records
    Column("stopped_because", Text),  # the quality checks hold it until a person releases it
    Index("ix_inbox_unprocessed", "id", postgresql_where=text("processed_at IS NULL AND stopped_because IS NULL")),
    Index("ix_inbox_stopped", "feed", postgresql_where=text("stopped_because IS NOT NULL")),
    Index("ix_inbox_feed_received_at", "feed", "received_at"),
)


_NEXT_IDS = text("SELECT nextval(pg_get_serial_sequence('inbox', 'id')) FROM generate_series(1, :count)")
_PAYLOAD = (inbox.c.id, inbox.c.feed, inbox.c.format, inbox.c.body, inbox.c.received_at)
_WAITS = "SELECT id, feed, format, body, received_at FROM inbox WHERE processed_at IS NULL AND stopped_because IS NULL"
_IN_TURN = "ORDER BY id FOR UPDATE SKIP LOCKED"
_WAITING = text(f"DECLARE waiting CURSOR FOR {_WAITS} {_IN_TURN}")
_WAITING_NAMED = text(f"DECLARE waiting CURSOR FOR {_WAITS} AND id = ANY(:ids) {_IN_TURN}")


class Arrived(NamedTuple):
    """One payload that is to be kept."""

    feed: str
    format: str
    origin: str
    body: bytes
    received_at: datetime


class Payload(NamedTuple):
    """One unprocessed payload."""

    id: int
    feed: str
    format: str
    body: bytes
    received_at: datetime


class Settled(NamedTuple):
    """What became of the records of one payload: read = clean + duplicate + quarantined."""

    id: int
    read: int
    clean: int
    duplicate: int
    quarantined: int
    answer: str


def keep(
    connection: Connection, *, feed: str, format_name: str, origin: str, body: bytes, received_at: datetime
) -> int:
    """Store a payload and give its id."""
    [row_id] = keep_many(connection, [Arrived(feed, format_name, origin, body, received_at)])
    return row_id


def keep_many(connection: Connection, arrived: Sequence[Arrived]) -> list[int]:
    """Store payloads at once and give their ids in the same order."""
    ids = list(connection.execute(_NEXT_IDS, {"count": len(arrived)}).scalars())
    rows = [(row_id, *payload, sha256(payload.body).digest()) for row_id, payload in zip(ids, arrived, strict=True)]
    copy_binary(connection, inbox, ("id", *Arrived._fields, "sha256"), rows)
    return ids


def claim(connection: Connection, *, limit: int, bytes_max: int, ids: Sequence[int] | None = None) -> list[Payload]:
    """Lock the oldest unprocessed payloads for this transaction, up to `limit` of them and about `bytes_max` bytes.

    Payloads that another transaction holds are passed over, and so are those that the quality checks have stopped.
    Rows are locked as they are fetched, so a few at a time leave the rest to others.
    """
    connection.execute(_WAITING_NAMED if ids is not None else _WAITING, {"ids": ids} if ids is not None else {})
    claimed: list[Payload] = []
    size = 0
    while len(claimed) < limit and size < bytes_max:
        fitting = (bytes_max - size) * len(claimed) // max(size, 1)
        several = min(limit - len(claimed), max(1, fitting), max(1, len(claimed)))
        fetch = text(f"FETCH {several} FROM waiting").columns(*_PAYLOAD)
        rows = [Payload(*row) for row in connection.execute(fetch)]
        if not rows:
            break
        claimed += rows
        size += sum(len(payload.body) for payload in rows)
    connection.execute(text("CLOSE waiting"))
    return claimed


def read(connection: Connection, ids: Sequence[int]) -> list[Payload]:
    """Read payloads again, processed or not."""
    rows = connection.execute(select(*_PAYLOAD).where(inbox.c.id.in_(ids)).order_by(inbox.c.id))
    return [Payload(*row) for row in rows]


def settle(connection: Connection, settled: Sequence[Settled], *, batch_id: int, at: datetime) -> None:
    """Record what became of each payload."""
    if not settled:
        return
    columns = ("id", "read", "clean", "duplicate", "quarantined", "answer")
    name = copy_to_temporary(connection, inbox, columns, [(*row[:5], storable(row.answer)) for row in settled])
    connection.execute(
        text(
            "UPDATE inbox SET processed_at = :at, batch_id = :batch_id, read = i.read, clean = i.clean, "  # noqa: S608
            f"duplicate = i.duplicate, quarantined = i.quarantined, answer = i.answer FROM {name} i "
            "WHERE inbox.id = i.id"
        ),
        {"at": at, "batch_id": batch_id},
    )


def stop(connection: Connection, ids: Sequence[int], *, why: str) -> None:
    """Hold payloads until a person releases their feed."""
    connection.execute(update(inbox).where(inbox.c.id.in_(ids)).values(stopped_because=storable(why)))


def release(connection: Connection, feed: str) -> int:
    """Let the held payloads of a feed be taken in after all, and give how many there are."""
    held = (inbox.c.feed == feed, inbox.c.stopped_because.is_not(None))
    return int(connection.execute(update(inbox).where(*held).values(stopped_because=None)).rowcount)


def outcomes(connection: Connection, ids: Sequence[int]) -> dict[int, Settled | None]:
    """Read what became of these payloads; None for one that is still unprocessed."""
    columns = (inbox.c.id, inbox.c.read, inbox.c.clean, inbox.c.duplicate, inbox.c.quarantined, inbox.c.answer)
    rows = connection.execute(select(inbox.c.processed_at, *columns).where(inbox.c.id.in_(ids)))
    return {row.id: Settled(*row[1:]) if row.processed_at else None for row in rows}


def unprocessed(connection: Connection) -> int:
    """Count what waits in the inbox."""
    return int(
        connection.execute(select(func.count()).select_from(inbox).where(inbox.c.processed_at.is_(None))).scalar_one()
    )
