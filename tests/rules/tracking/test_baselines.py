"""What is normal for a feed is learned from its own days, and one odd day among them changes little."""

import pytest

from rules.tracking.baselines import LEARNING, bounds_from, is_learning, usual_records
from schemas.feed_health import FeedDay
from schemas.quality import NO_LIMIT


def a_day(days_ago: int, **changes: float | None) -> FeedDay:
    usual = FeedDay(days_ago, 5_000, 10, 5, 5_000, 600.0, 2_400.0)
    return usual._replace(**changes)  # type: ignore[arg-type]


def four_weeks(*, today: int = 100, **changes: float | None) -> list[FeedDay]:
    return [a_day(0, read=today), *(a_day(n, **changes) for n in range(1, 29))]


def with_odd_day(**changes: float | None) -> list[FeedDay]:
    days = four_weeks()
    days[5] = a_day(5, **changes)
    return days


class TestLearning:
    def test_lasts_until_seven_days_told_something(self) -> None:
        days = [a_day(n) for n in range(1, 8)]

        assert is_learning(days[:6])
        assert is_learning([*days[:6], a_day(7, read=0)])
        assert not is_learning(days)

    def test_does_not_count_the_day_that_is_judged(self) -> None:
        assert is_learning([a_day(n) for n in range(7)])

    def test_stops_nothing(self) -> None:
        bounds = bounds_from([a_day(n) for n in range(7)])

        assert (bounds.rows_max, bounds.unknown_share_stop, bounds.quarantine_share_stop) == (NO_LIMIT, 1.0, 1.0)
        assert bounds == LEARNING.model_copy(update={"rows_before": 5_000})

    def test_of_a_feed_nobody_ever_heard_of_stops_nothing(self) -> None:
        assert bounds_from([]) == LEARNING


class TestVolume:
    def test_counts_what_came_before_the_batch(self) -> None:
        assert bounds_from(four_weeks(today=777)).rows_before == 777

    def test_may_triple(self) -> None:
        assert bounds_from(four_weeks()).rows_max == 15_000

    def test_may_be_ten_thousand_however_little_is_usual(self) -> None:
        assert bounds_from(four_weeks(read=20)).rows_max == 10_000

    def test_of_one_flood_does_not_become_usual(self) -> None:
        assert bounds_from(with_odd_day(read=900_000)).rows_max == 15_000

    def test_of_one_outage_does_not_become_usual(self) -> None:
        assert bounds_from(with_odd_day(read=1)).rows_min == 1_250

    def test_that_is_small_is_never_too_small(self) -> None:
        assert bounds_from(four_weeks(read=399)).rows_min == 0
        assert bounds_from(four_weeks(read=400)).rows_min == 100

    def test_is_measured_by_the_same_weekday(self) -> None:
        sundays = [a_day(n, read=800 if n % 7 == 0 else 5_000) for n in range(1, 29)]

        assert usual_records(sundays) == 800

    def test_is_not_said_of_a_feed_that_is_being_learned(self) -> None:
        assert usual_records([a_day(n) for n in range(3)]) is None

    def test_is_measured_by_all_days_while_few_of_the_weekday_are_known(self) -> None:
        assert usual_records([a_day(n, read=800 if n % 7 == 0 else 5_000) for n in range(1, 15)]) == 5_000


class TestShares:
    def test_have_a_floor_for_a_feed_without_fault(self) -> None:
        bounds = bounds_from(four_weeks(unknown=0, quarantined=0))

        assert (bounds.unknown_share_max, bounds.quarantine_share_max) == (0.05, 0.05)
        assert (bounds.unknown_share_stop, bounds.quarantine_share_stop) == (0.5, 0.5)

    def test_follow_a_feed_that_is_always_poor(self) -> None:
        bounds = bounds_from(four_weeks(unknown=1_500, quarantined=2_500))

        assert (bounds.unknown_share_max, bounds.quarantine_share_max) == (0.3, 0.5)
        assert bounds.unknown_share_stop == pytest.approx(0.9)
        assert bounds.quarantine_share_stop == 1.0

    def test_widen_with_how_much_the_days_differ(self) -> None:
        days = [a_day(n, unknown=500 + 100 * (n % 3)) for n in range(1, 29)]

        assert bounds_from(days).unknown_share_max == pytest.approx(0.12 + 6 * 1.4826 * 0.02)

    def test_of_one_bad_day_do_not_become_usual(self) -> None:
        assert bounds_from(with_odd_day(unknown=5_000, quarantined=5_000)) == bounds_from(four_weeks())

    def test_of_days_without_a_readable_record_say_nothing(self) -> None:
        assert bounds_from(four_weeks(unknown=0, understandable=0)).unknown_share_max == 0.05


class TestLateness:
    def test_may_be_half_again_the_usual(self) -> None:
        bounds = bounds_from(four_weeks(late_median_seconds=7_200.0, late_p95_seconds=40_000.0))

        assert (bounds.late_median_seconds_max, bounds.late_p95_seconds_max) == (10_800.0, 60_000.0)

    def test_of_minutes_is_no_lateness(self) -> None:
        bounds = bounds_from(four_weeks(late_median_seconds=2.0, late_p95_seconds=None))

        assert (bounds.late_median_seconds_max, bounds.late_p95_seconds_max) == (900.0, 3_600.0)


class TestReleasedFeed:
    def test_is_warned_of_as_before_and_not_stopped(self) -> None:
        bounds = bounds_from(four_weeks())
        released = bounds.without_stops()

        assert (released.rows_max, released.unknown_share_stop, released.quarantine_share_stop) == (NO_LIMIT, 1.0, 1.0)
        assert (released.rows_min, released.unknown_share_max) == (bounds.rows_min, bounds.unknown_share_max)
