"""One row for each closed exception, from which the reports count (R8, R21)."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Index, Integer, Numeric, Table, Text, text
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
    Column("customs_office", Text, nullable=False, server_default=""),  # of a parcel that customs held
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
    # the parcel: its lane, what was booked, what was promised
    Column("lane_from", Text, nullable=False, server_default=""),
    Column("lane_to", Text, nullable=False, server_default=""),
    Column("product", Text, nullable=False, server_default=""),
    Column("insured", Boolean, nullable=False, server_default="false"),
    Column("promised_at", INSTANT),
    # what was done by when, and by when it was due; None where nothing was, or nobody knows any more
    Column("first_response_at", INSTANT),
    Column("first_response_due_at", INSTANT),
    Column("resolved_at", INSTANT),
    Column("resolution_due_at", INSTANT),
    Column("reopened", Integer, nullable=False, server_default="0"),
    Index("ix_case_analysis_closed_at", "closed_at"),
)


_KEPT = frozenset({"case_no", "reopened"})


def record(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Keep the analysis of closed cases.

    A case that is closed once more was reopened in between: its row says how it ended in the end, and how often it was
    reopened. A closing that is on record already changes nothing.
    """
    if not rows:
        return
    listed = ", ".join(rows[0])
    renewed = ", ".join(f"{column} = excluded.{column}" for column in rows[0] if column not in _KEPT)
    connection.execute(
        text(
            f"INSERT INTO case_analysis ({listed}) SELECT {listed} FROM jsonb_populate_recordset("  # noqa: S608  # names are the project's own
            f"CAST(NULL AS case_analysis), CAST(:rows AS jsonb)) ON CONFLICT (case_no) DO UPDATE SET {renewed}, "
            "reopened = case_analysis.reopened + 1 WHERE excluded.closed_at > case_analysis.closed_at"
        ),
        {"rows": json.dumps(list(rows), default=str)},
    )
