"""Change requests and their sealed history: old and new values in full, here alone."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Index, Integer, LargeBinary, Table, Text, insert, text
from sqlalchemy import Sequence as Numbering
from sqlalchemy.dialects.postgresql import JSONB

from rules.history import FIRST, entry_hash
from rules.transitions import Move
from schemas.change_requests import (
    CHANGE_PREFIX,
    ENDED,
    ChangeCommand,
    ChangeRequest,
    ChangeStage,
    ChangeState,
    ParcelOnFile,
)  # fmt: skip
from schemas.preferences import Door, Goods
from store.keyed import keyed_hash, same_hash
from store.metadata import INSTANT, metadata

change_number = Numbering("change_number", metadata=metadata)
change_request = Table(
    "change_request",
    metadata,
    Column("number", Text, primary_key=True),
    Column("waybill", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("taken_by", Text, nullable=False),
    Column("old", JSONB, nullable=False),
    Column("new", JSONB, nullable=False),
    Column("four_eyes", Boolean, nullable=False),
    Column("vouched_by", Text, nullable=False, server_default=""),
    Column("route", Text, nullable=False, server_default=""),
    Column("reason", Text, nullable=False, server_default=""),
    Column("requested_at", INSTANT, nullable=False),
    Column("state_since", INSTANT, nullable=False),
    Column("ended_at", INSTANT),
    Column("code_hash", Text, nullable=False, server_default=""),
    Column("code_until", INSTANT),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("history_head", LargeBinary, nullable=False),
    Index("ix_change_request_waybill", "waybill", "requested_at"),
    Index("uq_change_request_open", "waybill", unique=True, postgresql_where=text("ended_at IS NULL")),
)
history = Table(
    "change_request_history",
    metadata,
    Column("number", Text, primary_key=True),
    Column("seq", Integer, primary_key=True),  # the version that the entry led to
    Column("at", INSTANT, nullable=False),
    Column("command", Text, nullable=False),
    Column("from_state", Text, nullable=False),
    Column("to_state", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("hash", LargeBinary, nullable=False),
)
_PARCEL = (
    "s.waybill, s.carrier, coalesce(nullif(s.destination_outlet, ''), s.last_location) AS outlet, s.phase, "
    "s.sender_phone, s.consignee_name, s.consignee_phone, s.consignee_address, s.perishable, s.declared_value, "
    "s.insured_amount, s.currency"
)
_REQUEST = (
    "r.number, r.state, r.version, r.asked_by, r.door, r.taken_by, r.old, r.new, r.four_eyes, r.vouched_by, r.route, "
    "r.reason, r.requested_at, r.state_since, r.code_until, r.tries"
)


class NoSuchRequest(LookupError):
    """There is no change request with that number."""


class StaleRequest(RuntimeError):
    """Somebody else moved a request between reading and writing it."""


def parcel_on_file(connection: Connection, waybill: str) -> ParcelOnFile | None:
    """Read and lock a booked parcel, so that what is decided about it stays true; None when nobody booked it."""
    row = connection.execute(
        text(f"SELECT {_PARCEL} FROM shipment s WHERE s.waybill = :waybill AND s.registered_at IS NOT NULL FOR UPDATE"),  # noqa: S608  # names are the project's own
        {"waybill": waybill},
    ).one_or_none()
    return _parcel(row._asdict()) if row else None


def _parcel(row: Mapping[str, Any]) -> ParcelOnFile:
    return ParcelOnFile(
        **{name: row[name] for name in ParcelOnFile.model_fields if name != "goods"},
        goods=Goods(**{name: row[name] for name in Goods.model_fields}),
    )


def select_requests(
    connection: Connection,
    *,
    numbers: Collection[str] | None = None,
    waybill: str | None = None,
    states: Collection[ChangeState] | None = None,
    after: str = "",
    limit: int = 100,
    lock: bool = False,
) -> list[ChangeRequest]:
    """Read requests with their parcels, in the order of their numbers.

    With `lock` both stay locked until the transaction ends, the parcel first, as whoever asks for a change takes them.
    """
    conditions = ["r.number > :after"]
    parameters: dict[str, Any] = {"after": after, "limit": limit}
    for column, wanted in (("number", numbers), ("state", states)):
        if wanted is not None:
            conditions.append(f"r.{column} = ANY(:{column}s)")
            parameters[f"{column}s"] = list(wanted)
    if waybill is not None:
        conditions.append("r.waybill = :waybill")
        parameters["waybill"] = waybill
    if states is not None and not set(states) & ENDED:
        conditions.append("r.ended_at IS NULL")
    chosen = f"FROM change_request r JOIN shipment s USING (waybill) WHERE {' AND '.join(conditions)}"
    if lock:
        connection.execute(
            text(
                "SELECT waybill FROM shipment WHERE waybill IN "  # noqa: S608  # values are bound
                f"(SELECT r.waybill {chosen} ORDER BY r.number LIMIT :limit) ORDER BY waybill FOR UPDATE"
            ),
            parameters,
        )
    locking = "FOR UPDATE OF r" if lock else ""
    rows = connection.execute(
        text(f"SELECT {_REQUEST}, {_PARCEL} {chosen} ORDER BY r.number LIMIT :limit {locking}"),
        parameters,
    )
    return [_request(row._asdict()) for row in rows]


def _request(row: Mapping[str, Any]) -> ChangeRequest:
    named = {name: row[name] for name in ChangeRequest.model_fields if name != "parcel"}
    return ChangeRequest(**named, parcel=_parcel(row))


def one_request(connection: Connection, number: str, *, lock: bool = False) -> ChangeRequest:
    """Read one request.

    Raises:
        NoSuchRequest: nobody made one with that number.
    """
    found = select_requests(connection, numbers=[number], lock=lock)
    if not found:
        raise NoSuchRequest(f"there is no change request {number}")
    return found[0]


def asked_since(connection: Connection, waybill: str, *, door: Door, since: datetime) -> int:
    """Count what was asked of a waybill through a door."""
    return int(
        connection.execute(
            text(
                "SELECT count(*) FROM change_request WHERE waybill = :waybill AND door = :door "
                "AND requested_at > :since"
            ),
            {"waybill": waybill, "door": door.value, "since": since},
        ).scalar_one()
    )


def open_request(connection: Connection, request: ChangeRequest, *, day: str, who: str, role: str) -> str:
    """Take a request in, with what is on file and what is wanted in full, and give its number."""
    number = connection.execute(
        text("SELECT CAST(:prefix AS text) || to_char(nextval('change_number'), 'FM999999999000000')"),
        {"prefix": f"{CHANGE_PREFIX}-{day}-"},
    ).scalar_one()
    entry = _entry(
        number=number, seq=0, at=request.requested_at, command=ChangeCommand.REQUEST.value, from_state="",
        to_state=request.state.value, stage=ChangeStage.ACCEPT.value, who=who, role=role, reason=request.reason,
        note="", details={"asked_by": request.asked_by, "old": request.old, "new": request.new}, head=FIRST,
    )  # fmt: skip
    columns = request.model_dump(mode="json", exclude={"parcel"}) | {"number": number}
    connection.execute(
        insert(change_request).values(
            **columns,
            waybill=request.parcel.waybill,
            history_head=entry["hash"],
            ended_at=request.state_since if request.state in ENDED else None,
        )
    )
    connection.execute(insert(history), [entry])
    return str(number)


@dataclass(frozen=True, slots=True)
class ChangeMove:
    """One allowed move of one request, with the columns it updates and what the history is to say."""

    request: ChangeRequest
    move: Move[ChangeState, ChangeCommand, ChangeStage]
    who: str
    role: str
    at: datetime
    reason: str = ""
    note: str = ""
    updates: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


def apply(connection: Connection, change: ChangeMove) -> ChangeRequest:
    """Write a move under the request's version with a sealed history entry, and give the request as it is then.

    Raises:
        StaleRequest: it no longer has the version it was read with; the transaction must not be committed.
    """
    number, version = change.request.number, change.request.version
    head = connection.execute(
        text("SELECT history_head FROM change_request WHERE number = :number"), {"number": number}
    ).scalar_one()
    entry = _entry(
        number=number, seq=version + 1, at=change.at, command=change.move.command.value,
        from_state=change.move.origin.value, to_state=change.move.target.value, stage=change.move.stage.value,
        who=change.who, role=change.role, reason=change.reason, note=change.note, details=change.details,
        head=bytes(head),
    )  # fmt: skip
    moved = change.move.target is not change.move.origin
    columns = {
        **change.updates,
        "state": change.move.target.value,
        "version": version + 1,
        "state_since": change.at if moved else change.request.state_since,
        "ended_at": change.at if change.move.target in ENDED else None,
        "history_head": entry["hash"],
    }
    updated = connection.execute(
        change_request.update()
        .where(change_request.c.number == number, change_request.c.version == version)
        .values(**columns)
    )
    if updated.rowcount != 1:
        raise StaleRequest(f"{number} was moved by somebody else")
    connection.execute(insert(history), [entry])
    return one_request(connection, number)


def _entry(*, details: Mapping[str, Any], head: bytes, **said: Any) -> dict[str, Any]:
    entry = {**said, "details": json.loads(json.dumps(dict(details), default=str))}
    return {**entry, "hash": entry_hash(head, _sealed(entry))}


def _sealed(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give the entry as it is sealed: times in UTC to the microsecond, so that any client reads the same."""
    return {
        key: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for key, value in entry.items()
    }


