"""Assessing a claim: from its facts to an amount with its derivation. It reads like the procedure."""

from decimal import Decimal

from rules.claims.caps import Owed, limit, within_claim
from rules.claims.choosing import Choice, Chosen, choose, why_not
from rules.claims.circumstances import circumstances
from rules.claims.derivation import Derivation
from rules.claims.further import ask_about_periods, proposals, quick_ways
from rules.claims.loss import Losses, count_losses, less_salvage, tell_found, tell_losses
from rules.claims.measures import measure_goods
from rules.claims.money import NOTHING, in_currency_of
from rules.claims.reductions import reduce_goods
from rules.claims.splitting import payer, split
from rules.claims.suspicion import scores
from rules.claims.wording import EVENT, Said, money
from rules.packs.book import BOOK, PackBook
from rules.packs.kinds import Circumstance, Stage, TreatAs
from schemas.assessment import Assessment, ClaimFacts, Step


def assess(facts: ClaimFacts, *, book: PackBook = BOOK) -> Assessment:
    """Say what a claim comes to, by which rules, and what was not applied and why.

    Raises:
        CannotAssess: a fact that a rule needs is missing; the message begins with the name of its field.
    """
    derivation = _begin(facts, choose(facts, book=book))
    _treat(derivation)
    losses = _count(derivation)
    goods = measure_goods(derivation, losses)
    reduced = reduce_goods(derivation, goods)
    owed = limit(derivation, losses, reduced.goods)
    owed = within_claim(derivation, owed)
    paid = _paid(derivation, owed)
    ask_about_periods(derivation)
    return Assessment(
        claim=facts.claim,
        amount=derivation.money(owed.total),
        goods=derivation.money(owed.goods),
        freight=derivation.money(owed.freight),
        paid=derivation.money(paid),
        due=derivation.money(max(owed.total - paid, NOTHING)),
        to_reclaim=derivation.money(max(paid - owed.total, NOTHING)),
        claimed=facts.claimed,
        treated_as=derivation.event,
        proposals=proposals(derivation, losses),
        tiers=quick_ways(derivation, owed.total),
        scores=scores(facts, losses),
        payer=payer(derivation),
        split=split(derivation, owed.total, excused=reduced.excused),
        lines=tuple(derivation.lines),
        caps=tuple(derivation.caps),
        packs=derivation.choice.packs,
        not_applied=derivation.choice.not_in_force + tuple(derivation.not_applied),
        provisional=tuple(derivation.provisional),
    )


def _begin(facts: ClaimFacts, choice: Choice) -> Derivation:
    return Derivation(facts=facts, choice=choice, event=facts.event, so=circumstances(facts))


def _treat(derivation: Derivation) -> None:
    """Treat the event as the strongest rule that applies says."""
    for chosen in derivation.choice.of(Stage.TREAT):
        row = chosen.row
        assert isinstance(row, TreatAs)
        if why_not(row, event=derivation.facts.event, so=derivation.so):
            continue  # a rule about another event is no news
        against = _not_late_enough(derivation, row)
        if against is not None:
            derivation.skip(chosen, against)
            continue
        _tell_treated(derivation, chosen, row)
        derivation.event = row.becomes
        return


def _not_late_enough(derivation: Derivation, row: TreatAs) -> Said | None:
    if row.days_late is None:
        return None
    facts = derivation.facts
    if facts.lane not in row.lanes:
        return Said("不适用于该线路", "not for this lane")
    if facts.delivered_on is not None:
        return Said("快件已交付，按延误处理", "the parcel was delivered: it is a delay")
    if facts.promised_on is None:
        return Said("承诺送达日未知", "the promised day is not told")
    late = (facts.event_on - facts.promised_on).days
    if late <= row.days_late:
        return Said(
            f"延误{max(late, 0)}天，未超过{row.days_late}天", f"{max(late, 0)} days late, not more than {row.days_late}"
        )
    return None


def _tell_treated(derivation: Derivation, chosen: Chosen, row: TreatAs) -> None:
    facts = derivation.facts
    inputs: dict[str, object] = {"event": facts.event}
    if row.days_late is not None:
        inputs |= {"promised_on": facts.promised_on, "event_on": facts.event_on}
    told, becomes = EVENT[facts.event], EVENT[row.becomes]
    said = Said(f"{told.zh}按{becomes.zh}处理", f"{told.en} is treated as {becomes.en}")
    derivation.add(Step.TREATED, chosen, said, inputs=inputs)


def _count(derivation: Derivation) -> Losses:
    """Count the loss, and from here on know whether it is total."""
    losses = count_losses(derivation.facts, derivation.event)
    derivation.so |= {Circumstance.TOTAL if losses.total else Circumstance.PARTIAL}
    tell_found(derivation)
    tell_losses(derivation, losses)
    return less_salvage(derivation, losses)


def _paid(derivation: Derivation, owed: Owed) -> Decimal:
    """Add up what was paid already, and say what that leaves."""
    facts = derivation.facts
    paid = sum((in_currency_of(facts, payment.paid_amount) for payment in facts.payments), NOTHING)
    rule = derivation.first(Stage.PAYMENTS) if facts.payments else None
    if rule is None:
        return NOTHING
    told = money(paid, facts.currency)
    left = max(owed.total - paid, NOTHING)
    derivation.add(
        Step.PAYMENTS,
        rule,
        Said(f"已付{told}", f"{told} was paid"),
        amount=left,
        inputs={
            f"payments.{place}": f"{payment.paid_amount} {payment.on}" for place, payment in enumerate(facts.payments)
        },
    )
    if paid > owed.total:
        over = money(paid - owed.total, facts.currency)
        derivation.flag(
            "to_reclaim",
            Said(f"多付{over}：是否收回由人决定", f"{over} too much was paid: a person decides whether to reclaim it"),
        )
    return paid
