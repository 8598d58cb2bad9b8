"""What a claim's events put into the ledger, each with its undo: agreements, charges, recoveries and losses.

A booking is made under the claim's lock and only as far as the claim's own balances allow: nothing is paid that was not
agreed, nothing recovered that nobody owes. An undo books the reverse. Payouts: `tasks.claims.paying`.
"""

from collections.abc import Collection, Sequence
from decimal import Decimal

from prefect import task

from rules.claims import bookings
from rules.claims.bookings import Place, booking_key
from schemas.ledger import Account, Booking, BookingEvent, Money, Noted
from store import ledger
from store.unit_of_work import Connection, unit_of_work
from tasks import clock


class BookingRefused(ValueError):
    """The claim's balances do not allow it; the message says what there is."""


def book_within(connection: Connection, booking: Booking) -> Booking:
    """Book what the claim's balances allow, or give the same booking as it was made before.

    Raises:
        BookingRefused: they do not allow it.
        BookedOtherwise: something else was booked under this key.
    """
    ledger.lock_claim(connection, booking.claim_no)
    if ledger.by_keys(connection, [booking.key]):
        ledger.book(connection, [booking])  # which refuses another booking under the same key
    else:
        standing = bookings.stands(ledger.balances_of(connection, [booking.claim_no]))
        if why := bookings.too_much(standing, booking):
            raise BookingRefused(why)
        ledger.book(connection, [booking])
    [made] = ledger.by_keys(connection, [booking.key])
    return made


def standings_of(connection: Connection, claim_nos: Collection[str]) -> dict[str, dict[Place, Decimal]]:
    """Lock the books of claims until the transaction ends, and read what stands on their accounts."""
    ledger.lock_claims(connection, claim_nos)
    standing: dict[str, dict[Place, Decimal]] = {claim_no: {} for claim_no in claim_nos}
    for one in ledger.balances_of(connection, claim_nos):
        standing[one.claim_no] |= bookings.stands([one])
    return standing


def book_all_within(connection: Connection, made: Sequence[Booking]) -> None:
    """Book for many claims what the balances of each allow, one booking after the other; those made before stay.

    Raises:
        BookingRefused: the balances of one do not allow it; the transaction must not be committed.
        BookedOtherwise: something else was booked under one of the keys.
    """
    standing = standings_of(connection, {booking.claim_no for booking in made})
    known = {one.key for one in ledger.by_keys(connection, [booking.key for booking in made])}
    for booking in made:
        if booking.key in known:
            continue
        here = standing[booking.claim_no]
        if why := bookings.too_much(here, booking):
            raise BookingRefused(why)
        for place, change in bookings.balances([booking]).items():
            here[place] = here.get(place, Decimal()) + change
    ledger.book(connection, made)


def reverse_within(connection: Connection, key: str, event: BookingEvent, *, noted: Noted) -> Booking | None:
    """Book the reverse of a booking as far as the balances allow; None where there is nothing to reverse.

    Raises:
        BookingRefused: what was booked has been used since.
    """
    found = ledger.by_keys(connection, [key])
    return book_within(connection, bookings.reversal(found[0], event, noted=noted)) if found else None


@task
def book_agreement(claim_no: str, money: Money, *, who: str, reason: str = "", number: int = 1) -> Booking:
    """Book what was agreed with the claimant.

    Raises:
        BookedOtherwise: another amount was booked under this number.
    """
    key = booking_key(claim_no, BookingEvent.CLAIM_AGREED, number)
    with unit_of_work() as connection:
        return book_within(connection, bookings.claim_agreed(claim_no, money, key=key, noted=_noted(who, reason)))


@task
def undo_book_agreement(claim_no: str, *, who: str, reason: str = "", number: int = 1) -> Booking | None:
    """Take an agreement back of which nothing is paid, in payment, or charged to anybody.

    Raises:
        BookingRefused: something is.
    """
    return _undo(booking_key(claim_no, BookingEvent.CLAIM_AGREED, number), who, reason)


