"""How bad a claim is (R11), whether it is a major accident (R82), and what is at stake in it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from claim_factories import a_claim
from hypothesis import given
from hypothesis import strategies as st

from rules.claims.pack import CLAIM_PACK
from rules.claims.weighing import Weighed, at_stake, weigh
from schemas.assessment import ClaimEvent
from schemas.severity import Severity

DAY = date(2026, 11, 20)
SLIGHT = {"event": ClaimEvent.DELAY, "claimed": Decimal(10), "customer_tier": "standard"}


def weighed(*, earlier: int = 0, **changes: Any) -> Weighed:
    return weigh(a_claim(**{**SLIGHT, **changes}), earlier=earlier, on=DAY)


def scopes(found: Weighed) -> set[str]:
    return {rule.split("[")[1].split("]")[0] for rule in found.rules}


class TestWeigh:
    def test_finds_nothing_bad_about_a_small_delay(self):
        assert weighed() == Weighed(Severity.MINOR, 0, (), is_major=False)

    @pytest.mark.parametrize(
        ("changes", "scope"),
        [
            ({"event": ClaimEvent.LOSS}, "loss"),
            ({"event": ClaimEvent.MISDELIVERY}, "loss"),
            ({"claimed": Decimal(1000)}, "value"),
            ({"perishable": True}, "perishable"),
            ({"customer_tier": "vip"}, "customer"),
            ({"earlier": 3}, "earlier"),
        ],
    )
    def test_gives_points_for(self, changes, scope):
        found = weighed(**changes)

        assert scopes(found) == {scope}
        assert found.points == CLAIM_PACK.pick("weight", scope=scope, on=DAY).value

    @pytest.mark.parametrize(
        "changes", [{"claimed": Decimal("999.99")}, {"earlier": 2}, {"event": ClaimEvent.DAMAGE}], ids=str
    )
    def test_gives_none_for(self, changes):
        assert weighed(**changes).points == 0

    @pytest.mark.parametrize(
        ("changes", "severity"),
        [
            ({}, Severity.MINOR),
            ({"perishable": True}, Severity.ORDINARY),
            ({"event": ClaimEvent.LOSS, "claimed": Decimal(1000)}, Severity.SEVERE),
            ({"event": ClaimEvent.LOSS, "claimed": Decimal(20_000)}, Severity.CRITICAL),
        ],
    )
    def test_says_how_bad_that_is(self, changes, severity):
        assert weighed(**changes).severity is severity

    def test_calls_a_critical_claim_a_major_accident(self):
        assert weighed(event=ClaimEvent.LOSS, claimed=Decimal(20_000)).is_major
        assert not weighed(event=ClaimEvent.LOSS, claimed=Decimal(1000)).is_major

    @given(st.integers(0, 50_000), st.integers(0, 50_000), st.integers(0, 10), st.integers(0, 10))
    def test_never_finds_a_claim_lighter_for_more_at_stake_or_more_claims_before(self, less, more, few, many):
        lighter = weighed(claimed=Decimal(min(less, more)), earlier=min(few, many))
        heavier = weighed(claimed=Decimal(max(less, more)), earlier=max(few, many))

        assert lighter.points <= heavier.points
        assert lighter.severity <= heavier.severity


class TestAtStake:
    def test_is_what_is_claimed(self):
        assert at_stake(a_claim(claimed=Decimal(5), declared_value=Decimal(900))) == 5

    def test_is_the_greater_of_what_is_declared_and_insured_where_no_amount_is_named(self):
        assert at_stake(a_claim(claimed=None, declared_value=Decimal(900), insured_amount=Decimal(800))) == 900
        assert at_stake(a_claim(claimed=None, declared_value=None, insured_amount=Decimal(800))) == 800
        assert at_stake(a_claim(claimed=None, declared_value=None, insured_amount=None)) == 0

    def test_is_nothing_known_where_the_values_are_in_another_currency(self):
        assert at_stake(a_claim(claimed=None, declared_value=Decimal(900), value_currency="HKD")) == 0
