"""The texts about complaints: in both languages, and nothing in them that nobody may know (R37, R44, R46, R50, R65)."""

import re
from decimal import Decimal

import pytest
from complaint_factories import a_complaint, a_complaint_plan, a_finding, shared
from jinja2 import UndefinedError

from rules.complaints import wording
from rules.complaints.texts import BOOK, READER
from rules.texts import LANGUAGES
from schemas.complaints import Action, Complaint, ComplaintType, State, Validity
from schemas.disclosure import Audience
from schemas.severity import Severity

ADMISSIONS = re.compile(
    "我司责任|我公司责任|我方责任|我司过错|我公司过错|我方过错|我们的错|我们的责任|我们的过错|是我们造成|全责|承担(?:全部|赔偿)?责任|赔偿责任|失职"
    r"|\b(?:our|my) (?:fault|mistake|error|negligence|liability|responsibility)|\bwe (?:are|were) (?:liable|to blame|at"
    r" fault|responsible)|\bwe admit|\bnegligen|\bliable",
    re.IGNORECASE,
)
TOLD = {
    "first_answer_by": "2026-11-20 14:00",
    "result_by": "2026-11-22 12:00",
    "next_update_at": "2026-11-21 12:00",
    "answer_by": "2026-11-23 12:00",
    "progress": "已联系 13900001234 核实",
    "reasons": "超出声明价值，详询 021-55501234",
    "wanted": "客户诉求",
    "hotline": "400-000-0000",
    "about": "严重投诉",
    "task": "重新派送",
    "task_no": "7",
    "due_at": "2026-11-21 12:00",
    "penalty": "50.00 CNY",
    "urgent": "1",
}
TO_CUSTOMERS = sorted(name for name, reader in READER.items() if reader is Audience.CUSTOMER)
APOLOGIES = [name for name in TO_CUSTOMERS if name != "concluded"]
TEXTS = [(name, language) for name in sorted(READER) for language in LANGUAGES]


def complaint_of(
    type_: ComplaintType = ComplaintType.DAMAGE, validity: Validity = Validity.VALID, **changes
) -> Complaint:
    """Make a complaint that knows whatever one can know, every person, number and liable party included."""
    return a_complaint(
        **{
            "type": type_, "state": State.FED_BACK, "finding": a_finding(validity, parties=shared("60", "40")),
            "severity": Severity.CRITICAL, "person": "收派员小李", "subject": "示例城东网点", "outlet": "示例城东网点",
            "insured_amount": Decimal(4321), "wish": "请赔付并致电 19900005678", "goods": "陶瓷餐具 19900001234",
            "plan": a_complaint_plan(Action.SEARCH_PARCEL, Action.COMPENSATE, amount=Decimal("80.50")),
            **changes,
        }
    )  # fmt: skip


def written(name: str, language: str, complaint: Complaint | None = None, **told: str) -> str:
    message = wording.write(name, complaint or complaint_of(), language, **{**TOLD, **told})
    return f"{message.subject}\n{message.body}"


@pytest.mark.parametrize(("name", "language"), TEXTS)
class TestEveryText:
    @pytest.mark.parametrize("type_", list(ComplaintType))
    @pytest.mark.parametrize("validity", list(Validity))
    def test_leaks_no_name_and_no_number(self, name, language, type_, validity):
        text = written(name, language, complaint_of(type_, validity))

        assert not re.search(r"钱七|小李|sup-zhang|ag-sun|19900007777|13900001234|19900005678|55501234", text)

    @pytest.mark.parametrize("type_", list(ComplaintType))
    def test_says_what_is_complained_of_and_under_which_number(self, name, language, type_):
        text = written(name, language, complaint_of(type_))

        assert "CP-20261120-000001" in text
        assert wording.MATTER[type_][language == "en"] in text

    def test_is_a_line_of_subject_and_one_of_body(self, name, language):
        message = wording.write(name, complaint_of(), language, **TOLD)

        assert message.subject.strip() == message.subject != ""
        assert len(message.body.splitlines()) == 1
        assert "  " not in message.body

    def test_can_be_written_when_nothing_else_was_told(self, name, language):
        message = wording.write(name, a_complaint(plan=None, finding=None, waybill="", wish=""), language)

        assert "None" not in message.body
        if READER[name] is Audience.CUSTOMER and name not in {"result", "explained", "incomplete", "update"}:
            assert not re.search(r"[：:]\s*[。.；;]|（\s*）|\(\s*\)", message.body)

    def test_tests_no_field_for_being_there_which_would_hide_that_it_may_not_be_known(self, name, language):
        source, _, _ = BOOK.environment.loader.get_source(BOOK.environment, f"{name}.{language}")

        assert not re.search(r"\bis\s+(not\s+)?(un)?defined|default\(", source)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TO_CUSTOMERS)
