"""Lanes and what they promise: how long parcels take, and which of those under way will be late."""

from typing import Any

from prefect import task

from rules.tracking.promises import PROMISE_PACK, grace
from store.tracking import lanes
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.settings import BusinessSettings

LISTED = 500
"""Lines of a list: the rest is counted."""


@task
def refresh_lane_times() -> int:
    """Compute from the log's own deliveries how long every lane takes, and give how many times that makes."""
    now = clock.now()
    lookback, least, most = (
        PROMISE_PACK.pick(rule, on=now.date()) for rule in ("lookback", "samples_min", "samples_max")
    )
    with unit_of_work() as connection:
        return lanes.refresh(
            connection, since=now - lookback.hours, samples_min=int(least.value), samples_max=int(most.value), at=now
        )


@task
def list_lane_times() -> list[dict[str, Any]]:
    """List how long the whole way takes on the busiest lanes."""
    with unit_of_work() as connection:
        found = lanes.busiest(connection, limit=LISTED)
    return [
        {
            "lane 线路": f"{time.origin} → {time.destination}",
            "product 产品": time.product,
            "carrier 承运商": time.carrier or "all",
            "parcels 件数": time.parcels,
            **{name: f"{took.total_seconds() / 3600:.1f} h" for name, took in
               (("p50", time.p50), ("p80", time.p80), ("p95", time.p95))},
        }
        for time in found
    ]  # fmt: skip


@task
def list_parcels_that_will_be_late() -> list[dict[str, Any]]:
    """List the parcels under way that are expected after their promise and are not late yet, the soonest due first."""
    now, zone = clock.now(), BusinessSettings().zone
    with unit_of_work() as connection:
        found = lanes.will_be_late(connection, grace=grace(now), now=now, limit=LISTED)
    return [
        {
            "waybill 运单": parcel.waybill,
            "carrier 承运商": parcel.carrier,
            "outlet 网点": parcel.outlet,
            "promised 承诺": parcel.promised_at.astimezone(zone).strftime("%m-%d %H:%M"),
            "by 来源": parcel.promised_by.value,
            "expected 预计": parcel.expected_at.astimezone(zone).strftime("%m-%d %H:%M"),
        }
        for parcel in found
    ]
