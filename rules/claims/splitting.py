"""Who pays the claimant, and who bears it inside the carrier: two questions with two answers (快递暂行条例 art. 19)."""

from collections.abc import Set as AbstractSet
from decimal import Decimal

from rules.claims.derivation import Derivation
from rules.claims.money import divided
from rules.claims.wording import Said
from rules.packs.kinds import Stage
from schemas.assessment import WHOLE, FaultShare, InternalShare, Payer
from schemas.complaints import PartyKind

CLAIMANT_SIDE = frozenset({PartyKind.SENDER, PartyKind.CONSIGNEE})
"""Nobody charges them for what the carrier pays: what lies with them was not paid to begin with."""


def payer(derivation: Derivation) -> Payer | None:
    """Say who pays the claimant: whom he claims against, where a rule lets him choose; None where none speaks of it."""
    rule = derivation.first(Stage.PAYER)
    if rule is None:
        return None
    who = derivation.facts.claimed_against
    zh, en = {
        "brand": Said("由品牌企业先行赔付", "the brand pays"),
        "carrier": Said("由实际承运企业赔付", "the carrier that served pays"),
    }[who]
    tail = Said("；内部分摊另计", "; who bears it inside is another matter")
    return Payer(
        who=who,
        rule=rule.reference,
        source=rule.row.source,
        zh=f"{rule.title.zh}：{zh}{tail.zh}",
        en=f"{rule.title.en}: {en}{tail.en}",
    )


def split(derivation: Derivation, amount: Decimal, *, excused: AbstractSet[PartyKind]) -> tuple[InternalShare, ...]:
    """Split what is paid among the parties that bear it, by their decided shares; empty until a person decided them.

    The shares of what is paid sum to 100 %, and the amounts to the total.
    """
    faults = derivation.facts.faults
    if not faults:
        return ()
    if not all(fault.decided_by for fault in faults):
        derivation.flag("split_undecided", Said("内部责任分摊待认定", "who bears it inside is not decided yet"))
        return ()
    bearing = [fault for fault in faults if fault.kind not in CLAIMANT_SIDE | excused]
    bearing = bearing or [FaultShare(kind=PartyKind.UNKNOWN, share=WHOLE)]
    weights = [fault.share for fault in bearing]
    shares, amounts = divided(WHOLE, weights), divided(amount, weights)
    return tuple(
        InternalShare(kind=fault.kind, name=fault.name, share=share, amount=derivation.money(part))
        for fault, share, part in zip(bearing, shares, amounts, strict=True)
    )
