"""Reading lists of claims: the same rows from CSV and from a workbook, and a plain word about what is neither."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from adapters.claims import sheets
from adapters.claims.sheets import CELL_LENGTH_MAX, COLUMNS_MAX, FILE_BYTES_MAX, Row, UnreadableList, rows_of

TABLE = [["运单号", "事由"], ["773000000001", "丢失"], [None, None], ["773000000002", "损毁"]]
READ = [Row(1, ("运单号", "事由")), Row(2, ("773000000001", "丢失")), Row(4, ("773000000002", "损毁"))]


def workbook(rows: list[list[Any]], **options: Any) -> bytes:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held, options) as book:
        sheet = book.add_worksheet()
        for place, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                sheet.write(place, column, cell)
    return held.getvalue()


def changed(content: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """Write one part of a workbook anew."""
    held = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.namelist():
            new.writestr(part, change(old.read(part)) if part == name else old.read(part))
    return held.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


class TestCsv:
    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_is_read_in_utf_8_and_gbk(self, encoding: str, end: str) -> None:
        text = end.join(",".join(cell or "" for cell in row) for row in TABLE)

        assert list(rows_of(text.encode(encoding))) == READ

    def test_names_the_line_on_which_a_row_begins(self) -> None:
        assert list(rows_of(b'a,b\n"x\ny",1\nz,2\n')) == [Row(1, ("a", "b")), Row(2, ("x\ny", "1")), Row(4, ("z", "2"))]

    def test_without_anything_has_no_rows(self) -> None:
        assert list(rows_of(b"\n\n")) == []

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"\xff\xff\xff", "neither UTF-8 nor GBK"),
            (b'a,b\n"x', "line 2"),
            (",".join("x" * (COLUMNS_MAX + 1)).encode(), "more than 100 columns"),
            (b"x" * (CELL_LENGTH_MAX + 1), "a cell of more than"),
            (b"x" * (FILE_BYTES_MAX + 1), "the file is larger"),
        ],
        ids=["another encoding", "a quote that is not closed", "wide", "long", "large"],
    )
    def test_that_cannot_be_read_says_why(self, content: bytes, why: str) -> None:
        with pytest.raises(UnreadableList, match=why):
            list(rows_of(content))

    def test_of_too_many_rows_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "ROWS_MAX", 2)

        assert len(list(rows_of(b"h\n1\n2\n"))) == 3
        with pytest.raises(UnreadableList, match="more than 2 rows"):
            list(rows_of(b"h\n1\n2\n3\n"))


class TestWorkbook:
    @pytest.mark.parametrize("options", [{}, {"constant_memory": True}], ids=["shared texts", "texts in their cells"])
    def test_is_read_as_the_same_rows(self, options: dict[str, Any]) -> None:
        assert list(rows_of(workbook(TABLE, **options))) == READ

    def test_gives_numbers_as_they_are_written(self) -> None:
        [row] = rows_of(workbook([[40, 12.5, 46000, True]]))

        assert row.cells == ("40", "12.5", "46000", "1")

    def test_leaves_cells_empty_that_are_not_there(self) -> None:
        assert [row.cells for row in rows_of(workbook([["a", None, "c"]]))] == [("a", "", "c")]

    def test_takes_a_formula_for_what_it_last_came_to(self) -> None:
        held = io.BytesIO()
        with xlsxwriter.Workbook(held) as book:
            book.add_worksheet().write_formula("A1", "=1+1", value=2)

        assert [row.cells for row in rows_of(held.getvalue())] == [("2",)]

    @pytest.mark.parametrize(
        ("content", "why"),
        [
            (b"PK\x03\x04cut off", "cannot be unpacked"),
            (changed(workbook(TABLE), SHEET, lambda part: part[:-40]), "not written as one"),
            (changed(workbook(TABLE), SHEET, lambda part: part.replace(b"<v>0</v>", b"<v>99</v>")), "not written"),
            (changed(workbook(TABLE), SHEET, lambda part: part.replace(b'r="A1"', b'r="ZZZ1"')), "100 columns"),
            (
                changed(workbook(TABLE), SHEET, lambda part: part.replace(
                    b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1)),
                "not written as one",
            ),
        ],
        ids=["no workbook", "cut off", "a text that is not there", "a column far out", "an entity"],
    )  # fmt: skip
    def test_that_cannot_be_read_says_why(self, content: bytes, why: str) -> None:
        with pytest.raises(UnreadableList, match=why):
            list(rows_of(content))

    def test_without_a_sheet_is_refused(self) -> None:
        held = io.BytesIO()
        with zipfile.ZipFile(held, "w") as archive:
            archive.writestr("a.txt", "x")

        with pytest.raises(UnreadableList, match="has no sheet"):
            list(rows_of(held.getvalue()))

    def test_that_unpacks_to_too_much_is_refused(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sheets, "UNPACKED_BYTES_MAX", 1000)
        bomb = changed(workbook(TABLE), SHEET, lambda part: part.replace(b"<sheetData>", b"<sheetData>" + b" " * 10**6))

        with pytest.raises(UnreadableList, match="unpacks to more than"):
            list(rows_of(bomb))


class TestWhateverItIs:
    @given(st.binary(max_size=200), st.booleans())
    def test_is_rows_or_a_refusal(self, content: bytes, packed: bool) -> None:  # hypothesis gives it
        try:
            rows = list(rows_of(b"PK" * packed + content))
        except UnreadableList:
            return
        assert all(any(row.cells) for row in rows)
