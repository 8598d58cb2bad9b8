"""A report as an Excel workbook: a sheet for each table, and lists of all cases to filter, written row by row.

Cells are typed: text is written as text and never as a formula or a link, whatever it begins with, and such text keeps
that mark when somebody edits the cell. Rows leave memory as they are written.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import xlsxwriter

from adapters.reports.columns import SheetColumns
from adapters.reports.numbers import CELL_FORMATS
from schemas.reporting import Report, Table, Unit, Words

SHEET_ROWS_MAX = 1_000_000  # Excel has 1,048,576; the rest of the cases goes on in another sheet
TEXT_MAX = 32_000  # a cell of Excel holds 32,767 characters
SHEET_NAME_MAX = 31
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "|", "%")


class Sheet(NamedTuple):
    """A sheet of what figures count: after the facts comes a column for each figure, with 1 where it counts a line."""

    name: Words
    columns: SheetColumns
    figures: Sequence[tuple[str, Words]]
    lines: Iterable[Any]  # named tuples with these facts, and `counted`


class _Formats(NamedTuple):
    head: Any
    words: Any
    guarded: Any  # text that a spreadsheet could take for a formula
    moment: Any
    numbers: dict[Unit, Any]


def write_workbook(path: Path, report: Report, *, sheets: Sequence[Sheet]) -> int:
    """Write the workbook, the last sheets of which list what the figures count; give how many lines they have."""
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "default_date_format": "yyyy-mm-dd hh:mm",
        },
    )
    book.set_properties(
        {
            "title": f"{report.title.zh} {report.period.name}",
            "author": report.made_by,
            "manager": report.answered_for_by,
            "created": report.made_at.replace(tzinfo=None),
        }
    )
    formats = _formats(book)
    _about(book, formats, report)
    for section in report.sections:
        for table in section.tables:
            _table(book, formats, table, name=f"{section.title.zh} {table.title.zh}")
    zone = ZoneInfo(report.time_zone)
    written = sum(_lines(book, formats, sheet, zone=zone) for sheet in sheets)
    book.close()
    return written


def _formats(book: Any) -> _Formats:
    guarded = book.add_format({"valign": "top"})
    guarded.set_quote_prefix()
    return _Formats(
        head=book.add_format(
            {"bold": True, "bg_color": "#F5F7FA", "bottom": 2, "text_wrap": True, "valign": "vcenter"}
        ),
        words=book.add_format({"valign": "top"}),
        guarded=guarded,
        moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm", "valign": "top", "align": "left"}),
        numbers={unit: book.add_format({"num_format": form, "valign": "top"}) for unit, form in CELL_FORMATS.items()},
    )


def _about(book: Any, formats: _Formats, report: Report) -> None:
    """Say what the workbook is, who made it and who answers for it."""
    sheet = book.add_worksheet("说明 About")
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 90)
    zone = ZoneInfo(report.time_zone)
    told = [
        ("报告 report", f"{report.title.zh} {report.title.en}"),
        ("期间 period", report.period.name),
        ("起 from", f"{report.span.start.astimezone(zone):%Y-%m-%d %H:%M} {report.time_zone}"),
        ("止 until", f"{report.span.end.astimezone(zone):%Y-%m-%d %H:%M} {report.time_zone}"),
        ("对比 compared with", report.before.name),
        ("制表时间 made at", f"{report.made_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        ("制表 made by", report.made_by),
        ("负责人 answers for it", report.answered_for_by),
        ("案件 cases", f"{report.cases_total:,}"),
        (
            "用法 how to use",
            "每个数字 = 末尾清单表中相应列为 1 的行。 Every figure counts the rows with a 1 in its column of a list.",
        ),
    ]
    if report.unfinished:
        told.append(("注意 note", "本期尚未结束。 The period was not over when the report was made."))
    for place, (label, value) in enumerate(told):
        _text(sheet, formats, place, 0, label)
        _text(sheet, formats, place, 1, value)


def _table(book: Any, formats: _Formats, table: Table, *, name: str) -> None:
    sheet = book.add_worksheet(_sheet_name(book, name))
    heads = ["", "code"]
    for column in table.columns:
        heads.append(f"{column.name.zh} {column.name.en}")
        if column.compared:
            heads.append("上期 before")
    heads += [f"{words.zh} {words.en}" for words in table.text_columns]
    widths = [26, 22, *([13] * (len(heads) - 2 - len(table.text_columns))), *([48] * len(table.text_columns))]
    _head(sheet, formats, heads, widths)
    for place, row in enumerate(table.rows, start=1):
        same = row.name.zh == row.name.en
        _text(sheet, formats, place, 0, row.name.zh if same else f"{row.name.zh} {row.name.en}")
        _text(sheet, formats, place, 1, row.group)
        at = count(2)
        for column, figure in zip(table.columns, row.figures, strict=True):
            for value in (figure.value, figure.before) if column.compared else (figure.value,):
                _number(sheet, formats, place, next(at), value, column.unit)
        for words in row.texts:
            _text(sheet, formats, place, next(at), words.zh if words.zh == words.en else f"{words.zh} {words.en}")
    _text(sheet, formats, len(table.rows) + 2, 0, f"{table.about.zh} {table.about.en}")


def _lines(book: Any, formats: _Formats, listed: Sheet, *, zone: ZoneInfo) -> int:
    """Write the lines, a million to a sheet, each sheet with its filters."""
    columns, figures, name = listed.columns, listed.figures, f"{listed.name.zh} {listed.name.en}"
    heads = [f"{words.zh} {key}" for key, words, _ in columns] + [f"{words.zh} {key}" for key, words in figures]
    widths = [width for _, _, width in columns] + [12] * len(figures)
    sheet, rows, written = None, 0, 0
    for line in listed.lines:
        if sheet is None or rows == SHEET_ROWS_MAX:
            _filter(sheet, rows, len(heads))
            sheet, rows = book.add_worksheet(_sheet_name(book, name)), 0
            _head(sheet, formats, heads, widths)
        rows, written = rows + 1, written + 1
        for at, (key, _, _) in enumerate(columns):
            _cell(sheet, formats, rows, at, getattr(line, key), zone)
        for at, (key, _) in enumerate(figures, start=len(columns)):
            if key in line.counted:
                sheet.write_number(rows, at, 1)
    if sheet is None:
        sheet = book.add_worksheet(_sheet_name(book, name))
        _head(sheet, formats, heads, widths)
    _filter(sheet, rows, len(heads))
    return written


def _filter(sheet: Any, rows: int, columns: int) -> None:
    if sheet is not None and rows:
        sheet.autofilter(0, 0, rows, columns - 1)


def _head(sheet: Any, formats: _Formats, heads: Sequence[str], widths: Sequence[int]) -> None:
    """Write the first row, which stays in sight with the first column."""
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 32)
    for at, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(at, at, width)
        sheet.write_string(0, at, head, formats.head)


def _cell(sheet: Any, formats: _Formats, row: int, at: int, value: Any, zone: ZoneInfo) -> None:
    """Write one fact; times as they were in the zone of the business, because Excel knows no zones."""
    match value:
        case None | "" | () | []:
            return
        case datetime():
            sheet.write_datetime(row, at, value.astimezone(zone).replace(tzinfo=None), formats.moment)
        case date():
            _text(sheet, formats, row, at, value.isoformat())
        case bool():
            sheet.write_number(row, at, int(value))
        case str():
            _text(sheet, formats, row, at, value)
        case tuple() | list():
            _text(sheet, formats, row, at, ", ".join(value))
        case _:
            sheet.write_number(row, at, value)


def _number(sheet: Any, formats: _Formats, row: int, at: int, value: Any, unit: Unit) -> None:
    if value is not None:
        sheet.write_number(row, at, value, formats.numbers[unit])


def _text(sheet: Any, formats: _Formats, row: int, at: int, text: str) -> None:
    form = formats.guarded if text.startswith(FORMULA_STARTS) else formats.words
    sheet.write_string(row, at, text[:TEXT_MAX], form)


def _sheet_name(book: Any, name: str) -> str:
    """Make a name that Excel takes and the workbook does not have yet."""
    plain = "".join(letter for letter in name if letter not in "[]:*?/\\'")
    taken = {sheet.get_name().lower() for sheet in book.worksheets()}
    for number in count(1):
        ending = "" if number == 1 else f" {number}"
        candidate = plain[: SHEET_NAME_MAX - len(ending)] + ending
        if candidate.lower() not in taken:
            return candidate
    raise AssertionError("there is always another number")
