"""Complaints: opened, and read as the rules see them.

How they move is `store.case_moves`, their sealed history `store.case_history`, what was told of them
`store.complaint_records`, and which of them a matter has `store.complaint_matters`.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Numeric,
    Table,
    Text,
    text,
)  # fmt: skip
from sqlalchemy import Sequence as Numbering
from sqlalchemy.dialects.postgresql import JSONB

from rules.complaints.asking import JOINT
from rules.history import FIRST
from rules.transitions import Move
from schemas.complaints import (
    Command,
    Complaint,
    ComplaintRecord,
    MissingField,
    Stage,
    State,
)  # fmt: skip
from store.case_history import Signature
from store.case_moves import CaseTable, Change
from store.choosing import rows_chosen
from store.complaint_records import add_record
from store.metadata import INSTANT, metadata

complaint_number = Numbering("complaint_number", metadata=metadata)
complaint = Table(
    "complaint",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("waybill", Text, nullable=False, server_default=""),
    Column("language", Text, nullable=False, server_default="zh"),
    Column("caller_key", Text, nullable=False, server_default=""),
    Column("subject", Text, nullable=False, server_default=""),
    Column("person", Text, nullable=False, server_default=""),
    Column("related_case", Text, nullable=False, server_default=""),
    Column("earlier_case", Text, nullable=False, server_default=""),
    Column("is_repeat", Boolean, nullable=False, server_default="false"),
    Column("tellings", Integer, nullable=False, server_default="1"),
    Column("told_at", INSTANT, nullable=False),  # when it was told last
    Column("caller_level", Integer, nullable=False, server_default="0"),
    Column("tier", Integer, nullable=False, server_default="1"),
    Column("severity", Integer, nullable=False, server_default="2"),
    Column("severity_score", Integer, nullable=False, server_default="0"),
    Column("assigned_to", Text, nullable=False, server_default=""),
    Column("handler", Text, nullable=False, server_default=""),
    Column("transferred_to", Text, nullable=False, server_default=""),
    Column("finding", JSONB),
    Column("demanded", Numeric(12, 2)),
    Column("currency", Text, nullable=False, server_default="CNY"),
    Column("rounds", Integer, nullable=False, server_default="0"),
    Column("escalation_level", Integer, nullable=False, server_default="0"),
    Column("last_escalated_at", INSTANT),
    Column("opened_at", INSTANT, nullable=False),
    Column("state_since", INSTANT, nullable=False),
    Column("customer_told_at", INSTANT),
    Column("next_due_at", INSTANT),
    Column("due_kind", Text, nullable=False, server_default=""),
    Column("clock_profile", Text, nullable=False, server_default=""),
    Column("clock_calendars", Text, nullable=False, server_default=""),
    Column("clock_anchors", JSONB, nullable=False, server_default="{}"),
    Column("tell_due_at", INSTANT),
    Column("closed_at", INSTANT),
    Column("ending", Text, nullable=False, server_default=""),
    Column("answer_due_at", INSTANT),
    Column("objections", Integer, nullable=False, server_default="0"),
    Column("ordered_version", Integer, nullable=False, server_default="0"),
    Column("amount_ordered", Numeric(12, 2), nullable=False, server_default="0"),
    Column("follow_up_at", INSTANT),
    Column("follow_ups", Integer, nullable=False, server_default="0"),
    Column("satisfaction", Integer),
    Column("archive_no", Text, nullable=False, server_default=""),
    Column("history_head", LargeBinary, nullable=False),
    Index("ix_complaint_state", "state", "case_no", postgresql_where=text("closed_at IS NULL")),
    Index("ix_complaint_waybill", "waybill", "type", postgresql_where=text("waybill <> ''")),
    Index("ix_complaint_caller_key", "caller_key", "opened_at", postgresql_where=text("caller_key <> ''")),
    Index("ix_complaint_next_due_at", "next_due_at", "case_no", postgresql_where=text("closed_at IS NULL")),
    Index("ix_complaint_tell_due_at", "tell_due_at", postgresql_where=text("closed_at IS NULL")),
    Index("ix_complaint_answer_due_at", "answer_due_at", postgresql_where=text("state = 'FED_BACK'")),
    Index("ix_complaint_follow_up_at", "follow_up_at", postgresql_where=text("follow_up_at IS NOT NULL")),
    Index("ix_complaint_opened_at", "opened_at"),
    Index("ix_complaint_handler", "handler", postgresql_where=text("closed_at IS NULL AND handler <> ''")),
)
COMPLAINTS = CaseTable(
    name="complaint",
    read_as=Complaint,
    opening=Command.RECEIVE,
    updatable={
        "waybill": "text", "type": "text", "language": "text", "subject": "text", "person": "text",
        "related_case": "text", "earlier_case": "text", "is_repeat": "boolean", "tellings": "integer",
        "told_at": "timestamptz", "caller_key": "text", "caller_level": "integer", "tier": "integer",
        "severity": "integer", "severity_score": "integer", "assigned_to": "text", "handler": "text",
        "transferred_to": "text", "finding": "jsonb", "demanded": "numeric", "currency": "text", "rounds": "integer",
        "escalation_level": "integer", "last_escalated_at": "timestamptz", "customer_told_at": "timestamptz",
        "ending": "text", "answer_due_at": "timestamptz", "objections": "integer",
        "amount_ordered": "numeric",
        "ordered_version": "integer",
        "follow_up_at": "timestamptz", "follow_ups": "integer", "satisfaction": "integer", "archive_no": "text",
    },
    told_first=("channel",),
)  # fmt: skip

_PARCEL = (
    "coalesce(nullif(s.destination_outlet, ''), s.last_location, '') AS outlet, coalesce(s.carrier, '') AS carrier, "
    "coalesce(s.product, 'standard') AS product, coalesce(s.goods, '') AS goods, "
    "s.declared_value, s.insured_amount, s.freight, coalesce(s.currency, 'CNY') AS value_currency, "
    "coalesce(s.perishable, false) AS perishable, coalesce(s.customer_tier, 'standard') AS customer_tier, "
    "s.promised_at, s.delivered_at, coalesce(s.last_event, '') AS last_event, s.last_event_at, "
    "coalesce(s.last_location, '') AS last_location"
)
_COLUMNS = (
    "c.case_no, c.type, c.channel, c.state, c.version, c.waybill, c.language, c.caller_key, c.subject, c.person, "
    "c.related_case, c.earlier_case, c.is_repeat, c.tellings, c.caller_level, c.tier, c.severity, c.severity_score, "
    "c.assigned_to, c.handler, c.transferred_to, c.finding, c.demanded, c.currency, c.rounds, c.escalation_level, "
    "c.last_escalated_at, c.opened_at, c.state_since, c.customer_told_at, c.next_due_at, c.due_kind, c.clock_anchors, "
    "c.clock_profile, c.clock_calendars, c.closed_at, c.ending, c.answer_due_at, c.objections, "
    "c.amount_ordered, c.ordered_version, "
    "c.follow_up_at, c.follow_ups, c.satisfaction, c.archive_no, "
    "coalesce(r.content #>> '{customer,name}', '') AS customer_name, "
    "coalesce(r.content #>> '{customer,phone}', '') AS customer_phone, "
    "coalesce(r.content #>> '{customer,email}', '') AS customer_email, "
    "coalesce(r.content #>> '{occurrence,account}', '') AS account, "
    "coalesce(r.content->>'subject', '') AS subject_told, coalesce(r.content->>'person', '') AS person_told, "
    "coalesce(r.content #>> '{demand,text}', '') AS wish, coalesce(r.missing, '{}') AS missing, "
    f"{_PARCEL}, p.content AS plan"
)
_FROM = (
    "FROM complaint c LEFT JOIN shipment s USING (waybill) LEFT JOIN LATERAL (SELECT content, missing "
    "FROM complaint_record t WHERE t.case_no = c.case_no AND t.by_customer ORDER BY record_id DESC LIMIT 1) r ON true "
    "LEFT JOIN LATERAL (SELECT content FROM plan WHERE plan.case_no = c.case_no ORDER BY version DESC LIMIT 1) p "
    "ON true"
)


class NoSuchComplaint(LookupError):
    """There is no complaint with that number."""


class Chosen(NamedTuple):
    """Which complaints are read; what is left open chooses all."""

    case_nos: Collection[str] | None = None
    states: Collection[State] | None = None
    waybill: str | None = None
    caller_key: str | None = None
    kind: str | None = None  # the type
    channel: str | None = None
    due_by: datetime | None = None
    tell_due_by: datetime | None = None
    answer_due_by: datetime | None = None
    follow_up_by: datetime | None = None
    escalated_before: datetime | None = None
    unfit_handler: bool | None = None  # those whose agent may have to hand them on, or that have none
    escalation_level: int | None = None
    other_clock_than: str | None = None  # not due by this clock
    no_answer_owed_at: datetime | None = None  # nobody of those asked last has until later to answer
    open_only: bool = False


_UNFIT = (
    "(c.handler = '' AND EXISTS (SELECT FROM agent) OR c.handler <> '' AND EXISTS (SELECT FROM agent a WHERE "
    "a.staff_id = c.handler AND (NOT a.on_duty OR a.tier < c.tier OR a.staff_id = c.person)))"
)
_NO_ANSWER_OWED = (
    "NOT EXISTS (SELECT FROM inquiry i WHERE i.case_no = c.case_no AND i.state IN ('open', 'reminded') "  # noqa: S608
    "AND i.due_at > :no_answer_owed_at AND i.round = (SELECT max(l.round) FROM inquiry l "
    f"WHERE l.case_no = c.case_no AND l.round < {JOINT}))"
)
_CONDITIONS = {
    "unfit_handler": _UNFIT,
    "case_nos": "c.case_no = ANY(:case_nos)",
    "states": "c.state = ANY(:states)",
    "waybill": "c.waybill = :waybill AND c.waybill <> ''",
    "caller_key": "c.caller_key = :caller_key AND c.caller_key <> ''",
    "kind": "c.type = :kind",
    "channel": "c.channel = :channel",
    "due_by": "c.next_due_at <= :due_by AND c.closed_at IS NULL",
    "tell_due_by": "c.tell_due_at <= :tell_due_by AND c.closed_at IS NULL",
    "answer_due_by": "c.answer_due_at <= :answer_due_by AND c.state = 'FED_BACK'",
    "follow_up_by": "c.follow_up_at <= :follow_up_by",
    "escalated_before": "(c.last_escalated_at IS NULL OR c.last_escalated_at < :escalated_before)",
    "escalation_level": "c.escalation_level = :escalation_level",
    "other_clock_than": "c.due_kind NOT IN (:other_clock_than, 'escalated_' || :other_clock_than)",
    "no_answer_owed_at": _NO_ANSWER_OWED,
}


def select_complaints(
    connection: Connection, chosen: Chosen, *, after: str = "", limit: int = 500, lock: bool = False
) -> list[Complaint]:
    """Read complaints with what was told last, their parcel and their newest plan, in the order of their numbers.

    With `lock` the rows stay locked until the transaction ends. One that is asked for by its number is waited for; in a
    wider choice those that somebody else holds are passed over, their holder moves them on.
    """
    open_only = chosen.open_only or (chosen.states is not None and State.CLOSED not in chosen.states)
    waits = "" if chosen.case_nos is not None else " SKIP LOCKED"
    rows = rows_chosen(
        connection,
        f"SELECT {_COLUMNS} {_FROM}",  # values are bound
        chosen,
        _CONDITIONS,
        open_only=open_only,
        after=after,
        limit=limit,
        locking=f"FOR UPDATE OF c{waits}" if lock else "",
    )
    return [Complaint.model_validate(row._asdict()) for row in rows]


def one_complaint(connection: Connection, case_no: str, *, lock: bool = False) -> Complaint:
    """Read one complaint.

    Raises:
        NoSuchComplaint: nobody opened one with that number.
    """
    found = select_complaints(connection, Chosen(case_nos=[case_no]), lock=lock)
    if not found:
        raise NoSuchComplaint(f"there is no complaint {case_no}")
    return found[0]


def with_parcel(connection: Connection, complaint: Complaint, waybill: str) -> Complaint:
    """Give a complaint as it would be if it were about another parcel."""
    row = connection.execute(
        text(f"SELECT {_PARCEL} FROM (SELECT 1) AS one LEFT JOIN shipment s ON s.waybill = :waybill"),  # noqa: S608
        {"waybill": waybill},
    ).one()
    return Complaint.model_validate(complaint.model_dump() | row._asdict() | {"waybill": waybill})


class Opening(NamedTuple):
    """A complaint on its way to becoming a case."""

    record: ComplaintRecord
    missing: tuple[MissingField, ...]
    columns: Callable[[Complaint], Mapping[str, Any]]  # what of it the case's own row holds
    details: Mapping[str, Any]


def open_complaint(connection: Connection, opening: Opening, *, prefix: str, sign: Signature) -> Complaint:
    """Open a case for what was told, and give it as it is then."""
    record = opening.record
    state = State.DRAFT if opening.missing else State.RECEIVED
    number = connection.execute(
        text("SELECT CAST(:prefix AS text) || to_char(nextval('complaint_number'), 'FM999999999000000')"),
        {"prefix": prefix},
    ).scalar_one()
    connection.execute(
        complaint.insert().values(
            case_no=number,
            type=record.type.value,
            channel=record.channel.value,
            state=state.value,
            version=0,
            waybill=record.waybill,
            told_at=sign.at,
            opened_at=sign.at,
            state_since=sign.at,
            history_head=FIRST,
        )
    )
    kept = add_record(connection, number, record, missing=opening.missing, at=sign.at)
    received: Move[State, Command, Stage] = Move(state, Command.RECEIVE, state, Stage.INTAKE)
    opened = one_complaint(connection, number)
    change = Change(
        case=opened,
        move=received,
        reason=record.type.value,
        role=sign.role,
        updates=opening.columns(opened),
        details={**opening.details, "record": kept, "missing": [field.at for field in opening.missing]},
    )
    COMPLAINTS.apply(connection, [change], sign=sign)
    return one_complaint(connection, number)


def standing(connection: Connection) -> dict[str, int]:
    """Count complaints by state."""
    rows = connection.execute(text("SELECT state, count(*) FROM complaint GROUP BY state"))
    return {row[0]: row[1] for row in rows}


def with_old_clocks(
    connection: Connection, *, profiles: Collection[str], calendars: str, after: str = "", limit: int = 500
) -> list[Complaint]:
    """Read open complaints whose due time was computed under figures that are no longer those of the book."""
    stale = COMPLAINTS.under_old_figures(connection, profiles=profiles, calendars=calendars, after=after, limit=limit)
    return select_complaints(connection, Chosen(case_nos=stale), limit=limit, lock=True) if stale else []
