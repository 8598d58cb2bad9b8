"""How a case ends: with the customer's word, without it, and what an objection leads to."""

from datetime import timedelta

import pytest
from factories import NOON, a_case, at

from rules.exceptions.closing import (
    after_objection,
    ending_without_word,
    next_follow_up,
    reopening_refused,
)
from schemas.exceptions import ClosingReason, Command, State
from schemas.playbooks import ClosedBy
from schemas.severity import Severity


class TestEndingWithoutWord:
    def test_is_unobjected_for_a_customer_who_was_told(self):
        assert ending_without_word(a_case(), closed_by=ClosedBy.SILENCE) is ClosingReason.UNOBJECTED

    @pytest.mark.parametrize("closed_by", list(ClosedBy))
    def test_is_untold_where_nobody_is_on_file(self, closed_by):
        assert ending_without_word(a_case(consignee_phone=""), closed_by=closed_by) is ClosingReason.UNTOLD

    def test_is_none_for_a_critical_case(self):
        assert ending_without_word(a_case(severity=Severity.CRITICAL), closed_by=ClosedBy.SILENCE) is None

    def test_is_none_where_the_customers_acceptance_is_wanted(self):
        assert ending_without_word(a_case(), closed_by=ClosedBy.ACCEPTANCE) is None


class TestAfterObjection:
    def test_is_a_second_investigation_the_first_time(self):
        assert after_objection(a_case(state=State.FED_BACK)) is Command.OBJECT

    def test_is_a_supervisor_the_second_time(self):
        assert after_objection(a_case(state=State.FED_BACK, objections=1)) is Command.REFER_UP

    @pytest.mark.parametrize("objections", [0, 1, 2])
    def test_opens_a_closed_case_again(self, objections):
        assert after_objection(a_case(state=State.CLOSED, closed_at=NOON, objections=objections)) is Command.REOPEN


class TestReopeningRefused:
    def test_lets_a_case_be_opened_again_up_to_thirty_days_after_its_closing(self):
        closed = a_case(state=State.CLOSED, closed_at=NOON)

        assert reopening_refused(closed, now=NOON + timedelta(days=30)) is None
        assert "30 days ago" in reopening_refused(closed, now=NOON + timedelta(days=30, seconds=1))

    def test_says_of_an_open_case_that_it_is_open(self):
        assert reopening_refused(a_case(), now=NOON) == "the case is open."


class TestNextFollowUp:
    @pytest.mark.parametrize("ending", [ClosingReason.ACCEPTED, ClosingReason.UNOBJECTED, ClosingReason.EXPLAINED])
    def test_comes_a_day_after_the_closing(self, ending):
        assert next_follow_up(closing_reason=ending, now=NOON) == at(24)

    @pytest.mark.parametrize("ending", [ClosingReason.CURED, ClosingReason.UNTOLD, ClosingReason.BY_HAND])
    def test_does_not_come_after_other_endings(self, ending):
        assert next_follow_up(closing_reason=ending, now=NOON) is None
