"""What parties are charged, until it is final: objected to, ruled about, or left standing in time (R85, R86).

A charge is booked when it is final, not when it is noticed: what stands in a party's settlement of a month is what
nobody may dispute any more, and nothing of it is taken back a month later.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from prefect import task

from rules.claims import bookings
from rules.claims.recovery import (
    CHARGEABLE,
    EXPECTED_OF_PARTY,
    MAY_BECOME,
    Loss,
    Part,
    approver_refused,
    objection_refused,
    ruler_refused,
    ruling_refused,
    shared_out_since,
)
from rules.exceptions.lifecycle import APPROVERS
from schemas.claims import Claim
from schemas.complaints import PartyKind
from schemas.ledger import Account, Booking, Money, Noted
from schemas.recovery import Charge, ChargeState
from store import agents, charges, ledger, outbox
from store import claims as claim_store
from store import staff as staff_store
from store.charges import Moved
from store.outbox import Letter
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.allocating import Addresses, charge_for
from tasks.claims.booking import BookingRefused, book_all_within
from tasks.claims.recovery_letters import notice_letter, ruling_letter, taken_back_letter
from tasks.exceptions.by_hand import role_of
from tasks.stepping import SYSTEM, NotAllowed

AT_A_TIME = 200
WAITING_MAX = 500
UNOBJECTED = "期内无异议 nobody objected in time"


class Instead(NamedTuple):
    """Who answers in the place of a party that does not."""

    kind: PartyKind
    party: str


@task
def settle_charges() -> list[str]:
    """Make final what nobody objected to in time, in the settlement of this month; give the keys of the charges."""
    done: list[str] = []
    left = True
    while left:
        now = clock.now()
        with unit_of_work() as connection:
            found = charges.unobjected(connection, now=now, limit=AT_A_TIME)
            left = len(found) == AT_A_TIME
            charges.make_final(connection, found, at=now)
            book_all_within(connection, [_charged(one, who=SYSTEM, reason=UNOBJECTED, at=now) for one in found])
        done += [one.key for one in found]
    return done


def _charged(charge: Charge, *, who: str, reason: str, at: datetime) -> Booking:
    money = Money(amount=charge.amount, currency=charge.currency)
    noted = Noted(at=at, who=who, reason=reason)
    return bookings.charged_to_party(charge.claim_no, money, charge.party, key=f"{charge.key}:charged", noted=noted)


@task
def waiting_charges() -> list[Charge]:
    """List the objections about which somebody must rule, and the losses that nobody has approved, the newest first."""
    with unit_of_work() as connection:
        states = [ChargeState.OBJECTED, ChargeState.UNAPPROVED]
        return charges.listing(connection, states=states, limit=WAITING_MAX)


def object_to_charge(key: str, *, by: str, words: str) -> Charge:
    """Keep that a party says that it does not answer, with its reasons; a person rules about it (R85).

    Raises:
        NotAllowed: its time is over, it is ruled about or final, no reason is given, or who says so is not on file.
        NoSuchCharge: there is none with that number.
    """
    if not words.strip():
        raise NotAllowed(f"{key}: say why it does not lie with the party")
    now = clock.now()
    with unit_of_work() as connection:
        one = charges.one_charge(connection, key, lock=True)
        if not _may_speak(connection, one, by):
            raise NotAllowed(f"{key}: {by} is neither the party, nor on file")
        if why := objection_refused(one, now=now):
            raise NotAllowed(f"{key}: {why}")
        columns = {"objected_by": by, "objection": words, "objected_at": now}
        charges.move(connection, Moved(one, ChargeState.OBJECTED, columns))
        return charges.one_charge(connection, key)


def _may_speak(connection: Connection, one: Charge, by: str) -> bool:
    """Let the party speak by any of its names, and whoever is on file for it; on file stays who spoke."""
    return (
        by in Addresses(connection).names_of(one.party)
        or staff_store.one(connection, by) is not None
        or agents.one(connection, by) is not None
    )


def rule_charge(key: str, *, upheld: bool, ruling: str, staff_id: str, instead: Instead | None = None) -> Charge:
    """Rule about an objection: the charge stays and is final, or it is lifted (R85, R86).

    What is lifted is told to whoever answers `instead`, who may object in turn; without one it is the carrier's own
    loss, which whoever rules approves.

    Raises:
        NotAllowed: no objection waits, this person may not rule or approve so much, no reason is given, or nobody can
            be charged so.
        NoSuchCharge: there is none with that number.
    """
    if role_of(staff_id) not in APPROVERS:
        raise NotAllowed(f"{staff_id} is no supervisor")
    if not ruling.strip():
        raise NotAllowed(f"{key}: say why")
    now = clock.now()
    with unit_of_work() as connection:
        one = charges.one_charge(connection, key, lock=True)
        claim = claim_store.one_claim(connection, one.claim_no)
        addresses = Addresses(connection)
        _refuse_ruler(connection, one, claim, staff_id, names=addresses.names_of(one.party))
        ledger.lock_claims(connection, [one.claim_no])  # nobody else shares anything of it out meanwhile
        ruled = {"ruled_by": staff_id, "ruling": ruling, "ruled_at": now}
        if upheld:
            charges.move(connection, Moved(one, ChargeState.CHARGED, {**ruled, "charged_at": now}))
            book_all_within(connection, [_charged(one, who=staff_id, reason=ruling, at=now)])
        else:
            charges.move(connection, Moved(one, ChargeState.LIFTED, {**ruled, "settled_at": now}))
            if instead is None:
                names = addresses.names_of(one.party)
                _lose(connection, one, approved_by=staff_id, reason=ruling, names=names, at=now)
            else:
                _charge_instead(connection, one, claim, instead, addresses, now=now)
        ended = charges.one_charge(connection, key)
        outbox.put(connection, [ruling_letter(ended, claim, to=addresses.of(one.party), now=now)])
        return ended


def _refuse_ruler(connection: Connection, one: Charge, claim: Claim, staff_id: str, *, names: Collection[str]) -> None:
    ruler = staff_store.one(connection, staff_id)
    ties = ruler.ties if ruler else frozenset()
    if why := ruling_refused(one) or ruler_refused(staff_id, claim, ties=ties, names=names):
        raise NotAllowed(f"{one.key}: {why}")


def _lose(
    connection: Connection, lifted: Charge, *, approved_by: str, reason: str, names: Collection[str], at: datetime
) -> None:
    """Book what was lifted as the carrier's own loss, which whoever ruled approves within his limit."""
    approver = staff_store.one(connection, approved_by)
    if why := approver_refused(approver, Loss(lifted.amount, lifted.currency), asked_by="", names=names):
        raise NotAllowed(f"{lifted.key}: {why}")
    money = Money(amount=lifted.amount, currency=lifted.currency)
    noted = Noted(at=at, who=SYSTEM, reason=reason, approved_by=approved_by)
    key = f"{lifted.key}:lifted"
    loss = bookings.written_off(lifted.claim_no, money, Account.TO_ALLOCATE, key=key, noted=noted)
    book_all_within(connection, [loss])


