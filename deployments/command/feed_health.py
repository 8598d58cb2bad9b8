"""The commands about how feeds are doing: feeds, feeds release.

Belongs here: what they take and print. Does not belong here: what is usual for a feed (`rules.tracking.baselines`).
"""

import getpass
from typing import TYPE_CHECKING

from cyclopts import App

from deployments.command.installation import enter
from deployments.command.outcome import Failure
from deployments.command.output import print_json, print_table

if TYPE_CHECKING:
    from schemas.feed_health import FeedHealth


def add_to(app: App) -> None:
    """Add these commands to the `redress` command."""
    group = App(name="feeds", help="How the feeds are doing, and letting a stopped one go on.")
    group.default(listing)
    group.command(release)
    app.command(group)


def listing(*, json: bool = False) -> None:
    """List every feed: when it was last heard, how long it is silent at most at this hour, and today beside its usual.

    What a feed's short history cannot say yet is shown as learning.

    Args:
        json: Print JSON.
    """
    enter()
    from tasks.tracking.baselines import feed_health
    from tasks.tracking.showing import health_row

    feeds = feed_health()
    if json:
        print_json([feed.model_dump(mode="json") for feed in feeds])
        return
    rows = [health_row(feed) for feed in feeds]
    columns = tuple(rows[0]) if rows else ("feed",)
    print_table(columns, [list(row.values()) for row in rows])
    _print_alerts(feeds)


def _print_alerts(feeds: "list[FeedHealth]") -> None:
    opened = [alert for feed in feeds for alert in feed.alerts]
    for alert in opened:
        print(f"{alert.feed}: {alert.told}")
    print(f"{len(feeds)} feeds, {len(opened)} alerts.")


def release(name: str, *, by: str = "") -> None:
    """Let the held payloads of a stopped feed be taken in; it is not stopped again for a day.

    - `redress feeds release kuaidi100`

    Args:
        name: The feed.
        by: Who does it; the system's user name when it is left out.
    """
    enter()
    from contextlib import suppress

    from adapters import Refused, Unavailable
    from adapters.runs.client import announce
    from tasks.publishing import PAYLOADS_RECEIVED
    from tasks.tracking.watching import release_feed

    released = release_feed(name, by=by or getpass.getuser())
    if not released:
        raise Failure(f"nothing of the feed {name} is held")
    with suppress(Unavailable, Refused):  # where no engine runs, its sweep will come to it
        announce(PAYLOADS_RECEIVED, resource="redress.command", payload={})
    print(f"{released} payloads of {name} will be taken in.")
