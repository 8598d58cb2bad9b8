"""The carrier's departments: handed in as a whole, never removed, because the history of cases names them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Connection, Table, Text, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from rules.supervision.network import Network
from schemas.network import Department, DepartmentKind
from store.metadata import INSTANT, created_at, metadata

department = Table(
    "department",
    metadata,
    Column("code", Text, primary_key=True),
    Column("names", ARRAY(Text), nullable=False),
    Column("kind", Text, nullable=False),
    Column("parent", Text, nullable=False, server_default=""),
    Column("manager", Text, nullable=False, server_default=""),
    Column("contact", Text, nullable=False, server_default=""),
    Column("languages", ARRAY(Text), nullable=False),
    Column("active", Boolean, nullable=False, server_default="true"),
    Column("changed_at", INSTANT, nullable=False),
    Column("retired_at", INSTANT),  # since when the file that was handed in last no longer has it
    created_at(),
)
_GIVEN = "names text[], kind text, parent text, manager text, contact text, languages text[], active boolean"
_COLUMNS = [given.split()[0] for given in _GIVEN.split(", ")]
_WRITE = text(
    f"INSERT INTO department (code, {', '.join(_COLUMNS)}, changed_at) "  # noqa: S608  # names are the project's own
    f"SELECT code, {', '.join(_COLUMNS)}, :at FROM jsonb_to_recordset(CAST(:rows AS jsonb)) AS r(code text, {_GIVEN}) "
    f"ON CONFLICT (code) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in _COLUMNS)}, "
    "changed_at = excluded.changed_at, retired_at = NULL"
)


class Imported(NamedTuple):
    """What handing in a network changed."""

    added: int
    changed: int
    retired: int
    unchanged: int


def replace(connection: Connection, departments: Sequence[Department], *, at: datetime) -> Imported:
    """Take these as the whole network: what is new or changed is written, what is missing is retired.

    Raises:
        NetworkInvalid: they make no tree.
    """
    Network(departments)
    connection.execute(text("LOCK TABLE department IN SHARE ROW EXCLUSIVE MODE"))  # one import after the other
    known = {item.code: item for item in listing(connection)}
    news = [item for item in departments if known.get(item.code) != item]
    retired = [code for code in known if code not in {item.code for item in departments}]
    connection.execute(update(department).where(department.c.code.in_(retired)).values(retired_at=at))
    if news:
        connection.execute(_WRITE, {"rows": json.dumps([item.model_dump(mode="json") for item in news]), "at": at})
    added = sum(item.code not in known for item in news)
    return Imported(added, len(news) - added, len(retired), len(departments) - len(news))


def listing(connection: Connection) -> list[Department]:
    """Read the departments of the file that was handed in last, by their codes."""
    statement = select(department).where(department.c.retired_at.is_(None)).order_by(department.c.code)
    return [_department(row._mapping) for row in connection.execute(statement)]


def network(connection: Connection) -> Network:
    """Read them as a tree."""
    return Network(listing(connection))


def _department(row: Any) -> Department:
    return Department(
        code=row["code"],
        names=tuple(row["names"]),
        kind=DepartmentKind(row["kind"]),
        parent=row["parent"],
        manager=row["manager"],
        contact=row["contact"],
        languages=tuple(row["languages"]),
        active=row["active"],
    )
