"""The words about complaints, and what stands above a supervisor's form: masked, and read as text (R65)."""

from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from complaint_factories import a_complaint, a_complaint_plan, a_finding, a_party, planned, shared
from factories import a_payment, at

from rules.complaints import wording
from rules.complaints.planning import PAID
from rules.texts import LANGUAGES
from schemas.complaints import (
    Action,
    Complaint,
    ComplaintType,
    Ground,
    MissingField,
    PartyKind,
    State,
    Validity,
)  # fmt: skip
from schemas.evidence import Completeness, EvidenceKind, MissingPiece

SHANGHAI = ZoneInfo("Asia/Shanghai")
INJECTED = "# Approve me | **now** [here](http://x.test) <b> `x` 13900001234"


def form(
    *, owed_for: str = "money", refusal: str = "", found: Completeness | None = None, joint=None, **changes
) -> str:
    return wording.form_text(
        a_complaint(**changes), found or Completeness(), owed_for=owed_for, refusal=refusal, zone=SHANGHAI,
        joint=joint or {},
    )  # fmt: skip


def row(label: str, text: str) -> str:
    """Read the value beside a label as it is shown, without the strokes that escape markup."""
    [line] = [line for line in text.splitlines() if line.startswith("| ") and label in line]
    return line.removesuffix(" |").split(" | ", maxsplit=1)[1].replace("\\", "")


@pytest.mark.parametrize("language", LANGUAGES)
class TestWords:
    @pytest.mark.parametrize(
        "table", [wording.MATTER, wording.FOUND, wording.VALIDITY, wording.ACTION, wording.BASIS, wording.PROGRESS,
                  wording.DECISION_OWED],
    )  # fmt: skip
    def test_are_there_in_both_languages_and_tell_apart(self, table, language):
        words = [told[language == "en"] for told in table.values()]

        assert all(word.isascii() == (language == "en") for word in words)
        assert len({*words}) == len(words) or table is wording.PROGRESS

    def test_list_what_is_still_to_be_told(self, language):
        missing = (
            MissingField(at="customer.name", rule="R32", zh="客户姓名", en="the customer's name"),
            MissingField(at="demand.text", rule="R35", zh="客户诉求", en="what the customer wants"),
        )

        assert wording.wanted(missing, language) == {
            "zh": "客户姓名、客户诉求", "en": "the customer's name, what the customer wants",
        }[language]  # fmt: skip

    def test_list_what_the_plan_does(self, language):
        complaint = a_complaint(plan=a_complaint_plan(Action.SEARCH_PARCEL, Action.APOLOGISE))

        assert wording.actions(complaint, language) == {
            "zh": "全程查找快件、向您致歉", "en": "searching for the parcel, apologising to you",
        }[language]  # fmt: skip
        assert wording.actions(a_complaint(plan=None), language) == ""

    def test_say_what_a_result_rests_on(self, language):
        insured = a_complaint(plan=a_complaint_plan(basis=("finding:VALID", "value:insured", "amount:sup-zhang")))

        assert (
            wording.basis(insured, language)
            == {
                "zh": "核实记录与投诉处理规范；保价金额（快递暂行条例）",
                "en": "the record of our inquiry and our rules for complaints; "
                "the insured amount (Interim Regulations on Express Delivery)",
            }[language]
        )
        assert wording.basis(a_complaint(plan=None), language) == wording.BASIS["finding"][language == "en"]

    def test_say_of_what_nobody_found_that_nothing_shows_it(self, language):
        assert wording.found(a_complaint(finding=None), language) == wording.found(
            a_complaint(finding=a_finding(Validity.UNPROVEN)), language
        )


class TestWrite:
    def test_refuses_to_tell_what_no_text_tells(self):
        with pytest.raises(TypeError, match=r"no text tells \['liable'\]"):
            wording.write("update", a_complaint(), liable="示例城东网点")


class TestPartyText:
    @pytest.mark.parametrize(
        ("party", "text"),
        [
            (a_party(), "网点 示例城东网点 100%"),
            (a_party(share=Decimal("33.50")), "网点 示例城东网点 33.5%"),
            (a_party(kind=PartyKind.FORCE_MAJEURE, name=""), "不可抗力 100%"),
        ],
    )
    def test_names_kind_name_and_share(self, party, text):
        assert wording.party_text(party) == text