def code_hash(number: str, code: str) -> str:
    """Hash a request's code; the code itself is kept nowhere."""
    return keyed_hash("change code", f"{number}:{code}")


def code_is(connection: Connection, number: str, code: str) -> bool:
    """Say whether this is the request's code, in a time that tells nothing of it."""
    kept = connection.execute(
        text("SELECT code_hash FROM change_request WHERE number = :number"), {"number": number}
    ).scalar_one()
    return same_hash(kept, code_hash(number, code))


def change_parcel(connection: Connection, request: ChangeRequest, *, consignee_key: str | None, at: datetime) -> None:
    """Write the new values into the shipment, and let detection look at it afresh."""
    changed = {column.value: value for column, value in request.new.items()}
    if consignee_key is not None:
        changed["consignee_key"] = consignee_key
    assigned = ", ".join(f"{column} = :{column}" for column in changed)
    connection.execute(
        text(f"UPDATE shipment SET {assigned}, dirty_at = :at WHERE waybill = :waybill"),  # noqa: S608  # names are the project's own
        {**changed, "at": at, "waybill": request.parcel.waybill},
    )


def history_of(connection: Connection, number: str) -> list[dict[str, Any]]:
    """Read a request's history, oldest first, with its values in full."""
    rows = connection.execute(
        text("SELECT * FROM change_request_history WHERE number = :number ORDER BY seq"), {"number": number}
    )
    return [{key: value for key, value in row._mapping.items() if key != "hash"} for row in rows]


