"""Shipments: what was agreed when they were accepted, and where they stand according to the log."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Connection, Index, Integer, Numeric, Table, Text, select, text

from rules.exceptions.silence import WatchedShipment
from schemas.shipments import Phase, ShipmentRegistration
from store.copying import copy_to_temporary
from store.metadata import INSTANT, created_at, metadata

shipment = Table(
    "shipment",
    metadata,
    Column("waybill", Text, primary_key=True),
    # as agreed
    Column("registered_at", INSTANT),
    Column("carrier", Text, nullable=False, server_default=""),
    Column("product", Text, nullable=False, server_default="standard"),
    Column("sender_name", Text, nullable=False, server_default=""),
    Column("sender_phone", Text, nullable=False, server_default=""),
    Column("consignee_name", Text, nullable=False, server_default=""),
    Column("consignee_phone", Text, nullable=False, server_default=""),
    Column("consignee_address", Text, nullable=False, server_default=""),
    Column("goods", Text, nullable=False, server_default=""),
    Column("weight_kg", Numeric(9, 3)),
    Column("freight", Numeric(12, 2)),
    Column("declared_value", Numeric(12, 2)),
    Column("currency", Text, nullable=False, server_default="CNY"),
    Column("insured", Boolean, nullable=False, server_default="false"),
    Column("insured_amount", Numeric(12, 2)),
    Column("perishable", Boolean, nullable=False, server_default="false"),
    Column("customer_tier", Text, nullable=False, server_default="standard"),
    Column("origin_city", Text, nullable=False, server_default=""),
    Column("destination_city", Text, nullable=False, server_default=""),
    Column("origin_outlet", Text, nullable=False, server_default=""),
    Column("destination_outlet", Text, nullable=False, server_default=""),
    Column("payment", Text, nullable=False, server_default=""),
    Column("promised_at", INSTANT),
    # as the log says
    Column("phase", Text, nullable=False, server_default=Phase.UNKNOWN.value),
    Column("picked_up_at", INSTANT),
    Column("delivered_at", INSTANT),
    Column("last_event", Text, nullable=False, server_default=""),
    Column("last_event_at", INSTANT),
    Column("last_location", Text, nullable=False, server_default=""),
    Column("events", Integer, nullable=False, server_default="0"),
    # what the scans filter by
    Column("watch_at", INSTANT),  # when silence will next mean something
    Column("dirty_at", INSTANT),  # events came that detection has not seen yet
    created_at(),
    Index("ix_shipment_watch_at", "watch_at", postgresql_where=text("watch_at IS NOT NULL")),
    Index("ix_shipment_dirty_at", "dirty_at", postgresql_where=text("dirty_at IS NOT NULL")),
)

_REGISTERED = (
    "waybill", "registered_at", "carrier", "product", "sender_name", "sender_phone", "consignee_name",
    "consignee_phone", "consignee_address", "goods", "weight_kg", "freight", "declared_value", "currency", "insured",
    "insured_amount", "perishable", "customer_tier", "origin_city", "destination_city", "origin_outlet",
    "destination_outlet", "payment", "picked_up_at", "promised_at", "dirty_at",
)  # fmt: skip


def register(connection: Connection, registrations: Sequence[ShipmentRegistration], *, at: datetime) -> None:
    """Store what was agreed; a later registration of the same waybill replaces the earlier one's agreement.

    A pick-up time that the log already knows is not overwritten.
    """
    newest = {registration.waybill: registration for registration in registrations}
    rows = [_registration_row(registration, at) for registration in newest.values()]
    name = copy_to_temporary(connection, shipment, _REGISTERED, rows)
    kept = {"waybill", "registered_at", "picked_up_at"}
    updates = ", ".join(f"{column} = excluded.{column}" for column in _REGISTERED if column not in kept)
    listed = ", ".join(_REGISTERED)
    connection.execute(
        text(
            f"INSERT INTO shipment ({listed}) SELECT {listed} FROM {name} "  # noqa: S608  # names are the project's own
            f"ON CONFLICT (waybill) DO UPDATE SET {updates}, "
            "registered_at = coalesce(shipment.registered_at, excluded.registered_at), "
            "picked_up_at = coalesce(shipment.picked_up_at, excluded.picked_up_at)"
        )
    )


def _registration_row(item: ShipmentRegistration, at: datetime) -> tuple[Any, ...]:
    return (
        item.waybill, at, item.carrier, item.product, item.sender.name, item.sender.phone, item.consignee.name,
        item.consignee.phone, item.consignee.address, item.goods, item.weight_kg, item.freight, item.declared_value,
        item.currency, item.insured, item.insured_amount, item.perishable, item.customer_tier.value, item.origin_city,
        item.destination_city, item.origin_outlet, item.destination_outlet, item.payment, item.picked_up_at,
        item.promised_at, at,
    )  # fmt: skip


def touch(connection: Connection, carriers: dict[str, str], *, at: datetime) -> None:
    """Mark shipments that got new events, making a row for those nobody registered: waybill to carrier."""
    name = copy_to_temporary(
        connection, shipment, ("waybill", "carrier", "dirty_at"), [(*item, at) for item in sorted(carriers.items())]
    )
    connection.execute(
        text(
            f"INSERT INTO shipment (waybill, carrier, dirty_at) SELECT waybill, carrier, dirty_at FROM {name} "  # noqa: S608
            "ON CONFLICT (waybill) DO UPDATE SET dirty_at = excluded.dirty_at, "
            "carrier = CASE WHEN shipment.carrier = '' THEN excluded.carrier ELSE shipment.carrier END"
        )
    )


class Watched(NamedTuple):
    """One shipment that detection has to look at."""

    waybill: str
    facts: WatchedShipment


def claim_dirty(connection: Connection, *, limit: int) -> list[Watched]:
    """Lock shipments whose events detection has not seen, longest waiting first."""
    return _claim(connection, "dirty_at IS NOT NULL", "dirty_at", {"limit": limit})


def claim_silent(connection: Connection, *, now: datetime, limit: int) -> list[Watched]:
    """Lock shipments whose silence means something by `now`."""
    return _claim(connection, "watch_at <= :now", "watch_at", {"limit": limit, "now": now})


def _claim(connection: Connection, where: str, order: str, parameters: dict[str, Any]) -> list[Watched]:
    rows = connection.execute(
        text(
            "SELECT waybill, phase, product, registered_at, picked_up_at, promised_at, last_event_at FROM shipment "  # noqa: S608
            f"WHERE {where} ORDER BY {order} LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        parameters,
    )
    return [Watched(row.waybill, WatchedShipment.model_construct(**_facts(row._mapping))) for row in rows]


def _facts(row: Any) -> dict[str, Any]:
    return {**{key: value for key, value in row.items() if key != "waybill"}, "phase": Phase(row["phase"])}


class Standing(NamedTuple):
    """Where one shipment stands; the fields are the columns in order."""

    waybill: str
    phase: str
    picked_up_at: datetime | None
    delivered_at: datetime | None
    last_event: str
    last_event_at: datetime | None
    last_location: str
    events: int
    watch_at: datetime | None


def place(connection: Connection, standings: Sequence[Standing]) -> None:
    """Write where the shipments stand and that detection has seen them."""
    if not standings:
        return
    name = copy_to_temporary(connection, shipment, Standing._fields, standings)
    connection.execute(
        text(
            "UPDATE shipment SET phase = i.phase, picked_up_at = coalesce(i.picked_up_at, shipment.picked_up_at), "  # noqa: S608
            "delivered_at = i.delivered_at, last_event = i.last_event, last_event_at = i.last_event_at, "
            "last_location = i.last_location, events = i.events, watch_at = i.watch_at, dirty_at = NULL "
            f"FROM {name} i WHERE shipment.waybill = i.waybill"
        )
    )


def watch_again(connection: Connection, waybills: Iterable[tuple[str, datetime | None]]) -> None:
    """Set when silence will next mean something for each waybill."""
    rows = [{"waybill": waybill, "watch_at": watch_at} for waybill, watch_at in waybills]
    if rows:
        connection.execute(text("UPDATE shipment SET watch_at = :watch_at WHERE waybill = :waybill"), rows)


def one(connection: Connection, waybill: str) -> dict[str, Any] | None:
    """Read one shipment."""
    row = connection.execute(select(shipment).where(shipment.c.waybill == waybill)).one_or_none()
    return dict(row._mapping) if row else None
