"""How naive times are read in a zone."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from adapters.feeds.times import utc_time

SHANGHAI = ZoneInfo("Asia/Shanghai")


class TestUtcTime:
    def test_reads_a_naive_time_in_its_zone(self):
        assert utc_time("2026-03-01 08:00:00", SHANGHAI) == datetime(2026, 3, 1, tzinfo=UTC)

    def test_knows_the_zones_summer_time(self):
        assert utc_time("2026-07-01 02:00:00", ZoneInfo("Europe/Berlin")) == datetime(2026, 7, 1, tzinfo=UTC)

    def test_takes_the_first_of_an_hour_that_comes_twice(self):
        assert utc_time("2026-10-25 02:30:00", ZoneInfo("Europe/Berlin")) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_reads_a_time_without_leading_zeros(self):
        assert utc_time("2026-3-1 8:00:00", SHANGHAI) == datetime(2026, 3, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text",
        [
            *("", "2026-03-01", "2026-03-01 08:00", "2026-03-01T08:00:00", "2026-03-01 08:00:00\n", "昨天"),
            *(" 2026-03-01 08:00:00", "2026-02-30 08:00:00", "2026-03-01 24:00:00", "0000-03-01 08:00:00"),
            *("２０２６-03-01 08:00:00", "2026-W01-1 08:00:00", "2026/03/01 08:00:00", "0001-01-01 00:00:00"),
        ],
    )
    def test_reads_nothing_else(self, text):
        assert utc_time(text, SHANGHAI) is None
