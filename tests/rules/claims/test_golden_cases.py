"""The golden cases (tests/support/golden_claims.py) come to their amounts by their rules."""

from decimal import Decimal

import pytest
from claim_facts import a_claim
from golden_claims import CASES, LOST_THEN_FOUND, found

from rules.claims.assessing import assess


@pytest.mark.parametrize("golden", CASES.values(), ids=CASES.keys())
class TestGoldenCase:
    def test_comes_to_its_amount(self, golden):
        assessment = assess(a_claim(**golden.told))

        assert assessment.amount.amount == Decimal(golden.amount), golden.source
        assert assessment.amount.currency == "CNY"

    def test_is_derived_by_its_rules(self, golden):
        lines = assess(a_claim(**golden.told)).lines

        decided = {line.rule.partition(":")[2].partition("@")[0] for line in lines}
        assert set(golden.rules) <= decided

    def test_has_lines_that_name_rule_source_and_input_in_both_languages(self, golden):
        for line in assess(a_claim(**golden.told)).lines:
            assert "#" in line.rule
            assert line.source
            assert line.verified in {"law", "standard", "contract", "profile", "assumption"}
            assert line.inputs
            assert not line.zh.isascii()
            assert line.en[0].isupper()


class TestTier:
    @pytest.mark.parametrize(
        ("case", "tier"),
        [
            ("LTL, first tier, by photographs", "tier_one"),
            ("LTL, first tier, by photographs, below the limit", "tier_one"),
            ("LTL, second tier, with its papers, below the limit", "tier_two"),
            ("LTL, second tier, above the limit", "tier_two"),
        ],
    )
    def test_is_that_of_its_amount_and_lacks_no_paper(self, case, tier):
        [found] = assess(a_claim(**CASES[case].told)).tiers

        assert (found.rule.partition(":")[2].partition("@")[0], found.missing) == (tier, ())


class TestPaidAndFound:
    def test_leaves_what_was_paid_too_much_to_a_person(self):
        assessment = assess(a_claim(**LOST_THEN_FOUND, parcels=found("parcel")))

        assert (assessment.due.amount, assessment.to_reclaim.amount) == (0, 800)
        assert "to_reclaim" in {open_.code for open_ in assessment.provisional}

    def test_leaves_nothing_open_when_the_money_is_kept(self):
        assessment = assess(a_claim(**LOST_THEN_FOUND, parcels=found("money")))

        assert (assessment.due.amount, assessment.to_reclaim.amount) == (0, 0)

    def test_asks_a_claimant_who_has_not_chosen(self):
        assessment = assess(a_claim(**LOST_THEN_FOUND, parcels=found("undecided")))

        assert assessment.amount.amount == 820
        assert "found_undecided" in {open_.code for open_ in assessment.provisional}
