"""Inquiries and their answers: asked once for each case, place and round; answers are added and never changed."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Boolean, Column, Connection, Identity, Index, Integer, Table, Text, text
from sqlalchemy import Sequence as Numbering
from sqlalchemy.dialects.postgresql import ARRAY

from rules.inquiries.lifecycle import WAITING_STATES
from schemas.evidence import Door, Entered, EvidenceKind
from schemas.inquiries import Answer, GivenAnswer, Inquiry, InquiryState, Node, Question
from store.metadata import INSTANT, created_at, metadata

inquiry_number = Numbering("inquiry_number", metadata=metadata)
inquiry = Table(
    "inquiry",
    metadata,
    Column("inquiry_no", Text, primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("waybill", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("department", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("wanted", ARRAY(Text), nullable=False),
    Column("round", Integer, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("asked_at", INSTANT, nullable=False),
    Column("due_at", INSTANT, nullable=False),
    Column("state", Text, nullable=False),
    Column("reminders", Integer, nullable=False, server_default="0"),
    Column("next_reminder_at", INSTANT),  # none when the ladder has no further step
    Column("answers", Integer, nullable=False, server_default="0"),
    Column("answered_at", INSTANT),
    Column("withdrawn_at", INSTANT),
    Column("withdrawn_by", Text, nullable=False, server_default=""),
    Column("withdrawn_because", Text, nullable=False, server_default=""),
    created_at(),
    Index("uq_inquiry_asked_once", "case_no", "node", "department", "round", unique=True),
    Index("ix_inquiry_next_reminder_at", "next_reminder_at", postgresql_where=text("state IN ('open', 'reminded')")),
    Index("ix_inquiry_due_at", "due_at", postgresql_where=text("state IN ('open', 'reminded')")),
)
inquiry_answer = Table(
    "inquiry_answer",
    metadata,
    Column("answer_id", BigInteger, Identity(), primary_key=True),
    Column("inquiry_no", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("evidence_ids", ARRAY(BigInteger), nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("door", Text, nullable=False),
    Column("door_shown", Text, nullable=False),
    Column("answered_at", INSTANT, nullable=False),
    Column("late", Boolean, nullable=False),
    Index("ix_inquiry_answer_inquiry_no", "inquiry_no", "answer_id"),
)

_WAITING = f"state IN ({', '.join(repr(state.value) for state in (InquiryState.OPEN, InquiryState.REMINDED))})"
if {InquiryState.OPEN, InquiryState.REMINDED} != WAITING_STATES:
    raise ValueError("the indexes of inquiries are not of the states in which one waits")
_COLUMNS = ", ".join(Inquiry.model_fields)


class NoSuchInquiry(LookupError):
    """There is no inquiry with that number."""


def ask(
    connection: Connection, questions: Sequence[Question], *, prefix: str, asked_by: str, at: datetime
) -> list[Inquiry]:
    """Make an inquiry of each question that was not asked yet, and give those that are new."""
    if not questions:
        return []
    asked = connection.execute(
        text(
            "INSERT INTO inquiry (inquiry_no, case_no, waybill, node, department, contact, question, wanted, round, "  # noqa: S608  # names are the project's own
            "asked_by, asked_at, due_at, next_reminder_at, state) SELECT CAST(:prefix AS text) || "
            "to_char(nextval('inquiry_number'), 'FM999999999000000'), q.case_no, q.waybill, q.node, q.department, "
            "coalesce(nullif(q.contact, ''), q.department), q.question, q.wanted, q.round, :asked_by, :at, q.due_at, "
            "q.due_at, :open FROM jsonb_to_recordset(CAST(:questions AS jsonb)) AS q(case_no text, waybill text, "
            "node text, department text, contact text, question text, wanted text[], round integer, "
            "due_at timestamptz) WHERE NOT EXISTS (SELECT FROM inquiry i WHERE i.case_no = q.case_no "
            "AND i.node = q.node AND i.department = q.department AND i.round = q.round) "
            f"ON CONFLICT (case_no, node, department, round) DO NOTHING RETURNING {_COLUMNS}"
        ),
        {
            "prefix": prefix,
            "asked_by": asked_by,
            "at": at,
            "open": InquiryState.OPEN.value,
            "questions": json.dumps([question.model_dump(mode="json") for question in questions]),
        },
    )
    return sorted((_inquiry(row._mapping) for row in asked), key=lambda new: new.inquiry_no)


def one(connection: Connection, inquiry_no: str, *, lock: bool = False) -> Inquiry:
    """Read one inquiry.

    Raises:
        NoSuchInquiry: nobody asked one with that number.

    """
    locking = "FOR UPDATE" if lock else ""
    row = connection.execute(
        text(f"SELECT {_COLUMNS} FROM inquiry WHERE inquiry_no = :no {locking}"),  # noqa: S608
        {"no": inquiry_no},
    ).one_or_none()
    if row is None:
        raise NoSuchInquiry(f"there is no inquiry {inquiry_no}")
    return _inquiry(row._mapping)


class Chosen(NamedTuple):
    """Which inquiries are listed; what is left open lists all."""

    case_no: str | None = None
    state: InquiryState | None = None
    overdue_at: datetime | None = None  # those that wait and were due by then


def listing(connection: Connection, chosen: Chosen, *, limit: int = 100) -> list[Inquiry]:
    """List inquiries, those that are due first."""
    named = {
        "case_no = :case_no": ("case_no", chosen.case_no),
        "state = :state": ("state", chosen.state),
        f"due_at <= :overdue_at AND {_WAITING}": ("overdue_at", chosen.overdue_at),
    }
    given = {condition: bound for condition, bound in named.items() if bound[1] is not None}
    rows = connection.execute(
        text(
            f"SELECT {_COLUMNS} FROM inquiry WHERE {' AND '.join(['true', *given])} "  # noqa: S608  # values are bound
            "ORDER BY due_at, inquiry_no LIMIT :limit"
        ),
        {**dict(given.values()), "limit": limit},
    )
    return [_inquiry(row._mapping) for row in rows]


def of_cases(connection: Connection, case_nos: Collection[str]) -> dict[str, list[Inquiry]]:
    """Read all inquiries of each case in the order of their numbers; one without any is left out."""
    rows = connection.execute(
        text(f"SELECT {_COLUMNS} FROM inquiry WHERE case_no = ANY(:case_nos) ORDER BY inquiry_no"),  # noqa: S608
        {"case_nos": list(case_nos)},
    )
    found: dict[str, list[Inquiry]] = {}
    for row in rows:
        found.setdefault(row.case_no, []).append(_inquiry(row._mapping))
    return found


def _inquiry(row: Any) -> Inquiry:
    return Inquiry(
        **{
            **{name: row[name] for name in Inquiry.model_fields},
            "node": Node(row["node"]),
            "state": InquiryState(row["state"]),
            "wanted": tuple(map(EvidenceKind, row["wanted"])),
        }
    )


def record_answer(
    connection: Connection,
    inquiry: Inquiry,
    given: GivenAnswer,
    *,
    state: InquiryState,
    entered: Entered,
    at: datetime,
) -> Answer:
    """Add an answer to a locked inquiry and move it; it waits for no reminder any more."""
    late = at > inquiry.due_at
    answer_id = connection.execute(
        text(
            "INSERT INTO inquiry_answer (inquiry_no, code, text, evidence_ids, answered_by, door, door_shown, "
            "answered_at, late) VALUES (:no, :code, :text, :evidence_ids, :by, :door, :shown, :at, :late) "
            "RETURNING answer_id"
        ),
        {
            "no": inquiry.inquiry_no,
            "code": given.code.value,
            "text": given.text,
            "evidence_ids": list(given.evidence_ids),
            "by": given.answered_by,
            "door": entered.door.value,
            "shown": entered.shown,
            "at": at,
            "late": late,
        },
    ).scalar_one()
    connection.execute(
        text(
            "UPDATE inquiry SET state = :state, answers = answers + 1, answered_at = coalesce(answered_at, :at), "
            "next_reminder_at = NULL WHERE inquiry_no = :no"
        ),
        {"state": state.value, "at": at, "no": inquiry.inquiry_no},
    )
    return Answer(
        answer_id=answer_id,
        inquiry_no=inquiry.inquiry_no,
        code=given.code,
        text=given.text,
        evidence_ids=given.evidence_ids,
        answered_by=given.answered_by,
        door=entered.door,
        door_shown=entered.shown,
        answered_at=at,
        late=late,
    )


def answers_to(connection: Connection, inquiry_nos: Collection[str]) -> dict[str, list[Answer]]:
    """Read the answers to each inquiry in the order in which they came; one without any is left out."""
    rows = connection.execute(
        text(
            "SELECT answer_id, inquiry_no, code, text, evidence_ids, answered_by, door, door_shown, answered_at, late "
            "FROM inquiry_answer WHERE inquiry_no = ANY(:nos) ORDER BY answer_id"
        ),
        {"nos": list(inquiry_nos)},
    )
    found: dict[str, list[Answer]] = {}
    for row in rows:
        told = {**row._mapping, "door": Door(row.door), "evidence_ids": tuple(row.evidence_ids)}
        found.setdefault(row.inquiry_no, []).append(Answer(**told))
    return found


def withdraw(
    connection: Connection,
    *,
    inquiry_nos: Collection[str] = (),
    case_nos: Collection[str] = (),
    who: str,
    why: str,
    at: datetime,
) -> list[str]:
    """Withdraw the inquiries that wait, of those named or of these cases, and give their numbers."""
    rows = connection.execute(
        text(
            "UPDATE inquiry SET state = :withdrawn, withdrawn_at = :at, withdrawn_by = :who, "  # noqa: S608
            f"withdrawn_because = :why, next_reminder_at = NULL WHERE {_WAITING} "
            "AND (inquiry_no = ANY(:inquiry_nos) OR case_no = ANY(:case_nos)) RETURNING inquiry_no"
        ),
        {
            "withdrawn": InquiryState.WITHDRAWN.value,
            "at": at,
            "who": who,
            "why": why,
            "inquiry_nos": list(inquiry_nos),
            "case_nos": list(case_nos),
        },
    )
    return sorted(row.inquiry_no for row in rows)


UNANSWERED = f"SELECT inquiry_no FROM inquiry WHERE {_WAITING} AND next_reminder_at <= :now"  # noqa: S608
"""The inquiries that are due for a reminder."""


def remind(connection: Connection, *, now: datetime, waits: Sequence[timedelta], limit: int) -> list[Inquiry]:
    """Take the next step of the ladder with inquiries that are due for one, and give them as they stand then.

    The step after it is due when its wait is over, counted from now; none is after the last. Inquiries that somebody
    else holds are passed over: they are being answered, or reminded by another run.
    """
    rows = connection.execute(
        text(
            "UPDATE inquiry SET state = :reminded, reminders = reminders + 1, "  # noqa: S608  # values are bound
            "next_reminder_at = :now + (CAST(:waits AS interval[]))[reminders + 2] WHERE inquiry_no IN ("
            f"{UNANSWERED} ORDER BY next_reminder_at LIMIT :limit FOR UPDATE SKIP LOCKED) RETURNING {_COLUMNS}"
        ),
        {
            "reminded": InquiryState.REMINDED.value,
            "now": now,
            "waits": list(waits),
            "limit": limit,
        },
    )
    return sorted((_inquiry(row._mapping) for row in rows), key=lambda due: (due.due_at, due.inquiry_no))


def standing(connection: Connection, case_nos: Collection[str]) -> dict[str, dict[str, int]]:
    """Count the inquiries of each case by state; one without any is left out."""
    rows = connection.execute(
        text("SELECT case_no, state, count(*) FROM inquiry WHERE case_no = ANY(:case_nos) GROUP BY 1, 2"),
        {"case_nos": list(case_nos)},
    )
    counted: dict[str, dict[str, int]] = {}
    for row in rows:
        counted.setdefault(row[0], {})[row[1]] = row[2]
    return counted
