"""The report about complaints as it is counted and written: all its parts agree, and nobody's data is in it."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from complaint_quarter import complaints, keep_complaints
from factories import at
from recounting_complaints import RecountOfComplaints
from sqlalchemy import text

from rules.reporting.periods import period_named, span_of
from schemas.complaints import Channel
from schemas.praise import Praise
from schemas.reporting import PeriodKind, Report
from store import praise as praise_store
from store.unit_of_work import unit_of_work
from tasks.reporting import gathering, writing
from tasks.reporting.complaints import NAMES, counted_complaints
from tasks.reporting.showing import report_markdown
from tasks.reporting.writing import COMPLAINTS, figures_of, reports_made, write_report, write_report_about
from tasks.settings import business_settings

Stand = Callable[[datetime], None]
WEEK = period_named("2026-W46")  # 2026-11-09 to 15
NOW = at(24)  # 2026-11-21
ROWS = complaints(1200, first=date(2026, 9, 1), last=date(2026, 11, 15), as_of=NOW)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_at: Stand) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    monkeypatch.setattr(writing, "draw", lambda charts: {chart.key: "<svg/>" for chart in charts if chart.points})
    stand_at(NOW)
    return tmp_path


@pytest.fixture
def quarter(database: str, home: Path) -> None:
    del database, home
    monday = span_of(WEEK, business_settings().zone).start
    with unit_of_work() as connection:
        keep_complaints(connection, ROWS)
        for hours in range(3):
            told = monday + timedelta(hours=hours)
            praise_store.add(connection, Praise(told_at=told, channel=Channel.WECHAT, outlet="=示例", words="谢谢王五"))
        connection.execute(
            text(
                "INSERT INTO call_record (centre, call_id, medium, direction, started_at, answered_at, ended_at, "
                "rings, queue, agent, hung_up_by) SELECT '95000', 'C' || n, 'phone', 'in', at, "
                "at + n * interval '10 seconds', at + interval '90 seconds', n, '+投诉', 'a-07', 'caller' FROM "
                "(SELECT n, CAST(:monday AS timestamptz) + n * interval '1 hour' AS at FROM generate_series(1, 5) n) m"
            ),
            {"monday": monday},
        )


def counted(name: str = "2026-W46") -> Report:
    with counted_complaints(period_named(name), made_by="x", answered_for_by="x", now=NOW) as (report, _):
        return report


def value(report: Report, key: str, group: str, place: int = 0) -> object:
    found = next(table for section in report.sections for table in section.tables if table.key == key)
    return next(row for row in found.rows if row.group == group).figures[place].value


@pytest.mark.usefixtures("quarter")
class TestReport:
    def test_counts_what_a_count_of_the_raw_rows_gives(self) -> None:
        report = counted()
        again = RecountOfComplaints(ROWS, start=report.span.start, end=report.span.end, as_of=NOW)

        for figure in ("carried_over", "received", "closed", "left_open", "valid", "repeats", "drafts", "overdue"):
            assert value(report, "ledger", figure) == again.count(figure), figure
        assert value(report, "promises", "answer") == again.count("answered_in_time")
        assert value(report, "outcomes", "malicious") == again.count("malicious")
        assert value(report, "golden", "phone") == 3
        assert value(report, "target_counts", "praised_in_month") == 3

    def test_measures_against_parcels_delivered_or_registered(self, monkeypatch: pytest.MonkeyPatch) -> None:
        delivered = value(counted(), "valid_rate", "delivered", 1)
        monkeypatch.setenv("REDRESS_COMPLAINT_RATE_PER", "registered")

        registered = value(counted(), "valid_rate", "registered", 1)

        span = span_of(WEEK, business_settings().zone)
        parcels = [row["opened_at"] for row in ROWS if row["waybill"]]
        assert delivered == sum(span.start <= opened < span.end for opened in parcels)
        assert registered == sum(span.start <= opened - timedelta(days=3) < span.end for opened in parcels)

    def test_leads_from_every_figure_to_as_many_cases_as_it_counts(self) -> None:
        report = counted("2026-11")

        assert report.behind
        for one in report.behind:
            assert len(one.case_nos) == min(one.total, 40), one.key

    def test_puts_groups_that_are_not_shown_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(gathering, "GROUPS_MAX", 2)

        report = counted("2026-11")

        [types] = [table for part in report.sections for table in part.tables if table.key == "type"]
        assert len(types.rows) == 3
        assert sum(int(row.figures[0].value or 0) for row in types.rows) == value(report, "ledger", "received")

    def test_has_three_months_of_feedback(self) -> None:
        report = counted()
        again = [row for row in ROWS if row["kind"] in {"open", "closed"} and row["opened_at"] < report.span.end]

        months = [value(report, "feedback_months", f"2026-{month:02}", 1) for month in (9, 10, 11)]
        assert sum(int(str(one)) for one in months) == sum(row["channel"] == "at_the_door" for row in again)


@pytest.mark.usefixtures("quarter")
class TestWriting:
    def test_says_the_same_on_the_page_in_the_workbook_and_in_the_figures(self, home: Path) -> None:
        written = write_report_about.fn("complaints", PeriodKind.WEEK, ending="2026-11-15")

        folder = home / "reports/complaints/2026-W46"
        assert written.page == folder / "index.html"
        figures = json.loads((folder / "figures.json").read_text("utf-8"))
        page = written.page.read_text("utf-8")
        received = next(row["cases"]["value"] for row in figures["tables"]["ledger"] if row["group"] == "received")
        assert f'href="#list-received">{received}</a>' in page
        assert set(figures["cases_behind"]["received"]["case_nos"]) <= set(re.findall(r'<tr id="(CP-[^"]+)"', page))
        with ZipFile(written.workbook) as book:
            names = re.findall(r'sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
            cases = book.read(f"xl/worksheets/sheet{names.index('案件 Cases') + 1}.xml").decode()
        assert cases.count("<row ") - 1 == figures["cases"]
        assert names[-5:] == [
            "案件 Cases",
            "三个月反馈 Feedback",
            "整改 Rectifications",
            "通话 Calls",
            "暖心反馈 Praise",
        ]

    def test_has_nobodys_data_and_no_formula(self) -> None:
        written = write_report(WEEK, about=COMPLAINTS, folder=None, made_by="redress")

        with ZipFile(written.workbook) as book:
            sheets = "".join(book.read(name).decode() for name in book.namelist())
        for told in (
            written.page.read_text("utf-8"),
            (written.page.parent / "figures.json").read_text("utf-8"),
            sheets,
        ):
            assert not any(secret in told for secret in ("王五", "19900001234", "a-07", "qc-li"))
        assert "<f>" not in sheets
        assert "<b>示例网点</b>" not in written.page.read_text("utf-8")

    def test_names_the_sheet_of_each_list(self) -> None:
        written = write_report(WEEK, about=COMPLAINTS, folder=None, made_by="redress")

        page = written.page.read_text("utf-8")
        assert "Excel「通话」表筛选" in page
        assert "Excel「案件」表筛选" in page

    def test_is_recorded_with_who_signs(self) -> None:
        write_report(WEEK, about=COMPLAINTS, folder=None, made_by="redress", signed_by="王主管")

        [record] = reports_made()
        assert (record.name, record.period, record.answered_for_by) == ("complaints", "2026-W46", "王主管")

    def test_shows_its_first_figures_and_pictures_in_the_run(self) -> None:
        written = write_report(WEEK, about=COMPLAINTS, folder=None, made_by="redress")

        markdown = report_markdown(written.report, written.pictures)

        assert "| 受理 received |" in markdown
        assert list(written.pictures) == [
            "trend", "outlets", "validity", "by_type", "by_channel", "endings", "open", "feedback",
        ]  # fmt: skip


@pytest.mark.usefixtures("database", "home")
class TestEmptyPeriod:
    def test_gives_an_honest_report(self) -> None:
        written = write_report(WEEK, about=COMPLAINTS, folder=None, made_by="redress")

        page = written.page.read_text("utf-8")
        assert "There was no case in this period." in page
        assert written.report.cases == ()
        assert figures_of(WEEK, about=COMPLAINTS, made_by="me")["tables"]["valid_rate"][0]["rate"]["value"] is None


def test_every_code_that_the_page_shows_has_a_name() -> None:
    assert NAMES["validity"]["UNDECIDED"] == "未判定"
    assert {"type", "channel", "validity", "party", "severity", "ending", "waiting_for"} == set(NAMES)
