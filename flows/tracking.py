"""Chapter tracking: taking in what carriers send, and replaying what could not be used."""

from prefect import flow

from schemas.ingest import IngestReport
from tasks.publishing import EVENTS_MERGED, announce, publish_ingest
from tasks.tracking.ingest import replay_quarantine as replay
from tasks.tracking.ingest import take_in_payloads


@flow(name="ingest_feeds")
def ingest_feeds() -> IngestReport:
    """Take in everything that waits in the inbox: translate, check, merge; what cannot be used goes to quarantine."""
    report = IngestReport()
    while (batch := take_in_payloads()) is not None:
        report = report.plus(batch)
    if report.payloads:
        publish_ingest(report)
        announce(EVENTS_MERGED, events=report.clean)
    return report


@flow(name="replay_quarantine")
def replay_quarantine(reason: str = "", by: str = "ops") -> IngestReport:
    """Judge held records again after a mapping was mended: all of them, or those with one reason."""
    report = replay(reason or None, None, by)
    publish_ingest(report)
    if report.clean:
        announce(EVENTS_MERGED, events=report.clean)
    return report
