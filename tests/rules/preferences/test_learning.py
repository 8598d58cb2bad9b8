"""When a consignee usually takes parcels: learned from enough deliveries that agree, else nothing."""

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from rules.preferences.learning import DELIVERIES_MIN, WEEKEND, WORKDAYS, learned_times

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 16, tzinfo=SHANGHAI)


def taken(hour: int, times: int, *, weekday: int = 0) -> list[datetime]:
    """Make deliveries at one hour of the local day, one in each of so many weeks, as the log keeps them."""
    first = (MONDAY + timedelta(days=weekday)).replace(hour=hour, minute=20)
    return [(first - timedelta(weeks=week)).astimezone(UTC) for week in range(times)]


class TestLearnedTimes:
    def test_are_the_shortest_hours_that_hold_most_deliveries(self):
        [times] = learned_times(taken(18, 8) + taken(19, 4) + taken(9, 2), zone=SHANGHAI)

        assert (times.days, times.start, times.until) == (WORKDAYS, time(18), time(20))
        assert (times.deliveries, times.share) == (14, Decimal("0.86"))

    def test_are_local_times(self):
        [times] = learned_times(taken(1, 9), zone=SHANGHAI)

        assert times.start == time(1)

    def test_end_with_the_day(self):
        [times] = learned_times(taken(23, 9), zone=SHANGHAI)

        assert (times.start, times.until) == (time(23), time(23, 59))

    def test_are_told_apart_for_working_days_and_weekends(self):
        found = learned_times(taken(9, 9) + taken(15, 9, weekday=6), zone=SHANGHAI)

        assert {times.days: times.start for times in found} == {WORKDAYS: time(9), WEEKEND: time(15)}

    @pytest.mark.parametrize(("deliveries", "known"), [(DELIVERIES_MIN - 1, False), (DELIVERIES_MIN, True)])
    def test_need_enough_deliveries(self, deliveries, known):
        assert bool(learned_times(taken(18, deliveries), zone=SHANGHAI)) is known

    def test_are_not_made_up_for_somebody_who_takes_parcels_at_any_hour(self):
        assert learned_times([moment for hour in range(8, 20) for moment in taken(hour, 2)], zone=SHANGHAI) == ()

    def test_are_more_certain_the_more_deliveries_there_are(self):
        few, many = (learned_times(taken(18, number), zone=SHANGHAI)[0].confidence for number in (8, 80))

        assert Decimal("0.5") < few < many < 1
