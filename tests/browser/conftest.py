"""A browser, and an engine with cases for it to show."""

from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from decisions_under_test import CARRIER, Decision, DecisionsUnderTest
from engine_under_test import EngineUnderTest
from playwright.sync_api import BrowserContext, Page, ViewportSize
from ui import chromium, find_chromium

from deployments.engine.credentials import read_credentials
from deployments.sample_day.kuaidi100 import Kuaidi100Envelope
from deployments.settings import EngineSettings

WINDOW: ViewportSize = {"width": 1280, "height": 1000}
RESULTS = Path(__file__).parents[2] / "test-results"
CASES = 4  # as many as there are tests that ask for one

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


@pytest.fixture(scope="session", autouse=True)
def chromium_path() -> str:
    """Find Chromium before anything else, so that no engine is started where there is none."""
    return find_chromium()


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[BrowserContext]:
    """Run Chromium; it ends with each file because its event loop would disturb the tests of other folders."""
    with chromium(chromium_path) as running, running.new_context(viewport=WINDOW) as context:
        yield context


@pytest.fixture
def page(browser: BrowserContext) -> Iterator[Page]:
    """Open a window."""
    with browser.new_page() as page:
        yield page


@pytest.fixture(scope="session")
def decisions(engine: EngineUnderTest) -> Iterator[DecisionsUnderTest]:
    """Give the engine's decisions."""
    asking = DecisionsUnderTest(engine)
    yield asking
    asking.close()


@pytest.fixture(scope="session")
def waiting(decisions: DecisionsUnderTest) -> Iterator[Decision]:
    """Have cases wait for a decision, all at once because that takes no longer than one."""
    return iter(decisions.born(CASES))


@pytest.fixture
def decision(waiting: Iterator[Decision], decisions: DecisionsUnderTest) -> Decision:
    """Give a case of the test's own that waits for a decision."""
    return next(waiting, None) or decisions.born(1)[0]


@pytest.fixture
def push(engine: EngineUnderTest) -> Push:
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
