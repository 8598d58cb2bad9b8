"""The outlets with the most exceptions, their causes, and what is proposed (R102): for the weekly meeting (R100)."""

from rules.privacy import mask_phones
from rules.reporting import words
from rules.reporting.charts import outlets_by_type
from rules.reporting.exceptions.classes import group_row
from rules.reporting.exceptions.counted import Counted
from rules.reporting.figures import MEANINGS
from rules.reporting.improvements import proposed_for
from rules.reporting.lists import Lists
from rules.reporting.measures import per_thousand
from rules.reporting.tables import count_column
from schemas.reporting import Chart, ChartKind, Column, Figure, GroupCounts, Row, Section, Table, Unit, Words

WORST_COLUMNS = ("opened", "severe", "resolved_late", "overdue")
CAUSES_TOLD = 3


def outlets_section(counted: Counted, lists: Lists) -> Section:
    """List the outlets that need help, with causes and proposals."""
    table = Table(
        key="worst",
        title=Words("问题较多的网点", "Outlets with the most exceptions"),
        about=Words(
            "按本期新增排序；每千件 = 新增 ÷ 本期妥投 × 1000；建议针对该网点最多的类型",
            "by cases opened; per 1,000 = opened among a thousand delivered; what is proposed is about the outlet's "
            "most frequent type",
        ),
        columns=(
            *(count_column(name, MEANINGS[name].name, compared=name == "opened") for name in WORST_COLUMNS),
            count_column("delivered", Words("妥投", "delivered"), compared=False),
            Column(key="rate", name=Words("每千件", "per 1,000"), unit=Unit.PER_THOUSAND),
        ),
        rows=tuple(_worst_row(counted, lists, place, group) for place, group in enumerate(counted.worst, start=1)),
        text_columns=(Words("主要原因", "main causes"), Words("改进建议", "proposed")),
    )
    chart = Chart(
        key="outlets",
        title=Words("问题较多的网点：按类型", "These outlets by type"),
        kind=ChartKind.STACKS,
        points=tuple(outlets_by_type(counted.worst, counted.types_of, words.TYPE)),
    )
    return Section(key="worst", title=Words("重点网点与改进", "Outlets to help"), tables=(table,), charts=(chart,))


def _worst_row(counted: Counted, lists: Lists, place: int, group: GroupCounts) -> Row:
    delivered = counted.delivered.get(group.group, 0)
    name = words.words_for(mask_phones(group.group))
    row = group_row(group, lists=lists, table="worst", dimension="outlet", place=place, name=name, names=WORST_COLUMNS)
    rate = Figure(value=per_thousand(group.this["opened"], delivered), cases=row.figures[0].cases)
    causes = counted.causes_of.get(group.group, ())[:CAUSES_TOLD]
    types = counted.types_of.get(group.group, ())
    return row.model_copy(
        update={
            "figures": (*row.figures, Figure(value=delivered), rate),
            "texts": (
                words.words_counted((words.cause_words(code), cases) for code, cases in causes),
                proposed_for(types[0][0]) if types else Words("", ""),
            ),
        }
    )
