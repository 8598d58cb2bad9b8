"""How many must approve, and of which level."""

from datetime import date
from decimal import Decimal
from itertools import permutations

import pytest

from rules.supervision.levels import approval_owed, approvals_for, rank_of
from schemas.exceptions import Role
from schemas.severity import Severity

DAY = date(2026, 11, 20)
SUPERVISOR, MANAGER = Role.SUPERVISOR, Role.MANAGER


class TestApprovalsFor:
    @pytest.mark.parametrize(
        ("amount", "levels"),
        [
            ("0", (SUPERVISOR,)),
            ("999.99", (SUPERVISOR,)),
            ("1000", (SUPERVISOR, SUPERVISOR)),
            ("2999.99", (SUPERVISOR, SUPERVISOR)),
            ("3000", (SUPERVISOR, MANAGER)),
            ("1000000", (SUPERVISOR, MANAGER)),
        ],
    )
    def test_asks_for_more_people_with_the_amount(self, amount, levels):
        assert approvals_for(Decimal(amount), severity=Severity.SEVERE, on=DAY) == levels

    def test_asks_for_two_levels_about_a_critical_case_whatever_it_costs(self):
        assert approvals_for(Decimal(0), severity=Severity.CRITICAL, on=DAY) == (SUPERVISOR, MANAGER)


class TestApprovalOwed:
    @pytest.mark.parametrize(
        ("required", "given", "owed"),
        [
            ((SUPERVISOR,), (), SUPERVISOR),
            ((SUPERVISOR,), (SUPERVISOR,), None),
            ((SUPERVISOR,), (MANAGER,), None),
            ((SUPERVISOR, SUPERVISOR), (SUPERVISOR,), SUPERVISOR),
            ((SUPERVISOR, SUPERVISOR), (MANAGER,), SUPERVISOR),
            ((SUPERVISOR, SUPERVISOR), (SUPERVISOR, MANAGER), None),
            ((SUPERVISOR, MANAGER), (), SUPERVISOR),
            ((SUPERVISOR, MANAGER), (SUPERVISOR,), MANAGER),
            ((SUPERVISOR, MANAGER), (MANAGER,), SUPERVISOR),
            ((SUPERVISOR, MANAGER), (SUPERVISOR, SUPERVISOR), MANAGER),
            ((SUPERVISOR, MANAGER), (SUPERVISOR, MANAGER), None),
        ],
    )
    def test_is_the_lowest_level_that_nobody_has_covered(self, required, given, owed):
        assert {approval_owed(required, order) for order in permutations(given)} == {owed}

    def test_is_nothing_where_a_role_that_may_not_approve_is_all_that_is_left(self):
        assert approval_owed((MANAGER,), (SUPERVISOR,)) is MANAGER


class TestRankOf:
    @pytest.mark.parametrize(
        ("roles", "rank"),
        [((), None), ((Role.AGENT,), None), ((SUPERVISOR, Role.AGENT), SUPERVISOR), ((SUPERVISOR, MANAGER), MANAGER)],
    )
    def test_is_the_highest_role_that_approves(self, roles, rank):
        assert rank_of(roles) is rank
