"""Chapter tracking, continued: fetching what nobody pushes, by asking providers and by collecting dropped files.

One feed's trouble keeps no other from being fetched: each is a task of its own, and a run fails when one of them did.
"""

from prefect import flow
from prefect.client.schemas.objects import State

from schemas.fetching import DropReport, PollReport
from tasks.publishing import PAYLOADS_RECEIVED, announce, publish_rows
from tasks.tracking.collecting import collect_drop, drop_rows, dropping_feeds
from tasks.tracking.fetching import ask_provider, poll_rows, polling_feeds


@flow(name="poll_feeds")
def poll_feeds() -> list[State[PollReport]]:
    """Ask every provider that is to be asked about the parcels that are due, each within its limits."""
    polls = [ask_provider(feed, return_state=True) for feed in polling_feeds()]
    reports = [poll.result() for poll in polls if poll.is_completed()]
    if any(report.asked or report.stopped for report in reports):
        publish_rows("feeds-polled", poll_rows(reports), description="Parcels asked about in this run, by feed.")
    if answered := [report.feed for report in reports if report.answered]:
        announce(PAYLOADS_RECEIVED, feeds=answered)
    return polls


@flow(name="collect_drops")
def collect_drops() -> list[State[DropReport]]:
    """Take the complete files out of every drop; foreign and unreadable ones are put aside with their reason."""
    looks = [collect_drop(feed, return_state=True) for feed in dropping_feeds()]
    reports = [look.result() for look in looks if look.is_completed()]
    if any(report.files or report.stopped for report in reports):
        publish_rows("drops-collected", drop_rows(reports), description="Dropped files this run dealt with.")
    if taken := [report.feed for report in reports if report.payloads]:
        announce(PAYLOADS_RECEIVED, feeds=taken)
    return looks
