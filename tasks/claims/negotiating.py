"""Stage NEGOTIATION (协商), by people: what the claimant says to an offer or a denial, and what the desk answers (R79).

The desk answers within what was approved; a higher amount is a new proposal and needs a new approval (R56).
"""

from datetime import datetime
from decimal import Decimal
from typing import Any

from rules.claims import telling
from rules.claims.liability import contested
from rules.claims.lifecycle import COUNTERS_MAX, TALKING
from rules.claims.money import CENT
from schemas.claims import Claim, Command, Ending, OfferBy, OfferState
from schemas.exceptions import Role
from store import claim_offers, ledger, payments
from store import claims as claim_store
from store.claim_offers import Named
from store.unit_of_work import Connection, unit_of_work
from tasks import clock
from tasks.claims.letters import MANAGER, claimant_letters, department_letter, language_of
from tasks.claims.moving import Step, take_steps
from tasks.claims.offering import agreeing, agreement_of, offering
from tasks.complaints.closing import take_back_question
from tasks.exceptions.by_hand import role_of
from tasks.paid import with_payments
from tasks.stepping import NotAllowed

CLAIMANT = "claimant"


class OtherOffer(NotAllowed):
    """What the claimant accepts is not what is offered now."""


def accept_offer(
    case_no: str, *, who: str, role: Role, channel: str, note: str = "", offered: Decimal | None = None
) -> Claim:
    """Take down that the claimant accepts what was offered: it is agreed, and paid to the account that he names.

    `offered` is the amount that he read, where he said which.

    Raises:
        NotAllowed: nothing is offered.
        OtherOffer: another amount is offered than he read.
        NoSuchClaim: there is none with that number.
    """
    now = clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        if claim.offered is None:
            raise NotAllowed(f"{case_no}: nothing is offered")
        if offered is not None and offered != claim.offered:
            raise OtherOffer(f"{case_no}: {claim.offered} is offered now, not {offered}")
        _check_nothing_was_paid_since(connection, claim)
        step = agreeing(claim, Command.ACCEPT, claim.offered, now=now, reason=channel, note=note)
        take_steps(connection, [step], now=now, who=who, role=role)
        claim_offers.accept(connection, case_no, at=now)
        ledger.book(connection, [agreement_of(claim, claim.offered, now=now, who=who)])
        return claim_store.one_claim(connection, case_no)


def counter_offer(case_no: str, *, amount: Decimal, reasons: str, who: str, role: Role, channel: str) -> Claim:
    """Take down the amount that the claimant asks for instead, with his reasons; the desk answers it.

    Raises:
        NotAllowed: nothing is being talked about, the rounds are over, or no reason is told.
        NoSuchClaim: there is none with that number.
    """
    if not reasons.strip():
        raise NotAllowed(f"{case_no}: say why the claimant asks for another amount")
    now = clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        to = claim.assigned_to or MANAGER
        if claim.rounds >= COUNTERS_MAX and claim.state in TALKING:
            _to_a_person(connection, claim, _money(case_no, amount), reasons, now)
            return claim_store.one_claim(connection, case_no)
        step = Step(
            claim,
            Command.COUNTER,
            reason=channel,
            note=reasons,
            updates={"rounds": claim.rounds + 1, "offer_due_at": None},
            details={"amount": str(_money(case_no, amount)), "offered": str(claim.offered)},
            letters=[department_letter(claim, about="索赔人还价", purpose="counter", to=to, now=now)],
        )
        take_steps(connection, [step], now=now, who=who, role=role)
        _name(connection, claim, OfferBy.CLAIMANT, CLAIMANT, amount, now, note=reasons)
        return claim_store.one_claim(connection, case_no)


def _to_a_person(connection: Connection, claim: Claim, amount: Decimal, reasons: str, now: datetime) -> None:
    """Hand a claim over whose rounds are used up; what the claimant asked for now is on record."""
    to = claim.assigned_to or MANAGER
    letter = department_letter(claim, about="多轮协商未果，请人工处理", purpose="rounds", to=to, now=now)
    step = Step(
        claim, Command.HAND_OVER, reason="rounds_used_up", note=reasons, updates={"offer_due_at": None},
        details={"amount": str(amount)}, letters=[letter],
    )  # fmt: skip
    take_steps(connection, [step], now=now)
    _name(connection, claim, OfferBy.CLAIMANT, CLAIMANT, amount, now, note=reasons)


