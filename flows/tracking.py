"""Chapter tracking: taking in what carriers send, and replaying what could not be used."""

from prefect import flow

from schemas.ingest import IngestReport
from schemas.quarantine import ReplayReport
from tasks.exceptions.carrying import lies_unhandled
from tasks.publishing import EVENTS_MERGED, announce, publish_ingest, publish_rows
from tasks.tracking.ingest import take_in_payloads
from tasks.tracking.replaying import order_replay, replay_batch
from tasks.tracking.unknown import list_unknown_codes


@flow(name="ingest_feeds")
def ingest_feeds() -> IngestReport:
    """Take in everything that waits in the inbox: translate, check, merge; what cannot be used goes to quarantine.

    What an earlier run merged, and died before it told anybody, is told now: the next pass of the schedule may be
    minutes away.
    """
    report = take_in_payloads()
    if report.payloads or report.stopped:
        publish_ingest(report)
    if report.payloads or report.stopped or lies_unhandled():
        announce(EVENTS_MERGED, events=report.clean)
    if report.unknown_codes:
        publish_rows("tracking-unknown-codes", list_unknown_codes(), description="未知代码 Codes that no mapping knows")
    return report


@flow(name="replay_quarantine")
def replay_quarantine(reason: str = "", feed: str = "", by: str = "ops") -> ReplayReport:
    """Judge held records again after a mapping was mended: all of them, or those with one reason or of one feed."""
    order = order_replay(by, reason, feed)
    report = ReplayReport()
    while (batch := replay_batch(order, report.last)) is not None:
        report = report.plus(batch)
    publish_rows("quarantine-replay", report.rows(), description=report.sentence)
    if report.clean:
        announce(EVENTS_MERGED, events=report.clean)
    return report
