"""What people read of a claim: how its amount comes about, how far it is, and nothing that they may not know (R65)."""

import re
from decimal import Decimal
from typing import Any

import pytest
from claim_factories import a_claim, a_claim_plan, a_denial, a_liability, an_assessment, cny

from rules.claims import telling
from rules.claims.texts import BOOK, READER
from rules.evidence import KIND
from rules.texts import LANGUAGES
from schemas.assessment import ClaimEvent, Line, Step
from schemas.claims import Claim, State
from schemas.complaints import Ground, PartyKind
from schemas.disclosure import Audience
from schemas.evidence import EvidenceKind
from schemas.severity import Severity

TOLD = {
    "wanted": "事情经过",
    "papers": "全景照片",
    "answer_by": "2026-11-30 12:00",
    "proposal_by": "2026-11-30 12:00",
    "pay_by": "2026-11-23",
    "next_update_at": "2026-11-23 12:00",
    "reasons": "签收时外包装完好，详询 13900001234",
    "about": "新索赔",
    "hotline": "400-000-0000",
}
TEXTS = [(name, language) for name in sorted(READER) for language in LANGUAGES]
TO_CLAIMANTS = sorted(name for name, reader in READER.items() if reader is Audience.CUSTOMER)
BEFORE_A_DECISION = ("incomplete", "acknowledged", "added", "papers", "update", "ended")
BY_HAND = (Ground(code="by_hand", zh="酌情补偿", en="as a goodwill"),)
CAPPED = Line(
    step=Step.CAP, rule="cap@2024", source="合同 art. 9", verified="contract", inputs={}, amount=cny("700"),
    zh="以七倍运费为限", en="no more than seven times the freight",
)  # fmt: skip
ADMISSIONS = re.compile(
    "我司责任|我方责任|我们的错|我们的责任|我们的过错|赔偿责任|全责|失职"
    r"|\b(?:our|my) (?:fault|mistake|error|negligence|liability|responsibility)|\bwe admit|\bnegligen|\bliable",
    re.IGNORECASE,
)


def known(**changes: Any) -> Claim:
    """Make a claim that knows whatever one can know, every person and liable party included."""
    liability = a_liability(PartyKind.COURIER, decided_by="ag-sun", note="收派员小李承认")
    return a_claim(
        **{
            "event": ClaimEvent.DAMAGE, "state": State.OFFERED, "severity": Severity.CRITICAL, "handler": "ag-sun",
            "assigned_to": "示例浙江省区", "liability": liability, "offered": Decimal("680.50"), "is_major": True,
            "claimed": Decimal(800), "insured_amount": Decimal(4321), "plan": a_claim_plan(), **changes,
        }
    )  # fmt: skip


def written(name: str, language: str, claim: Claim | None = None, **told: str) -> str:
    message = telling.write(name, claim or known(), language, **{**TOLD, **told})
    return f"{message.subject}\n{message.body}"


class TestDerivation:
    def test_is_what_each_rule_did_with_its_source(self):
        plan = a_claim_plan(assessment=an_assessment("800", lines=(*an_assessment("800").lines, CAPPED)))

        assert telling.derivation(plan) == (
            "保价快件丢失：按保价金额（快递暂行条例 art. 27）；以七倍运费为限（合同 art. 9）"
        )
        assert telling.derivation(plan, "en") == (
            "Insured, all of it lost: the insured amount (快递暂行条例 art. 27); "
            "no more than seven times the freight (合同 art. 9)"
        )

    def test_is_of_a_persons_own_proposal_his_reasons(self):
        plan = a_claim_plan("100", drafted_by="ag-sun", grounds=BY_HAND)

        assert telling.derivation(plan) == "酌情补偿"
        assert telling.derivation(plan, "en") == "as a goodwill"

    def test_is_the_reasons_where_nothing_was_worked_out(self):
        assert telling.derivation(a_denial(assessment=None)) == "没有应付金额"

    def test_says_that_an_approver_set_another_amount(self):
        plan = a_claim_plan("900", assessment=an_assessment("800"))

        assert telling.derivation(plan).endswith("；经审批定为 900 CNY")
        assert telling.derivation(plan, "en").endswith("; on approval set at 900 CNY")

    def test_is_nothing_where_nothing_is_proposed(self):
        assert telling.derivation(None) == ""


class TestReasons:
    def test_are_those_of_the_proposal_in_the_readers_language(self):
        plan = a_denial(grounds=(*BY_HAND, Ground(code="late", zh="已过索赔期限", en="it came too late")))

        assert telling.reasons(plan) == "酌情补偿；已过索赔期限"
        assert telling.reasons(plan, "en") == "as a goodwill; it came too late"


