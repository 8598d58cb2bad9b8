"""Reading a file of calls a batch at a time: a bad line is named and kept, and memory does not grow with the file.

Nothing is judged here: a value that could not be read keeps its text, and the quality checks say why
(`expectations.calls`). A field holds no line end, so that one bad quote spoils one line.
"""

import csv
from collections.abc import Iterator, Sequence
from datetime import tzinfo
from itertools import count
from pathlib import Path
from typing import IO

import polars as pl

from adapters.feeds.instants import instants
from schemas.calls import CALL_COLUMNS

BATCH_ROWS = 20_000
LINE_BYTES_MAX = 64_000
"""A longer line is no row: it is read to its end and refused."""
TIMES = ("started_at", "answered_at", "ended_at")

_TEXTS = ("unreadable", "raw", *CALL_COLUMNS)
_Row = tuple[str, ...]


class UnreadableCalls(ValueError):
    """The file is no CSV of calls; the message says what is wrong with it."""


def read_calls(path: Path, *, zone: tzinfo, batch_rows: int = BATCH_ROWS) -> Iterator[pl.DataFrame]:
    """Read the rows of a file with the line of each; times without an offset are those of the zone.

    The frame has the texts of CALL_COLUMNS as `..._text` for times and rings and under their own names otherwise,
    `unreadable` with the reason and `raw` with the line where it could not be taken apart, and the values that were
    read.

    Raises:
        UnreadableCalls: there is no header, or a column is missing, unknown or named twice.
    """
    with path.open("rb") as file:
        lines = _lines(file)
        header = _header(lines)
        while batch := _batch(lines, header, batch_rows):
            yield _frame(*zip(*batch, strict=True), zone=zone)


def _lines(file: IO[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Give each line with its number, and whether it is whole; of one that is too long its beginning."""
    for number in count(1):
        line = rest = file.readline(LINE_BYTES_MAX)
        if not line:
            return
        while len(rest) == LINE_BYTES_MAX and not rest.endswith(b"\n"):
            rest = file.readline(LINE_BYTES_MAX)
        yield number, line, rest is line


def _header(lines: Iterator[tuple[int, bytes, bool]]) -> tuple[str, ...]:
    for number, line, _ in lines:
        try:
            text = line.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise UnreadableCalls(f"line {number} is not UTF-8") from error
        if text.strip():
            return _columns(number, text)
    raise UnreadableCalls("the file holds nothing")


def _columns(number: int, line: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in _fields(line) or ())
    for name in CALL_COLUMNS:
        if names.count(name) != 1:
            wrong = "has no" if name not in names else "has twice the"
            raise UnreadableCalls(f"line {number} {wrong} column {name}; the columns are {', '.join(CALL_COLUMNS)}")
    if unknown := [name for name in names if name not in CALL_COLUMNS]:
        raise UnreadableCalls(f"line {number} has a column {unknown[0]!r} that nobody knows")
    return names


def _batch(lines: Iterator[tuple[int, bytes, bool]], header: Sequence[str], rows_max: int) -> list[tuple[int, _Row]]:
    rows: list[tuple[int, _Row]] = []
    for number, line, whole in lines:
        if line.strip():
            rows.append((number, _row(line, header, whole=whole)))
        if len(rows) == rows_max:
            break
    return rows


def _row(line: bytes, header: Sequence[str], *, whole: bool) -> _Row:
    """Take a line apart into the texts of a frame's row, in the order of `_TEXTS`."""
    if not whole:
        return _refused("line_too_long", line.decode("utf-8", "replace"))
    try:
        text = line.decode("utf-8").strip("\r\n")
    except UnicodeDecodeError:
        return _refused("not_text", line.decode("utf-8", "replace"))
    fields = _fields(text)
    if fields is None:
        return _refused("quotes", text)
    if len(fields) != len(header):
        return _refused("column_count", text)
    told = dict(zip(header, (field.strip() for field in fields), strict=True))
    return ("", "", *(told[name] for name in CALL_COLUMNS))


def _refused(reason: str, line: str) -> _Row:
    return (reason, line, *[""] * len(CALL_COLUMNS))


def _fields(text: str) -> list[str] | None:
    """Part a line at its commas; None where its quotes do not close."""
    line = text.strip("\r\n")
    if '"' not in line:
        return line.split(",")
    try:
        return next(csv.reader([line], strict=True))
    except csv.Error:
        return None


def _frame(numbers: Sequence[int], rows: Sequence[_Row], *, zone: tzinfo) -> pl.DataFrame:
    """Lay rows out and read their times and rings; what could not be read is null beside its text."""
    told = pl.DataFrame(rows, schema=dict.fromkeys(_TEXTS, pl.String), orient="row")
    told = told.rename({name: f"{name}_text" for name in (*TIMES, "rings")})
    return told.with_columns(
        pl.Series("line", numbers, dtype=pl.Int64),
        *(instants(told[f"{name}_text"], zone).at.alias(name) for name in TIMES),
        pl.when(pl.col("rings_text").str.contains("^[0-9]{1,6}$"))
        .then(pl.col("rings_text"))
        .cast(pl.Int64, strict=False)
        .alias("rings"),
        pl.col("medium", "direction", "hung_up_by").str.to_lowercase(),
    )