def broken_histories(connection: Connection, number: str | None = None) -> tuple[int, list[str]]:
    """Recompute the hash chains of one request or of all; give how many were checked and what is wrong."""
    rows = connection.execute(
        text(
            "SELECT h.*, r.number AS request, r.history_head AS head, r.version AS last, r.state AS stands "
            "FROM change_request r LEFT JOIN change_request_history h ON h.number = r.number "
            "WHERE CAST(:number AS text) IS NULL OR r.number = :number ORDER BY r.number, h.seq"
        ),
        {"number": number},
    )
    wrong: list[str] = []
    checked = 0
    for request, entries in groupby(rows, key=lambda row: str(row.request)):
        checked += 1
        if (fault := _fault_in(list(entries))) is not None:
            wrong.append(f"{request}: {fault}")
    return checked, wrong


def _fault_in(entries: list[Any]) -> str | None:
    sealed_columns = [column.name for column in history.columns if column.name != "hash"]
    head = FIRST
    for position, entry in enumerate(entries):
        if entry.seq != position:
            return f"entry {position} is missing"
        head = entry_hash(head, _sealed({column: entry._mapping[column] for column in sealed_columns}))
        if head != bytes(entry.hash):
            return f"entry {entry.seq} was changed"
    last = entries[-1]
    if head != bytes(last.head) or last.last != last.seq or last.stands != last.to_state:
        return "the end of the history does not agree with the request"
    return None
