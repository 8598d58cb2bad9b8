"""Counts by class (R21): of the cases of the period, and of those still open, which are its open problems."""

from collections.abc import Mapping, Sequence
from functools import partial

from rules.privacy import mask_phones
from rules.reporting import words
from rules.reporting.ages import AGE_BANDS
from rules.reporting.charts import waiting_chart
from rules.reporting.exceptions.counted import Counted
from rules.reporting.figures import MEANINGS, meanings_of
from rules.reporting.lists import Lists, Wanted
from rules.reporting.tables import OTHERS, Groups, count_column
from rules.reporting.waiting import WAITING_WORDS
from schemas.reporting import Chart, ChartKind, Figure, GroupCounts, Point, Row, Section, Table, Words

CLASSES: dict[str, tuple[Words, Mapping[str, Words]]] = {
    "type": (Words("按类型", "By type"), words.TYPE),
    "cause": (Words("按原因", "By cause"), words.CAUSE),
    "party": (Words("按责任方", "By party"), words.PARTY),
    "lane": (Words("按线路", "By lane"), {}),
    "outlet": (Words("按网点", "By outlet"), {}),
    "carrier": (Words("按承运商", "By carrier"), {}),
    "customs_office": (Words("海关扣留件：按海关", "Held by customs: by office"), {"unknown": words.NOTHING}),
    "origin": (Words("按发现方式", "By who noticed"), words.ORIGIN),
    "severity": (Words("按严重程度", "By severity"), words.SEVERITY),
    "product": (Words("按产品", "By product"), {}),
}
"""What exceptions are counted by, with the words for the codes of each."""


OPEN_CLASSES: dict[str, tuple[Words, Mapping[str, Words]]] = {
    "age": (Words("按已等待时长", "By age"), AGE_BANDS),
    "waiting_for": (Words("在等谁", "Waiting for whom"), WAITING_WORDS),
    "state": (Words("按状态", "By state"), words.STATE),
    "type": (Words("未结类型", "By type"), words.TYPE),
}


CLASS_COLUMNS = ("opened", "severe", "closed", "resolved_late", "still_open")
OPEN_COLUMNS = ("still_open", "overdue", "still_severe")
TYPES_DRAWN = 12


def classes_section(counted: Counted, lists: Lists) -> Section:
    """Count by type, cause, party, lane, outlet, carrier, customs office, who noticed, severity and product."""
    tables = [
        _group_table(counted.groups[dimension], lists, key=dimension, dimension=dimension, names=CLASS_COLUMNS)
        for dimension in CLASSES
    ]
    types = Chart(
        key="types",
        title=Words("各类型新增，与上期比较", "Opened by type, beside the period before"),
        kind=ChartKind.BARS,
        points=tuple(
            Point(words.words_for(group.group, words.TYPE).zh, series, counts["opened"])
            for group in counted.groups["type"].shown[:TYPES_DRAWN]
            for series, counts in (("上期 before", group.before), ("本期 this period", group.this))
        ),
    )
    return Section(
        key="classes",
        title=Words("统计与分类", "Counts by class"),
        tables=tuple(tables),
        charts=(types,),
        about=meanings_of(CLASS_COLUMNS, MEANINGS),
    )


def _group_table(groups: Groups, lists: Lists, *, key: str, dimension: str, names: Sequence[str]) -> Table:
    title, codes = (OPEN_CLASSES if names is OPEN_COLUMNS else CLASSES)[dimension]
    row = partial(group_row, lists=lists, table=key, dimension=dimension, names=names)
    shown = tuple(group.group for group in groups.shown)
    rows = [
        row(group, place=place, name=_name(dimension, group.group, codes))
        for place, group in enumerate(groups.shown, start=1)
    ]
    if groups.others is not None:
        left_out = groups.number - len(shown)
        name = Words(f"{OTHERS.zh}（{left_out}）", f"{OTHERS.en} ({left_out})")
        rows.append(row(groups.others, place=0, name=name, not_in=shown))
    return Table(
        key=key,
        title=title,
        columns=tuple(count_column(name, MEANINGS[name].name, compared=name == "opened") for name in names),
        rows=tuple(rows),
    )


def _name(dimension: str, group: str, codes: Mapping[str, Words]) -> Words:
    if dimension == "cause":
        return words.cause_words(group)
    return words.words_for(mask_phones(group), codes)


def group_row(
    group: GroupCounts,
    *,
    lists: Lists,
    table: str,
    dimension: str,
    place: int,
    name: Words,
    names: Sequence[str],
    not_in: tuple[str, ...] = (),
) -> Row:
    """Show one group; its place in the table keeps its lists apart from those of other groups."""
    figures = []
    for condition in names:
        counted = group.this[condition]
        list_of = Wanted(f"{condition}-{table}-{place}", name, counted, condition, dimension, group.group, not_in)
        before = group.before[condition] if condition == "opened" else None
        figures.append(Figure(value=counted, before=before, cases=lists.key_in(list_of)))
    return Row(group=mask_phones(group.group), name=name, figures=tuple(figures))


def open_section(counted: Counted, lists: Lists) -> Section:
    """Count what is still open by age, by whom it waits for, by state and by type."""
    tables = [
        _group_table(groups, lists, key=f"open_{dimension}", dimension=dimension, names=OPEN_COLUMNS)
        for dimension, groups in counted.open_groups.items()
    ]
    chart = waiting_chart(
        Words("未结案件：已等待时长与在等谁", "Still open: how long, and waiting for whom"), counted.waiting_by_age
    )
    return Section(
        key="open",
        title=Words("未决问题", "Open problems"),
        tables=tuple(tables),
        charts=(chart,),
        about=meanings_of(OPEN_COLUMNS, MEANINGS),
    )
