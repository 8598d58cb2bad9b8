"""Three months of feedback from its three sources (R109), and what customers praised (R110)."""

from rules.reporting.complaints import words
from rules.reporting.complaints.counted import Counted
from rules.reporting.complaints.sources import SOURCE_WORDS, Source
from rules.reporting.lists import Wanted
from rules.reporting.tables import CASES_COLUMN, count_column
from schemas.reporting import Chart, ChartKind, Figure, Point, Row, Section, Table, Words

FIGURE_OF = {Source.TICKETS: "tickets", Source.AT_THE_DOOR: "at_the_door", Source.COURIER_NOTES: "courier_notes"}
TYPES_TOLD = 5


def feedback_section(counted: Counted) -> Section:
    """Show the three months by month and source, what each source is about, and the praise."""
    months = Chart(
        key="feedback",
        title=Words("三个月反馈：按来源", "Three months of feedback by source"),
        kind=ChartKind.STACKS,
        points=tuple(
            Point(month, SOURCE_WORDS[source].zh, dict(counted.sources_by_month.get(month, ())).get(source, 0))
            for month in counted.months
            for source in Source
        ),
    )
    return Section(
        key="feedback",
        title=Words("三个月客户反馈", "Three months of feedback"),
        about=Words(
            "截至期末的连续三个月：投诉工单、上门口述、快递员日常记录",
            "the three months up to the end of the period: tickets, what was told at the door, couriers' daily notes",
        ),
        tables=(_months(counted), _sources(counted), *_praise(counted)),
        charts=(months,),
    )


def _months(counted: Counted) -> Table:
    return Table(
        key="feedback_months",
        title=Words("按月", "By month"),
        columns=tuple(count_column(FIGURE_OF[source], SOURCE_WORDS[source], compared=False) for source in Source),
        rows=tuple(_month_row(counted, place, month) for place, month in enumerate(counted.months, start=1)),
    )


def _month_row(counted: Counted, place: int, month: str) -> Row:
    by_source, name = dict(counted.sources_by_month.get(month, ())), Words(month, month)
    figures = tuple(
        Figure(
            value=by_source.get(source, 0),
            cases=counted.feedback.lists.key_in(
                Wanted(f"{figure}-month-{place}", name, by_source.get(source, 0), figure, "month", month)
            ),
        )
        for source, figure in FIGURE_OF.items()
    )
    return Row(group=month, name=name, figures=figures)


def _sources(counted: Counted) -> Table:
    return Table(
        key="feedback_sources",
        title=Words("按来源，与前三个月比较", "By source, beside the three months before"),
        columns=(CASES_COLUMN,),
        rows=tuple(
            counted.feedback.total_row(figure).model_copy(update={"texts": (_types(counted, source),)})
            for source, figure in FIGURE_OF.items()
        ),
        text_columns=(Words("主要问题", "what for"),),
    )


def _types(counted: Counted, source: Source) -> Words:
    told = [
        (words.TYPE.get(code, Words(code, code)), cases)
        for code, cases in counted.types_by_source.get(source, ())[:TYPES_TOLD]
    ]
    return Words("、".join(f"{one.zh} {n}" for one, n in told), ", ".join(f"{one.en} {n}" for one, n in told))


def _praise(counted: Counted) -> tuple[Table, ...]:
    return tuple(
        counted.praise.group_table(
            dimension, key=f"praise_{dimension}", title=title, codes=codes, names=("praised", "praised_in_month"),
            compared="praised",
        )
        for dimension, title, codes in (
            ("outlet", Words("暖心反馈：按网点", "Praise by outlet"), {}),
            ("channel", Words("暖心反馈：按渠道", "Praise by channel"), words.CHANNEL),
        )
    )  # fmt: skip
