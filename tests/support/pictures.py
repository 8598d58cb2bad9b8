"""The pictures of docs/operations.md, taken anew from a demo that runs: `make demo`, then `make pictures`.

Everything in them is the sample day's invention.
"""

import json
import subprocess
import sys
from pathlib import Path

from engine_under_test import REDRESS
from playwright.sync_api import Locator, Page, ViewportSize, expect
from ui import RunPage, chromium, find_chromium

from deployments.engine.views import views
from deployments.settings import EngineSettings

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
WINDOW: ViewportSize = {"width": 1280, "height": 860}
SETTLED_MS = 1500
"""How long a page goes on drawing after what was waited for is there."""


def told(*arguments: str) -> dict[str, object]:
    """Read what a command prints for scripts."""
    done = subprocess.run([REDRESS, *arguments, "--json"], capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def main() -> None:
    """Take all pictures."""
    settings = EngineSettings()
    FOLDER.mkdir(exist_ok=True)
    [first, *_] = told("board")["waiting"]  # type: ignore[misc]  # a list of runs
    url = f"http://127.0.0.1:{settings.prefect_port}"
    with chromium(find_chromium()) as browser, browser.new_context(viewport=WINDOW) as context:
        page = context.new_page()
        page.goto(views(settings.prefect_port)["waiting for a supervisor"])
        take(page, "waiting-for-a-supervisor", of=page.get_by_role("main").get_by_text("Suspended").first)
        run = RunPage.opened(page, url, first["flow_run_id"])
        take(page, "the-form", of=run.resume().dialog)
        run.reload()
        take(page, "the-case-file", of=run.artifact(f"case-{first['case_no'].lower()}"))


def take(page: Page, name: str, *, of: Locator) -> None:
    """Take a picture of the window once this is there."""
    expect(of).to_be_visible()
    page.wait_for_timeout(SETTLED_MS)
    page.screenshot(path=FOLDER / f"{name}.png")
    sys.stdout.write(f"Took {name}.png\n")


if __name__ == "__main__":
    main()
