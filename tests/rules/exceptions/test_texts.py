"""The texts that go out: in both languages for every type, and nothing in them that nobody may know."""

import re
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from factories import a_case, a_plan, at
from jinja2 import TemplateSyntaxError, UndefinedError, meta

from rules.disclosure import disclosed
from rules.exceptions import texts, wording
from rules.exceptions.playbooks import PLAYBOOKS
from rules.exceptions.texts import BOTH, ENVIRONMENT, LANGUAGES, READ_BY, READER, languages_of, render
from rules.inquiries.wording import asking_notice
from schemas.disclosure import Audience
from schemas.exceptions import ExceptionType, State
from schemas.inquiries import InquiryState, Sheet
from schemas.severity import Severity

ADMISSIONS = re.compile(
    "我司责任|我公司责任|我方责任|我司过错|我公司过错|我方过错|我们的错|我们的责任|我们的过错|是我们造成|全责|承担(?:全部|赔偿)?责任|赔偿责任|失职"
    r"|\b(?:our|my) (?:fault|mistake|error|negligence|liability|responsibility)|\bwe (?:are|were) (?:liable|to blame|at"
    r" fault|responsible)|\bwe admit|\bnegligen|\bliable",
    re.IGNORECASE,
)
TOLD = {
    "answer_by": "2026-11-23 12:00",
    "next_update_at": "2026-11-21 12:00",
    "progress": "已联系 13900001234 核实",
    "demand": "请赔付并致电 19900005678",
    "reasons": "超出声明价值，详询 021-55501234",
    "about": "严重异常",
}
APOLOGIES = ["trouble", "trouble_reply", "trouble_customs", "update", "result", "explained"]
WITH_MEASURES = ["trouble", "trouble_reply", "trouble_customs", "update", "result", "explained"]
TO_NODES = sorted(name for name in READER if languages_of(name) == (BOTH,))
TEXTS = [(name, language) for name in sorted(READER) for language in languages_of(name)]


def case_of(type_: ExceptionType):
    """Make a case that knows whatever a case can know, every person and number included."""
    return a_case(
        type=type_, state=State.CARRIED_OUT, consignee_name="王五", consignee_phone="19900001234",
        investigator="sup-zhang", goods="陶瓷餐具 19900001234", insured_amount=Decimal(4321),
        severity=Severity.CRITICAL, plan=a_plan(amount=Decimal("80.50")), last_location="示例城东网点 13900001234",
    )  # fmt: skip


def written(name: str, language: texts.Language, type_: ExceptionType = ExceptionType.DAMAGED, **told: str) -> str:
    message = message_of(name, language, type_, **told)
    return f"{message.subject}\n{message.body}"


def message_of(name: str, language: str, type_: ExceptionType, **told: str) -> wording.Message:
    """Write a text as it is written where it goes out: about a case, or about an inquiry of one."""
    if name in TO_NODES:
        return asking_notice(name, a_sheet(), about=type_, zone=ZoneInfo("Asia/Shanghai"), reminders=2)
    return wording.write(name, case_of(type_), language, **{**TOLD, **told})


def a_sheet(**changes: object) -> Sheet:
    """Make what a department may see of an inquiry."""
    return Sheet(
        **{
            "inquiry_no": "IQ-20261120-000001", "case_no": "EX-20261120-000001", "waybill": "773000000001",
            "department": "示例城东网点", "question": "交接时外包装是否完好？ Was it sound? 详询 19900001234",
            "due_at": at(2), "wanted": ("photo_detail",), "state": InquiryState.OPEN, "answers": 0, **changes,
        }
    )  # fmt: skip


@pytest.mark.parametrize(("name", "language"), TEXTS)
class TestEveryText:
    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_leaks_no_name_and_no_number_and_admits_nothing(self, name, language, type_):
        text = written(name, language, type_)

        assert not re.search(r"王五|sup-zhang|19900001234|13900001234|19900005678|55501234", text)
        assert not ADMISSIONS.search(text)

    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_says_what_happened_to_which_parcel(self, name, language, type_):
        text = written(name, language, type_)

        assert "773000000001" in text
        assert "EX-20261120-000001" in text
        assert wording.SITUATION[type_][language == "en"] in text or (name, language) == ("cured", "en")

    def test_is_a_line_of_subject_and_one_of_body_or_four_to_nodes(self, name, language):
        message = message_of(name, language, ExceptionType.LOST)

        assert message.subject.strip() == message.subject != ""
        assert len(message.body.splitlines()) == (4 if name in TO_NODES else 1)
        assert "  " not in message.body

    def test_can_be_written_when_nothing_else_was_told(self, name, language):
        bare = a_sheet(waybill="", wanted=(), question="?")
        message = (
            asking_notice(name, bare, about=None, zone=ZoneInfo("Asia/Shanghai"))
            if name in TO_NODES
            else wording.write(name, a_case(plan=None), language)
        )

        assert "None" not in message.body
        assert not re.search(r"[：:]\s*[。.；;]|（\s*）|\(\s*\)", message.body) or name == "explained"

    def test_asks_for_nothing_that_its_reader_may_not_know(self, name, language):
        source, _, _ = ENVIRONMENT.loader.get_source(ENVIRONMENT, f"{name}.{language}")
        asked = meta.find_undeclared_variables(ENVIRONMENT.parse(source))

        for type_ in ExceptionType:
            told = dict.fromkeys(asked, "") if name in TO_NODES else wording.TextFacts(case_of(type_), language, TOLD)
            facts = {**told, "type": type_}
            assert asked <= set(disclosed(facts, to=READER[name]))

    def test_tests_no_field_for_being_there_which_would_hide_that_it_may_not_be_known(self, name, language):
        source, _, _ = ENVIRONMENT.loader.get_source(ENVIRONMENT, f"{name}.{language}")

        assert not re.search(r"\bis\s+(not\s+)?(un)?defined|default\(", source)


