"""What a calendar answers: open hours, ends of days, and what a clock change does to them."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from clock_history import local
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.book import BOOK
from rules.clocks.calendar_files import load_calendars
from rules.clocks.calendars import Calendar
from rules.clocks.counting import due_after
from schemas.clocks import TimeUnit

CHINA = BOOK.calendars.by_name["cn-business"]
ALWAYS = BOOK.calendars.by_name["around-the-clock"]
BERLIN = ZoneInfo("Europe/Berlin")
HOUR = timedelta(hours=1)
ABROAD = """
version = "1"
[calendar.berlin-nights]
title_zh = "柏林夜班"
title_en = "nights in Berlin"
zone = "Europe/Berlin"
weekly = { mon = ["00:00-06:00"], sat = ["00:00-06:00"], sun = ["00:00-06:00"] }
holidays = [{ from = 2026-12-24, to = 2026-12-26, name = "Weihnachten" }]
known_through = 2026-12-31
[calendar.berlin-shifts]
title_zh = "柏林两班"
title_en = "two shifts in Berlin"
zone = "Europe/Berlin"
weekly = { sun = ["00:00-02:30", "03:00-06:00"] }
[calendar.santiago]
title_zh = "圣地亚哥"
title_en = "around the clock in Santiago, whose clocks are changed at midnight"
zone = "America/Santiago"
weekly = { mon = ["00:00-24:00"] }
[calendar.idle-year]
title_zh = "停业一年"
title_en = "a year without work"
zone = "Asia/Shanghai"
weekly = { mon = ["09:00-18:00"] }
holidays = [{ from = 2026-01-01, to = 2026-12-31, name = "closed" }]
known_through = 2027-12-31
"""


@pytest.fixture(scope="module")
def abroad(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Calendar]:
    file = tmp_path_factory.mktemp("calendars") / "abroad.toml"
    file.write_text(ABROAD, "utf-8")
    return load_calendars(file).by_name


moments = st.integers(0, 5_000_000).map(lambda minutes: local("2019-01-01") + timedelta(minutes=minutes))
lengths = st.timedeltas(timedelta(microseconds=1), timedelta(hours=900))


class TestOpenHours:
    @given(moments, lengths)
    def test_have_passed_when_they_are_over(self, start, length):
        assert CHINA.open_between(start, CHINA.after_open_hours(start, length)) == length

    @given(moments, lengths, lengths)
    def test_can_be_counted_in_two_parts(self, start, first, second):
        assert CHINA.after_open_hours(CHINA.after_open_hours(start, first), second) == CHINA.after_open_hours(
            start, first + second
        )

    @given(moments, lengths)
    def test_are_all_hours_where_it_never_closes(self, start, length):
        assert ALWAYS.after_open_hours(start, length) == start + length

    def test_end_at_closing_time_and_not_when_it_opens_again(self):
        assert CHINA.after_open_hours(local("2026-03-02 09:00"), 9 * HOUR) == local("2026-03-02 18:00")

    def test_begin_when_it_opens(self):
        assert CHINA.after_open_hours(local("2026-02-28 18:00"), HOUR) == local("2026-03-02 10:00")

    def test_go_over_the_end_of_a_year(self):
        assert CHINA.after_open_hours(local("2025-12-31 17:00"), 2 * HOUR) == local("2026-01-04 10:00")

    def test_pass_over_a_year_that_has_none(self, abroad):
        idle = abroad["idle-year"]

        assert idle.after_open_hours(local("2025-12-29 17:00"), 2 * HOUR) == local("2027-01-04 10:00")
        assert idle.open_between(local("2026-02-02 10:00"), local("2026-02-02 11:00")) == timedelta(0)


class TestClockChangeInSpring:
    """Europe/Berlin, 2026-03-29: at 02:00 it is 03:00."""

    BEFORE = local("2026-03-28 12:00", BERLIN)

    def due(self, calendar, amount, unit, start=BEFORE):
        return due_after(start, amount, unit=unit, calendar=calendar)

    def test_makes_24_hours_end_an_hour_later_by_the_wall(self, abroad):
        end = self.due(abroad["berlin-nights"], timedelta(hours=24), TimeUnit.CALENDAR_HOURS)

        assert end == local("2026-03-29 13:00", BERLIN)

    def test_leaves_the_end_of_a_day_at_midnight(self, abroad):
        end = self.due(abroad["berlin-nights"], 1, TimeUnit.CALENDAR_DAYS)

        assert end == local("2026-03-30 00:00", BERLIN)

    def test_takes_an_hour_from_the_night_in_which_it_is(self, abroad):
        end = self.due(abroad["berlin-nights"], 6 * HOUR, TimeUnit.BUSINESS_HOURS)

        assert end == local("2026-03-30 01:00", BERLIN)

    def test_reads_a_skipped_time_as_if_the_clocks_were_not_moved_yet_and_counts_nothing_twice(self, abroad):
        shifts = abroad["berlin-shifts"]
        night = local("2026-03-29 00:00", BERLIN), local("2026-03-29 06:00", BERLIN)

        assert shifts.open_between(*night) == 5 * HOUR  # to 02:30, which is 03:30, and on from there

    def test_lets_the_day_end_where_midnight_is_skipped(self, abroad):
        santiago = ZoneInfo("America/Santiago")  # 2026-09-06: at 24:00 of the 5th it is 01:00
        end = self.due(abroad["santiago"], 1, TimeUnit.CALENDAR_DAYS, local("2026-09-04 12:00", santiago))

        assert end == local("2026-09-06 01:00", santiago)


class TestClockChangeInAutumn:
    """Europe/Berlin, 2026-10-25: at 03:00 it is 02:00 again."""

    BEFORE = local("2026-10-24 12:00", BERLIN)

    def due(self, calendar, amount, unit):
        return due_after(self.BEFORE, amount, unit=unit, calendar=calendar)

    def test_makes_three_elapsed_days_end_an_hour_earlier_by_the_wall(self, abroad):
        end = self.due(abroad["berlin-nights"], timedelta(days=3), TimeUnit.ELAPSED_DAYS)

        assert end == local("2026-10-27 11:00", BERLIN)

    def test_adds_an_hour_to_the_night_in_which_it_is(self, abroad):
        end = self.due(abroad["berlin-nights"], 7 * HOUR, TimeUnit.BUSINESS_HOURS)

        assert end == local("2026-10-25 06:00", BERLIN)

    def test_means_the_first_of_two_hours_that_are_called_the_same(self, abroad):
        closing = abroad["berlin-shifts"]
        first_half_past_two = local("2026-10-25 02:30", BERLIN)

        assert closing.after_open_hours(self.BEFORE, 2.5 * HOUR) == first_half_past_two
        assert closing.open_between(self.BEFORE, local("2026-10-25 06:00", BERLIN)) == 5.5 * HOUR


class TestDays:
    @pytest.mark.parametrize(
        ("start", "number", "end"),
        [
            pytest.param("2026-09-30 23:59", 1, "2026-10-08 18:00", id="over National Day"),
            pytest.param("2026-10-09 00:00", 1, "2026-10-10 18:00", id="to a made-up Saturday"),
            pytest.param("2026-10-03 12:00", 1, "2026-10-08 18:00", id="from a holiday"),
            pytest.param("2026-02-27 12:00", 2, "2026-03-02 18:00", id="over a made-up Saturday and a Sunday"),
        ],
    )
    def test_of_work_are_counted_without_the_first(self, start, number, end):
        assert CHINA.end_of_working_day(local(start), number) == local(end)

    def test_begin_at_midnight_of_the_calendars_zone(self):
        in_utc = local("2026-03-02 23:00", ZoneInfo("UTC"))  # the 3rd in Shanghai

        assert ALWAYS.end_of_calendar_day(in_utc, 1) == local("2026-03-05 00:00")

    def test_are_known_as_far_as_the_calendar_says(self, abroad):
        nights = abroad["berlin-nights"]

        assert nights.knows(local("2026-12-31 23:59", BERLIN))
        assert not nights.knows(local("2027-01-01 00:00", BERLIN))
        assert ALWAYS.knows(local("2150-01-01 00:00"))


class TestRests:
    def test_are_gathered_while_they_have_one_reason(self):
        rests = CHINA.days.rests_between(date(2026, 9, 19), date(2026, 10, 8))

        assert [(rest.first.isoformat(), rest.last.isoformat(), rest.name.split()[0]) for rest in rests] == [
            ("2026-09-19", "2026-09-19", "weekly"), ("2026-09-25", "2026-09-27", "中秋"),
            ("2026-10-01", "2026-10-07", "国庆节"),
        ]  # fmt: skip

    def test_are_made_up_for(self):
        made_up = CHINA.days.made_up_between(date(2026, 9, 19), date(2026, 10, 11))

        assert [rest.first.isoformat() for rest in made_up] == ["2026-09-20", "2026-10-10"]
