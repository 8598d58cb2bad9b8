"""Data Docs in a browser without a network: they ask nobody for anything, and can be read."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from expectations.docs import build_docs
from schemas.data_docs import DataDocs, DocumentedBatch, DocumentedFeed, TrendDay
from schemas.quality import ExpectationResult, Severity

pytestmark = pytest.mark.browser
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def a_result(column: str, expectation: str, reason_code: str, failed: int) -> ExpectationResult:
    return ExpectationResult(
        expectation=expectation,
        column=column,
        severity=Severity.QUARANTINE,
        reason_code=reason_code,
        evaluated=200,
        failed=failed,
        success=not failed,
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build pages about one batch in which waybills were malformed."""
    results = (
        a_result("unreadable", "expect_column_values_to_be_null", "unreadable", 0),
        a_result("waybill", "expect_column_values_to_not_match_regex", "waybill_malformed", 17),
    )
    batch = DocumentedBatch(
        batch_id=7, started_at=NOON, read=200, clean=183, duplicate=0, quarantined=17, results=results
    )
    days = tuple(
        TrendDay(
            day=date(2026, 11, 20) - timedelta(days=ago),
            read=200,
            unknown_share=0.0,
            quarantine_share=0.1,
            late_median_seconds=60.0,
            late_p95_seconds=90.0,
        )
        for ago in range(9)
    )
    folder = tmp_path_factory.mktemp("data-docs")
    feed = DocumentedFeed(feed="sf", records_usual=200, days=days, batches=(batch,))
    build_docs(DataDocs(made_at=NOON, feeds=(feed,)), folder / "pages")
    return folder / "pages" / "index.html"


class TestDataDocs:
    def test_are_read_from_the_folder_alone(self, page: Page, index: Path) -> None:
        asked: list[str] = []
        troubles: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfailed", lambda request: troubles.append(request.url))
        page.on("console", lambda message: troubles.append(message.text))

        page.goto(index.as_uri())
        page.get_by_role("link", name="7", exact=True).click()
        expect(page.get_by_text("17 unexpected values found. 8.5% of 200 total rows.")).to_be_visible()

        assert [url for url in asked if not url.startswith(index.parent.as_uri())] == []
        assert troubles == []

    def test_show_the_trend_as_a_picture(self, page: Page, index: Path) -> None:
        page.goto(index.as_uri())

        picture = page.get_by_role("img", name="sf: trend")
        expect(picture).to_be_visible()
        assert picture.evaluate("picture => picture.naturalWidth") > 500

    def test_are_laid_out_by_their_own_style(self, page: Page, index: Path) -> None:
        page.goto(index.as_uri())

        columns = page.locator(".page").evaluate("element => getComputedStyle(element).gridTemplateColumns")
        assert columns.startswith("190px ")

    def test_leave_out_on_demand_what_was_met(self, page: Page, index: Path) -> None:
        page.goto((index.parent / "sf" / "batch-7.html").as_uri())
        met = page.get_by_text("values must be null")
        expect(met).to_be_visible()

        page.get_by_label("failed only").check()

        expect(met).to_be_hidden()
        expect(page.get_by_text("values must not match this regular expression")).to_be_visible()
