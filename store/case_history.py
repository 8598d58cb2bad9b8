"""The sealed history of cases, whatever their procedure: entries, their hash chain, and what verifies it.

Belongs here: how an entry is sealed, kept, read and verified, and which columns of a case follow from its history. Does
not belong here: which moves there are (`rules`), and how a case itself is read and moved (`store.cases`).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from pydantic import BaseModel
from sqlalchemy import Column, Connection, Integer, LargeBinary, Row, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from rules.history import FIRST, canonical, entry_hash, hash_of_written
from store.copying import copy_rows
from store.metadata import INSTANT, metadata

CLOSED = "CLOSED"
"""The state that ends a case, of any procedure."""

TABLES = ("cases", "complaint", "appeal", "claim")
"""The tables whose cases have their history here; each has the columns that a move writes (`store.case_moves`)."""
_ALL_CASES = " UNION ALL ".join(
    f"SELECT t.case_no, t.history_head AS head, t.version, to_jsonb(t) AS standing FROM {name} t"  # noqa: S608
    for name in TABLES
)

history = Table(
    "case_history",
    metadata,
    Column("case_no", Text, primary_key=True),
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
    Column("policy_version", Text, nullable=False),
    Column("details", JSONB, nullable=False),
    Column("updates", JSONB, nullable=False, server_default="{}"),  # the columns of the case that it set
    Column("hash", LargeBinary, nullable=False),
)
_SEALED = tuple(column.name for column in history.columns if column.name != "hash")


@dataclass(frozen=True, slots=True)
class Signature:
    """Who moves cases, when, and under which policy: what every history entry of one step shares."""

    who: str
    role: str
    at: datetime
    policy_version: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What the history is to say of one move."""

    case_no: str
    seq: int
    command: str
    from_state: str
    to_state: str
    stage: str
    role: str
    reason: str = ""
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    updates: Mapping[str, Any] = field(default_factory=dict)


class Sealed(NamedTuple):
    """An entry as it is kept: its columns in order, and the hash that seals them."""

    row: tuple[Any, ...]
    hash: bytes


def seal(entries: Sequence[Entry], *, heads: dict[str, bytes], sign: Signature) -> list[Sealed]:
    """Chain each entry to the head of its case's history, which moves on in `heads`."""
    at = _plain(sign.at)
    shared = {"at": canonical(at), "policy_version": canonical(sign.policy_version), "who": canonical(sign.who)}
    written = cache(canonical)  # states, commands, stages and reasons come again and again
    sealed = []
    for entry in entries:
        details, updates = canonical(dict(entry.details)), canonical(_plainly(entry.updates))
        fields = {
            **shared,
            "case_no": canonical(entry.case_no),
            "seq": str(entry.seq),
            "command": written(entry.command),
            "from_state": written(entry.from_state),
            "to_state": written(entry.to_state),
            "stage": written(entry.stage),
            "role": written(entry.role),
            "reason": written(entry.reason),
            "note": written(entry.note),
            "details": details,
        }
        if entry.updates:
            fields["updates"] = updates
        heads[entry.case_no] = hash_of_written(heads[entry.case_no], sorted(fields.items()))
        row = (
            entry.case_no, entry.seq, at, entry.command, entry.from_state, entry.to_state, entry.stage, sign.who,
            entry.role, entry.reason, entry.note, sign.policy_version, details, updates,
        )  # fmt: skip
        sealed.append(Sealed(row, heads[entry.case_no]))
    return sealed


def _plainly(updates: Mapping[str, Any]) -> dict[str, Any]:
    return {column: _plain(value) for column, value in updates.items()}


def _hash_of(entry: Mapping[str, Any], head: bytes) -> bytes:
    """Seal an entry. One without updates is sealed as if the column were not there, as it once was not."""
    return entry_hash(head, entry if entry["updates"] else {key: entry[key] for key in entry if key != "updates"})


def _plain(value: Any) -> Any:
    """Give a value as it is sealed: times in UTC to the microsecond, so that any client reads the same."""
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def append(connection: Connection, sealed: Sequence[Sealed]) -> None:
    """Keep sealed entries; the caller moves the heads of their cases in the same transaction."""
    rows = [(*entry.row, f"\\x{entry.hash.hex()}") for entry in sealed]
    copy_rows(connection, history, (*_SEALED, "hash"), rows)


def history_of(connection: Connection, case_no: str) -> list[dict[str, Any]]:
    """Read a case's history, oldest first."""
    rows = connection.execute(
        text("SELECT * FROM case_history WHERE case_no = :case_no ORDER BY seq"), {"case_no": case_no}
    )
    return [{key: value for key, value in row._mapping.items() if key != "hash"} for row in rows]


def last_reached(connection: Connection, case_nos: Sequence[str], state: str) -> dict[str, datetime]:
    """Read when each case last came to a state; a case that never did is left out."""
    rows = connection.execute(
        text(
            "SELECT case_no, max(at) AS at FROM case_history WHERE case_no = ANY(:case_nos) AND to_state = :state "
            "AND from_state <> to_state GROUP BY case_no"
        ),
        {"case_nos": list(case_nos), "state": state},
    )
    return {row.case_no: row.at for row in rows}


