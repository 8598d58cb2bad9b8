"""The arithmetic of figures, and what a case came to."""

from datetime import timedelta
from decimal import Decimal

import pytest
from factories import NOON

from rules.reporting.impact import full_days_late
from rules.reporting.measures import each, hours, per_thousand, share


class TestShare:
    def test_is_rounded_half_up_to_a_hundredth_of_a_per_cent(self) -> None:
        assert share(1, 3) == Decimal("0.3333")
        assert share(1, 20_000 // 1) == Decimal("0.0001")

    def test_of_nothing_is_nothing_and_not_zero(self) -> None:
        assert share(0, 0) is None
        assert share(0, 5) == 0


class TestOtherMeasures:
    def test_say_nothing_where_there_was_nothing_to_measure(self) -> None:
        assert (per_thousand(3, 0), hours(None), each(Decimal(3), 0)) == (None, None, None)

    def test_are_rounded_to_two_places(self) -> None:
        assert per_thousand(7, 1300) == Decimal("5.38")
        assert hours(4000.0) == Decimal("1.11")
        assert each(Decimal("100.00"), 3) == Decimal("33.33")


class TestFullDaysLate:
    @pytest.mark.parametrize(
        ("late", "days"),
        [
            (timedelta(hours=-1), 0),
            (timedelta(0), 0),
            (timedelta(hours=23, minutes=59), 0),
            (timedelta(days=1), 1),
            (timedelta(days=40), 40),
        ],
    )
    def test_counts_full_days_without_a_limit(self, late: timedelta, days: int) -> None:
        assert full_days_late(NOON, until=NOON + late) == days

    def test_is_none_without_a_promise(self) -> None:
        assert full_days_late(None, until=NOON) == 0
