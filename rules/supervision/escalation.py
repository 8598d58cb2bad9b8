"""Who hears of a case that was left lying: outlet, province, headquarters (R71)."""

from collections.abc import Sequence

from schemas.network import Department

LEVELS = ("outlet", "province", "headquarters")


def next_level(level: int) -> int:
    """Give the level that comes after `level` (0: nobody has heard of it yet); headquarters is the last."""
    return min(level + 1, len(LEVELS))


def addressee(level: int) -> str:
    """Name the department that level `level` reports to, counting from 1."""
    return LEVELS[level - 1]


def address(level: int, *, outlet: str = "", chain: Sequence[Department] = ()) -> str:
    """Say where level `level` is written to: its department of the chain, or its name where no network is on file."""
    if chain:
        return chain[level - 1].address
    return f"{addressee(level)}:{outlet}" if level == 1 and outlet else addressee(level)
