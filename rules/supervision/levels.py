"""How many people must approve a plan, and of which level: none, one, four eyes, or two of different level (R51, R86).

The amount that is approved and the case's severity choose. Whether anybody must at all: `rules.exceptions.triage`.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from rules.exceptions.pack import EXCEPTION_PACK
from schemas.exceptions import Role
from schemas.severity import Severity

RANK = {Role.SUPERVISOR: 1, Role.MANAGER: 2, Role.DIRECTOR: 3}
"""Who may approve, the higher after the lower."""

LEVELS: dict[str, tuple[Role, ...]] = {
    "one": (Role.SUPERVISOR,),
    "four_eyes": (Role.SUPERVISOR, Role.SUPERVISOR),
    "two_levels": (Role.SUPERVISOR, Role.MANAGER),
}
"""The approvals of each band, the greater bands last; the people must differ."""

_BANDS = [EXCEPTION_PACK.pick("approval_from", scope=name, on=date(9000, 1, 1)).value for name in LEVELS]
if _BANDS[0] != 0 or sorted(set(_BANDS)) != _BANDS:
    raise ValueError(f"the bands of approval must begin at zero and rise, not {_BANDS}")


def approvals_for(amount: Decimal, *, severity: Severity, on: date) -> tuple[Role, ...]:
    """List the levels of those who must approve a compensation of this amount by the rules of that day."""
    reached = [name for name in LEVELS if amount >= EXCEPTION_PACK.pick("approval_from", scope=name, on=on).value]
    return LEVELS["two_levels"] if severity >= Severity.CRITICAL else LEVELS[reached[-1]]


def approval_owed(required: Iterable[Role], given: Iterable[Role]) -> Role | None:
    """Give the level of the next approval that is still owed; None when all are given.

    Whoever ranks higher stands for the highest level that is still open, so that the order does not matter.
    """
    open_levels = sorted(required, key=RANK.__getitem__)
    for role in sorted(given, key=RANK.__getitem__, reverse=True):
        covered = [level for level in open_levels if RANK[level] <= RANK[role]]
        if covered:
            open_levels.remove(covered[-1])
    return open_levels[0] if open_levels else None


def rank_of(roles: Iterable[Role]) -> Role | None:
    """Give the highest approver's role of somebody, or None."""
    return max((role for role in roles if role in RANK), key=RANK.__getitem__, default=None)
