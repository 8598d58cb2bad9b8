"""The report about claims as it is counted and written: all its parts agree, and nobody's data is in it."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from claim_quarter import Story, keep_claims, keep_private_matters, private_matters, stories
from recounting_claims import RecountOfClaims
from workbooks import Opened

from rules.reporting.periods import period_named
from rules.reporting.telling import as_values
from schemas.reporting import PeriodKind, Report, Table
from store.unit_of_work import unit_of_work
from tasks.reporting import gathering, writing
from tasks.reporting.claims import _ALL, NAMES, counted_claims
from tasks.reporting.gathering import Listed
from tasks.reporting.showing import report_markdown
from tasks.reporting.writing import CLAIMS, figures_of, reports_made, write_report, write_report_about

Stand = Callable[[datetime], None]
MONTH = period_named("2026-11")
NOW = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
NOBODYS = ("王五", "赵六", "19900001234", "外箱破损", "当面赔了")
"""What the claims and matters of the quarter say of people."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_at: Stand) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    monkeypatch.setattr(writing, "draw", lambda charts: {chart.key: "<svg/>" for chart in charts if chart.points})
    stand_at(NOW)
    return tmp_path


@pytest.fixture
def quarter(database: str, home: Path) -> list[Story]:
    del database, home
    told = stories(300, first=FIRST, last=LAST)
    with unit_of_work() as connection:
        keep_claims(connection, told)
        keep_private_matters(connection, private_matters(40, first=FIRST, last=LAST), at=NOW)
    return told


@pytest.fixture
def report(quarter: list[Story]) -> Iterator[Report]:
    with counted_claims(MONTH, made_by="x", answered_for_by="x", now=NOW) as (made, _):
        yield made


def table(report: Report, key: str) -> Table:
    return next(table for section in report.sections for table in section.tables if table.key == key)


def value(report: Report, key: str, group: str, place: int = 0) -> Any:
    return next(row for row in table(report, key).rows if row.group == group).figures[place].value


