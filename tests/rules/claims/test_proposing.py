"""What is proposed about a claim: what the rules come to, or what a person says instead (R56, R78)."""

from decimal import Decimal

from claim_factories import a_claim, a_claim_plan, a_denial, a_share, an_assessment, cny
from hypothesis import given
from hypothesis import strategies as st

from rules.claims.proposing import NOT_OWED, OUT_OF_TIME, by_hand, next_version, propose, rescaled, with_amount
from schemas.assessment import Line, Provisional, Step, Tier
from schemas.claims import Resolution
from schemas.complaints import Ground

GOODWILL = (Ground(code="by_hand", zh="酌情补偿", en="as a goodwill"),)
LATE = Provisional(code=OUT_OF_TIME, zh="已过索赔期限", en="it came too late")
OPEN = Provisional(code="value_unproven", zh="价值未证明", en="the value is not proven")
SHARES = (a_share("甲", "60", "480"), a_share("乙", "40", "320"))

amounts = st.decimals("0", "100000", places=2)
weights = st.lists(st.integers(1, 100), min_size=1, max_size=6)


def a_tier(*missing: str) -> Tier:
    return Tier(
        rule="tier", source="R87", up_to=cny("1000"), missing=missing, answer_hours=24, zh="快速赔付", en="quick way"
    )


class TestPropose:
    def test_pays_what_is_owed(self):
        plan = propose(a_claim(plan=None), an_assessment("800", split=SHARES))

        assert (plan.version, plan.resolution, plan.amount, plan.grounds) == (1, Resolution.PAY, Decimal(800), ())
        assert plan.basis == ("insured_total@2024-04-01",)
        assert plan.split == SHARES
        assert not plan.drafted_by

    def test_denies_where_nothing_is_owed_with_the_lines_that_say_so(self):
        naught = Line(
            step=Step.EXEMPTION, rule="exempt", source="民法典 art. 832", verified="law", inputs={}, amount=cny("0"),
            zh="不可抗力免责", en="exempt by force majeure",
        )  # fmt: skip
        unmoved = naught.model_copy(update={"amount": None})
        plan = propose(a_claim(), an_assessment("0", lines=(*an_assessment("800").lines, naught, unmoved)))

        assert (plan.resolution, plan.amount) == (Resolution.DENY, Decimal(0))
        assert plan.grounds == (
            NOT_OWED,
            Ground(
                code="exemption",
                zh="不可抗力免责（民法典 art. 832）",
                en="exempt by force majeure (民法典 art. 832)",
            ),
        )

    def test_says_of_what_was_paid_itself_that_nothing_more_is_owed(self):
        plan = propose(a_claim(paid_amount=Decimal(800)), an_assessment("0", paid="800"))

        assert (plan.resolution, plan.amount) == (Resolution.NOTHING_MORE, Decimal(0))
        assert not plan.pays

    def test_says_of_a_denial_what_was_paid_before(self):
        plan = propose(a_claim(), an_assessment("0", paid="800"))

        assert plan.grounds[-1].code == "paid_before"
        assert "800" in plan.grounds[-1].en

    def test_only_proposes_that_a_claim_came_too_late_whatever_is_owed(self):
        plan = propose(a_claim(), an_assessment("800", provisional=(OPEN, LATE)))

        assert (plan.resolution, plan.amount) == (Resolution.TIME_BAR, Decimal(0))
        assert [ground.code for ground in plan.grounds] == [OUT_OF_TIME]

    def test_names_each_rule_and_each_paper_once(self):
        lines = an_assessment("800").lines
        plan = propose(
            a_claim(), an_assessment("800", lines=lines * 2, tiers=(a_tier("b", "a"), a_tier("b"))),
        )  # fmt: skip

        assert plan.basis == ("insured_total@2024-04-01",)
        assert plan.missing == ("a", "b")

    def test_comes_after_what_was_proposed_before(self):
        assert propose(a_claim(plan=a_claim_plan(version=3)), an_assessment()).version == 4


class TestByHand:
    def test_stands_beside_what_the_rules_came_to(self):
        before = a_claim_plan(split=SHARES, missing=("invoice",))

        plan = by_hand(
            a_claim(plan=before), resolution=Resolution.PAY, amount=Decimal(100), grounds=GOODWILL, by="ag-sun"
        )

        assert (plan.version, plan.amount, plan.drafted_by, plan.grounds) == (2, Decimal(100), "ag-sun", GOODWILL)
        assert [share.amount for share in plan.split] == [cny("60.00"), cny("40.00")]
        assert (plan.basis, plan.missing, plan.assessment) == (("proposed:ag-sun",), ("invoice",), before.assessment)

    def test_can_come_before_anything_was_worked_out(self):
        plan = by_hand(
            a_claim(plan=None, currency="HKD"), resolution=Resolution.DENY, amount=Decimal(0), grounds=GOODWILL,
            by="ag-sun",
        )  # fmt: skip

        assert (plan.version, plan.currency, plan.assessment, plan.split, plan.missing) == (1, "HKD", None, (), ())


class TestWithAmount:
    def test_keeps_what_was_shown_and_says_whose_amount_it_is(self):
        before = a_claim_plan(split=SHARES, grounds=GOODWILL)

        plan = with_amount(a_claim(plan=before), before, Decimal(900), by="sup-li")

        assert (plan.version, plan.amount, plan.grounds) == (2, Decimal(900), GOODWILL)
        assert plan.basis == (*before.basis, "amount:sup-li")
        assert [share.amount for share in plan.split] == [cny("540.00"), cny("360.00")]

    def test_turns_a_denial_into_a_payment_without_its_reasons(self):
        denial = a_denial()

        plan = with_amount(a_claim(plan=denial), denial, Decimal(5), by="sup-li")

        assert (plan.resolution, plan.grounds) == (Resolution.PAY, ())


class TestNextVersion:
    def test_counts_from_one(self):
        assert next_version(a_claim(plan=None)) == 1
        assert next_version(a_claim(plan=a_claim_plan(version=7))) == 8


class TestRescaled:
    def test_of_nothing_is_nothing(self):
        assert rescaled((), Decimal(5)) == ()

    @given(weights, amounts)
    def test_sums_to_the_amount_and_keeps_whoever_bears_it(self, shares, amount):
        split = tuple(a_share(str(place), str(share), "0") for place, share in enumerate(shares))

        parts = rescaled(split, amount)

        assert sum(part.amount.amount for part in parts) == amount
        assert [(part.name, part.share) for part in parts] == [(share.name, share.share) for share in split]
        assert all(part.amount.amount >= 0 for part in parts)

    @given(weights, amounts)
    def test_is_off_by_less_than_a_cent_for_nobody(self, shares, amount):
        split = tuple(a_share(str(place), str(share), "0") for place, share in enumerate(shares))

        for part in rescaled(split, amount):
            assert abs(part.amount.amount - amount * part.share / sum(shares)) < Decimal("0.01")
