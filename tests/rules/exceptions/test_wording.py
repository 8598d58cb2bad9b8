"""What customers, departments and supervisors read about an exception, and what they must not."""

from datetime import date, timedelta, timezone
from decimal import Decimal

import pytest
from factories import NOON, a_case, a_payment, a_plan
from hypothesis import given
from hypothesis import strategies as st

from rules.exceptions import wording
from schemas.evidence import Completeness, EvidenceKind, MissingPiece
from schemas.exceptions import ExceptionCase, ExceptionType, Measure, State
from schemas.severity import Severity
from schemas.tracking import Reason

SHANGHAI = timezone(timedelta(hours=8))
LANGUAGES = ["zh", "en"]
PARTIES = sorted({reason.split(".")[0] for reason in Reason} - {"unknown"})
UNDECIDED = [
    State.DETECTED, State.RECORDED, State.INVESTIGATED, State.PLANNED, State.AWAITING_APPROVAL, State.NEEDS_OPERATOR,
]  # fmt: skip
CUSTOMER_NOTICES = ["trouble", "result", "cured"]


def is_in(language: str, text: str) -> bool:
    """Say whether a text is in the language: English words are ASCII, Chinese ones are not."""
    return bool(text) and text.isascii() == (language == "en")


def department_notice(case: ExceptionCase, *, about: str = "严重异常") -> wording.Message:
    return wording.write("department", case, about=about)


def whole(message: wording.Message) -> str:
    return message.subject + message.body


def form_text(*, owed_for: str = "money", refusal: str = "", found: Completeness | None = None, **changes) -> str:
    told = found or Completeness()
    return wording.form_text(a_case(**changes), told, owed_for=owed_for, refusal=refusal, zone=SHANGHAI)


def row(label: str, file: str) -> str:
    """Read the value beside a label as it is shown, without the strokes that escape markup."""
    (line,) = [line for line in file.splitlines() if line.startswith("| ") and label in line]
    return line.removesuffix(" |").split(" | ", maxsplit=1)[1].replace("\\", "")


@pytest.mark.parametrize("language", LANGUAGES)
class TestWords:
    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_say_what_happened(self, type_, language):
        assert is_in(language, wording.situation(a_case(type=type_), language))

    @pytest.mark.parametrize("party", PARTIES)
    def test_say_with_whom_the_cause_lies(self, party, language):
        told = wording.cause(a_case(reason=f"{party}.anything"), language)

        assert is_in(language, told)
        assert told != wording.cause(a_case(reason="unknown"), language)

    @pytest.mark.parametrize("reason", ["", "unknown", "nobody.nothing"])
    def test_say_that_the_cause_is_being_looked_into_for(self, reason, language):
        assert wording.cause(a_case(reason=reason), language) == {
            "zh": "原因正在核查",
            "en": "the cause is being looked into",
        }.get(language)

    @pytest.mark.parametrize("measure", list(Measure))
    def test_say_what_is_done(self, measure, language):
        assert is_in(language, wording.measures(a_case(plan=a_plan(measures=(measure,))), language))

    def test_say_that_somebody_investigates_while_there_is_no_plan(self, language):
        assert is_in(language, wording.measures(a_case(plan=None), language))


class TestMeasures:
    @pytest.mark.parametrize(
        ("language", "listed"), [("zh", "加急派送、再次派送"), ("en", "with priority, delivering")]
    )
    def test_are_listed_in_the_order_of_the_plan(self, language, listed):
        plan = a_plan(measures=(Measure.RUSH_DELIVERY, Measure.REDELIVER))

        assert listed in wording.measures(a_case(plan=plan), language)


