"""Appeals: registered, and read as the rules see them.

How they move is `store.case_moves`, their sealed history `store.case_history`. Their papers are `store.appeal_papers`.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, Table, Text, text
from sqlalchemy import Sequence as Numbering
from sqlalchemy.dialects.postgresql import JSONB

from rules.history import FIRST
from rules.transitions import Move
from schemas.appeals import Appeal, AppealCommand, AppealStage, AppealState, ForwardedAppeal, Precondition
from store.appeal_papers import PaperKind, add_paper, add_preconditions
from store.case_history import Signature
from store.case_moves import CaseTable, Change
from store.choosing import rows_chosen
from store.metadata import INSTANT, metadata

appeal_number = Numbering("appeal_number", metadata=metadata)
appeal = Table(
    "appeal",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("regulator", Text, nullable=False),
    Column("regulator_no", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("jurisdiction", Text, nullable=False),
    Column("waybill", Text, nullable=False, server_default=""),
    Column("appellant_key", Text, nullable=False, server_default=""),
    Column("complaint_no", Text, nullable=False, server_default=""),
    Column("admission", Text, nullable=False, server_default="unknown"),
    Column("assessments", Integer, nullable=False, server_default="0"),
    Column("handler", Text, nullable=False, server_default=""),
    Column("received_at", INSTANT, nullable=False),
    Column("appealed_at", INSTANT),
    Column("forwarded_at", INSTANT),
    Column("answer_by", INSTANT),
    Column("extended_at", INSTANT),
    Column("reports", Integer, nullable=False, server_default="0"),
    Column("reported_at", INSTANT),
    Column("answers", Integer, nullable=False, server_default="0"),
    Column("answered_at", INSTANT),
    Column("returned_at", INSTANT),
    Column("sessions", Integer, nullable=False, server_default="0"),
    Column("opinion_at", INSTANT),
    Column("response", Text, nullable=False, server_default=""),
    Column("responded_at", INSTANT),
    Column("ending", Text, nullable=False, server_default=""),
    Column("kept_until", INSTANT),
    Column("opened_at", INSTANT, nullable=False),
    Column("state_since", INSTANT, nullable=False),
    Column("closed_at", INSTANT),
    Column("next_due_at", INSTANT),
    Column("due_kind", Text, nullable=False, server_default=""),
    Column("clock_profile", Text, nullable=False, server_default=""),
    Column("clock_calendars", Text, nullable=False, server_default=""),
    Column("clock_anchors", JSONB, nullable=False, server_default="{}"),
    Column("tell_due_at", INSTANT),
    Column("history_head", LargeBinary, nullable=False),
    Index("uq_appeal_regulator_regulator_no", "regulator", "regulator_no", unique=True),
    Index("ix_appeal_state", "state", "case_no", postgresql_where=text("closed_at IS NULL")),
    Index("ix_appeal_tell_due_at", "tell_due_at", "case_no", postgresql_where=text("closed_at IS NULL")),
    Index("ix_appeal_kept_until", "kept_until", postgresql_where=text("kept_until IS NOT NULL")),
    Index("ix_appeal_complaint_no", "complaint_no", postgresql_where=text("complaint_no <> ''")),
    Index("ix_appeal_waybill", "waybill", postgresql_where=text("waybill <> ''")),
)
APPEALS = CaseTable(
    name="appeal",
    read_as=Appeal,
    opening=AppealCommand.REGISTER,
    updatable={
        "waybill": "text",
        "complaint_no": "text", "admission": "text", "assessments": "integer", "handler": "text",
        "answer_by": "timestamptz", "extended_at": "timestamptz", "reports": "integer", "reported_at": "timestamptz",
        "answers": "integer", "answered_at": "timestamptz", "returned_at": "timestamptz", "sessions": "integer",
        "opinion_at": "timestamptz", "response": "text", "responded_at": "timestamptz", "ending": "text",
        "kept_until": "timestamptz",
    },
    told_first=(
        "regulator", "regulator_no", "about", "jurisdiction", "appellant_key", "received_at", "appealed_at",
        "forwarded_at",
    ),
)  # fmt: skip

_COLUMNS = ", ".join(f"a.{name}" for name in Appeal.model_fields)


def standing(connection: Connection) -> dict[str, int]:
    """Count appeals by state."""
    rows = connection.execute(text("SELECT state, count(*) FROM appeal GROUP BY state"))
    return {row[0]: row[1] for row in rows}


class NoSuchAppeal(LookupError):
    """There is no appeal with that number."""


class Chosen(NamedTuple):
    """Which appeals are read; what is left open chooses all."""

    case_nos: Collection[str] | None = None
    states: Collection[AppealState] | None = None
    waybill: str | None = None
    complaint_no: str | None = None
    tell_by: datetime | None = None
    open_only: bool = False


_CONDITIONS = {
    "case_nos": "a.case_no = ANY(:case_nos)",
    "states": "a.state = ANY(:states)",
    "waybill": "a.waybill = :waybill AND a.waybill <> ''",
    "complaint_no": "a.complaint_no = :complaint_no AND a.complaint_no <> ''",
    "tell_by": "a.tell_due_at <= :tell_by AND a.closed_at IS NULL",
}


def select_appeals(
    connection: Connection, chosen: Chosen, *, after: str = "", limit: int = 500, lock: bool = False
) -> list[Appeal]:
    """Read appeals in the order of their numbers; with `lock` they stay locked until the transaction ends."""
    rows = rows_chosen(
        connection,
        f"SELECT {_COLUMNS} FROM appeal a",  # noqa: S608  # values are bound
        chosen,
        _CONDITIONS,
        alias="a",
        open_only=chosen.open_only,
        after=after,
        limit=limit,
        locking="FOR UPDATE OF a" if lock else "",
    )
    return [Appeal.model_validate(row._asdict()) for row in rows]


def one_appeal(connection: Connection, case_no: str, *, lock: bool = False) -> Appeal:
    """Read one appeal.

    Raises:
        NoSuchAppeal: nobody registered one with that number.
    """
    found = select_appeals(connection, Chosen(case_nos=[case_no]), lock=lock)
    if not found:
        raise NoSuchAppeal(f"there is no appeal {case_no}")
    return found[0]


def forwarded_before(connection: Connection, told: ForwardedAppeal) -> Appeal | None:
    """Find the appeal that the regulator forwarded under the same number; twins at once wait for each other."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:matter, 0))"),
        {"matter": f"appeal {told.regulator} {told.regulator_no}"},
    )
    number = connection.execute(
        text("SELECT case_no FROM appeal WHERE regulator = :regulator AND regulator_no = :regulator_no"),
        {"regulator": told.regulator, "regulator_no": told.regulator_no},
    ).scalar_one_or_none()
    return one_appeal(connection, number) if number else None


