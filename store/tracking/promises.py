"""Promises: every time by which somebody said a parcel would arrive, and the one in force on the shipment's row.

A row is a promise of one source for one time. It is never removed nor changed in what it says; that it was told again
only moves `told_at`. The one in force is merged into the shipment by a rule that does not ask in which order the
tellings came (`rules.tracking.promises.in_force`), so that they may be late, repeated and concurrent.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Table, Text, select, text

from rules.tracking.promises import in_force, is_credible
from schemas.promises import Promise, PromiseSource
from schemas.tracking import CarrierPromise
from store.copying import copy_to_temporary
from store.metadata import INSTANT, metadata

shipment_promise = Table(
    "shipment_promise",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("waybill", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("detail", Text, nullable=False),  # a carrier's namespace, the rules of a product's promise
    Column("promised_at", INSTANT, nullable=False),
    Column("first_told_at", INSTANT, nullable=False),
    Column("told_at", INSTANT, nullable=False),  # when it was last told
    Index("uq_shipment_promise_said", "waybill", "source", "detail", "promised_at", unique=True),
)
_STRENGTH = ", ".join(f"'{source}'" for source in PromiseSource)
_SAID = ("waybill", "source", "detail", "promised_at")
_COLUMNS = (*_SAID, "first_told_at", "told_at")


class KeptPromises(NamedTuple):
    """How many promises of carriers were kept, and those that nobody can have meant."""

    kept: int
    refused: tuple[CarrierPromise, ...]


def keep_promises(connection: Connection, promises: Sequence[tuple[CarrierPromise, datetime]]) -> KeptPromises:
    """Keep what carriers promised, each with when it was received, and put a parcel's newest in force.

    A promise for no usable waybill or for an impossible time is refused. A parcel of which nothing else is known yet
    gets its row, and detection looks at every parcel whose promise in force has changed.
    """
    good = [
        Promise(told.waybill, told.promised_at, PromiseSource.CARRIER, received_at, told.namespace)
        for told, received_at in promises
        if is_credible(told, told_at=received_at)
    ]
    tell(connection, good)
    return KeptPromises(
        len(good), tuple(told for told, received_at in promises if not is_credible(told, told_at=received_at))
    )


def tell(connection: Connection, promises: Sequence[Promise]) -> None:
    """Keep the promises and put each parcel's strongest in force, where a stronger one is not in force already."""
    if not promises:
        return
    keep(connection, promises)
    by_waybill: dict[str, list[Promise]] = {}
    for promise in promises:
        by_waybill.setdefault(promise.waybill, []).append(promise)
    best = [chosen for told in by_waybill.values() if (chosen := in_force(told))]
    name = copy_to_temporary(
        connection,
        shipment_promise,
        ("waybill", "promised_at", "source", "told_at"),
        [(item.waybill, item.promised_at, item.source, item.told_at) for item in best],
    )
    connection.execute(
        text(
            "INSERT INTO shipment AS s (waybill, promised_at, promised_by, promised_told_at, dirty_at) "  # noqa: S608  # names are the project's own
            f"SELECT waybill, promised_at, source, told_at, told_at FROM {name} ORDER BY waybill "
            "ON CONFLICT (waybill) DO UPDATE SET promised_at = excluded.promised_at, "
            "promised_by = excluded.promised_by, promised_told_at = excluded.promised_told_at, "
            "dirty_at = CASE WHEN (s.promised_at, s.promised_by) IS DISTINCT FROM "
            "(excluded.promised_at, excluded.promised_by) THEN excluded.dirty_at ELSE s.dirty_at END "
            "WHERE s.promised_by = '' "
            f"OR (array_position(ARRAY[{_STRENGTH}], s.promised_by), excluded.promised_told_at, s.promised_at) "
            f"> (array_position(ARRAY[{_STRENGTH}], excluded.promised_by), s.promised_told_at, excluded.promised_at)"
        )
    )


def keep(connection: Connection, promises: Iterable[Promise]) -> None:
    """Keep promises without asking which is in force, as for those that follow from the product's table."""
    rows: dict[tuple[Any, ...], tuple[datetime, datetime]] = {}
    for promise in promises:
        said = (promise.waybill, promise.source, promise.detail, promise.promised_at)
        first, last = rows.get(said, (promise.told_at, promise.told_at))
        rows[said] = (min(first, promise.told_at), max(last, promise.told_at))
    if not rows:
        return
    name = copy_to_temporary(connection, shipment_promise, _COLUMNS, [(*said, *told) for said, told in rows.items()])
    said_columns, columns = ", ".join(_SAID), ", ".join(_COLUMNS)
    connection.execute(
        text(
            f"INSERT INTO shipment_promise AS p ({columns}) SELECT {columns} FROM {name} ORDER BY {said_columns} "  # noqa: S608  # names are the project's own
            f"ON CONFLICT ({said_columns}) DO UPDATE SET "
            "first_told_at = least(p.first_told_at, excluded.first_told_at), "
            "told_at = greatest(p.told_at, excluded.told_at) "
            "WHERE excluded.told_at > p.told_at OR excluded.first_told_at < p.first_told_at"
        )
    )


class Told(NamedTuple):
    """One promise as it is on file."""

    promised_at: datetime
    source: PromiseSource
    detail: str
    first_told_at: datetime
    told_at: datetime


def of_waybill(connection: Connection, waybill: str) -> list[Told]:
    """Read all promises ever made for a parcel, in the order in which they were first told."""
    table = shipment_promise.c
    rows = connection.execute(
        select(table.promised_at, table.source, table.detail, table.first_told_at, table.told_at)
        .where(table.waybill == waybill)
        .order_by(table.first_told_at, table.id)
    )
    return [Told(row[0], PromiseSource(row[1]), *row[2:]) for row in rows]
