"""Moving many rows into PostgreSQL at once: COPY into a temporary table shaped like the real one."""

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, text

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


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
    lines = io.StringIO("".join("\t".join(map(_field, row)) + "\n" for row in rows))
    driver_connection = connection.connection.driver_connection
    assert driver_connection is not None
    with driver_connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {name} ({listed}) FROM STDIN", lines)
    return name


def _field(value: object) -> str:
    if value is None:
        return "\\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES)
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
