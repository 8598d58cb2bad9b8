"""What happens to parcels, as data: the healthy stories and the troubled ones, and how often each is told.

No texts and no codes: those are the carriers' (wording.py, scans.py). When the scans happen is worked out in
timeline.py.
"""

from collections.abc import Iterable

from deployments.sample_day.plots import Complaint, Promise, Step, Story, late, steps
from deployments.sample_day.scans import Scan

TROUBLED_SHARE = 0.22

_BOOKED = steps(Scan.ORDERED, Scan.AWAITING_PICKUP)
_SENT = steps(Scan.PICKED_UP, Scan.LEFT_ORIGIN_OUTLET, Scan.AT_ORIGIN_HUB, Scan.LEFT_ORIGIN_HUB)
_AT_HUB = (*_SENT, Step(Scan.AT_DESTINATION_HUB))
_AT_OUTLET = (*_AT_HUB, *steps(Scan.LEFT_DESTINATION_HUB, Scan.AT_DESTINATION_OUTLET))
_OUT = (*_AT_OUTLET, Step(Scan.OUT_FOR_DELIVERY))
_LONG_WAY = (
    *_SENT,
    *steps(Scan.AT_TRANSFER_HUB, Scan.LEFT_TRANSFER_HUB, Scan.AT_DESTINATION_HUB),
    *steps(Scan.LEFT_DESTINATION_HUB, Scan.AT_DESTINATION_OUTLET, Scan.OUT_FOR_DELIVERY),
)
_SOON = (0.4, 4)  # hours from a scan to the trouble that it shows

HEALTHY = (
    Story("delivered", 52, (*_OUT, Step(Scan.DELIVERED)), Promise.KEPT),
    Story("delivered_proxy", 9, (*_OUT, Step(Scan.DELIVERED_PROXY)), Promise.KEPT),
    Story("collected", 12, (*_OUT, *steps(Scan.AT_PICKUP_POINT, Scan.COLLECTED)), Promise.KEPT),
    Story(
        "at_pickup_point", 5, (*_OUT, Step(Scan.AT_PICKUP_POINT)), Promise.OPEN, pace=(0.5, 0.7), quiet_hours=(0.5, 2)
    ),
    Story("on_the_way", 8, _SENT, Promise.OPEN, quiet_hours=(0.5, 3)),
    Story("at_destination_hub", 6, _AT_HUB, Promise.OPEN, quiet_hours=(0.5, 2)),
    Story("out_for_delivery", 5, _OUT, Promise.OPEN, pace=(0.5, 0.7), quiet_hours=(0.3, 1.5)),
    Story("booked", 2.5, _BOOKED, Promise.NONE, quiet_hours=(0.3, 4)),
    Story("unknown_code", 0.5, (*_AT_HUB, Step(Scan.UNKNOWN_CODE, (0.2, 0.5))), Promise.OPEN, quiet_hours=(0.3, 1.5)),
)