class TestFormText:
    def test_begins_with_the_complaint_when_nothing_was_refused(self):
        assert form().splitlines()[0] == "### CP-20261120-000001 · 快件延误 (DELAY)"

    def test_says_first_why_the_last_answer_did_not_count(self):
        first, *rest = form(refusal="口令已用过。").splitlines()

        assert "口令已用过。" in first
        assert "\n".join(rest).strip() == form()

    def test_shows_finding_and_plan_before_the_facts(self):
        text = form(plan=a_complaint_plan(Action.COMPENSATE, amount=Decimal("80.50")))

        assert text.index("有效投诉 valid") < text.index("80.50 CNY") < text.index("COMPENSATE") < text.index("运单")

    def test_tells_what_a_person_decided_from_what_is_proposed(self):
        ground = Ground(code="late", zh="系统显示已超过承诺时间", en="the promised time has passed")

        assert "认定 decided by sup-zhang" in form()
        proposed = form(finding=a_finding(decided=False, grounds=(ground,)))
        assert "拟认定 proposed" in proposed
        assert "- 系统显示已超过承诺时间 the promised time has passed" in proposed

    def test_names_who_answers_with_his_share(self):
        text = form(finding=a_finding(parties=shared("60", "40")))

        assert "网点 A 60%" in text
        assert "网点 B 40%" in text

    def test_is_written_before_anything_was_found_or_planned(self):
        assert "finding" not in form(finding=None, plan=None)
        assert "plan" not in form(finding=None, plan=None)

    @pytest.mark.parametrize("action", sorted(PAID))
    def test_asks_for_the_amount_where_none_follows_from_the_record(self, action):
        assert "金额不明，请填写。" in form(plan=a_complaint_plan(action))
        assert "金额不明" not in form(plan=a_complaint_plan(action, amount=Decimal(1)))
        assert "金额不明" not in form()

    def test_says_what_was_ordered_to_be_paid_before(self):
        assert "已安排 ordered before: 30.00" in form(amount_ordered=Decimal("30.00"))

    def test_shows_what_other_cases_had_paid_for_the_parcel(self):
        said = "该快件已安排赔付 ordered to be paid for this parcel: CP-20261120-000009 50 CNY"

        assert said in form(paid_elsewhere=(a_payment(),))
        assert "该快件已安排赔付" not in form()
        assert "ordered before" not in form()

    def test_says_what_evidence_is_there_and_what_is_missing(self):
        missing = (MissingPiece(EvidenceKind.PHOTO_WHOLE, "outlet"),)

        text = form(found=Completeness(there={EvidenceKind.PHOTO_DETAIL: 2}, missing=missing))

        assert "破损细节照片 photo_detail ×2" in text
        assert "缺少：全景照片（网点提供）。" in text

    def test_says_what_each_department_that_must_agree_has_answered(self):
        assert "- 杭州转运中心：其他 同意" in form(joint={"杭州转运中心": "其他 同意"})

    @pytest.mark.parametrize("code", sorted(wording.DECISION_OWED))
    def test_says_why_somebody_must_decide(self, code):
        assert row("decision owed", form(owed_for=code)) == " ".join(wording.DECISION_OWED[code])

    def test_shows_a_reason_that_nobody_words(self):
        assert row("decision owed", form(owed_for="anything")) == "anything"

    def test_shows_what_is_demanded_only_where_money_is(self):
        assert row("索要金额", form(demanded=Decimal("80.00"))) == "80.00 CNY"
        assert "索要金额" not in form()

    def test_shows_what_the_customer_wants(self):
        assert row("诉求 demand", form()) == "尽快送达并说明原因"

    def test_masks_the_customer(self):
        text = form()

        assert row("customer", text) == "钱* 199****7777"
        assert "钱七" not in text
        assert "19900007777" not in text

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"account": INJECTED}, id="the account"),
            pytest.param({"wish": INJECTED}, id="the demand"),
            pytest.param({"outlet": INJECTED}, id="the outlet"),
            pytest.param({"finding": a_finding(note=INJECTED)}, id="the note"),
            pytest.param({"finding": a_finding(parties=(a_party(name=INJECTED),))}, id="the party's name"),
            pytest.param({"finding": a_finding(parties=(a_party(basis=INJECTED),))}, id="the party's basis"),
            pytest.param(
                {
                    "plan": a_complaint_plan(
                        actions=(planned(Action.RECTIFY)[0].model_copy(update={"owner": INJECTED}),)
                    )
                },
                id="the owner of a task",
            ),
            pytest.param({"joint": {"杭州转运中心": INJECTED}}, id="what a department answered"),
            pytest.param({"joint": {INJECTED: "同意"}}, id="the department's name"),
        ],
    )
    def test_reads_no_markup_and_shows_no_number_in_what_somebody_told(self, changes):
        text = form(**changes)

        assert "13900001234" not in text
        assert not any(sign in text for sign in (" | **now", "[here](", "<b>", "`x`"))
        assert "139\\*\\*\\*\\*1234" in text

    @pytest.mark.parametrize("type_", list(ComplaintType))
    @pytest.mark.parametrize("validity", list(Validity))
    def test_can_be_written_of_every_type_and_finding(self, type_, validity):
        complaint: Complaint = a_complaint(
            type=type_, finding=a_finding(validity), state=State.AWAITING_APPROVAL, promised_at=None,
            delivered_at=at(-1), waybill="", carrier="",
        )  # fmt: skip

        text = wording.form_text(complaint, Completeness(), owed_for="", refusal="", zone=SHANGHAI, joint={})

        assert "None" not in text
        assert wording.VALIDITY[validity][0] in text
