"""The event log: append-only, one row for each thing that happened, however often and in whatever form it was told."""

from collections.abc import Callable, Collection, Iterable
from typing import Any, NamedTuple, TypeVar

import polars as pl
from sqlalchemy import BigInteger, Column, Connection, Index, Row, Table, Text, exists, func, select, text
from sqlalchemy.dialects.postgresql import UUID as PG_UUID

from schemas.custody import CustodyEvent
from schemas.preferences import ToldEvent
from schemas.shipments import LoggedEvent
from schemas.tracking import Event
from store.copying import copy_frame_to_temporary
from store.metadata import INSTANT, metadata

E = TypeVar("E", bound=LoggedEvent)

FRESH = "fresh_waybill"
"""The temporary table of the waybills that a merge brought news of: waybill, inbox_id, events."""

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
    Column("clock", Text, nullable=False, server_default="declared"),  # told in the payload, or declared for the feed
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


LOGGED = (
    "event_id", "namespace", "format", "waybill", "carrier", "occurred_at", "received_at", "event", "reason", "clock",
    "confidence", "raw_code", "raw_text", "location", "sequence", "voids_event_id", "mapping_version", "inbox_id",
)  # fmt: skip
"""The columns that a clean event brings into the log."""

EMPTY = "''"

TELLING_TEXTS = ("event", "reason", "raw_code", "raw_text", "location", "sequence", "carrier")
"""What two tellings of one event may differ in."""


_TOLD_BETTER = ("event", "reason", "confidence", "clock", "mapping_version", *TELLING_TEXTS[2:])


def _telling(table: str) -> str:
    """Write what two tellings of one event are compared by: the greater one is kept, whichever came first.

    What a code said goes before what a text said, what has a reason or a place before what has none, and then any
    order that is the same every time.
    """
    texts = [f'{table}.{name} COLLATE "C"' for name in TELLING_TEXTS]
    known = f"array_position(ARRAY['unknown', 'text', 'code'], {table}.confidence)"
    return f"ROW({', '.join((known, f'{table}.reason <> {EMPTY}', f'{table}.location <> {EMPTY}', *texts))})"


class UnknownCode(NamedTuple):
    """A code that no mapping knows, with one of the texts that came with it, and how many new events have it."""

    namespace: str
    raw_code: str
    sample_text: str
    seen: int


class Merged(NamedTuple):
    """What of the events that were told the log did not hold yet: how many of each payload, and their unknown codes."""

    new: dict[int, int]
    unknown: list[UnknownCode]


def merge(connection: Connection, frame: pl.DataFrame, *, one_telling: bool = False) -> Merged:
    """Append the events that the log does not hold yet; the frame has the columns LOGGED.

    An event that is told better than the log has it is told anew there, which is no new event; it is not looked for
    where all are of a namespace whose identity leaves no room for two tellings (`one_telling`). The waybills that have
    news of either kind are left in the temporary table FRESH until the transaction ends.
    """
    connection.execute(text(f"DROP TABLE IF EXISTS pg_temp.{FRESH}, pg_temp.fresh_unknown"))
    connection.execute(
        text(
            f"CREATE TEMPORARY TABLE {FRESH} (waybill text, inbox_id bigint, events bigint) "
            "ON COMMIT DROP; CREATE TEMPORARY TABLE fresh_unknown "
            "(namespace text, raw_code text, sample_text text, seen bigint) ON COMMIT DROP"
        )
    )
    if frame.is_empty():
        return Merged({}, [])
    name = copy_frame_to_temporary(connection, event_log, frame.select(LOGGED))
    listed = ", ".join(LOGGED)
    connection.execute(
        text(
            f"WITH merged AS (INSERT INTO event_log ({listed}) SELECT {listed} FROM {name} "  # noqa: S608  # names are the project's own
            "ORDER BY event_id, inbox_id ON CONFLICT (event_id) DO NOTHING "
            "RETURNING waybill, inbox_id, confidence, namespace, raw_code, raw_text), "
            "unknown AS (INSERT INTO fresh_unknown SELECT namespace, raw_code, min(raw_text), count(*) FROM merged "
            "WHERE confidence = 'unknown' GROUP BY namespace, raw_code) "
            f"INSERT INTO {FRESH} SELECT waybill, inbox_id, count(*) FROM merged GROUP BY waybill, inbox_id"
        )
    )
    if not one_telling:
        connection.execute(text(_tell_better(name)))
    new = connection.execute(
        text(f"SELECT inbox_id, sum(events)::bigint FROM {FRESH} WHERE events > 0 GROUP BY inbox_id")  # noqa: S608
    )
    unknown = connection.execute(text("SELECT * FROM fresh_unknown ORDER BY namespace, raw_code"))
    return Merged({row[0]: row[1] for row in new}, [UnknownCode(*row) for row in unknown])


