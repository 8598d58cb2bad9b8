"""Who is charged for a paid claim, how a charge comes to its end, and when nobody owes anything (R79, R85, R86).

The parts are those of the decided split. What lies with nobody who can be charged is the carrier's own loss. Belongs
here: shares, periods, and who may do what. Does not belong here: what an insurer pays (`rules.claims.insurance`).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from rules.claims.bookings import OWED, Place
from rules.claims.money import divided
from rules.claims.pack import CLAIM_PACK
from rules.exceptions.lifecycle import APPROVERS
from schemas.approvals import Staff
from schemas.assessment import WHOLE, InternalShare
from schemas.claims import Claim
from schemas.complaints import OWN_PARTIES, PartyKind
from schemas.ledger import Account, Booking, BookingEvent
from schemas.recovery import PENDING, Charge, ChargeState

CHARGEABLE = OWN_PARTIES | {PartyKind.PARTNER}
"""Who can be charged, if it has a name. Neither force majeure nor what nobody found out pays anything."""
OWED_INSIDE = frozenset({Account.TO_ALLOCATE, Account.RECEIVABLE_FROM_PARTY, Account.RECEIVABLE_FROM_INSURER})
"""Accounts on which somebody is still to answer for something."""

MAY_BECOME: Mapping[ChargeState, frozenset[ChargeState]] = {
    ChargeState.NOTICED: frozenset({ChargeState.OBJECTED, ChargeState.CHARGED, ChargeState.TAKEN_BACK}),
    ChargeState.OBJECTED: frozenset({ChargeState.CHARGED, ChargeState.LIFTED, ChargeState.TAKEN_BACK}),
    ChargeState.CHARGED: frozenset(
        {ChargeState.CHARGED, ChargeState.RECOVERED, ChargeState.WRITTEN_OFF, ChargeState.TAKEN_BACK}
    ),
    ChargeState.RECOVERED: frozenset({ChargeState.CHARGED}),  # the payment turned out not to be one
    ChargeState.LIFTED: frozenset(),
    ChargeState.WRITTEN_OFF: frozenset({ChargeState.TAKEN_BACK}),
    ChargeState.UNAPPROVED: frozenset({ChargeState.WRITTEN_OFF, ChargeState.TAKEN_BACK}),
    ChargeState.TAKEN_BACK: frozenset(),
}
EXPECTED_OF_PARTY = frozenset({ChargeState.NOTICED, ChargeState.OBJECTED, ChargeState.CHARGED})
"""Charges of which their party was told, and has heard nothing since that ends them."""
SHARED_OUT = frozenset({BookingEvent.CHARGED_TO_PARTY, BookingEvent.WRITTEN_OFF})
"""How what was agreed comes to be borne by somebody inside ..."""
PAID_BACK = frozenset({BookingEvent.RECOVERED, BookingEvent.CLAIMED_FROM_INSURER})
"""... and what others outside this claim did, or were asked for, which no booking of ours takes back."""


def charge_key(claim_no: str, number: int) -> str:
    """Name a charge; what is booked for it is named after it."""
    return f"{claim_no}-C{number}"


class Part(NamedTuple):
    """What one party bears of an amount; without a name, what nobody but the carrier does."""

    kind: PartyKind
    name: str
    share: Decimal  # per cent
    amount: Decimal


def parts_of(amount: Decimal, split: Sequence[InternalShare]) -> tuple[Part, ...]:
    """Divide an amount as a decided split says, the carrier's own loss last; without a split all of it is that.

    Less may be divided than the split was made for: less was agreed, or an insurer pays the rest. The parts sum to the
    amount, to the cent.
    """
    amounts = divided(amount, [party.share for party in split])
    parts = [Part(one.kind, one.name, one.share, part) for one, part in zip(split, amounts, strict=True) if part]
    charged = [part for part in parts if part.kind in CHARGEABLE and part.name]
    left = amount - sum((part.amount for part in charged), Decimal(0))
    share = WHOLE - sum((part.share for part in charged), Decimal(0))
    own = [Part(PartyKind.UNKNOWN, "", share, left)] if left else []
    return (*charged, *own)


def object_until(kind: PartyKind, *, now: datetime) -> datetime:
    """Say until when a party may object to what it is told now."""
    return now + CLAIM_PACK.pick("party_objects_within", scope=kind.value, on=now.date()).hours


def free_to_allocate(standing: Mapping[Place, Decimal], charges: Iterable[Charge]) -> dict[str, Decimal]:
    """Give by currency what nobody answers for yet: neither booked, nor told to a party as its own."""
    free = {place.currency: amount for place, amount in standing.items() if place.account is Account.TO_ALLOCATE}
    for charge in charges:
        if charge.state in PENDING:
            free[charge.currency] = free.get(charge.currency, Decimal(0)) - charge.amount
    return {currency: amount for currency, amount in free.items() if amount > 0}


def shared_out_since(agreement: Booking, made: Sequence[Booking]) -> tuple[Booking, ...] | None:
    """Give how an agreement came to be borne by somebody, the newest booking first, of what still stands.

    None where a party has paid for it or an insurer was asked: that is not undone by a booking of ours. `made` are all
    bookings of the claim, the oldest first.
    """
    undone = {booking.reverses for booking in made}
    since = made[made.index(agreement) + 1 :]
    standing = [booking for booking in since if not booking.reverses and booking.key not in undone]
    if any(booking.event in PAID_BACK for booking in standing):
        return None
    return tuple(booking for booking in reversed(standing) if booking.event in SHARED_OUT)


def is_settled(standing: Mapping[Place, Decimal]) -> bool:
    """Say whether nobody owes anything for a claim any more, its claimant included."""
    return not any(place.account in OWED_INSIDE | OWED for place in standing)


def objection_refused(charge: Charge, *, now: datetime) -> str | None:
    """Say why a party can no longer object; None when it may."""
    if charge.state is not ChargeState.NOTICED:
        return f"it is {charge.state.value}"
    return "the time to object is over" if now > charge.object_until else None


def ruling_refused(charge: Charge) -> str | None:
    """Say why nobody rules about a charge; None when somebody does."""
    return None if charge.state is ChargeState.OBJECTED else f"it is {charge.state.value}, and no objection waits"


def ruler_refused(staff_id: str, claim: Claim, *, ties: Collection[str], names: Collection[str]) -> str | None:
    """Say why somebody may not rule about a charge of a party that is called so; None when he may (R86).

    Nobody rules who investigated the claim, who said who answers for it, or who is of that party.
    """
    if staff_id in claim.workers | (claim.liability.deciders if claim.liability else frozenset()):
        return f"{staff_id} investigated it: somebody else rules"
    if staff_id in {*names, *claim.subject_people}:
        return f"it is about {staff_id}: somebody else rules"
    tied = sorted(set(ties) & set(names))
    return f"{staff_id} is tied to {', '.join(tied)}: somebody else rules" if tied else None


def recovery_refused(charge: Charge, amount: Decimal) -> str | None:
    """Say why a payment of a party cannot be booked; None when it can."""
    if charge.state is not ChargeState.CHARGED:
        return f"it is {charge.state.value}, and nothing is owed for it"
    if not 0 < amount <= charge.outstanding:
        return f"{charge.outstanding} {charge.currency} are owed, not {amount}"
    return None


class Loss(NamedTuple):
    """What is to be written off."""

    amount: Decimal
    currency: str


def approver_refused(approver: Staff | None, loss: Loss, *, asked_by: str, names: Collection[str]) -> str | None:
    """Say why somebody cannot approve that something is written off; None when he can (R86)."""
    if approver is None or not approver.active:
        return "whoever approves it must be on file"
    if approver.staff_id == asked_by:
        return f"{asked_by} asks for it: somebody else approves it"
    if not approver.roles & APPROVERS:
        return f"{approver.staff_id} is no supervisor"
    if tied := sorted({approver.staff_id, *approver.ties} & set(names)):
        return f"{approver.staff_id} is tied to {', '.join(tied)}: somebody else approves it"
    if approver.currency != loss.currency or approver.amount_limit < loss.amount:
        return (
            f"{approver.staff_id} may approve {approver.amount_limit} {approver.currency} at most, "
            f"not {loss.amount} {loss.currency}"
        )
    return None


def after_payment(charge: Charge, amount: Decimal) -> ChargeState:
    """Say what a charge becomes once its party has paid so much."""
    return ChargeState.RECOVERED if amount == charge.outstanding else ChargeState.CHARGED
