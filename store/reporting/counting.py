"""Counting over a gathered population: a figure is one condition over one set of rows, so a count and its list agree.

Belongs here: what every report asks of a population that lies in a temporary table of the transaction, with the columns
`which` (this period or the one before), `start_at`, and `is_...` for every figure. Does not belong here: which rows a
population has, and what its figures mean.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, text

from rules.reporting.lists import BETWEEN, TOGETHER
from schemas.reporting import Cost, Counts, GroupCounts, Slot, Span, TimeTaken

CHUNK = 2000
"""Rows read from the server at a time."""

PERIODS = (
    "(VALUES ('this', CAST(:this_start AS timestamptz), CAST(:this_end AS timestamptz)), "
    "('before', CAST(:before_start AS timestamptz), CAST(:before_end AS timestamptz))) AS w (which, start_at, end_at)"
)
"""The two periods as rows, for the statement that gathers; `bounds` gives their values."""


STANDING = """coalesce(CAST(:waiting_for AS jsonb) ->> r.state, '') AS waiting_for,
  CASE WHEN r.closed_at IS NULL THEN (CAST(:age_bands AS text[]))[
    1 + width_bucket(extract(epoch FROM CAST(:as_of AS timestamptz) - r.opened_at) / 3600,
                     CAST(:age_bounds AS numeric[]))
  ] ELSE '' END AS age"""
"""For whom a row `r` waits and, while it is open, how long it has: columns of the statement that gathers."""


def bounds(*, this: Span, before: Span) -> dict[str, Any]:
    """Give the values that PERIODS needs."""
    return {
        "this_start": this.start, "this_end": this.end, "before_start": before.start, "before_end": before.end,
    }  # fmt: skip


def flags(conditions: Mapping[str, str]) -> str:
    """Write the column of every figure that says whether it counts a row; what is not known counts nothing."""
    return ", ".join(f"coalesce({condition}, false) AS is_{name}" for name, condition in conditions.items())


class UnknownFigure(LookupError):
    """Nobody declared a figure or a dimension of that name."""


@dataclass(frozen=True)
class Population:
    """What can be counted of one gathered table; every name in it is declared by the project."""

    table: str
    conditions: Mapping[str, str]
    dimensions: Collection[str]
    number: str = "case_no"  # the column that a list names its rows by
    gravest: str = "severity DESC, case_no"
    largest_by: str = "opened"  # the figure that says which groups are large, and of which period they are
    partial: Collection[str] = ()  # dimensions whose blank is no group
    times: Mapping[str, tuple[str, str, str]] = field(default_factory=dict)  # which rows, time taken, time allowed
    amounts: Mapping[str, str] = field(default_factory=dict)  # of the rows of a figure, how much, in their `currency`

    @cached_property
    def counted(self) -> str:
        """Write the list of the figures that count a row."""
        named = ", ".join(f"CASE WHEN is_{name} THEN '{name}' END" for name in self.conditions)
        return f"array_remove(ARRAY[{named}], NULL) AS counted"

    def totals(self, connection: Connection, *, of: str = "") -> dict[str, Counts]:
        """Count the rows of every figure, by period; with `of` those that a dimension is about."""
        counts = ", ".join(f"count(*) FILTER (WHERE is_{name}) AS {name}" for name in self.conditions)
        rows = connection.execute(
            text(f"SELECT which, {counts} FROM {self.table} WHERE {self._is_about(of)} GROUP BY which")  # noqa: S608  # declared
        )
        found = {row.which: self._counts(row) for row in rows}
        return {which: found.get(which, dict.fromkeys(self.conditions, 0)) for which in ("this", "before")}

    def groups(
        self, connection: Connection, dimension: str, *, having: str = "", limit: int
    ) -> tuple[list[GroupCounts], int]:
        """Count the rows of every figure for the largest groups of a dimension, and say how many groups there are.

        The largest are those with most of the figure that makes a group large, or of the one that every group must have
        (`having`).
        """
        value, first = self._group_of(dimension), having or self.largest_by
        known(first, self.conditions)
        counts = ", ".join(
            f"count(*) FILTER (WHERE is_{name} AND which = '{which}') AS {which}_{name}"
            for which in ("this", "before")
            for name in self.conditions
        )
        wanted = f"bool_or(is_{having} AND which = 'this')" if having else f"bool_or(which = 'this' OR is_{first})"
        rows = connection.execute(
            text(
                f"SELECT {value} AS value, {counts}, count(*) OVER () AS number FROM {self.table} "  # noqa: S608  # declared
                f"WHERE {self._is_about(dimension)} GROUP BY 1 HAVING {wanted} "
                f"ORDER BY this_{first} DESC, before_{first} DESC, 1 LIMIT :limit"
            ),
            {"limit": limit},
        ).all()
        found = [GroupCounts(row.value, self._counts(row, "this_"), self._counts(row, "before_")) for row in rows]
        return found, rows[0].number if rows else 0

    def time_taken(
        self, connection: Connection, figure: str, *, dimension: str = ""
    ) -> dict[tuple[str, str], TimeTaken]:
        """Say how long something took, by period and group; by period alone where no dimension is named."""
        known(figure, self.times)
        condition, taken, allowed = self.times[figure]
        rows = connection.execute(
            text(
                f"SELECT which, {self._group_of(dimension)} AS value, "  # noqa: S608  # declared
                "count(*) AS cases, percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) AS median, "
                "percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) AS p90, min(allowed) AS shortest, "
                "max(allowed) AS longest, avg(seconds) AS mean FROM (SELECT *, CAST(extract(epoch FROM "
                f"{taken}) AS float8) AS seconds, CAST(extract(epoch FROM {allowed}) AS float8) AS allowed "
                f"FROM {self.table} WHERE is_{condition}) AS measured WHERE seconds IS NOT NULL GROUP BY 1, 2"
            )
        )
        return {
            (row.which, row.value): TimeTaken(row.cases, row.median, row.p90, row.shortest, row.longest, row.mean)
            for row in rows
        }

    def sums(self, connection: Connection, figure: str, *, dimension: str = "") -> dict[str, list[Cost]]:
        """Add up what the rows of a figure come to, by period, currency and group, the largest first."""
        known(figure, self.amounts)
        rows = connection.execute(
            text(
                f"SELECT which, {self._group_of(dimension)} AS value, currency, count(*) AS cases, "  # noqa: S608  # declared
                f"sum({self.amounts[figure]}) AS amount FROM {self.table} WHERE is_{figure} AND "
                f"{self._is_about(dimension)} GROUP BY 1, 2, 3 ORDER BY 1, 5 DESC, 3, 2"
            )
        )
        found: dict[str, list[Cost]] = {"this": [], "before": []}
        for row in rows:
            found[row.which].append(Cost(row.currency, row.cases, row.amount, row.value))
        return found

    def slots(
        self,
        connection: Connection,
        *,
        every: timedelta | None,
        time_zone: str,
        opened: str = "opened",
        closed: str = "closed",
    ) -> dict[str, list[Slot]]:
        """Count openings and closings by the hours that passed, or by the calendar's days where `every` is None."""
        counted = " UNION ALL ".join(
            f"SELECT which, {_slot(column)} AS slot, '{column}' AS name FROM {self.table} WHERE is_{name}"  # noqa: S608  # declared
            for name, column in ((opened, "opened_at"), (closed, "closed_at"))
        )
        rows = connection.execute(
            text(
                "SELECT which, slot, count(*) FILTER (WHERE name = 'opened_at') AS opened, "  # noqa: S608  # declared
                f"count(*) FILTER (WHERE name = 'closed_at') AS closed FROM ({counted}) AS c "
                "GROUP BY 1, 2 ORDER BY 1, 2"
            ),
            {"seconds": every.total_seconds() if every else None, "zone": time_zone},
        )
        found: dict[str, list[Slot]] = {"this": [], "before": []}
        for row in rows:
            found[row.which].append(Slot(row.slot, row.opened, row.closed))
        return found

    def behind(
        self,
        connection: Connection,
        condition: str,
        *,
        dimension: str = "",
        group_in: Collection[str] = ("",),
        limit: int,
    ) -> dict[str, list[str]]:
        """List the rows of this period that a figure counts, by group: the gravest first, at most `limit` of each."""
        known(condition, self.conditions)
        if not dimension:
            listed = self.behind_others(connection, condition, dimension="", group_not_in=(), limit=limit)
            return {"": listed} if listed else {}
        value = self._group_of(dimension)
        rows = connection.execute(
            text(
                f"SELECT value, number FROM (SELECT {value} AS value, {self.number} AS number, "  # noqa: S608  # declared
                f"row_number() OVER (PARTITION BY {value} ORDER BY {self.gravest}) AS place FROM {self.table} "
                f"WHERE which = 'this' AND is_{condition} AND {value} = ANY(:group_in)) AS placed "
                "WHERE place <= :limit ORDER BY value, place"
            ),
            {"group_in": list(group_in), "limit": limit},
        )
        found: dict[str, list[str]] = {}
        for row in rows:
            found.setdefault(row.value, []).append(row.number)
        return found

    def behind_others(
        self, connection: Connection, condition: str, *, dimension: str, group_not_in: Collection[str], limit: int
    ) -> list[str]:
        """List the rows that a figure counts in all groups but those named."""
        known(condition, self.conditions)
        rows = connection.execute(
            text(
                f"SELECT {self.number} AS number FROM {self.table} WHERE which = 'this' AND is_{condition} "  # noqa: S608  # declared
                f"AND {self._is_about(dimension)} AND {self._group_of(dimension)} <> ALL(:group_not_in) "
                f"ORDER BY {self.gravest} LIMIT :limit"
            ),
            {"group_not_in": list(group_not_in), "limit": limit},
        )
        return [row.number for row in rows]

    def pairs(
        self,
        connection: Connection,
        condition: str,
        *,
        dimension: str,
        with_dimension: str,
        group_in: Collection[str],
    ) -> dict[str, list[tuple[str, int]]]:
        """Count, for some groups of one dimension, the rows of a figure by another one, the largest first."""
        known(condition, self.conditions)
        value, other = self._group_of(dimension), self._group_of(with_dimension)
        rows = connection.execute(
            text(
                f"SELECT {value} AS value, {other} AS other, count(*) AS cases FROM {self.table} "  # noqa: S608  # declared
                f"WHERE which = 'this' AND is_{condition} AND {value} = ANY(:group_in) GROUP BY 1, 2 "
                "ORDER BY 1, 3 DESC, 2"
            ),
            {"group_in": list(group_in)},
        )
        found: dict[str, list[tuple[str, int]]] = {}
        for row in rows:
            found.setdefault(row.value, []).append((row.other, row.cases))
        return found

    def rows(
        self, connection: Connection, columns: Collection[str], *, numbers: Collection[str] | None = None
    ) -> Iterator[Any]:
        """Read the rows of this period, or those named, in the order of their numbers, a chunk at a time.

        The column `counted` is the list of the figures that count the row.
        """
        listed = ", ".join(self.counted if name == "counted" else name for name in columns)
        wanted = "" if numbers is None else f"AND {self.number} = ANY(:numbers)"
        yield from connection.execute(
            text(f"SELECT {listed} FROM {self.table} WHERE which = 'this' {wanted} ORDER BY {self.number}"),  # noqa: S608  # declared
            {} if numbers is None else {"numbers": list(numbers)},
            execution_options={"yield_per": CHUNK},
        )

    def _group_of(self, dimension: str) -> str:
        """Give what a row's group is called in a dimension, or in several together; without one all are one group."""
        if not dimension:
            return "''"
        names = dimension.split(TOGETHER)
        for name in names:
            known(name, self.dimensions)
        return f" || '{BETWEEN}' || ".join(f"CAST({name} AS text)" for name in names)

    def _is_about(self, dimension: str) -> str:
        """Say which rows a dimension is about: all, but for one whose blank is no group."""
        return f"{dimension} <> ''" if dimension in self.partial else "true"

    def _counts(self, row: Any, prefix: str = "") -> Counts:
        return {name: row._mapping[f"{prefix}{name}"] for name in self.conditions}


def _slot(column: str) -> str:
    return (
        "CASE WHEN CAST(:seconds AS float8) IS NULL "
        f"THEN ({column} AT TIME ZONE :zone)::date - (start_at AT TIME ZONE :zone)::date "
        f"ELSE CAST(floor(extract(epoch FROM {column} - start_at) / :seconds) AS int) END"
    )


def known(name: str, declared: Collection[str]) -> None:
    """Let only names into a statement that the project declared.

    Raises:
        UnknownFigure: it did not.
    """
    if name not in declared:
        raise UnknownFigure(f"{name} is not among {', '.join(declared)}")
