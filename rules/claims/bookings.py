"""Which lines each event of a claim makes in the ledger, and what bookings come to.

Claims payable and in payment are debts: their credit is what is owed, and what is ordered and not yet confirmed. What
was agreed stands in to_allocate until it is charged to a party, claimed from an insurer, or written off; a loss is only
what somebody approved as one.

Belongs here: lines, reversals and balances. Does not belong here: who pays and how (`tasks.claims`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from schemas.ledger import Account, Balance, Booking, BookingEvent, Line, Money, Noted

OWED = frozenset({Account.CLAIMS_PAYABLE, Account.IN_PAYMENT})
"""Accounts of which a claim can never have more debits than credits ..."""
HELD = frozenset(Account) - OWED - {Account.CASH}
"""... and the other way round. Cash is on either side: it pays out and takes in."""


class Place(NamedTuple):
    """Where an amount stands."""

    account: Account
    party: str
    currency: str


def booking_key(claim_no: str, event: BookingEvent, number: int = 1) -> str:
    """Name the booking of a claim's event; an event that happens again has the next number."""
    return f"{claim_no}:{event.value}:{number}"


def reversal_key(key: str) -> str:
    """Name the one booking that may reverse another."""
    return f"{key}:reversed"


def claim_agreed(claim_no: str, money: Money, *, key: str, noted: Noted) -> Booking:
    """Book what was agreed with the claimant: it is owed, and nobody answers for it yet."""
    return _moved(BookingEvent.CLAIM_AGREED, claim_no, money, Account.TO_ALLOCATE, Account.CLAIMS_PAYABLE, key, noted)


def payout_requested(claim_no: str, money: Money, *, key: str, noted: Noted) -> Booking:
    """Book that the money is ordered: it is no longer to be ordered, and not yet confirmed."""
    return _moved(
        BookingEvent.PAYOUT_REQUESTED, claim_no, money, Account.CLAIMS_PAYABLE, Account.IN_PAYMENT, key, noted
    )


def payout_paid(claim_no: str, money: Money, *, key: str, noted: Noted) -> Booking:
    """Book that the money has left."""
    return _moved(BookingEvent.PAYOUT_PAID, claim_no, money, Account.IN_PAYMENT, Account.CASH, key, noted)


def charged_to_party(claim_no: str, money: Money, party: str, *, key: str, noted: Noted) -> Booking:
    """Book what a liable party owes for the claim; it stands in that party's settlement of the month."""
    debit = _debit(Account.RECEIVABLE_FROM_PARTY, money, party)
    return _booked(BookingEvent.CHARGED_TO_PARTY, claim_no, debit, _credit(Account.TO_ALLOCATE, money), key, noted)


def claimed_from_insurer(claim_no: str, money: Money, insurer: str, *, key: str, noted: Noted) -> Booking:
    """Book what the insurer is asked to pay back."""
    debit = _debit(Account.RECEIVABLE_FROM_INSURER, money, insurer)
    return _booked(BookingEvent.CLAIMED_FROM_INSURER, claim_no, debit, _credit(Account.TO_ALLOCATE, money), key, noted)


def recovered(claim_no: str, money: Money, source: Account, party: str, *, key: str, noted: Noted) -> Booking:
    """Book what a party or the insurer paid back."""
    credit = _credit(source, money, party)
    return _booked(BookingEvent.RECOVERED, claim_no, _debit(Account.CASH, money), credit, key, noted)


def written_off(claim_no: str, money: Money, source: Account, party: str = "", *, key: str, noted: Noted) -> Booking:
    """Book a loss: what nobody answers for, or what a party or the insurer will not pay.

    Raises:
        ValueError: nobody else approved it.
    """
    credit = _credit(source, money, party)
    return _booked(BookingEvent.WRITTEN_OFF, claim_no, _debit(Account.LOSS, money), credit, key, noted)


def reversal(booking: Booking, event: BookingEvent = BookingEvent.BOOKING_REVERSED, *, noted: Noted) -> Booking:
    """Make the booking that takes another one back, line for line.

    Raises:
        ValueError: it is a reversal itself, and what was reversed is booked afresh instead.
    """
    if booking.reverses:
        raise ValueError(f"{booking.key} is a reversal and cannot be reversed")
    return Booking(
        key=reversal_key(booking.key),
        event=event,
        claim_no=booking.claim_no,
        lines=tuple(line.model_copy(update={"amount": -line.amount}) for line in booking.lines),
        noted=noted,
        reverses=booking.key,
    )


def balances(bookings: Iterable[Booking]) -> dict[Place, Decimal]:
    """Add bookings up; what comes to nothing is left out."""
    sums: defaultdict[Place, Decimal] = defaultdict(Decimal)
    for booking in bookings:
        for line in booking.lines:
            sums[Place(line.account, line.party, line.currency)] += line.amount
    return {place: amount for place, amount in sums.items() if amount}


def stands(read: Iterable[Balance]) -> dict[Place, Decimal]:
    """Give the balances of one claim by their places."""
    return {Place(one.account, one.party, one.currency): one.balance for one in read}


def too_much(standing: Mapping[Place, Decimal], booking: Booking) -> str | None:
    """Say why a claim's balances do not allow a booking: more would be paid, charged or recovered than there is."""
    for place, change in balances([booking]).items():
        before = standing.get(place, Decimal())
        after = before + change
        over = after > 0 if place.account in OWED else after < 0 and place.account in HELD
        if over:
            whose = f" of {place.party}" if place.party else ""
            return f"{booking.claim_no} has {abs(before)} {place.currency} in {place.account}{whose}, not {abs(change)}"
    return None


def _moved(
    event: BookingEvent, claim_no: str, money: Money, debit: Account, credit: Account, key: str, noted: Noted
) -> Booking:
    return _booked(event, claim_no, _debit(debit, money), _credit(credit, money), key, noted)


def _booked(event: BookingEvent, claim_no: str, debit: Line, credit: Line, key: str, noted: Noted) -> Booking:
    return Booking(key=key, event=event, claim_no=claim_no, lines=(debit, credit), noted=noted)


def _debit(account: Account, money: Money, party: str = "") -> Line:
    return Line(account=account, amount=money.amount, currency=money.currency, party=party)


def _credit(account: Account, money: Money, party: str = "") -> Line:
    return Line(account=account, amount=-money.amount, currency=money.currency, party=party)
