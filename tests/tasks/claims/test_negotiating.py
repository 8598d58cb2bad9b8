"""What is told once it was approved, what the claimant says to it, and what the desk may answer (R46, R56, R79)."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest
from claims import claim_of, filed, offers_of, proposals_of, the_parcel_was_damaged, to_the_gate, to_the_offer
from complaints import commands_of, nothing_is_broken, notices_of, staff_called, supervisor_answers
from factories import NOON, at
from payouts import balances

from rules.claims.lifecycle import COUNTERS_MAX
from schemas.approvals import Outcome
from schemas.claims import Ending, OfferBy, OfferState, Resolution, State
from schemas.exceptions import Role
from schemas.ledger import Account
from tasks.claims.assessing import assess_claims
from tasks.claims.by_hand import NotAllowed, decide_liability, propose_by_hand
from tasks.claims.liability import settle_liability
from tasks.claims.negotiating import accept_offer, counter_offer, object_to_denial, offer_again, withdraw_claim
from tasks.claims.offering import end_unanswered, offer_claims
from tasks.claims.timing import PAYMENT, PROPOSAL, anchors_of, due
from tasks.claims.triaging import triage_claims

Stand = Callable[[datetime], None]
BY_PHONE = {"who": "ag-sun", "role": Role.AGENT, "channel": "phone"}


@pytest.fixture(autouse=True)
def parcel() -> None:
    the_parcel_was_damaged()
    staff_called("ag-sun")


@pytest.fixture
def offered() -> str:
    """Give a claim for 60 CNY to which 40 are offered."""
    number = filed(claimed=60).claim_no
    assert to_the_offer(number, NOON).state is State.OFFERED
    return number


@pytest.fixture
def denied() -> str:
    """Give a claim that was denied."""
    number = filed().claim_no
    to_the_gate(number)
    propose_by_hand(number, resolution=Resolution.DENY, reasons="签收时外包装完好", staff_id="ag-sun")
    triage_claims.fn()
    supervisor_answers(number, NOON)
    offer_claims.fn()
    assert claim_of(number).state is State.DENIED
    return number


def customer_texts(number: str) -> list[str]:
    return [notice["body"] for notice in notices_of(number)]


class TestWhatWasApproved:
    def test_is_not_told_before_it_was(self):
        number = filed(claimed=60).claim_no
        to_the_gate(number)

        assert offer_claims.fn() == []
        assert [notice["purpose"] for notice in notices_of(number)] == ["acknowledged"]

    def test_is_offered_where_more_was_asked_for(self, offered: str):
        claim = claim_of(offered)

        assert (claim.offered, claim.offer_due_at) == (Decimal("40.00"), at(240))
        [offer] = offers_of(offered)
        assert (offer.by, offer.amount, offer.state, offer.until) == (
            OfferBy.CARRIER, Decimal("40.00"), OfferState.OPEN, at(240),
        )  # fmt: skip

    def test_is_told_with_how_it_comes_about_line_by_line(self, offered: str):
        plan = proposals_of(offered)[0]
        assert plan.assessment is not None

        for line in plan.assessment.lines:
            assert f"{line.zh}（{line.source}）" in customer_texts(offered)[-1]

    def test_meets_the_clock_of_the_standard(self, offered: str):
        assert due(PROPOSAL, anchors_of(claim_of(offered))) is None

    def test_is_agreed_on_at_once_where_it_is_all_that_was_asked_for(self):
        number = filed().claim_no
        assert to_the_offer(number, NOON).state is State.AGREED

        claim = claim_of(number)
        assert (claim.agreed_amount, offers_of(number)) == (Decimal("40.00"), [])
        assert balances(number) == {Account.CLAIMS_PAYABLE: Decimal("-40.00"), Account.TO_ALLOCATE: Decimal("40.00")}
        assert "支付至尾号 3445 的账户" in customer_texts(number)[-1]

    def test_is_paid_within_the_seven_days_of_the_standard(self):
        number = filed().claim_no
        to_the_offer(number, NOON)

        assert due(PAYMENT, anchors_of(claim_of(number))) == datetime.fromisoformat("2026-11-28T00:00+08:00")

    def test_asks_for_an_account_where_none_is_known(self):
        number = filed(payee=None).claim_no
        to_the_offer(number, NOON)

        assert "请提供收款账户" in customer_texts(number)[-1]

    def test_to_be_denied_is_told_with_the_reasons_and_two_ways_to_object(self, denied: str):
        told = customer_texts(denied)[-1]

        assert "签收时外包装完好" in told
        assert "12305" in told
        assert "提出并说明理由" in told

    def test_is_told_once_however_often_the_step_is_taken(self, offered: str):
        before = len(notices_of(offered))

        assert offer_claims.fn(offered) == []
        assert len(notices_of(offered)) == before


class TestTheClaimantsWord:
    def test_that_accepts_makes_an_agreement(self, offered: str):
        claim = accept_offer(offered, **BY_PHONE)

        assert (claim.state, claim.agreed_amount, claim.offered) == (State.AGREED, Decimal("40.00"), None)
        assert [offer.state for offer in offers_of(offered)] == [OfferState.ACCEPTED]
        assert balances(offered)[Account.CLAIMS_PAYABLE] == Decimal("-40.00")

    def test_that_accepts_twice_agrees_once(self, offered: str):
        accept_offer(offered, **BY_PHONE)

        with pytest.raises(NotAllowed):
            accept_offer(offered, **BY_PHONE)
        assert balances(offered)[Account.CLAIMS_PAYABLE] == Decimal("-40.00")

    def test_that_asks_for_more_is_on_record_with_its_reasons(self, offered: str):
        claim = counter_offer(offered, amount=Decimal(55), reasons="碗是成套的", **BY_PHONE)

        assert (claim.state, claim.rounds) == (State.NEGOTIATION, 1)
        first, second = offers_of(offered)
        assert (first.state, second.by, second.amount, second.note) == (
            OfferState.COUNTERED, OfferBy.CLAIMANT, Decimal(55), "碗是成套的",
        )  # fmt: skip
        assert "索赔人还价" in notices_of(offered, "department")[-1]["subject"]

    def test_that_asks_for_more_says_why(self, offered: str):
        with pytest.raises(NotAllowed, match="say why"):
            counter_offer(offered, amount=Decimal(55), reasons=" ", **BY_PHONE)

    @pytest.mark.parametrize("amount", ["0", "-1", "10.001"])
    def test_names_an_amount_that_can_be_paid(self, offered: str, amount: str):
        with pytest.raises(NotAllowed, match="more than nothing"):
            counter_offer(offered, amount=Decimal(amount), reasons="x", **BY_PHONE)

    def test_still_accepts_the_last_offer_after_having_asked_for_more(self, offered: str):
        counter_offer(offered, amount=Decimal(55), reasons="x", **BY_PHONE)

        assert accept_offer(offered, **BY_PHONE).agreed_amount == Decimal("40.00")

    def test_is_heard_so_many_times_and_then_a_person_settles_it(self, offered: str):
        for _ in range(COUNTERS_MAX):
            counter_offer(offered, amount=Decimal(55), reasons="x", **BY_PHONE)
            offer_again(offered, amount=Decimal(40), staff_id="ag-sun")

        claim = counter_offer(offered, amount=Decimal(50), reasons="x", **BY_PHONE)

        assert claim.state is State.NEEDS_OPERATOR
        assert offers_of(offered)[-1].amount == Decimal(50)
        assert "多轮协商未果" in notices_of(offered, "department")[-1]["subject"]

    def test_that_objects_to_a_denial_has_a_person_look_again(self, denied: str):
        claim = object_to_denial(denied, reasons="有开箱视频", **BY_PHONE)
        assert claim.state is State.LIABILITY
        assert settle_liability.fn() == []

        assert claim.liability is not None
        parties = claim.liability.parties
        decide_liability(denied, parties=parties, note="看过视频", staff_id="ag-sun")
        settle_liability.fn()
        assess_claims.fn()

        assert proposals_of(denied)[-1].resolution is Resolution.PAY

    def test_that_objects_says_why(self, denied: str):
        with pytest.raises(NotAllowed, match="say why"):
            object_to_denial(denied, reasons="", **BY_PHONE)

    def test_that_takes_the_claim_back_closes_it(self, offered: str):
        claim = withdraw_claim(offered, why="找到了", **BY_PHONE)

        assert (claim.state, claim.ending) == (State.CLOSED, Ending.WITHDRAWN)
        assert [offer.state for offer in offers_of(offered)] == [OfferState.RECALLED]
        assert "您已撤回" in customer_texts(offered)[-1]

    def test_cannot_take_back_what_is_agreed_on(self, offered: str):
        accept_offer(offered, **BY_PHONE)

        with pytest.raises(NotAllowed):
            withdraw_claim(offered, why="x", **BY_PHONE)


class TestTheDesksAnswer:
    def test_stays_within_what_was_approved(self, offered: str):
        counter_offer(offered, amount=Decimal(55), reasons="x", **BY_PHONE)

        with pytest.raises(NotAllowed, match=r"41 is more than the 40\.00 that were approved"):
            offer_again(offered, amount=Decimal(41), staff_id="ag-sun")
        assert offer_again(offered, amount=Decimal(38), staff_id="ag-sun").offered == Decimal(38)

    def test_above_it_is_a_proposal_that_somebody_approves(self, offered: str):
        counter_offer(offered, amount=Decimal(55), reasons="x", **BY_PHONE)
        propose_by_hand(offered, resolution=Resolution.PAY, amount=Decimal(55), reasons="成套器物", staff_id="ag-sun")
        triage_claims.fn()
        assert claim_of(offered).offered is None

        ruling = supervisor_answers(offered, NOON)
        assert ruling.outcome is Outcome.APPROVED, ruling.sentence
        offer_claims.fn()

        assert claim_of(offered).offered == Decimal(55)
        assert [offer.amount for offer in offers_of(offered)] == [Decimal("40.00"), Decimal(55), Decimal(55)]


class TestSilence:
    def test_to_an_offer_has_somebody_call(self, offered: str, stand_at: Stand):
        stand_at(at(239))
        assert end_unanswered.fn() == []

        stand_at(at(240))

        assert end_unanswered.fn() == [offered]
        assert claim_of(offered).state is State.NEEDS_OPERATOR
        assert [offer.state for offer in offers_of(offered)] == [OfferState.LAPSED]

    def test_to_an_offer_does_not_keep_the_claimant_from_accepting_it_late(self, offered: str, stand_at: Stand):
        stand_at(at(240))
        end_unanswered.fn()

        assert accept_offer(offered, **BY_PHONE).state is State.AGREED

    def test_to_a_denial_ends_it_after_thirty_days(self, denied: str, stand_at: Stand):
        stand_at(at(24 * 30))

        assert end_unanswered.fn() == [denied]
        assert claim_of(denied).ending == Ending.DENIED
        assert nothing_is_broken()


def test_the_whole_talk_is_in_the_history(offered: str) -> None:
    counter_offer(offered, amount=Decimal(55), reasons="x", **BY_PHONE)
    offer_again(offered, amount=Decimal(40), staff_id="ag-sun")
    accept_offer(offered, **BY_PHONE)

    assert commands_of(offered)[-4:] == ["offer", "counter", "offer_again", "accept"]
