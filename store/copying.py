"""Moving many rows into PostgreSQL at once: COPY into a temporary table shaped like the real one."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, text

ROWS = 10_000
"""Rows written out at a time: the text of a large batch would cost more memory than its rows."""


def copy_to_temporary(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> str:
    """Copy `rows` into a temporary table with the given columns of `table` and give its name.

    The temporary table lives until the transaction ends. None becomes NULL; an empty text stays an empty text.
    """
    name = f"incoming_{table.name}"
    listed = ", ".join(f'"{column}"' for column in columns)
    connection.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    connection.execute(
        text(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT {listed} FROM {table.name} WITH NO DATA")  # noqa: S608  # names are the project's own
    )
    driver_connection = connection.connection.driver_connection
    assert driver_connection is not None
    left = iter(rows)
    with driver_connection.cursor() as cursor:
        while some := list(islice(left, ROWS)):
            cursor.copy_expert(f"COPY {name} ({listed}) FROM STDIN", io.StringIO(copy_text(some)))
    return name


def copy_text(rows: Iterable[Sequence[Any]]) -> str:
    """Write rows out in COPY's text format."""
    return "".join(["\t".join(map(_field, row)) + "\n" for row in rows])


def _field(value: object) -> str:
    if isinstance(value, str):  # four replacements take half the time of one translation by a table
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    if value is None:
        return "\\N"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
