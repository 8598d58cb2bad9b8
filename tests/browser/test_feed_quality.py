"""Somebody of operations who looks at how the feeds are doing, in the browser and by command."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from engine_under_test import EngineUnderTest, wait_until
from playwright.sync_api import Page, expect
from ui import RunPage

pytestmark = pytest.mark.browser
FEED = "kuaidi100"


def a_scan(text: str, status_code: str) -> dict[str, Any]:
    at = f"{datetime.now(UTC) + timedelta(hours=7):%Y-%m-%d %H:%M:%S}"  # an hour ago, Chinese time
    return {"time": at, "ftime": at, "context": text, "status": "在途", "statusCode": status_code}


def started(engine: EngineUnderTest, name: str) -> str:
    """Start a deployment as its button would, and give the run."""
    api = f"{engine.prefect_url}/api"
    deployment = httpx.get(f"{api}/deployments/name/{name}/{name}").raise_for_status().json()["id"]
    run = httpx.post(f"{api}/deployments/{deployment}/create_flow_run", json={}).raise_for_status().json()["id"]
    return str(run)


def health(engine: EngineUnderTest) -> dict[str, Any]:
    return next(feed for feed in engine.json("feeds") if feed["feed"] == FEED)


class TestFeedQuality:
    def test_is_a_picture_in_the_run_that_builds_the_pages(
        self, page: Page, engine: EngineUnderTest, push: Callable[..., None]
    ) -> None:
        push("773080000001", a_scan("快件已到达 示例转运中心", "0"), a_scan("某种新情况", "9471"))
        wait_until(lambda: (health(engine)["records_today"] or 0) >= 2, what="the payload to be taken in")
        run = RunPage.opened(page, engine.prefect_url, started(engine, "build_data_docs"))
        run.expect_state("Completed")

        trend = run.artifact(f"feed-trend-{FEED}")

        picture = trend.get_by_role("img", name=f"{FEED}: trend")
        expect(picture).to_be_visible()
        assert picture.evaluate("picture => picture.naturalWidth") > 500
        expect(trend.get_by_role("row", name="9471")).to_be_visible()

    def test_is_in_pages_that_the_run_names(self, page: Page, engine: EngineUnderTest) -> None:
        RunPage.opened(page, engine.prefect_url, started(engine, "build_data_docs")).expect_state("Completed")

        [built] = (engine.home / "data-docs").iterdir()
        page.goto((built / "index.html").as_uri())

        expect(page.get_by_role("heading", name=FEED, exact=True)).to_be_visible()
