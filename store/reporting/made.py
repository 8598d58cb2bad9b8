"""The record of reports made: which, when, by whom, who answers for it, and the hashes of its files (R108)."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Column, Connection, Identity, Index, Table, Text, insert, text
from sqlalchemy.dialects.postgresql import JSONB

from store.metadata import INSTANT, metadata

report = Table(
    "report",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("name", Text, nullable=False),
    Column("period", Text, nullable=False),
    Column("made_at", INSTANT, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("answered_for_by", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("files", JSONB, nullable=False),  # SHA-256 by name
    Column("figures", JSONB, nullable=False),  # those of the report as a whole
    Column("flow_run_id", Text, nullable=False, server_default=""),
    Index("ix_report_name_period", "name", "period"),
)


class ReportMade(NamedTuple):
    """One report as it was made; making it again is another one."""

    name: str
    period: str
    made_at: datetime
    made_by: str
    answered_for_by: str
    address: str
    files: dict[str, str]
    figures: dict[str, Any]
    flow_run_id: str = ""


def keep(connection: Connection, made: ReportMade) -> None:
    """Write down that a report was made; no row is ever changed."""
    connection.execute(insert(report), [made._asdict()])


def newest(connection: Connection, *, name: str = "", limit: int = 50) -> list[ReportMade]:
    """Read the reports made last, of one name or of all."""
    rows = connection.execute(
        text(
            f"SELECT {', '.join(ReportMade._fields)} FROM report "  # noqa: S608  # names are the project's own
            "WHERE :name = '' OR name = :name ORDER BY id DESC LIMIT :limit"
        ),
        {"name": name, "limit": limit},
    )
    return [ReportMade(**row._mapping) for row in rows]
