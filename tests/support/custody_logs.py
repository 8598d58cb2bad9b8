"""Logs of one parcel for tests about custody: events with the station in the words, as Chinese carriers write it."""

from typing import Any

from factories import at
from hypothesis import strategies as st

from schemas.custody import CustodyEvent
from schemas.tracking import Event, Reason

OUTLET, HUB, FAR_HUB, FAR_OUTLET = "杭州示例路网点", "杭州转运中心", "广州转运中心", "广州范例街网点"


def scan(event: Event, hours: float, place: str = "", *, to: str = "", **changes: Any) -> CustodyEvent:
    """Make a scan at a station, so many hours after noon; a sending may name where the parcel goes."""
    words = f"【{place}】{f'已发往【{to}】' if to else ''}" if place else ""
    return CustodyEvent(
        **{
            "event_id": f"{event.value.lower()}@{hours:g}",
            "occurred_at": at(hours),
            "event": event,
            "carrier": "zhongtong",
            "text": words,
            **changes,
        }
    )


def a_whole_way() -> list[CustodyEvent]:
    """Make the log of a parcel that was received and sent at every station, and signed for."""
    return [
        scan(Event.PICKED_UP, 0, OUTLET),
        scan(Event.DEPARTED_HUB, 2, OUTLET, to=HUB),
        scan(Event.ARRIVED_HUB, 4, HUB),
        scan(Event.DEPARTED_HUB, 6, HUB, to=FAR_HUB),
        scan(Event.ARRIVED_DEST_CITY, 26, FAR_HUB),
        scan(Event.DEPARTED_HUB, 28, FAR_HUB, to=FAR_OUTLET),
        scan(Event.ARRIVED_OUTLET, 30, FAR_OUTLET),
        scan(Event.OUT_FOR_DELIVERY, 32, FAR_OUTLET),
        scan(Event.DELIVERED, 34, FAR_OUTLET),
    ]


@st.composite
def logs(draw: st.DrawFn) -> list[CustodyEvent]:
    """Any log of one waybill, over a few stations and days."""
    numbers = draw(st.lists(st.integers(0, 99), unique=True, max_size=10))
    places = st.sampled_from(["", "杭州市", OUTLET, HUB, FAR_HUB, FAR_OUTLET])
    return [
        scan(
            draw(st.sampled_from(Event)),
            draw(st.integers(0, 200)) / 2,
            draw(places),
            to=draw(places),
            event_id=f"event-{number}",
            sequence=draw(st.sampled_from(["", "01"])),
            reason=draw(st.sampled_from(["", *Reason])),
            understood=draw(st.booleans()),
            voided=draw(st.booleans()),
        )
        for number in numbers
    ]
