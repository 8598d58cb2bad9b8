"""What whoever decides a claim, or a docket of them, reads above the form (R56, R65)."""

from datetime import UTC
from decimal import Decimal

import pytest
from claim_factories import (
    DOCKET_NO,
    a_claim,
    a_claim_plan,
    a_denial,
    a_docket,
    a_liability,
    a_score,
    a_share,
    an_assessment,
    cny,
)
from factories import NOON, a_payment

from rules.claims.docket_text import docket_text
from rules.claims.form_text import RULES_SHOWN_MAX, balance_lines, form_text, offer_lines, rule_lines, what_is_proposed
from rules.claims.proposing import with_amount
from schemas.assessment import NotApplied, PackChoice, Proposal, Provisional, Tier
from schemas.claims import ClaimOffer, DocketOutcome, DocketState, OfferBy, OfferState, Resolution
from schemas.evidence import Completeness, EvidenceKind, MissingPiece
from schemas.ledger import Account, Balance

NONE = Completeness()


def text(found=NONE, *, owed_for="money", refusal="", **changes):
    return form_text(a_claim(**changes), found, owed_for=owed_for, refusal=refusal, zone=UTC)


class TestFormText:
    def test_begins_with_the_claim_and_what_is_proposed(self):
        lines = [line for line in text().splitlines() if line]

        assert lines[:3] == [
            "### CL-20261120-000001 · 快件丢失 loss (loss)",
            "**方案 proposal 1：赔付 pay 800 CNY**",
            "- 索赔 claimed: 800 CNY · 核定 assessed: 800.00 CNY",
        ]

    def test_says_why_the_last_answer_was_not_accepted(self):
        assert text(refusal="工号或动态口令不正确。").startswith("**⚠️ 上次提交未被接受 not accepted: 工号")

    def test_derives_the_amount_line_by_line_with_rule_and_source(self):
        assert (
            "1. 保价快件丢失：按保价金额 Insured, all of it lost: the insured amount "
            "(`insured_total@2024-04-01`, 快递暂行条例 art. 27) → **800.00 CNY**"
        ) in text()

    def test_shows_a_line_that_changed_no_amount_without_one(self):
        line = an_assessment().lines[0].model_copy(update={"amount": None})

        assert "art. 27)\n" in text(plan=a_claim_plan(assessment=an_assessment(lines=(line,))))

    def test_shows_what_is_still_open(self):
        open_ = Provisional(code="freight", zh="运费未知", en="the freight is not told")

        shown = text(plan=a_claim_plan(assessment=an_assessment(provisional=(open_,))))

        assert "待定 still open: 运费未知 the freight is not told" in shown

    def test_shows_what_only_a_person_may_add_and_leaves_the_amount_alone(self):
        more = Proposal(rule="fraud@2014-03-15", source="art. 55", amount=cny("500"), zh="欺诈加赔", en="fraud adds")

        shown = text(plan=a_claim_plan(assessment=an_assessment(proposals=(more,))))

        assert (
            "- 建议，由人决定 proposed to a person, not in the amount: **500.00 CNY** 欺诈加赔 fraud adds "
            "(`fraud@2014-03-15`, art. 55)"
        ) in shown
        assert "赔付 pay 800 CNY" in shown

    @pytest.mark.parametrize(
        ("missing", "said"),
        [
            ((), "(`tier_two@2012-05-01`, the terms)\n"),
            (
                ("photo_whole", "claim_form", "assignment"),
                "；缺少 missing: 全景照片、索赔函、权益转让书 a photograph of the whole parcel, a claim form, ",
            ),
        ],
    )
    def test_shows_the_quick_way_and_which_papers_it_lacks(self, missing, said):
        tier = Tier(
            rule="tier_two@2012-05-01", source="the terms", up_to=cny("3000"), missing=missing, answer_hours=None,
            zh="3000元以内", en="up to 3,000",
        )  # fmt: skip

        shown = text(plan=a_claim_plan(assessment=an_assessment(tiers=(tier,))))

        assert "- 快速赔付 quick way: 3000元以内 up to 3,000 (`tier_two@2012-05-01`, the terms)" in shown
        assert said in shown

    def test_says_nothing_of_ways_and_proposals_where_there_are_none(self):
        assert "quick way" not in text()
        assert "proposed to a person" not in text()

    def test_scores_with_reasons(self):
        scores = (a_score("high"), a_score(kind="malice"))
        shown = text(plan=a_claim_plan(assessment=an_assessment(scores=scores)))

        assert "- 欺诈 fraud: 高 high (6): 证明材料有涂改 a paper was altered (+6)" in shown
        assert "- 恶意 malice: 无迹象 none (0)\n" in shown

    def test_says_that_nobody_named_an_amount(self):
        assert "未指明金额 no amount named" in text(claimed=None)

    def test_shows_what_was_paid_before_and_by_which_case(self):
        shown = text(plan=a_claim_plan(assessment=an_assessment(paid="50")), paid_elsewhere=(a_payment("50"),))

        assert "此前已付 paid before: 50.00 CNY" in shown
        assert "ordered to be paid for this parcel: CP-20261120-000009 50 CNY" in shown

    def test_shows_the_reasons_of_a_denial(self):
        shown = text(plan=a_denial(), owed_for="denial")

        assert "**方案 proposal 1：不予赔付 deny 0 CNY**" in shown
        assert "- 理由 because: 没有应付金额 nothing is owed" in shown
        assert "拟拒赔 a denial is proposed" in shown

    def test_says_who_drafted_what_no_rule_came_to(self):
        shown = text(plan=a_claim_plan(drafted_by="ag-sun", assessment=None), proposals_refused=1)

        assert "drafted by ag-sun" in shown
        assert "曾退回 refused before: 1" in shown
        assert "how it comes about" not in shown

    @pytest.mark.parametrize(
        ("liability", "said"),
        [
            (a_liability(), "(拟认定 proposed)"),
            (a_liability(decided_by="ag-wu"), "(认定 decided by ag-wu)"),
            (a_liability(decided_by="ag-wu", confirmed_by="ag-qi"), "(认定 decided by ag-wu，复核 confirmed by ag-qi)"),
        ],
    )
    def test_says_who_answers_by_which_share_and_who_decided_so(self, liability, said):
        shown = text(liability=liability)

        assert f"**责任 liability {said}**" in shown
        assert "- 网点 outlet 示例城东网点 100% 交接记录" in shown

    def test_shows_grounds_note_and_contest(self):
        ground = a_denial().grounds[0]
        shown = text(
            liability=a_liability(grounds=(ground,), note="见监控", contested_by="示例城东网点", contest="当时已交接")
        )

        assert "- 没有应付金额 nothing is owed" in shown
        assert "contested by 示例城东网点: 当时已交接" in shown
        assert "- 见监控" in shown

    def test_shows_who_bears_it_inside(self):
        shown = text(plan=a_claim_plan(split=(a_share("甲", "60", "480"), a_share("乙", "40", "320"))))

        assert "- 内部分摊 borne by: 网点 outlet 甲 60% 480.00 CNY" in shown

    def test_names_the_papers_that_are_missing(self):
        missing = Completeness(missing=(MissingPiece(EvidenceKind.PHOTO_LABEL, "sender"),))

        assert "缺少：面单照片（寄件人提供）" in text(missing)

    def test_masks_whoever_claims_and_is_paid_and_escapes_what_was_told(self):
        shown = text(account="打 19900005678 无人接 [点此](http://x) | <b>", payee_name="王小明", is_major=True)

        for hidden in ("19900005678", "赵六", "王小明", "[点此](http", "<b>"):
            assert hidden not in shown
        assert "王\\*\\* \\*\\*\\*\\*3445" in shown
        assert "重大事故 major | 是 yes" in shown

    def test_leaves_open_what_is_not_known(self):
        shown = text(owed_for="else", payee_tail="", liability=None, insured_amount=None)

        assert "| 需审批 decision owed for | else |" in shown
        assert "| 保价 insured | — |" in shown

    def test_of_a_claim_without_a_proposal_says_nothing_of_one(self):
        assert list(what_is_proposed(a_claim(plan=None))) == []


