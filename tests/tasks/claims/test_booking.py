"""What is charged, recovered and lost: never more than there is, and each taken back while nothing rests on it."""

from decimal import Decimal

import pytest
from factories import NOON
from payouts import CLAIM, agreed, balances, is_balanced, money
from pydantic import ValidationError

from rules.claims import bookings
from schemas.ledger import Account, Booking, Noted
from store.ledger import BookedOtherwise
from store.unit_of_work import unit_of_work
from tasks.claims.booking import (
    BookingRefused,
    book_agreement,
    book_all_within,
    book_recovery,
    charge_party,
    claim_from_insurer,
    undo_book_agreement,
    undo_book_recovery,
    undo_charge_party,
    undo_claim_from_insurer,
    undo_write_off,
    write_off,
)

OUTLET, INSURER = Account.RECEIVABLE_FROM_PARTY, Account.RECEIVABLE_FROM_INSURER
OWED = {Account.TO_ALLOCATE: Decimal("120.00"), Account.CLAIMS_PAYABLE: Decimal("-120.00")}


@pytest.fixture(autouse=True)
def claim() -> None:
    agreed()


class TestRecovery:
    def test_ends_with_what_was_approved_as_a_loss(self) -> None:
        charge_party.fn(CLAIM, money("80.00"), "城东网点", who="sup-wang")
        claim_from_insurer.fn(CLAIM, money("40.00"), "示例财险", who="sup-wang")
        book_recovery.fn(CLAIM, money("80.00"), OUTLET, "城东网点", who="fin-li")
        book_recovery.fn(CLAIM, money("25.00"), INSURER, "示例财险", who="fin-li", number=2)
        write_off.fn(
            CLAIM, money("15.00"), INSURER, "示例财险", who="fin-li", approved_by="mgr-zhao", reason="deductible"
        )

        assert balances() == {
            Account.CLAIMS_PAYABLE: Decimal("-120.00"),
            Account.CASH: Decimal("105.00"),
            Account.LOSS: Decimal("15.00"),
        }
        assert is_balanced()

    def test_is_taken_back_step_by_step_and_twice(self) -> None:
        for _ in range(2):
            charge_party.fn(CLAIM, money("80.00"), "城东网点", who="sup-wang")
            claim_from_insurer.fn(CLAIM, money("30.00"), "示例财险", who="sup-wang")
            book_recovery.fn(CLAIM, money("80.00"), OUTLET, "城东网点", who="fin-li")
            write_off.fn(CLAIM, money("10.00"), Account.TO_ALLOCATE, who="x", approved_by="y", reason="z")

        for _ in range(2):
            for undo in (undo_write_off, undo_book_recovery, undo_claim_from_insurer, undo_charge_party):
                assert undo.fn(CLAIM, who="mgr-zhao", reason="appeal") is not None

        assert balances() == OWED
        assert is_balanced()


class TestNeverMore:
    def test_is_charged_than_was_agreed(self) -> None:
        charge_party.fn(CLAIM, money("80.00"), "城东网点", who="sup-wang")

        with pytest.raises(BookingRefused, match=r"has 40\.00 CNY in to_allocate, not 40\.01"):
            claim_from_insurer.fn(CLAIM, money("40.01"), "示例财险", who="sup-wang")

    def test_is_recovered_or_lost_than_is_owed(self) -> None:
        charge_party.fn(CLAIM, money("80.00"), "城东网点", who="sup-wang")

        with pytest.raises(BookingRefused):
            book_recovery.fn(CLAIM, money("80.00"), OUTLET, "城西网点", who="fin-li")
        with pytest.raises(BookingRefused):
            write_off.fn(CLAIM, money("80.01"), OUTLET, "城东网点", who="x", approved_by="y", reason="z")

    def test_is_lost_without_approval(self) -> None:
        with pytest.raises(ValidationError, match="approval"):
            write_off.fn(CLAIM, money("1.00"), Account.TO_ALLOCATE, who="x", approved_by="x", reason="z")


class TestUndo:
    def test_of_an_agreement_is_refused_once_somebody_was_charged(self) -> None:
        charge_party.fn(CLAIM, money("80.00"), "城东网点", who="sup-wang")

        with pytest.raises(BookingRefused):
            undo_book_agreement.fn(CLAIM, who="mgr-zhao")

    def test_of_a_charge_is_refused_once_it_is_recovered(self) -> None:
        charge_party.fn(CLAIM, money("80.00"), "城东网点", who="sup-wang")
        book_recovery.fn(CLAIM, money("1.00"), OUTLET, "城东网点", who="fin-li")

        with pytest.raises(BookingRefused):
            undo_charge_party.fn(CLAIM, who="mgr-zhao")

    def test_of_what_was_never_done_is_nothing(self) -> None:
        assert undo_charge_party.fn(CLAIM, who="mgr-zhao") is None


class TestAgreement:
    def test_of_another_amount_has_another_number(self) -> None:
        with pytest.raises(BookedOtherwise):
            book_agreement.fn(CLAIM, money("130.00"), who="sup-wang")
        undo_book_agreement.fn(CLAIM, who="sup-wang", reason="negotiated anew")

        book_agreement.fn(CLAIM, money("130.00"), who="sup-wang", number=2)

        assert balances()[Account.CLAIMS_PAYABLE] == Decimal("-130.00")


class TestManyAtOnce:
    def charges(self, *amounts: str) -> list[Booking]:
        noted = Noted(at=NOON, who="sup-wang")
        return [
            bookings.charged_to_party(CLAIM, money(amount), "城东网点", key=f"charge {place}", noted=noted)
            for place, amount in enumerate(amounts)
        ]

    def test_are_booked_once(self) -> None:
        for _ in range(2):
            with unit_of_work() as connection:
                book_all_within(connection, self.charges("80.00", "40.00"))

        assert balances()[OUTLET] == Decimal("120.00")

    def test_are_refused_where_together_they_are_more_than_there_is(self) -> None:
        with pytest.raises(BookingRefused, match=r"has 40\.00 CNY in to_allocate, not 40\.01"), unit_of_work() as it:
            book_all_within(it, self.charges("80.00", "40.01"))

        assert balances() == OWED

    def test_are_refused_under_a_key_of_another(self) -> None:
        with unit_of_work() as connection:
            book_all_within(connection, self.charges("80.00"))

        with pytest.raises(BookedOtherwise), unit_of_work() as connection:
            book_all_within(connection, self.charges("70.00"))

    def test_are_nothing_of_nothing(self) -> None:
        with unit_of_work() as connection:
            book_all_within(connection, [])

        assert balances() == OWED
