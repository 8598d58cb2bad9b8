"""What stands beside the amount: tiers, periods, proposals, payer, split and scores."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from claim_facts import a_claim, a_parcel, a_row, book_with

from rules.claims.assessing import assess
from rules.claims.further import last_day
from schemas.assessment import Assessment, Score

PHOTOS = ["photo_whole", "photo_detail", "photo_contents"]
DECIDED = {"decided_by": "C-7"}


def ltl(value: int, **told: Any) -> Assessment:
    return assess(a_claim(mode="ltl", freight=None, terms={}, parcels=[a_parcel(value=value)], **told))


class TestTiers:
    def test_give_the_least_demanding_one_that_the_amount_allows(self):
        [tier] = ltl(1000, evidence=PHOTOS).tiers

        assert (tier.up_to.amount, tier.missing, tier.answer_hours) == (1000, (), 24)

    def test_ask_for_more_papers_above_it(self):
        [tier] = ltl(1001, evidence=PHOTOS).tiers

        assert (tier.up_to.amount, tier.missing) == (3000, ("claim_form", "loss_list", "value_proof"))

    def test_ask_for_an_assignment_unless_the_sender_claims(self):
        [tier] = ltl(1001, evidence=PHOTOS, claimant="consignee").tiers

        assert "assignment" in tier.missing

    def test_end_above_the_last(self):
        assert ltl(3001).tiers == ()


class TestPeriods:
    @pytest.mark.parametrize(
        ("claimed_on", "late"), [("2026-03-18", False), ("2026-03-19", True)], ids=["in time", "late"]
    )
    def test_send_a_late_claim_to_a_person_and_pay_the_same(self, claimed_on, late):
        rate = {"base": "XDR", "quote": "CNY", "rate": "1000", "on": "2026-03-01"}
        found = assess(
            a_claim(
                event="damage", international=True, carriage="air", rates=[rate], delivered_on="2026-03-04",
                claimed_on=claimed_on, parcels=[a_parcel(lost_percent=50)],
            )
        )  # fmt: skip

        assert ("out_of_time" in {open_.code for open_ in found.provisional}) is late
        assert found.goods.amount == 500

    def test_ask_for_the_days(self):
        said = [rule.en for rule in assess(a_claim()).not_applied]

        assert any("that of the claim, is not told" in sentence for sentence in said)

    def test_end_on_the_same_date_or_the_last_of_february(self):
        assert last_day(date(2024, 2, 29), 1, "years") == date(2025, 2, 28)
        assert last_day(date(2024, 3, 1), 3, "years") == date(2027, 3, 1)
        assert last_day(date(2024, 2, 28), 2, "days") == date(2024, 3, 1)


class TestProposals:
    def test_name_what_fraud_of_the_carrier_adds_and_leave_the_amount_alone(self):
        found = assess(a_claim(conduct={"fraud": True, **DECIDED}))

        assert [proposal.amount.amount for proposal in found.proposals] == [500]
        assert found.amount.amount == 1020

    def test_are_three_times_the_fee_where_that_is_more(self):
        found = assess(a_claim(freight=200, conduct={"fraud": True, **DECIDED}))

        assert [proposal.amount.amount for proposal in found.proposals] == [600]


class TestPayer:
    @pytest.mark.parametrize("who", ["brand", "carrier"])
    def test_is_whom_the_claimant_chose(self, who):
        found = assess(a_claim(claimed_against=who)).payer

        assert found is not None
        assert found.who == who
        assert "art. 19" in found.source


class TestSplit:
    def test_divides_what_is_paid_among_those_who_bear_it(self):
        shares = [
            {"kind": "sender", "share": 10, **DECIDED},
            {"kind": "outlet", "name": "W-12", "share": 60, **DECIDED},
            {"kind": "line_haul", "share": 30, **DECIDED},
        ]
        found = assess(a_claim(faults=shares))

        assert found.amount.amount == 920
        assert [(share.name, share.share, share.amount.amount) for share in found.split] == [
            ("W-12", Decimal("66.67"), Decimal("613.33")), ("", Decimal("33.33"), Decimal("306.67")),
        ]  # fmt: skip

    def test_leaves_nothing_undivided_when_all_lies_with_the_claimant(self):
        found = assess(a_claim(faults=[{"kind": "sender", "share": 100, **DECIDED}]))

        assert [(share.kind, share.amount.amount) for share in found.split] == [("unknown", 20)]

    def test_waits_for_a_decision(self):
        found = assess(a_claim(faults=[{"kind": "outlet", "share": 100}]))

        assert found.split == ()
        assert "split_undecided" in {open_.code for open_ in found.provisional}


def fraud(**told: Any) -> Score:
    return assess(a_claim(**told)).scores[0]


def malice(**told: Any) -> Score:
    return assess(a_claim(**told)).scores[1]


class TestScores:
    def test_are_nothing_where_nothing_speaks_for_it(self):
        assert (fraud().level, malice().level, fraud().reasons) == ("none", "none", ())

    @pytest.mark.parametrize(
        ("signals", "points", "level"),
        [
            ({"earlier_claims": 2}, 0, "none"),
            ({"earlier_claims": 3}, 2, "low"),
            ({"altered_proof": True}, 4, "low"),
            ({"reused_evidence": True, "delivered_with_code": True}, 6, "high"),
            ({"weight_contradicts": True}, 3, "low"),
        ],
    )
    def test_add_up_what_speaks_for_fraud(self, signals, points, level):
        score = fraud(signals=signals)

        assert (score.points, score.level) == (points, level)
        assert all(reason.rule and reason.zh and reason.en for reason in score.reasons)

    def test_compare_the_claim_and_the_insured_amount_with_what_is_proven(self):
        assert fraud(claimed=1500).points == 0
        assert [reason.points for reason in fraud(claimed=1501, insured_amount=1501).reasons] == [1, 2]
        assert fraud(claimed=9000, parcels=[a_parcel(proof="none")]).points == 0

    @pytest.mark.parametrize(
        ("signals", "points"),
        [({"threats": True}, 3), ({"settled_before": True, "abusive_contacts": 5}, 5), ({"abusive_contacts": 4}, 0)],
    )
    def test_add_up_what_speaks_for_malice(self, signals, points):
        assert malice(signals=signals).points == points

    def test_take_a_claim_of_many_times_the_value_as_a_sign(self):
        assert malice(claimed=10_001).points == 1

    def test_never_change_the_amount(self):
        worst = {"altered_proof": True, "reused_evidence": True, "threats": True, "earlier_claims": 50}

        assert assess(a_claim(signals=worst)).amount == assess(a_claim()).amount


class TestDisplacing:
    def test_a_displaced_tier_is_told(self):
        own = a_row("on_the_spot", up_to=10, currency="CNY", needs=["claim_form"])
        book = book_with(own, displaces=["tier"], modes=["ltl"])

        found = assess(a_claim(mode="ltl", terms={}), book=book)
        assert found.tiers == ()
        assert any("Displaced by own rules" in rule.en for rule in found.not_applied)
