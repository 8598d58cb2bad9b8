"""Writing a report: its folder, its record, its readers, and what is removed."""

import json
import os
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import file_digest
from pathlib import Path
from zipfile import ZipFile

import pytest
from factories import NOON, at
from generated_cases import closed_cases, keep_closed, keep_open, open_cases

from adapters.reports import drawing
from rules.reporting.periods import NoSuchPeriod, period_named
from schemas.reporting import Period, PeriodKind
from store import outbox
from store.outbox import Kind
from store.reporting import made
from store.reporting.made import ReportMade
from store.unit_of_work import unit_of_work
from tasks.reporting import writing
from tasks.reporting.exceptions import NAMES
from tasks.reporting.settings import ReportSettings
from tasks.reporting.showing import report_markdown
from tasks.reporting.writing import (
    figures_of,
    period_called,
    period_for,
    reports_made,
    write_report,
    write_report_about,
)

Stand = Callable[[datetime], None]
DAY = period_named("2026-11-20")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_at: Stand) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    stand_at(at(24))
    return tmp_path


@pytest.fixture(autouse=True)
def _drawn_fast(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw empty pictures, unless the test asks for `drawn_in_earnest`, which takes a process."""
    if "drawn_in_earnest" not in request.fixturenames:
        monkeypatch.setattr(writing, "draw", lambda charts: {chart.key: "<svg/>" for chart in charts if chart.points})


@pytest.fixture
def drawn_in_earnest() -> None:
    """Have real pictures."""


@pytest.fixture
def cases(home: Path) -> None:
    del home
    with unit_of_work() as connection:
        keep_closed(connection, closed_cases(60, first=date(2026, 11, 18), last=date(2026, 11, 20)))
        keep_open(connection, open_cases(20, first=date(2026, 11, 18), last=date(2026, 11, 20), as_of=at(24)))


def records() -> list[ReportMade]:
    with unit_of_work() as connection:
        return made.newest(connection)


@pytest.mark.usefixtures("cases")
class TestWriteReport:
    @pytest.mark.usefixtures("drawn_in_earnest")
    def test_puts_page_workbook_and_figures_into_the_periods_folder(self, home: Path) -> None:
        written = write_report_about.fn("exceptions", PeriodKind.DAY)

        folder = home / "reports/exceptions/2026-11-20"
        assert sorted(file.name for file in folder.iterdir()) == [
            "exceptions-2026-11-20.xlsx", "figures.json", "index.html",
        ]  # fmt: skip
        assert (written.page, written.address) == (folder / "index.html", (folder / "index.html").as_uri())
        assert list(written.pictures) == ["trend", "types", "endings", "open", "outlets"]
        assert written.page.read_text("utf-8").count("<img src=") == 5

    def test_says_the_same_on_the_page_in_the_workbook_and_in_the_figures(self, home: Path) -> None:
        written = write_report(DAY, folder=None, made_by="redress")

        figures = json.loads((written.page.parent / "figures.json").read_text("utf-8"))
        opened = next(row["cases"]["value"] for row in figures["tables"]["ledger"] if row["group"] == "opened")
        page = written.page.read_text("utf-8")
        assert opened > 0
        assert f'href="#list-opened">{opened}</a>' in page
        listed = set(re.findall(r'<tr id="(EX-[^"]+)"', page))
        assert set(figures["cases_behind"]["opened"]["case_nos"]) <= listed
        with ZipFile(written.workbook) as book:
            sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/")]
            cases = book.read(f"xl/worksheets/sheet{len(sheets)}.xml").decode()
        assert cases.count("<row ") - 1 == figures["cases"]

    def test_replaces_an_earlier_report_of_the_period(self, home: Path) -> None:
        folder = home / "reports/exceptions/2026-11-20"
        folder.mkdir(parents=True)
        (folder / "what-was-there.html").touch()

        write_report(DAY, folder=None, made_by="redress")

        assert not (folder / "what-was-there.html").exists()
        assert [one.name for one in folder.parent.iterdir()] == ["2026-11-20"]

    def test_leaves_what_was_there_when_it_cannot_be_drawn(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        page = home / "reports/exceptions/2026-11-20/index.html"
        page.parent.mkdir(parents=True)
        page.write_text("of this morning")
        monkeypatch.setattr(writing, "draw", lambda charts: drawing.draw(charts, command=("false",)))

        with pytest.raises(drawing.NotDrawn):
            write_report(DAY, folder=None, made_by="redress")

        assert page.read_text() == "of this morning"
        assert records() == []

    def test_goes_into_a_folder_of_its_own_within_one_that_is_named(self, home: Path, tmp_path: Path) -> None:
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "letters.txt").touch()

        written = write_report(DAY, folder=tmp_path / "mine", made_by="redress")

        assert written.page == tmp_path / "mine/exceptions-2026-11-20/index.html"
        assert (tmp_path / "mine" / "letters.txt").exists()
        assert not (home / "reports").exists()

    def test_has_the_address_of_the_web_server_that_shows_the_folder(
        self, home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_REPORTS_URL", "https://reports.example/redress/")

        written = write_report(DAY, folder=None, made_by="redress")

        assert written.address == "https://reports.example/redress/exceptions/2026-11-20/index.html"

    def test_tells_nobodys_name_or_number(self, home: Path) -> None:
        written = write_report(DAY, folder=None, made_by="redress")

        with ZipFile(written.workbook) as book:
            sheets = "".join(book.read(name).decode() for name in book.namelist())
        for text in (
            written.page.read_text("utf-8"),
            (written.page.parent / "figures.json").read_text("utf-8"),
            sheets,
        ):
            assert "王五" not in text
            assert "19900001234" not in text


class TestRetention:
    def test_removes_reports_whose_period_ended_too_long_ago(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_REPORTS_DAYS", "7")
        folder = home / "reports/exceptions"
        for name in ("2026-11-12", "2026-11-13", "2026-W45", "2026-W46", "2026-10", "somebody's notes", ".building-x"):
            (folder / name).mkdir(parents=True)
        os.utime(folder / ".building-x", (0, 0))

        written = write_report_about.fn("exceptions", PeriodKind.DAY)

        assert sorted(one.name for one in folder.iterdir()) == [
            "2026-11-13", "2026-11-20", "2026-W46", "somebody's notes",
        ]  # fmt: skip
        assert written.removed == 4

    def test_has_bounds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_REPORTS_DAYS", "0")

        with pytest.raises(ValueError, match="reports_days"):
            ReportSettings()


@pytest.mark.usefixtures("cases")
class TestRecord:
    def test_says_who_made_the_report_who_answers_for_it_and_what_was_in_it(self, home: Path) -> None:
        written = write_report(DAY, folder=None, made_by="redress", signed_by="王主管")

        [record] = reports_made()
        assert (record.name, record.period, record.made_by, record.answered_for_by) == (
            "exceptions", "2026-11-20", "redress", "王主管",
        )  # fmt: skip
        assert (record.made_at, record.address) == (at(24), written.address)
        ledger = written.report.sections[0].tables[0]
        assert record.figures == {row.group: row.figures[0].value for row in ledger.rows}

    def test_has_the_hash_of_every_file(self, home: Path) -> None:
        written = write_report(DAY, folder=None, made_by="redress")

        [record] = reports_made()
        for file in written.page.parent.iterdir():
            with file.open("rb") as content:
                assert record.files[file.name] == file_digest(content, "sha256").hexdigest()
        assert len(record.files) == 3

    def test_keeps_one_row_for_each_time_a_report_was_made(self, home: Path) -> None:
        for _ in range(2):
            write_report(DAY, folder=None, made_by="redress")

        assert [record.period for record in records()] == ["2026-11-20"] * 2

    def test_names_whom_the_settings_name_where_nobody_signs(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_REPORT_SIGNER", "客服中心经理")

        write_report(DAY, folder=None, made_by="redress")

        assert records()[0].answered_for_by == "客服中心经理"
        assert figures_of(DAY, made_by="me")["answered_for_by"] == "客服中心经理"


@pytest.mark.usefixtures("cases")
class TestReaders:
    def test_are_each_told_once_of_a_period(self, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_REPORT_READERS", "客服中心, 监察部,")

        for _ in range(2):
            written = write_report(DAY, folder=None, made_by="redress")

        with unit_of_work() as connection:
            letters = outbox.claim(connection, kinds=[Kind.NOTICE], now=at(25), limit=10)
        assert sorted(letter.payload["to"] for letter in letters) == ["客服中心", "监察部"]
        assert all(written.address in letter.payload["body"] for letter in letters)

    def test_are_nobody_unless_somebody_is_named(self, home: Path) -> None:
        write_report(DAY, folder=None, made_by="redress")

        with unit_of_work() as connection:
            assert outbox.claim(connection, kinds=[Kind.NOTICE], now=at(25), limit=10) == []


class TestPeriodFor:
    @pytest.mark.parametrize(
        ("kind", "ending", "name"),
        [
            (PeriodKind.DAY, "", "2026-11-20"),
            (PeriodKind.WEEK, "", "2026-W46"),
            (PeriodKind.MONTH, "", "2026-10"),
            (PeriodKind.DAY, "2026-11-21", "2026-11-21"),
            (PeriodKind.WEEK, "2026-11-15", "2026-W46"),
            (PeriodKind.MONTH, "2026-02-28", "2026-02"),
        ],
    )
    def test_is_the_last_that_is_over_or_the_one_around_a_day(self, kind: PeriodKind, ending: str, name: str) -> None:
        assert period_for(kind, ending, now=at(24)).name == name

    def test_goes_by_the_day_of_the_business_zone(self) -> None:
        assert period_for(PeriodKind.DAY, "", now=at(11.9)).name == "2026-11-19"  # 23:54 in Shanghai
        assert period_for(PeriodKind.DAY, "", now=at(12)).name == "2026-11-20"

    def test_refuses_what_is_no_date_or_has_not_begun(self) -> None:
        with pytest.raises(NoSuchPeriod, match="'soon' is no date"):
            period_for(PeriodKind.DAY, "soon", now=NOON)
        with pytest.raises(NoSuchPeriod, match="2026-11-21 has not begun"):
            period_for(PeriodKind.DAY, "2026-11-21", now=NOON)
        with pytest.raises(NoSuchPeriod, match="2026-W48 has not begun"):
            period_called("2026-W48", now=NOON)


class TestEmptyPeriod:
    def test_gives_an_honest_report(self, home: Path) -> None:
        written = write_report(DAY, folder=None, made_by="redress")

        page = written.page.read_text("utf-8")
        assert "There was no case in this period." in page
        assert "nothing to draw" in page
        assert written.report.cases == ()
        assert records()[0].figures["opened"] == 0


class TestManyGroups:
    def test_are_shown_up_to_a_bound_and_the_others_together(self, home: Path) -> None:
        [row] = closed_cases(1, first=date(2026, 11, 20), last=date(2026, 11, 20))
        rows = [
            {**row, "case_no": f"EX-{n:03}", "opened_at": NOON, "closed_at": at(1), "outlet": f"outlet {n // 2:02}"}
            for n in range(60)
        ]
        with unit_of_work() as connection:
            keep_closed(connection, rows)

        report = write_report(DAY, folder=None, made_by="redress").report

        outlets = next(table for table in report.sections[1].tables if table.key == "outlet")
        assert [row.figures[0].value for row in outlets.rows] == [2] * 20 + [20]
        others = next(one for one in report.behind if one.key == outlets.rows[-1].figures[0].cases)
        assert others.case_nos == tuple(f"EX-{n:03}" for n in range(40, 60))
        assert len(report.sections[5].tables[0].rows) == 10


class TestMarkdown:
    @pytest.mark.usefixtures("cases")
    def test_holds_the_first_figures_and_the_pictures(self, home: Path) -> None:
        written = write_report(DAY, folder=None, made_by="redress", signed_by="王主管")

        markdown = report_markdown(written.report, written.pictures)

        assert "| 新增 opened |" in markdown
        assert "王主管 answers for it" in markdown
        assert markdown.count("data:image/svg+xml;base64,") == len(written.pictures) == 5


class TestNames:
    def test_are_there_for_every_code_that_the_page_shows_a_name_of(self) -> None:
        assert NAMES["cause"]["carrier.damaged"] == "承运方·运输破损"
        assert all(table for table in NAMES.values())


class TestABusinessAbroad:
    def test_reports_on_the_day_of_its_own_zone(
        self, home: Path, stand_at: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_TIME_ZONE", "America/New_York")
        stand_at(datetime.fromisoformat("2026-11-02T06:30-05:00"))
        [row] = closed_cases(1, first=date(2026, 11, 1), last=date(2026, 11, 1))
        in_the_extra_hour = datetime.fromisoformat("2026-11-01T01:30-05:00")
        told = {**row, "opened_at": in_the_extra_hour, "closed_at": in_the_extra_hour + timedelta(hours=1)}
        with unit_of_work() as connection:
            keep_closed(connection, [told])

        report = write_report_about.fn("exceptions", PeriodKind.DAY).report

        assert report.period == Period(kind=PeriodKind.DAY, first=date(2026, 11, 1), until=date(2026, 11, 2))
        assert report.span.end - report.span.start == timedelta(hours=25)
        opened = [point for point in report.sections[0].charts[0].points if point.value and "新增" in point.series]
        assert [point.place for point in opened] == ["01′"]