class TestFurtherLines:
    def test_tell_which_packs_were_chosen_and_which_rules_not_applied_and_why(self):
        packs = (
            PackChoice(pack="cn-law", layer="law", holds=True, zh="在本地适用", en="it holds here"),
            PackChoice(pack="montreal", layer="treaty", holds=False, zh="非空运", en="not by air"),
        )
        skipped = NotApplied(rule="agreed@2021-01-01", source="民法典", zh="未约定 <b>", en="nothing was agreed")

        told = rule_lines(a_claim_plan(assessment=an_assessment(packs=packs, not_applied=(skipped,))))

        assert told == (
            "- 采用规则包 rule pack chosen: `cn-law` 在本地适用 it holds here",
            "- 未采用规则包 rule pack not chosen: `montreal` 非空运 not by air",
            "- 未适用 not applied: 未约定 \\<b\\> nothing was agreed (`agreed@2021-01-01`)",
        )

    def test_count_the_rules_that_are_too_many_to_tell(self):
        skipped = NotApplied(rule="agreed@2021-01-01", source="民法典", zh="未约定", en="nothing was agreed")

        told = rule_lines(a_claim_plan(assessment=an_assessment(not_applied=(skipped,) * (RULES_SHOWN_MAX + 3))))

        assert (len(told), told[-1]) == (RULES_SHOWN_MAX + 1, "- 另有 3 条 and 3 more")

    @pytest.mark.parametrize("plan", [None, a_claim_plan(assessment=None)], ids=["no proposal", "of a person"])
    def test_tell_of_no_rules_where_none_were_asked(self, plan):
        assert rule_lines(plan) == ()

    def test_tell_what_was_named_by_whom(self):
        offer = ClaimOffer(
            case_no="CL-1", number=1, by=OfferBy.CLAIMANT, who="customer", amount=Decimal(900), currency="CNY",
            plan_version=1, state=OfferState.COUNTERED, made_at=NOON, until=None, note="打 19900005678",
        )  # fmt: skip

        told = offer_lines([offer, offer.model_copy(update={"number": 2, "note": ""})], zone=UTC)

        assert told[0] == (
            "- 1. 2026-11-20 04:00 索赔人提出 asked for 900 CNY · 已还价 countered 打 199\\*\\*\\*\\*5678"
        )
        assert told[1].endswith("countered")

    def test_tell_what_stands_where(self):
        balances = [
            Balance(account=Account.CASH, currency="CNY", balance=Decimal(-800)),
            Balance(account=Account.RECEIVABLE_FROM_PARTY, currency="CNY", balance=Decimal(800), party="甲"),
        ]

        assert balance_lines(balances) == (
            "- 已付 paid: -800 CNY", "- 应收责任方 owed by a liable party 甲: 800 CNY",
        )  # fmt: skip


