"""Moving many rows into PostgreSQL at once: COPY, mostly into a temporary table shaped like the real one."""

import io
import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import polars as pl
from sqlalchemy import Connection, Table, Text, text

BLOCK = 1_000_000
"""Bytes handed to the driver at a time."""
ROWS = 10_000
"""Rows written out at a time: the text of a large batch would cost more memory than its rows."""


def copy_to_temporary(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> str:
    """Copy `rows` into a temporary table with the given columns of `table` and give its name.

    The temporary table lives until the transaction ends. None becomes NULL; an empty text stays an empty text.
    """
    name, listed = _temporary(connection, table, columns)
    _copy(connection, name, listed, rows)
    return name


def _copy(connection: Connection, name: str, listed: str, rows: Iterable[Sequence[Any]]) -> None:
    left = iter(rows)
    with _cursor(connection) as cursor:
        while some := list(islice(left, ROWS)):
            cursor.copy_expert(f"COPY {name} ({listed}) FROM STDIN", io.StringIO(copy_text(some)))


def copy_frame_to_temporary(connection: Connection, table: Table, frame: pl.DataFrame) -> str:
    """Copy a data frame, whose columns are named as those of `table`, into a temporary table and give its name.

    Null becomes NULL but in columns of text, where it becomes the empty text.
    """
    name, listed = _temporary(connection, table, frame.columns)
    texts = [f'"{column}"' for column in frame.columns if isinstance(table.c[column].type, Text)]
    not_null = f", FORCE_NOT_NULL ({', '.join(texts)})" if texts else ""
    with _cursor(connection) as cursor:
        for some in frame.iter_slices(ROWS):
            written = io.BytesIO()
            some.write_csv(written, include_header=False, datetime_format="%Y-%m-%d %H:%M:%S%.6f+00")
            written.seek(0)
            cursor.copy_expert(f"COPY {name} ({listed}) FROM STDIN (FORMAT csv{not_null})", written)
    return name


def copy_rows(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy `rows` into `table` itself. None becomes NULL; an empty text stays an empty text."""
    _copy(connection, table.name, ", ".join(f'"{column}"' for column in columns), rows)


def copy_binary(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Copy `rows` into `table` itself in PostgreSQL's binary format, for rows with large bytes.

    Any other way writes two digits for each byte and takes three times as long. Whole numbers must be of columns of 64
    bits, texts hold no NUL, times have a zone.
    """
    written = io.BytesIO()
    written.write(_BINARY)
    for row in rows:
        written.write(_COUNT.pack(len(row)))
        for value in row:
            field = _binary(value)
            written.write(_LENGTH.pack(len(field)))
            written.write(field)
    written.write(_COUNT.pack(-1))
    written.seek(0)
    listed = ", ".join(f'"{column}"' for column in columns)
    with _cursor(connection) as cursor:
        cursor.copy_expert(f"COPY {table.name} ({listed}) FROM STDIN (FORMAT binary)", written, size=BLOCK)


_BINARY = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)  # signature, no flags, no extension
_COUNT, _LENGTH, _INTEGER = struct.Struct(">h"), struct.Struct(">i"), struct.Struct(">q")
_MIDNIGHT_OF_2000 = datetime(2000, 1, 1, tzinfo=UTC)


def _binary(value: int | str | bytes | datetime) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    return _INTEGER.pack(value if isinstance(value, int) else (value - _MIDNIGHT_OF_2000) // timedelta(microseconds=1))


def _temporary(connection: Connection, table: Table, columns: Sequence[str]) -> tuple[str, str]:
    name = f"incoming_{table.name}"
    listed = ", ".join(f'"{column}"' for column in columns)
    connection.execute(text(f"DROP TABLE IF EXISTS pg_temp.{name}"))
    connection.execute(
        text(f"CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS SELECT {listed} FROM {table.name} WITH NO DATA")  # noqa: S608  # names are the project's own
    )
    return name, listed


def _cursor(connection: Connection) -> Any:
    driver_connection = connection.connection.driver_connection
    assert driver_connection is not None
    return driver_connection.cursor()


def copy_text(rows: Iterable[Sequence[Any]]) -> str:
    """Write rows out in COPY's text format."""
    return "".join(["\t".join(map(_field, row)) + "\n" for row in rows])


def _field(value: object) -> str:
    if isinstance(value, str):
        if "\\" not in value and value.isprintable():  # as nearly all are
            return value
        # four replacements take half the time of one translation by a table
        return value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    if value is None:
        return "\\N"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
