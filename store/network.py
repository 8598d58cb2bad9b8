"""The carrier's departments: handed in as a whole, never removed, because the history of cases names them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Column, Connection, Table, Text, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

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
_GIVEN = ("names", "kind", "parent", "manager", "contact", "languages", "active")
_ROWS = 1000  # in one statement


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
    for start in range(0, len(news), _ROWS):
        statement = insert(department).values([_row(item, at) for item in news[start : start + _ROWS]])
        taken = {name: statement.excluded[name] for name in (*_GIVEN, "changed_at", "retired_at")}
        written = statement.on_conflict_do_update(index_elements=["code"], set_=taken)
        connection.execute(written)
    added = sum(item.code not in known for item in news)
    return Imported(added, len(news) - added, len(retired), len(departments) - len(news))


def listing(connection: Connection) -> list[Department]:
    """Read the departments of the file that was handed in last, by their codes."""
    statement = select(department).where(department.c.retired_at.is_(None)).order_by(department.c.code)
    return [_department(row._mapping) for row in connection.execute(statement)]


def network(connection: Connection) -> Network:
    """Read them as a tree."""
    return Network(listing(connection))


def _row(item: Department, at: datetime) -> dict[str, Any]:
    given = item.model_dump()
    return {**given, "kind": item.kind.value, "names": list(item.names), "languages": list(item.languages),
            "changed_at": at, "retired_at": None}  # fmt: skip


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
