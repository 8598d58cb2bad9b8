"""Watching the feeds: an alert is opened once, told once, and closed when it has passed."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from factories import NOON, at

from schemas.quality import AlertKind, ExpectationResult, Severity
from store import outbox
from store.tracking import alerts, hearing, inbox, quality
from store.unit_of_work import unit_of_work
from tasks.tracking.watching import Watched, listen_for_silent_feeds, tell_operations, weigh_warnings

Stand = Callable[[datetime], None]


def hear(feed: str, *moments: datetime) -> None:
    with unit_of_work() as connection:
        inbox.keep_many(connection, [inbox.Arrived(feed, "f", "http", b"{}", moment) for moment in moments])


def hear_every_hour(feed: str = "sf", *, days: int = 8, but: Callable[[datetime], bool] = lambda _: False) -> None:
    """Have payloads come at every full hour until noon."""
    moments = [at(-hours) for hours in range(24 * days)]
    hear(feed, *(moment for moment in moments if not but(moment)))


def warn(moment: datetime, *, feed: str = "sf", success: bool = False, observed: float = 0.4) -> None:
    found = ExpectationResult(
        expectation="expect_it",
        column=None,
        severity=Severity.WARN,
        reason_code=AlertKind.QUARANTINE_SHARE,
        evaluated=1,
        failed=int(not success),
        success=success,
        observed=observed,
    )
    with unit_of_work() as connection:
        batch_id = quality.open_batch(connection, at=moment, flow_run_id="", payloads=1, feed=feed)
        quality.close_batch(connection, batch_id=batch_id, counts={"read": 200}, reasons={}, results=[found])


def open_now() -> list[tuple[str, str]]:
    with unit_of_work() as connection:
        return [(alert.feed, alert.kind) for alert in alerts.open_alerts(connection)]


Watch = Callable[[float, float], Watched]


@pytest.fixture
def watch(stand_at: Stand) -> Watch:
    """Give the means to look every ten minutes from one hour of the day's noon to another; it sums up the looks."""

    def watch(start: float, end: float) -> Watched:
        looks = []
        for tenths in range(round((end - start) * 6) + 1):
            stand_at(at(start + tenths / 6))
            looks.append(listen_for_silent_feeds.fn())
        return Watched(sum(look.opened for look in looks), sum(look.closed for look in looks))

    return watch


class TestSilentFeed:
    def test_is_found_within_its_own_usual_interval(self, watch: Watch) -> None:
        hear_every_hour()

        assert watch(0, 1.5) == (0, 0)
        assert watch(1.6, 1.6) == (1, 0)
        assert open_now() == [("sf", "silent")]

    def test_is_told_of_once(self, watch: Watch) -> None:
        hear_every_hour()
        watch(0, 4)

        assert len(open_now()) == 1

    def test_is_no_longer_silent_with_its_next_payload(self, watch: Watch) -> None:
        hear_every_hour()
        watch(0, 3)
        hear("sf", at(3.1))

        assert watch(3.2, 3.2) == (0, 1)
        assert open_now() == []

    def test_may_fall_silent_again(self, watch: Watch) -> None:
        hear_every_hour()
        watch(0, 3)
        hear("sf", at(3.1))

        assert watch(3.15, 6) == (1, 1)

    def test_is_not_one_that_rests_at_night(self, watch: Watch) -> None:
        hear_every_hour(days=9, but=lambda moment: 14 <= moment.hour < 23)  # in Shanghai from 22 to 7
        hear("sf", *(at(hours) for hours in range(1, 10)))  # until 21 o'clock, the last of the day

        assert watch(0, 18).opened == 0

    def test_is_not_one_that_nobody_could_hear_while_the_engine_was_down(self, watch: Watch) -> None:
        hear_every_hour()
        watch(0, 0.5)

        assert watch(30, 31).opened == 0
        assert watch(31, 32).opened == 1

    def test_is_not_one_that_is_still_being_learned(self, watch: Watch) -> None:
        hear_every_hour(days=5)

        assert watch(0, 5).opened == 0

    def test_is_not_one_that_nobody_configured(self, watch: Watch) -> None:
        hear_every_hour("a-file-somebody-read")

        assert watch(0, 5).opened == 0

    def test_is_not_waited_for_any_more_once_nobody_configures_it(self) -> None:
        with unit_of_work() as connection:
            alerts.raise_alert(connection, feed="a-former-one", kind=AlertKind.SILENT, told="So.", at=at(-9))

        assert listen_for_silent_feeds.fn() == (0, 1)

    def test_does_not_make_another_silent(self, watch: Watch) -> None:
        hear_every_hour("sf")
        hear_every_hour("kuaidi100")
        hear("kuaidi100", at(1), at(1.9))
        watch(0, 3)

        assert open_now() == [("sf", "silent")]


