"""Wrong digits that were given about cases' numbers, counted for all gateways together.

A number that nobody has is counted alike, so that nobody learns which there are. What is forgotten is removed as new
ones are counted: the table is never much longer than what was tried within a day.
"""

from datetime import datetime

from sqlalchemy import Column, Connection, Index, Integer, Table, Text, text

from rules.digits import CLOSED_FOR, Tries
from store.metadata import INSTANT, metadata

status_try = Table(
    "status_try",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("wrong", Integer, nullable=False),
    Column("tried_at", INSTANT, nullable=False),  # the last time
    Index("ix_status_try_tried_at", "tried_at"),
)
FORGOTTEN_AT_ONCE = 10


def locked(connection: Connection, case_no: str) -> Tries | None:
    """Read what was tried about a number; nobody else tries it until the transaction ends."""
    connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:asked, 0))"), {"asked": f"status {case_no}"}
    )
    row = connection.execute(
        text("SELECT wrong, tried_at FROM status_try WHERE case_no = :case_no"), {"case_no": case_no}
    ).one_or_none()
    return Tries(row.wrong, row.tried_at) if row else None


def count(connection: Connection, case_no: str, *, at: datetime) -> None:
    """Count wrong digits about a number, from the start after a day without any."""
    given = {"case_no": case_no, "at": at, "forgotten": at - CLOSED_FOR}
    connection.execute(
        text(
            "INSERT INTO status_try (case_no, wrong, tried_at) VALUES (:case_no, 1, :at) ON CONFLICT (case_no) DO "
            "UPDATE SET wrong = CASE WHEN status_try.tried_at <= :forgotten THEN 1 ELSE status_try.wrong + 1 END, "
            "tried_at = excluded.tried_at"
        ),
        given,
    )
    connection.execute(
        text(
            "DELETE FROM status_try WHERE case_no IN (SELECT case_no FROM status_try WHERE tried_at <= :forgotten "
            "ORDER BY tried_at LIMIT :at_once FOR UPDATE SKIP LOCKED)"
        ),
        {**given, "at_once": FORGOTTEN_AT_ONCE},
    )
