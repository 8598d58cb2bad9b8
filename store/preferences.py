"""Consignees' preferences: append-only entries for each consignee, and the parcels that somebody must care for.

A consignee is a keyed hash of the phone number (`store.consignees`); the shipment carries the same hash, which joins
them. What an entry means is for `rules.preferences` to say.
"""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Column, Connection, Integer, Table, Text, insert, text
from sqlalchemy.dialects.postgresql import JSONB

from rules.preferences.standing import changes, version_of
from schemas.preferences import (
    Declaration,
    DeclaredPreference,
    Door,
    Goods,
    Preference,
    PreferenceKind,
    Source,
)  # fmt: skip
from schemas.tracking import Event
from store.consignees import consignee_key
from store.metadata import INSTANT, metadata

preference = Table(
    "preference",
    metadata,
    Column("consignee", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("preference", JSONB(none_as_null=True)),  # null withdraws the kind
    Column("declared_by", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("recorded_at", INSTANT, nullable=False),
)
LAST_MILE = (Event.ARRIVED_OUTLET, Event.OUT_FOR_DELIVERY)
"""The last events after which the outlet can still heed what is asked."""
_PREFERENCE: TypeAdapter[Preference] = TypeAdapter(Preference)
_ENTRY = (
    "jsonb_build_object('kind', p.kind, 'version', p.version, 'preference', p.preference, 'declared_by', "
    "p.declared_by, 'door', p.door, 'taken_by', p.taken_by, 'recorded_at', p.recorded_at)"
)


class Taken(NamedTuple):
    """What a declaration came to: the consignee's version, and the kinds that it changed."""

    version: int
    changed: tuple[PreferenceKind, ...]


def declare(
    connection: Connection, declarations: Sequence[Declaration], *, door: Door, taken_by: str, at: datetime
) -> list[Taken]:
    """Append what the declarations change, and have the outlets told that hold a parcel of these consignees.

    What is on file already changes nothing. Consignees are locked in one order, so that two declarations of one come
    one after the other and two batches cannot deadlock.
    """
    keys = [consignee_key(declaration.phone) for declaration in declarations]
    for key in sorted(set(keys)):
        connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))"), {"key": key})
    on_file = of_consignees(connection, keys)
    taken = []
    for key, declaration in zip(keys, declarations, strict=True):
        entries = on_file.setdefault(key, [])
        source = Source(declared_by=declaration.declared_by, door=door, taken_by=taken_by)
        changed = changes(declaration, entries)
        version = version_of(entries) + bool(changed)
        new = [
            DeclaredPreference(kind=kind, version=version, preference=said, source=source, recorded_at=at)
            for kind, said in changed
        ]
        entries += new
        _append(connection, key, new)
        taken.append(Taken(version, tuple(entry.kind for entry in new)))
    queue_advice(connection, {key for key, item in zip(keys, taken, strict=True) if item.changed}, at=at)
    return taken


def _append(connection: Connection, consignee: str, entries: Iterable[DeclaredPreference]) -> None:
    rows = [
        {
            "consignee": consignee,
            "version": entry.version,
            "kind": entry.kind.value,
            "preference": entry.preference and entry.preference.model_dump(mode="json"),
            **entry.source.model_dump(mode="json"),
            "recorded_at": entry.recorded_at,
        }
        for entry in entries
    ]
    if rows:
        connection.execute(insert(preference), rows)


def of_consignees(connection: Connection, consignees: Collection[str]) -> dict[str, list[DeclaredPreference]]:
    """Read every entry of these consignees, in the order in which they were said."""
    rows = connection.execute(
        text(
            f"SELECT p.consignee, {_ENTRY} AS entry FROM preference p WHERE p.consignee = ANY(:keys) "  # noqa: S608  # names are the project's own
            "ORDER BY p.consignee, p.version, p.kind"
        ),
        {"keys": sorted(set(consignees))},
    )
    found: dict[str, list[DeclaredPreference]] = {}
    for row in rows:
        found.setdefault(row.consignee, []).append(_entry(row.entry))
    return found


def of_phone(connection: Connection, phone: str) -> list[DeclaredPreference]:
    """Read every entry of whoever has this number."""
    key = consignee_key(phone)
    return of_consignees(connection, [key]).get(key, []) if key else []


def _entry(told: dict[str, Any]) -> DeclaredPreference:
    return DeclaredPreference(
        kind=told["kind"],
        version=told["version"],
        preference=_PREFERENCE.validate_json(json.dumps(told["preference"])) if told["preference"] else None,
        source=Source(declared_by=told["declared_by"], door=told["door"], taken_by=told["taken_by"]),
        recorded_at=told["recorded_at"],
    )


class CaredFor(NamedTuple):
    """A parcel with what is to be heeded when it is delivered."""

    waybill: str
    consignee: str
    consignee_name: str
    outlet: str
    last_event: str
    advised: str  # of which wishes its outlet was told; see `tasks.preferences.advising`
    goods: Goods
    entries: tuple[DeclaredPreference, ...]

    @property
    def in_last_mile(self) -> bool:
        """True while the outlet can still heed what is asked."""
        return self.last_event in LAST_MILE


