"""One parcel's day: its story told as events with times and words. How events become posts is the feeds' business."""

from dataclasses import dataclass
from datetime import datetime
from random import Random

from deployments.sample_day.places import City
from deployments.sample_day.plots import Story
from deployments.sample_day.scans import SCANS, Place, Scan
from deployments.sample_day.timeline import Moment, lay_out
from deployments.sample_day.wording import city_of, wording
from deployments.sample_day.world import Parcel, invent_parcel


@dataclass(frozen=True)
class ScannedEvent:
    """One scan as the carrier tells it, the same words however often it is pushed."""

    waybill: str
    number: int  # its place among the parcel's events, from 0
    scan: Scan
    at: datetime
    late: bool
    text: str
    city: City


@dataclass(frozen=True)
class Telling:
    """A parcel with everything that is said about it."""

    parcel: Parcel
    story: Story
    events: tuple[ScannedEvent, ...]
    booked_pickup_at: datetime | None
    promised_at: datetime | None


def tell(*, story: Story, index: int, block: int, now: datetime, rng: Random) -> Telling:
    """Invent parcel number `index` and let the story happen to it."""
    parcel = invent_parcel(rng=rng, index=index, block=block, with_sf=story.reaches_sf)
    timeline = lay_out(story=story, parcel=parcel, now=now, rng=rng)
    events = tuple(
        ScannedEvent(
            waybill=parcel.waybill,
            number=number,
            scan=moment.scan,
            at=moment.at,
            late=moment.late,
            text=_text(number, timeline.moments, parcel, rng),
            city=city_of(SCANS[moment.scan].place, parcel),
        )
        for number, moment in enumerate(timeline.moments)
    )
    return Telling(parcel, story, events, timeline.booked_pickup_at, timeline.promised_at)


def _text(number: int, moments: tuple[Moment, ...], parcel: Parcel, rng: Random) -> str:
    scan = moments[number].scan
    told = [moment.scan for moment in moments[: number + 1]]
    following = [SCANS[moment.scan].place for moment in moments[number + 1 :]]
    elsewhere = [place for place in following if place is not SCANS[scan].place]
    bound_for = elsewhere[0] if elsewhere else _onward(scan, parcel)
    return wording(scan, parcel, bound_for=bound_for, attempt=max(1, told.count(Scan.OUT_FOR_DELIVERY)), rng=rng)


def _onward(scan: Scan, parcel: Parcel) -> Place:
    """Say where a parcel goes whose story ends here."""
    if scan is Scan.LEFT_ORIGIN_OUTLET:
        return Place.ORIGIN_HUB
    if scan is Scan.LEFT_DESTINATION_HUB or parcel.within_one_city:
        return Place.DESTINATION_OUTLET
    return Place.DESTINATION_HUB
