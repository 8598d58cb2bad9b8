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

from store.copying import copy_to_temporary
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


_ARRIVED = {
    "feed": "text",
    "format": "text",
    "origin": "text",
    "body": "bytea",
    "sha256": "bytea",
    "received_at": "timestamptz",
}
_LISTED = ", ".join(_ARRIVED)
_KEEP_MANY = text(  # half the processor time of an insert with a list of rows
    f"INSERT INTO inbox ({_LISTED}) SELECT {_LISTED} FROM unnest("  # noqa: S608  # the names are the project's own
    + ", ".join(f"CAST(:{name} AS {kind}[])" for name, kind in _ARRIVED.items())
    + f") WITH ORDINALITY AS arrived({_LISTED}, place) ORDER BY place RETURNING id"
)


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
    """Store payloads in one statement and give their ids in the same order."""
    columns = [
        [payload.feed for payload in arrived],
        [payload.format for payload in arrived],
        [payload.origin for payload in arrived],
        [payload.body for payload in arrived],
        [sha256(payload.body).digest() for payload in arrived],
        [payload.received_at for payload in arrived],
    ]
    rows = connection.execute(_KEEP_MANY, dict(zip(_ARRIVED, columns, strict=True)))
    return sorted(int(row_id) for (row_id,) in rows)  # ids are given in the order of the rows


def claim(connection: Connection, *, limit: int, bytes_max: int, ids: Sequence[int] | None = None) -> list[Payload]:
    """Lock the oldest unprocessed payloads for this transaction, up to `limit` of them and about `bytes_max` bytes.

    Payloads that another transaction holds are passed over, and so are those that the quality checks have stopped.
    """
    waiting = (inbox.c.processed_at.is_(None), inbox.c.stopped_because.is_(None))
    sizes = select(inbox.c.id, func.length(inbox.c.body).label("size")).where(*waiting)
    if ids is not None:
        sizes = sizes.where(inbox.c.id.in_(ids))
    window = sizes.order_by(inbox.c.id).limit(limit).subquery()
    running = select(
        window.c.id, (func.sum(window.c.size).over(order_by=window.c.id) - window.c.size).label("before")
    ).subquery()
    chosen = select(running.c.id).where(running.c.before < bytes_max)
    statement = (
        select(inbox.c.id, inbox.c.feed, inbox.c.format, inbox.c.body, inbox.c.received_at)
        .where(inbox.c.id.in_(chosen), *waiting)
        .order_by(inbox.c.id)
        .with_for_update(skip_locked=True)
    )
    return [Payload(*row) for row in connection.execute(statement)]


def read(connection: Connection, ids: Sequence[int]) -> list[Payload]:
    """Read payloads again, processed or not."""
    columns = (inbox.c.id, inbox.c.feed, inbox.c.format, inbox.c.body, inbox.c.received_at)
    rows = connection.execute(select(*columns).where(inbox.c.id.in_(ids)).order_by(inbox.c.id))
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
