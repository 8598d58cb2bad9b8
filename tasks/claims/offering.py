"""Stage NEGOTIATION (协商): what was approved is told, and nothing before (R56, R79).

A claimant who gets all that he asked for has agreed by asking for it; any other is offered the amount. A denial is told
with its reasons and the ways to object.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from prefect import task

from rules.claims import bookings, telling
from rules.claims.bookings import booking_key
from rules.claims.lifecycle import is_all_that_was_asked
from rules.claims.pack import CLAIM_PACK
from rules.clocks.anchors import knowing
from rules.exceptions.wording import local_time
from schemas.claims import Claim, ClaimPlan, Command, Ending, OfferBy, OfferState, Resolution, State
from schemas.ledger import Booking, BookingEvent, Money, Noted
from store import claim_offers, ledger
from store.claim_offers import Named
from store.claims import Chosen
from store.unit_of_work import Connection
from tasks import clock
from tasks.claims.letters import MANAGER, claimant_letters, department_letter, language_of
from tasks.claims.moving import Step, step_in_batches, step_of_one
from tasks.claims.timing import PAYMENT, anchors_of, due, told
from tasks.settings import business_settings
from tasks.stepping import SYSTEM

ENDING_OF = {Resolution.DENY: Ending.DENIED, Resolution.TIME_BAR: Ending.TIME_BARRED}


@task
def offer_claims(case_no: str | Sequence[str] | None = None) -> list[str]:
    """Tell the claimants of everything that was approved: an agreement, an offer, or a denial."""
    return step_of_one(case_no, [State.APPROVED], _offer)


def _offer(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    offered = [claim for claim in claims if _is_offered(claim)]
    claim_offers.name(connection, [_named(claim, _until(now)) for claim in offered], at=now)
    agreed = [claim for claim in claims if is_all_that_was_asked(claim) is None]
    ledger.book(connection, [agreement_of(claim, _plan(claim).amount, now=now) for claim in agreed])
    for claim in claims:
        plan = _plan(claim)
        if plan.resolution is Resolution.NOTHING_MORE:
            yield from _nothing_more(claim, plan, now)
        elif plan.resolution is not Resolution.PAY:
            yield _denied(claim, plan, now)
        elif is_all_that_was_asked(claim) is None:
            yield agreeing(claim, Command.AGREE_AS_CLAIMED, plan.amount, now=now, reason="as_claimed", proposed=True)
        else:
            yield offering(claim, Command.OFFER, plan.amount, now=now)


def _plan(claim: Claim) -> ClaimPlan:
    assert claim.plan is not None  # an approved claim has one
    return claim.plan


def _is_offered(claim: Claim) -> bool:
    return _plan(claim).resolution is Resolution.PAY and is_all_that_was_asked(claim) is not None


def _named(claim: Claim, until: datetime) -> Named:
    plan = _plan(claim)
    return Named(claim.case_no, OfferBy.CARRIER, SYSTEM, plan.amount, plan.currency, plan.version, until)


def _until(now: datetime) -> datetime:
    return now + CLAIM_PACK.pick("offer_stands", on=now.date()).hours


def offering(claim: Claim, command: Command, amount: Decimal, *, now: datetime, note: str = "") -> Step:
    """Tell a claimant what is offered, and until when it stands."""
    settings = business_settings()
    until = _until(now)
    known = claim.model_copy(update={"offered": amount})
    reads_at = settings.after_quiet_hours(now) if claim.claimant_address else None
    facts = told(reads_at, known=anchors_of(claim), compensation_proposed_at=reads_at or now)
    return Step(
        known,
        command,
        reason="offered",
        note=note,
        updates={"offered": amount, "offer_due_at": until, "customer_told_at": claim.customer_told_at or reads_at},
        details={"amount": str(amount), "plan_version": _plan(claim).version, "facts": facts},
        letters=claimant_letters(known, "offer", purpose="offer", now=now, answer_by=local_time(until, settings.zone)),
    )


def agreeing(
    claim: Claim,
    command: Command,
    amount: Decimal,
    *,
    now: datetime,
    reason: str,
    note: str = "",
    proposed: bool = False,
) -> Step:
    """Take down that an amount is agreed on, and tell the claimant by when it is paid, or that an account is wanted."""
    settings = business_settings()
    reads_at = settings.after_quiet_hours(now) if claim.claimant_address else None
    met: dict[str, datetime | None] = {"compensation_agreed_at": now}
    if proposed:
        met["compensation_proposed_at"] = reads_at or now
    known = claim.model_copy(update={"agreed_amount": amount})
    pay_by = due(PAYMENT, knowing(anchors_of(claim), {"compensation_agreed_at": now}))
    return Step(
        claim,
        command,
        reason=reason,
        note=note,
        updates={
            "agreed_amount": amount, "offered": None, "offer_due_at": None,
            "customer_told_at": claim.customer_told_at or reads_at,
        },
        details={"amount": str(amount), "facts": told(reads_at, known=anchors_of(claim), **met)},
        letters=claimant_letters(
            known, "agreed", purpose="agreed", now=now,
            pay_by=pay_by.astimezone(settings.zone).date().isoformat() if pay_by else "",
        ),
    )  # fmt: skip


def agreement_of(claim: Claim, amount: Decimal, *, now: datetime, who: str = SYSTEM) -> Booking:
    """Make the booking of an agreement; a claim that is agreed on once more has the next number."""
    plan = _plan(claim)
    key = booking_key(claim.case_no, BookingEvent.CLAIM_AGREED, plan.version)
    money = Money(amount=amount, currency=claim.currency)
    return bookings.claim_agreed(claim.case_no, money, key=key, noted=Noted(at=now, who=who))


def _nothing_more(claim: Claim, plan: ClaimPlan, now: datetime) -> Iterator[Step]:
    """Close a claim that was paid and of which nothing more is owed; what was paid too much is for a person."""
    letters = claimant_letters(
        claim, "ended", purpose="ended", now=now, reasons=telling.ENDING[Ending.SETTLED][language_of(claim) == "en"]
    )
    too_much = plan.assessment.to_reclaim if plan.assessment is not None else None
    if too_much is not None and too_much.amount:
        to = claim.assigned_to or MANAGER
        about = f"多付 {too_much}，请决定是否收回"
        letters.append(department_letter(claim, about=about, purpose="reclaim", to=to, now=now))
    yield Step(
        claim,
        Command.CLOSE,
        reason="nothing_more_owed",
        updates={"ending": Ending.SETTLED},
        details={"plan_version": plan.version, "to_reclaim": str(too_much.amount) if too_much else "0"},
        letters=letters,
    )


def _denied(claim: Claim, plan: ClaimPlan, now: datetime) -> Step:
    settings = business_settings()
    until = now + CLAIM_PACK.pick("object_within", on=now.date()).hours
    reads_at = settings.after_quiet_hours(now) if claim.claimant_address else None
    facts = told(reads_at, known=anchors_of(claim), compensation_proposed_at=reads_at or now)
    return Step(
        claim,
        Command.DENY,
        reason=plan.resolution.value,
        updates={"offer_due_at": until, "customer_told_at": claim.customer_told_at or reads_at},
        details={"plan_version": plan.version, "facts": facts},
        letters=claimant_letters(
            claim,
            "denied",
            purpose="denied",
            now=now,
            reasons=telling.reasons(plan, language_of(claim)),
            answer_by=local_time(until, settings.zone),
        ),
    )


@task
def end_unanswered() -> list[str]:
    """Close the denials that nobody objected to in time; hand over the offers that nobody answered: somebody calls."""
    return step_in_batches(Chosen(offer_due_by=clock.now()), _unanswered)


def _unanswered(connection: Connection, claims: list[Claim], now: datetime) -> Iterator[Step]:
    lapsed = [claim.case_no for claim in claims if claim.state is State.OFFERED]
    claim_offers.settle(connection, lapsed, OfferState.LAPSED, at=now)
    for claim in claims:
        if claim.state is State.OFFERED:
            to = claim.assigned_to or MANAGER
            letter = department_letter(claim, about="方案未获答复，请联系索赔人", purpose="lapsed", to=to, now=now)
            yield Step(claim, Command.HAND_OVER, reason="no_answer", updates={"offer_due_at": None}, letters=[letter])
            continue
        ending = ENDING_OF[_plan(claim).resolution]
        yield Step(claim, Command.CLOSE, reason="not_objected", updates={"ending": ending, "offer_due_at": None})
