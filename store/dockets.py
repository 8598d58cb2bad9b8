"""Dockets (快速理赔): which clear claims were gathered for one decision, and what was decided about each (R87)."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, Index, Integer, Numeric, Table, Text, text
from sqlalchemy import Sequence as Numbering

from schemas.claims import Docket, DocketClaim, DocketState
from store.metadata import INSTANT, created_at, metadata

docket_number = Numbering("docket_number", metadata=metadata)
docket = Table(
    "docket",
    metadata,
    Column("docket_no", Text, primary_key=True),
    Column("state", Text, nullable=False),
    Column("made_at", INSTANT, nullable=False),
    Column("decided_by", Text, nullable=False, server_default=""),
    Column("decided_at", INSTANT),
    created_at(),
    Index("ix_docket_waiting", "docket_no", postgresql_where=text("state = 'waiting'")),
)
docket_claim = Table(
    "docket_claim",
    metadata,
    Column("docket_no", Text, primary_key=True),
    Column("case_no", Text, primary_key=True),
    Column("plan_version", Integer, nullable=False),
    Column("amount", Numeric(12, 2), nullable=False),
    Column("currency", Text, nullable=False),
    Column("outcome", Text, nullable=False, server_default=""),
    Index("ix_docket_claim_case_no", "case_no"),
)


class NoSuchDocket(LookupError):
    """There is no docket with that number."""


def make(connection: Connection, claims: Sequence[DocketClaim], *, day: str, at: datetime) -> Docket:
    """Gather claims into a new docket."""
    number = connection.execute(
        text("SELECT CAST(:prefix AS text) || to_char(nextval('docket_number'), 'FM999999999000000')"),
        {"prefix": f"DK-{day}-"},
    ).scalar_one()
    connection.execute(docket.insert().values(docket_no=number, state=DocketState.WAITING.value, made_at=at))
    connection.execute(
        docket_claim.insert(), [{"docket_no": number, **one.model_dump(exclude={"outcome"})} for one in claims]
    )
    return Docket(docket_no=number, state=DocketState.WAITING, made_at=at, claims=tuple(claims))


def one_docket(connection: Connection, docket_no: str, *, lock: bool = False) -> Docket:
    """Read one docket with its claims in the order of their numbers.

    Raises:
        NoSuchDocket: there is none with that number.
    """
    row = connection.execute(
        text(f"SELECT * FROM docket WHERE docket_no = :no {'FOR UPDATE' if lock else ''}"),  # noqa: S608
        {"no": docket_no},
    ).one_or_none()
    if row is None:
        raise NoSuchDocket(f"there is no docket {docket_no}")
    claims = connection.execute(
        text(
            "SELECT case_no, plan_version, amount, currency, outcome FROM docket_claim WHERE docket_no = :no "
            "ORDER BY case_no"
        ),
        {"no": docket_no},
    )
    return Docket(
        docket_no=docket_no,
        state=DocketState(row.state),
        made_at=row.made_at,
        claims=tuple(DocketClaim.model_validate(claim._asdict()) for claim in claims),
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )


def decide(
    connection: Connection, docket_no: str, outcomes: Mapping[str, str], *, by: str, at: datetime,
    state: DocketState = DocketState.DECIDED,
) -> None:  # fmt: skip
    """Write what was decided about each claim of a docket, and that it is over."""
    connection.execute(
        text(
            "UPDATE docket_claim SET outcome = n.outcome FROM unnest(CAST(:numbers AS text[]), "
            "CAST(:outcomes AS text[])) AS n(case_no, outcome) "
            "WHERE docket_claim.docket_no = :no AND docket_claim.case_no = n.case_no"
        ),
        {"no": docket_no, "numbers": list(outcomes), "outcomes": list(outcomes.values())},
    )
    connection.execute(
        text("UPDATE docket SET state = :state, decided_by = :by, decided_at = :at WHERE docket_no = :no"),
        {"no": docket_no, "state": state.value, "by": by, "at": at},
    )


def waiting(connection: Connection) -> list[str]:
    """List the dockets that somebody owes a decision about."""
    return list(connection.execute(text("SELECT docket_no FROM docket WHERE state = 'waiting' ORDER BY 1")).scalars())


def holding(connection: Connection, case_nos: Collection[str]) -> list[str]:
    """List the dockets in which these claims wait, by the claims' numbers."""
    rows = connection.execute(
        text(
            "SELECT docket_no FROM claim WHERE case_no = ANY(:numbers) AND docket_no <> '' "
            "GROUP BY 1 ORDER BY min(case_no)"
        ),
        {"numbers": list(case_nos)},
    )
    return list(rows.scalars())


def take_out(connection: Connection, docket_no: str, case_nos: Collection[str]) -> None:
    """Take claims out of a docket that nobody has decided, such as those that were withdrawn meanwhile."""
    connection.execute(
        text("DELETE FROM docket_claim WHERE docket_no = :no AND case_no = ANY(:numbers)"),
        {"no": docket_no, "numbers": list(case_nos)},
    )
