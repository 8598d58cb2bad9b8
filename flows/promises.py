"""Chapter promises (时效承诺): what parcels really take on their lanes, and who will miss what was promised."""

from prefect import flow

from tasks.publishing import publish_rows
from tasks.tracking.promising import list_lane_times, list_parcels_that_will_be_late, refresh_lane_times


@flow(name="estimate_lanes")
def estimate_lanes() -> int:
    """Compute the times of all lanes anew, and list the parcels that will be late by them: the nightly estimate."""
    times = refresh_lane_times()
    publish_rows("lane-times", list_lane_times(), description="Pick-up to delivery on the busiest lanes. 线路时效")
    publish_rows(
        "will-be-late",
        list_parcels_that_will_be_late(),
        description="Under way and expected after their promise; the first 500. 预计超时",
    )
    return times
