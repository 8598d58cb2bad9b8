"""Counting with money: rounding, dividing a total, and leading amounts into the currency of a claim."""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

from schemas.assessment import ClaimFacts
from schemas.money import Money, Rate

CENT = Decimal("0.01")
_FAR_BEHIND = Decimal("1e-12")
NOTHING = Decimal(0)


class CannotAssess(ValueError):
    """A fact that a rule needs is missing or makes no sense; the message begins with the name of its field."""


def rounded(amount: Decimal) -> Decimal:
    """Round to the cent, half a cent up.

    What a division left of an exact half far behind its last place is put right first, so that two ways to compute
    the same amount round to the same cent.
    """
    with localcontext(prec=60):
        return amount.quantize(_FAR_BEHIND, ROUND_HALF_UP).quantize(CENT, ROUND_HALF_UP)


def divided(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Divide a total to the cent so that the parts sum to it: what is left over goes to the largest remainders.

    Weights that are all zero count as equal.
    """
    shares = [Fraction(weight) for weight in weights]
    whole = sum(shares) or Fraction(len(shares))
    if not any(shares):
        shares = [Fraction(1)] * len(shares)
    exact = [Fraction(total) * share / whole for share in shares]
    parts = [_cents_down(part) for part in exact]
    left = int((total - sum(parts, NOTHING)) / CENT)
    by_remainder = sorted(range(len(parts)), key=lambda place: exact[place] - Fraction(parts[place]), reverse=True)
    for place in by_remainder[:left]:
        parts[place] += CENT
    return parts


def _cents_down(part: Fraction) -> Decimal:
    return Decimal(int(part * 100)).scaleb(-2).quantize(CENT, ROUND_DOWN)


def in_currency_of(facts: ClaimFacts, money: Money) -> Decimal:
    """Give an amount in the currency of the claim, by the rate that the facts name.

    Raises:
        CannotAssess: they name none.
    """
    rate = rate_for(facts, money.currency)
    return money.amount if rate is None else rounded(money.amount * rate.rate)


def rate_for(facts: ClaimFacts, currency: str) -> Rate | None:
    """Give the rate from a currency to that of the claim; None where they are the same.

    Raises:
        CannotAssess: the facts name none.
    """
    if currency == facts.currency:
        return None
    for rate in facts.rates:
        if (rate.base, rate.quote) == (currency, facts.currency):
            return rate
    raise CannotAssess(f"rates: a rate from {currency} to {facts.currency}, with its day, is needed")
