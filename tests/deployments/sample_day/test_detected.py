"""The sample day as the rules judge it: each story is the trouble that it tells of, and nothing else is trouble."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from deployments.sample_day import SampleDay
from deployments.sample_day.plots import Promise
from deployments.sample_day.stories import HEALTHY, STORIES
from rules.exceptions.silence import WatchedShipment, silences
from rules.exceptions.untrue import untrue_tracking
from rules.tracking.fold import shipment_state
from rules.tracking.identity import event_id
from schemas.exceptions import ExceptionType
from schemas.shipments import LoggedEvent

TROUBLE = {
    "parked": ExceptionType.NO_SCAN,
    "parked_and_found": ExceptionType.NO_SCAN,
    "no_trace": ExceptionType.DELAYED,
    "lost": ExceptionType.LOST,
    "short": ExceptionType.SHORT,
    "damaged_in_transit": ExceptionType.DAMAGED,
    "damaged_at_delivery": ExceptionType.DAMAGED,
    "overdue": ExceptionType.DELAYED,
    "overdue_then_delivered": ExceptionType.DELAYED,
    "held_at_outlet": ExceptionType.HELD_AT_OUTLET,
    "held_then_delivered": ExceptionType.HELD_AT_OUTLET,
    "held_by_weather": ExceptionType.WEATHER_BACKLOG,
    "refused": ExceptionType.REFUSED,
    "wrong_address": ExceptionType.ADDRESS_ERROR,
    "unreachable": ExceptionType.UNREACHABLE,
    "unreachable_then_delivered": ExceptionType.UNREACHABLE,
    "misrouted": ExceptionType.MISROUTED,
    "misrouted_and_found": ExceptionType.MISROUTED,
    "returned": ExceptionType.RETURNED,
    "returning": ExceptionType.RETURNED,
    "out_of_area": ExceptionType.OUT_OF_AREA,
    "uncollected": ExceptionType.UNCOLLECTED,
}

Troubles = Callable[..., list[set[ExceptionType]]]


@pytest.fixture(scope="module")
def troubles(day: SampleDay, clean: list[Any], now: datetime) -> Troubles:
    """Ask for the troubles of every parcel of a story, as they stand after a wave."""
    log = defaultdict(list)
    for understood in clean:
        log[understood.record.waybill].append((understood.post.wave, logged(understood.record)))

    def asked(story: str, *, after_wave: int) -> list[set[ExceptionType]]:
        found = []
        for telling in (telling for telling in day.tellings if telling.story.name == story):
            known = [event for wave, event in log[telling.parcel.waybill] if wave <= after_wave]
            state = shipment_state(known)
            watched = WatchedShipment(
                phase=state.phase,
                product=telling.parcel.product.name,
                registered_at=now,
                picked_up_at=telling.booked_pickup_at or state.picked_up_at,
                promised_at=telling.promised_at,
                last_event_at=state.last_event_at,
            )
            silent = silences(watched, now=now + timedelta(minutes=1))
            found.append({trouble.type for trouble in (*state.troubles, *silent, *untrue_tracking(known))})
        return found

    return asked


def logged(record: Any) -> LoggedEvent:
    return LoggedEvent(
        event_id=str(event_id(record)),
        occurred_at=record.occurred_at,
        sequence=record.sequence,
        event=record.event,
        reason=record.reason or "",
        understood=record.confidence != "unknown",
    )


class TestStories:
    @pytest.mark.parametrize("story", [story.name for story in HEALTHY])
    def test_of_healthy_parcels_open_no_case(self, troubles: Troubles, story: str) -> None:
        assert not any(troubles(story, after_wave=2))

    @pytest.mark.parametrize(("story", "trouble"), TROUBLE.items())
    def test_of_troubled_parcels_open_a_case_of_their_type(
        self, troubles: Troubles, story: str, trouble: ExceptionType
    ) -> None:
        found = troubles(story, after_wave=1)

        assert found
        assert all(trouble in types for types in found)

    @pytest.mark.parametrize("story", [story.name for story in STORIES.values() if story.cured])
    def test_that_are_cured_have_lost_their_trouble_after_the_late_events(self, troubles: Troubles, story: str) -> None:
        assert not any(TROUBLE[story] in types for types in troubles(story, after_wave=2))

    @pytest.mark.parametrize(
        "story",
        [story.name for story in STORIES.values() if story.complaint and not story.cured and story.name in TROUBLE],
    )
    def test_that_are_not_cured_keep_their_trouble(self, troubles: Troubles, story: str) -> None:
        assert all(TROUBLE[story] in types for types in troubles(story, after_wave=2))

    def test_leave_nothing_open_where_a_parcel_was_signed_for_after_an_anomaly(self, troubles: Troubles) -> None:
        assert not any(troubles("signed_after_anomaly", after_wave=1))

    @pytest.mark.parametrize("story", STORIES)
    def test_never_contradict_themselves(self, troubles: Troubles, story: str) -> None:
        assert not any(ExceptionType.TRACKING_UNTRUE in types for types in troubles(story, after_wave=2))

    def test_of_troubled_parcels_are_all_judged_here(self) -> None:
        troubled = {story.name for story in STORIES.values() if story.complaint}

        assert set(TROUBLE) == troubled - {"signed_after_anomaly"}

    def test_open_no_case_before_the_scans_are_read_except_where_the_promise_has_passed(
        self, day: SampleDay, now: datetime
    ) -> None:
        late = {
            telling.story.promise
            for telling in day.tellings
            if silences(
                WatchedShipment(
                    product=telling.parcel.product.name,
                    registered_at=now,
                    picked_up_at=telling.booked_pickup_at,
                    promised_at=telling.promised_at,
                ),
                now=now,
            )
        }

        assert late == {Promise.PASSED, Promise.ANY}
