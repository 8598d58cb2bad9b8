"""Stage PAYMENT (支付): an agreement is ordered to be paid, and what became of the order is told (R79).

How a payout leaves, and what is booked of it: `tasks.claims.paying`.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from prefect import task

from rules.claims.bookings import booking_key
from schemas.claims import Claim, Command, State
from schemas.evidence import EvidenceKind
from schemas.ledger import BookingEvent, Noted
from schemas.payments import Payout, PayoutState, PayoutWanted, ReversalReason
from store import claim_forms, outbox, payouts
from store.claims import Chosen
from store.unit_of_work import Connection, unit_of_work
from tasks.claims.booking import BookingRefused, reverse_within
from tasks.claims.evidence import completeness_of_claims
from tasks.claims.letters import MANAGER, claimant_letters, department_letter
from tasks.claims.moving import BATCH, Step, step_in_batches, step_of_one
from tasks.claims.paying import order_payouts
from tasks.claims.timing import anchors_of, told
from tasks.settings import business_settings
from tasks.stepping import SYSTEM

TO_BE_PAID_AGAIN = frozenset({ReversalReason.RETURNED_BY_BANK.value, ReversalReason.WRONG_PAYEE.value})
"""Why a payout came back whose money is owed all the same, to another account."""
NO_ASSIGNMENT = "收款人非寄件人，缺索赔权转让书"
PAYABLE_BACK = (State.PAYING, State.PAID, State.RECOVERING, State.CLOSED)
FAILED = frozenset({PayoutState.REFUSED, PayoutState.WITHDRAWN, PayoutState.REVERSED})


@task
def pay_claims(case_no: str | Sequence[str] | None = None) -> list[str]:
    """Order the payout of every agreement whose account is known; the others wait for one."""
    named = [case_no] if isinstance(case_no, str) else case_no
    return step_in_batches(Chosen(states=frozenset({State.AGREED}), case_nos=named, payee_known=True), _pay)


def _pay(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    claims = _without_assignment_missing(connection, claims, now)
    payees = claim_forms.payees_of(connection, [claim.case_no for claim in claims])
    wanted = [
        PayoutWanted(
            claim_no=claim.case_no,
            number=claim.payouts + 1,
            payee=payees[claim.case_no].name,
            account=payees[claim.case_no].account,
            amount=_owed(claim),
            currency=claim.currency,
        )
        for claim in claims
    ]
    ordered = {payout.claim_no: payout for payout in order_payouts(connection, wanted, who=SYSTEM, at=now)}
    for claim in claims:
        yield Step(
            claim,
            Command.PAY,
            reason="account_known",
            updates={"payouts": claim.payouts + 1},
            details={"payout": ordered[claim.case_no].key, "amount": str(_owed(claim))},
        )


def _without_assignment_missing(connection: Connection, claims: list[Claim], now: datetime) -> list[Claim]:
    """Leave out those who are to be paid for another without his assignment of the claim; the desk is told (R86)."""
    found = completeness_of_claims(connection, claims)
    lacking = {
        number
        for number, one in found.items()
        if any(piece.kind is EvidenceKind.ASSIGNMENT_OF_CLAIM for piece in one.missing)
    }
    waiting = [claim for claim in claims if claim.case_no in lacking]
    outbox.put(
        connection,
        [
            department_letter(
                claim, about=NO_ASSIGNMENT, purpose="assignment", to=claim.assigned_to or MANAGER, now=now
            )
            for claim in waiting
        ],
    )
    return [claim for claim in claims if claim.case_no not in lacking]


def _owed(claim: Claim) -> Decimal:
    assert claim.agreed_amount is not None  # an agreed claim has one
    return claim.agreed_amount


@task
def confirm_paid(case_no: str | Sequence[str] | None = None) -> list[str]:
    """Tell the claimants whose money has left, and ask those for another account whose money could not be paid."""
    named = [case_no] if isinstance(case_no, str) else case_no
    if named is None:
        with unit_of_work() as connection:
            named = payouts.claims_with_news(connection)
    done: list[str] = []
    for start in range(0, len(named), BATCH):
        done += step_of_one(named[start : start + BATCH], PAYABLE_BACK, _confirm)
    return done


def _confirm(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    latest = payouts.latest_of(connection, [claim.case_no for claim in claims])
    for claim in claims:
        payout = latest.get(claim.case_no)
        if payout is None:
            continue
        if payout.state is PayoutState.PAID and claim.state is State.PAYING:
            yield _paid(claim, payout, now)
        elif payout.state in FAILED:
            yield (
                _taken_back(connection, claim, payout, now)
                if _was_wrong(payout)
                else _failed(connection, claim, payout, now)
            )


def _paid(claim: Claim, payout: Payout, now: datetime) -> Step:
    reads_at = business_settings().after_quiet_hours(now) if claim.claimant_address else None
    paid_at = payout.paid_at or now
    return Step(
        claim,
        Command.CONFIRM_PAID,
        reason=payout.method.value,
        updates={"paid_amount": claim.paid_amount + payout.amount},
        details={
            "payout": payout.key,
            "amount": str(payout.amount),
            "facts": told(reads_at, known=anchors_of(claim), compensation_paid_at=paid_at),
        },
        letters=claimant_letters(claim, "paid", purpose="paid", now=now),
    )


def _was_wrong(payout: Payout) -> bool:
    """Say whether a payout was taken back because it should not have been made, whatever the account."""
    return payout.state is PayoutState.REVERSED and payout.reversal_reason not in TO_BE_PAID_AGAIN


def _taken_back(connection: Connection, claim: Claim, payout: Payout, now: datetime) -> Step:
    """Hand a claim over whose payout was wrong: its agreement is taken back, and paying needs a new decision."""
    taken_back = _agreement_taken_back(connection, claim, payout, now)
    to = claim.assigned_to or MANAGER
    return Step(
        claim,
        Command.TAKE_MONEY_BACK,
        reason=payout.reversal_reason,
        note=payout.reason,
        updates={
            "paid_amount": claim.paid_amount - payout.amount, "agreed_amount": None, "ending": "", "route": None,
        },
        details={"payout": payout.key, "by": payout.reversed_by, "agreement_taken_back": taken_back},
        letters=[department_letter(claim, about="赔款已追回，请重新处理", purpose="reversed", to=to, now=now)],
    )  # fmt: skip


def _agreement_taken_back(connection: Connection, claim: Claim, payout: Payout, now: datetime) -> bool:
    """Book the agreement back where nobody was charged for it yet; else it stays payable until a person decides."""
    version = claim.plan.version if claim.plan else 1
    key = booking_key(claim.case_no, BookingEvent.CLAIM_AGREED, version)
    noted = Noted(at=now, who=payout.reversed_by or SYSTEM, reason=payout.reason)
    try:
        return reverse_within(connection, key, BookingEvent.BOOKING_REVERSED, noted=noted) is not None
    except BookingRefused:
        return False


def _failed(connection: Connection, claim: Claim, payout: Payout, now: datetime) -> Step:
    """Go back to the agreement: the money is owed, and another account is wanted."""
    claim_forms.payee_failed(connection, claim.case_no, payout=payout.key, at=now)
    was_paid = claim.state is not State.PAYING
    to = claim.assigned_to or MANAGER
    known = claim.model_copy(update={"payee_tail": ""})
    return Step(
        claim,
        Command.PAYMENT_FAILED,
        reason=payout.state.value,
        note=payout.reason,
        updates={"paid_amount": claim.paid_amount - payout.amount, "ending": ""} if was_paid else {},
        details={
            "payout": payout.key,
            "because": payout.reason,
            "facts": told(None, known=anchors_of(claim), compensation_agreed_at=now),  # the seven days begin anew
        },
        letters=[
            *claimant_letters(known, "account", purpose="account", now=now),
            department_letter(claim, about="赔款未能支付", purpose="payout", to=to, now=now),
        ],
    )
