"""Limits on what is paid, the refund of the freight beside the goods, and the least that is owed."""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, cast

from rules.claims.choosing import Chosen
from rules.claims.clauses import clause_stands
from rules.claims.derivation import Derivation
from rules.claims.loss import Losses
from rules.claims.money import NOTHING, in_currency_of, rate_for, rounded
from rules.claims.quantities import freight_part, kilograms_of, per_kilogram, rate_input
from rules.claims.wording import Said, figure, money, unit_price
from rules.packs import kinds
from rules.packs.kinds import Stage
from schemas.assessment import WHOLE, Cap, Step
from schemas.money import Money


@dataclass(frozen=True, slots=True)
class Owed:
    """What is owed so far."""

    goods: Decimal
    freight: Decimal
    beyond_claim: bool = False  # a rule says that it is owed even where less is claimed

    @property
    def total(self) -> Decimal:
        """Add both."""
        return self.goods + self.freight


class _Limit(NamedTuple):
    amount: Decimal
    said: Said
    inputs: dict[str, object]


def limit(derivation: Derivation, losses: Losses, goods: Decimal) -> Owed:
    """Apply the limits on the goods, add the refund, and apply the limits on both.

    Raises:
        CannotAssess: a fact that a limit needs is missing.
    """
    caps = _standing(derivation)
    for chosen, row in caps:
        if row.covers == "goods":
            goods = _limited(derivation, chosen, row, losses, Owed(goods, NOTHING)).goods
    owed = Owed(goods, _refund(derivation, losses))
    for chosen, row in caps:
        if row.covers == "all":
            owed = _limited(derivation, chosen, row, losses, owed)
    return _raised(derivation, owed)


def _standing(derivation: Derivation) -> list[tuple[Chosen, kinds.AnyCap]]:
    """List the limits that apply; a clause of a contract only where it binds."""
    standing: list[tuple[Chosen, kinds.AnyCap]] = []
    judged: dict[str, Said | None] = {}
    for chosen in derivation.fitting(Stage.CAP):
        row = cast("kinds.AnyCap", chosen.row)
        if row.clause is not None and row.clause not in judged:
            judged[row.clause] = clause_stands(derivation, row.clause)
        against = judged[row.clause] if row.clause is not None else None
        if against is None:
            standing.append((chosen, row))
        else:
            derivation.skip(chosen, against)
    return standing


def _limited(derivation: Derivation, chosen: Chosen, row: kinds.AnyCap, losses: Losses, owed: Owed) -> Owed:
    found = _limit_of(derivation, row, losses) if owed.total else Said("没有应付金额", "nothing is owed")
    if isinstance(found, Said):
        derivation.skip(chosen, found)
        return owed
    reduced = found.amount < owed.total
    limit_told = money(found.amount, derivation.facts.currency)
    said = Said(f"{found.said.zh}，限额{limit_told}", f"{found.said.en}: a limit of {limit_told}")
    derivation.caps.append(
        Cap(rule=chosen.reference, limit=derivation.money(found.amount), reduced=reduced, zh=said.zh, en=said.en)
    )
    if not reduced:
        derivation.skip(chosen, Said(f"{said.zh}，未超过", f"{said.en}, which is not exceeded"))
        return owed
    derivation.add(Step.CAP, chosen, said, amount=found.amount, inputs=found.inputs)
    freight = min(owed.freight, found.amount)
    return Owed(found.amount - freight, freight)


def _limit_of(derivation: Derivation, row: kinds.AnyCap, losses: Losses) -> _Limit | Said:
    match row:
        case kinds.CapPerKg():
            return _per_kg(derivation, row, losses)
        case kinds.CapMultipleOfFreight():
            base, said, inputs = freight_part(derivation.facts, losses, row.of)
            times = figure(row.factor)
            return _Limit(rounded(base * row.factor), Said(f"{said.zh} × {times}", f"{said.en} × {times}"), inputs)
        case kinds.CapAmount():
            return _amount(derivation, row, losses)
        case kinds.CapInsured():
            return _insured(derivation)
        case _:
            return _actual_loss(losses)


def _per_kg(derivation: Derivation, row: kinds.CapPerKg, losses: Losses) -> _Limit:
    kilograms, inputs = kilograms_of(losses.affected, weight=row.weight)
    amount, each = per_kilogram(derivation.facts, row.value, row.currency, kilograms)
    said = Said(f"{figure(kilograms)}公斤 × {each}", f"{figure(kilograms)} kg × {each}")
    return _Limit(amount, said, inputs | rate_input(derivation.facts, row.currency))


