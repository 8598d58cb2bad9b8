"""Who hears of a case that was left lying: outlet, province, headquarters (R71)."""

LEVELS = ("outlet", "province", "headquarters")


def next_level(level: int) -> int:
    """Give the level that comes after `level` (0: nobody has heard of it yet); headquarters is the last."""
    return min(level + 1, len(LEVELS))


def addressee(level: int) -> str:
    """Name the department that level `level` reports to, counting from 1."""
    return LEVELS[level - 1]
