"""What is proposed for the cases of every procedure: each version is kept as it was shown, none is ever edited.

The newest one of a case is read with the case itself.
"""

from collections.abc import Iterable
from typing import Protocol

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from store.metadata import created_at, metadata

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


class Proposed(Protocol):
    """A plan of any procedure."""

    @property
    def version(self) -> int:
        """Which of its case it is, from 1."""

    def model_dump_json(self) -> str:
        """Write it as it is kept."""


def draft_plans(connection: Connection, drafted: Iterable[tuple[str, Proposed]]) -> None:
    """Append plans to their cases; a version that a case has already is an error."""
    rows = list(drafted)
    if rows:
        connection.execute(
            text(
                "INSERT INTO plan (case_no, version, content) SELECT * FROM unnest("
                "CAST(:case_nos AS text[]), CAST(:versions AS integer[]), CAST(:contents AS jsonb[]))"
            ),
            {
                "case_nos": [case_no for case_no, _ in rows],
                "versions": [item.version for _, item in rows],
                "contents": [item.model_dump_json() for _, item in rows],
            },
        )
