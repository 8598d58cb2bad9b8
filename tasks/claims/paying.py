"""Paying claims: a payout is booked and ordered in one transaction, and booked again when its answer is there.

Each step may be taken twice: the payout's key is the key of its order and of its bookings. What is known of a payout
under way, and that it may be uncertain, stands in the outbox (`tasks.dispatch.payments`). Files for the bank:
`tasks.claims.batching`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from prefect import task

from adapters.payments.settings import PaymentSettings
from rules.claims import bookings
from rules.claims.bookings import reversal
from schemas.ledger import Balance, Booking, BookingEvent, Money, Noted
from schemas.payments import ENDED, Payout, PayoutMethod, PayoutState, PayoutWanted, ReversalReason
from store import ledger, outbox, payouts
from store.outbox import Kind, Letter
from store.payouts import ORDERED, PAID, REVERSAL, Answered, Turn
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.booking import BookingRefused, book_within, reverse_within
from tasks.settings import as_set_now

AT_A_TIME = 500
ENGINE = "redress"


class PayoutRefused(ValueError):
    """What is asked of a payout is not possible now; the message says why."""


def ordered_key(key: str) -> str:
    """Name the booking that a payout was ordered with."""
    return f"{key}{ORDERED}"


def paid_key(key: str) -> str:
    """Name the booking that a payout was paid with."""
    return f"{key}{PAID}"


@task
def request_payout(wanted: PayoutWanted, *, who: str) -> Payout:
    """Book that a claim's money is in payment, and order it from the provider or put it aside for the bank's next file.

    Raises:
        BookingRefused: the claim has not so much payable.
        RequestedOtherwise: another amount, payee or account was requested under this number.
    """
    now, method = clock.now(), as_set_now(PaymentSettings).method
    with unit_of_work() as connection:
        ledger.lock_claim(connection, wanted.claim_no)
        payout, is_new = payouts.add(connection, wanted, method=method, who=who, at=now)
        if is_new:
            money = Money(amount=wanted.amount, currency=wanted.currency)
            noted = Noted(at=now, who=who)
            book_within(
                connection,
                bookings.payout_requested(wanted.claim_no, money, key=ordered_key(payout.key), noted=noted),
            )
            if method is PayoutMethod.PROVIDER:
                order = {"payout": payout.key}
                outbox.put(connection, [Letter(Kind.PAYOUT, payout.key, wanted.claim_no, order, now)])
    return payout


def order_payouts(connection: Connection, wanted: Sequence[PayoutWanted], *, who: str, at: datetime) -> list[Payout]:
    """Book and order the payouts of many claims, none of which was requested before, in the caller's transaction.

    Raises:
        BookingRefused: a claim has not so much payable; nothing must be committed.
        IntegrityError: one was requested before.
    """
    ledger.lock_claims(connection, [one.claim_no for one in wanted])
    made = payouts.add_many(connection, wanted, method=as_set_now(PaymentSettings).method, who=who, at=at)
    noted = Noted(at=at, who=who)
    orders = [
        bookings.payout_requested(one.claim_no, _money(one), key=ordered_key(one.key), noted=noted) for one in made
    ]
    standing: dict[str, list[Balance]] = {}
    for balance in ledger.balances_of(connection, [one.claim_no for one in made]):
        standing.setdefault(balance.claim_no, []).append(balance)
    for order in orders:
        if why := bookings.too_much(bookings.stands(standing.get(order.claim_no, ())), order):
            raise BookingRefused(why)
    ledger.book(connection, orders)
    by_provider = [one for one in made if one.method is PayoutMethod.PROVIDER]
    outbox.put(connection, [Letter(Kind.PAYOUT, one.key, one.claim_no, {"payout": one.key}, at) for one in by_provider])
    return made


@task
def undo_request_payout(key: str, *, who: str, reason: str) -> Payout | None:
    """Withdraw a payout whose order has not left, and book its money back to what is payable.

    None where nobody requested it; one that has ended without payment stays as it is.

    Raises:
        PayoutRefused: its order has left, or it is paid: `settle_payouts` and `reverse_payout` deal with that.
    """
    now = clock.now()
    with unit_of_work() as connection:
        known = payouts.by_keys(connection, [key]).get(key)
        if known is None:
            return None
        ledger.lock_claim(connection, known.claim_no)  # in the order in which a request locks
        payout = payouts.one(connection, key, lock=True)
        if payout.state in ENDED:
            return payout
        if payout.state is not PayoutState.REQUESTED:
            raise PayoutRefused(f"{key} is {payout.state}, and only what has not left yet can be withdrawn")
        if payout.method is PayoutMethod.PROVIDER and not outbox.withdraw_unsent(connection, [key]):
            raise PayoutRefused(f"the order of {key} has left; what becomes of it is to be waited for")
        payouts.move_many(connection, [Turn(payout, PayoutState.WITHDRAWN, reason)], at=now)
        noted = Noted(at=now, who=who, reason=reason)
        reverse_within(connection, ordered_key(key), BookingEvent.PAYOUT_WITHDRAWN, noted=noted)
        return payouts.one(connection, key)


@task
def settle_payouts(case_no: str | Sequence[str] | None = None) -> dict[str, int]:
    """Book what the provider has answered: paid from cash, refused back to what is payable, reversed back to cash.

    Of claims that are named all is booked when this returns, by whomever; else what others are booking is passed over.
    """
    named = [case_no] if isinstance(case_no, str) else case_no
    return {
        "payouts": _settle_all(PayoutState.REQUESTED, "", named, _settle_orders),
        "reversals": _settle_all(PayoutState.REVERSING, REVERSAL, named, _settle_reversals),
    }


Settle = Callable[[Connection, Sequence[Answered], datetime], None]


def _settle_all(state: PayoutState, ending: str, named: Sequence[str] | None, settle: Settle) -> int:
    count = 0
    while True:
        with unit_of_work() as connection:
            some = payouts.answered(connection, state=state, ending=ending, claim_nos=named, limit=AT_A_TIME)
            settle(connection, some, clock.now())
        count += len(some)
        if len(some) < AT_A_TIME:
            return count


def _settle_orders(connection: Connection, some: Sequence[Answered], now: datetime) -> None:
    paid = [Turn(one.payout, PayoutState.PAID, "", _reference(one)) for one in some if one.arrived]
    refused = [Turn(one.payout, PayoutState.REFUSED, one.error) for one in some if not one.arrived]
    book_paid(connection, paid, at=now)
    book_refused(connection, refused, at=now)


def _settle_reversals(connection: Connection, some: Sequence[Answered], now: datetime) -> None:
    back = [
        Turn(one.payout, PayoutState.REVERSED, one.payout.reason, reversed_by=one.payout.reversed_by)
        for one in some
        if one.arrived
    ]
    kept = [Turn(one.payout, PayoutState.PAID, f"not reversed: {one.error}") for one in some if not one.arrived]
    book_returned(connection, back, at=now)
    payouts.move_many(connection, kept, at=now)


def book_paid(connection: Connection, turns: Sequence[Turn], *, at: datetime) -> None:
    """Book payouts that have left as paid from cash."""
    payouts.move_many(connection, turns, at=at)
    noted = Noted(at=at, who=ENGINE)
    ledger.book(
        connection,
        [
            bookings.payout_paid(turn.payout.claim_no, _money(turn.payout), key=paid_key(turn.payout.key), noted=noted)
            for turn in turns
        ],
    )


def book_refused(connection: Connection, turns: Sequence[Turn], *, at: datetime) -> None:
    """Book payouts that nobody makes back to what is payable, with the reason."""
    payouts.move_many(connection, turns, at=at)
    _reverse_all(
        connection, turns, BookingEvent.PAYOUT_REFUSED, [ordered_key(turn.payout.key) for turn in turns], at=at
    )


def book_returned(connection: Connection, turns: Sequence[Turn], *, at: datetime) -> None:
    """Book payouts whose money is back: cash has it again, and the claimant is owed it again."""
    payouts.move_many(connection, turns, at=at)
    _reverse_all(connection, turns, BookingEvent.PAYOUT_REVERSED, [paid_key(turn.payout.key) for turn in turns], at=at)
    _reverse_all(
        connection, turns, BookingEvent.PAYOUT_REVERSED, [ordered_key(turn.payout.key) for turn in turns], at=at
    )


def _reverse_all(
    connection: Connection, turns: Sequence[Turn], event: BookingEvent, keys: Sequence[str], *, at: datetime
) -> None:
    """Book the reverse of bookings, in the name of whoever caused it."""
    made = {one.key: one for one in ledger.by_keys(connection, keys)}
    reversals: list[Booking] = [
        reversal(made[key], event, noted=Noted(at=at, who=turn.reversed_by or ENGINE, reason=turn.reason))
        for key, turn in zip(keys, turns, strict=True)
    ]
    ledger.book(connection, reversals)


@task
def reverse_payout(key: str, *, why: ReversalReason, note: str = "", who: str) -> Payout:
    """Take a payout back: ask the provider for the money, or, of one that went by file, book that it came back.

    What is asked of the provider is booked when it has answered. Taking it back again changes nothing.

    Raises:
        PayoutRefused: it is not paid, or the reason needs words and has none.
        NoSuchPayout: there is none with this key.
    """
    if why is ReversalReason.OTHER and not note.strip():
        raise PayoutRefused("another reason needs a note that says which")
    now, reason = clock.now(), f"{why.value}: {note}".removesuffix(": ")
    with unit_of_work() as connection:
        payout = payouts.one(connection, key, lock=True)
        if payout.state in {PayoutState.REVERSING, PayoutState.REVERSED}:
            return payout
        if payout.state is not PayoutState.PAID:
            raise PayoutRefused(f"{key} is {payout.state}, and only what is paid can be reversed")
        if payout.method is PayoutMethod.BANK_FILE:
            turn = Turn(payout, PayoutState.REVERSED, reason, reversal_reason=why.value, reversed_by=who)
            book_returned(connection, [turn], at=now)
        else:
            turn = Turn(payout, PayoutState.REVERSING, reason, reversal_reason=why.value, reversed_by=who)
            payouts.move_many(connection, [turn], at=now)
            asked = {"payout": key, "reason": why.value}
            letter = Letter(Kind.PAYOUT_REVERSAL, f"{key}{REVERSAL}", payout.claim_no, asked, now)
            outbox.put_anew(connection, [letter])  # also where it was refused before, and a person asks again
        return payouts.one(connection, key)


def _money(payout: Payout) -> Money:
    return Money(amount=payout.amount, currency=payout.currency)


def _reference(one: Answered) -> str:
    return str(one.answer.get("reference", ""))
