"""Which row holds for a jurisdiction on a day, and why that one.

Most rows go by the most specific jurisdiction. What gives the user more wins where a rule says so: a province cannot
take away what the nation's newer law gives.
"""

from dataclasses import dataclass
from datetime import date

from rules.appeals.pack import EVERYWHERE, NATION
from rules.packs import NoSuchRule, Rule, RulePack

SHORTEST_WINS = frozenset({"complaint_answer"})
"""Times of the carrier that nation and province both limit: the shorter one is the more favourable to the user."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The row that holds, and the sentence that says why."""

    rule: Rule
    because: str


def choose(pack: RulePack, id_: str, *, jurisdiction: str, on: date) -> Choice:
    """Find the row that holds.

    Raises:
        NoSuchRule: neither the jurisdiction nor the nation has one on that day.
    """
    own = held(pack, id_, scope=jurisdiction, on=on)
    national = held(pack, id_, scope=EVERYWHERE, on=on)
    if national is None:
        if own is None:
            raise NoSuchRule(f"{pack.name}: no {id_} for {jurisdiction} on {on.isoformat()}")
        return Choice(own, f"only {jurisdiction} has a row")
    if own is None:
        missing = "" if jurisdiction == NATION else f"{jurisdiction} has no row of its own: "
        return Choice(national, f"{missing}that of {NATION} holds")
    if id_ in SHORTEST_WINS and national.value < own.value:
        told = f"{jurisdiction} has {figure(own)} ({own.source}), but {NATION} gives the user more: {figure(national)}"
        return Choice(national, told)
    return Choice(own, f"the row of {jurisdiction} goes before that of {NATION}, {figure(national)}")


def held(pack: RulePack, id_: str, *, scope: str, on: date) -> Rule | None:
    """Give the row of exactly this scope that held on a day; None where there is none."""
    rows = pack.rows(id_, scope=scope)
    return next(
        (rule for rule in rows if rule.valid_from <= on and (rule.valid_to is None or on < rule.valid_to)), None
    )


def figure(rule: Rule) -> str:
    """Write a figure with its unit."""
    return f"{rule.value:f} {rule.unit.replace('_', ' ')}"
