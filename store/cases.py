"""Cases and their history: read as the rules see them, opened once for each trouble, moved under their version."""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    insert,
    text,
)  # fmt: skip
from sqlalchemy import (
    Sequence as Numbering,
)
from sqlalchemy.dialects.postgresql import JSONB

from rules.history import FIRST, entry_hash
from rules.transitions import Move
from schemas.exceptions import Command, ExceptionCase, Plan, Stage, State, Trouble
from store.copying import copy_to_temporary
from store.metadata import INSTANT, created_at, metadata

case_number = Numbering("case_number", metadata=metadata)
cases = Table(
    "cases",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("procedure", Text, nullable=False, server_default="exception"),
    Column("waybill", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("trigger", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("reason", Text, nullable=False, server_default=""),
    Column("severity", Integer, nullable=False, server_default="2"),
    Column("severity_score", Integer, nullable=False, server_default="0"),
    Column("severe_reported", Boolean, nullable=False, server_default="false"),
    Column("investigator", Text, nullable=False, server_default=""),
    Column("assigned_to", Text, nullable=False, server_default=""),
    Column("rounds", Integer, nullable=False, server_default="0"),
    Column("escalation_level", Integer, nullable=False, server_default="0"),
    Column("last_escalated_at", INSTANT),
    Column("opened_at", INSTANT, nullable=False),
    Column("troubled_since", INSTANT, nullable=False),
    Column("state_since", INSTANT, nullable=False),
    Column("next_due_at", INSTANT),
    Column("due_kind", Text, nullable=False, server_default=""),
    Column("clock_profile", Text, nullable=False, server_default=""),
    Column("clock_calendars", Text, nullable=False, server_default=""),
    Column("clock_anchors", JSONB, nullable=False, server_default="{}"),
    Column("tell_due_at", INSTANT),  # when the customer has heard nothing for too long
    Column("customer_told_at", INSTANT),
    Column("closed_at", INSTANT),
    Column("closing_reason", Text, nullable=False, server_default=""),
    Column("answer_due_at", INSTANT),
    Column("objections", Integer, nullable=False, server_default="0"),
    Column("demand", Text, nullable=False, server_default=""),
    Column("follow_up_at", INSTANT),
    Column("follow_ups", Integer, nullable=False, server_default="0"),
    Column("history_head", LargeBinary, nullable=False),
    Index("uq_cases_open_waybill_type", "waybill", "type", unique=True, postgresql_where=text("closed_at IS NULL")),
    Index("uq_cases_waybill_type_trigger", "waybill", "type", "trigger", unique=True),
    Index("ix_cases_state", "state", "case_no", postgresql_where=text("closed_at IS NULL")),
    Index("ix_cases_next_due_at", "next_due_at", postgresql_where=text("closed_at IS NULL")),
    Index("ix_cases_tell_due_at", "tell_due_at", postgresql_where=text("closed_at IS NULL")),
    Index("ix_cases_answer_due_at", "answer_due_at", postgresql_where=text("state = 'FED_BACK'")),
    Index("ix_cases_follow_up_at", "follow_up_at", postgresql_where=text("follow_up_at IS NOT NULL")),
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
    Column("hash", LargeBinary, nullable=False),
)
plan = Table(
    "plan",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("content", JSONB, nullable=False),
    created_at(),
    Index("uq_plan_case_no_version", "case_no", "version", unique=True),
)

_CASE_COLUMNS = (
    "case_no, c.type, c.state, c.version, c.origin, c.trigger, c.reason, c.waybill, c.severity, c.severity_score, "
    "c.severe_reported, c.investigator, c.assigned_to, c.rounds, c.escalation_level, c.opened_at, c.state_since, "
    "c.troubled_since, c.next_due_at, c.due_kind, c.customer_told_at, c.closed_at, c.closing_reason, "
    "c.last_escalated_at, c.clock_anchors, c.clock_profile, c.clock_calendars, c.answer_due_at, c.objections, "
    "c.demand, c.follow_up_at, c.follow_ups, s.product, s.carrier, "
    "coalesce(nullif(s.destination_outlet, ''), s.last_location, '') AS outlet, "
    "s.consignee_name, s.consignee_phone, s.goods, s.declared_value, s.insured_amount, s.freight, s.currency, "
    "s.perishable, s.customer_tier, s.promised_at, s.delivered_at, s.lane_class AS lane, s.last_event, "
    "s.last_event_at, s.last_location, s.lane_from, s.lane_to, "
    "(s.origin_city <> '' AND s.origin_city = s.destination_city) AS same_city, p.content AS plan"
)
_CASE_FROM = (
    "FROM cases c JOIN shipment s USING (waybill) LEFT JOIN LATERAL "
    "(SELECT content FROM plan WHERE plan.case_no = c.case_no ORDER BY version DESC LIMIT 1) p ON true"
)


def select_cases(
    connection: Connection,
    *,
    states: Collection[State] | None = None,
    case_nos: Collection[str] | None = None,
    due_by: datetime | None = None,
    tell_due_by: datetime | None = None,
    answer_due_by: datetime | None = None,
    follow_up_by: datetime | None = None,
    waybills: Collection[str] | None = None,
    open_only: bool = False,
    after: str = "",
    limit: int = 1000,
    lock: bool = False,
) -> list[ExceptionCase]:
    """Read cases with their shipment and newest plan, in the order of their numbers, from the number after `after`.

    With `lock` the rows stay locked until the transaction ends. A case that is asked for by its number is waited for;
    in a wider selection cases that somebody else holds are passed over, their holder moves them on.
    """
    conditions = ["c.case_no > :after"]
    parameters: dict[str, Any] = {"after": after, "limit": limit}
    if states is not None:
        conditions.append("c.state = ANY(:states)")
        parameters["states"] = [state.value for state in states]
        if State.CLOSED not in states:
            conditions.append("c.closed_at IS NULL")
    if case_nos is not None:
        conditions.append("c.case_no = ANY(:case_nos)")
        parameters["case_nos"] = list(case_nos)
    if waybills is not None:
        conditions.append("c.waybill = ANY(:waybills)")
        parameters["waybills"] = list(waybills)
    if due_by is not None:
        conditions.append("c.next_due_at <= :due_by AND c.closed_at IS NULL")
        parameters["due_by"] = due_by
    if tell_due_by is not None:
        conditions.append("c.tell_due_at <= :tell_due_by AND c.closed_at IS NULL")
        parameters["tell_due_by"] = tell_due_by
    if answer_due_by is not None:
        conditions.append("c.answer_due_at <= :answer_due_by AND c.state = 'FED_BACK'")
        parameters["answer_due_by"] = answer_due_by
    if follow_up_by is not None:
        conditions.append("c.follow_up_at <= :follow_up_by")
        parameters["follow_up_by"] = follow_up_by
    if open_only:
        conditions.append("c.closed_at IS NULL")
    locking = ("FOR UPDATE OF c" if case_nos else "FOR UPDATE OF c SKIP LOCKED") if lock else ""
    rows = connection.execute(
        text(
            f"SELECT c.{_CASE_COLUMNS} {_CASE_FROM} WHERE {' AND '.join(conditions)} "  # values are bound
            f"ORDER BY c.case_no LIMIT :limit {locking}"
        ),
        parameters,
    )
    return [ExceptionCase.model_validate(dict(row._mapping)) for row in rows]


class NoSuchCase(LookupError):
    """There is no case with that number."""


def one_case(connection: Connection, case_no: str, *, lock: bool = False) -> ExceptionCase:
    """Read one case.

    Raises:
        NoSuchCase: nobody opened one with that number.
    """
    found = select_cases(connection, case_nos=[case_no], lock=lock)
    if not found:
        raise NoSuchCase(f"there is no case {case_no}")
    return found[0]


def former_cases(connection: Connection, waybills: Collection[str]) -> list[ExceptionCase]:
    """Read all cases of these waybills, open and closed, for detection."""
    return select_cases(connection, waybills=waybills, limit=1_000_000)


class NewCase(NamedTuple):
    """One trouble on its way to becoming a case."""

    waybill: str
    trouble: Trouble


def _no_clocks(_case: ExceptionCase) -> Mapping[str, Any]:
    return {}


def open_cases(
    connection: Connection,
    found: Sequence[NewCase],
    *,
    prefix: str,
    sign: "Signature",
    clocks: Callable[[ExceptionCase], Mapping[str, Any]] = _no_clocks,
) -> list[str]:
    """Open a case for each trouble that has none and give the numbers of those that are new.

    The unique indexes decide what is new: one open case for each waybill and type, one case ever for each trigger.
    """
    if not found:
        return []
    columns = ("waybill", "type", "origin", "trigger", "reason", "troubled_since")
    rows = [
        (item.waybill, item.trouble.type.value, item.trouble.origin.value, item.trouble.trigger, item.trouble.reason,
         item.trouble.since)
        for item in found
    ]  # fmt: skip
    name = copy_to_temporary(connection, cases, columns, rows)
    inserted = connection.execute(
        text(
            "INSERT INTO cases (case_no, waybill, type, origin, trigger, reason, troubled_since, state, version, "  # noqa: S608
            "opened_at, state_since, history_head) SELECT CAST(:prefix AS text) || "
            "lpad(nextval('case_number')::text, 6, '0'), waybill, type, origin, trigger, reason, troubled_since, "
            f":detected, 0, :at, :at, :head FROM {name} ON CONFLICT DO NOTHING RETURNING case_no"
        ),
        {"prefix": prefix, "detected": State.DETECTED.value, "at": sign.at, "head": FIRST},
    )
    opened = [row.case_no for row in inserted]
    detected: Move[State, Command, Stage] = Move(State.DETECTED, Command.DETECT, State.DETECTED, Stage.DETECT)
    evidence = {(waybill, trouble.type, trouble.trigger): trouble.evidence for waybill, trouble in found}
    changes = (
        [
            Change(
                case=case,
                move=detected,
                reason=case.reason or case.type.value,
                role=sign.role,
                updates=clocks(case),
                details=evidence[case.waybill, case.type, case.trigger],
            )
            for case in select_cases(connection, case_nos=opened, limit=len(opened))
        ]
        if opened
        else []
    )
    apply(connection, changes, sign=sign)
    return opened


@dataclass(frozen=True, slots=True)
class Signature:
    """Who moves cases, when, and under which policy: what every history entry of one step shares."""

    who: str
    role: str
    at: datetime
    policy_version: str


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
}  # fmt: skip


class StaleCase(RuntimeError):
    """Somebody else moved a case between reading and writing it."""


def apply(connection: Connection, changes: Sequence[Change], *, sign: Signature) -> None:
    """Write moves: the new state under the case's version, and one sealed history entry for each.

    Raises:
        StaleCase: a case no longer has the version it was read with; the transaction must not be committed.
    """
    if not changes:
        return
    heads = _heads(connection, [change.case.case_no for change in changes])
    entries = [_entry(change, sign, heads[change.case.case_no]) for change in changes]
    updated = connection.execute(
        _UPDATE_CASES, {"rows": json.dumps([_row(*pair) for pair in zip(changes, entries, strict=True)], default=str)}
    )
    if updated.rowcount != len(changes):
        raise StaleCase(f"{len(changes) - updated.rowcount} of {len(changes)} cases were moved by somebody else")
    connection.execute(insert(history), entries)


def _heads(connection: Connection, case_nos: Sequence[str]) -> dict[str, bytes]:
    rows = connection.execute(
        text("SELECT case_no, history_head FROM cases WHERE case_no = ANY(:case_nos)"), {"case_nos": list(case_nos)}
    )
    return {row.case_no: bytes(row.history_head) for row in rows}


def _entry(change: Change, sign: Signature, head: bytes) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "case_no": change.case.case_no,
        "seq": change.case.version + 1,
        "at": sign.at,
        "command": change.move.command.value,
        "from_state": "" if change.move.command is Command.DETECT else change.move.origin.value,
        "to_state": change.move.target.value,
        "stage": change.move.stage.value,
        "who": sign.who,
        "role": change.role,
        "reason": change.reason,
        "note": change.note,
        "policy_version": sign.policy_version,
        "details": json.loads(json.dumps(dict(change.details), default=str)),
    }
    return {**entry, "hash": entry_hash(head, _sealed(entry))}


