"""Counting days, working days, months and years, by hand and with a wall calendar."""

from datetime import date
from decimal import Decimal

import pytest
from clock_history import local

from rules.appeals.choice import Choice
from rules.appeals.periods import months_after, period
from rules.clocks.book import BOOK
from rules.packs import Rule

CALENDAR = BOOK.calendars.by_name["cn-business"]


def counted(start, value, unit, *, prolonged=False):
    rule = Rule("reply", "*", Decimal(value), unit, "received_at", "a law", "law")
    return period(local(start), Choice(rule, "that of CN holds"), calendar=CALENDAR, prolonged=prolonged)


class TestPeriod:
    def test_counts_calendar_days_to_the_end_of_the_last_and_not_the_first(self):
        """民法典 201: the day of the event does not count."""
        assert counted("2026-11-20 23:59", 15, "calendar_days").ends_at == local("2026-12-06 00:00")

    def test_counts_working_days_over_a_festival_and_its_make_up_saturday(self):
        ends_at = counted("2026-02-13 17:00", 2, "working_days").ends_at

        assert ends_at == local("2026-02-24 18:00")  # Saturday the 14th makes up, the 15th to the 23rd rest

    def test_counts_months_to_the_day_of_the_same_number(self):
        """民法典 202."""
        assert counted("2026-03-05 09:00", 6, "calendar_months").ends_at == local("2026-09-06 00:00")

    def test_counts_years(self):
        assert counted("2026-02-28 09:00", 3, "calendar_years").ends_at == local("2029-03-01 00:00")

    def test_prolongs_what_ends_on_a_day_of_rest_for_the_user_alone(self):
        """民法典 203: National Day rests from 1 to 7 October 2026."""
        theirs = counted("2026-04-03 09:00", 6, "calendar_months", prolonged=True)

        assert theirs.ends_at == local("2026-10-09 00:00")
        assert "prolonged beyond 2026-10-03, a day of rest (民法典 203)" in theirs.explanation
        assert counted("2026-04-03 09:00", 6, "calendar_months").ends_at == local("2026-10-04 00:00")

    def test_prolongs_nothing_that_ends_on_a_working_day(self):
        ends_at = counted("2026-03-05 09:00", 8, "calendar_months", prolonged=True).ends_at

        assert ends_at == local("2026-11-06 00:00")

    def test_explains_itself(self):
        assert counted("2026-11-20 12:00", 15, "calendar_days").explanation == (
            "reply[*]@2012-05-01: 15 calendar days by a law (law)",
            "chosen because that of CN holds",
            "starts 2026-11-20 12:00 CST with received_at",
            "does not count: the first day (民法典 201)",
            "due 2026-12-05 24:00 CST",
        )

    def test_is_provisional_where_it_rests_on_holidays_that_nobody_has_announced(self):
        assert counted("2026-11-20 12:00", 9, "calendar_years").provisional
        assert not counted("2026-01-05 12:00", 1, "calendar_days").provisional

    def test_refuses_what_is_no_period(self):
        with pytest.raises(ValueError, match="is no period but money"):
            counted("2026-11-20 12:00", 9, "money")


class TestMonthsAfter:
    @pytest.mark.parametrize(
        ("day", "months", "then"),
        [
            (date(2024, 2, 29), 12, date(2025, 2, 28)),
            (date(2026, 3, 31), 6, date(2026, 9, 30)),
            (date(2026, 12, 31), 2, date(2027, 2, 28)),
            (date(2026, 6, 15), 6, date(2026, 12, 15)),
        ],
        ids=["a leap day", "no 31st", "over the year's end", "December"],
    )
    def test_gives_the_last_day_of_a_month_that_has_no_such_day(self, day, months, then):
        assert months_after(day, months) == then