def _check_nothing_was_paid_since(connection: Connection, claim: Claim) -> None:
    """Refuse an agreement where another case had something paid for the parcel since it was assessed (R56)."""
    if claim.waybill:
        payments.lock(connection, claim.waybill)
    [known] = with_payments(connection, [claim])
    assessed = known.plan.assessment if known.plan is not None else None
    before = assessed.paid.amount if assessed is not None else Decimal(0)
    if known.paid_before(claim.currency) > before:
        raise NotAllowed(f"{claim.case_no}: something was paid for the parcel meanwhile; it must be assessed anew")


def offer_again(case_no: str, *, amount: Decimal, staff_id: str, note: str = "") -> Claim:
    """Offer another amount within what was approved.

    Raises:
        NotAllowed: the claimant named none, it is more than was approved (then `propose` it), or this person may not.
        NoSuchClaim: there is none with that number.
    """
    role, now = role_of(staff_id), clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        step = offering(claim, Command.OFFER_AGAIN, _money(case_no, amount), now=now, note=note)
        take_steps(connection, [step], now=now, who=staff_id, role=role)
        _name(connection, claim, OfferBy.CARRIER, staff_id, amount, now, note=note, until=step.updates["offer_due_at"])
        return claim_store.one_claim(connection, case_no)


def _name(
    connection: Connection, claim: Claim, by: OfferBy, who: str, amount: Decimal, now: datetime, *, note: str,
    until: datetime | None = None,
) -> None:  # fmt: skip
    version = claim.plan.version if claim.plan else 0
    named = Named(claim.case_no, by, who, amount, claim.currency, version, until, note)
    claim_offers.name(connection, [named], at=now)


def _money(case_no: str, amount: Decimal) -> Decimal:
    if amount <= 0 or amount != amount.quantize(CENT):
        raise NotAllowed(f"{case_no}: an amount is more than nothing and has no more than two decimals, not {amount}")
    return amount


def object_to_denial(case_no: str, *, reasons: str, who: str, role: Role, channel: str) -> Claim:
    """Take down that the claimant objects to a denial, and why: a person looks at it again (R45).

    Raises:
        NotAllowed: nothing was denied, no reason is told, or the rounds are over.
        NoSuchClaim: there is none with that number.
    """
    if not reasons.strip():
        raise NotAllowed(f"{case_no}: say why the claimant objects")
    now = clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        to = claim.assigned_to or MANAGER
        updates: dict[str, Any] = {"objections": claim.objections + 1, "offer_due_at": None}
        if claim.liability is not None:
            updates["liability"] = contested(claim.liability, by=CLAIMANT, why="objection on record")
        step = Step(
            claim,
            Command.OBJECT,
            reason=channel,
            note=reasons,
            updates=updates,
            letters=[department_letter(claim, about="索赔人有异议", purpose="objection", to=to, now=now)],
        )
        take_steps(connection, [step], now=now, who=who, role=role)
        return claim_store.one_claim(connection, case_no)


def withdraw_claim(case_no: str, *, why: str, who: str, role: Role, channel: str) -> Claim:
    """Close a claim that the claimant takes back; a question that waits for a decision goes with it.

    Raises:
        NotAllowed: it is agreed on or paid.
        NoSuchClaim: there is none with that number.
    """
    now = clock.now()
    with unit_of_work() as connection:
        claim = claim_store.one_claim(connection, case_no, lock=True)
        take_back_question(connection, case_no, reason="索赔已撤回。 The claim was withdrawn.", now=now)
        claim_offers.settle(connection, [case_no], OfferState.RECALLED, at=now)
        step = ending(claim, Command.WITHDRAW, Ending.WITHDRAWN, now=now, reason=channel, note=why)
        take_steps(connection, [step], now=now, who=who, role=role)
        return claim_store.one_claim(connection, case_no)


def ending(claim: Claim, command: Command, how: Ending, *, now: datetime, reason: str, note: str = "") -> Step:
    """End a claim without a payment, and tell the claimant how."""
    reasons = telling.ENDING[how][language_of(claim) == "en"]
    return Step(
        claim,
        command,
        reason=reason,
        note=note,
        updates={"ending": how, "offered": None, "offer_due_at": None},
        letters=claimant_letters(claim, "ended", purpose="ended", now=now, reasons=reasons),
    )
