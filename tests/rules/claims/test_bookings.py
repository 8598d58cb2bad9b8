"""Bookings: whatever happens to a claim, the ledger balances, and what is taken back leaves nothing."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from factories import NOON
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from rules.claims import bookings
from rules.claims.bookings import Place, balances, reversal, too_much
from schemas.ledger import Account, Balance, Booking, BookingEvent, Line, Money, Noted

CLAIM = "CL-20261128-000001"
NOTED = Noted(at=NOON, who="sup-wang", approved_by="mgr-zhao")

amounts = st.decimals("0.01", "999999999.99", places=2)
monies = st.builds(Money, amount=amounts, currency=st.sampled_from(["CNY", "USD", "HKD"]))
SIMPLE = (bookings.claim_agreed, bookings.payout_requested, bookings.payout_paid)
RECEIVABLES = (Account.RECEIVABLE_FROM_PARTY, Account.RECEIVABLE_FROM_INSURER)


def money(amount: str, currency: str = "CNY") -> Money:
    return Money(amount=Decimal(amount), currency=currency)


@st.composite
def events(draw: st.DrawFn) -> Booking:
    """Draw what may happen to a claim."""
    amount, key = draw(monies), draw(st.uuids()).hex
    makers: list[Callable[[], Booking]] = [
        *((lambda make=make: make(CLAIM, amount, key=key, noted=NOTED)) for make in SIMPLE),
        lambda: bookings.charged_to_party(CLAIM, amount, "城东网点", key=key, noted=NOTED),
        lambda: bookings.claimed_from_insurer(CLAIM, amount, "示例财险", key=key, noted=NOTED),
        *(
            (lambda make=make, source=source: make(CLAIM, amount, source, "城东网点", key=key, noted=NOTED))
            for make in (bookings.recovered, bookings.written_off)
            for source in RECEIVABLES
        ),
        lambda: bookings.written_off(CLAIM, amount, Account.TO_ALLOCATE, key=key, noted=NOTED),
    ]
    return draw(st.sampled_from(makers))()


def totals(made: list[Booking]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for place, amount in balances(made).items():
        sums[place.currency] = sums.get(place.currency, Decimal()) + amount
    return sums


class TestWhateverHappens:
    @given(st.lists(events(), max_size=20))
    def test_leaves_the_ledger_balanced_in_every_currency(self, made: list[Booking]) -> None:
        assert not any(totals(made).values())

    @given(st.lists(events(), max_size=12), st.data())
    def test_is_taken_back_to_the_cent_by_its_reversals_in_any_order(self, made: list[Booking], data: Any) -> None:
        back = data.draw(st.permutations([reversal(one, noted=NOTED) for one in made]))

        assert balances([*made, *back]) == {}

    @given(events())
    def test_moves_one_amount_from_one_account_to_another(self, made: Booking) -> None:
        assert len({line.account for line in made.lines}) == 2
        assert sum(line.amount for line in made.lines) == 0

    @given(st.lists(st.tuples(events(), st.booleans()), max_size=15))
    def test_is_the_same_in_whatever_order_it_is_added_up(self, drawn: list[tuple[Booking, bool]]) -> None:
        made = [one for one, _ in drawn] + [reversal(one, noted=NOTED) for one, back in drawn if back]

        assert balances(made) == balances(made[::-1])


def line(amount: str, currency: str = "CNY", account: Account = Account.CASH, party: str = "") -> Line:
    return Line(account=account, amount=Decimal(amount), currency=currency, party=party)


def booking(*lines: Line, event: BookingEvent = BookingEvent.CLAIM_AGREED, noted: Noted = NOTED) -> Booking:
    return Booking(key="k", event=event, claim_no=CLAIM, lines=lines, noted=noted)


class TestBooking:
    @pytest.mark.parametrize(
        "lines",
        [
            (line("1.00"), line("-0.99")),
            (line("1.00"), line("-1.00", "USD")),
            (line("1.00"), line("-1.00"), line("2.00", "USD"), line("-1.00", "USD")),
            (line("1.00"),),
            (),
        ],
        ids=["a cent short", "in two currencies", "one of two currencies short", "one line", "no line"],
    )
    def test_that_does_not_balance_is_none(self, lines: tuple[Line, ...]) -> None:
        with pytest.raises(ValidationError):
            booking(*lines)

    @pytest.mark.parametrize("amount", [0.1, 1, "0.10", Decimal("0.001"), Decimal("NaN"), Decimal("Infinity")])
    def test_takes_no_amount_but_a_decimal_with_two_places(self, amount: object) -> None:
        with pytest.raises(ValidationError):
            Line(account=Account.CASH, amount=amount, currency="CNY")  # type: ignore[arg-type]

    @pytest.mark.parametrize("amount", ["0.00", "-1.00"])
    def test_pays_nothing_and_less_than_nothing_to_nobody(self, amount: str) -> None:
        with pytest.raises(ValidationError):
            money(amount)

    def test_has_no_line_that_moves_nothing(self) -> None:
        with pytest.raises(ValidationError, match="moves nothing"):
            line("0.00")

    @pytest.mark.parametrize(
        ("account", "party"), [(Account.RECEIVABLE_FROM_PARTY, ""), (Account.LOSS, "城东网点")], ids=["none", "one"]
    )
    def test_names_a_party_where_one_owes_and_nowhere_else(self, account: Account, party: str) -> None:
        with pytest.raises(ValidationError, match="party"):
            line("1.00", account=account, party=party)

    @pytest.mark.parametrize("approved_by", ["", "sup-wang"], ids=["nobody", "himself"])
    def test_writes_nothing_off_without_somebody_elses_approval(self, approved_by: str) -> None:
        noted = Noted(at=NOON, who="sup-wang", approved_by=approved_by)

        with pytest.raises(ValidationError, match="approval"):
            bookings.written_off(CLAIM, money("1.00"), Account.TO_ALLOCATE, key="k", noted=noted)

    def test_says_an_amount_with_its_currency(self) -> None:
        assert str(money("1.50")) == "1.50 CNY"


class TestReversal:
    def test_names_what_it_takes_back_line_for_line(self) -> None:
        made = booking(line("1.00"), line("-1.00", account=Account.CLAIMS_PAYABLE))

        back = reversal(made, BookingEvent.PAYOUT_REFUSED, noted=NOTED)

        assert (back.reverses, back.key, back.event) == ("k", "k:reversed", BookingEvent.PAYOUT_REFUSED)
        assert Counter(one.amount for one in back.lines) == Counter(-one.amount for one in made.lines)

    def test_is_not_reversed_itself(self) -> None:
        back = reversal(booking(line("1.00"), line("-1.00", account=Account.LOSS)), noted=NOTED)

        with pytest.raises(ValueError, match="cannot be reversed"):
            reversal(back, noted=NOTED)


class TestTooMuch:
    def test_is_what_was_not_agreed(self) -> None:
        standing = {Place(Account.CLAIMS_PAYABLE, "", "CNY"): Decimal("-100.00")}
        more = bookings.payout_requested(CLAIM, money("100.01"), key="k", noted=NOTED)

        assert too_much(standing, more) == f"{CLAIM} has 100.00 CNY in claims_payable, not 100.01"

    def test_is_not_all_of_it(self) -> None:
        standing = {Place(Account.CLAIMS_PAYABLE, "", "CNY"): Decimal("-100.00")}

        assert too_much(standing, bookings.payout_requested(CLAIM, money("100.00"), key="k", noted=NOTED)) is None

    def test_is_what_another_party_owes(self) -> None:
        standing = {Place(Account.RECEIVABLE_FROM_PARTY, "城东网点", "CNY"): Decimal("50.00")}
        wrong = bookings.recovered(
            CLAIM, money("50.00"), Account.RECEIVABLE_FROM_PARTY, "城西网点", key="k", noted=NOTED
        )

        assert "0 CNY in receivable_from_party of 城西网点" in str(too_much(standing, wrong))

    def test_is_never_what_cash_has(self) -> None:
        standing = {Place(Account.IN_PAYMENT, "", "CNY"): Decimal("-10.00")}

        assert too_much(standing, bookings.payout_paid(CLAIM, money("10.00"), key="k", noted=NOTED)) is None


class TestStands:
    def test_gives_balances_by_their_places(self) -> None:
        read = Balance(account=Account.LOSS, currency="CNY", balance=Decimal("7.00"), claim_no=CLAIM)

        assert bookings.stands([read]) == {Place(Account.LOSS, "", "CNY"): Decimal("7.00")}

    def test_goes_by_keys_that_number_what_happens_again(self) -> None:
        assert bookings.booking_key(CLAIM, BookingEvent.CLAIM_AGREED, 2) == f"{CLAIM}:claim_agreed:2"
