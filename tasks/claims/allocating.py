"""Sharing out what nobody answers for yet: parties are told their parts, the rest is the carrier's own loss (R79).

What a party was told of is not booked before it is final; until then it stands to allocate. Belongs here: what
recovery, an insurer's word and a ruling have in common. Does not belong here: when they happen.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from rules.claims import bookings
from rules.claims.recovery import Part, charge_key, free_to_allocate, object_until, parts_of
from rules.claims.recovery_wording import basis_of
from rules.supervision.network import Network
from schemas.claims import Claim
from schemas.ledger import Account, Booking, Money, Noted
from schemas.recovery import Charge, ChargeState
from store import agents, approvals, charges
from store import network as network_store
from store.outbox import Letter
from store.unit_of_work import Connection
from tasks.claims.booking import book_all_within, standings_of
from tasks.claims.recovery_letters import notice_letter
from tasks.stepping import SYSTEM

NOBODY_ANSWERS = "无责任方，承运人自担。 Nobody answers for it: the carrier's own loss."


class Allocated(NamedTuple):
    """Who is to bear a claim's money, and what the parties are told."""

    charges: tuple[Charge, ...]
    letters: tuple[Letter, ...]

    @property
    def details(self) -> dict[str, str]:
        """Give what the claim's history says of it."""
        return {one.key: f"{one.party or one.kind} {one.amount} {one.currency} {one.state}" for one in self.charges}


def allocate(connection: Connection, claims: Sequence[Claim], *, why: str = "", now: datetime) -> dict[str, Allocated]:
    """Share out what nobody answers for of these claims, by the splits of their newest plans.

    The carrier's own loss is written off with the approval of whoever approved the plan; where nobody did, it waits for
    the desk to have it approved.
    """
    numbers = [claim.case_no for claim in claims]
    standing = standings_of(connection, numbers)
    known = charges.of_claims(connection, numbers)
    approvers = approvals.approvers_of(connection, numbers)
    addresses = Addresses(connection)
    done: dict[str, Allocated] = {}
    losses: list[Booking] = []
    for claim in claims:
        before = known.get(claim.case_no, [])
        approver = approvers.get(claim.case_no, "")
        split = claim.plan.split if claim.plan else ()
        new: list[Charge] = []
        for currency, amount in free_to_allocate(standing[claim.case_no], before).items():
            for part in parts_of(amount, split):
                number = len(before) + len(new) + 1
                charge = charge_for(claim, part, number=number, currency=currency, why=why, now=now)
                if not charge.party and approver:
                    losses.append(_own_loss(charge, approved_by=approver, at=now))
                    charge = charge.model_copy(update={"state": ChargeState.WRITTEN_OFF, "settled_at": now})
                new.append(charge)
        letters = tuple(notice_letter(one, claim, to=addresses.of(one.party), now=now) for one in new if one.party)
        done[claim.case_no] = Allocated(tuple(new), letters)
    charges.add(connection, [one for allocated in done.values() for one in allocated.charges])
    book_all_within(connection, losses)
    return done


def charge_for(claim: Claim, part: Part, *, number: int, currency: str, why: str, now: datetime) -> Charge:
    """Make the charge of a part: noticed to its party, or without one a loss that waits for its approval."""
    return Charge(
        key=charge_key(claim.case_no, number),
        claim_no=claim.case_no,
        number=number,
        kind=part.kind,
        party=part.name,
        share=part.share,
        amount=part.amount,
        currency=currency,
        basis=basis_of(claim, why=why),
        state=ChargeState.NOTICED if part.name else ChargeState.UNAPPROVED,
        noticed_at=now,
        object_until=object_until(part.kind, now=now),
    )


def _own_loss(charge: Charge, *, approved_by: str, at: datetime) -> Booking:
    money = Money(amount=charge.amount, currency=charge.currency)
    noted = Noted(at=at, who=SYSTEM, reason=NOBODY_ANSWERS, approved_by=approved_by)
    key = f"{charge.key}:written_off"
    return bookings.written_off(charge.claim_no, money, Account.TO_ALLOCATE, key=key, noted=noted)


class Addresses:
    """Where parties are written to, and by which names they are known; each is looked up once."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._network: Network = network_store.network(connection)
        self._homes: dict[str, str] = {}

    def of(self, party: str) -> str:
        """Give a department's address; of a person on file, that of his department; of any other, its name."""
        department = self._network.find(self._home(party))
        return department.address if department else party

    def names_of(self, party: str) -> frozenset[str]:
        """Give all names of a party: its own, and those of the department that it is or works for."""
        department = self._network.find(self._home(party))
        return frozenset({party, *((department.code, *department.names) if department else ())})

    def _home(self, party: str) -> str:
        if party not in self._homes:
            agent = None if self._network.find(party) else agents.one(self._connection, party)
            self._homes[party] = agent.department if agent else party
        return self._homes[party]
