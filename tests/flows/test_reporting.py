"""The reporting flow: writes the report of the period asked for, and links it from its run."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from factories import at
from prefect import Flow
from prefect.client.orchestration import get_client

from flows.reporting import report_claims, report_complaints, report_exceptions
from tasks.reporting.writing import reports_made

Stand = Callable[[datetime], None]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stand_at: Stand) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    stand_at(at(24 * 3))  # Monday noon
    return tmp_path


class TestReportExceptions:
    def test_writes_yesterdays_report_and_links_it_from_the_run(self, home: Path) -> None:
        address = report_exceptions()

        page = home / "reports/exceptions/2026-11-22/index.html"
        assert address == page.as_uri()
        with get_client(sync_client=True) as client:
            shown = {artifact.key: artifact for artifact in client.read_artifacts()}
        assert address in str(shown["report-exceptions"].data)
        assert "异常件分析报告 2026-11-22" in str(shown["report-exceptions-day"].data)
        [record] = reports_made()
        assert record.flow_run_id == str(shown["report-exceptions"].flow_run_id)

    def test_takes_the_week_of_a_day_and_who_signs_for_it(self, home: Path) -> None:
        report_exceptions(period="week", ending="2026-11-18", signed_by="王主管")

        assert (home / "reports/exceptions/2026-W47/exceptions-2026-W47.xlsx").is_file()
        assert [record.answered_for_by for record in reports_made()] == ["王主管"]

    def test_fails_with_the_reason_for_a_day_that_has_not_come(self, home: Path) -> None:
        state = report_exceptions(ending="2026-12-24", return_state=True)

        assert state.is_failed()
        assert "2026-12-24 has not begun" in str(state.message)

    def test_offers_the_periods_as_a_choice(self) -> None:
        flow: Flow[..., str] = report_exceptions

        assert flow.parameters.properties["period"]["enum"] == ["day", "week", "month"]


class TestReportComplaints:
    def test_writes_last_weeks_report_and_links_it_from_the_run(self, home: Path) -> None:
        address = report_complaints()

        assert address == (home / "reports/complaints/2026-W47/index.html").as_uri()
        with get_client(sync_client=True) as client:
            shown = {artifact.key: artifact for artifact in client.read_artifacts()}
        assert address in str(shown["report-complaints"].data)
        assert "投诉汇总与统计 2026-W47" in str(shown["report-complaints-week"].data)
        assert [record.name for record in reports_made()] == ["complaints"]

    def test_takes_the_month_of_a_day_and_who_signs_for_it(self, home: Path) -> None:
        report_complaints(period="month", ending="2026-10-18", signed_by="王主管")

        assert (home / "reports/complaints/2026-10/complaints-2026-10.xlsx").is_file()
        assert [record.answered_for_by for record in reports_made()] == ["王主管"]


class TestReportClaims:
    def test_writes_last_months_report_and_links_it_from_the_run(self, home: Path) -> None:
        address = report_claims(signed_by="王主管")

        assert address == (home / "reports/claims/2026-10/index.html").as_uri()
        assert (home / "reports/claims/2026-10/claims-2026-10.xlsx").is_file()
        with get_client(sync_client=True) as client:
            shown = {artifact.key: artifact for artifact in client.read_artifacts()}
        assert address in str(shown["report-claims"].data)
        assert "理赔报表与事故原因分析 2026-10" in str(shown["report-claims-month"].data)
        assert [record.answered_for_by for record in reports_made()] == ["王主管"]
