"""The workbook as Excel reads it: typed cells, filters, and no text that is taken for a formula."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bounded_memory import peak_of_memory
from reports import a_line, a_report, a_table
from workbooks import SPACE, Opened

from adapters.reports import workbook
from adapters.reports.columns import EXCEPTION_COLUMNS
from adapters.reports.workbook import FORMULA_STARTS, Sheet, write_workbook
from rules.reporting.lists import SHEET_OF_CASES
from schemas.reporting import CaseLine, Figure, Row, Words

FIGURES = (("opened", Words("新增", "opened")), ("resolved_late", Words("解决超时", "resolved late")))


def sheet_of(lines: Iterable[Any]) -> Sheet:
    """List exceptions."""
    return Sheet(SHEET_OF_CASES, EXCEPTION_COLUMNS, FIGURES, lines)


EXCEL_EPOCH = datetime.fromisoformat("1899-12-30")  # Excel's times have no zone


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "report.xlsx"


def written(path: Path, *lines: CaseLine, **changes: Any) -> Opened:
    write_workbook(path, a_report(**changes), sheets=[sheet_of(lines)])
    return Opened(path)


def by_key(row: dict[str, Any], heads: dict[str, Any]) -> dict[str, Any]:
    """Name the cells of a row by the last word of their column's head."""
    return {head.split(" ")[-1]: row.get(column) for column, head in heads.items()}


class TestSheets:
    def test_are_one_for_each_table_and_one_for_the_cases(self, path: Path) -> None:
        assert written(path, a_line()).names == ["说明 About", "概览 按类型", "统计 按类型", "案件 Cases"]

    def test_have_names_that_excel_takes_even_when_titles_are_long_or_alike(self, path: Path) -> None:
        tables = [a_table(key=str(n), title=Words("很长的[标题]/" * 9, "long")) for n in range(3)]

        write_workbook(path, a_report(*tables), sheets=[sheet_of([])])

        names = Opened(path).names
        assert len(set(names)) == len(names)
        assert all(len(name) <= 31 and not set(name) & set("[]:*?/\\") for name in names)

    def test_keep_their_heads_in_sight(self, path: Path) -> None:
        opened = written(path, a_line())

        for name in opened.names[1:]:
            pane = opened.sheet(name).find("m:sheetViews/m:sheetView/m:pane", SPACE)
            assert pane is not None
            assert (pane.attrib["ySplit"], pane.attrib["state"]) == ("1", "frozen")
            assert opened.sheet(name).find("m:cols/m:col", SPACE) is not None

    def test_say_who_made_the_report_and_who_answers_for_it(self, path: Path) -> None:
        opened = written(path)

        told = {row["A"]: row["B"] for row in opened.rows("说明 About")}
        assert (told["制表 made by"], told["负责人 answers for it"]) == ("redress", "王主管")
        assert told["起 from"] == "2026-11-20 00:00 Asia/Shanghai"


class TestTableSheet:
    def test_has_numbers_as_numbers_and_the_period_before_beside_them(self, path: Path) -> None:
        head, row, *_ = written(path).rows("统计 按类型")

        assert list(head.values())[-4:] == ["code", "新增 opened", "上期 before", "占比 share"]
        assert row == {"A": "破损件 damaged", "B": "DAMAGED", "C": 1, "D": 3, "E": 0.5}

    def test_leaves_a_cell_empty_where_nothing_was_measured(self, path: Path) -> None:
        row = Row(group="A", name=Words("甲", "a"), figures=(Figure(value=None), Figure(value=None)))

        write_workbook(path, a_report(a_table(rows=(row,))), sheets=[sheet_of([])])

        assert set(Opened(path).rows("统计 按类型")[1]) == {"A", "B"}


