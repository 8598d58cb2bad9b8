"""What reports read alike: clocks, the groups of each population, the lists of its figures, the sheets behind them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from adapters.reports.columns import SheetColumns
from adapters.reports.workbook import Sheet
from rules.clocks.reading import outcome_of
from rules.reporting.figures import Meaning
from rules.reporting.lists import CASES_SHOWN_MAX, SHOWN_MAX, Lists, Wanted
from rules.reporting.promised import was_kept
from rules.reporting.tables import Groups, Part
from schemas.reporting import CasesBehind, Counts, GroupCounts, Span, Words
from store.reporting import clocks
from store.reporting.clocks import Anchored, ClockKept
from store.reporting.counting import Population
from store.unit_of_work import Connection
from tasks.clock_book import clock_book

GROUPS_MAX = 20
"""Groups shown of a dimension that has many; the others stand together in one row, which leads to their cases too."""


class Listed(NamedTuple):
    """One population of a report: where its lists are found in the workbook, and how its figures are told."""

    population: Population
    meanings: Mapping[str, Meaning]
    sheet: Words
    columns: SheetColumns
    prefix: str = ""

    def part(self, connection: Connection, dimensions: Iterable[str] = ()) -> Part:
        """Count it as a whole and by these dimensions."""
        totals = self.population.totals(connection)
        part = Part(totals, {}, Lists(self.meanings, prefix=self.prefix, sheet=self.sheet))
        return part._replace(groups={one: self.groups(connection, part, one) for one in dimensions})

    def groups(self, connection: Connection, part: Part, dimension: str, *, having: str = "") -> Groups:
        """Count it by one more dimension."""
        return groups_of(self.population, connection, dimension, part.totals, having=having, limit=GROUPS_MAX)

    def sheet_of(self, lines: Iterable[Any], *, figures: Iterable[str] = ()) -> Sheet:
        """Give the sheet of everything that lies behind its figures, or some of them; it is read as it is written."""
        told = [(name, self.meanings[name].name) for name in figures or self.meanings]
        return Sheet(self.sheet, self.columns, told, lines)


def read_clocks_of(
    table: str, named: Mapping[str, str], connection: Connection, spans: Mapping[str, Span], *, now: datetime
) -> None:
    """Put beside the cases of a table what these clocks of theirs came to."""
    book = clock_book()

    def kept(case: Anchored) -> Iterator[ClockKept]:
        for clock in named.values():
            outcome = outcome_of(clock, case.anchors, now=now, book=book)
            if outcome is not None:
                was = was_kept(outcome, closed_at=case.closed_at)
                yield ClockKept(case.case_no, clock, outcome.met_at, outcome.due_at, was)

    for some in clocks.with_clocks(connection, table, since=spans["before"].start, until=spans["this"].end):
        clocks.note_clocks(connection, (one for case in some for one in kept(case)))


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


def lists_behind(
    connection: Connection, listed: Sequence[Listed], parts: Sequence[Part]
) -> tuple[tuple[CasesBehind, ...], list[str]]:
    """Look up the lists of several populations; name the cases of the first one that the page describes."""
    behind = [
        list(cases_behind(one.population, connection, part.lists)) for one, part in zip(listed, parts, strict=True)
    ]
    shown = dict.fromkeys(chain.from_iterable(one.case_nos for one in behind[0]))
    return tuple(chain.from_iterable(behind)), [*shown][:CASES_SHOWN_MAX]