def _tell_better(incoming: str) -> str:
    assigned = ", ".join(f"{column} = told.{column}" for column in _TOLD_BETTER)
    return (
        f"WITH told AS (SELECT DISTINCT ON (event_id) * FROM {incoming} i ORDER BY event_id, {_telling('i')} DESC), "  # noqa: S608  # names are the project's own
        f"better AS (UPDATE event_log log SET {assigned} FROM told WHERE log.event_id = told.event_id "
        f"AND {_telling('told')} > {_telling('log')} RETURNING log.waybill) "
        f"INSERT INTO {FRESH} SELECT DISTINCT waybill, 0, 0 FROM better"
    )


def counted(connection: Connection, waybills: Collection[str]) -> dict[str, int]:
    """Count the events of these waybills, as `of_waybills` gives them."""
    log = event_log.c
    rows = connection.execute(
        select(log.waybill, func.count())
        .where(log.waybill.in_(list(waybills)), log.voids_event_id.is_(None))
        .group_by(log.waybill)
    )
    return {waybill: count for waybill, count in rows}  # noqa: C416  # rows are tuples only at run time


def of_waybills(connection: Connection, waybills: Iterable[str]) -> dict[str, list[LoggedEvent]]:
    """Read all events of these waybills for the fold; a record that takes another back is no event itself."""
    voiding = event_log.alias("voiding")
    log = event_log.c
    voided_at = (
        select(func.min(voiding.c.received_at)).where(voiding.c.voids_event_id == log.event_id).scalar_subquery()
    )
    rows = connection.execute(
        select(
            log.waybill, log.event_id, log.occurred_at, log.sequence, log.event, log.reason, log.confidence,
            log.location, voided_at, log.format, log.received_at,
        ).where(log.waybill.in_(list(waybills)), log.voids_event_id.is_(None))
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
                voided=row[8] is not None,
                source=row[9],
                received_at=row[10],
                voided_at=row[8],
            )
        )
    return events


_SAID = (
    event_log.c.waybill, event_log.c.event_id, event_log.c.occurred_at, event_log.c.sequence, event_log.c.event,
    event_log.c.reason, event_log.c.confidence, event_log.c.location,
)  # fmt: skip
"""What every reader of events asks for, in this order and first."""


def _by_waybill(rows: Iterable[Row[Any]], make: Callable[..., E], *more: str) -> dict[str, list[E]]:
    """Group rows that begin with `_SAID`; `more` names the fields of the columns after it.

    They are made unchecked: the log holds only what was checked on its way in.
    """
    events: dict[str, list[E]] = {}
    for row in rows:
        events.setdefault(row[0], []).append(
            make(
                event_id=row[1],
                occurred_at=row[2],
                sequence=row[3],
                event=Event(row[4]),
                reason=row[5],
                understood=row[6] != "unknown",
                location=row[7],
                **dict(zip(more, row[8:], strict=True)),
            )
        )
    return events


def custody_of_waybills(connection: Connection, waybills: Iterable[str]) -> dict[str, list[CustodyEvent]]:
    """Read all events of these waybills for their chains of custody: with the carrier and the words they came with."""
    voiding = event_log.alias("voiding")
    log = event_log.c
    voided = exists(select(1).where(voiding.c.voids_event_id == log.event_id))
    rows = connection.execute(
        select(*_SAID, log.carrier, log.raw_text, voided).where(
            log.waybill.in_(list(waybills)), log.voids_event_id.is_(None)
        )
    )
    return _by_waybill(rows, CustodyEvent.model_construct, "carrier", "text", "voided")


def told_of(connection: Connection, waybills: Collection[str], *, of: Collection[Event]) -> dict[str, list[ToldEvent]]:
    """Read the events of some kinds of these waybills with the words they were told in, those taken back left out."""
    voiding = event_log.alias("voiding")
    log = event_log.c
    rows = connection.execute(
        select(*_SAID, log.namespace, log.raw_code, log.raw_text).where(
            log.waybill.in_(list(waybills)),
            log.event.in_([event.value for event in of]),
            log.voids_event_id.is_(None),
            ~exists(select(1).where(voiding.c.voids_event_id == log.event_id)),
        )
    )
    return _by_waybill(rows, ToldEvent.model_construct, "namespace", "raw_code", "raw_text")


def history_of(connection: Connection, waybill: str) -> list[dict[str, object]]:
    """Read what was told of one waybill, oldest first, for people."""
    log = event_log.c
    rows = connection.execute(
        select(log.occurred_at, log.event, log.reason, log.location, log.raw_text, log.raw_code, log.namespace)
        .where(log.waybill == waybill)
        .order_by(log.occurred_at, log.sequence)
    )
    return [dict(row._mapping) for row in rows]


def whole_logs_of(connection: Connection, waybills: Collection[str]) -> dict[str, list[dict[str, object]]]:
    """Read every row of each waybill with all its columns, in an order that is the same every time."""
    log = event_log.c
    rows = connection.execute(
        select(event_log)
        .where(log.waybill.in_(waybills))
        .order_by(log.waybill, log.occurred_at, log.sequence, log.event_id)
    )
    found: dict[str, list[dict[str, object]]] = {waybill: [] for waybill in waybills}
    for row in rows:
        found[row.waybill].append(dict(row._mapping))
    return found


def count(connection: Connection) -> int:
    """Count the events in the log."""
    return int(connection.execute(text("SELECT count(*) FROM event_log")).scalar_one())
