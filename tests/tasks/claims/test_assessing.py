"""From papers to a proposal: evidence, who answers, and what is owed (R40, R78, R82, R85)."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from decimal import Decimal

import pytest
from claims import claim_of, filed, papers_come, proposals_of, the_desk_works, the_parcel_was_damaged
from complaint_factories import an_agent
from complaints import (
    commands_of,
    nodes_answer,
    nothing_is_broken,
    notices_of,
    staff_called,
    the_desk_has,
    the_network_is_on_file,
)
from factories import a_photo, an_event, at, entered
from networks import HEAD
from networks import OUTLET as A_BRANCH
from standins import tell

from schemas.claims import Resolution, State
from schemas.complaints import LiableParty, PartyKind
from schemas.evidence import EvidenceKind, OfferedPiece
from schemas.exceptions import Role
from schemas.inquiries import AnswerCode
from schemas.tracking import Event
from store import evidence, inquiries
from store.inquiries import Chosen
from store.unit_of_work import unit_of_work
from tasks.claims.assessing import assess_claims
from tasks.claims.by_hand import (
    NotAllowed,
    confirm_liability,
    contest_liability,
    decide_liability,
    propose_by_hand,
    state_facts,
    take_up_claim,
)
from tasks.claims.evidence import complete_evidence, gather_evidence
from tasks.claims.liability import establish_liability, settle_liability
from tasks.evidence.freezing import freeze_tracking
from tasks.evidence.keeping import add_evidence

Stand = Callable[[datetime], None]
OUTLET = LiableParty(kind=PartyKind.OUTLET, name="示例城东网点", share=Decimal(60), basis="末端破损")
SENDER = LiableParty(kind=PartyKind.SENDER, share=Decimal(40), basis="包装不良")
STEPS = (gather_evidence, complete_evidence, establish_liability, settle_liability, assess_claims)


@pytest.fixture(autouse=True)
def parcel() -> None:
    the_parcel_was_damaged()


def asked_about(number: str) -> list[str]:
    """List whom the desk asked about a claim."""
    with unit_of_work() as connection:
        return [inquiry.department for inquiry in inquiries.listing(connection, Chosen(case_no=number))]


def to_the_proposal(number: str) -> None:
    papers_come(number)
    the_desk_works()
    nodes_answer(number)
    the_desk_works()


class TestEvidence:
    def test_is_awaited_until_what_is_mandatory_is_there(self):
        number = filed().claim_no
        the_desk_works()
        assert claim_of(number).state is State.EVIDENCE

        papers_come(number)
        the_desk_works()

        assert claim_of(number).state is State.ASSESSED

    def test_is_awaited_for_seven_days_and_then_gone_without(self, stand_at: Stand):
        number = filed().claim_no
        the_desk_works()
        stand_at(at(24 * 7 - 1))
        the_desk_works()
        assert claim_of(number).state is State.EVIDENCE

        stand_at(at(24 * 7))
        the_desk_works()

        assert claim_of(number).state is State.ASSESSED

    def test_of_the_case_that_it_comes_from_counts(self):
        papers = (EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_LABEL)
        earlier = filed(event="shortage").claim_no
        papers_come(earlier, *papers)

        assert filed(origin_case=earlier).papers == ()

    def test_that_was_withdrawn_does_not_count(self):
        number = filed().claim_no
        papers_come(number)
        with unit_of_work() as connection:
            for piece in evidence.of_case(connection, number):
                evidence.withdraw(connection, piece.evidence_id, who="ag-sun", why="不是本件", at=at())

        the_desk_works()

        assert claim_of(number).state is State.EVIDENCE

    def test_of_a_small_claim_asks_nobody(self):
        number = filed().claim_no

        the_desk_works()

        assert asked_about(number) == []

    def test_of_a_larger_one_asks_the_outlets_and_waits_for_their_answers(self, stand_at: Stand):
        the_network_is_on_file()
        number = filed(claimed=1500).claim_no
        papers_come(number)
        the_desk_works()
        assert asked_about(number) == ["示例城东网点"]
        assert claim_of(number).state is State.EVIDENCE

        stand_at(at(49))
        the_desk_works()

        assert claim_of(number).state is State.ASSESSED


class TestLiability:
    def test_is_the_carriers_own_where_the_record_names_nobody(self):
        number = filed().claim_no
        to_the_proposal(number)

        liability = claim_of(number).liability
        assert liability is not None
        assert [(party.kind, party.share) for party in liability.parties] == [(PartyKind.UNKNOWN, Decimal(100))]

    def test_is_presumed_by_the_record_of_custody(self):
        tell(an_event(Event.EXCEPTION, -25, reason="carrier.damaged", location="示例城东网点"))
        number = filed().claim_no
        to_the_proposal(number)

        liability = claim_of(number).liability
        assert liability is not None
        assert [(party.kind, party.name) for party in liability.parties] == [(PartyKind.OUTLET, "示例城东网点")]

    def test_of_the_sender_waits_for_a_person(self):
        the_network_is_on_file()
        number = filed(claimed=1500).claim_no
        papers_come(number)
        the_desk_works()
        nodes_answer(number, AnswerCode.PACKAGING_POOR, "外箱过软")
        the_desk_works()
        assert claim_of(number).state is State.LIABILITY
        assert "责任待人认定" in notices_of(number, "department")[-1]["subject"]

        staff_called("ag-sun")
        decide_liability(number, parties=[OUTLET, SENDER], note="双方均有过错", staff_id="ag-sun")
        the_desk_works()

        claim = claim_of(number)
        assert claim.state is State.ASSESSED
        assert claim.handler == "ag-sun"

    def test_of_a_major_accident_is_decided_and_confirmed_by_two(self):
        number = filed(event="loss", claimed=25_000, parcels=[]).claim_no
        papers_come(number, EvidenceKind.VALUE_PROOF)
        the_desk_works()
        nodes_answer(number)
        the_desk_works()
        assert claim_of(number).state is State.LIABILITY
        staff_called("ag-sun")
        staff_called("ag-qian")
        decide_liability(
            number, parties=[OUTLET.model_copy(update={"share": Decimal(100)})], note="x", staff_id="ag-sun"
        )
        the_desk_works()
        assert claim_of(number).state is State.LIABILITY

        with pytest.raises(NotAllowed, match="somebody else"):
            confirm_liability(number, staff_id="ag-sun")
        confirm_liability(number, staff_id="ag-qian")
        the_desk_works()

        assert claim_of(number).state is State.ASSESSED

    def test_that_a_party_contests_is_decided_anew(self):
        tell(an_event(Event.EXCEPTION, -25, reason="carrier.damaged", location="示例城东网点"))
        number = filed().claim_no
        papers_come(number)
        gather_evidence.fn()
        complete_evidence.fn()
        establish_liability.fn()

        contest_liability(number, party="示例城东网点", why="交接时已破损", who="ag-wu", role=Role.AGENT)
        the_desk_works()

        assert claim_of(number).state is State.LIABILITY
        staff_called("ag-sun")
        decide_liability(
            number, parties=[OUTLET.model_copy(update={"share": Decimal(100)})], note="x", staff_id="ag-sun"
        )
        the_desk_works()
        assert claim_of(number).state is State.ASSESSED

    def test_is_contested_only_by_whoever_is_to_answer(self):
        number = filed().claim_no
        to_the_proposal(number)

        with pytest.raises(NotAllowed, match="is not to answer for it"):
            contest_liability(number, party="杭州转运中心", why="不是我们", who="ag-he", role=Role.AGENT)

    def test_must_come_to_a_whole(self):
        number = filed().claim_no
        staff_called("ag-sun")
        papers_come(number)
        gather_evidence.fn()

        with pytest.raises(ValueError, match="60 % together"):
            decide_liability(number, parties=[OUTLET], note="x", staff_id="ag-sun")


class TestTheProposal:
    def test_is_what_the_rules_come_to(self):
        number = filed().claim_no
        to_the_proposal(number)

        [plan] = proposals_of(number)
        assert (plan.resolution, plan.amount) == (Resolution.PAY, Decimal("40.00"))
        assert plan.assessment is not None
        assert {line.rule for line in plan.assessment.lines} == set(plan.basis)
        assert nothing_is_broken()

    def test_says_who_bears_it_to_the_cent(self):
        number = filed().claim_no
        to_the_proposal(number)

        [plan] = proposals_of(number)
        assert sum(share.amount.amount for share in plan.split) == plan.amount

    def test_of_a_claim_that_came_too_late_is_that_a_person_confirms_it(self):
        number = filed(event="loss", parcels=[], happened_on="2024-01-01").claim_no
        staff_called("ag-sun")
        state_facts(number, {"accepted_on": "2023-12-01"}, why="收寄底单", staff_id="ag-sun")
        to_the_proposal(number)

        [plan] = proposals_of(number)
        assert (plan.resolution, plan.amount) == (Resolution.TIME_BAR, Decimal(0))
        assert [ground.code for ground in plan.grounds] == ["out_of_time"]

    def test_of_what_another_case_paid_already_is_a_denial_with_that_reason(self):
        first = filed().claim_no
        to_the_proposal(first)
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET paid_amount = 100, state = 'PAID'")
        second = filed(claimant={"phone": "19900001234", "relation": "consignee"}).claim_no
        to_the_proposal(second)

        [plan] = proposals_of(second)
        assert plan.resolution is Resolution.DENY
        assert "paid_before" in {ground.code for ground in plan.grounds}

    def test_waits_for_a_person_where_a_fact_makes_no_sense(self):
        number = filed(happened_on="2020-01-01").claim_no
        to_the_proposal(number)

        claim = claim_of(number)
        assert claim.state is State.NEEDS_OPERATOR
        staff_called("ag-sun")
        state_facts(number, {"event_on": "2026-11-19"}, why="签收底单", staff_id="ag-sun")
        the_desk_works()
        assert claim_of(number).state is State.ASSESSED

    def test_refuses_facts_that_there_are_not_or_that_make_no_sense(self):
        number = filed().claim_no
        staff_called("ag-sun")

        with pytest.raises(NotAllowed, match="there is no fact colour"):
            state_facts(number, {"colour": "red"}, why="x", staff_id="ag-sun")
        with pytest.raises(NotAllowed, match="claimed"):
            state_facts(number, {"claimed": "much"}, why="x", staff_id="ag-sun")

    def test_takes_a_fact_back_again(self):
        number = filed().claim_no
        staff_called("ag-sun")
        state_facts(number, {"consumer": False}, why="x", staff_id="ag-sun")

        state_facts(number, {"consumer": None}, why="y", staff_id="ag-sun")

        assert claim_of(number).established == {}

    def test_of_a_person_needs_a_reason_and_stands_beside_what_the_rules_come_to(self):
        number = filed().claim_no
        to_the_proposal(number)
        staff_called("ag-sun")

        with pytest.raises(NotAllowed, match="say why"):
            propose_by_hand(number, resolution=Resolution.PAY, amount=Decimal(50), reasons=" ", staff_id="ag-sun")
        propose_by_hand(number, resolution=Resolution.PAY, amount=Decimal(50), reasons="老客户", staff_id="ag-sun")

        first, second = proposals_of(number)
        assert (second.version, second.amount, second.drafted_by) == (2, Decimal(50), "ag-sun")
        assert second.assessment == first.assessment
        assert claim_of(number).investigator == "ag-sun"

    @pytest.mark.parametrize(("resolution", "amount"), [(Resolution.PAY, "0"), (Resolution.DENY, "1")])
    def test_pays_something_or_denies(self, resolution: Resolution, amount: str):
        number = filed().claim_no
        to_the_proposal(number)
        staff_called("ag-sun")

        with pytest.raises(NotAllowed, match="a payment has an amount"):
            propose_by_hand(number, resolution=resolution, amount=Decimal(amount), reasons="x", staff_id="ag-sun")

    @pytest.mark.parametrize(
        ("department", "amount", "may"),
        [
            (A_BRANCH.name, "3000", True), (A_BRANCH.name, "3000.01", False),
            (A_BRANCH.code, "8000", False), (HEAD.name, "8000", True), ("", "8000", True),
            ("不在网络里的部门", "8000", True),
        ],
    )  # fmt: skip
    def test_of_somebody_of_a_branch_stays_within_what_a_branch_may_settle(
        self, department: str, amount: str, may: bool
    ):
        the_network_is_on_file()
        number = filed().claim_no
        to_the_proposal(number)
        staff_called("ag-sun")
        the_desk_has(an_agent(department=department))
        told = {"resolution": Resolution.PAY, "amount": Decimal(amount), "reasons": "成套器物", "staff_id": "ag-sun"}

        with nullcontext() if may else pytest.raises(NotAllowed, match="headquarters proposes it"):
            propose_by_hand(number, **told)  # type: ignore[arg-type]

        assert len(proposals_of(number)) == 1 + may

    def test_is_made_afresh_when_somebody_takes_the_claim_up(self):
        number = filed(happened_on="2020-01-01").claim_no
        to_the_proposal(number)
        staff_called("ag-sun")

        take_up_claim(number, comment="补充核实", staff_id="ag-sun")

        assert claim_of(number).state is State.LIABILITY


class TestStepsTakenTwice:
    def test_do_nothing_the_second_time(self):
        number = filed().claim_no
        papers_come(number)
        for step in STEPS:
            assert step.fn() == [number]
            assert step.fn() == []

        assert commands_of(number) == [
            "file", "acknowledge", "gather", "complete_evidence", "establish", "settle_liability", "assess",
        ]  # fmt: skip

    def test_are_taken_with_many_as_with_one(self):
        numbers = [
            filed(waybill=f"7730000000{place:02d}", event="loss", parcels=[]).claim_no for place in range(10, 30)
        ]
        for step in STEPS:
            assert step.fn() == numbers


class TestEvidenceThatCameBefore:
    def test_is_a_file_that_somebody_gave_with_another_claim(self):
        first, second = filed(), filed(event="shortage")
        picture = a_photo(1)
        for number in (first.claim_no, second.claim_no):
            piece = OfferedPiece(kind=EvidenceKind.PHOTO_WHOLE, content=picture, file_name="1.jpg")
            add_evidence(number, [piece], entered=entered())

        with unit_of_work() as connection:
            assert evidence.reused(connection, [first.claim_no]) == {first.claim_no: [second.claim_no]}

    def test_is_not_what_redress_froze_of_one_parcel_for_both(self):
        numbers = [filed().claim_no, filed(event="shortage").claim_no]
        freeze_tracking(dict.fromkeys(numbers, "773000000001"), by="redress")

        with unit_of_work() as connection:
            assert evidence.reused(connection, numbers) == {}
