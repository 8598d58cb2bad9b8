"""Rows and tables that the reports put together alike: totals, shares of them, groups, and openings over time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import timedelta, tzinfo
from typing import NamedTuple

from rules.privacy import mask_phones
from rules.reporting.lists import Lists, Wanted
from rules.reporting.measures import each, share
from rules.reporting.words import words_for
from schemas.reporting import (
    Chart,
    ChartKind,
    Column,
    Cost,
    Counts,
    Figure,
    GroupCounts,
    Period,
    PeriodKind,
    Point,
    Row,
    Slot,
    Span,
    Table,
    Unit,
    Words,
)

WEEKDAYS = "一二三四五六日"
OTHERS = Words("其他合计", "all others")
CASES_COLUMN = Column(key="cases", name=Words("件数", "cases"), compared=True)
COUNTED_TEXT = Words("口径", "what is counted")
BOTH_PERIODS = (("before", "上期 before"), ("this", "本期 this period"))
"""What is drawn beside each other."""
Classes = Mapping[str, tuple[Words, Mapping[str, Words]]]
"""What cases are counted by, with the words for the codes of each."""


class Groups(NamedTuple):
    """The groups of one dimension that are shown, the largest first, and what all others come to."""

    shown: list[GroupCounts]
    others: GroupCounts | None
    number: int


def count_column(key: str, name: Words, *, compared: bool = True) -> Column:
    """Declare a column of numbers of cases."""
    return Column(key=key, name=name, compared=compared)


class Part(NamedTuple):
    """What was counted of one population, and the lists that its figures lead to."""

    totals: Mapping[str, Counts]
    groups: Mapping[str, Groups]
    lists: Lists
    of_now: Collection[str] = ()  # figures about what is when the report is made: nothing to compare them with

    def total(self, name: str) -> Figure:
        """Give a figure of the whole."""
        this, before = self.totals["this"][name], self.totals["before"][name]
        return Figure(value=this, before=None if name in self.of_now else before, cases=self.lists.key_for(name, this))

    def share(self, name: str, *, of: Sequence[str]) -> Figure:
        """Give which share a figure is of others together; it leads to the cases that it counts."""
        wholes = {which: sum(counts[one] for one in of) for which, counts in self.totals.items()}
        this, before = (share(self.totals[which][name], wholes[which]) for which in ("this", "before"))
        return Figure(value=this, before=before, cases=self.lists.key_for(name, self.totals["this"][name]))

    def total_row(self, name: str) -> Row:
        """Show one figure of the whole, with what it counts."""
        meaning = self.lists.meanings[name]
        return Row(group=name, name=meaning.name, figures=(self.total(name),), texts=(meaning.about,))

    def share_row(self, name: str, *, of: Sequence[str]) -> Row:
        """Show one figure, and which share it is of others together."""
        meaning = self.lists.meanings[name]
        figures = (self.total(name), self.share(name, of=of))
        return Row(group=name, name=meaning.name, figures=figures, texts=(meaning.about,))

    def share_table(
        self, names: Sequence[str], *, of: Sequence[str], key: str, title: Words, about: Words, share_name: Words
    ) -> Table:
        """Show several figures, and which share of the same whole each is."""
        return Table(
            key=key,
            title=title,
            about=about,
            columns=(CASES_COLUMN, Column(key="share", name=share_name, unit=Unit.SHARE, compared=True)),
            rows=tuple(self.share_row(name, of=of) for name in names),
            text_columns=(COUNTED_TEXT,),
        )

    def group_table(
        self,
        dimension: str,
        *,
        key: str,
        title: Words,
        codes: Mapping[str, Words],
        names: Sequence[str],
        compared: str = "",
        of: str = "",
    ) -> Table:
        """Show the groups of a dimension, with figures of each; all that are not shown stand in the last row.

        `of` names the groups where the same dimension was counted more than once.
        """
        groups = self.groups[of or dimension]
        shown = tuple(group.group for group in groups.shown)
        columns = tuple(count_column(name, self.lists.meanings[name].name, compared=name == compared) for name in names)
        rows = [
            self.group_row(group, table=key, dimension=dimension, place=place, columns=columns, codes=codes)
            for place, group in enumerate(groups.shown, start=1)
        ]
        if groups.others is not None:
            left_out = groups.number - len(shown)
            row = self.group_row(
                groups.others, table=key, dimension=dimension, place=0, columns=columns, codes=codes, not_in=shown
            )
            rows.append(
                row.model_copy(update={"name": Words(f"{OTHERS.zh}（{left_out}）", f"{OTHERS.en} ({left_out})")})
            )
        return Table(key=key, title=title, columns=columns, rows=tuple(rows))

    def group_row(
        self,
        group: GroupCounts,
        *,
        table: str,
        dimension: str,
        place: int,
        columns: Sequence[Column],
        codes: Mapping[str, Words],
        not_in: tuple[str, ...] = (),
    ) -> Row:
        """Show one group; its place in the table keeps its lists apart from those of other groups."""
        masked = mask_phones(group.group)
        name = words_for(masked, codes)
        figures = tuple(
            Figure(
                value=group.this[column.key],
                before=group.before[column.key] if column.compared else None,
                cases=self.lists.key_in(
                    Wanted(
                        f"{column.key}-{table}-{place}", name, group.this[column.key], column.key, dimension,
                        group.group, not_in,
                    )
                ),
            )
            for column in columns
        )  # fmt: skip
        return Row(group=masked, name=name, figures=figures)

    def class_tables(
        self, classes: Classes, *, names: Sequence[str], compared: str = "", which: str = ""
    ) -> tuple[Table, ...]:
        """Show the groups of several dimensions; `which` names those that were counted of some cases alone."""
        return tuple(
            self.group_table(
                dimension,
                key=f"{which}{dimension}",
                of=f"{which}{dimension}",
                title=title,
                codes=codes,
                names=names,
                compared=compared,
            )
            for dimension, (title, codes) in classes.items()
        )

    def bars(self, dimension: str, name: str, *, title: Words, codes: Mapping[str, Words], limit: int) -> Chart:
        """Draw a figure of the largest groups as bars, beside the period before."""
        points = tuple(self.points(dimension, name, codes=codes, limit=limit))
        return Chart(key=f"by_{dimension}", title=title, kind=ChartKind.BARS, points=points)

    def comparison(self, names: Sequence[str], *, key: str, title: Words) -> Chart:
        """Draw several figures of the whole as bars, beside the period before."""
        points = tuple(
            Point(self.lists.meanings[name].name.zh, series, self.totals[which][name])
            for name in names
            for which, series in BOTH_PERIODS
        )
        return Chart(key=key, title=title, kind=ChartKind.BARS, points=points)

    def points(self, dimension: str, name: str, *, codes: Mapping[str, Words], limit: int) -> Iterator[Point]:
        """Draw a figure of the largest groups, beside the period before."""
        for group in self.groups[dimension].shown[:limit]:
            place = words_for(group.group, codes).zh
            yield from (
                Point(place, series, counts[name])
                for (_, series), counts in zip(BOTH_PERIODS, (group.before, group.this), strict=True)
            )


COST_COLUMNS = (
    CASES_COLUMN,
    Column(key="amount", name=Words("金额", "amount"), unit=Unit.MONEY, compared=True),
    Column(key="each", name=Words("件均", "each"), unit=Unit.MONEY, compared=True),
)


def cost_figures(this: Cost, before: Cost, *, cases: str) -> tuple[Figure, ...]:
    """Give the figures of COST_COLUMNS, of one currency."""
    return (
        Figure(value=this.cases, before=before.cases, cases=cases),
        Figure(value=this.amount, before=before.amount, cases=cases),
        Figure(value=each(this.amount, this.cases), before=each(before.amount, before.cases), cases=cases),
    )


def trend(
    slots: Mapping[str, Sequence[Slot]], *, period: Period, spans: Mapping[str, Span], zone: tzinfo
) -> Iterator[Point]:
    """Draw openings and closings over the hours or days of a period, and the openings of the period before."""
    counted = {which: {slot.number: slot for slot in slots[which]} for which in ("before", "this")}
    for number, label in enumerate(slot_labels(period, spans=spans, zone=zone)):
        before, this = (counted[which].get(number, Slot(number, 0, 0)) for which in ("before", "this"))
        yield Point(label, "上期新增 opened before", before.opened)
        yield Point(label, "新增 opened", this.opened)
        yield Point(label, "结案 closed", this.closed)


def slot_labels(period: Period, *, spans: Mapping[str, Span], zone: tzinfo) -> list[str]:
    """Name the hours of a day, or the days of a week or month; the longer of the two periods gives the names."""
    longest = max(spans.values(), key=lambda span: span.end - span.start)
    start, end = (moment.astimezone(zone) for moment in longest)
    days = (end.date() - start.date()).days
    if period.kind is PeriodKind.MONTH:
        return [f"{number + 1:02}" for number in range(days)]
    if period.kind is PeriodKind.WEEK:
        return [f"{WEEKDAYS[number]} {period.first + timedelta(days=number):%m-%d}" for number in range(days)]
    labels: list[str] = []
    for number in range(-((longest.start - longest.end) // timedelta(hours=1))):
        label = f"{(longest.start + timedelta(hours=number)).astimezone(zone):%H}"
        labels.append(f"{label}′" if label in labels else label)  # the hour that comes twice when clocks are put back
    return labels
