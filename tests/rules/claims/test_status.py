"""What a claimant reads of how his claim stands: only what was approved and told him (R65, R79)."""

from decimal import Decimal
from typing import Any

import pytest
from claim_facts import a_claim
from factories import NOON, at

from rules.claims.assessing import assess
from rules.claims.status import Known, derivation_lines, status_of
from schemas.claims import Claim, ClaimChannel, ClaimPlan, Ending, Resolution, State
from schemas.complaints import Ground
from schemas.evidence import EvidenceKind

GROUND = Ground(code="by_hand", zh="包装不符，请致电 13800001111", en="not packed as agreed")
DENIAL = ClaimPlan(version=1, resolution=Resolution.DENY, grounds=(GROUND,), drafted_by="ag-sun")
BY_RULE = ClaimPlan(version=1, resolution=Resolution.PAY, amount=Decimal(1020), assessment=assess(a_claim()))
KNOWN = Known(proposal_by=at(240), pay_by=at(480), papers=(EvidenceKind.PHOTO_WHOLE, EvidenceKind.VALUE_PROOF))


def claim(state: State, **told: Any) -> Claim:
    """Make a claim in a state."""
    return Claim.model_validate(
        {
            "case_no": "CL-20261120-000001", "event": "damage", "channel": ClaimChannel.WEBSITE, "state": state,
            "version": 3, "opened_at": NOON, "state_since": NOON, **told,
        }
    )  # fmt: skip


class TestStatus:
    @pytest.mark.parametrize("state", list(State))
    def test_is_words_for_every_state_and_no_code(self, state: State) -> None:
        status = status_of(claim(state), Known())

        assert status.status.zh
        assert status.status.en
        assert state.value not in status.model_dump_json()

    @pytest.mark.parametrize("ending", list(Ending))
    def test_says_how_it_ended(self, ending: Ending) -> None:
        assert status_of(claim(State.CLOSED, ending=ending.value), Known()).status.zh != "已办结"

    def test_of_a_draft_names_what_is_wanted(self) -> None:
        wanted = status_of(claim(State.DRAFT, missing=("account", "waybill")), Known()).wanted

        assert wanted is not None
        assert (wanted.zh, wanted.en) == ("运单号、事情经过", "the waybill, what happened")

    def test_names_the_papers_as_long_as_they_are_awaited(self) -> None:
        awaited = status_of(claim(State.EVIDENCE, evidence_due_at=at(168)), KNOWN)
        later = status_of(claim(State.LIABILITY, evidence_due_at=at(168)), KNOWN)

        assert awaited.papers is not None
        assert (awaited.papers.zh, awaited.papers_by) == ("全景照片、价值证明", at(168))
        assert (later.papers, later.papers_by) == (None, None)


class TestOffer:
    @pytest.mark.parametrize("state", [State.ASSESSED, State.AWAITING_APPROVAL, State.APPROVED, State.NEEDS_OPERATOR])
    def test_is_told_to_nobody_before_it_was_made(self, state: State) -> None:
        assert status_of(claim(state, plan=BY_RULE, offered=Decimal(1020)), KNOWN).offer is None

    def test_stands_until_its_time_and_shows_how_it_comes_about(self) -> None:
        offer = status_of(claim(State.OFFERED, plan=BY_RULE, offered=Decimal(1020), offer_due_at=at(240)), KNOWN).offer

        assert offer is not None
        assert (offer.amount, offer.answer_by) == (Decimal(1020), at(240))
        assert offer.derivation == derivation_lines(BY_RULE)
        assert len(offer.derivation) == len(BY_RULE.assessment.lines if BY_RULE.assessment else ())

    def test_of_a_person_s_own_amount_shows_his_reasons(self) -> None:
        plan = BY_RULE.model_copy(update={"drafted_by": "ag-sun", "grounds": (GROUND,)})

        [line] = derivation_lines(plan)

        assert (line.en, "13800001111" in line.zh) == ("not packed as agreed", False)

    def test_at_an_approver_s_other_amount_ends_with_that_amount(self) -> None:
        plan = BY_RULE.model_copy(update={"amount": Decimal(900)})

        *lines, last = derivation_lines(plan)

        assert tuple(lines) == derivation_lines(BY_RULE)
        assert (last.zh, last.en) == ("经审批定为 900 CNY", "on approval set at 900 CNY")
        offer = status_of(claim(State.OFFERED, plan=plan, offered=Decimal(900)), KNOWN).offer
        assert offer is not None
        assert offer.derivation[-1] == last

    def test_that_was_agreed_on_has_no_time_to_answer_but_one_to_pay(self) -> None:
        status = status_of(claim(State.AGREED, plan=BY_RULE, agreed_amount=Decimal(1020)), KNOWN)

        assert status.offer is not None
        assert (status.offer.answer_by, status.agreed, status.pay_by) == (None, Decimal(1020), at(480))
        assert status.account_wanted

    def test_that_was_paid_stays_readable(self) -> None:
        settled = claim(
            State.CLOSED, ending=Ending.SETTLED.value, plan=BY_RULE, agreed_amount=Decimal(1020),
            paid_amount=Decimal(1020), payee_tail="3445",
        )  # fmt: skip

        status = status_of(settled, KNOWN)

        assert status.offer is not None
        assert (status.agreed, status.paid, status.pay_by) == (Decimal(1020), Decimal(1020), None)
        assert (status.account, status.account_wanted) == ("****3445", False)

    def test_without_a_proposal_is_none(self) -> None:
        assert status_of(claim(State.OFFERED, offered=Decimal(1020)), KNOWN).offer is None


class TestDenial:
    @pytest.mark.parametrize("ending", [Ending.DENIED, Ending.TIME_BARRED])
    def test_is_told_with_its_reasons_while_one_may_object_and_after(self, ending: Ending) -> None:
        denied = status_of(claim(State.DENIED, plan=DENIAL, offer_due_at=at(720)), KNOWN).denial
        closed = status_of(claim(State.CLOSED, plan=DENIAL, ending=ending.value), KNOWN).denial

        assert denied is not None
        assert closed is not None
        assert (denied.reasons[0].en, denied.object_by) == ("not packed as agreed", at(720))
        assert (closed.reasons, closed.object_by) == (denied.reasons, None)

    @pytest.mark.parametrize(
        "not_denied",
        [
            claim(State.AWAITING_APPROVAL, plan=DENIAL),
            claim(State.CLOSED, plan=DENIAL, ending=Ending.WITHDRAWN.value),
            claim(State.DENIED),
            claim(State.DENIED, plan=BY_RULE),
        ],
        ids=["not approved", "withdrawn", "without a proposal", "of a payment"],
    )
    def test_is_none_of_what_was_not_denied(self, not_denied: Claim) -> None:
        assert status_of(not_denied, KNOWN).denial is None