class TestPauses:
    def pauses(self) -> list[tuple[datetime, float]]:
        with unit_of_work() as connection:
            return [tuple(one) for one in hearing.pauses_of(connection, ["sf"], since=at(-999)).get("sf", [])]

    def test_are_the_same_whether_read_off_at_once_or_bit_by_bit(self, stand_at: Stand) -> None:
        moments = [NOON + timedelta(minutes=minutes) for minutes in (0, 3, 50, 55, 130, 131, 400)]
        for moment in moments:
            hear("sf", moment)
            stand_at(moment + timedelta(minutes=1))
            listen_for_silent_feeds.fn()
        bit_by_bit = self.pauses()
        with unit_of_work() as connection:
            connection.exec_driver_sql("TRUNCATE feed_pause, feed_heard")
        listen_for_silent_feeds.fn()

        assert self.pauses() == bit_by_bit == [(NOON, 4_500.0), (at(2), 16_140.0)]

    def test_are_not_read_off_from_payloads_that_may_still_be_overtaken(self, stand_at: Stand) -> None:
        hear("sf", NOON, NOON + timedelta(seconds=58))
        stand_at(NOON + timedelta(seconds=60))
        listen_for_silent_feeds.fn()

        assert self.pauses() == []

    def test_are_forgotten_in_the_end(self) -> None:
        hear("sf", at(-50), at(-40), at(-1))
        listen_for_silent_feeds.fn()

        with unit_of_work() as connection:
            assert hearing.forget_pauses(connection, before=at(-45)) == 1
        assert [hour for hour, _ in self.pauses()] == [at(-40)]


class TestWarning:
    def test_opens_an_alert_that_says_what_was_seen_last(self) -> None:
        warn(at(-0.5), observed=0.3)
        warn(at(-0.2), observed=0.4)

        assert weigh_warnings.fn() == (1, 0)
        with unit_of_work() as connection:
            [alert] = alerts.open_alerts(connection)
        assert alert.told == "More unusable records than usual: 40.0% in the last batch that was judged."

    def test_opens_nothing_twice(self) -> None:
        warn(at(-0.5))
        weigh_warnings.fn()
        warn(at(-0.2))

        assert weigh_warnings.fn() == (0, 0)

    def test_does_not_pass_with_one_good_batch(self) -> None:
        warn(at(-0.5))
        warn(at(-0.1), success=True)
        weigh_warnings.fn()

        assert open_now() == [("sf", "quarantine_share")]

    def test_passes_after_an_hour_without_another(self, stand_at: Stand) -> None:
        warn(at(-0.5))
        weigh_warnings.fn()

        stand_at(at(0.6))
        assert weigh_warnings.fn() == (0, 1)

    def test_leaves_other_alerts_open(self) -> None:
        with unit_of_work() as connection:
            for kind in (AlertKind.STOPPED, AlertKind.SILENT):
                alerts.raise_alert(connection, feed="sf", kind=kind, told="So.", at=at(-9))

        assert weigh_warnings.fn() == (0, 0)

    def test_of_a_replay_is_none(self) -> None:
        warn(at(-0.5), feed="")

        assert weigh_warnings.fn() == (0, 0)


class TestRaiseAlert:
    def raised(self, told: str, moment: datetime) -> bool:
        with unit_of_work() as connection:
            return alerts.raise_alert(connection, feed="sf", kind=AlertKind.STOPPED, told=told, at=moment)

    def test_says_whether_the_alert_is_new(self) -> None:
        assert self.raised("row_count", NOON)
        assert not self.raised("row_count", at(1))

    def test_keeps_when_it_began_and_tells_the_newest(self) -> None:
        self.raised("first", NOON)
        self.raised("second", at(1))
        self.raised("an older one", at(-1))

        with unit_of_work() as connection:
            [alert] = alerts.open_alerts(connection)
        assert (alert.told, alert.opened_at, alert.last_at) == ("second", NOON, at(1))

    def test_keeps_what_no_text_column_holds(self) -> None:
        assert self.raised("a code with \0 in it", NOON)


class TestTellOperations:
    def letters(self) -> list[dict[str, str]]:
        with unit_of_work() as connection:
            return [item["payload"] for item in outbox.of_case(connection, "")]

    def test_writes_about_every_open_alert_once(self) -> None:
        with unit_of_work() as connection:
            for feed in ("sf", "kuaidi100"):
                alerts.raise_alert(connection, feed=feed, kind=AlertKind.STOPPED, told="row_count: So.", at=NOON)

        assert tell_operations.fn() == 2
        assert tell_operations.fn() == 0
        letters = self.letters()
        assert [letter["to"] for letter in letters] == ["数据运营"] * 2
        assert "redress feeds release sf" in letters[0]["body"]

    def test_writes_again_when_it_happens_again(self) -> None:
        for hours in (0, 2):
            with unit_of_work() as connection:
                alerts.raise_alert(connection, feed="sf", kind=AlertKind.SILENT, told="So.", at=at(hours))
                opened = alerts.open_alerts(connection)
            tell_operations.fn()
            with unit_of_work() as connection:
                alerts.close_alerts(connection, [alert.alert_id for alert in opened], at=at(hours + 1), by="payload")

        assert len(self.letters()) == 2
