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
from schemas.recovery import Charge
from store import claim_forms, outbox, payouts
from store.claims import Chosen
from store.unit_of_work import Connection, unit_of_work
from tasks.claims.charging import take_agreement_back, taken_back_letters
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
TAKEN_BACK = "赔款已追回，请重新处理"
TAKEN_BACK_BUT_BORNE = "赔款已追回，但责任方已付款或已向保险公司索赔，原协议仍在账上，请先核对账目再处理"
PAYABLE_BACK = (State.PAYING, State.PAID, State.RECOVERING, State.CLOSED)
UNPAID = frozenset({PayoutState.REFUSED, PayoutState.WITHDRAWN})


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
    numbers = [claim.case_no for claim in claims]
    latest = payouts.latest_of(connection, numbers)
    returned = payouts.returned_unheard(connection, numbers)
    for claim in claims:
        payout = latest.get(claim.case_no)
        back = returned.get(claim.case_no)
        if back is not None and (claim.state is not State.PAYING or back == payout):
            payouts.hear_of(connection, back.key, at=now)
            if back == payout and claim.agreed_amount is not None and back.reversal_reason in TO_BE_PAID_AGAIN:
                yield _failed(connection, claim, back, now)
            else:
                yield _taken_back(connection, claim, back, now, is_last=back == payout)
        elif payout is None or claim.state is not State.PAYING:
            continue
        elif payout.state is PayoutState.PAID:
            yield _paid(claim, payout, now)
        elif payout.state in UNPAID:
            yield _failed(connection, claim, payout, now)


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


def _taken_back(connection: Connection, claim: Claim, payout: Payout, now: datetime, *, is_last: bool) -> Step:
    """Hand a claim over whose payout was wrong, or not its last: its agreement falls with all that was shared out.

    Paying needs a new decision. What a party has paid for it or an insurer was asked for stands, and the agreement with
    it, until a person has put that right; so does the agreement of a payout that another one followed.
    """
    falling: list[Charge] | None = None
    assert claim.plan is not None  # a claim with a payout has one
    if is_last:
        agreement = booking_key(claim.case_no, BookingEvent.CLAIM_AGREED, claim.plan.version)
        noted = Noted(at=now, who=payout.reversed_by or SYSTEM, reason=payout.reason)
        falling = take_agreement_back(connection, claim, agreement, noted=noted)
    about = TAKEN_BACK if falling is not None else TAKEN_BACK_BUT_BORNE
    to = claim.assigned_to or MANAGER
    return Step(
        claim,
        Command.TAKE_MONEY_BACK,
        reason=payout.reversal_reason,
        note=payout.reason,
        updates={
            "paid_amount": claim.paid_amount - _counted(claim, payout), "agreed_amount": None, "ending": "",
            "route": None,
        },
        details={
            "payout": payout.key, "by": payout.reversed_by, "agreement_taken_back": falling is not None,
            "charges_taken_back": [one.key for one in falling or ()],
        },
        letters=[
            department_letter(claim, about=about, purpose="reversed", to=to, now=now),
            *taken_back_letters(connection, claim, falling or (), now=now),
        ],
    )  # fmt: skip


def _counted(claim: Claim, payout: Payout) -> Decimal:
    """Give what of a payout the claim counts as paid: nothing before it was confirmed."""
    return Decimal(0) if claim.state is State.PAYING else payout.amount


def _failed(connection: Connection, claim: Claim, payout: Payout, now: datetime) -> Step:
    """Go back to the agreement: the money is owed, and another account is wanted."""
    claim_forms.payee_failed(connection, claim.case_no, payout=payout.key, at=now)
    counted = _counted(claim, payout)
    to = claim.assigned_to or MANAGER
    known = claim.model_copy(update={"payee_tail": ""})
    return Step(
        claim,
        Command.PAYMENT_FAILED,
        reason=payout.state.value,
        note=payout.reason,
        updates={"paid_amount": claim.paid_amount - counted, "ending": ""} if counted else {},
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