@task
def charge_party(claim_no: str, money: Money, party: str, *, who: str, reason: str = "", number: int = 1) -> Booking:
    """Charge a liable party; it is in that party's settlement of this month.

    Raises:
        BookingRefused: more than is left to allocate.
    """
    key = booking_key(claim_no, BookingEvent.CHARGED_TO_PARTY, number)
    with unit_of_work() as connection:
        return book_within(
            connection, bookings.charged_to_party(claim_no, money, party, key=key, noted=_noted(who, reason))
        )


@task
def undo_charge_party(claim_no: str, *, who: str, reason: str = "", number: int = 1) -> Booking | None:
    """Take back a charge that is not recovered.

    Raises:
        BookingRefused: some of it is recovered or written off.
    """
    return _undo(booking_key(claim_no, BookingEvent.CHARGED_TO_PARTY, number), who, reason)


@task
def claim_from_insurer(
    claim_no: str, money: Money, insurer: str, *, who: str, reason: str = "", number: int = 1
) -> Booking:
    """Book what the insurer is asked for.

    Raises:
        BookingRefused: more than is left to allocate.
    """
    key = booking_key(claim_no, BookingEvent.CLAIMED_FROM_INSURER, number)
    with unit_of_work() as connection:
        return book_within(
            connection, bookings.claimed_from_insurer(claim_no, money, insurer, key=key, noted=_noted(who, reason))
        )


@task
def undo_claim_from_insurer(claim_no: str, *, who: str, reason: str = "", number: int = 1) -> Booking | None:
    """Take back what the insurer was asked for and has not paid.

    Raises:
        BookingRefused: some of it is recovered or written off.
    """
    return _undo(booking_key(claim_no, BookingEvent.CLAIMED_FROM_INSURER, number), who, reason)


@task
def book_recovery(
    claim_no: str, money: Money, source: Account, party: str, *, who: str, reason: str = "", number: int = 1
) -> Booking:
    """Book what a party or the insurer paid back.

    Raises:
        BookingRefused: more than it owes.
    """
    key = booking_key(claim_no, BookingEvent.RECOVERED, number)
    with unit_of_work() as connection:
        made = bookings.recovered(claim_no, money, source, party, key=key, noted=_noted(who, reason))
        return book_within(connection, made)


@task
def undo_book_recovery(claim_no: str, *, who: str, reason: str = "", number: int = 1) -> Booking | None:
    """Take back a recovery that turned out not to be one; the party owes it again."""
    return _undo(booking_key(claim_no, BookingEvent.RECOVERED, number), who, reason)


@task
def write_off(
    claim_no: str,
    money: Money,
    source: Account,
    party: str = "",
    *,
    who: str,
    approved_by: str,
    reason: str,
    number: int = 1,
) -> Booking:
    """Book as a loss what nobody answers for, or what a party or the insurer will not pay.

    Raises:
        ValueError: nobody else approved it.
        BookingRefused: more than there is.
    """
    key = booking_key(claim_no, BookingEvent.WRITTEN_OFF, number)
    noted = Noted(at=clock.now(), who=who, reason=reason, approved_by=approved_by)
    with unit_of_work() as connection:
        return book_within(connection, bookings.written_off(claim_no, money, source, party, key=key, noted=noted))


@task
def undo_write_off(claim_no: str, *, who: str, reason: str = "", number: int = 1) -> Booking | None:
    """Take a loss back: it is owed, or to be allocated, again."""
    return _undo(booking_key(claim_no, BookingEvent.WRITTEN_OFF, number), who, reason)


def _undo(key: str, who: str, reason: str) -> Booking | None:
    with unit_of_work() as connection:
        return reverse_within(connection, key, BookingEvent.BOOKING_REVERSED, noted=_noted(who, reason))


def _noted(who: str, reason: str) -> Noted:
    return Noted(at=clock.now(), who=who, reason=reason)