@pytest.mark.parametrize("language", LANGUAGES)
class TestCustomersText:
    @pytest.mark.parametrize("name", APOLOGIES)
    def test_says_that_one_is_sorry(self, name, language):
        assert re.search("抱歉|歉意|sorry", written(name, language))

    @pytest.mark.parametrize("name", WITH_MEASURES)
    def test_tells_situation_cause_and_measures(self, name, language):
        case = case_of(ExceptionType.DAMAGED)
        text = written(name, language)

        for part in (wording.situation, wording.cause, wording.measures):
            assert part(case, language) in text

    @pytest.mark.parametrize("name", sorted(name for name, reader in READER.items() if reader is Audience.CUSTOMER))
    def test_tells_nothing_of_how_the_case_is_handled_inside(self, name, language):
        text = written(name, language, about="x" * 40)

        assert not re.search(r"CRITICAL|CARRIED_OUT|carrier\.|sup-|4321|remedy:|x{40}", text)

    def test_tells_a_result_with_basis_amount_and_when_the_money_arrives(self, language):
        text = written("result", language, money_by=("于 2026-11-27 前", "by 2026-11-27")[language == "en"])

        assert "80.50 CNY" in text
        assert "2026-11-27" in text
        assert wording.HOUSE_RULES[language == "en"] in text

    def test_explains_to_one_who_does_not_agree_and_names_the_regulator(self, language):
        text = written("explained", language, reasons="R1", demand="D1")

        assert all(part in text for part in ("R1", "D1", "12305", "80.50 CNY"))

    def test_says_by_when_there_is_news(self, language):
        assert "2026-11-21 12:00" in written("update", language)

    def test_says_what_becomes_of_a_result_that_nobody_answers(self, language):
        assert "2026-11-23 12:00" in written("result", language)
        assert "2026" not in wording.write("result", a_case(), language).body.replace("EX-20261120", "")

    @pytest.mark.parametrize("name", ["trouble_reply", "trouble_customs"])
    def test_asks_for_what_is_needed(self, name, language):
        assert wording.ASKED[ExceptionType.CUSTOMS_HELD][language == "en"] in written(
            name, language, ExceptionType.CUSTOMS_HELD
        )

    @pytest.mark.parametrize(
        ("office", "named"),
        [
            ("上海海关", ("在海关被扣留（上海海关），", "by customs (Shanghai Customs);")),
            ("浦东机场海关", ("在海关被扣留（浦东机场海关），", "by customs (浦东机场海关);")),
            ("", ("在海关被扣留，", "by customs;")),
        ],
    )
    def test_names_the_customs_office_that_has_to_release_the_parcel(self, language, office, named):
        case = a_case(type=ExceptionType.CUSTOMS_HELD, customs_office=office)

        assert named[language == "en"] in wording.write("trouble_customs", case, language).body


@pytest.mark.parametrize("name", TO_NODES)
class TestTextToNode:
    def test_asks_what_is_asked_and_wanted_by_when_in_both_languages(self, name):
        text = written(name, BOTH)

        assert "交接时外包装是否完好？ Was it sound?" in text
        assert all(part in text for part in ("请提供：破损细节照片。", "Please attach:", "2026-11-20 14:00"))
        assert all(said in text for said in wording.SITUATION[ExceptionType.DAMAGED])


class TestRender:
    @pytest.mark.parametrize("field", ["severity", "investigator", "liable_outlet", "other_cases", "consignee_address"])
    def test_refuses_a_text_to_a_customer_that_asks_for(self, monkeypatch, field):
        monkeypatch.setitem(ENVIRONMENT.loader.mapping, "trouble.zh", f"关于\n{{{{ {field} }}}}")
        ENVIRONMENT.cache.clear()
        facts = {"type": "DAMAGED", field: "secret"}

        with pytest.raises(UndefinedError, match=field):
            render("trouble", facts, language="zh")
        ENVIRONMENT.cache.clear()

    def test_refuses_a_text_that_asks_for_what_nobody_told(self):
        with pytest.raises(UndefinedError, match="waybill"):
            render("cured", {"type": "DAMAGED", "situation": "", "case_no": ""}, language="zh")

    def test_reads_no_markup_in_what_it_is_told(self):
        assert "{{ severity }} <b>" in wording.write("update", a_case(), progress="{{ severity }} <b>").body


class TestTemplates:
    def test_are_each_named_by_a_playbook(self):
        named = {name for book in PLAYBOOKS.books.values() for _, name in book.texts}

        assert named == set(READER)

    def test_are_written_for_whoever_reads_them_on_the_occasions_that_name_them(self):
        named = {(occasion, name) for book in PLAYBOOKS.books.values() for occasion, name in book.texts}

        assert all(READER[name] is READ_BY[occasion] for occasion, name in named)

    @pytest.mark.parametrize("stray", ["update.en", "weather.zh"], ids=["language is missing", "reader is missing"])
    def test_are_refused_when_a(self, stray):
        with pytest.raises(ValueError, match=rf"in both languages and a reader: \['{stray}'\] missing or too many"):
            texts.check({*ENVIRONMENT.list_templates()} ^ {stray})

    def test_are_all_well_formed(self):
        for name in ENVIRONMENT.list_templates():
            try:
                ENVIRONMENT.get_template(name)
            except TemplateSyntaxError as error:
                pytest.fail(f"{name}: {error}")
