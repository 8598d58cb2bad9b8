"""Shipments: what was agreed when they were accepted, and where they stand according to the log."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Connection, Index, Integer, Numeric, Table, Text, select, text

from rules.exceptions.silence import WatchedShipment
from rules.preferences.goods import CURRENCY, LEAST_VALUE
from rules.tracking.places import lane_between
from schemas.promises import LaneClass, Promise, PromiseSource
from schemas.shipments import Phase, ShipmentRegistration
from store.consignees import consignee_key
from store.copying import copy_to_temporary
from store.keyed import NoSecretKey
from store.metadata import INSTANT, created_at, metadata
from store.tracking import promises

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
    Column("consignee_key", Text),  # names the consignee; null where nobody has hashed the number yet
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
    # the lane, from the two cities
    Column("lane_from", Text, nullable=False, server_default=""),
    Column("lane_to", Text, nullable=False, server_default=""),
    Column("lane_class", Text, nullable=False, server_default=LaneClass.UNKNOWN.value),
    # the promise in force; all that were made are in shipment_promise
    Column("promised_at", INSTANT),
    Column("promised_by", Text, nullable=False, server_default=""),
    Column("promised_told_at", INSTANT),
    # as the log says
    Column("phase", Text, nullable=False, server_default=Phase.UNKNOWN.value),
    Column("first_scan_at", INSTANT),
    Column("picked_up_at", INSTANT),
    Column("delivered_at", INSTANT),
    Column("last_event", Text, nullable=False, server_default=""),
    Column("last_event_at", INSTANT),
    Column("last_location", Text, nullable=False, server_default=""),
    Column("events", Integer, nullable=False, server_default="0"),
    Column("troubled", Boolean, nullable=False, server_default="true"),  # may have an event that opens an exception
    # what the scans filter by
    Column("watch_at", INSTANT),  # when silence will next mean something
    Column("dirty_at", INSTANT),  # events came that detection has not seen yet
    # what the outlet is told before it delivers
    Column("advise_at", INSTANT),  # it is to be told, and since when
    Column("advised", Text, nullable=False, server_default=""),  # of which wishes it was told
    created_at(),
    Index("ix_shipment_watch_at", "watch_at", postgresql_where=text("watch_at IS NOT NULL")),
    Index("ix_shipment_dirty_at", "dirty_at", postgresql_where=text("dirty_at IS NOT NULL")),
    Index("ix_shipment_consignee_phone", "consignee_phone", postgresql_where=text("consignee_phone <> ''")),
    Index("ix_shipment_advise_at", "advise_at", postgresql_where=text("advise_at IS NOT NULL")),
    Index("ix_shipment_consignee_key", "consignee_key", "delivered_at", postgresql_where=text("consignee_key <> ''")),
    Index("ix_shipment_unkeyed", "waybill", postgresql_where=text("consignee_key IS NULL AND consignee_phone <> ''")),
    Index("ix_shipment_delivered_at", "delivered_at", postgresql_where=text("delivered_at IS NOT NULL")),
)

_REGISTERED = (
    "waybill", "registered_at", "carrier", "product", "sender_name", "sender_phone", "consignee_name",
    "consignee_phone", "consignee_address", "consignee_key", "goods", "weight_kg", "freight", "declared_value",
    "currency", "insured", "insured_amount", "perishable", "customer_tier", "origin_city", "destination_city",
    "origin_outlet", "destination_outlet", "payment", "lane_from", "lane_to", "lane_class", "picked_up_at", "dirty_at",
)  # fmt: skip


def register(connection: Connection, registrations: Sequence[ShipmentRegistration], *, at: datetime) -> None:
    """Store what was agreed; a later registration of the same waybill replaces the earlier one's agreement.

    A pick-up time that the log already knows is not overwritten, and a promise stands until another one is made:
    a registration without one takes none back. Nor does one that tells the old consignee again take a change back that
    was made since (R28).
    """
    newest = {registration.waybill: registration for registration in registrations}
    rows = [_registration_row(registration, at) for registration in newest.values()]
    name = copy_to_temporary(connection, shipment, _REGISTERED, rows)
    kept = {"waybill", "registered_at", "picked_up_at"}
    updates = ", ".join(f"{column} = {_registered(column)}" for column in _REGISTERED if column not in kept)
    listed = ", ".join(_REGISTERED)
    connection.execute(
        text(
            f"INSERT INTO shipment ({listed}) SELECT {listed} FROM {name} ORDER BY waybill "  # noqa: S608  # names are the project's own
            f"ON CONFLICT (waybill) DO UPDATE SET {updates}, "
            "registered_at = coalesce(shipment.registered_at, excluded.registered_at), "
            "picked_up_at = coalesce(shipment.picked_up_at, excluded.picked_up_at)"
        )
    )
    promises.tell(
        connection,
        [
            Promise(item.waybill, item.promised_at, PromiseSource.PICK_UP, at, "registration (R115)")
            for item in newest.values()
            if item.promised_at is not None
        ],
    )


def is_registered(connection: Connection, waybill: str) -> bool:
    """Say whether somebody booked a parcel, so that its sender, consignee and contents are on file."""
    found = connection.execute(
        text("SELECT registered_at IS NOT NULL FROM shipment WHERE waybill = :waybill"), {"waybill": waybill}
    )
    return bool(found.scalar_one_or_none())


def _registered(column: str) -> str:
    """Write what a later registration makes of a column: what it says, but of a value that was changed by request."""
    changed = _CHANGED_AS.get(column)
    if changed is None:
        return f"excluded.{column}"
    return (
        "CASE WHEN EXISTS (SELECT FROM change_request r WHERE r.waybill = excluded.waybill AND r.state = 'DONE' "
        f"AND r.new ? '{changed}' AND r.old->>'{changed}' = excluded.{changed}) "
        f"THEN shipment.{column} ELSE excluded.{column} END"
    )


_CHANGED_AS = {
    "consignee_name": "consignee_name",
    "consignee_phone": "consignee_phone",
    "consignee_key": "consignee_phone",
    "consignee_address": "consignee_address",
}


def _registration_row(item: ShipmentRegistration, at: datetime) -> tuple[Any, ...]:
    return (
        item.waybill, at, item.carrier, item.product, item.sender.name, item.sender.phone, item.consignee.name,
        item.consignee.phone, item.consignee.address, _key_of(item.consignee.phone), item.goods, item.weight_kg,
        item.freight, item.declared_value,
        item.currency, item.insured, item.insured_amount, item.perishable, item.customer_tier.value, item.origin_city,
        item.destination_city, item.origin_outlet, item.destination_outlet, item.payment,
        *lane_between(item.origin_city, item.destination_city), item.picked_up_at, at,
    )  # fmt: skip


def _key_of(phone: str) -> str | None:
    """Name the consignee; None where there is no key to hash with yet, so that `key_consignees` does it later."""
    try:
        return consignee_key(phone)
    except NoSecretKey:
        return None


def key_consignees(connection: Connection, *, limit: int) -> int:
    """Hash the numbers that nobody has hashed yet, as of shipments older than preferences; give how many."""
    rows = connection.execute(
        text(
            "SELECT waybill, consignee_phone FROM shipment WHERE consignee_key IS NULL AND consignee_phone <> '' "
            "ORDER BY waybill LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        {"limit": limit},
    ).all()
    if rows:
        connection.execute(
            text(
                "UPDATE shipment SET consignee_key = hashed.key "
                "FROM unnest(CAST(:waybills AS text[]), CAST(:keys AS text[])) AS hashed(waybill, key) "
                "WHERE shipment.waybill = hashed.waybill"
            ),
            {
                "waybills": [row.waybill for row in rows],
                "keys": [consignee_key(row.consignee_phone) for row in rows],
            },
        )
    return len(rows)


class Watched(NamedTuple):
    """One shipment that detection has to look at."""

    waybill: str
    facts: WatchedShipment
    troubled: bool  # may have an event that opens an exception
    cared_for: bool  # its consignee ever asked for something, or its goods do


def claim_dirty(connection: Connection, *, limit: int) -> list[Watched]:
    """Lock shipments whose events detection has not seen, longest waiting first."""
    return _claim(connection, "dirty_at IS NOT NULL", "dirty_at", {"limit": limit})


def claim_silent(connection: Connection, *, now: datetime, limit: int) -> list[Watched]:
    """Lock shipments whose silence means something by `now`."""
    return _claim(connection, "watch_at <= :now", "watch_at", {"limit": limit, "now": now})


_CARED_FOR = (
    f"perishable OR currency = '{CURRENCY}' AND coalesce(nullif(insured_amount, 0), declared_value, 0) "
    f">= {LEAST_VALUE} "
    "OR EXISTS (SELECT FROM preference p WHERE p.consignee = shipment.consignee_key)"
)


def _claim(connection: Connection, where: str, order: str, parameters: dict[str, Any]) -> list[Watched]:
    rows = connection.execute(
        text(
            "SELECT waybill, phase, product, lane_class, created_at, registered_at, first_scan_at, picked_up_at, "  # noqa: S608
            f"promised_at, promised_by, last_event_at, troubled, {_CARED_FOR} AS cared_for "
            f"FROM shipment WHERE {where} ORDER BY {order} "
            "LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        parameters,
    )
    return [Watched(row.waybill, watched_shipment(row._asdict()), row.troubled, row.cared_for) for row in rows]


def watched_shipment(row: Mapping[str, Any]) -> WatchedShipment:
    """Give what the watch for silence needs to know of a row of the table."""
    return WatchedShipment.model_construct(  # the table holds only what was checked on its way in
        phase=Phase(row["phase"]),
        product=row["product"],
        lane=LaneClass(row["lane_class"]),
        known_since=row["created_at"],
        registered_at=row["registered_at"],
        first_scan_at=row["first_scan_at"],
        picked_up_at=row["picked_up_at"],
        promised_at=row["promised_at"],
        promised_by=PromiseSource(row["promised_by"] or PromiseSource.PICK_UP),
        last_event_at=row["last_event_at"],
    )


class Standing(NamedTuple):
    """What detection found out about one shipment; the fields are the columns in order."""

    waybill: str
    promised_at: datetime | None
    promised_by: str
    promised_told_at: datetime
    watch_at: datetime | None


def place(connection: Connection, standings: Sequence[Standing]) -> None:
    """Write what is promised, when to look for silence, and that detection has seen the shipments' news.

    The caller holds their rows since `claim_dirty`, so that no promise can have come in between. When a promise was
    told is written only where it is another one.
    """
    if not standings:
        return
    name = copy_to_temporary(connection, shipment, Standing._fields, standings)
    connection.execute(
        text(
            "UPDATE shipment SET watch_at = i.watch_at, dirty_at = NULL, "  # noqa: S608  # names are the project's own
            "promised_at = i.promised_at, promised_by = i.promised_by, promised_told_at = CASE WHEN "
            "(shipment.promised_at, shipment.promised_by) IS DISTINCT FROM (i.promised_at, i.promised_by) "
            "THEN i.promised_told_at ELSE shipment.promised_told_at END "
            f"FROM {name} i WHERE shipment.waybill = i.waybill"
        )
    )


def watch_again(connection: Connection, waybills: Iterable[tuple[str, datetime | None]]) -> None:
    """Set when silence will next mean something for each waybill."""
    rows = [{"waybill": waybill, "watch_at": watch_at} for waybill, watch_at in waybills]
    if rows:
        connection.execute(text("UPDATE shipment SET watch_at = :watch_at WHERE waybill = :waybill"), rows)


def phases(connection: Connection, waybills: Iterable[str]) -> dict[str, Phase]:
    """Say how far each of these shipments has come."""
    rows = connection.execute(
        select(shipment.c.waybill, shipment.c.phase).where(shipment.c.waybill.in_(list(waybills)))
    )
    return {row.waybill: Phase(row.phase) for row in rows}


def one(connection: Connection, waybill: str) -> dict[str, Any] | None:
    """Read one shipment."""
    row = connection.execute(select(shipment).where(shipment.c.waybill == waybill)).one_or_none()
    return dict(row._mapping) if row else None