def take_agreement_back(connection: Connection, claim: Claim, key: str, *, noted: Noted) -> list[Charge] | None:
    """Book an agreement back with all that was shared out of it; give the charges that fall with it as they were.

    None, and nothing is booked, where there is no such agreement, a party has paid for it, or an insurer was asked.
    """
    known = charges.of_claims(connection, [claim.case_no], lock=True).get(claim.case_no, [])
    ledger.lock_claim(connection, claim.case_no)
    made = ledger.of_claim(connection, claim.case_no)
    agreement = next((booking for booking in made if booking.key == key), None)
    shared_out = shared_out_since(agreement, made) if agreement else None
    if agreement is None or shared_out is None:
        return None
    try:
        book_all_within(connection, [bookings.reversal(one, noted=noted) for one in (*shared_out, agreement)])
    except BookingRefused:
        return None
    falling = [
        one for one in known if ChargeState.TAKEN_BACK in MAY_BECOME[one.state] and one.noticed_at >= agreement.noted.at
    ]
    for one in falling:
        charges.move(connection, Moved(one, ChargeState.TAKEN_BACK, {"settled_at": noted.at}))
    return falling


def taken_back_letters(
    connection: Connection, claim: Claim, falling: Sequence[Charge], *, now: datetime
) -> list[Letter]:
    """Tell the parties that were to bear something that they bear nothing of it."""
    addresses = Addresses(connection)
    return [
        taken_back_letter(one, claim, to=addresses.of(one.party), now=now)
        for one in falling
        if one.party and one.state in EXPECTED_OF_PARTY
    ]


def _charge_instead(
    connection: Connection, lifted: Charge, claim: Claim, instead: Instead, addresses: Addresses, *, now: datetime
) -> None:
    if instead.kind not in CHARGEABLE or not instead.party.strip():
        raise NotAllowed(f"{lifted.key}: {instead.kind} {instead.party} cannot be charged".replace("  ", " "))
    if addresses.names_of(instead.party) & addresses.names_of(lifted.party):
        raise NotAllowed(f"{lifted.key}: {instead.party} is the party that objected")
    part = Part(instead.kind, instead.party, lifted.share, lifted.amount)
    known = charges.of_claims(connection, [claim.case_no])[claim.case_no]
    why = f"改判 instead of {lifted.key}"
    new = charge_for(claim, part, number=len(known) + 1, currency=lifted.currency, why=why, now=now)
    charges.add(connection, [new])
    outbox.put(connection, [notice_letter(new, claim, to=addresses.of(new.party), now=now)])
