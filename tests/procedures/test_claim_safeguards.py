"""理赔: what must not happen (R51, R56, R81 to R83, R85, R86), each told by a claim that comes to its gate.

The claims that go well: test_claim.py.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from claim_cases import answers, at_its_gate, decisions_of, docket_with, gate_of
from claims import a_form, claim_of, filed, payouts_of, the_parcel_was_damaged
from claims_desk import established, proposed, purposes, the_desk_passes, to_the_gate
from complaints import commands_of, nothing_is_broken, notices_of, staff_called, the_network_is_on_file
from factories import at
from networks import HEAD
from payouts import balances

from adapters.payments.fake import StandInProvider
from rules.claims.approving import approvals_for
from schemas.approvals import Outcome
from schemas.assessment import ClaimEvent
from schemas.claims import Ending, PrivateParty, Resolution, State
from schemas.complaints import LiableParty, PartyKind
from schemas.evidence import EvidenceKind
from schemas.exceptions import Role
from schemas.ledger import Money
from store import evidence
from store.unit_of_work import unit_of_work
from tasks.claims.by_hand import confirm_liability, decide_liability, propose_by_hand
from tasks.claims.intake import add_to_claim
from tasks.claims.private import private_settlements_of, settle_privately
from tasks.claims.told import TakenIn
from tasks.exceptions.moving import NotAllowed

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
OUTLET = "示例城东网点"
CONSIGNEE = {"name": "王五", "phone": "19900001234", "relation": "consignee"}
ALL_BUT_ASSIGNMENT = (
    EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL, EvidenceKind.VALUE_PROOF,
)  # fmt: skip
ALL_OF_IT = [{"id": "773000000001", "lost_percent": 100, "value": 100, "proof": "invoice"}]
THE_OUTLET = LiableParty(kind=PartyKind.OUTLET, name=OUTLET, share=Decimal(100), basis="交接记录")
CUSTOMER = TakenIn("claimant", Role.CUSTOMER)


@pytest.fixture(autouse=True)
def carrier(
    stand_at: Stand, provider: StandInProvider, notices: Notices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Have a network, a desk, a vault, a provider who pays and a file for notices."""
    del stand_at, provider, notices
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    the_network_is_on_file()
    staff_called("ag-sun")


def at_the_gate(**told: object) -> str:
    """Bring a claim for a damaged parcel to where somebody must decide, and give its number."""
    the_parcel_was_damaged()
    number = filed(**told).claim_no
    assert to_the_gate(number).state is State.AWAITING_APPROVAL
    return number


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


class TestOneLoss:
    """One loss is paid once, whoever claims it."""

    def test_is_not_paid_to_sender_and_consignee(self, provider: StandInProvider) -> None:
        first = at_the_gate(claimed=100, parcels=ALL_OF_IT)
        answers(first, at())
        the_desk_passes()
        assert provider.moved == [f"{first}-P1"]

        second = filed(claimant=CONSIGNEE, payee=None, claimed=100, parcels=ALL_OF_IT).claim_no
        to_the_gate(second)

        plan = proposed(second)
        assert plan.resolution is Resolution.DENY
        assert "paid_before" in {ground.code for ground in plan.grounds}

    def test_is_not_paid_again_to_who_claims_it_under_another_name_of_what_happened(
        self, provider: StandInProvider
    ) -> None:
        first = at_the_gate(claimed=100, parcels=ALL_OF_IT)
        second = filed(event="loss", parcels=[], claimed=None).claim_no
        to_the_gate(second)
        assert proposed(second).pays  # nothing was approved when it was assessed

        answers(first, at())
        refused = answers(second, at(0.1))

        assert (refused.outcome, "高于核定金额" in refused.sentence) == (Outcome.ASK_AGAIN, True)
        the_desk_passes()
        assert provider.moved == [f"{first}-P1"]

    def test_is_one_claim_however_often_it_is_told(self) -> None:
        number = at_the_gate()

        again = filed()

        assert (again.claim_no, again.known) == (number, True)
        assert commands_of(number).count("file") == 1