# Weights in per cent of the troubled parcels; the sums are the State Post Bureau's mix of complaints.
TROUBLED = (
    # Lost or short make up 26,
    Story("parked", 8, _AT_HUB, Promise.ANY, quiet_hours=(100, 150), complaint=Complaint.LOST_OR_SHORT),
    Story(
        "parked_and_found",
        4,
        (*_SENT, *late(Scan.AT_DESTINATION_HUB, Scan.LEFT_DESTINATION_HUB)),
        Promise.ANY,
        quiet_hours=(100, 130),
        complaint=Complaint.LOST_OR_SHORT,
        cured=True,
    ),
    Story("no_trace", 6, (), Promise.PASSED, pace=(1.2, 1.5), quiet_hours=(10, 40), complaint=Complaint.LOST_OR_SHORT),
    Story("lost", 3.5, (*_AT_HUB, Step(Scan.LOST, (40, 80))), Promise.ANY, complaint=Complaint.LOST_OR_SHORT),
    Story("short", 4.5, (*_OUT, Step(Scan.SHORT, _SOON)), Promise.ANY, complaint=Complaint.LOST_OR_SHORT),
    # damage 23,
    Story(
        "damaged_in_transit",
        13,
        (*_AT_HUB, Step(Scan.DAMAGED_IN_TRANSIT, _SOON)),
        Promise.ANY,
        complaint=Complaint.DAMAGE,
    ),
    Story(
        "damaged_at_delivery",
        10,
        (*_OUT, Step(Scan.DAMAGED_AT_DELIVERY, _SOON)),
        Promise.ANY,
        complaint=Complaint.DAMAGE,
    ),
    # delay 24,
    Story("overdue", 8, _LONG_WAY, Promise.PASSED, pace=(1.9, 2.6), quiet_hours=(1, 6), complaint=Complaint.DELAY),
    Story(
        "overdue_then_delivered",
        6,
        (*_LONG_WAY, *late(Scan.DELIVERED)),
        Promise.PASSED,
        pace=(1.9, 2.6),
        quiet_hours=(3, 6),
        complaint=Complaint.DELAY,
        cured=True,
    ),
    Story(
        "held_at_outlet",
        3.5,
        (*_AT_OUTLET, Step(Scan.HELD_AT_OUTLET, (74, 110))),
        Promise.ANY,
        quiet_hours=(2, 12),
        complaint=Complaint.DELAY,
    ),
    Story(
        "held_then_delivered",
        2.5,
        (*_AT_OUTLET, Step(Scan.HELD_AT_OUTLET, (74, 100)), *late(Scan.OUT_FOR_DELIVERY, Scan.DELIVERED)),
        Promise.ANY,
        quiet_hours=(3, 10),
        complaint=Complaint.DELAY,
        cured=True,
    ),
    Story("held_by_weather", 4, (*_AT_HUB, Step(Scan.HELD_BY_WEATHER, _SOON)), Promise.ANY, complaint=Complaint.DELAY),
    # and the service at delivery 27.
    Story("refused", 4, (*_OUT, Step(Scan.REFUSED, _SOON)), Promise.ANY, complaint=Complaint.DELIVERY_SERVICE),
    Story(
        "wrong_address", 4, (*_OUT, Step(Scan.WRONG_ADDRESS, _SOON)), Promise.ANY, complaint=Complaint.DELIVERY_SERVICE
    ),
    Story(
        "unreachable",
        3,
        (*_OUT, Step(Scan.UNREACHABLE, _SOON), Step(Scan.OUT_FOR_DELIVERY, (14, 20)), Step(Scan.UNREACHABLE, _SOON)),
        Promise.ANY,
        complaint=Complaint.DELIVERY_SERVICE,
    ),
    Story(
        "unreachable_then_delivered",
        4,
        (*_OUT, Step(Scan.UNREACHABLE, _SOON), *late(Scan.OUT_FOR_DELIVERY, Scan.DELIVERED)),
        Promise.ANY,
        quiet_hours=(4, 20),
        complaint=Complaint.DELIVERY_SERVICE,
        cured=True,
    ),
    Story("misrouted", 2, (*_SENT, Step(Scan.MISROUTED, (8, 20))), Promise.ANY, complaint=Complaint.DELIVERY_SERVICE),
    Story(
        "misrouted_and_found",
        2.5,
        (
            *_SENT,
            Step(Scan.MISROUTED, (8, 20)),
            *late(Scan.LEFT_STRAY_HUB, Scan.AT_DESTINATION_HUB, Scan.OUT_FOR_DELIVERY),
        ),
        Promise.ANY,
        quiet_hours=(4, 20),
        complaint=Complaint.DELIVERY_SERVICE,
        cured=True,
    ),
    Story(
        "returned",
        1.5,
        (*_OUT, Step(Scan.REFUSED, _SOON), Step(Scan.RETURNING, (3, 12)), Step(Scan.RETURNED, (24, 48))),
        Promise.ANY,
        complaint=Complaint.DELIVERY_SERVICE,
    ),
    Story(
        "returning",
        1,
        (*_OUT, Step(Scan.REFUSED, _SOON), Step(Scan.RETURNING, (3, 12)), *late(Scan.RETURNED)),
        Promise.ANY,
        quiet_hours=(4, 20),
        complaint=Complaint.DELIVERY_SERVICE,
    ),
    Story(
        "out_of_area",
        1.5,
        (*_AT_OUTLET, Step(Scan.OUT_OF_AREA, _SOON)),
        Promise.ANY,
        complaint=Complaint.DELIVERY_SERVICE,
    ),
    Story(
        "signed_after_anomaly",
        2,
        (*_OUT, Step(Scan.DELIVERY_TROUBLE, _SOON), Step(Scan.SIGNED_AFTER_ANOMALY, (2, 20))),
        Promise.ANY,
        complaint=Complaint.DELIVERY_SERVICE,
    ),
    Story(
        "uncollected",
        1.5,
        (*_OUT, Step(Scan.AT_PICKUP_POINT), Step(Scan.UNCOLLECTED, (50, 80))),
        Promise.ANY,
        complaint=Complaint.DELIVERY_SERVICE,
    ),
)

STORIES = {story.name: story for story in (*HEALTHY, *TROUBLED)}
if len(STORIES) != len(HEALTHY) + len(TROUBLED):
    raise AssertionError("two stories have one name")


def told(parcels: int) -> tuple[Story, ...]:
    """Choose a story for each of so many parcels, in the shares of the tables to the parcel."""
    troubled = round(parcels * TROUBLED_SHARE)
    return (*_apportion(HEALTHY, parcels - troubled), *_apportion(TROUBLED, troubled))


def _apportion(stories: Iterable[Story], seats: int) -> tuple[Story, ...]:
    # Largest remainders, so that a sample of any size has the mix and not a throw of dice.
    table = tuple(stories)
    total = sum(story.weight for story in table)
    quotas = [story.weight * seats / total for story in table]
    counts = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(table)), key=lambda row: counts[row] - quotas[row])
    for row in by_remainder[: seats - sum(counts)]:
        counts[row] += 1
    return tuple(story for story, count in zip(table, counts, strict=True) for _ in range(count))
