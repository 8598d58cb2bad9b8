"""The event log: append-only, one row for each thing that happened, however often and in whatever form it was told."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Index, Table, Text, exists, select, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from schemas.shipments import LoggedEvent
from schemas.tracking import Event
from store.copying import copy_to_temporary
from store.metadata import INSTANT, metadata

event_log = Table(
    "event_log",
    metadata,
    Column("event_id", PG_UUID(as_uuid=False), primary_key=True),
    Column("namespace", Text, nullable=False),
    Column("format", Text, nullable=False),
    Column("waybill", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("occurred_at", INSTANT, nullable=False),
    Column("received_at", INSTANT, nullable=False),
    Column("event", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("confidence", Text, nullable=False),
    Column("raw_code", Text, nullable=False),
    Column("raw_text", Text, nullable=False),
    Column("location", Text, nullable=False),
    Column("sequence", Text, nullable=False),
    Column("voids_event_id", PG_UUID(as_uuid=False)),
    Column("mapping_version", Text, nullable=False),
    Column("inbox_id", BigInteger, nullable=False),
    Index("ix_event_log_waybill", "waybill", "occurred_at"),
    Index("ix_event_log_voids", "voids_event_id", postgresql_where=text("voids_event_id IS NOT NULL")),
)


class NewEvent(NamedTuple):
    """One clean event on its way into the log; the fields are the columns in order."""

    event_id: str
    namespace: str
    format: str
    waybill: str
    carrier: str
    occurred_at: datetime
    received_at: datetime
    event: str
    reason: str
    confidence: str
    raw_code: str
    raw_text: str
    location: str
    sequence: str
    voids_event_id: str | None
    mapping_version: str
    inbox_id: int


def merge(connection: Connection, events: Collection[NewEvent]) -> set[str]:
    """Append the events that the log does not hold yet and give their ids."""
    if not events:
        return set()
    name = copy_to_temporary(connection, event_log, NewEvent._fields, events)
    listed = ", ".join(NewEvent._fields)
    rows = connection.execute(
        text(
            f"INSERT INTO event_log ({listed}) SELECT {listed} FROM {name} ORDER BY event_id "  # noqa: S608  # names are the project's own
            "ON CONFLICT (event_id) DO NOTHING RETURNING event_id"
        )
    )
    return set(map(str, rows.scalars()))


def of_waybills(connection: Connection, waybills: Iterable[str]) -> dict[str, list[LoggedEvent]]:
    """Read all events of these waybills for the fold."""
    voiding = event_log.alias("voiding")
    log = event_log.c
    voided = exists(select(1).where(voiding.c.voids_event_id == log.event_id))
    rows = connection.execute(
        select(
            log.waybill, log.event_id, log.occurred_at, log.sequence, log.event, log.reason, log.confidence,
            log.location, voided,
        ).where(log.waybill.in_(list(waybills)))
    )  # fmt: skip
    events: dict[str, list[LoggedEvent]] = {}
    for row in rows:
        events.setdefault(row[0], []).append(
            LoggedEvent.model_construct(  # the log holds only what was checked on its way in
                event_id=row[1],
                occurred_at=row[2],
                sequence=row[3],
                event=Event(row[4]),
                reason=row[5],
                understood=row[6] != "unknown",
                location=row[7],
                voided=row[8],
            )
        )
    return events


def history_of(connection: Connection, waybill: str) -> list[dict[str, object]]:
    """Read what was told of one waybill, oldest first, for people."""
    log = event_log.c
    rows = connection.execute(
        select(log.occurred_at, log.event, log.reason, log.location, log.raw_text, log.raw_code, log.namespace)
        .where(log.waybill == waybill)
        .order_by(log.occurred_at, log.sequence)
    )
    return [dict(row._mapping) for row in rows]


def count(connection: Connection) -> int:
    """Count the events in the log."""
    return int(connection.execute(text("SELECT count(*) FROM event_log")).scalar_one())