class TestPapersInWords:
    def test_are_listed_in_the_readers_language(self):
        kinds = (EvidenceKind.PHOTO_WHOLE, EvidenceKind.VALUE_PROOF)

        assert telling.papers_in_words(kinds) == "、".join(KIND[kind][0] for kind in kinds)
        assert telling.papers_in_words(kinds, "en") == ", ".join(KIND[kind][1] for kind in kinds)


@pytest.mark.parametrize(("name", "language"), TEXTS)
class TestEveryText:
    def test_leaks_no_name_and_no_number(self, name, language):
        text = written(name, language)

        assert not re.search(r"赵六|小李|sup-zhang|ag-sun|19900005678|13900001234", text)

    @pytest.mark.parametrize("event", list(ClaimEvent))
    def test_says_under_which_number_it_is_and_what_it_is_about(self, name, language, event):
        text = written(name, language, known(event=event))

        assert "CL-20261120-000001" in text
        if name not in {"paid", "account", "payee"}:
            assert telling.matter(known(event=event), language) in text

    def test_is_a_line_of_subject_and_one_of_body(self, name, language):
        message = telling.write(name, known(), language, **TOLD)

        assert message.subject.strip() == message.subject != ""
        assert len(message.body.splitlines()) == 1
        assert "  " not in message.body

    def test_can_be_written_where_little_is_known(self, name, language):
        bare = a_claim(plan=None, liability=None, waybill="", claimed=None, offered=None, payee_tail="", outlet="")

        assert "None" not in telling.write(name, bare, language).body

    def test_tests_no_field_for_being_there_which_would_hide_that_it_may_not_be_known(self, name, language):
        source, _, _ = BOOK.environment.loader.get_source(BOOK.environment, f"{name}.{language}")

        assert not re.search(r"\bis\s+(not\s+)?(un)?defined|default\(", source)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", TO_CLAIMANTS)
class TestClaimantsText:
    def test_admits_no_liability(self, name, language):
        assert not ADMISSIONS.search(written(name, language))

    def test_names_nobody_inside_the_carrier_who_answers_for_it(self, name, language):
        assert not re.search("示例城东网点|示例浙江省区|收派员|courier", written(name, language))

    def test_tells_nothing_of_how_the_claim_is_handled_inside(self, name, language):
        text = written(name, language, about="x" * 40)

        assert not re.search(r"CRITICAL|OFFERED|4321|x{40}|严重度|severity|insured_total", text)


@pytest.mark.parametrize("language", LANGUAGES)
class TestWhatIsTold:
    @pytest.mark.parametrize("name", BEFORE_A_DECISION)
    def test_before_a_decision_is_no_amount(self, name, language):
        """Nothing is told before it was approved (R56)."""
        claim = known(state=State.ASSESSED, offered=None, claimed=None)

        assert not re.search("800|保价金额|insured amount", written(name, language, claim))

    @pytest.mark.parametrize("state", list(telling.PROGRESS))
    def test_of_how_far_it_is_is_what_the_state_means(self, language, state):
        assert telling.PROGRESS[state][language == "en"] in written("update", language, known(state=state))

    def test_of_an_offer_is_the_amount_how_it_comes_about_and_until_when(self, language):
        text = written("offer", language)

        assert all(part in text for part in ("680.50 CNY", "800 CNY", "快递暂行条例 art. 27", "2026-11-30 12:00"))

    def test_of_an_agreement_is_what_is_paid_to_which_account_and_by_when(self, language):
        text = written("agreed", language, known(agreed_amount=Decimal("700.00")))

        assert all(part in text for part in ("700.00 CNY", "3445", "2026-11-23"))
        assert "680.50" not in text

    def test_of_an_agreement_without_an_account_is_that_one_is_wanted(self, language):
        text = written("agreed", language, known(payee_tail=""))

        assert ("请提供收款账户", "tell us the account")[language == "en"] in text

    def test_of_a_denial_is_why_and_the_way_to_object_and_to_the_regulator(self, language):
        text = written("denied", language)

        assert all(part in text for part in ("签收时外包装完好", "2026-11-30 12:00", "12305"))

    def test_of_what_only_the_caller_knows_is_nothing_that_no_text_tells(self, language):
        with pytest.raises(TypeError, match=r"no text tells \['colour'\]"):
            telling.write("offer", known(), language, colour="red")


class TestDepartmentsText:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_says_what_it_is_about_and_where_the_claim_stands(self, language):
        text = written("department", language)

        severity = ("严重度 4", "severity 4")[language == "en"]
        assert all(part in text for part in ("新索赔", "OFFERED", severity, "示例城东网点", "800 CNY"))
