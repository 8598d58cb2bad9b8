"""A browser, and an engine with cases for it to show."""

from collections.abc import Callable, Generator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
from decisions_under_test import CARRIER, DecisionsUnderTest
from engine_under_test import EngineUnderTest
from playwright.sync_api import Browser, Page
from ui import chromium, find_chromium

from deployments.engine.credentials import read_credentials
from deployments.sample_day.kuaidi100 import Kuaidi100Envelope
from deployments.settings import EngineSettings

RESULTS = Path(__file__).parents[2] / "test-results"

Push = Callable[..., None]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what the browser showed when a test failed."""
    del call
    report = yield
    page = getattr(item, "funcargs", {}).get("page")
    if report.when == "call" and report.failed and page is not None:
        page.screenshot(path=RESULTS / f"{item.name}.png")
    return report


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Run Chromium; tests of other folders must not share its event loop, so it ends with this folder."""
    with chromium(find_chromium()) as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Open a browser window that nobody has used before."""
    with browser.new_context(viewport={"width": 1280, "height": 1000}) as context:
        yield context.new_page()


@pytest.fixture(scope="package")
def decisions(browser: Browser, engine: EngineUnderTest) -> Iterator[DecisionsUnderTest]:
    """Give the engine's cases, with a supervisor and waybills that no other folder uses."""
    asked = DecisionsUnderTest(engine, staff_id="sup-qian", _numbers=count(60_000_001))
    yield asked
    asked.close()


@pytest.fixture
def push(browser: Browser, engine: EngineUnderTest) -> Push:
    """Give the means to push a parcel's scans as Kuaidi100 would."""
    credentials = read_credentials(EngineSettings(home=engine.home))

    def push(waybill: str, *scans: dict[str, Any]) -> None:
        envelope = Kuaidi100Envelope(waybill, CARRIER, state="0", salt=credentials.kuaidi100_salt)
        httpx.post(
            engine.gateway_url + envelope.path,
            content=envelope.body(scans),
            headers={"Content-Type": envelope.content_type},
        ).raise_for_status()

    return push
