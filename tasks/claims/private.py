"""Matters that somebody of the carrier settled with the customer himself (R83): taken down, and listed by month.

Where it is the matter of an open claim, the claim ends with it in the same transaction: nothing is decided, offered or
asked about it any more.
"""

from datetime import date, datetime
from decimal import Decimal

from rules.reporting.periods import NoSuchPeriod, period_named
from schemas.claims import Claim, Command, Ending, OfferState, PrivateParty, PrivateSettlement
from schemas.exceptions import Role
from schemas.ledger import Money
from schemas.reporting import PeriodKind
from store import claim_offers, dockets, outbox, private_settlements
from store.claims import one_claim
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.moving import Step, take_steps
from tasks.complaints.closing import take_back_question
from tasks.exceptions.by_hand import role_of
from tasks.settings import business_settings

AMOUNT_BELOW = Decimal(10_000_000_000)
"""What the books hold."""
SETTLED = "已自行解决。 The matter was settled privately."


class NotTakenDown(ValueError):
    """What was told of a private settlement cannot be; the message says what is wrong with it."""


def settle_privately(
    *,
    party: PrivateParty,
    name: str,
    money: Money,
    on: date,
    staff_id: str,
    waybill: str = "",
    claim_no: str = "",
    note: str = "",
) -> PrivateSettlement:
    """Take down that somebody settled a matter himself, and end the claim about it if one is open.

    Args:
        party: The class of whoever did.
        name: Who he is, or what the branch or market is called.
        money: What he paid.
        on: The day on which it was settled, in the time zone of the business.
        staff_id: Who takes it down.
        waybill: The parcel that it was about; that of the claim where none is told.
        claim_no: The claim that it was about.
        note: What else is to be known.

    Raises:
        NotTakenDown: it names nobody, neither parcel nor claim, a parcel that is not the claim's, a day that has not
            come, more than the books hold, or a claim of which it is on file already.
        NotAllowed: nobody with that id works here, or the claim has come too far to be settled so.
        NoSuchClaim: there is none with that number.
    """
    now, role = clock.now(), role_of(staff_id)
    _check(name=name, money=money, on=on, now=now, about=waybill or claim_no)
    with unit_of_work() as connection:
        claim = one_claim(connection, claim_no, lock=True) if claim_no else None
        if claim is not None:
            waybill = _parcel_of(connection, claim, waybill)
        kept = private_settlements.add(
            connection, party=party, name=name.strip(), amount=money.amount, currency=money.currency, settled_on=on,
            told_by=staff_id, at=now, claim_no=claim_no, waybill=waybill, note=note,
        )  # fmt: skip
        if claim is not None and claim.is_open:
            _end(connection, claim, kept, who=staff_id, role=role, now=now)
        return kept


def _check(*, name: str, money: Money, on: date, now: datetime, about: str) -> None:
    if not name.strip():
        raise NotTakenDown("say who settled it")
    if not about:
        raise NotTakenDown("name the parcel or the claim that it was about")
    if on > now.astimezone(business_settings().zone).date():
        raise NotTakenDown(f"{on} has not come yet")
    if money.amount >= AMOUNT_BELOW:
        raise NotTakenDown(f"{money} is more than the books hold")


def _parcel_of(connection: Connection, claim: Claim, waybill: str) -> str:
    """Give the parcel of a claim that may still be taken down as settled."""
    if waybill and claim.waybill and waybill != claim.waybill:
        raise NotTakenDown(f"{claim.case_no} is about {claim.waybill}, not about {waybill}")
    if private_settlements.is_on_file(connection, claim.case_no):
        raise NotTakenDown(f"of {claim.case_no} it is on file already that it was settled privately")
    return waybill or claim.waybill


def _end(connection: Connection, claim: Claim, kept: PrivateSettlement, *, who: str, role: Role, now: datetime) -> None:
    """End a claim: what was named is recalled, and nobody owes a decision about it any more."""
    take_back_question(connection, claim.case_no, reason=SETTLED, now=now)
    outbox.withdraw_to_customer(connection, claim.case_no)  # what he is still to be told is settled by now
    if claim.docket_no:
        dockets.take_out(connection, claim.docket_no, [claim.case_no])
    claim_offers.settle(connection, [claim.case_no], OfferState.RECALLED, at=now)
    details = {
        "settlement": kept.settlement_id, "party": kept.party.value, "amount": str(kept.amount),
        "currency": kept.currency,
    }  # fmt: skip  # without the name: what is sealed cannot be erased
    updates = {"ending": Ending.PRIVATELY_SETTLED}
    step = Step(claim, Command.SETTLE_PRIVATELY, reason=kept.party.value, updates=updates, details=details)
    take_steps(connection, [step], now=now, who=who, role=role)


def private_settlements_of(month: str) -> list[PrivateSettlement]:
    """List what was settled privately in a month, such as 2026-11, the oldest first.

    Raises:
        NoSuchPeriod: it is no month.
    """
    period = period_named(month)
    if period.kind is not PeriodKind.MONTH:
        raise NoSuchPeriod(f"{month!r} is no month; write one as 2026-11")
    with unit_of_work() as connection:
        return private_settlements.listing(connection, since=period.first, until=period.until)
