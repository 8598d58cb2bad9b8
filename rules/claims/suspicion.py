"""How much speaks for fraud or malice: scores with their reasons, for a person to decide. They change no amount."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Literal

from rules.claims.loss import Losses
from rules.claims.money import NOTHING, in_currency_of
from rules.claims.pack import CLAIM_PACK
from rules.claims.wording import Said
from rules.packs import Rule
from schemas.assessment import ClaimFacts, Score, ScoreReason

REASON: dict[str, Said] = {
    "earlier_claims": Said("一年内多次索赔", "claimed often within a year"),
    "altered_proof": Said("证明材料有涂改", "a paper was altered"),
    "reused_evidence": Said("证据与另案重复", "the evidence came with another claim too"),
    "delivered_with_code": Said("收件人本人取件码已核销", "the consignee's own pick-up code was used"),
    "weight_contradicts": Said("收寄重量与所称内件不符", "the weight at acceptance cannot be that of the goods"),
    "claimed_above_value": Said("索赔额明显高于已证明的价值", "much more is claimed than is proven"),
    "insured_above_value": Said("保价额明显高于已证明的价值", "insured for much more than is proven"),
    "settled_before": Said("同一事项此前已了结", "the same matter was settled before"),
    "threats": Said("威胁工作人员", "staff were threatened"),
    "abusive_contacts": Said("无新事由的反复纠缠", "many contacts without a new matter"),
    "excessive_claim": Said("索赔额为已证明价值的数倍", "many times what is proven is claimed"),
}


def scores(facts: ClaimFacts, losses: Losses) -> tuple[Score, ...]:
    """Score a claim for fraud and for malice. Nothing is denied by it: a person reads the reasons and decides."""
    day = facts.event_on
    return (
        _score("fraud", [*_signs_of_fraud(facts), *_above_value(facts, losses, fraud=True)], day),
        _score("malice", [*_signs_of_malice(facts), *_above_value(facts, losses, fraud=False)], day),
    )


def _signs_of_fraud(facts: ClaimFacts) -> Iterator[str]:
    signals = facts.signals
    if signals.earlier_claims >= CLAIM_PACK.pick("from", scope="earlier_claims", on=facts.event_on).value:
        yield "earlier_claims"
    for name in ("altered_proof", "reused_evidence", "delivered_with_code", "weight_contradicts"):
        if getattr(signals, name):
            yield name


def _signs_of_malice(facts: ClaimFacts) -> Iterator[str]:
    signals = facts.signals
    for name in ("settled_before", "threats"):
        if getattr(signals, name):
            yield name
    if signals.abusive_contacts >= CLAIM_PACK.pick("from", scope="abusive_contacts", on=facts.event_on).value:
        yield "abusive_contacts"


def _above_value(facts: ClaimFacts, losses: Losses, *, fraud: bool) -> Iterator[str]:
    """Compare what is claimed and insured with the value of the parcels, where all of it is proven."""
    if not all(loss.parcel.proven for loss in losses.parcels):
        return
    value = sum((loss.value for loss in losses.parcels if loss.value is not None), NOTHING)
    compared = (
        {"claimed_above_value": facts.claimed, "insured_above_value": facts.insured_amount}
        if fraud
        else {"excessive_claim": facts.claimed}
    )
    for name, told in compared.items():
        times = CLAIM_PACK.pick("above_value", scope=name, on=facts.event_on).value
        if told is not None and in_currency_of(facts, told) > value * times:
            yield name


def _score(kind: Literal["fraud", "malice"], names: list[str], day: date) -> Score:
    rules: list[tuple[str, Rule]] = [(name, CLAIM_PACK.pick("points", scope=name, on=day)) for name in names]
    points = sum((rule.value for _, rule in rules), Decimal(0))
    high = CLAIM_PACK.pick("high_from", on=day).value
    return Score(
        kind=kind,
        points=int(points),
        level="none" if not points else "high" if points >= high else "low",
        reasons=tuple(
            ScoreReason(rule=rule.reference, points=int(rule.value), zh=REASON[name].zh, en=REASON[name].en)
            for name, rule in rules
        ),
    )