def broken_histories(connection: Connection, case_no: str | None = None) -> tuple[int, list[str]]:
    """Recompute the hash chains of one case or of all; give how many were checked and what is wrong.

    What a case itself says is compared with what its history makes of it. Only one case's entries are held at a time.
    """
    statement = text(
        "SELECT c.case_no AS number, CASE WHEN h.seq = 1 OR h.seq IS NULL THEN c.standing END AS standing, "  # noqa: S608
        f"c.head, c.version AS version, h.* FROM ({_ALL_CASES}) AS c LEFT JOIN case_history h USING (case_no) "
        "WHERE CAST(:case_no AS text) IS NULL OR c.case_no = :case_no ORDER BY c.case_no, h.seq"
    )
    rows = connection.execute(statement.execution_options(yield_per=2000), {"case_no": case_no})
    wrong: list[str] = []
    checked = 0
    for number, entries in groupby(rows, key=lambda row: str(row.number)):
        checked += 1
        if (fault := _fault_in(list(entries))) is not None:
            wrong.append(f"{number}: {fault}")
    return checked, wrong + list(_without_case(connection, case_no))


def _without_case(connection: Connection, case_no: str | None) -> Iterator[str]:
    rows = connection.execute(
        text(
            "SELECT case_no, count(*) AS entries FROM case_history h WHERE (CAST(:case_no AS text) IS NULL OR "  # noqa: S608
            f"case_no = :case_no) AND NOT EXISTS (SELECT FROM ({_ALL_CASES}) AS c WHERE c.case_no = h.case_no) "
            "GROUP BY case_no ORDER BY case_no"
        ),
        {"case_no": case_no},
    )
    for row in rows:
        yield f"{row.case_no}: there is no such case, but {row.entries} entries of history"


def _fault_in(rows: Sequence[Row[Any]]) -> str | None:
    """Find the first fault in the history of a case, or in what the case says beside it."""
    first = rows[0]
    if first.seq is None:
        return "the whole history is missing"
    entries = [_sealed_columns(row) for row in rows]
    head = FIRST
    for position, (row, entry) in enumerate(zip(rows, entries, strict=True), start=1):
        if row.seq != position:
            return f"entry {position} is missing"
        found = _hash_of(entry, head)
        if found != bytes(row.hash):
            return _what_was_changed(rows, entries, position - 1, before=head)
        head = found
    if head != bytes(first.head):
        whole = first.version == len(rows)
        return "the case's history_head was changed" if whole else "the end of the history was cut off"
    return _contradiction(first.standing, entries)


def _sealed_columns(row: Row[Any]) -> dict[str, Any]:
    return {column: _plain(row._mapping[column]) for column in _SEALED}


def _what_was_changed(rows: Sequence[Row[Any]], entries: Sequence[Mapping[str, Any]], at: int, *, before: bytes) -> str:
    """Name the field of an entry that was changed, where what stands around it tells."""
    entry, kept = entries[at], bytes(rows[at].hash)
    told = f"entry {at + 1} was changed"
    found = _hash_of(entry, before)
    if found == bytes(rows[0].head) or (
        at + 1 < len(rows) and _hash_of(entries[at + 1], found) == bytes(rows[at + 1].hash)
    ):
        return f"{told}: its hash"
    for column, value in _likely(entries, at):
        if _hash_of({**entry, column: value}, before) == kept:
            return f"{told}: its {column}"
    return told


def _likely(entries: Sequence[Mapping[str, Any]], at: int) -> Iterator[tuple[str, Any]]:
    """Give the values that fields of an entry should have by what the entries beside it say."""
    before, after = entries[at - 1] if at else None, entries[at + 1] if at + 1 < len(entries) else None
    yield "from_state", before["to_state"] if before else ""
    if after is not None:
        yield "to_state", after["from_state"]
    for other in (before, after):
        if other is not None:
            yield from ((column, other[column]) for column in _SEALED if column != "seq")


def _contradiction(standing: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]) -> str | None:
    """Compare a case with what its history makes of it: the columns that every entry decides, and those it set."""
    moved = [entry for entry in entries if entry["from_state"] != entry["to_state"]]
    last = entries[-1]
    said: dict[str, Any] = {
        "state": last["to_state"],
        "version": last["seq"],
        "opened_at": entries[0]["at"],
        "state_since": moved[-1]["at"],
        "closed_at": moved[-1]["at"] if last["to_state"] == CLOSED else None,
    }
    for entry in entries:
        said |= entry["updates"]
    for column, value in said.items():
        if column in standing and not _same(standing[column], value):
            return f"the case's {column} is {standing[column]!r}, its history says {value!r}"
    return None


def _same(standing: Any, said: Any) -> bool:
    """Compare two values of a column; a time, and an amount, may be written in two ways."""
    if standing == said or not isinstance(said, str):
        return bool(standing == said)
    try:
        if isinstance(standing, str):
            return datetime.fromisoformat(standing) == datetime.fromisoformat(said)
        return not isinstance(standing, bool) and Decimal(str(standing)) == Decimal(said)
    except (ValueError, ArithmeticError, TypeError):
        return False
