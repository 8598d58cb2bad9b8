"""The penalties and rewards that follow from complaints (R89).

A penalty counts only after its party could clear itself and a person ruled about it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Numeric, Table, Text, text

from schemas.complaints import Consequence, ConsequenceState
from store.metadata import INSTANT, created_at, metadata

consequence = Table(
    "consequence",
    metadata,
    Column("consequence_id", BigInteger, Identity(), primary_key=True),
    Column("case_no", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("party", Text, nullable=False),
    Column("amount", Numeric(12, 2), nullable=False),
    Column("currency", Text, nullable=False, server_default="CNY"),
    Column("rule", Text, nullable=False, server_default=""),
    Column("state", Text, nullable=False),
    Column("proposed_at", INSTANT, nullable=False),
    Column("contest_until", INSTANT, nullable=False),
    Column("contested_by", Text, nullable=False, server_default=""),
    Column("contest", Text, nullable=False, server_default=""),
    Column("ruled_by", Text, nullable=False, server_default=""),
    Column("ruled_at", INSTANT),
    Column("ruling", Text, nullable=False, server_default=""),
    Column("reminded_at", INSTANT),  # when the desk was told that somebody must rule about it
    created_at(),
    Index("uq_consequence_case_no_kind_party", "case_no", "kind", "party", unique=True),
    Index("ix_consequence_unruled", "contest_until", postgresql_where=text("state IN ('proposed', 'contested')")),
)
_CONSEQUENCE = ", ".join(Consequence.model_fields)


class NoSuchConsequence(LookupError):
    """There is no penalty or reward with that number."""


def propose(connection: Connection, consequences: Sequence[Consequence]) -> list[Consequence]:
    """Propose penalties and rewards; one that the case has for the party already is not proposed again."""
    proposed = []
    for one in consequences:
        row = connection.execute(
            text(
                "INSERT INTO consequence (case_no, kind, party, amount, currency, rule, state, proposed_at, "  # noqa: S608
                "contest_until) VALUES (:case_no, :kind, :party, :amount, :currency, :rule, :state, :proposed_at, "
                f":contest_until) ON CONFLICT (case_no, kind, party) DO NOTHING RETURNING {_CONSEQUENCE}"
            ),
            one.model_dump(include=set(Consequence.model_fields) - {"consequence_id"})
            | {
                "kind": one.kind.value,
                "state": one.state.value,
            },
        ).one_or_none()
        if row is not None:
            proposed.append(Consequence.model_validate(row._asdict()))
    return proposed


def one_consequence(connection: Connection, consequence_id: int) -> Consequence:
    """Read and lock one penalty or reward.

    Raises:
        NoSuchConsequence: there is none with that number.
    """
    row = connection.execute(
        text(f"SELECT {_CONSEQUENCE} FROM consequence WHERE consequence_id = :id FOR UPDATE"),  # noqa: S608
        {"id": consequence_id},
    ).one_or_none()
    if row is None:
        raise NoSuchConsequence(f"there is no penalty or reward {consequence_id}")
    return Consequence.model_validate(row._asdict())


def of_case(connection: Connection, case_no: str) -> list[Consequence]:
    """Read the penalties and rewards of a case."""
    rows = connection.execute(
        text(f"SELECT {_CONSEQUENCE} FROM consequence WHERE case_no = :case_no ORDER BY consequence_id"),  # noqa: S608
        {"case_no": case_no},
    )
    return [Consequence.model_validate(row._asdict()) for row in rows]


def of_cases(connection: Connection, case_nos: Collection[str]) -> dict[str, list[Consequence]]:
    """Read the penalties and rewards of each of these cases; one without any is left out."""
    rows = connection.execute(
        text(
            f"SELECT {_CONSEQUENCE} FROM consequence WHERE case_no = ANY(:case_nos) "  # noqa: S608
            "ORDER BY consequence_id"
        ),
        {"case_nos": list(case_nos)},
    )
    found: dict[str, list[Consequence]] = {}
    for row in rows:
        one = Consequence.model_validate(row._asdict())
        found.setdefault(one.case_no, []).append(one)
    return found


def unruled(connection: Connection, *, limit: int = 100) -> list[Consequence]:
    """Read the penalties and rewards about which nobody has ruled, those whose time to contest ends first."""
    rows = connection.execute(
        text(
            f"SELECT {_CONSEQUENCE} FROM consequence WHERE state IN ('proposed', 'contested') "  # noqa: S608
            "ORDER BY contest_until LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [Consequence.model_validate(row._asdict()) for row in rows]


def contest(connection: Connection, consequence_id: int, *, by: str, words: str) -> None:
    """Note that the party clears itself."""
    connection.execute(
        text(
            "UPDATE consequence SET state = 'contested', contested_by = :by, contest = :words "
            "WHERE consequence_id = :id"
        ),
        {"id": consequence_id, "by": by, "words": words},
    )


def rule(
    connection: Connection, consequence_id: int, *, state: ConsequenceState, by: str, ruling: str, at: datetime
) -> None:
    """Note what a person ruled about a penalty or reward; what was ruled before stands."""
    connection.execute(
        text(
            "UPDATE consequence SET state = :state, ruled_by = :by, ruled_at = :at, ruling = :ruling "
            "WHERE consequence_id = :id AND state IN ('proposed', 'contested')"
        ),
        {"id": consequence_id, "state": state.value, "by": by, "ruling": ruling, "at": at},
    )


def remind_unruled(connection: Connection, *, now: datetime, limit: int = 500) -> list[Consequence]:
    """Give the penalties that somebody may rule about and nobody did, untold, and note that it is told now."""
    rows = connection.execute(
        text(
            "UPDATE consequence SET reminded_at = :now WHERE consequence_id IN (SELECT consequence_id FROM consequence "  # noqa: S608
            "WHERE kind = 'penalty' AND (state = 'contested' OR state = 'proposed' AND contest_until < :now) "
            "AND reminded_at IS NULL ORDER BY contest_until LIMIT :limit FOR UPDATE SKIP LOCKED) "
            f"RETURNING {_CONSEQUENCE}"
        ),
        {"now": now, "limit": limit},
    )
    return [Consequence.model_validate(row._asdict()) for row in rows]
