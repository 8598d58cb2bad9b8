"""Batches of a feed as they were closed, for tests about what is usual for it."""

from collections.abc import Sequence
from datetime import datetime

from schemas.quality import ExpectationResult, Severity
from store.tracking import quality
from store.unit_of_work import unit_of_work


def a_result(reason_code: str = "code_unknown", **changes: object) -> ExpectationResult:
    """Make what one expectation came to."""
    usual = {"expectation": "expect_it", "column": "confidence", "severity": Severity.WARN, "reason_code": reason_code,
             "evaluated": 1000, "failed": 0, "success": True}  # fmt: skip
    return ExpectationResult.model_validate({**usual, **changes})


def a_batch(
    moment: datetime,
    *,
    feed: str = "sf",
    read: int = 1000,
    quarantined: int = 0,
    results: Sequence[ExpectationResult] = (),
) -> None:
    """Put a closed batch on record."""
    with unit_of_work() as connection:
        batch_id = quality.open_batch(connection, at=moment, flow_run_id="", payloads=1, feed=feed)
        counts = {"read": read, "clean": read - quarantined, "duplicate": 0, "quarantined": quarantined}
        quality.close_batch(connection, batch_id=batch_id, counts=counts, reasons={}, results=results)
