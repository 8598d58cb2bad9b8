"""How long a feed may be silent is learned from its own pauses, by the hour in which they began."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from rules.tracking.pauses import is_silent, pause_seconds_max
from schemas.feed_health import Pause

SHANGHAI = ZoneInfo("Asia/Shanghai")
FRIDAY = datetime(2026, 11, 20, tzinfo=SHANGHAI)
MINUTES, HOURS = 60.0, 3600.0


def pauses(seconds: Callable[[datetime], float | None], *, days: int = 28) -> list[Pause]:
    """Make the pauses of the hours before Friday; None where none began."""
    hours = [FRIDAY - timedelta(hours=n) for n in range(1, 24 * days + 1)]
    return [Pause(hour.astimezone(UTC), told) for hour in hours if (told := seconds(hour)) is not None]


def office_hours(hour: datetime) -> float | None:
    """Tell something every ten minutes from 8 to 22, and nothing at night."""
    if 8 <= hour.hour < 21:
        return 10 * MINUTES
    return 11 * HOURS if hour.hour == 21 else None


def office_days(hour: datetime) -> float | None:
    """Tell nothing on Sundays either."""
    if hour.weekday() == 6:
        return None
    return 35 * HOURS if hour.weekday() == 5 and hour.hour == 21 else office_hours(hour)


def allowed(known: list[Pause], since: datetime) -> float | None:
    return pause_seconds_max(known, since=since, zone=SHANGHAI)


class TestPauseSecondsMax:
    def test_is_short_in_busy_hours(self) -> None:
        assert allowed(pauses(office_hours), FRIDAY.replace(hour=14, minute=20)) == 15 * MINUTES

    def test_lets_a_quiet_night_pass(self) -> None:
        assert allowed(pauses(office_hours), FRIDAY.replace(hour=21, minute=55)) == 16.5 * HOURS

    def test_lets_a_quiet_sunday_pass_but_no_other_day(self) -> None:
        saturday, thursday = FRIDAY + timedelta(days=1), FRIDAY - timedelta(days=1)

        assert allowed(pauses(office_days), saturday.replace(hour=21, minute=50)) == 52.5 * HOURS
        assert allowed(pauses(office_days, days=27), thursday.replace(hour=14)) == 15 * MINUTES

    def test_is_not_stretched_by_one_outage(self) -> None:
        outage = FRIDAY.replace(hour=14) - timedelta(days=4)

        known = pauses(lambda hour: 6 * HOURS if hour == outage else office_hours(hour))

        assert allowed(known, FRIDAY.replace(hour=14, minute=20)) == 15 * MINUTES

    def test_is_never_under_five_minutes(self) -> None:
        assert allowed(pauses(lambda _: 1.0), FRIDAY.replace(hour=14)) == 5 * MINUTES

    def test_asks_the_whole_day_where_this_hour_is_hardly_known(self) -> None:
        assert allowed(pauses(office_hours), FRIDAY.replace(hour=3)) == 16.5 * HOURS

    def test_of_a_feed_that_tells_once_a_day_is_a_day_and_a_half(self) -> None:
        daily = pauses(lambda hour: 24 * HOURS if hour.hour == 9 else None)

        assert allowed(daily, FRIDAY.replace(hour=9)) == 36 * HOURS

    def test_joins_the_hours_on_both_sides_of_midnight(self) -> None:
        late = pauses(lambda hour: 7 * HOURS if hour.hour == 23 else None)

        assert allowed(late, FRIDAY.replace(hour=0, minute=10)) == 10.5 * HOURS


class TestLearning:
    def test_lasts_for_a_week(self) -> None:
        assert allowed(pauses(lambda _: 60.0, days=6), FRIDAY) is None
        assert allowed(pauses(lambda _: 60.0, days=7), FRIDAY) is not None

    def test_lasts_until_ten_pauses_are_known(self) -> None:
        assert allowed(pauses(lambda hour: 60.0 if hour.hour == 9 else None, days=9), FRIDAY) is None

    def test_of_a_feed_never_heard_goes_on(self) -> None:
        assert allowed([], FRIDAY) is None


class TestIsSilent:
    def test_begins_when_the_longest_pause_is_over(self) -> None:
        noon = FRIDAY.replace(hour=12)

        assert not is_silent(last_heard_at=noon, now=noon + timedelta(minutes=15), pause_max=900.0)
        assert is_silent(last_heard_at=noon, now=noon + timedelta(minutes=15, seconds=1), pause_max=900.0)

    def test_is_never_said_of_a_feed_that_is_learned(self) -> None:
        assert not is_silent(last_heard_at=FRIDAY, now=FRIDAY + timedelta(days=9), pause_max=None)
