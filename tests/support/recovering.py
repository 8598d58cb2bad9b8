"""Claims that were paid, as tests of recovery want them: opened, planned, approved, agreed and paid at once."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from claim_facts import a_claim
from factories import NOON, a_supervisor, at
from sqlalchemy import text

from rules.claims import bookings
from rules.claims.assessing import assess
from rules.transitions import Move
from schemas.assessment import ClaimEvent, InternalShare
from schemas.claims import (
    Claim,
    ClaimantTold,
    ClaimChannel,
    ClaimForm,
    ClaimPlan,
    Command,
    Liability,
    Resolution,
    Stage,
    State,
)
from schemas.complaints import LiableParty, PartyKind
from schemas.exceptions import Role
from schemas.ledger import Account, Money, Noted
from schemas.money import Money as Sum
from store import approvals, charges, claims, ledger, staff
from store.case_history import Signature
from store.case_moves import Change
from store.claims import CLAIMS, Opening
from store.plans import draft_plans
from store.unit_of_work import Connection, unit_of_work

EAST, HUB, PARTNER = "城东网点", "华东分拨", "示例干线"
INSURER = "示例财险"
APPROVER = "mgr-zhao"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SIGN = Signature(who="redress", role="system", at=NOON, policy_version="test")


def share(name: str, percent: str, kind: PartyKind = PartyKind.OUTLET) -> InternalShare:
    """Give what a party bears by the decided split."""
    return InternalShare(kind=kind, name=name, share=Decimal(percent), amount=Sum(amount=Decimal(0), currency="CNY"))


def unknown(percent: str) -> InternalShare:
    """Give the part of which nobody knows with whom it lies."""
    return share("", percent, PartyKind.UNKNOWN)


def paid_claims(
    count: int = 1,
    *split: InternalShare,
    amount: str = "1000.00",
    currency: str = "CNY",
    event: ClaimEvent = ClaimEvent.LOSS,
    approved: bool = True,
    handler: str = "ag-sun",
) -> list[str]:
    """Have claims that were agreed on and paid, all by one split, and give their numbers."""
    form = ClaimForm(
        channel=ClaimChannel.WEBSITE,
        event=event,
        waybill="773000000001",
        currency=currency,
        claimant=ClaimantTold(name="王小明", phone="13912345678", language="zh", relation="sender"),
    )
    worth = Money(amount=Decimal(amount), currency=currency)
    with unit_of_work() as connection:
        opened = claims.open_claims(
            connection,
            [Opening(form, (), lambda _claim, _details: {"currency": currency}, {})] * count,
            day="20261120",
            sign=SIGN,
        )
        numbers = [claim.case_no for claim in opened]
        plan = ClaimPlan(
            version=1,
            resolution=Resolution.PAY,
            amount=worth.amount,
            currency=currency,
            basis=("law:x",),
            split=split,
            assessment=assess(a_claim()),
        )
        draft_plans(connection, [(number, plan) for number in numbers])
        if approved:
            _approve(connection, numbers, worth)
        _book_paid(connection, numbers, worth)
        CLAIMS.apply(connection, [_paid(claim, worth, handler, split) for claim in opened], sign=SIGN)
    return numbers


def paid_claim(*split: InternalShare, **changes: object) -> str:
    """Have one claim that was agreed on and paid."""
    [number] = paid_claims(1, *split, **changes)  # type: ignore[arg-type]
    return number


def _paid(claim: Claim, worth: Money, handler: str, split: Sequence[InternalShare]) -> Change[Claim]:
    move: Move[State, Command, Stage] = Move(claim.state, Command.CONFIRM_PAID, State.PAID, Stage.PAYMENT)
    parties = tuple(LiableParty(kind=one.kind, name=one.name, share=one.share) for one in split)
    liability = Liability(parties=parties, decided_by="sup-li", decided_at=NOON)
    updates = {
        "agreed_amount": worth.amount, "paid_amount": worth.amount, "payouts": 1, "handler": handler,
        "liability": liability,
    }  # fmt: skip
    return Change(case=claim, move=move, updates=updates)


def _approve(connection: Connection, numbers: Sequence[str], worth: Money) -> None:
    approvals.open_gates(connection, [(number, 1, "money") for number in numbers], at=NOON)
    connection.execute(
        text(
            "INSERT INTO decision (gate_id, decision, final, staff_id, amount, planned_amount, currency, comment, via, "
            "answered_at, decided_at) SELECT gate_id, 'approve', true, :by, :amount, :amount, :currency, '', 'run', "
            ":at, :at FROM gate WHERE case_no = ANY(:numbers)"
        ),
        {
            "by": APPROVER,
            "amount": worth.amount,
            "currency": worth.currency,
            "at": NOON,
            "numbers": list(numbers),
        },
    )


def _book_paid(connection: Connection, numbers: Sequence[str], worth: Money) -> None:
    noted = Noted(at=NOON, who="test")
    for make in (bookings.claim_agreed, bookings.payout_requested, bookings.payout_paid):
        made = [make(number, worth, key=f"{number}:{make.__name__}", noted=noted) for number in numbers]
        ledger.book(connection, made)


def on_file(staff_id: str, role: Role = Role.AGENT, *, ties: frozenset[str] = frozenset(), limit: str = "5000") -> str:
    """Have somebody on file, and give the staff id."""
    with unit_of_work() as connection:
        if staff.one(connection, staff_id) is None:
            member = a_supervisor(staff_id=staff_id, roles=frozenset({role}), ties=ties, amount_limit=Decimal(limit))
            staff.add(connection, member, secret=SECRET)
    return staff_id


def charges_of(claim_no: str) -> list[tuple[str, str, str]]:
    """Give party, amount and state of each charge of a claim."""
    with unit_of_work() as connection:
        found = charges.of_claims(connection, [claim_no]).get(claim_no, [])
    return [(one.party, str(one.amount), one.state.value) for one in found]


def books_of(claim_no: str) -> dict[str, str]:
    """Give what stands on a claim's accounts, by account and party, but for cash."""
    with unit_of_work() as connection:
        found = ledger.balances_of(connection, [claim_no])
    return {
        f"{one.account.value} {one.party}".strip(): str(one.balance) for one in found if one.account is not Account.CASH
    }


def state_of(claim_no: str) -> State:
    """Say where a claim stands."""
    with unit_of_work() as connection:
        return claims.one_claim(connection, claim_no).state


def moment(days: float) -> datetime:
    """Give a moment so many days after noon."""
    return at(days * 24)
