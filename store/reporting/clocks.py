"""What the clocks of cases came to, put beside the cases before they are gathered: the rules read clocks, not SQL.

Belongs here: reading the anchors of the cases that lived, and keeping what came of them for this transaction. Does not
belong here: what a clock came to (`rules.clocks.reading`), and whether that is kept or missed (`rules.reporting`).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Boolean, Column, Connection, MetaData, Table, Text, text

from schemas.clocks import Anchors
from store.case_history import TABLES
from store.copying import copy_rows
from store.metadata import INSTANT
from store.reporting.counting import CHUNK, known

_clocks = Table(
    "reported_clock",
    MetaData(),
    Column("case_no", Text, primary_key=True),
    Column("clock", Text, primary_key=True),
    Column("met_at", INSTANT),
    Column("due_at", INSTANT),
    Column("kept", Boolean),
    prefixes=["TEMPORARY"],
    postgresql_on_commit="DROP",
)


class Anchored(NamedTuple):
    """A case as its clocks are read."""

    case_no: str
    anchors: Anchors
    closed_at: datetime | None


class ClockKept(NamedTuple):
    """What one clock of a case came to; `kept` is None where nothing was owed, or is not yet."""

    case_no: str
    clock: str
    met_at: datetime | None
    due_at: datetime | None
    kept: bool | None


def with_clocks(connection: Connection, table: str, *, since: datetime, until: datetime) -> Iterator[list[Anchored]]:
    """Read the cases of a table that lived between two moments and have anchors, a chunk at a time."""
    known(table, TABLES)
    _clocks.drop(connection, checkfirst=True)
    _clocks.create(connection, checkfirst=False)
    after = ""
    while True:
        rows = connection.execute(
            text(
                f"SELECT case_no, clock_anchors, closed_at FROM {table} WHERE case_no > :after "  # noqa: S608  # declared
                "AND opened_at < :until AND (closed_at IS NULL OR closed_at >= :since) AND clock_anchors <> '{}' "
                "ORDER BY case_no LIMIT :limit"
            ),
            {"after": after, "since": since, "until": until, "limit": CHUNK},
        ).all()
        if not rows:
            return
        yield [Anchored(row.case_no, Anchors.model_validate(row.clock_anchors), row.closed_at) for row in rows]
        after = rows[-1].case_no


def note_clocks(connection: Connection, kept: Iterable[ClockKept]) -> None:
    """Put beside the cases what their clocks came to, for this transaction."""
    copy_rows(connection, _clocks, ClockKept._fields, kept)


def clocks_beside(clocks: Mapping[str, str]) -> str:
    """Write the rows that hold, for each case, what these clocks came to: of `answer` `answer_at`, `..._due_at` ..."""
    columns = ", ".join(
        f"max({column}) FILTER (WHERE clock = '{clock}') AS {name}_{ending}"
        for name, clock in clocks.items()
        for column, ending in (("met_at", "at"), ("due_at", "due_at"), ("CAST(kept AS int)", "was_kept"))
    )
    return f"(SELECT case_no, {columns} FROM reported_clock GROUP BY case_no)"  # noqa: S608  # declared
