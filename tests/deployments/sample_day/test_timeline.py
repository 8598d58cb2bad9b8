"""When the scans of a story happen."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from deployments.sample_day.plots import Promise, Story
from deployments.sample_day.scans import Scan
from deployments.sample_day.stories import STORIES
from deployments.sample_day.timeline import Timeline, lay_out
from deployments.sample_day.world import Parcel, invent_parcel

NOW = datetime(2026, 11, 20, 10, 30, tzinfo=UTC)
SEEDS = range(60)


def a_parcel(seed: int) -> Parcel:
    return invent_parcel(rng=Random(seed), index=seed, block=1)


def laid_out(story: Story) -> list[tuple[Parcel, Timeline]]:
    """The story as it happens to many parcels."""
    parcels = [a_parcel(seed) for seed in SEEDS]
    return [(parcel, lay_out(story=story, parcel=parcel, now=NOW, rng=Random(parcel.index))) for parcel in parcels]


every_story = pytest.mark.parametrize("story", STORIES.values(), ids=lambda story: story.name)


def stories_whose_promise_is(promise: Promise) -> pytest.MarkDecorator:
    chosen = [story for story in STORIES.values() if story.promise is promise]
    return pytest.mark.parametrize("story", chosen, ids=lambda story: story.name)


class TestLayOut:
    @every_story
    def test_puts_the_scans_one_after_another_and_none_in_the_future(self, story: Story) -> None:
        for _, timeline in laid_out(story):
            times = [moment.at for moment in timeline.moments]

            assert times == sorted(set(times))
            assert not times or times[-1] < NOW

    @every_story
    def test_lets_the_last_timely_scan_be_as_long_ago_as_the_story_says(self, story: Story) -> None:
        for _, timeline in laid_out(story):
            timely = [moment.at for moment in timeline.moments if not moment.late]

            if timely and story.promise is not Promise.KEPT:
                quiet = (NOW - timely[-1]) / timedelta(hours=1)
                assert story.quiet_hours[0] - 0.01 <= quiet <= story.quiet_hours[1] + 0.01

    @stories_whose_promise_is(Promise.KEPT)
    def test_delivers_in_time_where_the_promise_is_kept(self, story: Story) -> None:
        for _, timeline in laid_out(story):
            assert timeline.promised_at is not None
            assert timeline.moments[-1].at < timeline.promised_at

    @stories_whose_promise_is(Promise.KEPT)
    def test_leaves_a_kept_promise_ahead_so_that_the_booking_alone_never_looks_late(self, story: Story) -> None:
        assert all(timeline.promised_at and timeline.promised_at > NOW for _, timeline in laid_out(story))

    @stories_whose_promise_is(Promise.OPEN)
    def test_leaves_an_open_promise_ahead(self, story: Story) -> None:
        assert all(timeline.promised_at and timeline.promised_at > NOW for _, timeline in laid_out(story))

    @stories_whose_promise_is(Promise.PASSED)
    def test_has_a_passed_promise_well_behind(self, story: Story) -> None:
        for _, timeline in laid_out(story):
            assert timeline.promised_at is not None
            assert NOW - timeline.promised_at > timedelta(hours=2.5)

    @stories_whose_promise_is(Promise.NONE)
    def test_promises_nothing_before_pickup(self, story: Story) -> None:
        for _, timeline in laid_out(story):
            assert timeline.promised_at is None
            assert timeline.booked_pickup_at is None

    def test_promises_a_full_hour(self) -> None:
        promises = [timeline.promised_at for _, timeline in laid_out(STORIES["delivered"])]

        assert all(promise and (promise.minute, promise.second) == (0, 0) for promise in promises)

    def test_is_silent_for_days_where_a_parcel_is_parked(self) -> None:
        for _, timeline in laid_out(STORIES["parked"]):
            assert NOW - timeline.moments[-1].at > timedelta(hours=96)

    def test_goes_on_scanning_where_a_parcel_is_overdue(self) -> None:
        for _, timeline in laid_out(STORIES["overdue"]):
            assert NOW - timeline.moments[-1].at < timedelta(hours=7)

    def test_holds_a_parcel_at_the_outlet_for_more_than_three_days(self) -> None:
        for _, timeline in laid_out(STORIES["held_at_outlet"]):
            times = {moment.scan: moment.at for moment in timeline.moments}

            assert times[Scan.HELD_AT_OUTLET] - times[Scan.AT_DESTINATION_OUTLET] > timedelta(days=3)

    def test_knows_of_no_scan_where_there_is_no_trace(self) -> None:
        timelines = [timeline for _, timeline in laid_out(STORIES["no_trace"])]

        assert not any(timeline.moments for timeline in timelines)
        assert {timeline.booked_pickup_at is None for timeline in timelines} == {True, False}

    def test_passes_one_hub_once_within_a_city(self) -> None:
        scans = [
            moment.scan
            for parcel, timeline in laid_out(STORIES["delivered"])
            if parcel.within_one_city
            for moment in timeline.moments
        ]

        assert Scan.AT_ORIGIN_HUB in scans
        assert Scan.AT_DESTINATION_HUB not in scans
