"""Scanner files as tables: CSV with a header, or one JSON object a line. UTF-8 or GBK.

The fast reading takes the whole file at once. Where it cannot, or would read a row differently (a row too short, a
quoted line end, a number with a fraction), the file is read row by row, so that one bad row is named and kept and the
others are used. Both give the same table.
"""

import csv
import json
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from datetime import tzinfo
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple

import polars as pl

from adapters.feeds.documents import decoded, json_root
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.scanners.columns import COLUMNS, REQUIRED, table_of
from adapters.feeds.tabular import Table, where_lines

QUOTED_LINES_MAX = 20
"""Lines over which one quoted field may go on."""
LINES_LOOKED_AT = 100
"""Lines of which one must be a scan, so that a file is one of scans; the first may be half of one."""

_SCHEMA = dict.fromkeys(COLUMNS, pl.String)

# Values that polars would not write as they stand: fractions, exponents, long numbers, and all that is nested.
_NOT_PLAIN = r'"[ \t]*:[ \t]*(?:-?[0-9]+[.eE]|-?[0-9]{18}|[\[{])'


_HALVES = re.compile("[\ud800-\udfff]")
_FIELD = '(?:"(?:[^"]|"")*"|[^",]*)'


class _Told(NamedTuple):
    """What stands on a line, and why it cannot be read where it cannot."""

    line: int
    said: Any
    fault: str


class _Row(NamedTuple):
    """The fields of a row, and over how many lines it goes; None and one line where it is none."""

    fields: list[str] | None
    lines: int


def tabulate_csv(body: bytes, *, source: str, zone: tzinfo) -> Table:
    """Read a CSV file; its columns may stand in any order.

    Raises:
        UnreadableEnvelope: not_text, empty, or csv_header, which names the column that is wrong.

    """
    text = _text(body)
    top = _top(text)
    header = _header(text.split("\n", top + 1)[top], line=top + 1)
    rows = _csv_at_once(text, header) if top == 0 else None
    if rows is None:
        return _of_rows(_csv_row_by_row(text.split("\n"), header, top=top), source=source, zone=zone)
    return _of_all(rows, first_line=2, raw_of=lambda row: rows.row(row, named=True), source=source, zone=zone)


def tabulate_ndjson(body: bytes, *, source: str, zone: tzinfo) -> Table:
    """Read one JSON object a line; fields that are no columns are kept only in the record as it stood.

    Raises:
        UnreadableEnvelope: not_text, empty, or ndjson_fields, when no line at the top is an object of these fields.

    """
    text = _text(body)
    if not any(is_scanner_line(line) for line in _first_lines(text, LINES_LOOKED_AT)):
        detail = f"none of the first {LINES_LOOKED_AT} lines is a JSON object with {' and '.join(REQUIRED[:2])}"
        raise UnreadableEnvelope("ndjson_fields", "line 1", detail)
    written = _Written(text, body)
    rows = _ndjson_at_once(written.bytes)
    if rows is None:
        return _of_rows(_ndjson_line_by_line(text.split("\n")), source=source, zone=zone)
    return _of_all(rows, first_line=1, raw_of=lambda row: json_root(written.line(row)), source=source, zone=zone)


def is_csv_header(line: str) -> bool:
    """Say whether a line is the header of a scanner file, or one that has most of its columns."""
    names = {name.strip().strip('"').lower() for name in line.split(",")}
    return len(names & set(REQUIRED)) >= len(REQUIRED) - 2


def is_scanner_line(line: str) -> bool:
    """Say whether a line is a JSON object with a scanner's fields."""
    try:
        told = json_root(line)
    except UnreadableEnvelope:
        return False
    return isinstance(told, dict) and all(name in told for name in REQUIRED[:2])


def _text(body: bytes) -> str:
    text = decoded(body)
    if not text.strip():
        raise UnreadableEnvelope("empty", "body", "the file holds nothing")
    return text if "\n" in text else text.replace("\r", "\n")


def _first_lines(text: str, count: int) -> Iterator[str]:
    start = 0
    while start < len(text) and count > 0:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start, count = end + 1, count - 1


def _top(text: str) -> int:
    """Count the blank lines above the first that says something."""
    return text[: len(text) - len(text.lstrip())].count("\n")


def _header(written: str, *, line: int) -> list[str]:
    """Read the names of the columns.

    Raises:
        UnreadableEnvelope: csv_header, with the first column that is wrong.

    """
    try:
        names = [name.strip() for name in next(csv.reader([written]), [])]
    except csv.Error as error:
        raise UnreadableEnvelope("csv_header", f"line {line}", f"it is no line of column names: {error}") from error
    for place, name in enumerate(names, start=1):
        if fault := _column_fault(name, names[: place - 1]):
            raise UnreadableEnvelope("csv_header", f"line {line} column {place}", f"column {place} is {fault}")
    if missing := [name for name in REQUIRED if name not in names]:
        raise UnreadableEnvelope("csv_header", f"line {line}", f"there is no column {', '.join(missing)}")
    return names


