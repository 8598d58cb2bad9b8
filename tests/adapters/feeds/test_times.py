"""How times are read: what is a time at all, whose clock it was, and the hours that a clock change makes special."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from adapters.feeds.times import Moment, end_of_promise, epoch_moment, moment, utc_time
from rules.tracking.identity import event_name

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")


class TestMoment:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-03-01 08:00:00",
            "2026-03-01T08:00:00",
            "2026/03/01 08:00:00",
            "2026-3-1 8:00:00",
            "2026-03-01 08:00",
            "2026-03-01 08:00:00.000",
        ],
    )
    def test_reads_a_time_without_a_zone_by_the_declared_one(self, text):
        assert moment(text, SHANGHAI) == Moment(datetime(2026, 3, 1, tzinfo=UTC), "declared")

    @pytest.mark.parametrize(
        "text",
        [
            "2026-03-01T00:00:00Z",
            "2026-03-01T08:00:00+08:00",
            "2026-03-01T08:00:00+0800",
            "2026-03-01 08:00:00 +08:00",
            "2026-02-28T16:30:00-07:30",
        ],
    )
    def test_believes_the_offset_that_is_told(self, text):
        assert moment(text, BERLIN) == Moment(datetime(2026, 3, 1, tzinfo=UTC), "told")

    @pytest.mark.parametrize(
        ("fraction", "microsecond"), [(".5", 500_000), (",25", 250_000), (".123456789", 123_456), (".0000004", 0)]
    )
    def test_keeps_six_decimals(self, fraction, microsecond):
        assert moment(f"2026-03-01 08:00:00{fraction}", SHANGHAI).at.microsecond == microsecond

    @pytest.mark.parametrize(
        "text",
        [
            *("", "昨天", "2026-03-01", "2026-03", "20260301 080000", "2026-03-01 08", "1772323200"),
            *(" 2026-03-01 08:00:00", "2026-03-01 08:00:00\n", "2026-03-01 08:00:00 ", "2026-03-01  08:00:00"),
            *("2026-02-30 08:00:00", "2026-13-01 08:00:00", "2026-03-01 24:00:00", "2026-03-01 23:59:60"),
            *("2026-03/01 08:00:00", "2026-W01-1 08:00:00", "26-03-01 08:00:00", "2026-03-01 08:00:00 PM"),
            *("２０２６-03-01 08:00:00", "٢٠٢٦-٠٣-٠١ 08:00:00", "2026-03-01T08:00:00+24:00", "2026-03-01T08:00:00z"),
            *("0000-03-01 08:00:00", "0001-01-01 00:00:00", "9999-12-31T23:59:59-08:00", "0001-01-01T00:00:00+08:00"),
        ],
    )
    def test_reads_nothing_else(self, text):
        assert moment(text, SHANGHAI) is None

    @pytest.mark.parametrize("text", ["0001-01-01T00:00:00-08:00", "9999-12-31T23:59:59Z"])
    def test_reads_the_first_and_the_last_year(self, text):
        assert moment(text, SHANGHAI) is not None


CHANGES = pytest.mark.parametrize(
    ("zone", "local", "utc"),
    [
        pytest.param(BERLIN, "2026-03-29 02:30:00", "2026-03-29T01:30:00+00:00", id="Berlin skips an hour"),
        pytest.param(BERLIN, "2026-10-25 02:30:00", "2026-10-25T00:30:00+00:00", id="Berlin repeats an hour"),
        pytest.param(NEW_YORK, "2026-03-08 02:30:00", "2026-03-08T07:30:00+00:00", id="New York skips an hour"),
        pytest.param(NEW_YORK, "2026-11-01 01:30:00", "2026-11-01T05:30:00+00:00", id="New York repeats an hour"),
        pytest.param(SHANGHAI, "1986-05-04 02:30:00", "1986-05-03T18:30:00+00:00", id="China skips an hour"),
        pytest.param(SHANGHAI, "1991-09-15 01:30:00", "1991-09-14T16:30:00+00:00", id="China repeats an hour"),
    ],
)


class TestChangeOfTheClock:
    @CHANGES
    def test_has_one_reading_the_first_or_that_of_the_clock_as_it_was(self, zone, local, utc):
        assert moment(local, zone) == Moment(datetime.fromisoformat(utc), "declared")

    @CHANGES
    def test_does_not_touch_times_that_say_their_offset(self, zone, local, utc):
        assert moment(utc, zone) == Moment(datetime.fromisoformat(utc), "told")

    def test_keeps_the_order_of_scans_before_and_after_a_skipped_hour(self):
        before, skipped, after = (moment(f"2026-03-29 {clock}", BERLIN).at for clock in ("01:59", "02:00", "04:00"))

        assert before < skipped < after

    @pytest.mark.parametrize(("month", "hour"), [(6, 3), (7, 3), (12, 4)])
    def test_is_known_for_every_year_that_china_had_summer_time(self, month, hour):
        assert moment(f"1988-{month:02}-01 12:00:00", SHANGHAI).at.hour == hour

    def test_came_to_china_only_until_1991(self):
        assert moment("1992-07-01 12:00:00", SHANGHAI).at.hour == 4


class TestOneScanToldWithTwoClocks:
    def test_is_one_event(self):
        told = [moment(text, SHANGHAI) for text in ("2026-03-01 08:00:00", "2026-02-28T17:00:00-07:00")]
        told.append(epoch_moment(1_772_323_200, per_second=1))
        names = {event_name(namespace="sf", waybill="SF1", occurred_at=one.at, identity="50 已揽收") for one in told}

        assert len(names) == 1
        assert [one.clock for one in told] == ["declared", "told", "told"]


class TestEpochMoment:
    @pytest.mark.parametrize(
        ("value", "per_second"), [(1_772_323_200, 1), ("1772323200", 1), (1_772_323_200_000, 1000), (" 1772323200 ", 1)]
    )
    def test_reads_a_count_as_a_number_or_as_digits(self, value, per_second):
        assert epoch_moment(value, per_second=per_second) == Moment(datetime(2026, 3, 1, tzinfo=UTC), "told")

    def test_keeps_every_millisecond(self):
        read = {epoch_moment(1_772_323_200_000 + one, per_second=1000).at.microsecond for one in range(1000)}

        assert read == {one * 1000 for one in range(1000)}

    @pytest.mark.parametrize(("value", "year"), [(-62_135_596_800, 1), (253_402_300_799, 9999), (0, 1970), (-1, 1969)])
    def test_reads_the_first_and_the_last_second_of_the_calendar(self, value, year):
        assert epoch_moment(value, per_second=1).at.year == year

    @pytest.mark.parametrize(
        "value",
        [None, True, 1.5, [], "", "abc", "-5", "1e9", "１７７２", "9" * 17, -62_135_596_801, 253_402_300_800, 10**400],
    )
    def test_reads_nothing_else(self, value):
        assert epoch_moment(value, per_second=1) is None


class TestEndOfPromise:
    @pytest.mark.parametrize("text", ["2026-03-01", "2026/3/1", "2026-03-01 00:00:00", "2026-03-01T00:00"])
    def test_is_the_end_of_the_day_where_only_a_day_is_said(self, text):
        assert end_of_promise(text, SHANGHAI) == Moment(datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), "declared")

    def test_is_the_moment_where_one_is_said(self):
        assert end_of_promise("2026-03-01 18:00:00", SHANGHAI).at == datetime(2026, 3, 1, 10, tzinfo=UTC)

    def test_is_midnight_where_midnight_is_told_with_its_offset(self):
        assert end_of_promise("2026-03-01T00:00:00Z", SHANGHAI) == Moment(datetime(2026, 3, 1, tzinfo=UTC), "told")

    def test_is_the_end_of_the_day_where_the_zone_has_no_midnight_that_day(self):
        beirut = ZoneInfo("Asia/Beirut")  # its clocks go from 00:00 to 01:00

        assert end_of_promise("2022-03-27 00:00:00", beirut).at == datetime(2022, 3, 27, 20, 59, 59, tzinfo=UTC)

    def test_is_not_known_of_a_day_that_ends_after_the_last(self):
        assert end_of_promise("9999-12-31", NEW_YORK) is None

    @pytest.mark.parametrize("text", ["", "soon", "2026-02-30", "2026-02-30 00:00:00", "9999-99-99", "2026-03-01\n"])
    def test_is_not_known_of_anything_else(self, text):
        assert end_of_promise(text, SHANGHAI) is None


class TestUtcTime:
    def test_is_the_time_of_the_moment(self):
        assert utc_time("2026-07-01 02:00:00", BERLIN) == datetime(2026, 7, 1, tzinfo=UTC)

    def test_is_none_where_there_is_no_moment(self):
        assert utc_time("昨天", BERLIN) is None