def cared_for(connection: Connection, waybills: Collection[str]) -> list[CaredFor]:
    """Read what these parcels are and what their consignees ever asked for, in one query."""
    rows = connection.execute(
        text(
            "SELECT s.waybill, coalesce(s.consignee_key, '') AS consignee, s.consignee_name, "  # noqa: S608  # names are the project's own
            "coalesce(nullif(s.destination_outlet, ''), s.last_location) AS outlet, s.last_event, s.advised, "
            "s.perishable, s.declared_value, s.insured_amount, s.currency, "
            f"(SELECT jsonb_agg({_ENTRY} ORDER BY p.version, p.kind) FROM preference p "
            "WHERE p.consignee = s.consignee_key) AS entries "
            "FROM shipment s WHERE s.waybill = ANY(:waybills) ORDER BY s.waybill"
        ),
        {"waybills": list(waybills)},
    )
    return [
        CaredFor(
            waybill=row.waybill,
            consignee=row.consignee,
            consignee_name=row.consignee_name,
            outlet=row.outlet,
            last_event=row.last_event,
            advised=row.advised,
            goods=Goods(
                perishable=row.perishable,
                declared_value=row.declared_value,
                insured_amount=row.insured_amount,
                currency=row.currency,
            ),
            entries=tuple(map(_entry, row.entries or ())),
        )
        for row in rows
    ]


def queue_advice(connection: Connection, consignees: Collection[str], *, at: datetime) -> None:
    """Have the outlets told that hold a parcel of these consignees now."""
    if consignees:
        _queue(connection, "consignee_key = ANY(:named)", consignees, at)


def queue_advice_on(connection: Connection, waybills: Collection[str], *, at: datetime) -> None:
    """Have the outlets told that hold these parcels."""
    if waybills:
        _queue(connection, "waybill = ANY(:named)", waybills, at)


def _queue(connection: Connection, where: str, named: Collection[str], at: datetime) -> None:
    connection.execute(
        text(
            "UPDATE shipment SET advise_at = :at WHERE waybill IN (SELECT waybill FROM shipment "  # noqa: S608  # names are the project's own
            f"WHERE {where} AND last_event = ANY(:last_mile) ORDER BY waybill FOR UPDATE)"
        ),
        {"named": sorted(named), "last_mile": list(LAST_MILE), "at": at},
    )


def claim_to_advise(connection: Connection, *, limit: int) -> list[str]:
    """Lock parcels whose outlets are to be told, longest waiting first, and give their waybills."""
    rows = connection.execute(
        text(
            "SELECT waybill FROM shipment WHERE advise_at IS NOT NULL ORDER BY advise_at, waybill "
            "LIMIT :limit FOR UPDATE SKIP LOCKED"
        ),
        {"limit": limit},
    )
    return [row.waybill for row in rows]


def note_advised(connection: Connection, advised: Collection[tuple[str, str]]) -> None:
    """Note of each waybill of which wishes its outlet was told, and that it need not be told now."""
    if advised:
        connection.execute(
            text(
                "UPDATE shipment SET advise_at = NULL, advised = told.marker "
                "FROM unnest(CAST(:waybills AS text[]), CAST(:markers AS text[])) AS told(waybill, marker) "
                "WHERE shipment.waybill = told.waybill"
            ),
            {"waybills": [item[0] for item in advised], "markers": [item[1] for item in advised]},
        )


def handed_over(
    connection: Connection, consignees: Collection[str], *, since: datetime, limit: int = 200
) -> dict[str, list[datetime]]:
    """Read when these consignees took their last parcels themselves: at most `limit` of each."""
    rows = connection.execute(
        text(
            "SELECT asked.consignee, taken.at FROM unnest(CAST(:keys AS text[])) AS asked(consignee) "
            "CROSS JOIN LATERAL (SELECT waybill FROM shipment s WHERE s.consignee_key = asked.consignee "
            "AND s.delivered_at >= :since ORDER BY s.delivered_at DESC LIMIT :limit) parcel "
            "CROSS JOIN LATERAL (SELECT min(l.occurred_at) AS at FROM event_log l WHERE l.waybill = parcel.waybill "
            "AND l.event = :delivered AND l.confidence <> 'unknown' AND l.voids_event_id IS NULL "
            "AND NOT EXISTS (SELECT FROM event_log v WHERE v.voids_event_id = l.event_id)) taken "
            "WHERE taken.at IS NOT NULL"
        ),
        {"keys": sorted(set(consignees)), "since": since, "limit": limit, "delivered": Event.DELIVERED.value},
    )
    found: dict[str, list[datetime]] = {}
    for row in rows:
        found.setdefault(row.consignee, []).append(row.at)
    return found
