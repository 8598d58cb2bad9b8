"""What is paid for the goods: the measures of the rules in their order, until every lost parcel has one.

A measure answers with an amount for some of the parcels, or with a sentence that says why it has none.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import NamedTuple

from rules.claims.choosing import Chosen
from rules.claims.derivation import Derivation
from rules.claims.loss import ALL, Losses, ParcelLoss
from rules.claims.money import NOTHING, CannotAssess, in_currency_of, rounded
from rules.claims.quantities import freight_part, kilograms_of, missing_papers, per_kilogram, rate_input
from rules.claims.wording import Said, figure, money, percent
from rules.packs import kinds
from rules.packs.kinds import Stage
from schemas.assessment import ClaimFacts, Step
from schemas.money import Money


class Measured(NamedTuple):
    """What a measure comes to."""

    amount: Decimal
    parcels: Sequence[ParcelLoss]  # for which it is the measure
    said: Said
    inputs: dict[str, object]


@dataclass(frozen=True, slots=True)
class _Open:
    """What a measure is asked about: the parcels that have none yet."""

    facts: ClaimFacts
    losses: Losses
    parcels: Sequence[ParcelLoss]

    def part_of(self, whole: Decimal) -> tuple[Decimal, Said]:
        """Share an amount for the whole shipment: what falls on the parcels, each less what is left of it."""
        shares, basis = self.losses.shares_of_value()
        parts = (max(whole * shares[loss.place] - loss.salvage, NOTHING) for loss in self.parcels)
        share = percent(sum((shares[loss.place] for loss in self.parcels), NOTHING))
        said = Said(f"损失比例{share}（按{basis.zh}）", f"{share} lost, by {basis.en}")
        return rounded(sum(parts, NOTHING)), said

    def salvage(self) -> Decimal:
        return sum((loss.salvage for loss in self.parcels), NOTHING)

    def told(self, amount: Decimal) -> str:
        return money(amount, self.facts.currency)


def measure_goods(derivation: Derivation, losses: Losses) -> Decimal:
    """Say what is paid for the goods before exemptions, faults and limits.

    Raises:
        CannotAssess: a fact that a rule needs is missing.
    """
    parcels = losses.lost
    if not parcels:
        return NOTHING
    goods = NOTHING
    for chosen in derivation.fitting(Stage.MEASURE):
        if not parcels:
            derivation.skip(chosen, Said("已按更优先的规则计算", "a rule that goes first has measured it"))
            continue
        answer = _answer(chosen, _Open(derivation.facts, losses, parcels))
        if isinstance(answer, Said):
            derivation.skip(chosen, answer)
            continue
        goods += answer.amount
        measured = {loss.place for loss in answer.parcels}
        parcels = [loss for loss in parcels if loss.place not in measured]
        derivation.measured_by.append(chosen)
        derivation.add(Step.MEASURE, chosen, answer.said, amount=answer.amount, inputs=answer.inputs)
    for loss in parcels:
        derivation.flag(
            "value_not_proven",
            Said(
                f"快件 {loss.parcel.id} 的价值未能证明：须补充证明或协商",
                f"the value of parcel {loss.parcel.id} is not proven: a proof or an agreement is needed",
            ),
        )
    return goods


def _answer(chosen: Chosen, asked: _Open) -> Measured | Said:
    match chosen.row:
        case kinds.PayAgreed():
            return _agreed(asked)
        case kinds.PayInsured():
            return _insured(asked)
        case kinds.PayProportion():
            return _proportion(asked)
        case kinds.PayDeclared():
            return _declared(asked)
        case kinds.PayProven():
            return _proven(asked)
        case kinds.PayStated() as row:
            return _stated(row, asked)
        case kinds.PayMultipleOfFreight() as row:
            return _multiple_of_freight(row, asked)
        case row:
            assert isinstance(row, kinds.PayPerKg)
            return _per_kg(row, asked)


def _agreed(asked: _Open) -> Measured | Said:
    agreed = asked.facts.agreed_amount
    if agreed is None:
        return Said("双方未约定金额", "no amount was agreed")
    amount = in_currency_of(asked.facts, agreed)
    said = Said(f"约定{asked.told(amount)}", f"{asked.told(amount)} was agreed")
    return Measured(amount, asked.parcels, said, {"agreed_amount": agreed})


def _insured(asked: _Open) -> Measured | Said:
    """Pay the insured amount, less the share of what is left that the insured amount is of the total value."""
    insured = asked.facts.insured_amount
    if insured is None:
        return Said("未保价", "nothing was insured")
    whole = in_currency_of(asked.facts, insured)
    said = Said(f"保价金额{asked.told(whole)}", f"the insured amount is {asked.told(whole)}")
    total = _total_value(asked)
    if not total:
        amount, _ = asked.part_of(whole)
        return Measured(amount, asked.parcels, _less(asked, said, asked.salvage()), {"insured_amount": insured})
    left = asked.salvage() * whole / total if whole < total else asked.salvage()
    amount = max(rounded(whole - left), NOTHING)
    return Measured(amount, asked.parcels, _less(asked, said, rounded(left)), {"insured_amount": insured})


def _proportion(asked: _Open) -> Measured | Said:
    """Divide the insured amount by the total value; a part is never paid above what it is worth."""
    insured = asked.facts.insured_amount
    if insured is None:
        return Said("未保价", "nothing was insured")
    whole = in_currency_of(asked.facts, insured)
    total = _total_value(asked)
    if total is None:
        amount, part = asked.part_of(whole)
        said = Said(
            f"总价值未证明：保价金额{asked.told(whole)} × {part.zh}",
            f"the total value is not proven: insured {asked.told(whole)} × {part.en}",
        )
        return Measured(amount, asked.parcels, _less(asked, said, asked.salvage()), {"insured_amount": insured})
    loss = _loss_of(asked, total)
    told = asked.told(rounded(loss))
    ratio = min(whole / total, ALL) if total else ALL
    said = Said(
        f"保价金额{asked.told(whole)} ÷ 总价值{asked.told(total)}（{percent(ratio)}）× 实际损失{told}",
        f"insured {asked.told(whole)} ÷ total value {asked.told(total)} ({percent(ratio)}) × loss {told}",
    )
    inputs: dict[str, object] = {"insured_amount": insured, "total_value": asked.told(total), "loss": told}
    return Measured(rounded(loss * whole / total if whole < total else loss), asked.parcels, said, inputs)


def _total_value(asked: _Open) -> Decimal | None:
    """Give what the shipment is worth: as told, else of its parcels together where each is proven; None: unknown."""
    parcels = asked.losses.parcels
    known = sum((loss.value for loss in parcels if loss.value is not None), NOTHING)
    if asked.facts.total_value is not None:
        total = in_currency_of(asked.facts, asked.facts.total_value)
        if total < known:
            raise CannotAssess(
                f"total_value: it is {asked.told(total)}, the parcels alone are worth {asked.told(known)}"
            )
        return total
    return known if all(loss.parcel.proven for loss in parcels) else None


def _loss_of(asked: _Open, total: Decimal) -> Decimal:
    """Add the losses up; where a value is not told, by the share that is lost of the total value."""
    if all(loss.exact is not None for loss in asked.parcels):
        return sum((loss.exact for loss in asked.parcels if loss.exact is not None), NOTHING)
    return asked.part_of(total)[0]


def _declared(asked: _Open) -> Measured | Said:
    declared = asked.facts.declared_value
    if declared is None:
        return Said("未声明价值", "no value was declared")
    whole = in_currency_of(asked.facts, declared)
    amount, part = asked.part_of(whole)
    said = Said(f"声明价值{asked.told(whole)} × {part.zh}", f"declared {asked.told(whole)} × {part.en}")
    return Measured(amount, asked.parcels, _less(asked, said, asked.salvage()), {"declared_value": declared})


def _proven(asked: _Open) -> Measured | Said:
    proven = [loss for loss in asked.parcels if loss.parcel.proven]
    if not proven:
        return Said("没有价值证明", "no value is proven")
    amount = _sum(proven)
    said = Said(f"已证明的损失{asked.told(amount)}", f"a loss of {asked.told(amount)} is proven")
    return Measured(amount, proven, said, _values(proven))


def _stated(row: kinds.PayStated, asked: _Open) -> Measured | Said:
    limit = in_currency_of(asked.facts, Money(amount=row.up_to, currency=row.currency))
    stated = [loss for loss in asked.parcels if loss.value is not None]
    amount = _sum(stated)
    if missing := missing_papers(row.needs, asked.facts):
        return Said(f"缺少证据：{'、'.join(missing)}", f"evidence is missing: {', '.join(missing)}")
    if not stated or amount > limit:
        return Said(f"申报损失未知或超过{asked.told(limit)}", f"no loss is stated, or more than {asked.told(limit)}")
    said = Said(
        f"申报损失{asked.told(amount)}，证据齐全", f"a loss of {asked.told(amount)} is stated, the evidence is there"
    )
    return Measured(amount, stated, said, _values(stated) | {"evidence": ", ".join(row.needs)})


def _multiple_of_freight(row: kinds.PayMultipleOfFreight, asked: _Open) -> Measured:
    base, said, inputs = freight_part(asked.facts, _only(asked.losses, asked.parcels), row.of)
    amount = rounded(base * row.factor)
    said = Said(f"{said.zh} × {figure(row.factor)}", f"{said.en} × {figure(row.factor)}")
    if row.up_to is not None and row.currency is not None:
        limit = in_currency_of(asked.facts, Money(amount=row.up_to, currency=row.currency))
        amount = min(amount, limit)
        said = Said(f"{said.zh}，最高{asked.told(limit)}", f"{said.en}, at most {asked.told(limit)}")
    return Measured(amount, asked.parcels, said, inputs)


def _per_kg(row: kinds.PayPerKg, asked: _Open) -> Measured:
    kilograms, inputs = kilograms_of(asked.parcels, weight="lost")
    amount, each = per_kilogram(asked.facts, row.value, row.currency, kilograms)
    said = Said(f"{figure(kilograms)}公斤 × {each}", f"{figure(kilograms)} kg × {each}")
    return Measured(amount, asked.parcels, said, inputs | rate_input(asked.facts, row.currency))


def _only(losses: Losses, parcels: Iterable[ParcelLoss]) -> Losses:
    """Leave only these parcels affected."""
    kept = {loss.place for loss in parcels}
    return Losses(
        tuple(
            loss if loss.place in kept else replace(loss, affected=False, fraction=NOTHING) for loss in losses.parcels
        )
    )


def _sum(losses: Iterable[ParcelLoss]) -> Decimal:
    return sum((loss.loss for loss in losses if loss.loss is not None), NOTHING)


def _values(losses: Iterable[ParcelLoss]) -> dict[str, object]:
    return {f"{loss.at}.value": f"{loss.parcel.value} ({loss.parcel.proof})" for loss in losses}


def _less(asked: _Open, said: Said, left: Decimal) -> Said:
    if not left:
        return said
    return Said(f"{said.zh}，减残值{asked.told(left)}", f"{said.en}, less {asked.told(left)} that is left of the goods")
