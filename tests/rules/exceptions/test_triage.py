"""Which plans a supervisor must decide."""

from decimal import Decimal

import pytest
from factories import a_case, a_plan

from rules.exceptions.triage import decision_owed
from schemas.exceptions import ExceptionType, Measure
from schemas.severity import Severity

RETURN = a_plan(measures=(Measure.RETURN_TO_SENDER,), amount=Decimal(0))
RUSH = a_plan(measures=(Measure.RUSH_DELIVERY,), amount=Decimal(0))


def owed(plan, severity=Severity.ORDINARY, rounds=1):
    return decision_owed(a_case(plan=plan, severity=severity, rounds=rounds))


class TestDecisionOwed:
    def test_is_none_for_a_first_plan_that_costs_nothing_and_can_be_taken_back(self):
        assert owed(RUSH) is None

    def test_is_none_without_a_plan(self):
        assert owed(None, Severity.CRITICAL, rounds=2) is None

    @pytest.mark.parametrize("amount", ["0.01", "100"])
    def test_is_for_any_money(self, amount):
        assert owed(RUSH.model_copy(update={"amount": Decimal(amount)})) == "money"

    def test_is_for_a_compensation_whose_amount_nobody_knows_yet(self):
        assert owed(a_plan(amount=Decimal(0))) == "money"

    @pytest.mark.parametrize(
        ("severity", "reason"),
        [
            (Severity.MINOR, None),
            (Severity.ORDINARY, None),
            (Severity.SEVERE, None),
            (Severity.CRITICAL, "critical"),
        ],
    )
    def test_follows_the_severity(self, severity, reason):
        assert owed(RUSH, severity) == reason

    @pytest.mark.parametrize(
        ("severity", "reason"),
        [
            (Severity.MINOR, None),
            (Severity.ORDINARY, None),
            (Severity.SEVERE, "irreversible"),
            (Severity.CRITICAL, "critical"),
        ],
    )
    def test_follows_the_severity_sooner_when_nobody_can_take_the_measure_back(self, severity, reason):
        assert owed(RETURN, severity) == reason

    @pytest.mark.parametrize("severity", Severity)
    def test_is_for_every_return_of_a_parcel_whose_consignee_nobody_reached(self, severity):
        case = a_case(type=ExceptionType.UNREACHABLE, plan=RETURN, severity=severity)

        assert decision_owed(case) == ("critical" if severity is Severity.CRITICAL else "irreversible")

    def test_is_none_for_trying_once_more_to_reach_him(self):
        assert decision_owed(a_case(type=ExceptionType.UNREACHABLE, plan=RUSH)) is None

    @pytest.mark.parametrize(("rounds", "reason"), [(1, None), (2, "replanned"), (3, "replanned")])
    def test_is_for_every_plan_after_the_first(self, rounds, reason):
        assert owed(RUSH, rounds=rounds) == reason
