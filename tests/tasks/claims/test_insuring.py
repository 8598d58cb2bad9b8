"""The insurer's case: opened once, submitted when its papers are there, asked about, and told of in three steps."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from payouts import is_balanced
from pydantic import TypeAdapter
from recovering import EAST, INSURER, books_of, charges_of, moment, on_file, paid_claim, share, unknown

from adapters.insurer.fake import Behaviour, StandInInsurer
from schemas.assessment import ClaimEvent
from schemas.evidence import EvidenceKind, Waiver
from schemas.insurers import InsurerCallback
from schemas.recovery import InsuranceCase, InsurancePaper, InsuranceState
from store import evidence, insurance, outbox
from store.claims import NoSuchClaim
from store.insurance import NoSuchInsurance
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.claims.insurer_words import enter_insurer_word, give_up_insurance, hear_insurer
from tasks.claims.insuring import (
    contact_insurer,
    open_insurance,
    overdue_insurer_contacts,
    papers_of,
    submit_insurance,
    submit_to_insurers,
)
from tasks.claims.recovering import recover_claims
from tasks.dispatch.sending import send_outbox
from tasks.stepping import NotAllowed

Stand = Callable[[datetime], None]
CALLBACK: TypeAdapter[InsurerCallback] = TypeAdapter(InsurerCallback)
ASKED = f"receivable_from_insurer {INSURER}"


def read(claim_no: str) -> InsuranceCase:
    with unit_of_work() as connection:
        return insurance.one_case(connection, claim_no)


def has_all_papers(claim_no: str) -> None:
    """Let a claim go without the evidence that it lacks."""
    with unit_of_work() as connection:
        for kind in papers_of(claim_no).missing_evidence:
            waiver = Waiver(case_no=claim_no, kind=kind, who="sup-wang", why="the insurer knows it", at=clock.now())
            evidence.waive(connection, waiver)


@pytest.fixture(autouse=True)
def _staff() -> None:
    on_file("ag-wu")


@pytest.fixture
def asked(insurer: StandInInsurer) -> str:
    """Have a claim of 1,000 CNY in recovery of which the insurer is asked for 800, and EAST for the rest."""
    del insurer
    claim = paid_claim(share(EAST, "100"))
    recover_claims.fn(claim)
    return claim


@pytest.fixture
def submitted(asked: str) -> str:
    submit_insurance(asked, staff_id="ag-wu", why="the rest follows")
    send_outbox.fn()
    return asked


def said(claim_no: str, step: str, **told: Any) -> InsurerCallback:
    """Give what an insurer tells."""
    usual: dict[str, dict[str, Any]] = {
        "accept": {"report_no": "R-1"},
        "result": {"claim_amount": "800.00", "currency": "CNY", "compensation_ratio": "100"},
        "bill": {"payee": "总部", "amount": "800.00", "currency": "CNY", "pay_time": "2026-11-24T02:00:00Z"},
    }
    named = {"event_id": f"{claim_no}-{step}", "claim_no": claim_no, "step": step}
    return CALLBACK.validate_python({**named, **usual[step], **told})


def heard(claim_no: str, *steps: str) -> None:
    for step in steps:
        assert hear_insurer(said(claim_no, step), by="insurer").taken


class TestOpenInsurance:
    def test_asks_an_insurer_that_the_desk_names(self) -> None:
        claim = paid_claim(share(EAST, "100"))

        case = open_insurance(claim, insurer="另一财险", amount=Decimal("300.00"), staff_id="ag-wu")

        assert (case.state, case.claimed, case.opened_by) == (InsuranceState.PREPARING, Decimal("300.00"), "ag-wu")
        assert books_of(claim) == {"to_allocate": "700.00", "receivable_from_insurer 另一财险": "300.00"}
        recover_claims.fn(claim)
        assert charges_of(claim) == [(EAST, "700.00", "noticed")]

    def test_asks_for_all_unless_an_amount_is_named(self) -> None:
        assert open_insurance(paid_claim(), insurer=INSURER, staff_id="ag-wu").claimed == Decimal("1000.00")

    def test_keeps_recovery_from_asking_another(self, insurer: StandInInsurer) -> None:
        claim = paid_claim(share(EAST, "100"))
        open_insurance(claim, insurer="另一财险", amount=Decimal("300.00"), staff_id="ag-wu")

        recover_claims.fn(claim)

        assert read(claim).insurer == "另一财险"

    def test_is_refused_a_second_time(self) -> None:
        claim = paid_claim()
        open_insurance(claim, insurer=INSURER, amount=Decimal("300.00"), staff_id="ag-wu")

        with pytest.raises(NotAllowed, match="asked already"):
            open_insurance(claim, insurer=INSURER, amount=Decimal("300.00"), staff_id="ag-wu")

    @pytest.mark.parametrize(
        ("changes", "why"),
        [
            ({"amount": Decimal("1000.01")}, "1000.00 CNY are left to be asked for"),
            ({"amount": Decimal(0)}, "are left to be asked for, not 0"),
            ({"insurer": " "}, "which insurer"),
            ({"staff_id": "nobody"}, "nobody who works here"),
        ],
        ids=["more than there is", "nothing", "nobody", "by a stranger"],
    )
    def test_is_refused(self, changes: dict[str, Any], why: str) -> None:
        with pytest.raises(NotAllowed, match=why):
            open_insurance(paid_claim(), **{"insurer": INSURER, "staff_id": "ag-wu", **changes})

    def test_is_refused_once_the_parties_are_told_of_all(self) -> None:
        claim = paid_claim(share(EAST, "100"))
        recover_claims.fn(claim)

        with pytest.raises(NotAllowed, match="0 CNY are left"):
            open_insurance(claim, insurer=INSURER, staff_id="ag-wu")

    def test_is_refused_of_a_claim_that_nobody_agreed_on(self) -> None:
        claim = paid_claim()
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'OFFERED'")

        with pytest.raises(NotAllowed, match="is OFFERED"):
            open_insurance(claim, insurer=INSURER, staff_id="ag-wu")
        with pytest.raises(NoSuchClaim):
            open_insurance("CL-20261120-999999", insurer=INSURER, staff_id="ag-wu")


class TestPapersOf:
    def test_names_what_is_asked_for_and_what_is_missing(self) -> None:
        papers = papers_of(paid_claim(event=ClaimEvent.DAMAGE))

        assert papers.missing_evidence == (
            EvidenceKind.VALUE_PROOF, EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL,
        )  # fmt: skip
        assert papers.asked_papers == tuple(InsurancePaper)
        assert papers.missing_papers == ()
        assert not papers.are_complete

    def test_asks_for_no_evidence_that_a_person_waived(self) -> None:
        claim = paid_claim()
        has_all_papers(claim)

        assert papers_of(claim).asked_evidence == ()


class TestSubmit:
    def test_goes_by_itself_once_all_papers_are_there(self, asked: str, insurer: StandInInsurer) -> None:
        assert submit_to_insurers.fn() == []
        has_all_papers(asked)

        assert [submit_to_insurers.fn(), submit_to_insurers.fn()] == [[asked], []]
        send_outbox.fn()

        [claim] = insurer.claims.values()
        assert (claim.claim_no, claim.claimed, claim.policy_no, claim.paid_to_claimant) == (asked, 800, "P-1", 1000)

    def test_goes_without_a_paper_when_somebody_says_why(self, asked: str, insurer: StandInInsurer) -> None:
        with pytest.raises(NotAllowed, match="value_proof missing; say why"):
            submit_insurance(asked, staff_id="ag-wu")

        assert submit_insurance(asked, staff_id="ag-wu", why="it follows").state is InsuranceState.SUBMITTED

        with unit_of_work() as connection:
            [contact] = insurance.contacts_of(connection, asked)
        assert contact.note == "submitted without value_proof: it follows"

    def test_says_nothing_of_who_the_claimant_is(self, submitted: str, insurer: StandInInsurer) -> None:
        told = str(insurer.claims)

        assert "王小明" not in told
        assert "13912345678" not in told

    def test_is_tried_again_while_the_insurer_is_busy(
        self, asked: str, insurer: StandInInsurer, stand_at: Stand
    ) -> None:
        insurer.will(Behaviour.IS_BUSY)
        submit_insurance(asked, staff_id="ag-wu", why="x")
        send_outbox.fn()
        insurer.behaves.clear()
        stand_at(clock.now() + timedelta(minutes=1))
        send_outbox.fn()

        assert list(insurer.claims) == [f"{asked}-I1"]

    def test_may_be_done_again_only_where_the_insurer_did_not_take_it(
        self, asked: str, insurer: StandInInsurer
    ) -> None:
        insurer.will(Behaviour.DOES_NOT_TAKE)
        submit_insurance(asked, staff_id="ag-wu", why="x")
        with pytest.raises(NotAllowed, match="is submitted"):
            submit_insurance(asked, staff_id="ag-wu", why="x")
        send_outbox.fn()
        insurer.behaves.clear()

        assert submit_insurance(asked, staff_id="ag-wu", why="x").submissions == 2
        send_outbox.fn()

        assert list(insurer.claims) == [f"{asked}-I2"]
        with pytest.raises(NotAllowed, match="is submitted"):
            submit_insurance(asked, staff_id="ag-wu", why="x")

    def test_to_an_insurer_without_a_wire_is_noted_and_sent_by_nobody(self) -> None:
        claim = paid_claim()
        open_insurance(claim, insurer="另一财险", staff_id="ag-wu")
        has_all_papers(claim)

        assert submit_to_insurers.fn() == []
        assert submit_insurance(claim, staff_id="ag-wu", why="x").state is InsuranceState.SUBMITTED

        with unit_of_work() as connection:
            assert outbox.of_case(connection, claim) == []
        with pytest.raises(NotAllowed, match="is submitted"):
            submit_insurance(claim, staff_id="ag-wu", why="x")

    def test_is_not_sent_any_more_once_the_case_has_ended(self, asked: str, insurer: StandInInsurer) -> None:
        submit_insurance(asked, staff_id="ag-wu", why="x")
        give_up_insurance(asked, why="the policy does not cover it", staff_id="ag-wu")

        send_outbox.fn()

        assert insurer.claims == {}
        with pytest.raises(NotAllowed, match="is given_up"):
            submit_insurance(asked, staff_id="ag-wu", why="x")


class TestContactInsurer:
    def test_is_due_a_week_after_the_last_word(self, asked: str, stand_at: Stand) -> None:
        assert overdue_insurer_contacts.fn() == []
        stand_at(moment(7))
        assert [case.claim_no for case in overdue_insurer_contacts.fn()] == [asked]

        case = contact_insurer(asked, note="still with the surveyor", staff_id="ag-wu")

        assert (case.contacts, case.contacted_at, case.contact_due_at) == (1, moment(7), moment(14))
        assert overdue_insurer_contacts.fn() == []

    def test_is_due_on_the_day_that_is_named(self, asked: str) -> None:
        case = contact_insurer(asked, note="the surveyor is away", staff_id="ag-wu", next_on=date(2026, 12, 5))

        assert case.contact_due_at == datetime(2026, 12, 5, 1, 0, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("changes", "why"),
        [({"note": ""}, "say what you heard"), ({"next_on": date(2026, 11, 20)}, "is not to come")],
        ids=["nothing noted", "a day that is over"],
    )
    def test_is_refused(self, asked: str, changes: dict[str, Any], why: str) -> None:
        with pytest.raises(NotAllowed, match=why):
            contact_insurer(asked, **{"note": "x", "staff_id": "ag-wu", **changes})

    def test_is_not_due_once_the_case_has_ended(self, submitted: str, stand_at: Stand) -> None:
        heard(submitted, "accept", "result", "bill")
        stand_at(moment(30))

        assert overdue_insurer_contacts.fn() == []
        with pytest.raises(NotAllowed, match="is paid"):
            contact_insurer(submitted, note="x", staff_id="ag-wu")


class TestHearInsurer:
    def test_books_what_it_paid(self, submitted: str) -> None:
        heard(submitted, "accept", "result", "bill")

        case = read(submitted)
        assert (case.state, case.granted, case.paid, case.ratio, case.report_no) == (
            InsuranceState.PAID, 800, 800, 100, "R-1",
        )  # fmt: skip
        assert books_of(submitted) == {"to_allocate": "200.00"}
        assert is_balanced()

    def test_takes_each_step_once_under_whatever_name(self, submitted: str) -> None:
        for step in ("accept", "result", "bill"):
            heard(submitted, step)
            assert hear_insurer(said(submitted, step), by="insurer").repeated
            assert hear_insurer(said(submitted, step, event_id=f"again {step}"), by="insurer").repeated

        assert books_of(submitted) == {"to_allocate": "200.00"}

    def test_takes_a_step_once_when_it_is_told_many_times_at_once(self, submitted: str) -> None:
        with ThreadPoolExecutor(4) as pool:
            words = list(pool.map(lambda _turn: hear_insurer(said(submitted, "accept"), by="insurer"), range(4)))

        assert sorted((word.taken, word.repeated) for word in words) == [(False, True)] * 3 + [(True, False)]

    @pytest.mark.parametrize(
        ("before", "step"), [((), "result"), ((), "bill"), (("accept",), "bill")], ids=["result", "bill", "bill again"]
    )
    def test_asks_for_a_step_again_that_comes_too_early(
        self, submitted: str, before: tuple[str, ...], step: str
    ) -> None:
        heard(submitted, *before)
        state = read(submitted).state

        word = hear_insurer(said(submitted, step), by="insurer")

        assert (word.taken, word.retry) == (False, True)
        assert read(submitted).state is state

    def test_asks_for_it_again_where_nothing_was_submitted(self, asked: str) -> None:
        assert hear_insurer(said(asked, "accept"), by="insurer").retry

    def test_shares_out_what_is_not_granted_and_then_what_is_not_paid(self, submitted: str) -> None:
        heard(submitted, "accept")
        hear_insurer(said(submitted, "result", claim_amount="500.00", refusal_reason="wear"), by="insurer")
        assert charges_of(submitted) == [(EAST, "200.00", "noticed"), (EAST, "300.00", "noticed")]
        assert books_of(submitted) == {"to_allocate": "500.00", ASKED: "500.00"}

        hear_insurer(said(submitted, "bill", amount="450.00"), by="insurer")

        assert charges_of(submitted)[2] == (EAST, "50.00", "noticed")
        assert books_of(submitted) == {"to_allocate": "550.00"}
        assert (read(submitted).refusal, read(submitted).paid) == ("wear", Decimal("450.00"))
        assert is_balanced()

    @pytest.mark.parametrize(
        "refusing",
        [
            [("accept", {"accepted": False, "reason": "not covered"})],
            [("accept", {}), ("result", {"claim_amount": "0", "refusal_reason": "not covered"})],
        ],
        ids=["at once", "after a look"],
    )
    def test_shares_everything_out_when_it_refuses(
        self, submitted: str, refusing: list[tuple[str, dict[str, Any]]]
    ) -> None:
        for step, told in refusing:
            assert hear_insurer(said(submitted, step, **told), by="insurer").taken

        assert (read(submitted).state, read(submitted).refusal) == (InsuranceState.REFUSED, "not covered")
        assert charges_of(submitted) == [(EAST, "200.00", "noticed"), (EAST, "800.00", "noticed")]
        assert books_of(submitted) == {"to_allocate": "1000.00"}

    def test_writes_off_what_lies_with_nobody(self, insurer: StandInInsurer) -> None:
        claim = paid_claim(unknown("100"))
        recover_claims.fn(claim)
        submit_insurance(claim, staff_id="ag-wu", why="x")
        heard(claim, "accept")

        hear_insurer(said(claim, "result", claim_amount="0", refusal_reason="no"), by="insurer")

        assert books_of(claim) == {"loss": "1000.00"}

    def test_leaves_the_sharing_to_recovery_where_the_claim_is_not_there_yet(self) -> None:
        claim = paid_claim(share(EAST, "100"))
        open_insurance(claim, insurer=INSURER, amount=Decimal("800.00"), staff_id="ag-wu")
        submit_insurance(claim, staff_id="ag-wu", why="x")

        hear_insurer(said(claim, "accept", accepted=False, reason="no"), by="insurer")

        assert charges_of(claim) == []
        recover_claims.fn(claim)
        assert charges_of(claim) == [(EAST, "1000.00", "noticed")]

    @pytest.mark.parametrize(
        ("before", "step", "told", "why"),
        [
            (("accept",), "result", {"claim_amount": "800.01"}, "more than the 800.00"),
            (("accept",), "result", {"currency": "USD"}, "in CNY, not in USD"),
            (("accept", "result"), "bill", {"amount": "800.01"}, "more than the 800.00"),
            (("accept", "result"), "result", {"claim_amount": "700.00", "event_id": "new"}, "another result was taken"),
            (("accept",), "accept", {"report_no": "R-2"}, "something else was told under this event_id"),
        ],
        ids=["more than claimed", "another currency", "more than granted", "another result", "another under its name"],
    )
    def test_refuses_what_cannot_be(
        self, submitted: str, before: tuple[str, ...], step: str, told: dict[str, Any], why: str
    ) -> None:
        heard(submitted, *before)
        books = books_of(submitted)

        word = hear_insurer(said(submitted, step, **told), by="insurer")

        assert (word.taken, word.repeated, word.retry) == (False, False, False)
        assert why in word.message
        assert books_of(submitted) == books

    def test_refuses_what_is_told_of_a_case_that_was_given_up(self, submitted: str) -> None:
        give_up_insurance(submitted, why="silent for a year", staff_id="ag-wu")

        assert hear_insurer(said(submitted, "accept"), by="insurer").message == "the case is given_up"

    def test_knows_no_case_that_nobody_opened(self) -> None:
        with pytest.raises(NoSuchInsurance):
            hear_insurer(said(paid_claim(), "accept"), by="insurer")


class TestEnterInsurerWord:
    def test_takes_what_the_desk_was_told_by_telephone(self, submitted: str) -> None:
        enter_insurer_word(said(submitted, "accept"), staff_id="ag-wu")

        assert read(submitted).state is InsuranceState.ACCEPTED

    def test_is_refused_where_a_step_cannot_be_taken(self, submitted: str) -> None:
        with pytest.raises(NotAllowed, match="accept comes first"):
            enter_insurer_word(said(submitted, "bill"), staff_id="ag-wu")


class TestGiveUpInsurance:
    def test_shares_out_what_the_insurer_was_asked_for(self, submitted: str) -> None:
        case = give_up_insurance(submitted, why="silent for a year", staff_id="ag-wu")

        assert (case.state, case.refusal, case.contact_due_at) == (
            InsuranceState.GIVEN_UP, "silent for a year", None,
        )  # fmt: skip
        assert books_of(submitted) == {"to_allocate": "1000.00"}
        assert charges_of(submitted)[-1] == (EAST, "800.00", "noticed")

    def test_is_refused_without_a_reason_and_twice(self, submitted: str) -> None:
        with pytest.raises(NotAllowed, match="say why"):
            give_up_insurance(submitted, why="", staff_id="ag-wu")
        give_up_insurance(submitted, why="x", staff_id="ag-wu")
        with pytest.raises(NotAllowed, match="is given_up"):
            give_up_insurance(submitted, why="x", staff_id="ag-wu")
