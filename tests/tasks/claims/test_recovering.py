"""Recovering claims: what was paid is shared out once, and a claim closes when nobody owes anything for it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import process_time

import pytest
from payouts import is_balanced
from recovering import (
    APPROVER,
    EAST,
    HUB,
    INSURER,
    PARTNER,
    books_of,
    charges_of,
    moment,
    on_file,
    paid_claim,
    paid_claims,
    share,
    state_of,
    unknown,
)

from rules.claims.settlement import RECOVERY, Step
from schemas.claims import Ending, State
from schemas.complaints import PartyKind
from schemas.ledger import BookingEvent
from store import approvals, claims, insurance, ledger
from store.unit_of_work import unit_of_work
from tasks.claims import charging, collecting, recovering
from tasks.claims.charging import settle_charges
from tasks.claims.collecting import record_recovery
from tasks.claims.recovering import close_recovered_claims, recover_claims


class TestRecoverClaims:
    def test_tells_each_party_its_part_and_writes_off_what_lies_with_nobody(self) -> None:
        claim = paid_claim(share(EAST, "50"), share(HUB, "30", PartyKind.SORTING_CENTRE), unknown("20"))

        assert recover_claims.fn(claim) == [claim]

        assert state_of(claim) is State.RECOVERING
        assert charges_of(claim) == [
            (EAST, "500.00", "noticed"),
            (HUB, "300.00", "noticed"),
            ("", "200.00", "written_off"),
        ]
        assert books_of(claim) == {"to_allocate": "800.00", "loss": "200.00"}
        assert is_balanced()

    def test_names_who_approved_the_plan_for_the_loss(self) -> None:
        claim = paid_claim(unknown("100"))
        recover_claims.fn(claim)

        with unit_of_work() as connection:
            [loss] = [one for one in ledger.of_claim(connection, claim) if one.event is BookingEvent.WRITTEN_OFF]
        assert (loss.noted.who, loss.noted.approved_by) == ("redress", APPROVER)

    def test_shares_out_what_was_agreed_to_the_cent(self) -> None:
        claim = paid_claim(share(EAST, "33.33"), share(HUB, "33.33"), share(PARTNER, "33.34"), amount="100.00")
        recover_claims.fn(claim)

        assert [amount for _, amount, _ in charges_of(claim)] == ["33.33", "33.33", "33.34"]

    def test_leaves_a_loss_that_nobody_approved_to_the_desk(self) -> None:
        claim = paid_claim(share(EAST, "50"), unknown("50"), approved=False)

        recover_claims.fn(claim)

        assert charges_of(claim) == [(EAST, "500.00", "noticed"), ("", "500.00", "unapproved")]
        assert books_of(claim) == {"to_allocate": "1000.00"}

    def test_does_it_once_however_often_it_is_done(self) -> None:
        claim = paid_claim(share(EAST, "60"), unknown("40"))

        assert [recover_claims.fn(), recover_claims.fn(), recover_claims.fn(claim)] == [[claim], [], []]

        assert charges_of(claim) == [(EAST, "600.00", "noticed"), ("", "400.00", "written_off")]
        assert books_of(claim) == {"to_allocate": "600.00", "loss": "400.00"}

    def test_does_it_once_when_two_do_it_at_once(self) -> None:
        numbers = paid_claims(30, share(EAST, "60"), unknown("40"))

        with ThreadPoolExecutor(2) as pool:
            done = [*pool.map(lambda _turn: recover_claims.fn(), range(2))]

        assert sorted(done[0] + done[1]) == numbers
        assert {tuple(charges_of(number)) for number in numbers} == {
            ((EAST, "600.00", "noticed"), ("", "400.00", "written_off"))
        }

    def test_takes_a_thousand_in_far_less_than_ten_seconds(self, stand_at: Callable[[datetime], None]) -> None:
        numbers = paid_claims(1000, share(EAST, "60"), share(HUB, "20"), unknown("20"))

        began = process_time()
        assert recover_claims.fn() == numbers
        assert process_time() - began < 5

        stand_at(moment(8))
        assert len(settle_charges.fn()) == 2000

    def test_takes_those_that_are_named(self) -> None:
        first, second, third = paid_claims(3, share(EAST, "100"))

        assert recover_claims.fn([first, third]) == [first, third]
        assert state_of(second) is State.PAID

    def test_charges_nobody_again_after_a_payment_that_failed_was_made_anew(self) -> None:
        claim = paid_claim(share(EAST, "100"))
        recover_claims.fn(claim)
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE claim SET state = 'PAID'")

        assert recover_claims.fn(claim) == [claim]
        assert charges_of(claim) == [(EAST, "1000.00", "noticed")]

    def test_asks_the_insurer_first_and_the_parties_for_the_rest(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_INSURER_NAME", INSURER)
        monkeypatch.setenv("REDRESS_INSURER_POLICY_NO", "P-1")
        monkeypatch.setenv("REDRESS_INSURER_DEDUCTIBLE", "200")
        claim = paid_claim(share(EAST, "75"), unknown("25"))
        recover_claims.fn(claim)

        assert charges_of(claim) == [(EAST, "150.00", "noticed"), ("", "50.00", "written_off")]
        assert books_of(claim) == {
            "to_allocate": "150.00",
            f"receivable_from_insurer {INSURER}": "800.00",
            "loss": "50.00",
        }
        with unit_of_work() as connection:
            case = insurance.one_case(connection, claim)
        assert (case.insurer, case.policy_no, case.claimed, case.opened_by) == (INSURER, "P-1", 800, "redress")

    def test_asks_no_insurer_below_its_terms(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_INSURER_NAME", INSURER)
        monkeypatch.setenv("REDRESS_INSURER_FROM_AMOUNT", "1000.01")
        claim = paid_claim(share(EAST, "100"))
        recover_claims.fn(claim)

        assert charges_of(claim) == [(EAST, "1000.00", "noticed")]


class TestCloseRecoveredClaims:
    def test_closes_what_nobody_owes_anything_for(self, stand_at: Callable[[datetime], None]) -> None:
        claim = paid_claim(share(EAST, "100"))
        on_file("fin-li")
        recover_claims.fn(claim)
        assert close_recovered_claims.fn() == []
        stand_at(moment(7.1))
        [charge] = settle_charges.fn()
        assert close_recovered_claims.fn() == []
        record_recovery.fn(charge, reference="2026-11", staff_id="fin-li")

        assert [close_recovered_claims.fn(), close_recovered_claims.fn()] == [[claim], []]

        with unit_of_work() as connection:
            closed = claims.one_claim(connection, claim)
        assert (closed.state, closed.ending) == (State.CLOSED, Ending.SETTLED)

    def test_closes_at_once_what_is_all_the_carriers_own_loss(self) -> None:
        claim = paid_claim(unknown("100"))
        recover_claims.fn(claim)

        assert close_recovered_claims.fn(claim) == [claim]

    def test_closes_a_paid_claim_of_which_nothing_is_to_be_shared_out(self) -> None:
        claim = paid_claim()
        with unit_of_work() as connection:
            connection.exec_driver_sql("ALTER TABLE booking_line DISABLE TRIGGER ALL")
            connection.exec_driver_sql("ALTER TABLE booking DISABLE TRIGGER ALL")
            connection.exec_driver_sql("TRUNCATE booking CASCADE")

        assert (recover_claims.fn(), close_recovered_claims.fn()) == ([], [claim])


class TestApprovers:
    def test_of_a_case_are_those_of_its_newest_approved_plan(self) -> None:
        claim, other = paid_claim(), paid_claim(approved=False)

        with unit_of_work() as connection:
            assert approvals.approvers_of(connection, [claim, other]) == {claim: APPROVER}


class TestTable:
    @pytest.mark.parametrize("step", RECOVERY, ids=lambda step: step.name)
    def test_names_tasks_with_their_undo_or_says_why_there_is_none(self, step: Step) -> None:
        tasks = {**vars(recovering), **vars(charging), **vars(collecting)}

        assert tasks[step.name].name == step.name
        assert tasks[step.undo].name == step.undo if step.undo else step.because
