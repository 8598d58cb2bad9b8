"""The only writer of where a case stands: moves under the case's version, sealed in its history in one transaction."""

import json
from collections import ChainMap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from pydantic import BaseModel
from sqlalchemy import Connection, TextClause, text

from rules.transitions import Move
from schemas.exceptions import Command, ExceptionCase, Stage, State
from store import case_history
from store.case_history import Entry, Signature


@dataclass(frozen=True, slots=True)
class Change:
    """One allowed move of one case, with the columns it updates and what the history is to say."""

    case: ExceptionCase
    move: Move[State, Command, Stage]
    reason: str = ""
    note: str = ""
    role: str = "system"
    updates: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


_UPDATABLE = {
    "severity": "integer", "severity_score": "integer", "severe_reported": "boolean", "investigator": "text",
    "assigned_to": "text", "rounds": "integer", "escalation_level": "integer", "last_escalated_at": "timestamptz",
    "reason": "text", "next_due_at": "timestamptz", "due_kind": "text", "clock_profile": "text",
    "clock_calendars": "text", "clock_anchors": "jsonb", "tell_due_at": "timestamptz",
    "customer_told_at": "timestamptz", "closing_reason": "text", "answer_due_at": "timestamptz",
    "objections": "integer", "demand": "text", "follow_up_at": "timestamptz", "follow_ups": "integer",
    "customs_office": "text",
}  # fmt: skip
_WRITTEN = {
    "case_no": "text", "version": "integer", "moves": "integer", "state": "text", "state_since": "timestamptz",
    "closed_at": "timestamptz", "head": "text",
}  # fmt: skip
"""What is written of every case that moves."""
RECKONED = frozenset({"next_due_at", "tell_due_at", "due_kind", "clock_profile", "clock_calendars", "clock_anchors"})
"""Columns that a change of the clocks reckons anew; the history does not say what they are."""
_CASE_FIELDS = frozenset(ExceptionCase.model_fields)
_OPENED_WITH = tuple(
    column
    for column in ("waybill", "type", "origin", "trigger", "troubled_since", *_UPDATABLE)
    if column in _CASE_FIELDS and column not in RECKONED
)
"""Columns that the first entry of a case's history says, so that verification knows them all."""


class StaleCase(RuntimeError):
    """Somebody else moved a case between reading and writing it."""


def apply(connection: Connection, changes: Sequence[Change], *, sign: Signature) -> None:
    """Write moves: the new state under the case's version, and one sealed history entry for each.

    Several moves of one case follow each other: each is of the case as the one before left it (`moved`).

    Raises:
        StaleCase: a case no longer has the version it was read with; the transaction must not be committed.
    """
    if not changes:
        return
    heads = _heads(connection, {change.case.case_no for change in changes})
    sealed = case_history.seal([_entry(change) for change in changes], heads=heads, sign=sign)
    ways: dict[str, list[Change]] = {}
    for change in changes:
        ways.setdefault(change.case.case_no, []).append(change)
    alike: dict[tuple[str, ...], list[list[Change]]] = {}
    for way in ways.values():
        columns = {column for change in way for column in change.updates}
        alike.setdefault(tuple(sorted(columns)), []).append(way)
    written = sum(_update(connection, columns, group, heads, at=sign.at) for columns, group in alike.items())
    if written != len(ways):
        raise StaleCase(f"{len(ways) - written} of {len(ways)} cases were moved by somebody else")
    case_history.append(connection, sealed)


def moved(change: Change, *, at: datetime) -> ExceptionCase:
    """Give the case as a move at that moment leaves it, as it will be read once the move is written."""
    case = change.case
    known = {column: value for column, value in change.updates.items() if column in _CASE_FIELDS}
    standing = {
        "state": change.move.target,
        "version": case.version + 1,
        "state_since": at if _leaves(change) else case.state_since,
        "closed_at": _closed_at(change, at),
    }
    return ExceptionCase.model_validate({**case.__dict__, **known, **standing})


