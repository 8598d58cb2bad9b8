"""Somebody of operations who only watches, in the browser."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from engine_under_test import EngineUnderTest, wait_until
from playwright.sync_api import Page, expect
from ui import RunPage

pytestmark = pytest.mark.browser


def a_scan(text: str, **changes: Any) -> dict[str, Any]:
    at = f"{datetime.now(UTC) + timedelta(hours=7):%Y-%m-%d %H:%M:%S}"  # an hour ago, Chinese time
    return {"time": at, "ftime": at, "context": text, "status": "在途", "statusCode": "0", **changes}


def ingest_run_since(engine: EngineUnderTest, moment: datetime) -> str | None:
    """Find the run that took something in since then, among the many that found nothing waiting."""
    wanted = {"artifacts": {"key": {"any_": ["tracking-ingest"]}}, "sort": "CREATED_DESC", "limit": 1}
    found = httpx.post(f"{engine.prefect_url}/api/artifacts/filter", json=wanted).raise_for_status().json()
    newer = [one["flow_run_id"] for one in found if datetime.fromisoformat(one["created"]) > moment]
    return newer[0] if newer else None


class TestWatcher:
    def test_sees_in_the_ingest_run_what_was_taken_in_and_what_was_not(
        self, page: Page, engine: EngineUnderTest, push: Callable[..., None]
    ) -> None:
        before = datetime.now(UTC)
        arrived = a_scan("快件已到达 示例转运中心")
        push("773070000001", arrived, arrived, a_scan("快件已发往 示例市", time="昨天", ftime="昨天"))
        flow_run_id = wait_until(lambda: ingest_run_since(engine, before), what="the payload to be taken in")

        table = RunPage.opened(page, engine.prefect_url, flow_run_id).artifact("tracking-ingest")

        for line in ("read 读入 3", "clean 合格 1", "duplicate 重复 1", "quarantined 隔离 1", "· time_unreadable 1"):
            expect(table.get_by_role("row", name=line, exact=True)).to_be_visible()