class Opening(NamedTuple):
    """An appeal on its way to becoming a case: what was told, what follows from it, and what the history says."""

    told: ForwardedAppeal
    columns: Mapping[str, Any]  # what of it the appeal's own row holds
    found: tuple[Precondition, ...]
    clocks: Callable[[Appeal], Mapping[str, Any]]


def number_of_next(connection: Connection, *, prefix: str) -> str:
    """Draw the next number."""
    return str(
        connection.execute(
            text("SELECT CAST(:prefix AS text) || to_char(nextval('appeal_number'), 'FM999999999000000')"),
            {"prefix": prefix},
        ).scalar_one()
    )


def register(connection: Connection, opening: Opening, *, prefix: str, sign: Signature) -> Appeal:
    """Register what was forwarded, with the conditions that were looked at, and give the appeal as it is then."""
    told = opening.told
    number = number_of_next(connection, prefix=prefix)
    connection.execute(
        appeal.insert().values(
            case_no=number,
            state=AppealState.REGISTERED.value,
            version=0,
            regulator=told.regulator,
            regulator_no=told.regulator_no,
            about=told.about.value,
            received_at=told.received_at,
            appealed_at=told.appealed_at,
            forwarded_at=told.forwarded_at,
            answer_by=told.answer_by,
            opened_at=sign.at,
            state_since=sign.at,
            history_head=FIRST,
            **opening.columns,
        )
    )
    digest = add_paper(connection, number, PaperKind.FORWARDED, told, place=1, sign=sign)
    add_preconditions(connection, number, opening.found, assessment=1)
    registered: Move[AppealState, AppealCommand, AppealStage] = Move(
        AppealState.REGISTERED, AppealCommand.REGISTER, AppealState.REGISTERED, AppealStage.REGISTER
    )
    details = {"forwarded": digest, "preconditions": {one.kind.value: one.standing.value for one in opening.found}}
    opened = one_appeal(connection, number)
    change = Change(
        case=opened,
        move=registered,
        reason=told.about.value,
        role=sign.role,
        updates=opening.clocks(opened),
        details=details,
    )
    APPEALS.apply(connection, [change], sign=sign)
    return one_appeal(connection, number)


def with_old_clocks(
    connection: Connection, *, profile: str, calendars: str, after: str = "", limit: int = 500
) -> list[Appeal]:
    """Read and lock open appeals whose due time was counted by figures or calendars that no longer hold."""
    numbers = connection.execute(
        text(
            "SELECT case_no FROM appeal WHERE closed_at IS NULL AND case_no > :after "
            "AND (clock_profile <> :profile OR clock_calendars <> :calendars) ORDER BY case_no LIMIT :limit"
        ),
        {"profile": profile, "calendars": calendars, "after": after, "limit": limit},
    ).scalars()
    return select_appeals(connection, Chosen(case_nos=list(numbers)), limit=limit, lock=True)
