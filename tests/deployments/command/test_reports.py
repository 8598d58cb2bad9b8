"""`redress report`: a report by hand, its figures as JSON, and the record of those that were made."""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from commands import Redress
from generated_cases import closed_cases, keep_closed

from store.unit_of_work import unit_of_work

TODAY = datetime.now(UTC).date()
LONG_AGO = date(2026, 9, 17)


@pytest.fixture
def cases(redress: Redress) -> None:
    del redress
    with unit_of_work() as connection:
        keep_closed(connection, closed_cases(40, first=LONG_AGO - timedelta(days=1), last=LONG_AGO))


@pytest.mark.usefixtures("cases")
class TestReport:
    def test_writes_into_the_installations_reports_and_says_where(self, redress: Redress, tmp_path: Path) -> None:
        told = redress("report", "exceptions", "--period", "2026-09-17")

        page = tmp_path / "reports/exceptions/2026-09-17/index.html"
        assert told.exit_code == 0
        assert page.as_uri() in told.out
        assert "新增" in told.out
        assert page.is_file()

    def test_prints_the_figures_as_json_and_writes_nothing(self, redress: Redress, tmp_path: Path) -> None:
        figures = redress("report", "exceptions", "--period", "2026-W38", "--json").json

        opened = next(row for row in figures["tables"]["ledger"] if row["group"] == "opened")
        assert (figures["period"], opened["cases"]["value"]) == ("2026-W38", 40)
        assert figures["cases_behind"]["opened"]["total"] == 40
        assert not (tmp_path / "reports").exists()

    def test_writes_elsewhere_when_told_so_with_json_or_without(self, redress: Redress, tmp_path: Path) -> None:
        redress("report", "exceptions", "--period", "2026-09", "--out", str(tmp_path / "out"), "--json")

        assert (tmp_path / "out/exceptions-2026-09/exceptions-2026-09.xlsx").is_file()

    def test_records_who_made_it_and_who_signs(self, redress: Redress) -> None:
        redress("report", "exceptions", "--period", "2026-09-17", "--by", "qc-li", "--signed-by", "王主管")

        [made] = redress("report", "list", "--json").json
        assert (made["period"], made["made_by"], made["answered_for_by"]) == ("2026-09-17", "qc-li", "王主管")
        assert set(made["files"]) == {"index.html", "exceptions-2026-09-17.xlsx", "figures.json"}
        assert "qc-li" in redress("report", "list").out


@pytest.mark.usefixtures("database")
class TestComplaints:
    def test_are_reported_for_the_last_week_when_none_is_named(self, redress: Redress) -> None:
        figures = redress("report", "complaints", "--json").json

        assert figures["report"] == "complaints"
        assert re.fullmatch(r"[0-9]{4}-W[0-9]{2}", figures["period"])

    def test_are_written_into_a_folder_of_their_own(self, redress: Redress, tmp_path: Path) -> None:
        told = redress("report", "complaints", "--period", "2026-09")

        assert (tmp_path / "reports/complaints/2026-09/complaints-2026-09.xlsx").is_file()
        assert "期初未结" in told.out


@pytest.mark.usefixtures("database")
class TestClaims:
    def test_are_reported_for_the_last_month_when_none_is_named(self, redress: Redress) -> None:
        figures = redress("report", "claims", "--json").json

        assert figures["report"] == "claims"
        assert re.fullmatch(r"[0-9]{4}-[0-9]{2}", figures["period"])

    def test_are_written_into_a_folder_of_their_own(self, redress: Redress, tmp_path: Path) -> None:
        told = redress("report", "claims", "--period", "2026-09")

        assert (tmp_path / "reports/claims/2026-09/claims-2026-09.xlsx").is_file()
        assert "新增索赔" in told.out


class TestPeriod:
    def test_is_yesterday_when_none_is_named(self, redress: Redress) -> None:
        figures = redress("report", "exceptions", "--json").json

        assert TODAY - timedelta(days=2) <= date.fromisoformat(figures["period"]) <= TODAY

    @pytest.mark.parametrize("period", ["2026-11-31", "last week", "2099-01"])
    def test_that_cannot_be_reported_on_is_a_wrong_usage_told_in_one_line(self, redress: Redress, period: str) -> None:
        told = redress("report", "exceptions", "--period", period)

        assert told.exit_code == 2
        assert told.err.count("\n") == 1
        assert period in told.err


class TestList:
    def test_has_a_bound(self, redress: Redress) -> None:
        assert "--limit is at least 1" in redress("report", "list", "--limit", "0").err
