"""How bad an exception is."""

from datetime import timedelta
from decimal import Decimal

import pytest
from factories import NOON, a_case, at

from rules.exceptions.severity import days_late, severity, severity_points
from schemas.exceptions import ExceptionType, Severity

GRAVE = {ExceptionType.DAMAGED, ExceptionType.LOST, ExceptionType.SHORT, ExceptionType.FALSE_SIGN}


def points(**changes) -> int:
    """Give the points of a case that has none by itself."""
    plain = {"type": ExceptionType.DELAYED, "declared_value": None, **changes}
    return severity_points(a_case(**plain), now=NOON)


class TestPoints:
    def test_are_none_for_an_ordinary_parcel_that_is_in_time(self):
        assert points() == 0

    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_are_two_for_a_grave_type_and_none_for_another(self, type_):
        assert points(type=type_) == (2 if type_ in GRAVE else 0)

    @pytest.mark.parametrize(
        ("value", "expected"), [("999.99", 0), ("1000", 2), ("2999.99", 2), ("3000", 4), ("90000", 4)]
    )
    def test_follow_the_value_in_two_steps(self, value, expected):
        assert points(declared_value=Decimal(value)) == expected

    def test_follow_the_insured_amount_rather_than_the_declared_value(self):
        assert points(insured_amount=Decimal(500), declared_value=Decimal(3000)) == 0

    def test_are_two_for_goods_that_perish(self):
        assert points(perishable=True) == 2

    @pytest.mark.parametrize(("tier", "expected"), [("standard", 0), ("contract", 2), ("vip", 2)])
    def test_follow_the_customers_tier(self, tier, expected):
        assert points(customer_tier=tier) == expected

    def test_grow_by_one_for_every_day_of_delay(self):
        assert points(promised_at=at(-48)) == 2

    def test_add_up(self):
        worst = {
            "type": ExceptionType.LOST,
            "insured_amount": Decimal(5000),
            "perishable": True,
            "customer_tier": "vip",
            "promised_at": at(-24 * 30),
        }

        assert points(**worst) == 2 + 4 + 2 + 2 + 3


class TestDaysLate:
    @pytest.mark.parametrize(
        ("late", "days"),
        [
            pytest.param(timedelta(0), 0, id="at the promised time"),
            pytest.param(timedelta(hours=24, microseconds=-1), 0, id="just under a day"),
            pytest.param(timedelta(hours=24), 1, id="a day"),
            pytest.param(timedelta(hours=72), 3, id="three days"),
            pytest.param(timedelta(days=10), 3, id="ten days"),
            pytest.param(timedelta(days=-2), 0, id="two days early"),
        ],
    )
    def test_counts_full_days_up_to_three(self, late, days):
        assert days_late(a_case(promised_at=NOON - late), now=NOON) == days

    def test_is_none_where_nothing_was_promised(self):
        assert days_late(a_case(promised_at=None), now=NOON) == 0


class TestSeverity:
    @pytest.mark.parametrize(
        ("points", "expected"),
        [
            (0, Severity.MINOR),
            (1, Severity.ORDINARY),
            (3, Severity.ORDINARY),
            (4, Severity.SEVERE),
            (6, Severity.SEVERE),
            (7, Severity.CRITICAL),
            (13, Severity.CRITICAL),
        ],
    )
    def test_begins_a_band_at_its_limit(self, points, expected):
        assert severity(points, opened_at=NOON) is expected
