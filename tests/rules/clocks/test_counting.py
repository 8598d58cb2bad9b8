"""Due times agree with counting quarters of an hour one by one, the way a person with a wall calendar would."""

from datetime import datetime, timedelta

import chinese_calendar
import pytest
from clock_history import SHANGHAI, local
from hypothesis import given
from hypothesis import strategies as st

from rules.clocks.book import BOOK
from rules.clocks.counting import Stop, due_after, stopped_for, until
from schemas.clocks import TimeUnit

QUARTER = timedelta(minutes=15)
NEW_YEAR = local("2025-12-15 00:00")
quarters = st.integers(0, 96 * 90)
stops = st.lists(quarters, max_size=6, unique=True).map(
    lambda ends: [
        Stop(NEW_YEAR + since * QUARTER, NEW_YEAR + end * QUARTER)
        for since, end in zip(sorted(ends)[::2], sorted(ends)[1::2], strict=False)
    ]
)


def is_open(moment: datetime) -> bool:
    """Ask the library itself, and the wall clock."""
    there = moment.astimezone(SHANGHAI)
    return 9 <= there.hour < 18 and bool(chinese_calendar.is_workday(there.date()))


def counted_one_by_one(start: datetime, amount: int, stops: list[Stop], *, business: bool) -> datetime:
    while amount:
        stopped = any(stop.since <= start < stop.until for stop in stops if stop.until)
        amount -= not stopped and (not business or is_open(start))
        start += QUARTER
    return start


class TestDueAfter:
    @pytest.mark.parametrize(
        ("unit", "calendar"),
        [(TimeUnit.BUSINESS_HOURS, "cn-business"), (TimeUnit.CALENDAR_HOURS, "around-the-clock")],
    )
    @given(start=quarters, amount=st.integers(1, 4 * 60), stops=stops)
    def test_is_what_counting_one_by_one_comes_to(self, unit, calendar, start, amount, stops):
        begun = NEW_YEAR + start * QUARTER

        due = due_after(begun, amount * QUARTER, unit=unit, calendar=BOOK.calendars.by_name[calendar], stops=stops)

        assert due == counted_one_by_one(begun, amount, stops, business=unit is TimeUnit.BUSINESS_HOURS)


class TestStops:
    @given(stops, quarters, quarters)
    def test_that_end_early_last_no_longer_than_before(self, stops, start, length):
        begun = NEW_YEAR + start * QUARTER
        ended = begun + length * QUARTER

        assert stopped_for(until(stops, ended), start=begun, end=ended) == stopped_for(stops, start=begun, end=ended)