def _heads(connection: Connection, case_nos: Collection[str]) -> dict[str, bytes]:
    rows = connection.execute(
        text("SELECT case_no, history_head FROM cases WHERE case_no = ANY(:case_nos)"), {"case_nos": list(case_nos)}
    )
    return {row.case_no: bytes(row.history_head) for row in rows}


def _entry(change: Change) -> Entry:
    move, case = change.move, change.case
    detected = move.command is Command.DETECT
    opened_with = {column: getattr(case, column) for column in _OPENED_WITH} if detected else {}
    updates = {**opened_with, **change.updates}
    return Entry(
        case_no=case.case_no,
        seq=case.version + 1,
        command=move.command.value,
        from_state="" if detected else move.origin.value,
        to_state=move.target.value,
        stage=move.stage.value,
        role=change.role,
        reason=change.reason,
        note=change.note,
        details=change.details,
        updates={column: value for column, value in updates.items() if column not in RECKONED},
    )


def _update(
    connection: Connection,
    columns: tuple[str, ...],
    ways: Sequence[Sequence[Change]],
    heads: Mapping[str, bytes],
    *,
    at: datetime,
) -> int:
    """Write where cases have come to whose moves update the same columns; give how many found their version."""
    values: dict[str, list[Any]] = {name: [] for name in (*_WRITTEN, *columns)}
    for way in ways:
        first, last = way[0].case, way[-1]
        values["case_no"].append(first.case_no)
        values["version"].append(first.version)
        values["moves"].append(len(way))
        values["state"].append(last.move.target.value)
        values["state_since"].append(at if _leaves(last) else last.case.state_since)
        values["closed_at"].append(_closed_at(last, at))
        values["head"].append(heads[first.case_no].hex())
        updates = last.updates if len(way) == 1 else ChainMap(*[dict(change.updates) for change in reversed(way)])
        for column in columns:
            values[column].append(updates[column])
    written = {name: _as_written(column) for name, column in values.items()}
    return connection.execute(_update_of(columns), written).rowcount


def _as_written(column: list[Any]) -> list[Any]:
    """Write times out, for which the driver takes ten times as long, and objects as JSON."""
    return [
        value.isoformat()
        if isinstance(value, datetime)
        else value.model_dump_json()
        if isinstance(value, BaseModel)
        else value
        for value in column
    ]


def _leaves(change: Change) -> bool:
    return change.move.target is not change.move.origin


def _closed_at(change: Change, at: datetime) -> datetime | None:
    if change.move.target is not State.CLOSED:
        return None
    return at if _leaves(change) else change.case.closed_at


@cache
def _update_of(columns: tuple[str, ...]) -> TextClause:
    """Make the statement that moves cases and updates these columns, from one array for each column."""
    typed = {**_WRITTEN, **{column: _UPDATABLE[column] for column in columns}}
    arrays = ", ".join(f"CAST(:{column} AS {type_}[])" for column, type_ in typed.items())
    updates = "".join(f", {column} = r.{column}" for column in columns)
    return text(
        "UPDATE cases SET state = r.state, version = cases.version + r.moves, state_since = r.state_since, "  # noqa: S608
        f"closed_at = r.closed_at, history_head = decode(r.head, 'hex'){updates} "
        f"FROM unnest({arrays}) AS r({', '.join(typed)}) "
        "WHERE cases.case_no = r.case_no AND cases.version = r.version"
    )


_KEEP_CLOCKS = text(
    "UPDATE cases SET " + ", ".join(f"{name} = r.{name}" for name in sorted(RECKONED)) + " "  # noqa: S608
    "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(case_no text, "
    + ", ".join(f"{name} {_UPDATABLE[name]}" for name in sorted(RECKONED))
    + ") WHERE cases.case_no = r.case_no AND cases.closed_at IS NULL"
)


def keep_clocks(connection: Connection, clocks: Mapping[str, Mapping[str, Any]]) -> None:
    """Write what is due in these cases by figures or facts that have changed; nothing happened in the cases."""
    if clocks:
        rows = [{"case_no": case_no, **columns} for case_no, columns in clocks.items()]
        connection.execute(_KEEP_CLOCKS, {"rows": json.dumps(rows, default=_plain)})


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)