@pytest.mark.parametrize("language", LANGUAGES)
class TestCustomerNotice:
    @pytest.mark.parametrize("notice", CUSTOMER_NOTICES)
    def test_names_the_parcel_and_the_case(self, notice, language):
        message = wording.write(notice, a_case(), language)

        assert "773000000001" in message.subject
        assert "EX-20261120-000001" in message.body

    @pytest.mark.parametrize("type_", list(ExceptionType))
    @pytest.mark.parametrize("notice", ["trouble", "result"])
    def test_tells_situation_cause_and_measures(self, notice, type_, language):
        case = a_case(type=type_, state=State.CARRIED_OUT)

        body = wording.write(notice, case, language).body

        for part in (wording.situation, wording.cause, wording.measures):
            assert part(case, language) in body

    @pytest.mark.parametrize("state", UNDECIDED)
    @pytest.mark.parametrize("notice", ["trouble", "result"])
    def test_promises_nothing_of_a_plan_that_nobody_has_decided_about(self, notice, state, language):
        body = wording.write(notice, a_case(state=state), language).body

        assert wording.measures(a_case(plan=None), language) in body
        assert wording.MEASURE[Measure.COMPENSATE][language == "en"] not in body
        assert "CNY" not in body

    @pytest.mark.parametrize("notice", CUSTOMER_NOTICES)
    def test_is_in_the_language_that_was_asked_for(self, notice, language):
        message = wording.write(notice, a_case(), language)

        assert is_in(language, message.subject)
        assert is_in(language, message.body)

    @pytest.mark.parametrize("notice", CUSTOMER_NOTICES)
    def test_names_nobody(self, notice, language):
        text = whole(wording.write(notice, a_case(), language))

        assert "王五" not in text
        assert "19900001234" not in text


@pytest.mark.parametrize(("language", "money"), [("zh", "赔付 80.50 CNY"), ("en", "Compensation: 80.50 CNY")])
class TestResultNotice:
    def test_tells_the_amount(self, language, money):
        case = a_case(plan=a_plan(amount=Decimal("80.50")), state=State.CARRIED_OUT)

        assert money in wording.write("result", case, language).body

    @pytest.mark.parametrize("plan", [None, a_plan(measures=(Measure.REROUTE,), amount=Decimal(0))])
    def test_speaks_of_no_money_where_there_is_none(self, plan, language, money):
        case = a_case(plan=plan, state=State.CARRIED_OUT)

        assert "CNY" not in wording.write("result", case, language).body


@pytest.mark.parametrize("language", LANGUAGES)
class TestTexts:
    def test_say_of_every_state_whether_its_plan_may_be_told(self, language):
        assert set(State) - wording.SETTLED == set(UNDECIDED)

    @pytest.mark.parametrize(
        ("cited", "words"),
        [
            (("remedy:LOST#1", "value:insured"), ("保价金额", "insured amount")),
            (("remedy:LOST#1", "value:declared"), ("第八百三十三条", "art. 833")),
            (("remedy:LOST#1", "value:none"), ("市场价格", "market price")),
            (("remedy:DELAYED#1", "complete_delay[*]@2012-05-01"), ("彻底延误", "complete delay")),
            (("remedy:DELAYED#1",), ("快件异常处理规范", "our rules")),
            (("planned:sup-zhang",), ("快件异常处理规范", "our rules")),
        ],
    )
    def test_say_what_the_plan_rests_on(self, cited, words, language):
        told = wording.basis(a_case(plan=a_plan(basis=cited)), language)

        assert words[language == "en"] in told
        assert is_in(language, told)
        assert "sup-zhang" not in told

    def test_name_every_ground_of_a_plan(self, language):
        case = a_case(plan=a_plan(basis=("complete_delay[*]@2012-05-01", "value:insured")))

        assert len(wording.basis(case, language).replace("；", "; ").split("; ")) == 2

    def test_fall_back_on_the_house_rules_without_a_plan(self, language):
        assert wording.basis(a_case(plan=None), language) == wording.HOUSE_RULES[language == "en"]

    def test_say_how_long_after_his_agreement_the_customer_has_the_money(self, language):
        assert wording.money_by(a_case(), language) == {
            "zh": "自您确认之日起 7 日内", "en": "within 7 days of your agreement",
        }.get(language)  # fmt: skip

    def test_say_by_which_day_the_money_arrives_where_it_is_known(self, language):
        told = wording.money_by(a_case(), language, on=date(2026, 11, 27))

        assert told == {"zh": "于 2026-11-27 前", "en": "by 2026-11-27"}.get(language)

    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_ask_the_customer_for_something(self, type_, language):
        assert is_in(language, str(wording.TextFacts(a_case(type=type_), language)["ask"]))

    def test_are_as_many_as_they_name(self, language):
        facts = wording.TextFacts(a_case(), language)

        assert len(facts) == len(dict(facts)) > len(wording.TOLD)
        assert "colour" not in facts
        with pytest.raises(KeyError, match="colour"):
            facts["colour"]

    def test_tell_nothing_that_no_template_knows(self, language):
        with pytest.raises(TypeError, match=r"no text tells \['colour'\]"):
            wording.write("update", a_case(), language, colour="blue")


