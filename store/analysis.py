"""One row for each closed exception, from which the reports count (R8, R21)."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, Connection, Index, Integer, Numeric, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from store.metadata import INSTANT, metadata

case_analysis = Table(
    "case_analysis",
    metadata,
    Column("case_no", Text, primary_key=True),
    Column("waybill", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("cause", Text, nullable=False),
    Column("party", Text, nullable=False),  # whom the cause lies with: the prefix of its reason
    Column("carrier", Text, nullable=False),
    Column("outlet", Text, nullable=False),
    Column("troubled_since", INSTANT, nullable=False),
    Column("opened_at", INSTANT, nullable=False),
    Column("customer_told_at", INSTANT),
    Column("closed_at", INSTANT, nullable=False),
    Column("closing_reason", Text, nullable=False),
    Column("measures", ARRAY(Text), nullable=False),
    Column("cost", Numeric(12, 2), nullable=False),
    Column("currency", Text, nullable=False),
    Column("rounds", Integer, nullable=False),
    Column("escalation_level", Integer, nullable=False),
    Column("days_late", Integer, nullable=False),
    Index("ix_case_analysis_closed_at", "closed_at"),
)


def record(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep the analysis of closed cases; a case that is there already is left as it is."""
    if rows:
        listed = ", ".join(rows[0])
        connection.execute(
            text(
                f"INSERT INTO case_analysis ({listed}) SELECT {listed} FROM jsonb_populate_recordset("  # noqa: S608  # names are the project's own
                "CAST(NULL AS case_analysis), CAST(:rows AS jsonb)) ON CONFLICT DO NOTHING"
            ),
            {"rows": json.dumps(list(rows), default=str)},
        )
