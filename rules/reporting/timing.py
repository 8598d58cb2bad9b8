"""Tables about time that the reports put together alike: promised times kept and missed, and what things took."""

from collections.abc import Mapping
from typing import NamedTuple

from rules.reporting.figures import Meaning
from rules.reporting.measures import hours
from rules.reporting.tables import COUNTED_TEXT, Part
from schemas.reporting import Column, Figure, Row, Table, TimeTaken, Unit, Words

PROMISE_COLUMNS = (
    Column(key="in_time", name=Words("按时", "in time"), compared=True),
    Column(key="late", name=Words("超时", "late"), compared=True),
    Column(key="in_time_share", name=Words("按时率", "in time, share"), unit=Unit.SHARE, compared=True),
)
TIME_COLUMNS = (
    Column(key="measured", name=Words("计量件数", "measured")),
    Column(key="median", name=Words("中位数（时）", "median, h"), unit=Unit.HOURS, compared=True),
    Column(key="p90", name=Words("P90（时）", "p90, h"), unit=Unit.HOURS, compared=True),
)
MEAN_COLUMN = Column(key="mean", name=Words("平均（时）", "mean, h"), unit=Unit.HOURS, compared=True)
NOT_MEASURED = TimeTaken(0, None, None, None, None)
Times = Mapping[tuple[str, str], TimeTaken]
"""By period and group."""


class Promise(NamedTuple):
    """A promised time: its name, and the figures that count where it was kept and where not."""

    name: Words
    in_time: str
    late: str


def promises_table(part: Part, promises: Mapping[str, Promise], *, about: Words) -> Table:
    """Show how often each promised time was kept, of where it was owed."""
    return Table(
        key="promises",
        title=Words("承诺时限", "Promised times"),
        about=about,
        columns=PROMISE_COLUMNS,
        rows=tuple(_promise_row(part, key, promise) for key, promise in promises.items()),
        text_columns=(Words("超时指", "late means"),),
    )


def _promise_row(part: Part, key: str, promise: Promise) -> Row:
    kept, late = promise.in_time, promise.late
    figures = (part.total(kept), part.total(late), part.share(kept, of=(kept, late)))
    return Row(group=key, name=promise.name, figures=figures, texts=(part.lists.meanings[late].about,))


def times_table(
    part: Part,
    times: Mapping[str, Times],
    *,
    meanings: Mapping[str, Meaning],
    measured: Mapping[str, str],
    about: Words,
    with_mean: bool = False,
) -> Table:
    """Show median and p90 of what things took, each over the cases of the figure that it was measured on."""
    count, *others = TIME_COLUMNS
    return Table(
        key="times",
        title=Words("用时", "How long it took"),
        about=about,
        columns=(count, MEAN_COLUMN, *others) if with_mean else TIME_COLUMNS,
        rows=tuple(
            _time_row(part, times[figure], figure, meaning, measured[figure], with_mean=with_mean)
            for figure, meaning in meanings.items()
        ),
        text_columns=(Words("时限", "limit"), COUNTED_TEXT),
    )


def _time_row(part: Part, times: Times, figure: str, meaning: Meaning, measured: str, *, with_mean: bool) -> Row:
    this, before = (times.get((which, ""), NOT_MEASURED) for which in ("this", "before"))
    cases = part.lists.key_for(measured, part.totals["this"][measured] if this.cases else 0)
    figures = time_figures(this, before, cases=cases)
    if with_mean:
        count, *others = figures
        mean = Figure(value=hours(this.mean_seconds), before=hours(before.mean_seconds), cases=cases)
        figures = (count, mean, *others)
    return Row(group=figure, name=meaning.name, figures=figures, texts=(limit_words(this), meaning.about))


def time_figures(this: TimeTaken, before: TimeTaken, *, cases: str) -> tuple[Figure, ...]:
    """Give the figures of TIME_COLUMNS."""
    return (
        Figure(value=this.cases, cases=cases),
        Figure(value=hours(this.median_seconds), before=hours(before.median_seconds), cases=cases),
        Figure(value=hours(this.p90_seconds), before=hours(before.p90_seconds), cases=cases),
    )


def limit_words(taken: TimeTaken) -> Words:
    """Say which limits the cases had, from the shortest to the longest."""
    shortest, longest = hours(taken.limit_seconds_min), hours(taken.limit_seconds_max)
    if shortest is None or longest is None:
        return Words("—", "—")
    told = f"{float(shortest):g}" if shortest == longest else f"{float(shortest):g}–{float(longest):g}"
    return Words(f"{told} 小时", f"{told} h")
