"""理赔 in the words of the manual, from the form to the money back (R78 to R80): three claims told as wholes.

One is talked about, one is clear and decided with others (R87), one is denied, objected to and paid after all. Told on
a stand-in payment provider over HTTP and a real PostgreSQL. Who decides: test_claim_decisions.py; to whom
money goes: test_claim_money.py; what each loss comes to: test_claim_amounts.py; claims that come from other cases:
test_claim_from_cases.py.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from claim_cases import answers, decisions_of, docket_with
from claims import claim_of, filed, offers_of, payouts_of, the_parcel_was_damaged
from claims_desk import (
    AFTER_MONEY,
    BEFORE_MONEY,
    BY_PHONE,
    its_party_pays,
    proposed,
    purposes,
    the_desk_passes,
    to_the_gate,
)
from complaints import commands_of, nothing_is_broken, notices_of
from factories import an_event, at
from payouts import is_balanced
from prefect import Task
from recovering import books_of, charges_of
from standins import tell

from adapters.payments.fake import StandInProvider
from flows.claims import handle_claims
from schemas.approvals import Outcome
from schemas.claims import Ending, OfferBy, OfferState, Resolution, Route, State
from schemas.complaints import LiableParty, PartyKind
from schemas.inquiries import AnswerCode
from schemas.tracking import Event
from store.unit_of_work import unit_of_work
from tasks.claims.by_hand import decide_liability, propose_by_hand
from tasks.claims.negotiating import accept_offer, counter_offer, object_to_denial, offer_again
from tasks.dispatch.sending import send_all_but_money, send_outbox
from tasks.exceptions.telling import AHEAD

pytestmark = pytest.mark.usefixtures("claims_office")

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
OUTLET = "示例城东网点"
WAYBILL = "773000000001"


class TestAClaimThatIsTalkedAbout:
    def test_goes_from_the_form_to_the_money_back(
        self, stand_at: Stand, provider: StandInProvider, notices: Notices
    ) -> None:
        # 两只花瓶投保 2,000 元，碎了六成；寄件人索赔 1,500 元。
        the_parcel_was_damaged(declared_value=Decimal(2000), insured_amount=Decimal(2000))
        tell(an_event(Event.EXCEPTION, -25, reason="carrier.damaged", location=OUTLET))
        vase = {"id": WAYBILL, "lost_percent": 60, "value": 2000, "proof": "invoice"}
        told = filed(claimed=1500, parcels=[vase])
        number = told.claim_no

        # 受理 INTAKE: he is told the number, the papers that are wanted, and by when he hears what is proposed.
        assert told.state is State.ACKNOWLEDGED
        assert told.proposal_by is not None
        assert "照片" in notices_of(number)[0]["body"]
        assert claim_of(number).assigned_to == OUTLET  # R81: within a branch's authority

        # 取证 EVIDENCE: the outlet is asked what happened and says that it happened there.
        the_desk_passes()
        assert claim_of(number).state is State.EVIDENCE
        to_the_gate(number, code=AnswerCode.DAMAGED_HERE)

        # 定责 LIABILITY and 核定 ASSESSMENT: nobody was told anything yet (R56).
        claim = claim_of(number)
        assert claim.state is State.AWAITING_APPROVAL
        assert claim.liability is not None
        assert [(party.name, party.share) for party in claim.liability.parties] == [(OUTLET, Decimal(100))]
        assert (proposed(number).amount, proposed(number).resolution) == (Decimal("1200.00"), Resolution.PAY)
        assert purposes(number) == ["acknowledged"]
        assert (offers_of(number), payouts_of(number), books_of(number)) == ([], [], {})

        # A supervisor approves, and only now the offer is told, line by line with its sources.
        assert answers(number, at()).outcome is Outcome.APPROVED
        the_desk_passes()
        assert claim_of(number).state is State.OFFERED
        assert "1200.00" in notices_of(number)[-1]["body"]
        assessment = proposed(number).assessment
        assert assessment is not None
        for line in assessment.lines:
            assert line.source in notices_of(number)[-1]["body"]

        # 协商 NEGOTIATION (R79): he asks for more, the desk stands by what was approved, he accepts.
        counter_offer(number, amount=Decimal(1400), reasons="花瓶是成对的", **BY_PHONE)
        offer_again(number, amount=Decimal(1200), note="单件亦可出售", staff_id="ag-sun")
        accept_offer(number, **BY_PHONE)
        assert [(one.by, one.amount, one.state) for one in offers_of(number)] == [
            (OfferBy.CARRIER, Decimal("1200.00"), OfferState.COUNTERED),
            (OfferBy.CLAIMANT, Decimal("1400.00"), OfferState.COUNTERED),
            (OfferBy.CARRIER, Decimal("1200.00"), OfferState.ACCEPTED),
        ]
        assert provider.moved == []

        # 支付 PAYMENT: it is paid once, and he is told.
        the_desk_passes()
        assert provider.moved == [f"{number}-P1"]
        assert purposes(number) == ["acknowledged", "offer", "offer", "agreed", "paid"]
        assert claim_of(number).state is State.RECOVERING

        # 追偿 RECOVERY: the outlet is told of its amount, does not object, and pays it.
        assert [notice["to"] for notice in notices() if "1200.00 CNY" in notice["body"]][-1] == "chengdong@example.test"
        assert charges_of(number) == [(OUTLET, "1200.00", "noticed")]
        stand_at(at(24 * 7 + 1))
        the_desk_passes()
        its_party_pays(number)
        the_desk_passes()

        # 结案: nobody owes anything for it any more.
        claim = claim_of(number)
        assert (claim.state, claim.ending, claim.paid_amount) == (State.CLOSED, Ending.SETTLED, Decimal("1200.00"))
        assert books_of(number) == {}
        assert commands_of(number) == [
            "file", "acknowledge", "gather", "complete_evidence", "establish", "settle_liability", "assess",
            "request_approval", "approve", "offer", "counter", "offer_again", "accept", "pay", "confirm_paid",
            "recover", "close",
        ]  # fmt: skip
        assert is_balanced()
        assert nothing_is_broken()

    def test_is_approved_anew_where_more_than_was_approved_is_to_be_paid(self, provider: StandInProvider) -> None:
        the_parcel_was_damaged()
        number = filed(claimed=60).claim_no
        to_the_gate(number)
        answers(number, at())
        the_desk_passes()
        counter_offer(number, amount=Decimal(55), reasons="碗是成套的", **BY_PHONE)

        propose_by_hand(number, resolution=Resolution.PAY, amount=Decimal(55), reasons="成套器物", staff_id="ag-sun")
        the_desk_passes()
        assert claim_of(number).state is State.AWAITING_APPROVAL
        assert purposes(number) == ["acknowledged", "offer"]

        answers(number, at(0.1), comment="同意从优")
        the_desk_passes()
        accept_offer(number, **BY_PHONE)
        the_desk_passes()
        assert [str(payout.amount) for payout in payouts_of(number)] == ["55.00"]
        assert provider.moved == [f"{number}-P1"]


class TestClearClaims:
    def test_are_decided_together_and_paid_each_by_itself(self, provider: StandInProvider) -> None:
        """快速理赔 (R87): one supervisor sees three, excepts one, and two are paid within the same pass."""
        docket_no, numbers = docket_with(3)
        first, excepted, last = numbers

        answers(docket_no, at(), except_for=excepted)
        the_desk_passes()

        assert sorted(provider.moved) == [f"{first}-P1", f"{last}-P1"]
        assert (claim_of(excepted).state, claim_of(excepted).route) == (State.AWAITING_APPROVAL, Route.SINGLE)
        for number in (first, last):
            assert [row["staff_id"] for row in decisions_of(number)] == ["sup-zhang"]
            assert purposes(number) == ["acknowledged", "agreed", "paid"]
            assert claim_of(number).ending == Ending.SETTLED  # it lies with nobody: the carrier's own loss
        assert purposes(excepted) == ["acknowledged"]
        assert is_balanced()

    def test_are_paid_to_the_cent_what_is_owed_by_the_rules(self) -> None:
        """严格落实保价承诺 (R87): who is insured for 800 gets 800."""
        docket_no, [number] = docket_with(1)

        answers(docket_no, at())
        the_desk_passes()

        assert claim_of(number).paid_amount == Decimal("800.00")


class TestADenial:
    @pytest.fixture
    def denied(self) -> str:
        """Give a claim that the desk wanted denied, that a supervisor denied, and whose claimant was told so."""
        the_parcel_was_damaged()
        number = filed().claim_no
        to_the_gate(number)
        propose_by_hand(
            number, resolution=Resolution.DENY, reasons="签收时外包装完好", reasons_en="intact when signed for",
            staff_id="ag-sun",
        )  # fmt: skip
        the_desk_passes()
        answers(number, at())
        the_desk_passes()
        assert claim_of(number).state is State.DENIED
        return number

    def test_is_told_with_its_reason_and_where_to_turn(self, denied: str) -> None:
        told = notices_of(denied)[-1]["body"]

        assert "签收时外包装完好" in told
        assert "12305" in told

    def test_that_is_objected_to_is_looked_at_again_by_a_person_and_paid_after_all(
        self, denied: str, provider: StandInProvider, stand_at: Stand
    ) -> None:
        """避免简单粗暴地拒绝 (R45): the video shows what the outlet did not say."""
        object_to_denial(denied, reasons="有开箱视频", **BY_PHONE)
        the_desk_passes()
        assert claim_of(denied).state is State.LIABILITY

        outlet = LiableParty(kind=PartyKind.OUTLET, name=OUTLET, share=Decimal(100), basis="开箱视频")
        decide_liability(denied, parties=[outlet], note="看过视频", staff_id="ag-sun")
        the_desk_passes()
        stand_at(at(1))
        answers(denied, at(1))
        the_desk_passes()

        assert provider.moved == [f"{denied}-P1"]
        assert charges_of(denied) == [(OUTLET, "40.00", "noticed")]
        assert "denied" in purposes(denied)
        assert purposes(denied)[-1] == "paid"

    def test_that_nobody_objects_to_ends_the_claim(self, denied: str, stand_at: Stand) -> None:
        stand_at(at(24 * 30) + timedelta(minutes=1))
        the_desk_passes()

        assert (claim_of(denied).state, claim_of(denied).ending) == (State.CLOSED, Ending.DENIED)
        assert nothing_is_broken()


class TestWhoeverWaits:
    def test_is_told_how_it_stands_until_he_is_told_the_result(self, stand_at: Stand) -> None:
        """持续性原则 (R16, R84): nobody hears nothing for days."""
        the_parcel_was_damaged()
        number = filed().claim_no
        the_desk_passes()
        with unit_of_work() as connection:
            due = connection.exec_driver_sql("SELECT tell_due_at FROM claim").scalar_one()

        stand_at(due - AHEAD - timedelta(minutes=1))
        the_desk_passes()
        assert purposes(number) == ["acknowledged"]

        stand_at(due - AHEAD)
        the_desk_passes()
        the_desk_passes()
        assert purposes(number) == ["acknowledged", "update"]


def test_the_steps_told_here_are_those_of_the_flow() -> None:
    flow = handle_claims.fn
    called = [flow.__globals__[name] for name in flow.__code__.co_names if isinstance(flow.__globals__.get(name), Task)]

    assert [step.name for step in called if step not in {send_outbox, send_all_but_money}] == [
        step.name for step in (*BEFORE_MONEY, *AFTER_MONEY)
    ]