def _amount(derivation: Derivation, row: kinds.CapAmount, losses: Losses) -> _Limit:
    rate = rate_for(derivation.facts, row.currency)
    times = len(losses.affected) if row.per == "parcel" else 1
    amount = rounded(row.value * times * (rate.rate if rate else 1))
    each = unit_price(row.value, row.currency)
    said = Said(f"{times}件 × {each}", f"{times} parcels × {each}") if row.per == "parcel" else Said(each, each)
    return _Limit(amount, said, {"parcels": times} | rate_input(derivation.facts, row.currency))


def _insured(derivation: Derivation) -> _Limit | Said:
    insured = derivation.facts.insured_amount
    if insured is None:
        return Said("未保价", "nothing was insured")
    amount = in_currency_of(derivation.facts, insured)
    return _Limit(amount, Said("保价金额", "the insured amount"), {"insured_amount": insured})


def _actual_loss(losses: Losses) -> _Limit | Said:
    if not all(loss.parcel.proven for loss in losses.lost):
        return Said("实际损失未证明", "the actual loss is not proven")
    amount = sum((loss.loss for loss in losses.lost if loss.loss is not None), NOTHING)
    inputs: dict[str, object] = {f"{loss.at}.value": loss.parcel.value for loss in losses.lost}
    return _Limit(amount, Said("已证明的实际损失", "the loss that is proven"), inputs)


def _refund(derivation: Derivation, losses: Losses) -> Decimal:
    """Give back the freight, once and by the strongest rule."""
    if lump := next((by for by in derivation.measured_by if getattr(by.row, "includes_freight", False)), None):
        for needless in derivation.fitting(Stage.REFUND):
            derivation.skip(needless, Said(f"{lump.title.zh}已包含运费", f"{lump.title.en}: it is a lump sum"))
        return NOTHING
    chosen = derivation.first(Stage.REFUND)
    if chosen is None:
        return NOTHING
    if derivation.facts.freight is None:
        derivation.skip(chosen, Said("运费未知", "the freight is not told"))
        derivation.flag("freight_unknown", Said("运费未知，未退运费", "the freight is not told, so none is refunded"))
        return NOTHING
    assert isinstance(chosen.row, kinds.RefundFreight)
    part, said, inputs = freight_part(derivation.facts, losses, chosen.row.of)
    amount = rounded(part * chosen.row.percent / WHOLE)
    share = "" if chosen.row.percent == WHOLE else f" × {figure(chosen.row.percent)}%"
    derivation.add(
        Step.REFUND, chosen, Said(f"退{said.zh}{share}", f"refunded: {said.en}{share}"), amount=amount, inputs=inputs
    )
    return amount


def _raised(derivation: Derivation, owed: Owed) -> Owed:
    """Raise what is owed for the goods to the least that a rule names, once anything is owed for them."""
    if not owed.goods:
        return owed
    for chosen in derivation.fitting(Stage.FLOOR):
        assert isinstance(chosen.row, kinds.FloorAmount)
        least = in_currency_of(derivation.facts, Money(amount=chosen.row.value, currency=chosen.row.currency))
        told = money(least, derivation.facts.currency)
        if owed.goods >= least:
            derivation.skip(chosen, Said(f"已不低于{told}", f"it is no less than {told}"))
            continue
        derivation.add(Step.FLOOR, chosen, Said(f"不低于{told}", f"no less than {told}"), amount=least, inputs={})
        owed = Owed(least, owed.freight, beyond_claim=chosen.row.beyond_claim or owed.beyond_claim)
    return owed


def within_claim(derivation: Derivation, owed: Owed) -> Owed:
    """Keep what is owed within what is claimed, unless a rule says that it is owed all the same."""
    claimed = derivation.facts.claimed
    if claimed is None:
        derivation.flag("claim_unnamed", Said("索赔人未提出金额", "the claimant named no amount"))
        return owed
    asked = in_currency_of(derivation.facts, claimed)
    if asked >= owed.total:
        return owed
    told = money(asked, derivation.facts.currency)
    chosen = derivation.first(Stage.CLAIM_LIMIT)
    if chosen is None:
        return owed
    if owed.beyond_claim:
        derivation.skip(chosen, Said("另有规则规定最低额", "a rule names a least amount, whatever is claimed"))
        return owed
    said = Said(f"索赔金额{told}", f"{told} is claimed")
    derivation.add(Step.CLAIM_LIMIT, chosen, said, amount=asked, inputs={"claimed": claimed})
    freight = min(owed.freight, asked)
    return Owed(asked - freight, freight)
