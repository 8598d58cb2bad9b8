"""Scanner files as tables: CSV with a header, or one JSON object a line. UTF-8 or GBK.

The fast reading takes the whole file at once. Where it cannot (a broken row, a quoted line end), the file is read row
by row, so that one bad row is named and kept and the others are used.
"""

import csv
import io
import json
from collections.abc import Callable
from datetime import tzinfo
from difflib import get_close_matches
from functools import cache
from typing import Any, NamedTuple

import polars as pl

from adapters.feeds.documents import decoded
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.scanners.columns import COLUMNS, REQUIRED, table_of
from adapters.feeds.tabular import Table, where_lines

QUOTED_LINES_MAX = 20
"""Lines over which one quoted field may go on."""

_SCHEMA = dict.fromkeys(COLUMNS, pl.String)


class _Told(NamedTuple):
    """What stands on a line, and why it cannot be read where it cannot."""

    line: int
    said: Any
    fault: str


def tabulate_csv(body: bytes, *, source: str, zone: tzinfo) -> Table:
    """Read a CSV file; its columns may stand in any order.

    Raises:
        UnreadableEnvelope: not_text, empty, or csv_header, which names the column that is wrong.

    """
    text = _text(body)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    header = _header(text)
    rows = _csv_at_once(text)
    if rows is None:
        return _csv_row_by_row(text, header, source=source, zone=zone)
    return _whole(rows, first_line=2, raw_of=lambda row: rows.row(row, named=True), source=source, zone=zone)


def tabulate_ndjson(body: bytes, *, source: str, zone: tzinfo) -> Table:
    """Read one JSON object a line; fields that are no columns are kept only in the record as it stood.

    Raises:
        UnreadableEnvelope: not_text, empty, or ndjson_fields, when the first line is no object of these fields.

    """
    text = _text(body)
    if not is_scanner_line(text.split("\n", 1)[0]):
        raise UnreadableEnvelope("ndjson_fields", "line 1", f"it is no JSON object with {', '.join(REQUIRED[:2])}")
    try:
        rows = pl.read_ndjson(text.encode(), schema=_SCHEMA)
    except (pl.exceptions.PolarsError, UnicodeEncodeError):
        return _ndjson_line_by_line(text, source=source, zone=zone)
    if rows.height != _lines(text):
        return _ndjson_line_by_line(text, source=source, zone=zone)
    lines = cache(lambda: decoded(body).lstrip("\r\n").split("\n"))  # few are asked for, and seldom
    return _whole(rows, first_line=1, raw_of=lambda row: json.loads(lines()[row]), source=source, zone=zone)


def is_csv(text: str) -> bool:
    """Say whether a text begins with the header of a scanner file, or with one that has most of its columns."""
    first = text.removeprefix("\ufeff").lstrip().split("\n", 1)[0].split("\r", 1)[0]
    names = {name.strip().strip('"').lower() for name in first.split(",")}
    return len(names & set(REQUIRED)) >= len(REQUIRED) - 2 and "waybill" in names


def is_scanner_line(line: str) -> bool:
    """Say whether a line is a JSON object with a scanner's fields."""
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return False
    return isinstance(told, dict) and "waybill" in told and "occurred_at" in told


def _text(body: bytes) -> str:
    text = decoded(body)
    if not text.strip():
        raise UnreadableEnvelope("empty", "body", "the file holds nothing")
    return text.lstrip("\r\n")


def _lines(text: str) -> int:
    return text.count("\n") + (not text.endswith("\n"))