class TestWithAmount:
    def test_divides_another_amount_by_the_same_shares_to_the_cent(self):
        split = (a_share("甲", "33.33", "266.64"), a_share("乙", "33.33", "266.64"), a_share("丙", "33.34", "266.72"))
        plan = a_claim_plan(split=split)

        amended = with_amount(a_claim(plan=plan), plan, Decimal("100.01"), by="sup-zhang")

        assert (amended.version, amended.amount, amended.basis[-1]) == (2, Decimal("100.01"), "amount:sup-zhang")
        assert sum(share.amount.amount for share in amended.split) == Decimal("100.01")
        assert [share.share for share in amended.split] == [share.share for share in split]

    def test_makes_a_payment_of_a_denial_and_leaves_its_reasons_behind(self):
        plan = a_denial()

        amended = with_amount(a_claim(plan=plan), plan, Decimal(100), by="sup-zhang")

        assert (amended.resolution, amended.grounds, amended.pays) == (Resolution.PAY, (), True)

    def test_keeps_the_reasons_of_a_payment(self):
        plan = a_claim_plan(grounds=a_denial().grounds)

        assert with_amount(a_claim(plan=plan), plan, Decimal(1), by="sup-zhang").grounds == plan.grounds


class TestDocketText:
    CLAIMS = (a_claim(1), a_claim(2, liability=None, claimed=Decimal(700)))

    def shown(self, refusal="", **changes):
        there = Completeness(there={EvidenceKind.VALUE_PROOF: 1})
        by_number = {claim.case_no: claim for claim in self.CLAIMS}
        return docket_text(
            a_docket(*self.CLAIMS, **changes), by_number, dict.fromkeys(by_number, there), refusal=refusal
        )

    def test_gives_each_claim_a_line_by_whose_digits_it_is_excepted(self):
        lines = self.shown().splitlines()

        assert lines[0] == f"### {DOCKET_NO} · 快速理赔 2 件 clear claims · 1600 CNY"
        assert lines[-2].startswith("| 001 | 丢失 loss | 800 | 800 | 773100000001 | 网点 outlet 示例城东网点 100% |")
        assert lines[-1].startswith("| 002 | 丢失 loss | 800 | 700 | 773100000002 | — | 价值证明")

    def test_names_nobody(self):
        assert "赵六" not in self.shown()
        assert "19900005678" not in self.shown()

    def test_says_of_a_docket_that_is_decided_what_became_of_each_claim(self):
        waiting = a_docket(*self.CLAIMS)
        outcomes = (DocketOutcome.APPROVED, DocketOutcome.EXCEPTED)
        became = tuple(
            one.model_copy(update={"outcome": outcome}) for one, outcome in zip(waiting.claims, outcomes, strict=True)
        )

        lines = self.shown(refusal="请写更多位数。", state=DocketState.DECIDED, claims=became).splitlines()

        assert lines[0].startswith(f"### {DOCKET_NO}")
        assert lines[2] == "同意 1/2 件 approved; 除外 excepted: CL-20261120-000002."
        assert [line.count("|") for line in lines[4:]] == [9] * 4
        assert [line.split("|")[-2].strip() for line in lines[-2:]] == ["同意 approved", "除外 excepted"]

    def test_says_why_the_last_answer_was_not_accepted(self):
        assert self.shown(refusal="请写更多位数。").startswith("**⚠️ 上次提交未被接受 not accepted: 请写更多位数。**")