class TestReport:
    def test_counts_what_a_count_of_the_stories_gives(self, report: Report, quarter: list[Story]) -> None:
        again = RecountOfClaims(quarter, start=report.span.start, end=report.span.end, as_of=NOW)

        for figure in ("carried_over", "filed", "closed", "left_open", "decided", "paid", "refused", "drafts"):
            assert value(report, "ledger", figure) == again.count(figure), figure
        assert value(report, "promises", "payment") == again.count("paid_in_time")
        assert value(report, "fast_track", "fast_track") == again.count("fast_track")
        assert value(report, "insured", "claims") == again.count("insured")
        paid = {row.group: row.figures[1].value for row in table(report, "paid_amounts").rows}
        assert paid == {currency: amount for (_, currency), (_, amount) in again.sums("paid").items()}
        ages = sum(int(figure.value or 0) for row in table(report, "ages").rows for figure in row.figures)
        assert ages == again.count("still_open")

    def test_measures_the_recovery_rate_from_the_ledger(self, report: Report, quarter: list[Story]) -> None:
        again = RecountOfClaims(quarter, start=report.span.start, end=report.span.end, as_of=NOW)

        def booked(*events: str) -> Decimal:
            sums = [again.booked(event) for event in events]
            return sum((amount for one in sums for (_, code), amount in one.items() if code == "CNY"), Decimal(0))

        asked, back = booked("charged", "from_insurer"), booked("recovered")
        assert value(report, "recovery", "CNY", 3) == (back / asked).quantize(Decimal("0.0001"))
        assert value(report, "recovery", "CNY", 4) == booked("written_off")

    def test_leads_from_every_figure_to_as_many_cases_as_it_counts(self, report: Report) -> None:
        assert report.behind
        for one in report.behind:
            assert len(one.case_nos) == min(one.total, 40), one.key

    def test_has_an_insured_share_of_all_parcels_accepted(self, report: Report, quarter: list[Story]) -> None:
        picked = [story.parcel for story in quarter if story.parcel]
        accepted = [one for one in picked if report.span.start <= one["picked_up_at"] < report.span.end]

        assert value(report, "insured", "accepted", 1) == len(accepted) > 0
        assert value(report, "insured", "accepted", 0) == sum(bool(one["insured"]) for one in accepted) > 0

    def test_puts_groups_that_are_not_shown_together(
        self, quarter: list[Story], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(gathering, "GROUPS_MAX", 2)

        with counted_claims(MONTH, made_by="x", answered_for_by="x", now=NOW) as (report, _):
            events, kinds = table(report, "event"), table(report, "kind")

        assert sum(int(row.figures[0].value or 0) for row in events.rows) == value(report, "ledger", "filed")
        assert len(kinds.rows) == 3
        weights = sum(Decimal(row.figures[-1].value or 0) for row in kinds.rows)
        again = RecountOfClaims(quarter, start=report.span.start, end=report.span.end, as_of=NOW)
        assert weights == sum(bool(story.parties) for story in again.cases("filed"))


class TestWriting:
    def test_says_the_same_on_the_page_in_the_workbook_and_in_the_figures(
        self, quarter: list[Story], home: Path
    ) -> None:
        written = write_report_about.fn("claims", PeriodKind.MONTH)

        folder = home / "reports/claims/2026-11"
        assert written.page == folder / "index.html"
        figures = json.loads((folder / "figures.json").read_text("utf-8"))
        page = written.page.read_text("utf-8")
        self._page_has_every_part(page, written.report)
        assert figures == json.loads(json.dumps(as_values(written.report)))
        filed = next(row["cases"]["value"] for row in figures["tables"]["ledger"] if row["group"] == "filed")
        assert f'href="#list-filed">{filed}</a>' in page
        self._workbook_has_every_figure(written.workbook, written.report)

    def _page_has_every_part(self, page: str, report: Report) -> None:
        for section in report.sections:
            assert f'<section id="{section.key}">' in page
            for one in section.tables[1 if section.key == "overview" else 0 :]:
                assert f"<h3>{one.title.zh}" in page, one.key
            for chart in section.charts:
                assert f"<figcaption>{chart.title.zh}" in page, chart.key
        lists = set(re.findall(r'<aside id="list-([^"]+)"', page))
        linked = set(re.findall(r'href="#list-([^"]+)"', page))
        assert linked <= lists == {one.key for one in report.behind}

    def _workbook_has_every_figure(self, file: Path, report: Report) -> None:
        """Count each list of a figure again in the sheet that it names, by the filter that it names."""
        book = Opened(file)
        sheets = {name: book.lines(name) for name in book.names[-4:]}
        checked = 0
        for one in report.behind:
            if " none of the " in one.filter:
                continue
            wanted = dict(part.split(" = ", 1) for part in one.filter.split(", "))
            lines = sheets[f"{one.sheet.zh} {one.sheet.en}"]
            found = [line for line in lines if all(_is(line.get(key), told) for key, told in wanted.items())]
            assert len(found) == one.total, (one.key, one.filter)
            checked += 1
        assert checked > 200

    def test_has_nobodys_data_and_no_formula(self, quarter: list[Story]) -> None:
        written = write_report(MONTH, about=CLAIMS, folder=None, made_by="redress")

        told = written.page.read_text("utf-8") + (written.page.parent / "figures.json").read_text("utf-8")
        book = Opened(written.workbook).everything()
        assert not [secret for secret in NOBODYS if secret in told or secret in book]
        assert "<f>" not in book
        assert "<b>示例网点</b>" not in written.page.read_text("utf-8")

    def test_shows_its_first_figures_and_pictures_in_the_run(self, quarter: list[Story]) -> None:
        written = write_report(MONTH, about=CLAIMS, folder=None, made_by="redress", signed_by="王主管")

        markdown = report_markdown(written.report, written.pictures)

        assert "| 新增索赔 filed |" in markdown
        assert list(written.pictures) == ["trend", "accidents", "by_event", "by_channel", "endings", "open"]
        [record] = reports_made()
        assert (record.name, record.period, record.answered_for_by) == ("claims", "2026-11", "王主管")


@pytest.mark.usefixtures("database", "home")
class TestEmptyPeriod:
    def test_gives_an_honest_report(self) -> None:
        written = write_report(MONTH, about=CLAIMS, folder=None, made_by="redress")

        assert "There was no case in this period." in written.page.read_text("utf-8")
        assert written.report.cases == ()
        tables = figures_of(MONTH, about=CLAIMS, made_by="me")["tables"]
        assert tables["recovery"] == tables["paid_amounts"] == []
        assert tables["promises"][0]["in_time_share"]["value"] is None


@pytest.mark.parametrize("listed", _ALL, ids=lambda listed: str(listed.sheet.en))
def test_no_figure_has_the_name_of_a_fact_beside_it_in(listed: Listed) -> None:
    facts = {name for name, _, _ in listed.columns}

    assert not facts & set(listed.meanings)
    assert set(listed.population.dimensions) <= facts


def test_every_code_that_the_page_shows_has_a_name() -> None:
    assert {"event", "cause", "state", "ending", "waiting_for"} == set(NAMES)


def _is(cell: Any, told: str) -> bool:
    """Compare a cell with what a filter says of it."""
    if cell is None:
        return told == "(空 blank)"
    return told == (f"{cell:g}" if isinstance(cell, float) else cell)