def _header(text: str) -> list[str]:
    """Read the names of the columns.

    Raises:
        UnreadableEnvelope: csv_header, with the first column that is wrong.

    """
    names = [name.strip() for name in next(csv.reader([text.split("\n", 1)[0].rstrip("\r")]), [])]
    for place, name in enumerate(names, start=1):
        if name not in COLUMNS:
            near = get_close_matches(name.lower(), COLUMNS, n=1)
            meant = f"; did you mean {near[0]}?" if near else ""
            detail = f"column {place} is {name[:60]!r}{meant} The columns are {', '.join(COLUMNS)}"
            raise UnreadableEnvelope("csv_header", f"line 1 column {place}", detail)
        if names.index(name) != place - 1:
            raise UnreadableEnvelope("csv_header", f"line 1 column {place}", f"{name} stands there a second time")
    if missing := [name for name in REQUIRED if name not in names]:
        raise UnreadableEnvelope("csv_header", "line 1", f"there is no column {', '.join(missing)}")
    return names


def _csv_at_once(text: str) -> pl.DataFrame | None:
    """Read a file all of whose rows are whole and stand on one line each; None for any other."""
    try:
        rows = pl.read_csv(text.encode(), infer_schema=False, empty_string_is_null=False)
    except (pl.exceptions.PolarsError, UnicodeEncodeError):
        return None
    whole = rows.height == _lines(text) - 1 and not rows.select(pl.any_horizontal(pl.all().is_null()).any()).item()
    return rows.rename(str.strip) if whole else None


def _whole(rows: pl.DataFrame, *, first_line: int, raw_of: Callable[[int], Any], source: str, zone: tzinfo) -> Table:
    return table_of(
        rows,
        where=where_lines(range(first_line, first_line + rows.height)),
        unreadable=pl.repeat("", rows.height, eager=True),
        raw_of=raw_of,
        source=source,
        zone=zone,
    )


def _csv_row_by_row(text: str, header: list[str], *, source: str, zone: tzinfo) -> Table:
    lines = text.split("\n")
    told: list[_Told] = []
    place = 1
    while place < len(lines):
        taken = _row_at(lines, place, header)
        if lines[place].strip():
            told.append(_Told(place + 1, taken.fields or {"row": lines[place]}, "" if taken.fields else "row_broken"))
        place += taken.lines
    return _told(told, source=source, zone=zone)


class _Taken(NamedTuple):
    """A row, which may go on over line ends inside quotes, or None and the one line that is none."""

    fields: dict[str, str] | None
    lines: int


def _row_at(lines: list[str], place: int, header: list[str]) -> _Taken:
    """Read the row that begins on a line; a quote that is never closed costs its own line and no other."""
    written, count = lines[place], 1
    while written.count('"') % 2 and count < QUOTED_LINES_MAX and place + count < len(lines):
        written += "\n" + lines[place + count]
        count += 1
    try:
        fields = next(csv.reader(io.StringIO(written, newline=""), strict=True), [])
    except csv.Error:
        return _Taken(None, 1)
    if len(fields) != len(header):
        return _Taken(None, 1)
    return _Taken(dict(zip(header, fields, strict=True)), count)


def _ndjson_line_by_line(text: str, *, source: str, zone: tzinfo) -> Table:
    told: list[_Told] = []
    for line, written in enumerate(text.split("\n"), start=1):
        if not written.strip():
            continue
        try:
            fields = json.loads(written)
        except (ValueError, RecursionError):
            told.append(_Told(line, {"line": written}, "not_json"))
            continue
        told.append(_Told(line, fields, "" if isinstance(fields, dict) else "not_an_object"))
    return _told(told, source=source, zone=zone)


def _told(told: list[_Told], *, source: str, zone: tzinfo) -> Table:
    rows = [{} if one.fault else {name: _as_text(one.said.get(name)) for name in COLUMNS} for one in told]
    return table_of(
        pl.DataFrame(rows, schema=_SCHEMA),
        where=where_lines([one.line for one in told]),
        unreadable=pl.Series([one.fault for one in told], dtype=pl.String),
        raw_of=lambda row: told[row].said,
        source=source,
        zone=zone,
    )


def _as_text(value: object) -> str | None:
    if value is None:
        return None
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "".join("\0" if "\ud800" <= one <= "\udfff" else one for one in text)
