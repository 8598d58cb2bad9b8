"""The figures of a batch as a whole, which the batch-level checks are about. No check belongs here.

A batch that is too small for shares has none: three unknown codes among four records say nothing of a feed.
"""

from collections.abc import Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from schemas.quality import BatchBounds

UNDERSTOOD = ("code", "text")  # how a record may have been understood; see Confidence
FIGURES = ("rows", "unknown_share", "quarantine_share", "late_median_seconds", "late_p95_seconds")


def batch_figures(table: Any, *, quarantined: Collection[int], bounds: BatchBounds) -> dict[str, float | None]:
    """Work out the figures of a batch that `frame` has laid out; None for what it does not say."""
    median, p95 = _lateness(table, quarantined)
    return {
        "rows": float(bounds.rows_before + table.num_rows),
        "unknown_share": _unknown_share(table),
        "quarantine_share": len(quarantined) / table.num_rows if table.num_rows else None,
        "late_median_seconds": median,
        "late_p95_seconds": p95,
    }


def judged_figures(figures: dict[str, float | None], *, rows: int, bounds: BatchBounds) -> dict[str, float | None]:
    """Leave of the figures those that a batch of so many rows may be judged by."""
    if rows >= bounds.shares_from_rows:
        return figures
    return {name: value if name == "rows" else None for name, value in figures.items()}


def _unknown_share(table: Any) -> float | None:
    confidence = table.column("confidence").filter(pc.is_null(table.column("unreadable")))
    if len(confidence) == 0:
        return None
    understood = pc.is_in(confidence, value_set=pa.array(UNDERSTOOD, confidence.type))
    return float((len(confidence) - pc.sum(understood).as_py()) / len(confidence))


def _lateness(table: Any, quarantined: Collection[int]) -> tuple[float | None, float | None]:
    """Say how late news of parcels reached us: median and p95 over the newest usable event of each.

    A provider that tells a parcel's whole history each time is not late with the old part of it.
    """
    usable = pa.array([row not in quarantined for row in range(table.num_rows)], pa.bool_())
    told = table.select(["waybill", "seconds_ahead"]).filter(usable).drop_null()
    if told.num_rows == 0:
        return None, None
    newest = told.group_by("waybill").aggregate([("seconds_ahead", "max")]).column("seconds_ahead_max")
    late = pc.max_element_wise(pc.negate(newest), 0.0)
    median, p95 = pc.quantile(late, q=[0.5, 0.95]).to_pylist()
    return float(median), float(p95)
