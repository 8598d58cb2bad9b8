"""What every report reads of a gathered population: its groups, all others together, and the lists of its figures."""

from collections.abc import Iterator, Mapping, Sequence

from rules.reporting.lists import SHOWN_MAX, Lists, Wanted
from rules.reporting.tables import Groups
from schemas.reporting import CasesBehind, Counts, GroupCounts
from store.reporting.counting import Population
from store.unit_of_work import Connection


def groups_of(
    population: Population,
    connection: Connection,
    dimension: str,
    totals: Mapping[str, Counts],
    *,
    having: str = "",
    limit: int,
) -> Groups:
    """Read the largest groups of a dimension; all others together are what is left of the whole."""
    shown, number = population.groups(connection, dimension, having=having, limit=limit)
    others = None
    if number > len(shown):
        whole = population.totals(connection, of=dimension) if dimension in population.partial else totals
        this, before = ({**whole[which]} for which in ("this", "before"))
        for group in shown:
            this = {name: this[name] - group.this[name] for name in this}
            before = {name: before[name] - group.before[name] for name in before}
        others = GroupCounts("", this, before)
    return Groups(shown, others, number)


def cases_behind(population: Population, connection: Connection, lists: Lists) -> Iterator[CasesBehind]:
    """Look up the lists, all groups of one figure and dimension at once."""
    asked: dict[tuple[str, str], list[Wanted]] = {}
    for one in lists.wanted:
        asked.setdefault((one.condition, one.dimension), []).append(one)
    found: dict[str, Sequence[str]] = {}
    for (condition, dimension), some in asked.items():
        groups = sorted({one.group for one in some if not one.not_in})
        listed = population.behind(connection, condition, dimension=dimension, group_in=groups, limit=SHOWN_MAX)
        for one in some:
            found[one.key] = (
                population.behind_others(
                    connection, condition, dimension=dimension, group_not_in=one.not_in, limit=SHOWN_MAX
                )
                if one.not_in
                else listed[one.group]
            )
    for one in lists.wanted:
        numbers = tuple(found[one.key])
        yield CasesBehind(
            key=one.key, name=one.name, total=one.total, case_nos=numbers, filter=one.filter, sheet=lists.sheet
        )