class TestCaseSheet:
    def test_has_every_fact_and_a_one_for_each_figure_that_counts_the_case(self, path: Path) -> None:
        heads, row = written(path, a_line(counted=["resolved_late"])).rows("案件 Cases")

        told = by_key(row, heads)
        assert len(heads) == len(EXCEPTION_COLUMNS) + len(FIGURES)
        assert (told["case_no"], told["severity"], told["cost"], told["measures"]) == (
            "EX-20261120-000001", 3, 99.5, "REPACK, REDELIVER",
        )  # fmt: skip
        assert (told["opened"], told["resolved_late"]) == (None, 1)

    def test_has_times_of_the_business_zone_as_times(self, path: Path) -> None:
        heads, row = written(path, a_line()).rows("案件 Cases")

        told = by_key(row, heads)
        assert EXCEL_EPOCH + timedelta(days=told["opened_at"]) == datetime.fromisoformat("2026-11-20T12:00")
        assert told["next_due_at"] is None

    def test_can_be_filtered_by_every_column(self, path: Path) -> None:
        opened = written(path, a_line(), a_line(case_no="EX-2"))

        found = opened.sheet("案件 Cases").find("m:autoFilter", SPACE)
        assert found is not None
        assert re.fullmatch(r"A1:[A-Z]+3", found.attrib["ref"])

    def test_goes_on_in_another_sheet_where_excel_has_no_more_rows(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(workbook, "SHEET_ROWS_MAX", 2)

        opened = written(path, *(a_line(case_no=f"EX-{number}") for number in range(5)))

        assert opened.names[-3:] == ["案件 Cases", "案件 Cases 2", "案件 Cases 3"]
        assert [len(opened.rows(name)) - 1 for name in opened.names[-3:]] == [2, 2, 1]

    def test_is_there_with_its_head_when_there_is_no_case(self, path: Path) -> None:
        assert len(written(path).rows("案件 Cases")) == 1


class TestText:
    @pytest.mark.parametrize("start", [*FORMULA_STARTS, "https://evil.example/", "mailto:a@b.example", "{=1+1}"])
    def test_is_never_a_formula_or_a_link(self, path: Path, start: str) -> None:
        text = f"{start}cmd|' /C calc'!A0"
        row = Row(group=text, name=Words(text, text), figures=(Figure(value=1), Figure(value=None)))

        write_workbook(path, a_report(a_table(rows=(row,))), sheets=[sheet_of([a_line(outlet=text)])])

        opened = Opened(path)
        content = opened.everything()
        assert "<f>" not in content
        assert "<hyperlink " not in content
        heads, line = opened.rows("案件 Cases")
        assert by_key(line, heads)["outlet"].strip() == text.replace("\r", "_x000D_").strip()

    def test_that_begins_like_a_formula_is_marked_as_text_for_whoever_edits_it(self, path: Path) -> None:
        opened = written(path, a_line(outlet="=1+1", carrier="sf"))

        cells = {
            "".join(part.text or "" for part in cell.findall("m:is/m:t", SPACE)): int(cell.attrib["s"])
            for cell in opened.sheet("案件 Cases").iter(f"{{{SPACE['m']}}}c")
            if cell.attrib.get("t") == "inlineStr"
        }
        assert opened.styles()[cells["=1+1"]].get("quotePrefix") == "1"
        assert opened.styles()[cells["sf"]].get("quotePrefix") is None

    def test_is_cut_where_a_cell_ends(self, path: Path) -> None:
        heads, row = written(path, a_line(outlet="长" * 40_000)).rows("案件 Cases")

        assert len(by_key(row, heads)["outlet"]) == workbook.TEXT_MAX


class TestMemory:
    def test_does_not_grow_with_the_cases(self, tmp_path: Path) -> None:
        def peak(number: int) -> int:
            lines: Iterator[CaseLine] = (a_line(case_no=f"EX-{place}") for place in range(number))
            with peak_of_memory() as peak:
                assert write_workbook(tmp_path / f"{number}.xlsx", a_report(), sheets=[sheet_of(lines)]) == number
            return peak.bytes

        peak(10)  # what is allocated once

        assert peak(1600) < 1.5 * peak(400)
