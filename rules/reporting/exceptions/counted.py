"""What is counted for the report about exceptions, as its sections take it, and the rows that several of them share."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from rules.reporting.figures import MEANINGS
from rules.reporting.lists import Lists
from rules.reporting.measures import share
from rules.reporting.tables import Groups
from rules.reporting.timing import Times
from schemas.reporting import Cost, Counts, Figure, GroupCounts, Row, Slot

AS_OF_NOW = frozenset({"still_open", "overdue", "still_severe"})
"""Figures about what is open when the report is made: there is no period before to compare them with."""


class Counted(NamedTuple):
    """All that was counted for one report."""

    totals: Mapping[str, Counts]
    groups: Mapping[str, Groups]
    open_groups: Mapping[str, Groups]
    times: Mapping[str, Times]
    times_by_type: Mapping[str, Times]
    costs: Mapping[str, Sequence[Cost]]
    slots: Mapping[str, Sequence[Slot]]
    waiting_by_age: Mapping[str, Sequence[tuple[str, int]]]
    worst: Sequence[GroupCounts]
    causes_of: Mapping[str, Sequence[tuple[str, int]]]
    types_of: Mapping[str, Sequence[tuple[str, int]]]
    delivered: Mapping[str, int]


def total_row(counted: Counted, lists: Lists, name: str) -> Row:
    """Show one figure of the whole report, with what it counts."""
    meaning = MEANINGS[name]
    return Row(group=name, name=meaning.name, figures=(total(counted, lists, name),), texts=(meaning.about,))


def total(counted: Counted, lists: Lists, name: str) -> Figure:
    """Give a figure of the whole report; what is still open has no period before."""
    this, before = counted.totals["this"][name], counted.totals["before"][name]
    return Figure(value=this, before=None if name in AS_OF_NOW else before, cases=lists.key_for(name, this))


def share_row(counted: Counted, lists: Lists, name: str, *, of: str) -> Row:
    """Show one figure, and which share of another one it is."""
    count = total(counted, lists, name)
    shares = [share(counted.totals[which][name], counted.totals[which][of]) for which in ("this", "before")]
    return Row(
        group=name,
        name=MEANINGS[name].name,
        figures=(count, Figure(value=shares[0], before=shares[1], cases=count.cases)),
        texts=(MEANINGS[name].about,),
    )