def _column_fault(name: str, before: list[str]) -> str:
    """Say what is wrong with the name of a column, and which was meant where one is near."""
    if name in before:
        return f"{name} for a second time"
    if name in COLUMNS:
        return ""
    near = get_close_matches(name.lower(), COLUMNS, n=1)
    question = f"; did you mean {near[0]}?" if near else "."
    return f"{name[:60]!r}{question} The columns are {', '.join(COLUMNS)}"


def _csv_at_once(text: str, header: list[str]) -> pl.DataFrame | None:
    """Read a file all of whose rows are whole and stand on one line each; None for any other.

    polars fills up a row that is too short and takes a stray quote for what it is not, so each is looked at before.
    """
    lines = text.replace("\r\n", "\n").rstrip("\n")
    if "\r" in lines:
        return None
    try:
        written = pl.Series(lines.split("\n")[1:], dtype=pl.String)
        if not written.str.contains(f"^{_FIELD}(?:,{_FIELD}){{{len(header) - 1}}}$").all():
            return None
        return pl.read_csv(lines.encode(), infer_schema=False, empty_string_is_null=False, new_columns=header)
    except (pl.exceptions.PolarsError, UnicodeEncodeError):
        return None


def _csv_row_by_row(lines: list[str], header: list[str], *, top: int) -> list[_Told]:
    told: list[_Told] = []
    place = top + 1
    while place < len(lines):
        row = _row_at(lines, place, columns=len(header)) if lines[place].strip() else _Row(None, 1)
        if row.fields is not None:
            told.append(_Told(place + 1, dict(zip(header, row.fields, strict=True)), ""))
        elif lines[place].strip():
            told.append(_Told(place + 1, {"row": lines[place]}, "row_broken"))
        place += row.lines
    return told


def _row_at(lines: list[str], place: int, *, columns: int) -> _Row:
    """Read the row that begins on a line; a quote that is never closed costs its own line and no other."""
    reader = csv.reader((f"{line}\n" for line in lines[place : place + QUOTED_LINES_MAX]), strict=True)
    try:
        fields = next(reader)
    except csv.Error:
        return _Row(None, 1)
    return _Row(fields, reader.line_num) if len(fields) == columns else _Row(None, 1)


class _Written:
    """A text in UTF-8, which takes a third of the memory, and its lines, of which few are asked for."""

    def __init__(self, text: str, body: bytes) -> None:
        written = text.encode()
        self.bytes = body if written == body else written  # mostly it is what came, which is kept anyway

    def line(self, place: int) -> str:
        """Give a line, counted from 0."""
        start = self._starts[place]
        end = self.bytes.find(b"\n", start)
        return self.bytes[start : end if end >= 0 else None].decode()

    @cached_property
    def _starts(self) -> Sequence[int]:
        return array("Q", [0, *(found.end() for found in re.finditer(rb"\n", self.bytes))])


def _ndjson_at_once(written: bytes) -> pl.DataFrame | None:
    """Read a file each of whose lines is an object of plain values; None for any other."""
    try:
        if pl.Series([written]).cast(pl.String).str.contains(_NOT_PLAIN).item():
            return None
        rows = pl.read_ndjson(written, schema=_SCHEMA)
    except pl.exceptions.PolarsError:
        return None
    return rows if rows.height == written.rstrip().count(b"\n") + 1 else None


def _ndjson_line_by_line(lines: list[str]) -> list[_Told]:
    return [_told(place, line) for place, line in enumerate(lines, start=1) if line.strip()]


def _told(place: int, line: str) -> _Told:
    try:
        said = json_root(line)
    except UnreadableEnvelope as fault:
        return _Told(place, {"line": line}, fault.reason_code)
    return _Told(place, said, "" if isinstance(said, dict) else "not_an_object")


def _of_all(rows: pl.DataFrame, *, first_line: int, raw_of: Callable[[int], Any], source: str, zone: tzinfo) -> Table:
    return table_of(
        rows,
        where=where_lines(range(first_line, first_line + rows.height)),
        unreadable=pl.repeat("", rows.height, eager=True),
        raw_of=raw_of,
        source=source,
        zone=zone,
    )


def _of_rows(told: list[_Told], *, source: str, zone: tzinfo) -> Table:
    said = [{} if one.fault else one.said for one in told]
    return table_of(
        pl.DataFrame([_column(name, said) for name in COLUMNS]),
        where=where_lines([one.line for one in told]),
        unreadable=pl.Series([one.fault for one in told], dtype=pl.String),
        raw_of=lambda row: told[row].said,
        source=source,
        zone=zone,
    )


def _column(name: str, said: list[dict[str, Any]]) -> pl.Series:
    texts = [_as_text(one.get(name)) for one in said]
    try:
        return pl.Series(name, texts, dtype=pl.String)
    except UnicodeEncodeError:  # half a surrogate pair: a NUL stands in for it, which the quality checks refuse
        return pl.Series(name, [text and _HALVES.sub("\0", text) for text in texts], dtype=pl.String)


def _as_text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
