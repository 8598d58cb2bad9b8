"""The only writer of where a case stands: moves under the case's version, sealed in its history in one transaction.

Each procedure keeps its cases in a table of its own, and says with a `CaseTable` what a move may write there. Belongs
here: how a move is written, whatever the procedure. Does not belong here: which moves there are (`rules`).
"""

import json
from collections import ChainMap
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache, cached_property
from typing import Any, Generic, Protocol, TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, TextClause, text

from rules.transitions import Move
from store import case_history
from store.case_history import CLOSED, Entry, Signature


class Standing(Protocol):
    """What a move reads of a case of any procedure."""

    @property
    def case_no(self) -> str:
        """Its number."""

    @property
    def version(self) -> int:
        """How many entries its history has."""

    @property
    def state_since(self) -> datetime:
        """When it came to its state."""

    @property
    def closed_at(self) -> datetime | None:
        """When it was closed."""


M = TypeVar("M", bound=Standing)


@dataclass(frozen=True, slots=True)
class Change(Generic[M]):
    """One allowed move of one case, with the columns it updates and what the history is to say."""

    case: M
    move: Move[Any, Any, Any]
    reason: str = ""
    note: str = ""
    role: str = "system"
    updates: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)


CLOCKED = {
    "next_due_at": "timestamptz", "due_kind": "text", "clock_profile": "text", "clock_calendars": "text",
    "clock_anchors": "jsonb", "tell_due_at": "timestamptz",
}  # fmt: skip
"""The columns that every table of cases has for its clocks."""
RECKONED = frozenset(CLOCKED)
"""Columns that a change of the clocks reckons anew; the history does not say what they are."""
_WRITTEN = {
    "case_no": "text", "version": "integer", "moves": "integer", "state": "text", "state_since": "timestamptz",
    "closed_at": "timestamptz", "head": "text",
}  # fmt: skip
"""What is written of every case that moves."""


class StaleCase(RuntimeError):
    """Somebody else moved a case between reading and writing it."""


