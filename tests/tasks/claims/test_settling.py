"""Paying what was agreed: ordered once, told when it has left, and asked about anew when it could not (R79)."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from claims import (
    ACCOUNT,
    MONEY,
    PAPERS,
    a_form,
    claim_of,
    filed,
    papers_come,
    payouts_of,
    the_desk_works,
    the_money_leaves,
    the_parcel_was_damaged,
    to_the_gate,
    to_the_offer,
)
from complaints import commands_of, nothing_is_broken, notices_of, staff_called, supervisor_answers
from factories import NOON, a_registration, at
from payouts import balances, is_balanced
from recovering import charges_of, share
from standins import register

from adapters.payments.fake import Behaviour, StandInProvider
from rules.claims import bookings
from schemas.approvals import Outcome
from schemas.claims import Resolution, State
from schemas.evidence import EvidenceKind
from schemas.exceptions import Role
from schemas.ledger import Account, Money, Noted
from schemas.payments import PayoutState, ReversalReason
from store import ledger
from store.unit_of_work import unit_of_work
from tasks.claims.by_hand import take_up_claim
from tasks.claims.charging import settle_charges, take_agreement_back
from tasks.claims.collecting import record_recovery
from tasks.claims.intake import add_to_claim
from tasks.claims.offering import offer_claims
from tasks.claims.paying import reverse_payout, settle_payouts
from tasks.claims.recovering import close_recovered_claims, recover_claims
from tasks.claims.settling import confirm_paid, pay_claims
from tasks.claims.timing import PAYMENT, anchors_of, due
from tasks.claims.told import TakenIn
from tasks.claims.triaging import triage_claims
from tasks.dispatch.payments import ask_about_uncertain
from tasks.dispatch.sending import send_due

Stand = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def parcel(provider: StandInProvider) -> None:
    del provider
    the_parcel_was_damaged()


@pytest.fixture
def agreed() -> str:
    """Give a claim on which 40 CNY are agreed."""
    number = filed().claim_no
    assert to_the_offer(number, NOON).state is State.AGREED
    return number


class TestAnAgreement:
    def test_is_paid_to_the_account_that_was_told(self, agreed: str, provider: StandInProvider):
        the_money_leaves()

        claim = claim_of(agreed)
        assert (claim.state, claim.paid_amount) == (State.PAID, Decimal("40.00"))
        assert provider.moved == [f"{agreed}-P1"]
        [payout] = payouts_of(agreed)
        assert (payout.state, payout.account_tail) == (PayoutState.PAID, ACCOUNT[-4:])
        assert balances(agreed) == {Account.CASH: Decimal("-40.00"), Account.TO_ALLOCATE: Decimal("40.00")}
        assert is_balanced()

    def test_is_told_when_it_was_paid_and_not_before(self, agreed: str):
        pay_claims.fn()
        assert "paid" not in [notice["purpose"] for notice in notices_of(agreed)]

        the_money_leaves()

        assert "的赔偿 40.00 CNY 已支付至尾号 3445 的账户" in notices_of(agreed)[-1]["body"]

    def test_meets_the_seven_days_of_the_standard_when_the_money_has_left(self, agreed: str):
        assert due(PAYMENT, anchors_of(claim_of(agreed))) is not None

        the_money_leaves()

        assert due(PAYMENT, anchors_of(claim_of(agreed))) is None

    def test_is_ordered_once_however_often_the_step_is_taken(self, agreed: str, provider: StandInProvider):
        assert pay_claims.fn() == [agreed]
        assert pay_claims.fn() == []
        for _ in range(3):
            the_money_leaves()

        assert provider.moved == [f"{agreed}-P1"]
        assert len(payouts_of(agreed)) == 1

    def test_waits_for_an_account(self, provider: StandInProvider):
        number = filed(payee=None).claim_no
        to_the_offer(number, NOON)
        the_money_leaves()
        assert (claim_of(number).state, provider.moved) == (State.AGREED, [])

        add_to_claim(number, a_form(), taken=TakenIn("claimant", Role.CUSTOMER), proven=True)
        the_money_leaves()

        assert claim_of(number).state is State.PAID

    def test_is_not_paid_to_another_than_the_sender_without_his_assignment(self, provider: StandInProvider):
        number = filed(payee=None).claim_no
        papers_come(number, *(kind for kind in PAPERS if kind is not EvidenceKind.ASSIGNMENT_OF_CLAIM))
        the_desk_works()
        triage_claims.fn()
        supervisor_answers(number, NOON)
        other = a_form(payee={"name": "钱七", "account": ACCOUNT})
        add_to_claim(number, other, taken=TakenIn("claimant", Role.CUSTOMER), proven=True)
        the_money_leaves()
        assert (claim_of(number).state, provider.moved) == (State.AGREED, [])
        assert "缺索赔权转让书" in notices_of(number, "department")[-1]["subject"]

        papers_come(number, EvidenceKind.ASSIGNMENT_OF_CLAIM)
        the_money_leaves()

        assert claim_of(number).state is State.PAID

    def test_is_paid_once_by_a_provider_that_times_out_after_paying(
        self, agreed: str, provider: StandInProvider, stand_at: Stand
    ):
        provider.will(Behaviour.TIMES_OUT_AFTER_PAYING)
        the_money_leaves()
        assert claim_of(agreed).state is State.PAYING

        stand_at(at(0.2))
        send_due(kinds=MONEY)
        ask_about_uncertain()
        settle_payouts.fn()
        confirm_paid.fn()

        assert claim_of(agreed).state is State.PAID
        assert provider.moved == [f"{agreed}-P1"]


class TestAPayoutThatFails:
    def test_goes_back_to_the_agreement_and_asks_for_another_account(self, agreed: str, provider: StandInProvider):
        provider.will(Behaviour.REFUSES)
        the_money_leaves()

        claim = claim_of(agreed)
        assert (claim.state, claim.payee_tail, claim.paid_amount) == (State.AGREED, "", Decimal(0))
        assert "请提供正确的收款账户" in notices_of(agreed)[-1]["body"]
        assert balances(agreed)[Account.CLAIMS_PAYABLE] == Decimal("-40.00")

    def test_is_paid_to_the_other_account_under_the_next_number(self, agreed: str, provider: StandInProvider):
        provider.will(Behaviour.REFUSES)
        the_money_leaves()
        other = {"name": "赵六", "account": "6222020200110000001"}

        add_to_claim(agreed, a_form(payee=other), taken=TakenIn("claimant", Role.CUSTOMER), proven=True)
        the_money_leaves()

        assert claim_of(agreed).state is State.PAID
        assert [(payout.key, payout.state) for payout in payouts_of(agreed)] == [
            (f"{agreed}-P1", PayoutState.REFUSED),
            (f"{agreed}-P2", PayoutState.PAID),
        ]
        assert is_balanced()

    def test_and_was_wrong_is_paid_again_only_by_a_new_decision(self, agreed: str, provider: StandInProvider):
        the_money_leaves()
        reverse_payout.fn(f"{agreed}-P1", why=ReversalReason.PAID_TWICE, who="sup-zhang")
        the_money_leaves()

        claim = claim_of(agreed)
        assert (claim.state, claim.paid_amount, claim.agreed_amount) == (State.NEEDS_OPERATOR, Decimal("0.00"), None)
        assert balances(agreed) == {}
        assert provider.moved == [f"{agreed}-P1"]
        assert nothing_is_broken()

    def test_after_the_claim_was_closed_opens_it_again(self, agreed: str, stand_at: Stand):
        the_money_leaves()
        stand_at(at(48))
        with unit_of_work() as connection:
            approve = "UPDATE claim SET state = 'CLOSED', closed_at = now(), ending = 'settled'"
            connection.exec_driver_sql(approve)
        reverse_payout.fn(f"{agreed}-P1", why=ReversalReason.WRONG_PAYEE, who="sup-zhang")
        the_money_leaves()

        claim = claim_of(agreed)
        assert (claim.state, claim.ending, claim.paid_amount) == (State.AGREED, "", Decimal("0.00"))
        assert claim.payee_tail == ""
        assert due(PAYMENT, anchors_of(claim)) is not None

    def test_and_was_paid_already_is_owed_again(self, agreed: str):
        the_money_leaves()
        reverse_payout.fn(f"{agreed}-P1", why=ReversalReason.WRONG_PAYEE, who="sup-zhang")
        the_money_leaves()

        claim = claim_of(agreed)
        assert (claim.state, claim.paid_amount) == (State.AGREED, Decimal("0.00"))
        assert balances(agreed)[Account.CLAIMS_PAYABLE] == Decimal("-40.00")
        assert nothing_is_broken()


class TestAPayoutThatWasWrong:
    """It was shared out before anybody noticed: what it cost falls with it, as far as nobody has paid for it."""

    @pytest.fixture
    def shared_out(self, agreed: str) -> str:
        party = share("城东网点", "100").model_dump_json()
        with unit_of_work() as connection:
            decided = "UPDATE plan SET content = jsonb_set(content, '{split}', jsonb_build_array(CAST(%s AS jsonb)))"
            connection.exec_driver_sql(decided, (party,))
        the_money_leaves()
        assert recover_claims.fn() == [agreed]
        return agreed

    @staticmethod
    def is_reversed(number: str, why: ReversalReason = ReversalReason.WRONG_AMOUNT) -> None:
        reverse_payout.fn(f"{number}-P1", why=why, who="sup-zhang")
        the_money_leaves()

    def test_takes_back_what_a_party_was_told_and_tells_it(self, shared_out: str, stand_at: Stand):
        [(party, _, state)] = charges_of(shared_out)
        assert state == "noticed"

        self.is_reversed(shared_out)

        assert charges_of(shared_out) == [(party, "40.00", "taken_back")]
        assert balances(shared_out) == {}
        assert "现予撤销" in notices_of(shared_out, "department")[-1]["body"]
        assert claim_of(shared_out).state is State.NEEDS_OPERATOR
        stand_at(at(24 * 30))
        assert settle_charges.fn() == []

    def test_takes_back_what_a_party_was_charged(self, shared_out: str, stand_at: Stand):
        stand_at(at(24 * 30))
        assert settle_charges.fn() == [f"{shared_out}-C1"]

        self.is_reversed(shared_out)

        assert [state for *_, state in charges_of(shared_out)] == ["taken_back"]
        assert balances(shared_out) == {}
        assert is_balanced()

    def test_takes_back_what_was_written_off(self, agreed: str):
        the_money_leaves()
        recover_claims.fn()
        assert charges_of(agreed) == [("", "40.00", "written_off")]

        self.is_reversed(agreed)

        assert charges_of(agreed) == [("", "40.00", "taken_back")]
        assert balances(agreed) == {}

    def test_leaves_what_a_party_has_paid_for_it_to_a_person(self, shared_out: str, stand_at: Stand):
        stand_at(at(24 * 30))
        settle_charges.fn()
        staff_called("fin-li", Role.AGENT)
        record_recovery.fn(f"{shared_out}-C1", reference="2026-12", staff_id="fin-li")

        self.is_reversed(shared_out)

        assert [state for *_, state in charges_of(shared_out)] == ["recovered"]
        assert balances(shared_out)[Account.CLAIMS_PAYABLE] == Decimal("-40.00")
        assert "请先核对账目再处理" in notices_of(shared_out, "department")[-1]["subject"]

    def test_leaves_an_agreement_of_which_some_is_in_payment_again(self, shared_out: str):
        reverse_payout.fn(f"{shared_out}-P1", why=ReversalReason.WRONG_AMOUNT, who="sup-zhang")
        send_due(kinds=MONEY)
        settle_payouts.fn()
        some = Money(amount=Decimal(10), currency="CNY")
        noted = Noted(at=NOON, who="test")
        with unit_of_work() as connection:
            ledger.book(connection, [bookings.payout_requested(shared_out, some, key="by hand", noted=noted)])

        confirm_paid.fn()

        assert [state for *_, state in charges_of(shared_out)] == ["noticed"]
        assert balances(shared_out)[Account.CLAIMS_PAYABLE] == Decimal("-30.00")

    def test_takes_nothing_back_of_an_agreement_that_there_is_not(self, shared_out: str):
        noted = Noted(at=NOON, who="test")
        with unit_of_work() as connection:
            assert take_agreement_back(connection, claim_of(shared_out), "none", noted=noted) is None

        assert [state for *_, state in charges_of(shared_out)] == ["noticed"]

    def test_is_decided_anew_and_shared_out_anew(self, shared_out: str):
        self.is_reversed(shared_out)
        staff_called("ag-sun", Role.AGENT)
        take_up_claim(shared_out, comment="重新核定", staff_id="ag-sun")
        the_desk_works()
        triage_claims.fn()
        assert supervisor_answers(shared_out, NOON).outcome is Outcome.APPROVED
        the_money_leaves()
        recover_claims.fn()

        assert [state for *_, state in charges_of(shared_out)] == ["taken_back", "written_off"]
        assert balances(shared_out) == {Account.CASH: Decimal("-40.00"), Account.LOSS: Decimal("40.00")}
        assert close_recovered_claims.fn() == [shared_out]
        assert is_balanced()
        assert nothing_is_broken()

    def test_before_the_claim_heard_that_it_was_paid_takes_nothing_off_what_was_paid(self, agreed: str):
        offer_claims.fn()
        pay_claims.fn()
        send_due(kinds=MONEY)
        settle_payouts.fn()

        self.is_reversed(agreed)

        claim = claim_of(agreed)
        assert (claim.state, claim.paid_amount) == (State.NEEDS_OPERATOR, Decimal(0))

    def test_is_taken_back_once(self, shared_out: str):
        self.is_reversed(shared_out, ReversalReason.FRAUD)
        with unit_of_work() as connection:  # as the desk ends it, after another payout was paid
            ended = "UPDATE claim SET state = 'CLOSED', closed_at = now(), ending = 'denied', paid_amount = 100"
            connection.exec_driver_sql(ended)

        the_money_leaves()

        assert (claim_of(shared_out).state, claim_of(shared_out).paid_amount) == (State.CLOSED, Decimal(100))


class TestAPayoutThatComesBackLate:
    def test_of_a_claim_that_was_paid_once_more_goes_to_a_person(self, agreed: str):
        the_money_leaves()
        with unit_of_work() as connection:  # another payout was made since, as after a parcel was found
            more = "UPDATE claim SET payouts = 2, paid_amount = 140"
            connection.exec_driver_sql(more)
            connection.exec_driver_sql(
                "INSERT INTO payout (key, claim_no, number, method, payee, account_sealed, account_tail, account_hash, "
                "amount, currency, reference, state, state_since, requested_by, requested_at, paid_at) SELECT "
                "claim_no || '-P2', claim_no, 2, method, payee, account_sealed, account_tail, account_hash, 100, "
                "currency, reference, 'paid', state_since, requested_by, requested_at, paid_at FROM payout"
            )

        reverse_payout.fn(f"{agreed}-P1", why=ReversalReason.RETURNED_BY_BANK, who="sup-zhang")
        the_money_leaves()

        claim = claim_of(agreed)
        assert (claim.state, claim.paid_amount) == (State.NEEDS_OPERATOR, Decimal("100.00"))

    def test_of_a_claim_without_an_agreement_goes_to_a_person(self, agreed: str):
        the_money_leaves()
        with unit_of_work() as connection:  # it was opened again, and nothing more was owed
            ended = "UPDATE claim SET state = 'CLOSED', closed_at = now(), ending = 'settled', agreed_amount = NULL"
            connection.exec_driver_sql(ended)

        reverse_payout.fn(f"{agreed}-P1", why=ReversalReason.RETURNED_BY_BANK, who="sup-zhang")
        the_money_leaves()

        assert claim_of(agreed).state is State.NEEDS_OPERATOR

    def test_waits_while_the_next_one_is_under_way(self, agreed: str):
        the_money_leaves()
        with unit_of_work() as connection:
            paying = "UPDATE claim SET payouts = 2, state = 'PAYING'"
            connection.exec_driver_sql(paying)
            connection.exec_driver_sql(
                "INSERT INTO payout (key, claim_no, number, method, payee, account_sealed, account_tail, account_hash, "
                "amount, currency, reference, state, state_since, requested_by, requested_at) SELECT "
                "claim_no || '-P2', claim_no, 2, method, payee, account_sealed, account_tail, account_hash, 100, "
                "currency, reference, 'requested', state_since, requested_by, requested_at FROM payout"
            )

        reverse_payout.fn(f"{agreed}-P1", why=ReversalReason.FRAUD, who="sup-zhang")
        the_money_leaves()

        assert claim_of(agreed).state is State.PAYING


class TestAnAccountThatWasReplaced:
    def test_is_not_paid_to_when_the_one_in_its_place_fails(self, agreed: str, provider: StandInProvider):
        other = {"name": "赵六", "account": "6222020200110000001"}
        add_to_claim(agreed, a_form(payee=other), taken=TakenIn("claimant", Role.CUSTOMER), proven=True)
        provider.will(Behaviour.REFUSES)
        the_money_leaves()
        the_money_leaves()

        assert (claim_of(agreed).state, claim_of(agreed).payee_tail) == (State.AGREED, "")
        assert [payout.key for payout in payouts_of(agreed)] == [f"{agreed}-P1"]
        assert provider.moved == []


class TestALossOfOneParcel:
    def test_is_not_paid_twice_to_two_claimants(self, agreed: str):
        second = filed(claimant={"phone": "19900001234", "relation": "consignee", "name": "王五"}).claim_no
        the_money_leaves()
        to_the_gate(second)

        claim = claim_of(second)
        assert claim.plan is not None
        assert claim.plan.amount == Decimal(0)
        assert claim.paid_before("CNY") == Decimal(0)
        assert commands_of(agreed)[-1] == "confirm_paid"

    def test_that_is_agreed_on_and_not_paid_yet_counts_as_paid(self, agreed: str):
        del agreed
        second = filed(event="shortage").claim_no
        to_the_gate(second)

        plan = claim_of(second).plan
        assert plan is not None
        assert (plan.resolution, plan.amount) == (Resolution.DENY, Decimal(0))


class TestTogether:
    def test_many_are_paid_as_one_is(self, provider: StandInProvider):
        numbers = []
        for place in range(12):
            waybill = f"7730000001{place:02d}"
            register(a_registration(waybill=waybill, insured_amount=Decimal(100)), at=at(-72))
            parcels = [{"id": waybill, "lost_percent": 40, "value": 100, "proof": "invoice"}]
            numbers.append(filed(waybill=waybill, parcels=parcels).claim_no)
        for number in numbers:
            to_the_gate(number)
            staff_called("sup-zhang", Role.SUPERVISOR)
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'APPROVED' WHERE state = 'AWAITING_APPROVAL'")
        assert offer_claims.fn() == numbers

        the_money_leaves()

        assert {claim_of(number).state for number in numbers} == {State.PAID}
        assert sorted(provider.moved) == [f"{number}-P1" for number in numbers]
        assert is_balanced()