class TestCustomersText:
    @pytest.mark.parametrize("type_", list(ComplaintType))
    @pytest.mark.parametrize("validity", list(Validity))
    def test_admits_no_liability(self, name, language, type_, validity):
        assert not ADMISSIONS.search(written(name, language, complaint_of(type_, validity)))

    @pytest.mark.parametrize("type_", list(ComplaintType))
    def test_names_nobody_inside_the_carrier_who_answers_for_it(self, name, language, type_):
        parties = (*shared("60"), *(party.model_copy(update={"name": "示例城东网点"}) for party in shared("40")))

        text = written(name, language, complaint_of(type_, finding=a_finding(parties=parties)))

        assert not re.search(r"示例城东网点|\bA\b(?!PP)|网点|收派员|60|处罚|penalty", text.replace("12305", ""))

    def test_tells_nothing_of_how_the_case_is_handled_inside(self, name, language):
        text = written(name, language, about="x" * 40)

        assert not re.search(r"CRITICAL|FED_BACK|DAMAGE|4321|finding:|value:|x{40}|严重度|severity", text)

    @pytest.mark.parametrize("state", [State.VERIFIED, State.PLANNED, State.AWAITING_APPROVAL, State.NEEDS_OPERATOR])
    def test_promises_nothing_that_nobody_has_decided(self, name, language, state):
        """涉及索赔的投诉在相关领导批准后予以正式答复 (R56)."""
        text = written(name, language, complaint_of(state=state))

        assert "80.50" not in text
        assert wording.ACTION[Action.COMPENSATE][language == "en"] not in text


@pytest.mark.parametrize("language", LANGUAGES)
class TestWhatTheManualDemands:
    @pytest.mark.parametrize("name", APOLOGIES)
    def test_an_apology(self, name, language):
        assert re.search("抱歉|歉意|sorry", written(name, language))

    def test_of_the_acknowledgement_that_it_was_received_with_two_promised_times(self, language):
        text = written("acknowledged", language)

        assert all(part in text for part in ("2026-11-20 14:00", "2026-11-22 12:00", "400-000-0000"))
        assert ("已受理", "was received")[language == "en"] in text

    def test_of_a_draft_what_is_still_to_be_told(self, language):
        assert "客户诉求" in written("incomplete", language)

    def test_of_a_matter_told_again_that_it_is_one_and_whether_it_was_raised(self, language):
        urgent = ("提高处理级别", "higher priority")[language == "en"]

        assert urgent in written("told_again", language)
        assert urgent not in written("told_again", language, urgent="")

    def test_of_a_result_finding_measures_basis_amount_and_when_the_money_arrives(self, language):
        complaint = complaint_of()
        text = written("result", language, money_by=("自您确认之日起 7 日内", "within 7 days")[language == "en"])

        for part in (wording.found, wording.actions, wording.basis):
            assert part(complaint, language) in text
        assert "80.50 CNY" in text
        assert ("7 日内到账", "within 7 days")[language == "en"] in text
        assert "2026-11-23 12:00" in text

    def test_of_a_result_without_money_no_word_of_any(self, language):
        text = written("result", language, complaint_of(plan=a_complaint_plan(Action.APOLOGISE)))

        assert not re.search("CNY|到账|paid", text)

    def test_of_an_explanation_reasons_demand_basis_and_the_way_to_the_regulator(self, language):
        text = written("explained", language, complaint_of(wish="D1"), reasons="R1")

        assert all(part in text for part in ("R1", "D1", "12305", "80.50 CNY"))
        assert wording.basis(complaint_of(), language) in text

    def test_of_an_update_how_far_it_is_and_when_one_hears_again(self, language):
        for state, words in wording.PROGRESS.items():
            message = wording.write("update", complaint_of(state=state), language, next_update_at="2026-11-21 12:00")

            assert words[language == "en"] in message.body
            assert "2026-11-21 12:00" in message.body

    def test_of_the_end_the_final_content(self, language):
        text = written("concluded", language, money_by=("于 2026-11-27 前", "by 2026-11-27")[language == "en"])

        assert wording.actions(complaint_of(), language) in text
        assert all(part in text for part in ("80.50 CNY", "2026-11-27"))

    def test_of_the_end_of_what_was_settled_in_a_call_no_measure_that_was_not_planned(self, language):
        text = written("concluded", language, complaint_of(plan=None))

        assert not re.search("[：:]。|: ?[.]", text)

    def test_of_a_penalty_the_way_to_clear_oneself_and_until_when(self, language):
        text = written("penalty", language)

        assert all(part in text for part in ("50.00 CNY", "2026-11-21 12:00", "7"))
        assert ("申诉澄清", "clear yourself")[language == "en"] in text

    def test_of_a_task_what_is_to_be_done_by_when(self, language):
        assert all(part in written("task", language) for part in ("重新派送", "2026-11-21 12:00", "773000000001"))


class TestRender:
    @pytest.mark.parametrize("field", ["severity", "assigned_to", "liable_outlet", "penalty", "customer_tier"])
    def test_refuses_a_text_to_a_customer_that_asks_for(self, monkeypatch, field):
        monkeypatch.setitem(BOOK._texts, "update.zh", f"关于\n{{{{ {field} }}}}")
        BOOK.environment.cache.clear()

        with pytest.raises(UndefinedError, match=field):
            BOOK.render("update", {field: "secret"}, language="zh")
        BOOK.environment.cache.clear()

    def test_reads_no_markup_in_what_it_is_told(self):
        assert "{{ severity }} <b>" in written("update", "zh", progress="{{ severity }} <b>")


class TestTemplates:
    @pytest.mark.parametrize("stray", ["update.en", "weather.zh"], ids=["language is missing", "reader is missing"])
    def test_are_refused_when_a(self, stray):
        with pytest.raises(ValueError, match=rf"in both languages and a reader: \['{stray}'\] missing or too many"):
            BOOK.check({*BOOK.environment.list_templates()} ^ {stray})

    def test_are_all_well_formed_and_ask_for_what_their_reader_may_know(self):
        for name, language in TEXTS:
            assert BOOK.asked_for(f"{name}.{language}")
            assert written(name, language)
