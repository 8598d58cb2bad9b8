"""Prefect's UI (version 2) as people meet it: what they open, read and click.

Belongs here: where things are on its pages, by the labels that people go by. Does not belong here: what a page ought to
say.
"""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

PATIENCE_MS = 30_000
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-software-rasterizer",  # the graph of a run is drawn without WebGL, for two thirds of the CPU
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str:
    """Find the machine's Chromium; without one a test is skipped, and under CI it fails."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        sentence = f"no Chromium was found (looked for {', '.join(CHROMIUM)}), so nobody saw what the UI shows"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(sentence)
    return found


@contextmanager
def chromium(path: str) -> Iterator[Browser]:
    """Run a browser of its own."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class ResumeForm:
    """The dialog in which a suspended run asks."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.dialog = page.get_by_role("dialog", name="Resume Flow Run")
        self.complaint = page.get_by_role("region", name="Notifications").get_by_role("listitem")

    def fields(self) -> list[str]:
        """Read the labels of the fields from top to bottom."""
        return [label.inner_text().strip() for label in self.dialog.locator("label").all()]

    def choose(self, decision: str) -> None:
        """Pick approve or refuse."""
        self.dialog.get_by_label("决定 Decision").click()
        self._page.get_by_role("option", name=decision, exact=True).click()

    def write(self, **texts: str) -> None:
        """Fill in text fields, by the last word of their label."""
        for name, text in texts.items():
            self.dialog.get_by_role("textbox", name=name.replace("_", " ")).fill(text)

    def submit(self) -> None:
        """Click the dialog's Resume."""
        self.dialog.get_by_role("button", name="Resume", exact=True).click()


class RunPage:
    """The page of one run."""

    def __init__(self, page: Page, flow_run_id: str) -> None:
        self._page = page
        self._flow_run_id = flow_run_id
        self._main = page.get_by_role("main")

    @classmethod
    def opened(cls, page: Page, prefect_url: str, flow_run_id: str) -> "RunPage":
        """Open the page by its address."""
        page.goto(f"{prefect_url}/v2/runs/flow-run/{flow_run_id}")
        return cls(page, flow_run_id)

    def expect_state(self, name: str) -> None:
        """Wait until the page shows this state."""
        expect(self._main.get_by_text(name, exact=True).first).to_be_visible()

    def reload(self) -> None:
        """Fetch the page anew, which spares waiting for its next look at the server."""
        self._page.reload()

    def resume(self) -> ResumeForm:
        """Choose Resume in the run's menu."""
        self._page.get_by_role("button", name="Open menu").first.click()
        self._page.get_by_role("menuitem", name="Resume").click()
        form = ResumeForm(self._page)
        expect(form.dialog.get_by_role("heading", level=3)).to_be_visible()  # the case's heading: the form has arrived
        return form

    def details(self) -> Locator:
        """Open the tab of details."""
        self._page.get_by_role("tab", name="Details").click()
        return self._page.get_by_role("tabpanel", name="Details")

    def artifact(self, key: str) -> Locator:
        """Open this run's artifact: its card, then this run among all that wrote such an artifact."""
        self._page.get_by_role("tab", name="Artifacts").click()
        self._page.get_by_role("link", name=key).click()
        of_this_run = self._page.locator(f"a[href$='/{self._flow_run_id}']")
        written = self._page.get_by_test_id(re.compile("^timeline-card-")).filter(has=of_this_run)
        written.get_by_role("link").first.click()
        return self._page.get_by_role("tabpanel", name="Artifact")


def start_by_hand(page: Page, prefect_url: str, deployment: str, **parameters: str) -> RunPage:
    """Start a deployment through its custom run form, and follow the notice to the run."""
    page.goto(f"{prefect_url}/v2/deployments")
    page.get_by_role("row", name=deployment).get_by_role("link", name=deployment).first.click()
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Custom run").click()
    for name, value in parameters.items():
        page.get_by_label(name).fill(value)
    page.get_by_role("button", name="Submit").click()
    page.get_by_role("link", name="View run").click()
    page.wait_for_url("**/runs/flow-run/*")
    return RunPage(page, page.url.partition("?")[0].rsplit("/", maxsplit=1)[1])
