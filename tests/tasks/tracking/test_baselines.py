"""Bounds for a batch, and how every feed is doing, from what its batches came to."""

from datetime import timedelta

import pytest
from factories import NOON, at
from feed_history import a_batch, a_result

from schemas.feed_health import FeedHealth
from schemas.quality import NO_LIMIT, AlertKind, BatchBounds, ExpectationResult
from store.tracking import alerts, inbox
from store.unit_of_work import unit_of_work
from tasks.tracking.baselines import bounds_for, feed_health
from tasks.tracking.watching import listen_for_silent_feeds, release_feed


def lateness(median: float, p95: float) -> list[ExpectationResult]:
    return [
        a_result(kind, column=None, evaluated=1, observed=seconds)
        for kind, seconds in ((AlertKind.LATE_MEDIAN, median), (AlertKind.LATE_P95, p95))
    ]


def days_of_batches(days: int = 10, **told: object) -> None:
    for day in range(1, days + 1):
        a_batch(at(-24 * day), **told)  # type: ignore[arg-type]


def bounds(feed: str = "sf") -> BatchBounds:
    with unit_of_work() as connection:
        return bounds_for(connection, feed, now=NOON)


def health(feed: str) -> FeedHealth:
    [found] = [one for one in feed_health() if one.feed == feed]
    return found


class TestBoundsFor:
    def test_stop_nothing_of_a_new_feed(self) -> None:
        assert bounds().rows_max == NO_LIMIT

    def test_come_from_the_feeds_own_days(self) -> None:
        days_of_batches(read=6_000)
        days_of_batches(feed="other", read=60)

        assert (bounds().rows_max, bounds("other").rows_max) == (18_000, 10_000)

    def test_add_up_the_batches_of_a_day(self) -> None:
        days_of_batches(read=1_000)
        for minutes in (1, 2, 70):
            a_batch(NOON - timedelta(minutes=minutes), read=40)

        assert bounds().rows_before == 120

    def test_reach_back_four_weeks_and_no_further(self) -> None:
        for day in range(25, 40):
            a_batch(at(-24 * day))

        assert bounds().rows_max == NO_LIMIT

    def test_know_the_shares_of_every_day(self) -> None:
        days_of_batches(quarantined=300, results=[a_result(failed=200)])

        assert (bounds().quarantine_share_max, bounds().unknown_share_max) == (0.3, 0.2)

    def test_know_how_late_news_usually_is(self) -> None:
        days_of_batches(results=lateness(7_200, 36_000))

        assert (bounds().late_median_seconds_max, bounds().late_p95_seconds_max) == (10_800, 54_000)

    def test_weigh_the_lateness_of_batches_by_their_records(self) -> None:
        days_of_batches(read=900, results=lateness(2_000, 20_000))
        days_of_batches(read=100, results=lateness(12_000, 20_000))

        assert bounds().late_median_seconds_max == 4_500

    def test_learn_nothing_from_a_batch_that_was_stopped(self) -> None:
        days_of_batches(results=[a_result(failed=20)])
        days_of_batches(read=0, results=[a_result(failed=1_000), *lateness(90_000, 90_000)])

        assert bounds().unknown_share_max == 0.05
        assert bounds().late_median_seconds_max == 900

    def test_learn_nothing_from_a_replay(self) -> None:
        days_of_batches(feed="")

        assert bounds("").rows_max == NO_LIMIT

    def test_stop_nothing_for_a_day_after_a_person_released_the_feed(self) -> None:
        days_of_batches()
        with unit_of_work() as connection:
            alerts.raise_alert(connection, feed="sf", kind=AlertKind.STOPPED, told="row_count", at=at(-1))
        assert bounds().rows_max == 10_000

        release_feed("sf", by="ops-chen")

        assert bounds().rows_max == NO_LIMIT
        with unit_of_work() as connection:
            assert bounds_for(connection, "sf", now=at(24.1)).rows_max == 10_000


class TestReleaseFeed:
    def test_lets_the_held_payloads_of_this_feed_be_taken_in(self) -> None:
        with unit_of_work() as connection:
            held, other = (
                inbox.keep(connection, feed=feed, format_name="f", origin="http", body=b"{}", received_at=NOON)
                for feed in ("sf", "kuaidi100")
            )
            inbox.stop(connection, [held, other], why="row_count")
            alerts.raise_alert(connection, feed="sf", kind=AlertKind.STOPPED, told="row_count", at=NOON)

        assert release_feed("sf", by="ops-chen") == 1

        with unit_of_work() as connection:
            assert [payload.id for payload in inbox.claim(connection, limit=9, bytes_max=99)] == [held]
            assert alerts.open_alerts(connection) == []
            closed_by = connection.exec_driver_sql("SELECT closed_by FROM feed_alert").scalar_one()
        assert closed_by == "ops-chen"

    def test_says_that_nothing_was_held(self) -> None:
        assert release_feed("sf", by="ops-chen") == 0


class TestFeedHealth:
    def test_shows_a_configured_feed_that_was_never_heard(self) -> None:
        found = health("sf")

        assert (found.last_heard_at, found.pause_seconds_max, found.records_usual) == (None, None, None)

    def test_shows_the_last_day_beside_the_usual(self) -> None:
        days_of_batches(read=1_000)
        a_batch(NOON, read=50, quarantined=5, results=[a_result(evaluated=50, failed=10)])

        found = health("sf")

        assert (found.records_today, found.records_usual) == (50, 1_000)
        assert (found.unknown_share, found.quarantine_share) == (0.2, 0.1)

    def test_shows_a_feed_that_is_not_configured_any_more(self) -> None:
        a_batch(NOON, feed="a-former-one")

        assert health("a-former-one").records_today == 1_000

    def test_shows_when_it_was_heard_and_how_long_it_may_be_silent(self) -> None:
        with unit_of_work() as connection:
            for hours in range(24 * 8):
                inbox.keep(
                    connection, feed="sf", format_name="f", origin="http", body=b"", received_at=at(-hours - 0.5)
                )
        listen_for_silent_feeds.fn()

        assert (health("sf").last_heard_at, health("sf").pause_seconds_max) == (at(-0.5), pytest.approx(5_400))

    def test_shows_its_own_alerts(self) -> None:
        with unit_of_work() as connection:
            alerts.raise_alert(connection, feed="sf", kind=AlertKind.SILENT, told="Nothing came.", at=NOON)

        assert [alert.told for alert in health("sf").alerts] == ["Nothing came."]
        assert health("kuaidi100").alerts == ()
