"""By what rules count: the papers, the freight, the weight and the rates that a claim tells.

Raises `CannotAssess` with the name of the field where a rule counts by something that nobody told.
"""

from collections.abc import Iterable
from decimal import Decimal

from rules.claims.loss import ALL, Losses, ParcelLoss
from rules.claims.money import NOTHING, CannotAssess, in_currency_of, rate_for, rounded
from rules.claims.wording import Said, figure, money, percent, unit_price
from schemas.assessment import ClaimFacts, ClaimPaper
from schemas.evidence import EvidenceKind


def missing_papers(needs: Iterable[EvidenceKind | ClaimPaper], facts: ClaimFacts) -> list[str]:
    """List what is needed and was not handed in."""
    return [paper.value for paper in needs if paper not in facts.evidence]


def freight_part(facts: ClaimFacts, losses: Losses, of: str) -> tuple[Decimal, Said, dict[str, object]]:
    """Give the freight of the whole, of the affected parcels or of what is gone, in words too.

    Raises:
        CannotAssess: the freight is not told.
    """
    if facts.freight is None:
        raise CannotAssess("freight: a rule that applies counts by it")
    whole = in_currency_of(facts, facts.freight)
    share, basis = losses.share_of_freight(of)
    part = rounded(whole * share)
    told = money(part, facts.currency)
    if share == ALL:
        return part, Said(f"运费{told}", f"the freight of {told}"), {"freight": facts.freight}
    said = Said(
        f"所涉部分运费{told}（按{basis.zh}{percent(share)}）",
        f"its part of the freight, {told} ({percent(share)} by {basis.en})",
    )
    return part, said, {"freight": facts.freight}


def kilograms_of(losses: Iterable[ParcelLoss], *, weight: str) -> tuple[Decimal, dict[str, object]]:
    """Add up the weight of parcels, or of what of them is gone.

    Raises:
        CannotAssess: the weight of one is not told.
    """
    total, inputs = NOTHING, dict[str, object]()
    for loss in losses:
        if loss.parcel.weight_kg is None:
            raise CannotAssess(f"{loss.at}.weight_kg: a rule that applies counts by it")
        total += loss.parcel.weight_kg * (loss.fraction if weight == "lost" else ALL)
        inputs[f"{loss.at}.weight_kg"] = loss.parcel.weight_kg
    return total, inputs


def per_kilogram(facts: ClaimFacts, value: Decimal, currency: str, kilograms: Decimal) -> tuple[Decimal, str]:
    """Multiply a figure per kilogram, and lead it into the claim's currency by its rate."""
    rate = rate_for(facts, currency)
    each = unit_price(value, currency)
    if rate is None:
        return rounded(kilograms * value), each
    return rounded(kilograms * value * rate.rate), f"{each} × {figure(rate.rate)} ({rate.on})"


def rate_input(facts: ClaimFacts, currency: str) -> dict[str, object]:
    """Name the rate that was used, with its day and who published it."""
    rate = rate_for(facts, currency)
    return (
        {}
        if rate is None
        else {"rates": f"1 {rate.base} = {figure(rate.rate)} {rate.quote}, {rate.on} {rate.source}".strip()}
    )
