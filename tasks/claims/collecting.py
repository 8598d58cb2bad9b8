"""What parties pay back of their charges, what they do not, and the settlement of each month (R79, R86).

What is not recovered is written off with the approval of somebody else than who asks for it.
"""

from collections.abc import Collection
from datetime import datetime
from decimal import Decimal

from prefect import task

from rules.claims import bookings
from rules.claims.bookings import reversal, reversal_key
from rules.claims.recovery import Loss, after_payment, approver_refused, recovery_refused
from schemas.claims import State
from schemas.ledger import Account, BookingEvent, Money, Noted, Period
from schemas.recovery import PENDING, Charge, ChargeState, Settlement
from store import charges, ledger
from store import claims as claim_store
from store import staff as staff_store
from store.charges import Moved
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.allocating import Addresses
from tasks.claims.booking import book_all_within
from tasks.exceptions.by_hand import role_of
from tasks.settings import business_settings
from tasks.stepping import NotAllowed


@task
def record_recovery(key: str, *, reference: str, staff_id: str, amount: Decimal | None = None) -> Charge:
    """Book what a party paid back, all that it owes unless an amount is named; the same reference books once.

    Raises:
        NotAllowed: so much is not owed, or the payment was taken back before, or has no reference.
        BookedOtherwise: another amount was booked under this reference.
        NoSuchCharge: there is none with that number.
    """
    role_of(staff_id)
    if not reference.strip():
        raise NotAllowed(f"{key}: name the settlement or the payment that it came with")
    now = clock.now()
    with unit_of_work() as connection:
        one = charges.one_charge(connection, key, lock=True)
        booked = _recovered_key(key, reference)
        known = {made.key for made in ledger.by_keys(connection, [booked, reversal_key(booked)])}
        if reversal_key(booked) in known:
            raise NotAllowed(f"{key}: the payment {reference} was taken back; give another reference")
        if booked in known and amount is None:
            return one
        paid = one.outstanding if amount is None else amount
        if booked not in known and (why := recovery_refused(one, paid)):
            raise NotAllowed(f"{key}: {why}")
        money = Money(amount=paid.quantize(Decimal("0.01")), currency=one.currency)
        noted = Noted(at=now, who=staff_id, reason=reference)
        source = Account.RECEIVABLE_FROM_PARTY
        book_all_within(
            connection, [bookings.recovered(one.claim_no, money, source, one.party, key=booked, noted=noted)]
        )
        if booked not in known:
            state = after_payment(one, paid)
            settled = {"settled_at": now} if state is ChargeState.RECOVERED else {}
            charges.move(connection, Moved(one, state, {"recovered": one.recovered + paid, **settled}))
        return charges.one_charge(connection, key)


@task
def undo_record_recovery(key: str, *, reference: str, staff_id: str, why: str) -> Charge:
    """Take back a payment that turned out not to be one: the party owes it again. Taken back twice it is back once.

    Raises:
        NotAllowed: the claim is closed, or nothing was booked under this reference.
        NoSuchCharge: there is none with that number.
    """
    role_of(staff_id)
    now = clock.now()
    with unit_of_work() as connection:
        claim_no = charges.one_charge(connection, key).claim_no
        claim = claim_store.one_claim(connection, claim_no, lock=True)  # in the order of a step with the claim
        one = charges.one_charge(connection, key, lock=True)
        booked = _recovered_key(key, reference)
        made = {item.key: item for item in ledger.by_keys(connection, [booked, reversal_key(booked)])}
        if booked not in made:
            raise NotAllowed(f"{key}: nothing was booked for the payment {reference}")
        if reversal_key(booked) in made:
            return one
        if claim.state is State.CLOSED:
            raise NotAllowed(f"{one.claim_no} is closed")
        noted = Noted(at=now, who=staff_id, reason=why)
        book_all_within(connection, [reversal(made[booked], BookingEvent.BOOKING_REVERSED, noted=noted)])
        paid = max(line.amount for line in made[booked].lines)
        columns = {"recovered": one.recovered - paid, "settled_at": None}
        charges.move(connection, Moved(one, ChargeState.CHARGED, columns))
        return charges.one_charge(connection, key)


def _recovered_key(key: str, reference: str) -> str:
    return f"{key}:recovered:{reference.strip()[:100]}"


@task
def write_off_charge(key: str, *, why: str, staff_id: str, approved_by: str) -> Charge:
    """Book as a loss what a party will not pay, or what nobody answers for; done twice it is lost once.

    Raises:
        NotAllowed: nothing is owed, no reason is given, or this person may not approve it.
        NoSuchCharge: there is none with that number.
    """
    now = clock.now()
    with unit_of_work() as connection:
        one = charges.one_charge(connection, key, lock=True)
        if one.state is ChargeState.WRITTEN_OFF:
            return one
        if not one.losable:
            raise NotAllowed(f"{key}: it is {one.state}, and nothing is owed for it")
        loss = Loss(one.losable, one.currency)
        names = Addresses(connection).names_of(one.party)
        noted = _approved(connection, loss, why=why, staff_id=staff_id, approved_by=approved_by, names=names, at=now)
        money = Money(amount=loss.amount, currency=loss.currency)
        place = (Account.TO_ALLOCATE, "") if one.state in PENDING else (Account.RECEIVABLE_FROM_PARTY, one.party)
        made = bookings.written_off(one.claim_no, money, *place, key=f"{key}:written_off", noted=noted)
        book_all_within(connection, [made])
        charges.move(connection, Moved(one, ChargeState.WRITTEN_OFF, {"settled_at": now}))
        return charges.one_charge(connection, key)


def _approved(
    connection: Connection,
    loss: Loss,
    *,
    why: str,
    staff_id: str,
    approved_by: str,
    names: Collection[str],
    at: datetime,
) -> Noted:
    role_of(staff_id)
    if not why.strip():
        raise NotAllowed("say why it is written off")
    approver = staff_store.one(connection, approved_by)
    if refused := approver_refused(approver, loss, asked_by=staff_id, names=names):
        raise NotAllowed(refused)
    return Noted(at=at, who=staff_id, reason=why, approved_by=approved_by)


class NoMonth(ValueError):
    """What should name a month does not."""


def settlement_of(month: str, *, party: str | None = None) -> list[Settlement]:
    """Read the settlement of each party for a month such as 2026-11, of the business time zone, from the ledger.

    Raises:
        NoMonth: it names none.
    """
    with unit_of_work() as connection:
        return charges.settlements(connection, _period_of(month), month=month, party=party)


def _period_of(month: str) -> Period:
    try:
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=business_settings().zone)
    except ValueError as fault:
        raise NoMonth(f"{month} is no month such as 2026-11") from fault
    following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
    return Period(since=first, until=following)
