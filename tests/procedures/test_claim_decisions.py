"""理赔: who decides, and that nobody is told or paid anything before (R51, R55, R56, R82, R85, R86).

To whom money goes and how often: test_claim_money.py. The claims that go well: test_claim.py.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from claim_cases import answers, at_its_gate, decisions_of, gate_of
from claims import claim_of, filed, payouts_of, the_parcel_was_damaged
from claims_desk import at_the_gate, established, proposed, purposes, the_desk_passes, to_the_gate
from complaints import notices_of, staff_called
from factories import at
from networks import HEAD
from payouts import balances

from adapters.payments.fake import StandInProvider
from rules.claims.approving import approvals_for
from schemas.approvals import Outcome
from schemas.assessment import ClaimEvent
from schemas.claims import Ending, Resolution, State
from schemas.complaints import LiableParty, PartyKind
from schemas.evidence import EvidenceKind
from schemas.exceptions import Role
from tasks.claims.by_hand import confirm_liability, decide_liability, propose_by_hand
from tasks.stepping import NotAllowed

pytestmark = pytest.mark.usefixtures("claims_office")

Stand = Callable[[datetime], None]
OUTLET = "示例城东网点"
THE_OUTLET = LiableParty(kind=PartyKind.OUTLET, name=OUTLET, share=Decimal(100), basis="交接记录")


class TestBeforeApproval:
    """正式答复须经批准 (R56)."""

    def test_nothing_is_told_offered_owed_or_paid(self, provider: StandInProvider) -> None:
        number = at_the_gate(claimed=60)
        for _ in range(3):
            the_desk_passes()

        assert purposes(number) == ["acknowledged"]
        assert "40" not in notices_of(number)[0]["body"]
        assert (balances(number), payouts_of(number), provider.moved) == ({}, [], [])

    def test_nothing_is_when_it_was_refused_either(self, provider: StandInProvider) -> None:
        number = at_the_gate()
        answers(number, at(), decision="refuse", comment="核实价值")
        the_desk_passes()

        assert claim_of(number).state is State.NEEDS_OPERATOR
        assert (purposes(number), provider.moved) == (["acknowledged"], [])

    def test_nothing_is_as_long_as_one_of_several_has_not_approved(self, provider: StandInProvider) -> None:
        number = at_its_gate("773000000001", "2500", EvidenceKind.VALUE_PROOF)
        assert answers(number, at()).outcome is Outcome.ENDORSED
        the_desk_passes()
        assert (purposes(number), provider.moved) == (["acknowledged"], [])

        assert answers(number, at(0.1), staff_id="sup-zhang").outcome is Outcome.ASK_AGAIN
        assert answers(number, at(0.2), staff_id="sup-li").outcome is Outcome.APPROVED
        the_desk_passes()
        assert provider.moved == [f"{number}-P1"]


class TestWhoMayNotDecide:
    """不徇私情、公平公正 (R86)."""

    def test_is_who_investigated(self) -> None:
        the_parcel_was_damaged()
        number = filed().claim_no
        staff_called("sup-li", Role.SUPERVISOR)
        to_the_gate(number)
        decide_liability(number, parties=[THE_OUTLET], note="看过监控", staff_id="sup-li")
        the_desk_passes()

        assert "调查人" in answers(number, at(), staff_id="sup-li").sentence
        assert claim_of(number).state is State.AWAITING_APPROVAL

    def test_is_who_drafted_it(self) -> None:
        number = at_the_gate()
        staff_called("sup-li", Role.SUPERVISOR)
        propose_by_hand(number, resolution=Resolution.PAY, amount=Decimal(38), reasons="折旧", staff_id="sup-li")
        the_desk_passes()

        assert answers(number, at(), staff_id="sup-li").outcome is Outcome.ASK_AGAIN
        assert answers(number, at(0.1), staff_id="sup-zhang").outcome is Outcome.APPROVED

    @pytest.mark.parametrize("tied_to", [OUTLET, "赵六"], ids=["the outlet", "the payee"])
    def test_is_who_is_tied_to(self, tied_to: str) -> None:
        number = at_the_gate()

        ruling = answers(number, at(), staff_id="sup-east", ties=frozenset({tied_to}))

        assert (ruling.outcome, "有关联" in ruling.sentence) == (Outcome.ASK_AGAIN, True)
        assert decisions_of(number) == []

    def test_is_whose_conduct_it_is_about_and_he_takes_no_step_with_it(self) -> None:
        number = at_the_gate()
        courier = THE_OUTLET.model_copy(update={"kind": PartyKind.COURIER, "name": "sup-li"})
        decide_liability(number, parties=[courier], note="监控", staff_id="ag-sun")
        the_desk_passes()

        assert "被投诉人" in answers(number, at(), staff_id="sup-li").sentence
        with pytest.raises(NotAllowed, match="is about sup-li"):
            propose_by_hand(number, resolution=Resolution.DENY, reasons="x", staff_id="sup-li")


class TestNoDenialByItself:
    """认定恶意须谨慎 (R55): a score decides nothing."""

    @pytest.mark.parametrize(
        "signals",
        [{"altered_proof": True, "delivered_with_code": True}, {"threats": True, "abusive_contacts": 6}],
        ids=["fraud", "malice"],
    )
    def test_follows_from_a_high_score_and_somebody_a_level_higher_decides(self, signals: dict[str, object]) -> None:
        the_parcel_was_damaged()
        number = filed().claim_no
        established(number, signals=signals)
        to_the_gate(number)

        claim, plan = claim_of(number), proposed(number)
        assert (plan.resolution, plan.amount) == (Resolution.PAY, Decimal("40.00"))
        assert gate_of(number).owed_for == "suspicion"
        assert approvals_for(claim, plan.amount) == (Role.SUPERVISOR, Role.SUPERVISOR)
        assert answers(number, at()).outcome is Outcome.ENDORSED
        assert answers(number, at(0.1), staff_id="sup-li").outcome is Outcome.APPROVED

    def test_is_proposed_of_an_employees_claim_either_but_it_takes_a_level_more(self) -> None:
        number = at_the_gate(claimant={"relation": "employee"})

        assert proposed(number).pays
        assert gate_of(number).owed_for == "employee"
        assert answers(number, at()).outcome is Outcome.ENDORSED

    def test_follows_from_the_rules_alone(self) -> None:
        """A day late and no loss shown: nothing but the fee may be owed, and even a denial is decided by a person."""
        number = at_its_gate("773000000001", "800", event=ClaimEvent.DELAY, booked={"promised_at": None})
        the_desk_passes()

        assert gate_of(number).owed_for == "denial"
        assert "denied" not in purposes(number)


class TestATimeBar:
    @pytest.fixture
    def number(self) -> str:
        """Give a claim about what happened long ago."""
        the_parcel_was_damaged()
        number = filed(event="loss", parcels=[], happened_on="2024-01-01").claim_no
        established(number, accepted_on="2023-12-01")
        to_the_gate(number)
        return number

    def test_is_only_proposed_and_confirmed_by_a_person(self, number: str, stand_at: Stand) -> None:
        the_desk_passes()
        assert (proposed(number).resolution, gate_of(number).owed_for) == (Resolution.TIME_BAR, "time_bar")
        assert "denied" not in purposes(number)

        answers(number, at())
        the_desk_passes()
        assert claim_of(number).state is State.DENIED
        stand_at(at(24 * 31))
        the_desk_passes()
        assert claim_of(number).ending == Ending.TIME_BARRED

    def test_is_lifted_where_a_person_says_so(self, number: str, provider: StandInProvider) -> None:
        answers(number, at(), decision="refuse", comment="期间一直在协商")
        propose_by_hand(
            number, resolution=Resolution.PAY, amount=Decimal(40), reasons="协商期间时效中断", staff_id="ag-sun"
        )
        the_desk_passes()
        answers(number, at(0.1), staff_id="sup-li", comment="时效中断")
        the_desk_passes()

        assert provider.moved == [f"{number}-P1"]


class TestAMajorAccident:
    def test_is_settled_by_two_and_nobody_confirms_himself(self) -> None:
        """对业务事故调查结果进行确认 (R82)."""
        the_parcel_was_damaged(declared_value=Decimal(25_000), insured_amount=Decimal(25_000))
        number = filed(event="loss", claimed=25_000, parcels=[]).claim_no
        to_the_gate(number, EvidenceKind.VALUE_PROOF)
        assert (claim_of(number).is_major, claim_of(number).state) == (True, State.LIABILITY)
        assert claim_of(number).assigned_to == HEAD.name

        decide_liability(number, parties=[THE_OUTLET], note="事故调查报告", staff_id="ag-sun")
        the_desk_passes()
        assert claim_of(number).state is State.LIABILITY
        with pytest.raises(NotAllowed, match="somebody else"):
            confirm_liability(number, staff_id="ag-sun")

        confirm_liability(number, staff_id=staff_called("ag-qian"))
        the_desk_passes()
        assert claim_of(number).state is State.AWAITING_APPROVAL
        assert answers(number, at()).outcome is Outcome.ENDORSED
        assert "经理" in answers(number, at(0.1), staff_id="sup-li").sentence