@dataclass(frozen=True)
class CaseTable(Generic[M]):
    """The table that holds the cases of one procedure, and what a move may write there.

    `updatable` gives the columns that a move may set, with their types in PostgreSQL; `told_first` those that the first
    entry of a history says beside them, so that verification knows them all.
    """

    name: str
    read_as: type[M]
    opening: StrEnum
    updatable: Mapping[str, str]
    told_first: tuple[str, ...]

    def apply(self, connection: Connection, changes: Sequence[Change[M]], *, sign: Signature) -> None:
        """Write moves: the new state under the case's version, and one sealed history entry for each.

        Several moves of one case follow each other: each is of the case as the one before left it (`moved`).

        Raises:
            StaleCase: a case no longer has the version it was read with; the transaction must not be committed.
        """
        if not changes:
            return
        heads = self._heads(connection, {change.case.case_no for change in changes})
        sealed = case_history.seal([self._entry(change) for change in changes], heads=heads, sign=sign)
        ways: dict[str, list[Change[M]]] = {}
        for change in changes:
            ways.setdefault(change.case.case_no, []).append(change)
        alike: dict[tuple[str, ...], list[list[Change[M]]]] = {}
        for way in ways.values():
            columns = {column for change in way for column in change.updates}
            alike.setdefault(tuple(sorted(columns)), []).append(way)
        written = sum(self._update(connection, columns, group, heads, at=sign.at) for columns, group in alike.items())
        if written != len(ways):
            raise StaleCase(f"{len(ways) - written} of {len(ways)} cases were moved by somebody else")
        case_history.append(connection, sealed)

    def moved(self, change: Change[M], *, at: datetime) -> M:
        """Give the case as a move at that moment leaves it, as it will be read once the move is written."""
        case = change.case
        known = {column: value for column, value in change.updates.items() if column in self._fields}
        standing = {
            "state": change.move.target,
            "version": case.version + 1,
            "state_since": at if _leaves(change) else case.state_since,
            "closed_at": _closed_at(change, at),
        }
        read_as: Any = self.read_as
        case_after: M = read_as.model_validate({**case.__dict__, **known, **standing})
        return case_after

    def keep_clocks(self, connection: Connection, clocks: Mapping[str, Mapping[str, Any]]) -> None:
        """Write what is due in these cases by figures or facts that have changed; nothing happened in the cases."""
        if clocks:
            rows = [{"case_no": case_no, **columns} for case_no, columns in clocks.items()]
            connection.execute(_keep_clocks_of(self.name), {"rows": json.dumps(rows, default=_plain)})

    def under_old_figures(
        self, connection: Connection, *, profiles: Collection[str], calendars: str, after: str, limit: int
    ) -> list[str]:
        """Give the open cases whose due time was computed under other profiles, or calendars, than these."""
        numbers = connection.execute(
            text(
                f"SELECT case_no FROM {self.name} WHERE closed_at IS NULL AND case_no > :after "  # noqa: S608
                "AND clock_profile <> '' AND (clock_calendars <> :calendars "
                "OR NOT string_to_array(clock_profile, ' ') <@ CAST(:profiles AS text[])) "
                "ORDER BY case_no LIMIT :limit"
            ),
            {"after": after, "calendars": calendars, "profiles": sorted(profiles), "limit": limit},
        )
        return list(numbers.scalars())

    @cached_property
    def _fields(self) -> frozenset[str]:
        model: Any = self.read_as
        return frozenset(model.model_fields)

    @cached_property
    def _columns(self) -> dict[str, str]:
        return {**CLOCKED, **self.updatable}

    @cached_property
    def _opened_with(self) -> tuple[str, ...]:
        return tuple(column for column in (*self.told_first, *self.updatable) if column in self._fields)

    def _heads(self, connection: Connection, case_nos: Collection[str]) -> dict[str, bytes]:
        rows = connection.execute(
            text(f"SELECT case_no, history_head FROM {self.name} WHERE case_no = ANY(:case_nos)"),  # noqa: S608
            {"case_nos": list(case_nos)},
        )
        return {row.case_no: bytes(row.history_head) for row in rows}

    def _entry(self, change: Change[M]) -> Entry:
        move, case = change.move, change.case
        opens = move.command is self.opening
        opened_with = {column: getattr(case, column) for column in self._opened_with} if opens else {}
        updates = {**opened_with, **change.updates}
        return Entry(
            case_no=case.case_no,
            seq=case.version + 1,
            command=move.command.value,
            from_state="" if opens else move.origin.value,
            to_state=move.target.value,
            stage=move.stage.value,
            role=change.role,
            reason=change.reason,
            note=change.note,
            details=change.details,
            updates={column: value for column, value in updates.items() if column not in RECKONED},
        )

    def _update(
        self,
        connection: Connection,
        columns: tuple[str, ...],
        ways: Sequence[Sequence[Change[M]]],
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
        types = tuple(self._columns[column] for column in columns)
        return connection.execute(_update_of(self.name, columns, types), written).rowcount


def _as_written(column: list[Any]) -> list[Any]:
    """Write times out, for which the driver takes ten times as long, and objects as JSON."""
    return [
        value.isoformat()
        if isinstance(value, datetime)
        else value.model_dump_json()
        if isinstance(value, BaseModel)
        else json.dumps(value, default=str)
        if isinstance(value, Mapping)
        else value
        for value in column
    ]


def _leaves(change: Change[Any]) -> bool:
    return change.move.target is not change.move.origin


def _closed_at(change: Change[Any], at: datetime) -> datetime | None:
    if change.move.target != CLOSED:
        return None
    closed_at: datetime | None = at if _leaves(change) else change.case.closed_at
    return closed_at


@cache
def _update_of(table: str, columns: tuple[str, ...], types: tuple[str, ...]) -> TextClause:
    """Make the statement that moves cases and updates these columns, from one array for each column."""
    typed = {**_WRITTEN, **dict(zip(columns, types, strict=True))}
    arrays = ", ".join(f"CAST(:{column} AS {type_}[])" for column, type_ in typed.items())
    updates = "".join(f", {column} = r.{column}" for column in columns)
    return text(
        f"UPDATE {table} SET state = r.state, version = {table}.version + r.moves, state_since = r.state_since, "  # noqa: S608
        f"closed_at = r.closed_at, history_head = decode(r.head, 'hex'){updates} "
        f"FROM unnest({arrays}) AS r({', '.join(typed)}) "
        f"WHERE {table}.case_no = r.case_no AND {table}.version = r.version"
    )


@cache
def _keep_clocks_of(table: str) -> TextClause:
    return text(
        f"UPDATE {table} SET " + ", ".join(f"{name} = r.{name}" for name in sorted(CLOCKED)) + " "  # noqa: S608
        "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(case_no text, "
        + ", ".join(f"{name} {CLOCKED[name]}" for name in sorted(CLOCKED))
        + f") WHERE {table}.case_no = r.case_no AND {table}.closed_at IS NULL"
    )


def _plain(value: object) -> object:
    return value.model_dump(mode="json") if isinstance(value, BaseModel) else str(value)
