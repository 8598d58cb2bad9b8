"""Agents of the service desk: what they can handle, in which languages, and how much they have (R66, R70)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Boolean, Column, Connection, Integer, Table, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from schemas.agents import Agent
from store.metadata import INSTANT, metadata

agent = Table(
    "agent",
    metadata,
    Column("staff_id", Text, primary_key=True),
    Column("department", Text, nullable=False, server_default=""),
    Column("tier", Integer, nullable=False),
    Column("languages", ARRAY(Text), nullable=False),
    Column("cases_max", Integer, nullable=False),
    Column("on_duty", Boolean, nullable=False, server_default="true"),
    Column("changed_at", INSTANT, nullable=False),
)

_SELECT = (
    "SELECT a.staff_id, a.department, a.tier, a.languages, a.cases_max, a.on_duty, (SELECT count(*) FROM complaint c "
    "WHERE c.handler = a.staff_id AND c.handler <> '' AND c.closed_at IS NULL) + coalesce(l.claims, 0) AS cases "
    "FROM agent a LEFT JOIN (SELECT handler, count(*) AS claims FROM claim WHERE closed_at IS NULL GROUP BY handler) l "
    "ON l.handler = a.staff_id"
)
"""His complaints are counted by an index, the open claims of everybody in one pass."""


def put(connection: Connection, told: Agent, *, at: datetime) -> None:
    """Put an agent on file, or change what is on file of him."""
    connection.execute(
        text(
            "INSERT INTO agent (staff_id, department, tier, languages, cases_max, on_duty, changed_at) VALUES "
            "(:staff_id, :department, :tier, :languages, :cases_max, :on_duty, :at) ON CONFLICT (staff_id) DO UPDATE "
            "SET department = excluded.department, tier = excluded.tier, languages = excluded.languages, "
            "cases_max = excluded.cases_max, on_duty = excluded.on_duty, changed_at = excluded.changed_at"
        ),
        {**told.model_dump(exclude={"cases"}), "languages": list(told.languages), "at": at},
    )


def listing(connection: Connection) -> Sequence[Agent]:
    """Read all agents, with how many open complaints and claims each has."""
    rows = connection.execute(text(f"{_SELECT} ORDER BY a.staff_id"))
    return [Agent.model_validate(row._asdict()) for row in rows]


def one(connection: Connection, staff_id: str) -> Agent | None:
    """Read one agent, or None."""
    row = connection.execute(text(f"{_SELECT} WHERE a.staff_id = :staff_id"), {"staff_id": staff_id}).one_or_none()
    return Agent.model_validate(row._asdict()) if row else None