def _sealed(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Give the entry as it is sealed: times in UTC to the microsecond, so that any client reads the same."""
    return {
        key: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value for key, value in entry.items()
    }


def _row(change: Change, entry: Mapping[str, Any]) -> dict[str, Any]:
    moved = change.move.target is not change.move.origin
    return {
        **{column: change.updates[column] for column in change.updates},
        "touched": list(change.updates),
        "case_no": change.case.case_no,
        "version": change.case.version,
        "state": change.move.target.value,
        "state_since": entry["at"] if moved else change.case.state_since,
        "closed_at": _closed_at(change, entry["at"]),
        "head": entry["hash"].hex(),
    }


def _closed_at(change: Change, at: datetime) -> datetime | None:
    """Give the time of the closing that stands: a case that is opened again has none."""
    if change.move.target is not State.CLOSED:
        return None
    return change.case.closed_at or at


_UPDATE_CASES = text(
    "UPDATE cases SET state = r.state, version = cases.version + 1, state_since = r.state_since, "  # noqa: S608
    "closed_at = r.closed_at, history_head = decode(r.head, 'hex'), "
    + ", ".join(
        f"{column} = CASE WHEN r.touched ? '{column}' THEN r.{column} ELSE cases.{column} END" for column in _UPDATABLE
    )
    + " FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(case_no text, version integer, state text, "
    "state_since timestamptz, closed_at timestamptz, head text, touched jsonb, "
    + ", ".join(f"{column} {type_}" for column, type_ in _UPDATABLE.items())
    + ") WHERE cases.case_no = r.case_no AND cases.version = r.version"
)


_CLOCKS = ("clock_anchors", "next_due_at", "tell_due_at", "due_kind", "clock_profile", "clock_calendars")
_KEEP_CLOCKS = text(
    "UPDATE cases SET " + ", ".join(f"{name} = r.{name}" for name in _CLOCKS) + " "  # noqa: S608
    "FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(case_no text, "
    + ", ".join(f"{name} {_UPDATABLE[name]}" for name in _CLOCKS)
    + ") WHERE cases.case_no = r.case_no AND cases.closed_at IS NULL"
)


def keep_clocks(connection: Connection, clocks: Mapping[str, Mapping[str, Any]]) -> None:
    """Write what is due in these cases by figures or facts that have changed; nothing happened in the cases."""
    if clocks:
        rows = [{"case_no": case_no, **columns} for case_no, columns in clocks.items()]
        connection.execute(_KEEP_CLOCKS, {"rows": json.dumps(rows, default=str)})


def with_old_clocks(
    connection: Connection, *, profiles: Collection[str], calendars: str, after: str = "", limit: int = 500
) -> list[ExceptionCase]:
    """Read open cases whose due time was computed under figures that are no longer those of the book."""
    stale = connection.execute(
        text(
            "SELECT case_no FROM cases WHERE closed_at IS NULL AND case_no > :after AND (clock_anchors = '{}' OR "
            "clock_profile <> '' AND (clock_calendars <> :calendars "
            "OR NOT string_to_array(clock_profile, ' ') <@ CAST(:profiles AS text[]))) ORDER BY case_no LIMIT :limit"
        ),
        {"after": after, "calendars": calendars, "profiles": sorted(profiles), "limit": limit},
    )
    numbers = [row.case_no for row in stale]
    return select_cases(connection, case_nos=numbers, lock=True, limit=limit) if numbers else []


def draft_plans(connection: Connection, drafted: Iterable[tuple[str, Plan]]) -> None:
    """Append plans to their cases; a version that a case has already is an error, none is ever edited."""
    rows = [
        {"case_no": case_no, "version": item.version, "content": item.model_dump(mode="json")}
        for case_no, item in drafted
    ]
    if rows:
        connection.execute(insert(plan), rows)


def history_of(connection: Connection, case_no: str) -> list[dict[str, Any]]:
    """Read a case's history, oldest first."""
    rows = connection.execute(
        text("SELECT * FROM case_history WHERE case_no = :case_no ORDER BY seq"), {"case_no": case_no}
    )
    return [{key: value for key, value in row._mapping.items() if key != "hash"} for row in rows]


def last_reached(connection: Connection, case_nos: Sequence[str], state: State) -> dict[str, datetime]:
    """Read when each case last came to a state; a case that never did is left out."""
    rows = connection.execute(
        text(
            "SELECT case_no, max(at) AS at FROM case_history WHERE case_no = ANY(:case_nos) AND to_state = :state "
            "AND from_state <> to_state GROUP BY case_no"
        ),
        {"case_nos": list(case_nos), "state": state.value},
    )
    return {row.case_no: row.at for row in rows}


def broken_histories(connection: Connection, case_no: str | None = None) -> tuple[int, list[str]]:
    """Recompute the hash chains of one case or of all; give how many were checked and what is wrong."""
    rows = connection.execution_options(yield_per=5000).execute(
        text(
            "SELECT h.*, c.history_head AS head, c.version AS last FROM case_history h JOIN cases c USING (case_no) "
            "WHERE CAST(:case_no AS text) IS NULL OR h.case_no = :case_no ORDER BY h.case_no, h.seq"
        ),
        {"case_no": case_no},
    )
    wrong: list[str] = []
    checked = 0
    for number, entries in groupby(rows, key=lambda row: str(row.case_no)):
        checked += 1
        if (fault := _fault_in(list(entries))) is not None:
            wrong.append(f"{number}: {fault}")
    return checked, wrong


def _fault_in(entries: list[Any]) -> str | None:
    sealed_columns = [column.name for column in history.columns if column.name != "hash"]
    head = FIRST
    for position, entry in enumerate(entries, start=1):
        if entry.seq != position:
            return f"entry {position} is missing"
        head = entry_hash(head, _sealed({column: entry._mapping[column] for column in sealed_columns}))
        if head != bytes(entry.hash):
            return f"entry {entry.seq} was changed"
    if head != bytes(entries[-1].head) or entries[-1].last != len(entries):
        return "the end of the history was cut off"
    return None


def standing(connection: Connection) -> dict[str, dict[str, int]]:
    """Count cases by state and, of the open ones, by type."""
    by_state = connection.execute(text("SELECT state, count(*) FROM cases GROUP BY state"))
    by_type = connection.execute(text("SELECT type, count(*) FROM cases WHERE closed_at IS NULL GROUP BY type"))
    return {"state": {row[0]: row[1] for row in by_state}, "open_type": {row[0]: row[1] for row in by_type}}