class TestAClaimantWhoIsNotTheSender:
    @pytest.fixture
    def number(self) -> str:
        """The consignee claims, and the sender has not left his claim to him."""
        the_parcel_was_damaged()
        number = filed(claimant=CONSIGNEE, payee=None).claim_no
        to_the_gate(number, *ALL_BUT_ASSIGNMENT)
        assert claim_of(number).state is State.EVIDENCE
        return number

    def test_is_not_paid_without_the_assignment_unless_an_approver_says_why(self, number: str, stand_at: Stand) -> None:
        stand_at(at(24 * 7))
        the_desk_passes()
        assert claim_of(number).state is State.AWAITING_APPROVAL
        refused = answers(number, at(24 * 7))
        assert (refused.outcome, "证据" in refused.sentence) == (Outcome.ASK_AGAIN, True)

        stand_at(at(24 * 7 + 1))
        answers(number, at(24 * 7 + 1), comment="寄件人已电话确认转让")

        assert claim_of(number).state is State.APPROVED
        with unit_of_work() as connection:
            [waiver] = evidence.waivers_of(connection, [number])[number]
        assert (waiver.kind, waiver.who, waiver.why) == (
            EvidenceKind.ASSIGNMENT_OF_CLAIM, "sup-zhang", "寄件人已电话确认转让",
        )  # fmt: skip

    def test_is_paid_with_it(self, number: str) -> None:
        to_the_gate(number, EvidenceKind.ASSIGNMENT_OF_CLAIM)

        assert answers(number, at()).outcome is Outcome.APPROVED


class TestThePayeesAccount:
    def test_is_not_changed_by_a_telling_of_another(self, provider: StandInProvider) -> None:
        """Whoever knows the number of a claim could have its money sent to himself."""
        number = at_the_gate()
        add_to_claim(number, a_form(payee={"name": "赵六", "account": "6222020200119999999"}), taken=CUSTOMER)
        answers(number, at())
        the_desk_passes()

        assert claim_of(number).payee_tail == "3445"
        assert [payout.account_tail for payout in payouts_of(number)] == ["3445"]
        assert "账户" in notices_of(number, "department")[-1]["subject"]
        assert provider.moved == [f"{number}-P1"]

    def test_is_waited_for_where_none_is_known(self, provider: StandInProvider) -> None:
        number = at_the_gate(payee=None)
        answers(number, at())
        the_desk_passes()
        assert (claim_of(number).state, provider.moved) == (State.AGREED, [])

        add_to_claim(number, a_form(), taken=CUSTOMER)
        the_desk_passes()
        assert provider.moved == [f"{number}-P1"]


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


class TestABranchsAuthority:
    """分公司在授权内理赔 (R81)."""

    @pytest.mark.parametrize(("claimed", "runs_it"), [(3000, OUTLET), ("3000.01", HEAD.name)])
    def test_ends_at_its_limit(self, claimed: object, runs_it: str) -> None:
        the_parcel_was_damaged()

        assert claim_of(filed(claimed=claimed).claim_no).assigned_to == runs_it


class TestPrivatelySettled:
    def test_is_on_record_by_who_did_and_is_not_paid_again(self, provider: StandInProvider) -> None:
        """客户自行解决业务 (R83)."""
        docket_no, [number, other] = docket_with(2)
        money = Money(amount=Decimal(300), currency="CNY")
        settle_privately(
            party=PrivateParty.DRIVER, name="孙师傅", money=money, on=at().date(), staff_id="ag-sun", claim_no=number
        )

        answers(docket_no, at())
        the_desk_passes()

        assert (claim_of(number).state, claim_of(number).ending) == (State.CLOSED, Ending.PRIVATELY_SETTLED)
        assert provider.moved == [f"{other}-P1"]
        [listed] = private_settlements_of("2026-11")
        assert (listed.claim_no, listed.party, listed.amount) == (number, PrivateParty.DRIVER, Decimal(300))
        assert nothing_is_broken()

    def test_is_refused_once_money_is_owed(self) -> None:
        number = at_the_gate(payee=None)
        answers(number, at())
        the_desk_passes()
        assert claim_of(number).state is State.AGREED

        with pytest.raises(NotAllowed):
            settle_privately(
                party=PrivateParty.BRANCH, name=OUTLET, money=Money(amount=Decimal(40), currency="CNY"),
                on=at().date(), staff_id="ag-sun", claim_no=number,
            )  # fmt: skip
