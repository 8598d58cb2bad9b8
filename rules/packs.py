"""Rules as data with dates: which value held on the day of an event, and where it comes from.

A pack is checked when it is made: every row holds on some day, and no two rows for the same rule and scope hold on one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Literal

Unit = Literal[
    "seconds", "calendar_hours", "calendar_days", "working_days", "calendar_months", "calendar_years", "points",
    "money", "share", "times",
]  # fmt: skip
Verified = Literal["law", "standard", "contract", "profile", "assumption"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: the value of rule `id` within `scope`, from `valid_from` until before `valid_to`."""

    id: str
    scope: str
    value: Decimal
    unit: Unit
    starts_on: str  # the event that starts it, for a period; empty otherwise
    source: str
    verified: Verified
    valid_from: date = date(2012, 5, 1)
    valid_to: date | None = None
    jurisdiction: str = "CN"

    @property
    def reference(self) -> str:
        """Name the row so that a decision can cite it."""
        return f"{self.id}[{self.scope}]@{self.valid_from.isoformat()}"

    @property
    def hours(self) -> timedelta:
        """Give a period as a length of time."""
        if self.unit == "calendar_hours":
            return timedelta(hours=float(self.value))
        if self.unit == "calendar_days":
            return timedelta(days=float(self.value))
        raise ValueError(f"{self.reference} is no period but {self.unit}")


class NoSuchRule(LookupError):
    """No row of the pack holds for the rule, scope and day that were asked for."""


class RulePack:
    """The rows of one procedure under one version."""

    def __init__(self, *, name: str, version: str, rules: tuple[Rule, ...]) -> None:
        self.name = name
        self.version = version
        self._rows: dict[tuple[str, str], list[Rule]] = {}
        for rule in sorted(rules, key=lambda rule: rule.valid_from):
            if rule.valid_to is not None and rule.valid_to <= rule.valid_from:
                raise ValueError(f"{rule.reference} ends on {rule.valid_to.isoformat()}, before it holds for a day")
            self._rows.setdefault((rule.id, rule.scope), []).append(rule)
        for rows in self._rows.values():
            for earlier, later in pairwise(rows):
                if earlier.valid_to is None or earlier.valid_to > later.valid_from:
                    raise ValueError(f"{earlier.reference} and {later.reference} hold on the same day")

    def __iter__(self) -> Iterator[Rule]:
        """Yield every row, those of one rule and scope together, the oldest of them first."""
        return (rule for rows in self._rows.values() for rule in rows)

    def rows(self, id_: str, *, scope: str | None = None) -> tuple[Rule, ...]:
        """List the rows of a rule for one scope or, without one, for all, the oldest of each first."""
        if scope is not None:
            return tuple(self._rows.get((id_, scope), ()))
        return tuple(rule for (known, _), rules in self._rows.items() if known == id_ for rule in rules)

    def pick(self, id_: str, *, scope: str = "*", on: date) -> Rule:
        """Find the row that held on that day for the scope, or for every scope when the scope has none.

        Raises:
            NoSuchRule: neither has one.
        """
        for candidate in (scope, "*"):
            for rule in self._rows.get((id_, candidate), ()):
                if rule.valid_from <= on and (rule.valid_to is None or on < rule.valid_to):
                    return rule
        raise NoSuchRule(f"{self.name}: no {id_} for {scope} on {on.isoformat()}")
