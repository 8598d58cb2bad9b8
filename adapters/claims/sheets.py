"""Reading a list of claims, CSV or the first sheet of an XLSX workbook, as rows of texts with the line of each. Pure.

Nothing is judged here. What a workbook may unpack to is bounded, and nothing in it is followed or computed: a formula
is what it last came to.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

FILE_BYTES_MAX = 20_000_000
UNPACKED_BYTES_MAX = 200_000_000
"""Of one part of a workbook."""
ROWS_MAX = 20_000
COLUMNS_MAX = 100
CELL_LENGTH_MAX = 10_000
STRINGS = "xl/sharedStrings.xml"
_SHEET = re.compile(r"xl/worksheets/sheet([0-9]{1,4})\.xml")
_PLACE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


class UnreadableList(ValueError):
    """The file is no list of claims; the message says what is wrong with it."""


class Row(NamedTuple):
    """One row: the line in the file, and the texts of its cells."""

    line: int
    cells: tuple[str, ...]


def rows_of(content: bytes) -> Iterator[Row]:
    """Give the rows that say something, the header among them.

    Raises:
        UnreadableList: it is too large, or neither a CSV in UTF-8 or GBK nor a workbook.
    """
    if len(content) > FILE_BYTES_MAX:
        raise UnreadableList(f"the file is larger than {FILE_BYTES_MAX} bytes")
    rows = _workbook_rows(content) if content.startswith(b"PK") else _csv_rows(content)
    count = 0
    for row in rows:
        if not any(row.cells):
            continue
        count += 1
        if count > ROWS_MAX + 1:
            raise UnreadableList(f"the file has more than {ROWS_MAX} rows: part it")
        yield row


def _csv_rows(content: bytes) -> Iterator[Row]:
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            yield Row(begins, _bounded(cells, begins))
            begins = reader.line_num + 1
    except csv.Error as fault:
        raise UnreadableList(f"line {begins}: {fault}") from fault


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableList("the file is neither UTF-8 nor GBK")


def _bounded(cells: list[str], line: int) -> tuple[str, ...]:
    if len(cells) > COLUMNS_MAX:
        raise UnreadableList(f"line {line} has more than {COLUMNS_MAX} columns")
    if any(len(cell) > CELL_LENGTH_MAX for cell in cells):
        raise UnreadableList(f"line {line} has a cell of more than {CELL_LENGTH_MAX} characters")
    return tuple(cell.strip() for cell in cells)


def _workbook_rows(content: bytes) -> Iterator[Row]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            sheets = [name for name in book.namelist() if _SHEET.fullmatch(name)]
            if not sheets:
                raise UnreadableList("the workbook has no sheet")
            strings = [*_strings(book)] if STRINGS in book.namelist() else []
            yield from _sheet_rows(book, min(sheets, key=_sheet_number), strings)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as fault:
        raise UnreadableList(f"the workbook cannot be unpacked: {fault}") from fault
    except (ParseError, DefusedXmlException, ValueError, LookupError) as fault:
        if isinstance(fault, UnreadableList):
            raise
        raise UnreadableList(f"the workbook is not written as one: {type(fault).__name__}") from fault


def _sheet_number(name: str) -> int:
    found = _SHEET.fullmatch(name)
    return int(found[1]) if found else 0


def _strings(book: zipfile.ZipFile) -> Iterator[str]:
    """Give the texts that cells refer to, without how they are spoken."""
    for element in _elements(book, STRINGS, "si"):
        yield _texts(element)


def _texts(element: Element) -> str:
    spoken = {id(text) for ruby in element.iter() if _name(ruby) == "rPh" for text in ruby.iter()}
    return "".join(text.text or "" for text in element.iter() if _name(text) == "t" and id(text) not in spoken)


def _sheet_rows(book: zipfile.ZipFile, sheet: str, strings: list[str]) -> Iterator[Row]:
    for place, element in enumerate(_elements(book, sheet, "row"), start=1):
        line = int(element.get("r") or place)
        cells: list[str] = []
        for cell in element:
            at = _column(cell.get("r") or "", default=len(cells))
            if at >= COLUMNS_MAX:
                raise UnreadableList(f"line {line} has more than {COLUMNS_MAX} columns")
            cells += [""] * (at + 1 - len(cells))
            cells[at] = _value(cell, strings)
        yield Row(line, _bounded(cells, line))


def _column(place: str, *, default: int) -> int:
    """Say how many columns stand before this one: A none, Z 25, AA 26."""
    found = _PLACE.fullmatch(place)
    if found is None:
        return default
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _value(cell: Element, strings: list[str]) -> str:
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _texts(cell)
    said = next((child.text or "" for child in cell if _name(child) == "v"), "")
    if kind == "s" and said:
        return strings[int(said)]
    return said


def _elements(book: zipfile.ZipFile, name: str, wanted: str) -> Iterator[Element]:
    """Give the elements of this name one after the other, each forgotten when the next is asked for."""
    with book.open(name) as stream:
        for _, element in iterparse(_Bounded(stream), events=("end",), forbid_dtd=True):
            if _name(element) == wanted:
                yield element
                element.clear()


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


class _Bounded:
    """Reads a part of a workbook, and no more of it than it may unpack to."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._left = UNPACKED_BYTES_MAX

    def read(self, size: int = -1) -> bytes:
        part = self._stream.read(min(size, self._left + 1) if size >= 0 else self._left + 1)
        self._left -= len(part)
        if self._left < 0:
            raise UnreadableList(f"the workbook unpacks to more than {UNPACKED_BYTES_MAX} bytes")
        return part
