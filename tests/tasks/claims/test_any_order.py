"""Whatever is asked of a claim's money in whatever order, of a provider in whatever mood: the books balance."""

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from factories import NOON
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from payouts import claim_number, is_balanced, money, wanted

from adapters.payments.fake import Behaviour, StandInProvider
from rules.claims.bookings import HELD, OWED
from schemas.ledger import Account
from schemas.payments import UNDER_WAY, PayoutState, ReversalReason
from store import ledger, outbox, payouts
from store.ledger import BookedOtherwise
from store.outbox import LEASE
from store.payouts import NoSuchPayout, RequestedOtherwise
from store.unit_of_work import unit_of_work
from tasks.claims import booking
from tasks.claims.paying import (
    request_payout,
    reverse_payout,
    settle_payouts,
    undo_request_payout,
)
from tasks.dispatch.sending import send_outbox

REFUSALS = (ValueError, BookedOtherwise, RequestedOtherwise, NoSuchPayout)
"""What asking for something that cannot be is answered with; BookingRefused and PayoutRefused are ValueErrors."""
OUTLET, INSURER = Account.RECEIVABLE_FROM_PARTY, Account.RECEIVABLE_FROM_INSURER
BY: dict[str, Any] = {"who": "sup-wang"}
_claims = count(1)

amounts = st.sampled_from(["0.01", "40.00", "80.00", "119.99", "120.00"])
numbers = st.integers(1, 2)
moods = st.sampled_from([mood for mood in Behaviour if "times_out" not in mood and mood is not Behaviour.IS_SLOW])
Step = Callable[[str], object]


def pay(provider: StandInProvider, mood: Behaviour | None, later: Callable[[], None]) -> None:
    if mood is not None:
        provider.will(mood)
    later()
    send_outbox.fn()
    settle_payouts.fn()


@st.composite
def steps(draw: st.DrawFn) -> Callable[[StandInProvider, Callable[[], None]], Step]:
    """Draw one thing that somebody may ask for."""
    amount, number, mood = draw(amounts), draw(numbers), draw(st.none() | moods)
    cash = money(amount)
    asked: list[Step] = [
        lambda claim: booking.book_agreement.fn(claim, cash, number=number, **BY),
        lambda claim: booking.undo_book_agreement.fn(claim, number=number, **BY),
        lambda claim: request_payout.fn(wanted(claim, number=number, amount=Decimal(amount)), **BY),
        lambda claim: undo_request_payout.fn(f"{claim}-P{number}", reason="why", **BY),
        lambda claim: reverse_payout.fn(f"{claim}-P{number}", why=ReversalReason.FRAUD, **BY),
        lambda claim: booking.charge_party.fn(claim, cash, "城东网点", number=number, **BY),
        lambda claim: booking.undo_charge_party.fn(claim, number=number, **BY),
        lambda claim: booking.claim_from_insurer.fn(claim, cash, "示例财险", number=number, **BY),
        lambda claim: booking.book_recovery.fn(claim, cash, OUTLET, "城东网点", number=number, **BY),
        lambda claim: booking.undo_book_recovery.fn(claim, number=number, **BY),
        lambda claim: booking.write_off.fn(
            claim, cash, INSURER, "示例财险", approved_by="mgr", reason="why", number=number, **BY
        ),
    ]
    which = draw(st.sampled_from([*range(len(asked)), 2, 2, 4, *[len(asked)] * 5]))  # what matters comes more often

    def made(provider: StandInProvider, later: Callable[[], None]) -> Step:
        return asked[which] if which < len(asked) else lambda _claim: pay(provider, mood, later)

    return made


class TestAnyOrder:
    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
    @given(st.lists(steps(), min_size=8, max_size=25))
    def test_leaves_balanced_books_and_pays_nothing_twice(
        self, provider: StandInProvider, stand_at: Callable[[datetime], None], drawn: list[Any]
    ) -> None:
        claim_no, moment = claim_number(next(_claims)), [NOON]

        def later() -> None:
            moment[0] += LEASE + timedelta(minutes=61)
            stand_at(moment[0])

        stand_at(NOON)
        booking.book_agreement.fn(claim_no, money(), number=9, **BY)
        for step in drawn:
            try:
                step(provider, later)(claim_no)
            except REFUSALS:
                continue
        provider.behaves.clear()
        for _ in range(3):
            pay(provider, None, later)

        assert is_balanced()
        self.assert_within_its_means(claim_no)
        self.assert_paid_what_is_booked(provider, claim_no)

    def assert_within_its_means(self, claim_no: str) -> None:
        with unit_of_work() as connection:
            for one in ledger.balances_of(connection, [claim_no]):
                assert not (one.account in OWED and one.balance > 0), one
                assert not (one.account in HELD and one.balance < 0), one
            assert payouts.in_payment_differs(connection) == []

    def assert_paid_what_is_booked(self, provider: StandInProvider, claim_no: str) -> None:
        with unit_of_work() as connection:
            made = payouts.of_claim(connection, claim_no)
            uncertain = {row["key"] for row in outbox.of_case(connection, claim_no) if row["status"] == "uncertain"}
        for payout in made:
            times = provider.moved.count(payout.key)
            if payout.state in UNDER_WAY:
                assert payout.key in uncertain  # another amount was paid: a person's to put right
            else:
                assert times == (payout.state in {PayoutState.PAID, PayoutState.REVERSED}), payout
            assert provider.brought_back.count(payout.key) == (payout.state is PayoutState.REVERSED)
