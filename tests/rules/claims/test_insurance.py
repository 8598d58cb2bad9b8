"""What an insurer is asked for, which papers it wants, and what is answered to each of its steps."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from rules.claims.insurance import (
    EVIDENCE_ASKED,
    MAY_BECOME,
    WAITS_FOR,
    Terms,
    Turn,
    ask_again_at,
    facts_of,
    insured_part,
    papers_of,
    says_the_same,
    turn_of,
    word_to,
)
from schemas.assessment import ClaimEvent
from schemas.claims import Claim, ClaimChannel, ClaimPlan, Liability, Resolution, State
from schemas.evidence import EvidenceKind
from schemas.insurers import InsurerCallback, InsurerStep
from schemas.recovery import INSURANCE_ENDED, InsuranceCase, InsurancePaper, InsuranceState

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
CLAIM_NO = "CL-20261120-000001"
CALLBACK: TypeAdapter[InsurerCallback] = TypeAdapter(InsurerCallback)
S = InsuranceState


def a_case(state: InsuranceState = S.SUBMITTED, **changes: Any) -> InsuranceCase:
    values = {
        "claim_no": CLAIM_NO, "insurer": "示例财险", "state": state, "claimed": Decimal("800.00"), "currency": "CNY",
        "opened_by": "redress", "opened_at": NOW, "state_since": NOW,
    }  # fmt: skip
    return InsuranceCase(**{**values, **changes})


def told(step: str, **changes: Any) -> InsurerCallback:
    usual: dict[str, dict[str, Any]] = {
        "accept": {"report_no": "R-1"},
        "result": {"claim_amount": "500.00", "currency": "CNY"},
        "bill": {"payee": "总部", "amount": "500.00", "currency": "CNY", "pay_time": "2026-11-24T02:00:00Z"},
    }
    named = {"event_id": step, "claim_no": CLAIM_NO, "step": step}
    return CALLBACK.validate_python({**named, **usual[step], **changes})


class TestInsuredPart:
    TERMS = Terms(from_amount=Decimal(500), deductible=Decimal(200), currency="CNY")

    @pytest.mark.parametrize(
        ("amount", "part"), [("499.99", 0), ("500.00", 300), ("1000.00", 800)], ids=["below", "at", "above"]
    )
    def test_is_what_the_terms_leave_of_the_amount(self, amount: str, part: int) -> None:
        assert insured_part(Decimal(amount), "CNY", terms=self.TERMS) == part

    def test_is_nothing_in_another_currency_or_under_the_deductible(self) -> None:
        assert insured_part(Decimal(1000), "USD", terms=self.TERMS) == 0
        assert insured_part(Decimal(100), "CNY", terms=Terms(Decimal(0), Decimal(200), "CNY")) == 0


class TestPapersOf:
    def claim(self, **changes: Any) -> Claim:
        values = {
            "case_no": CLAIM_NO, "event": ClaimEvent.DAMAGE, "channel": ClaimChannel.WEBSITE, "state": State.PAID,
            "version": 1, "opened_at": NOW, "state_since": NOW,
        }  # fmt: skip
        return Claim(**{**values, **changes})

    def test_are_asked_for_of_every_event(self) -> None:
        assert set(EVIDENCE_ASKED) == set(ClaimEvent)

    def test_are_missing_as_long_as_they_are_not_there(self) -> None:
        papers = papers_of(self.claim(missing=("account",)), there=(), waived=(), is_paid=False)

        assert papers.missing_evidence == papers.asked_evidence == EVIDENCE_ASKED[ClaimEvent.DAMAGE]
        assert papers.missing_papers == tuple(InsurancePaper)

    def test_are_there_when_they_are(self) -> None:
        claim = self.claim(liability=Liability(), plan=ClaimPlan(version=1, resolution=Resolution.PAY))

        papers = papers_of(claim, there=EVIDENCE_ASKED[ClaimEvent.DAMAGE], waived=(), is_paid=True)

        assert papers.missing_papers == (InsurancePaper.ASSESSMENT,)
        assert papers.missing_evidence == ()

    def test_are_not_asked_for_where_a_person_waived_them(self) -> None:
        papers = papers_of(self.claim(), there=(), waived={EvidenceKind.PHOTO_DETAIL}, is_paid=True)

        assert papers.asked_evidence == (EvidenceKind.VALUE_PROOF, EvidenceKind.PHOTO_WHOLE)


ALLOWED = {
    (S.PREPARING, S.SUBMITTED), (S.PREPARING, S.GIVEN_UP), (S.SUBMITTED, S.SUBMITTED), (S.SUBMITTED, S.ACCEPTED),
    (S.SUBMITTED, S.REFUSED), (S.SUBMITTED, S.GIVEN_UP), (S.ACCEPTED, S.GRANTED), (S.ACCEPTED, S.REFUSED),
    (S.ACCEPTED, S.GIVEN_UP), (S.GRANTED, S.PAID), (S.GRANTED, S.GIVEN_UP),
}  # fmt: skip


class TestMayBecome:
    @pytest.mark.parametrize(("origin", "target"), list(product(S, S)), ids=lambda state: state.value)
    def test_allows_exactly(self, origin: InsuranceState, target: InsuranceState) -> None:
        assert (target in MAY_BECOME[origin]) is ((origin, target) in ALLOWED)

    def test_ends_where_nothing_is_waited_for(self) -> None:
        assert set(S) - set(WAITS_FOR) == INSURANCE_ENDED


class TestWordTo:
    @pytest.mark.parametrize(
        ("state", "taken", "too_early"),
        [
            (S.PREPARING, set(), {"accept", "result", "bill"}),
            (S.SUBMITTED, {"accept"}, {"result", "bill"}),
            (S.ACCEPTED, {"result"}, {"bill"}),
            (S.GRANTED, {"bill"}, set()),
        ],
    )
    def test_takes_a_step_in_its_turn_and_asks_again_for_one_that_is_early(
        self, state: InsuranceState, taken: set[str], too_early: set[str]
    ) -> None:
        words = {step.value: word_to(a_case(state), told(step.value), before={}) for step in InsurerStep}

        assert {step for step, word in words.items() if word.taken} == taken
        assert {step for step, word in words.items() if word.retry} == too_early

    @pytest.mark.parametrize("state", sorted(INSURANCE_ENDED))
    def test_takes_nothing_once_it_has_ended(self, state: InsuranceState) -> None:
        assert word_to(a_case(state), told("bill"), before={}).message == f"the case is {state.value}"

    def test_knows_what_was_told_before_whatever_its_name(self) -> None:
        before = {InsurerStep.RESULT: told("result")}

        word = word_to(a_case(S.PAID), told("result", event_id="again", claim_amount="500"), before=before)

        assert (word.taken, word.repeated, word.retry) == (False, True, False)

    def test_refuses_what_contradicts_it(self) -> None:
        word = word_to(
            a_case(S.GRANTED), told("result", claim_amount="400"), before={InsurerStep.RESULT: told("result")}
        )

        assert (word.taken, word.repeated, word.retry) == (False, False, False)
        assert "another result" in word.message

    @pytest.mark.parametrize(
        ("case", "callback", "said"),
        [
            (a_case(S.ACCEPTED), told("result", claim_amount="800.01"), "800.01 CNY are more than the 800.00"),
            (a_case(S.ACCEPTED), told("result", currency="USD"), "in CNY, not in USD"),
            (a_case(S.GRANTED, granted=Decimal("500.00")), told("bill", amount="500.01"), "more than the 500.00"),
        ],
    )
    def test_refuses_an_amount_that_cannot_be(self, case: InsuranceCase, callback: InsurerCallback, said: str) -> None:
        word = word_to(case, callback, before={})

        assert not word.taken
        assert said in word.message


class TestTurnOf:
    @pytest.mark.parametrize(
        ("callback", "turn"),
        [
            (told("accept"), Turn(S.ACCEPTED, Decimal(800))),
            (told("accept", accepted=False, reason="no"), Turn(S.REFUSED, Decimal(0))),
            (told("result"), Turn(S.GRANTED, Decimal(500))),
            (told("result", claim_amount="0", refusal_reason="no"), Turn(S.REFUSED, Decimal(0))),
            (told("bill"), Turn(S.PAID, Decimal(500))),
        ],
        ids=["accepted", "not accepted", "granted", "refused", "paid"],
    )
    def test_says_where_it_leads_and_what_is_expected(self, callback: InsurerCallback, turn: Turn) -> None:
        assert turn_of(a_case(), callback) == turn


class TestFactsOf:
    def test_are_what_each_step_tells(self) -> None:
        assert facts_of(told("accept")) == {"report_no": "R-1", "refusal": ""}
        assert facts_of(told("result", compensation_ratio="62.5")) == {
            "granted": Decimal(500), "ratio": Decimal("62.5"), "refusal": "",
        }  # fmt: skip
        assert facts_of(told("bill")) == {"paid": Decimal(500), "report_no": ""}


class TestSaysTheSame:
    def test_whatever_the_name_and_however_an_amount_is_written(self) -> None:
        assert says_the_same(told("result"), told("result", event_id="x", claim_amount="500.0"))
        assert not says_the_same(told("result"), told("result", claim_amount="500.01"))
        assert not says_the_same(told("result"), told("bill"))


class TestCallback:
    @pytest.mark.parametrize(
        ("step", "changes", "at"),
        [
            ("accept", {"accepted": False}, "reason"),
            ("result", {"claim_amount": "0"}, "refusal_reason"),
            ("result", {"claim_amount": "-1"}, "claim_amount"),
            ("result", {"compensation_ratio": "100.1"}, "compensation_ratio"),
            ("bill", {"amount": "0"}, "amount"),
            ("bill", {"pay_time": "2026-11-24T02:00:00"}, "pay_time"),
            ("bill", {"claim_no": "7"}, "claim_no"),
        ],
    )
    def test_is_refused_with_what_is_wrong(self, step: str, changes: dict[str, Any], at: str) -> None:
        with pytest.raises(ValidationError, match=at):
            told(step, **changes)


class TestAskAgainAt:
    def test_is_a_week_later(self) -> None:
        assert ask_again_at(NOW) == NOW + timedelta(days=7)