class TestDepartmentNotice:
    @pytest.mark.parametrize("plan", [None, a_plan()], ids=["without a plan", "with a plan"])
    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_never_names_the_consignee(self, type_, plan):
        text = whole(department_notice(a_case(type=type_, plan=plan)))

        assert "王五" not in text
        assert "19900001234" not in text

    def test_tells_what_the_department_needs(self):
        text = whole(department_notice(a_case(), about="处理结果"))

        for part in ("EX-20261120-000001", "处理结果", "773000000001", "shentong", "示例城东网点", "AWAITING_APPROVAL"):
            assert part in text

    def test_tells_the_plan_once_there_is_one(self):
        assert "方案" not in department_notice(a_case(plan=None)).body
        assert "方案：开箱查验并拍照留证、按核定金额赔付" in department_notice(a_case()).body

    def test_says_that_carrier_and_outlet_are_not_known(self):
        body = department_notice(a_case(carrier="", outlet="")).body

        assert "未知承运商" in body
        assert "网点未知" in body


class TestFormText:
    def test_masks_the_consignee(self):
        file = form_text()

        assert row("consignee", file) == "王* 199****1234"
        assert "王五" not in file
        assert "19900001234" not in file

    def test_shows_what_is_to_be_decided_before_the_facts(self):
        file = form_text()

        assert file.index("100 CNY") < file.index("COMPENSATE") < file.index("运单")

    def test_says_what_evidence_is_there_and_what_is_missing_before_the_facts(self):
        found = Completeness(
            there={EvidenceKind.PHOTO_DETAIL: 2}, missing=(MissingPiece(EvidenceKind.PHOTO_WHOLE, "outlet"),)
        )

        file = form_text(found=found)

        assert "破损细节照片 photo_detail ×2" in file
        assert "缺少：全景照片（网点提供）。 Missing: a photograph of the whole parcel from the outlet." in file
        assert file.index("COMPENSATE") < file.index("×2") < file.index("缺少") < file.index("运单")

    def test_says_that_there_is_no_evidence_and_that_none_is_missing(self):
        file = form_text()

        assert "证据 evidence: 无 none" in file
        assert not any(word in file for word in ("缺少", "Missing", "waived"))

    def test_says_without_which_evidence_somebody_let_the_case_go_on(self):
        found = Completeness(waived=(EvidenceKind.AIRLINE_CERTIFICATE,))

        assert "免提供 waived: 航空公司破损证明 airline_certificate" in form_text(found=found)

    def test_says_first_why_the_last_answer_did_not_count(self):
        first, *rest = form_text(refusal="口令已用过。").splitlines()

        assert "口令已用过。" in first
        assert "\n".join(rest).strip() == form_text()

    def test_says_how_far_reaching_the_consignee_has_come(self):
        told = wording.form_text(
            a_case(), Completeness(), owed_for="money", refusal="", zone=SHANGHAI, reaching="尚缺 missing: 电话"
        )

        assert "**联系收件人 reaching the consignee: 尚缺 missing: 电话**" in told

    def test_begins_with_the_case_when_nothing_was_refused(self):
        first = form_text().splitlines()[0]

        assert all(part in first for part in ("EX-20261120-000001", "外包装或内件破损", "DAMAGED"))

    @pytest.mark.parametrize("code", ["money", "critical", "irreversible", "replanned"])
    def test_says_in_both_languages_why_a_decision_is_owed_for(self, code):
        chinese, english = row("decision owed for", form_text(owed_for=code)).split(" ", maxsplit=1)

        assert is_in("zh", chinese)
        assert is_in("en", english)

    def test_shows_a_reason_code_that_has_no_words_as_it_is(self):
        assert row("decision owed for", form_text(owed_for="by_hand")) == "by_hand"

    @pytest.mark.parametrize("severity", list(Severity))
    def test_weighs_the_case_in_words(self, severity):
        shown = row("severity", form_text(severity=severity, severity_score=5))

        assert shown.endswith(f"{severity.name} (5)")
        assert is_in("zh", shown.split()[0])

    def test_asks_for_an_amount_when_nobody_knows_the_value(self):
        assert "name the amount" in form_text(plan=a_plan(amount=Decimal(0)))
        assert "name the amount" not in form_text()

    def test_shows_what_was_paid_for_the_parcel_before(self):
        assert "ordered to be paid for this parcel: CP-20261120-000009 50 CNY" in form_text(paid=(a_payment(),))
        assert "ordered to be paid" not in form_text()

    def test_asks_for_no_amount_when_nothing_is_to_be_compensated(self):
        plan = a_plan(measures=(Measure.REROUTE,), amount=Decimal(0))

        assert "name the amount" not in form_text(plan=plan)

    def test_shows_a_case_without_a_plan(self):
        file = form_text(plan=None)

        assert "方案" not in file
        assert row("basis", file) == "—"

    def test_cites_what_the_plan_rests_on(self):
        assert row("basis", form_text()) == "remedy:DAMAGED#1"

    def test_shows_times_in_the_zone_of_the_reader(self):
        file = form_text(promised_at=NOON, last_event="HELD", last_event_at=NOON, last_location="示例城东网点")

        assert row("promised", file) == "2026-11-20 12:00"
        assert row("last scan", file) == "2026-11-20 12:00 HELD 示例城东网点"

    @pytest.mark.parametrize("label", ["outlet", "goods", "declared", "insured", "promised", "last scan"])
    def test_shows_a_stroke_for_a_missing(self, label):
        assert row(label, form_text(outlet="", declared_value=None)) == "—"

    def test_says_so_when_carrier_and_cause_are_not_known(self):
        file = form_text(carrier="", reason="")

        assert row("waybill", file) == "773000000001 (?)"
        assert row("cause", file) == "原因正在核查 (unknown)"

    def test_names_carrier_and_cause(self):
        assert row("waybill", form_text()) == "773000000001 (shentong)"
        assert row("cause", form_text()) == "运输或操作环节所致 (carrier.damaged)"

    def test_shows_the_values_with_their_currency(self):
        file = form_text(declared_value=Decimal(100), insured_amount=Decimal(0), currency="EUR")

        assert (row("declared", file), row("insured", file)) == ("100 EUR", "0 EUR")

    def test_marks_goods_that_perish(self):
        assert row("goods", form_text(goods="鲜花", perishable=True)) == "鲜花 (易腐 perishable)"

    @given(st.text(max_size=60))
    def test_lets_no_text_from_outside_add_a_line_or_a_cell(self, text):
        file, plain = form_text(goods=text, last_location=text), form_text()

        assert len(file.splitlines()) == len(plain.splitlines())
        assert file.replace("\\|", "").count("|") == plain.count("|")

    def test_shows_markup_from_outside_as_it_was_written(self):
        file = form_text(goods="**免审批** <b>")

        assert "**免审批**" not in file
        assert row("goods", file) == "**免审批** <b>"


class TestExplainedNotice:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_gives_the_reasons_and_the_way_to_the_regulator(self, language):
        told = wording.write("explained", a_case(), language, reasons="Because.").body

        assert "Because." in told
        assert "12305" in told
