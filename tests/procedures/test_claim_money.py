"""理赔: to whom money goes, how often, and on whose authority (R56, R81, R83, R86).

Who decides: test_claim_decisions.py. The claims that go well: test_claim.py.
"""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from claim_cases import answers, docket_with
from claims import a_form, claim_of, filed, payouts_of, the_parcel_was_damaged
from claims_desk import at_the_gate, proposed, the_desk_passes, to_the_gate
from complaints import commands_of, complaint_of, nothing_is_broken, notices_of, staff_called
from complaints import filed as complained
from complaints import to_the_gate as to_the_complaints_gate
from factories import at
from networks import HEAD

from adapters.carrier_desk.fake import StandInDesk
from adapters.payments.fake import StandInProvider
from schemas.approvals import Outcome
from schemas.claims import Ending, PrivateParty, Resolution, State
from schemas.complaints import ComplaintType, Validity
from schemas.evidence import EvidenceKind
from schemas.exceptions import Role
from schemas.ledger import Money
from store import evidence
from store.unit_of_work import unit_of_work
from tasks.claims.intake import add_to_claim
from tasks.claims.private import private_settlements_of, settle_privately
from tasks.claims.told import TakenIn
from tasks.complaints.by_hand import decide_finding
from tasks.stepping import NotAllowed

pytestmark = pytest.mark.usefixtures("claims_office")

Stand = Callable[[datetime], None]
OUTLET = "示例城东网点"
CONSIGNEE = {"name": "王五", "phone": "19900001234", "relation": "consignee"}
ALL_BUT_ASSIGNMENT = (
    EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL, EvidenceKind.VALUE_PROOF,
)  # fmt: skip
ALL_OF_IT = [{"id": "773000000001", "lost_percent": 100, "value": 100, "proof": "invoice"}]
CUSTOMER = TakenIn("claimant", Role.CUSTOMER)


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

    def test_is_not_paid_on_a_complaint_after_a_claim(self, provider: StandInProvider, desk: StandInDesk) -> None:
        first = at_the_gate(claimed=100, parcels=ALL_OF_IT)
        answers(first, at())
        the_desk_passes()

        complaint = complained(type=ComplaintType.DAMAGE, demand={"text": "照价赔偿", "amount": "50"}).complaint_no
        to_the_complaints_gate(complaint)
        decide_finding(
            complaint, validity=Validity.VALID, note="属实", staff_id=staff_called("sup-li", Role.SUPERVISOR)
        )
        to_the_complaints_gate(complaint)

        plan = complaint_of(complaint).plan
        assert plan is not None
        assert (plan.pays, plan.amount) == (False, 0)
        assert provider.moved == [f"{first}-P1"]
        assert desk.orders == {}

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

    def test_is_waited_for_where_none_is_known_and_taken_from_who_has_proven_himself(
        self, provider: StandInProvider
    ) -> None:
        number = at_the_gate(payee=None)
        answers(number, at())
        add_to_claim(number, a_form(), taken=CUSTOMER)
        the_desk_passes()
        assert (claim_of(number).state, provider.moved) == (State.AGREED, [])

        add_to_claim(number, a_form(), taken=CUSTOMER, proven=True)
        the_desk_passes()
        assert provider.moved == [f"{number}-P1"]


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
