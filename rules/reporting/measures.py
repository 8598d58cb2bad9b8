"""The arithmetic of figures: shares, hours, rates. Nothing measured gives None, never zero."""

from decimal import ROUND_HALF_UP, Decimal


def share(part: Decimal | int, whole: Decimal | int) -> Decimal | None:
    """Give a part of a whole, to a hundredth of a per cent."""
    return _rounded(Decimal(part) / whole, "0.0001") if whole else None


def per_thousand(part: int, whole: int) -> Decimal | None:
    """Give how many there are among a thousand."""
    return _rounded(Decimal(1000 * part) / whole, "0.01") if whole else None


def hours(seconds: float | None) -> Decimal | None:
    """Turn seconds into hours, to the hundredth."""
    return None if seconds is None else _rounded(Decimal(seconds) / 3600, "0.01")


def each(amount: Decimal, cases: int) -> Decimal | None:
    """Divide an amount among cases, to the cent."""
    return _rounded(amount / cases, "0.01") if cases else None


def _rounded(value: Decimal, to: str) -> Decimal:
    return value.quantize(Decimal(to), ROUND_HALF_UP)
