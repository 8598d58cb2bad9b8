"""Cases: read as the rules see them, opened once for each trouble, counted.

How they move is in `store.case_moves`, the sealed history of that in `store.case_history`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    text,
)  # fmt: skip
from sqlalchemy import (
    Sequence as Numbering,
)
from sqlalchemy.dialects.postgresql import JSONB

from rules.history import FIRST
from rules.transitions import Move
from schemas.exceptions import Command, ExceptionCase, ExceptionType, Stage, State, Trouble
from schemas.promises import LaneClass
from store.case_history import Signature
from store.case_moves import CaseTable, Change
from store.copying import copy_to_temporary
from store.metadata import INSTANT, metadata

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
    Column("customs_office", Text, nullable=False, server_default=""),
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
    Index("ix_cases_next_due_at", "next_due_at", "case_no", postgresql_where=text("closed_at IS NULL")),
    Index("ix_cases_tell_due_at", "tell_due_at", postgresql_where=text("closed_at IS NULL")),
    Index("ix_cases_answer_due_at", "answer_due_at", postgresql_where=text("state = 'FED_BACK'")),
    Index("ix_cases_follow_up_at", "follow_up_at", postgresql_where=text("follow_up_at IS NOT NULL")),
)
EXCEPTIONS = CaseTable(
    name="cases",
    read_as=ExceptionCase,
    opening=Command.DETECT,
    updatable={
        "severity": "integer", "severity_score": "integer", "severe_reported": "boolean", "investigator": "text",
        "assigned_to": "text", "rounds": "integer", "escalation_level": "integer", "last_escalated_at": "timestamptz",
        "reason": "text", "customer_told_at": "timestamptz", "closing_reason": "text", "answer_due_at": "timestamptz",
        "objections": "integer", "demand": "text", "follow_up_at": "timestamptz", "follow_ups": "integer",
        "customs_office": "text",
    },
    told_first=("waybill", "type", "origin", "trigger", "troubled_since"),
)  # fmt: skip
_CASE_COLUMNS = (
    "case_no, c.type, c.state, c.version, c.origin, c.trigger, c.reason, c.waybill, c.severity, c.severity_score, "
    "c.severe_reported, c.investigator, c.assigned_to, c.customs_office, c.rounds, c.escalation_level, c.opened_at, "
    "c.state_since, c.troubled_since, c.next_due_at, c.due_kind, c.customer_told_at, c.closed_at, c.closing_reason, "
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
    return _read(connection, conditions, parameters, order="c.case_no", locking=locking)


def select_standing(
    connection: Connection, *, states: Collection[State], after: str = "", limit: int = 1000
) -> list[ExceptionCase]:
    """Read and lock open cases in these states, in the order of their numbers, from the number after `after` on.

    Those that somebody else holds are passed over; there are fewer than `limit` only when no others are left. It costs
    what it gives, however many cases stand in these states or in others.
    """
    found: list[ExceptionCase] = []
    while len(found) < limit:
        numbers = connection.execute(
            text(
                "SELECT case_no FROM unnest(CAST(:states AS text[])) AS wanted, LATERAL (SELECT case_no "
                "FROM cases WHERE state = wanted AND closed_at IS NULL AND case_no > :after "
                "ORDER BY case_no LIMIT :limit) AS here "
                "ORDER BY case_no LIMIT :limit"
            ),
            {"states": [state.value for state in states], "after": after, "limit": limit - len(found)},
        )
        case_nos = list(numbers.scalars())
        if not case_nos:
            break
        after = case_nos[-1]
        found += _read(
            connection,
            ["c.case_no = ANY(:case_nos)", "c.state = ANY(:states)", "c.closed_at IS NULL"],
            {"case_nos": case_nos, "states": [state.value for state in states], "limit": limit},
            order="c.case_no",
            locking="FOR UPDATE OF c SKIP LOCKED",
        )
    return found


def select_due(
    connection: Connection,
    *,
    by: datetime,
    escalated_before: datetime,
    unheard_only: bool = False,
    after: ExceptionCase | None = None,
    limit: int = 1000,
) -> list[ExceptionCase]:
    """Read and lock open cases that are due by then, those due longest first, from the one `after` on.

    Left out are those that were escalated at `escalated_before` or later, with `unheard_only` those that were ever
    escalated, and those that somebody else holds.
    """
    conditions = [
        "c.closed_at IS NULL",
        "c.next_due_at <= :by",
        "(c.last_escalated_at IS NULL OR c.last_escalated_at < :escalated_before)",
    ]
    parameters: dict[str, Any] = {"by": by, "escalated_before": escalated_before, "limit": limit}
    if unheard_only:
        conditions.append("c.escalation_level = 0")
    if after is not None:
        conditions.append("(c.next_due_at, c.case_no) > (:after_due, :after)")
        parameters |= {"after_due": after.next_due_at, "after": after.case_no}
    return _read(
        connection, conditions, parameters, order="c.next_due_at, c.case_no", locking="FOR UPDATE OF c SKIP LOCKED"
    )


def _read(
    connection: Connection, conditions: Sequence[str], parameters: Mapping[str, Any], *, order: str, locking: str
) -> list[ExceptionCase]:
    rows = connection.execute(
        text(
            f"SELECT c.{_CASE_COLUMNS} {_CASE_FROM} WHERE {' AND '.join(conditions)} "  # values are bound
            f"ORDER BY {order} LIMIT :limit {locking}"
        ),
        parameters,
    )
    columns = tuple(rows.keys())
    return [ExceptionCase.model_validate(dict(zip(columns, row, strict=True))) for row in rows.all()]


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


def lies_unhandled(connection: Connection, *, states: Collection[State], since: datetime) -> bool:
    """Say whether a shipment's news, or a case in one of these states, lies untouched since then or longer."""
    found: bool = connection.execute(
        text(
            "SELECT EXISTS (SELECT FROM shipment WHERE dirty_at <= :since) OR EXISTS (SELECT FROM cases "
            "WHERE state = ANY(:states) AND closed_at IS NULL AND state_since <= :since)"
        ),
        {"since": since, "states": [state.value for state in states]},
    ).scalar_one()
    return found


class CaseKind(NamedTuple):
    """What of a case says by which playbook it is handled."""

    type: ExceptionType
    product: str
    lane: LaneClass


def kinds(connection: Connection, case_nos: Collection[str]) -> dict[str, CaseKind]:
    """Say of these cases what they are about, by their numbers; one that there is not is left out."""
    if not case_nos:
        return {}
    rows = connection.execute(
        text(
            "SELECT c.case_no, c.type, s.product, s.lane_class FROM cases c JOIN shipment s USING (waybill) "
            "WHERE c.case_no = ANY(:case_nos)"
        ),
        {"case_nos": list(case_nos)},
    )
    return {row.case_no: CaseKind(ExceptionType(row.type), row.product, LaneClass(row.lane_class)) for row in rows}


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
    sign: Signature,
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
            "to_char(nextval('case_number'), 'FM999999999000000'), waybill, type, origin, trigger, reason, "
            "troubled_since, "
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
    EXCEPTIONS.apply(connection, changes, sign=sign)
    return opened


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


def standing(connection: Connection) -> dict[str, dict[str, int]]:
    """Count cases by state and, of the open ones, by type."""
    by_state = connection.execute(text("SELECT state, count(*) FROM cases GROUP BY state"))
    by_type = connection.execute(text("SELECT type, count(*) FROM cases WHERE closed_at IS NULL GROUP BY type"))
    return {"state": {row[0]: row[1] for row in by_state}, "open_type": {row[0]: row[1] for row in by_type}}
