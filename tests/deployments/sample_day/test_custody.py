"""The sample day's chains of custody: healthy parcels are in nobody's gap, each story points to whom it tells of."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from deployments.sample_day import SampleDay
from deployments.sample_day.stories import HEALTHY
from rules.exceptions.custody import chain_of_custody
from rules.exceptions.presumption import presumption
from rules.tracking.identity import event_id
from schemas.custody import Custody, CustodyEvent, GapKind, ResponsibleParty
from schemas.exceptions import ExceptionType

Chains = Callable[[str], list[tuple[Any, Custody]]]


@pytest.fixture(scope="module")
def chains(day: SampleDay, clean: list[Any], now: datetime) -> Chains:
    """Ask for the parcels of a story, each with its chain."""
    log = defaultdict(list)
    for understood in clean:
        log[understood.record.waybill].append(logged(understood.record))

    def asked(story: str) -> list[tuple[Any, Custody]]:
        told = [telling.parcel for telling in day.tellings if telling.story.name == story]
        return [(parcel, chain_of_custody(log[parcel.waybill], now=now)) for parcel in told]

    return asked


def logged(record: Any) -> CustodyEvent:
    return CustodyEvent(
        event_id=str(event_id(record)),
        occurred_at=record.occurred_at,
        sequence=record.sequence,
        event=record.event,
        reason=record.reason or "",
        understood=record.confidence != "unknown",
        location=record.location,
        carrier=record.carrier,
        text=record.raw_text,
    )


class TestStories:
    @pytest.mark.parametrize("story", [story.name for story in HEALTHY])
    def test_of_healthy_parcels_have_no_open_gap_and_no_contradiction(self, chains: Chains, story: str) -> None:
        for parcel, custody in chains(story):
            assert custody.open_gap is None, parcel.waybill
            assert custody.contradictions == ()

    def test_of_parked_parcels_point_to_the_station_that_never_sent_them(self, chains: Chains) -> None:
        for parcel, custody in chains("parked"):
            found = presumption(custody, type_=ExceptionType.NO_SCAN)

            assert custody.open_gap is not None
            assert custody.open_gap.kind is GapKind.RECEIVED_NOT_SENT
            assert found.holder is not None
            assert found.holder.place in {parcel.hub(city) for city in (parcel.origin, parcel.destination)}

    @pytest.mark.parametrize("story", ["held_at_outlet", "held_then_delivered"])
    def test_of_parcels_that_an_outlet_kept_point_to_that_outlet(self, chains: Chains, story: str) -> None:
        for parcel, custody in chains(story):
            found = presumption(custody, type_=ExceptionType.HELD_AT_OUTLET)

            assert found.holder is not None
            assert found.holder.place == parcel.destination_outlet

    def test_of_misrouted_parcels_do_not_point_to_where_they_were_found(self, chains: Chains) -> None:
        for parcel, custody in chains("misrouted"):
            found = presumption(custody, type_=ExceptionType.MISROUTED)

            assert found.holder is not None
            assert (found.party, found.holder.place != parcel.hub(parcel.stray)) == (ResponsibleParty.CARRIER, True)

    def test_of_parcels_without_a_trace_point_to_nobody(self, chains: Chains) -> None:
        found = [presumption(custody, type_=ExceptionType.DELAYED).party for _, custody in chains("no_trace")]

        assert set(found) == {ResponsibleParty.UNKNOWN}
