"""What a run shows in the Prefect UI: table artifacts of what it did, and the events that wake the next flow."""

from collections.abc import Mapping, Sequence
from typing import Any

from prefect import get_run_logger
from prefect.artifacts import create_table_artifact

from adapters import Refused, Unavailable
from adapters.runs import client as runs
from schemas.ingest import IngestReport

PAYLOADS_RECEIVED = "redress.payloads.received"
EVENTS_MERGED = "redress.events.merged"
DECISION_TAKEN = "redress.decision.taken"
CASE_INFORMED = "redress.case.informed"
"""An answer, a piece of evidence or a waiver came in, which a held case may wait for."""
COMPLAINT_FILED = "redress.complaint.filed"
"""A complaint came in, or something more was told of one."""
CLAIM_FILED = "redress.claim.filed"
"""A claim came in, or something more was told of one."""


def announce(event: str, **payload: Any) -> None:
    """Wake whoever waits for this event. Losing it costs a minute: every trigger has a sweep."""
    try:
        runs.announce(event, resource="redress.engine", payload=payload)
    except (Unavailable, Refused) as failure:
        get_run_logger().warning("Event %s was not announced: %s", event, failure)


def publish_ingest(report: IngestReport) -> None:
    """Show what was read, clean, duplicate and quarantined, by reason."""
    rows: list[dict[str, Any]] = [
        {"what": "read 读入", "records": report.read},
        {"what": "clean 合格", "records": report.clean},
        {"what": "duplicate 重复", "records": report.duplicate},
        {"what": "quarantined 隔离", "records": report.quarantined},
        *({"what": f"  · {reason}", "records": times} for reason, times in sorted(report.reasons.items())),
        {"what": "unknown codes 未知代码", "records": report.unknown_codes},
        *({"what": f"  provider: {said}", "records": times} for said, times in sorted(report.answers.items())),
        *({"what": f"stopped 暂停 {feed}: {why}", "records": 0} for feed, why in sorted(report.stopped.items())),
    ]
    create_table_artifact(
        key="tracking-ingest",
        table=rows,
        description=f"From {report.payloads} payload(s). Read = clean + duplicate + quarantined.",
    )


def publish_counts(key: str, counts: Mapping[str, int], *, description: str) -> None:
    """Show how many cases went through each step."""
    create_table_artifact(
        key=key, table=[{"step": step, "count": count} for step, count in counts.items()], description=description
    )


def publish_rows(key: str, rows: Sequence[Mapping[str, Any]], *, description: str, count: int | None = None) -> None:
    """Show a list, at most 500 rows of it; the description says how many there were, with `count` more than `rows`."""
    in_all = len(rows) if count is None else count
    create_table_artifact(
        key=key, table=[dict(row) for row in rows[:500]], description=f"{description} ({in_all} in all)"
    )
