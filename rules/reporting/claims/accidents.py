"""The analysis of accident causes (事故原因分析报告): what happened with whom, where, what it cost, and what to do.

What happened is the claim's event, with whom the kind of party that answers for most of it. What to do is said only
where the figures are large enough to say so (`rules.reporting.claims.improvements`).
"""

from collections.abc import Sequence

from rules.privacy import mask_phones
from rules.reporting.charts import outlets_by_type
from rules.reporting.claims import words
from rules.reporting.claims.counted import Counted, Places
from rules.reporting.claims.improvements import CLAIMS_MIN, RISE_MIN_PERCENT, SHARE_MIN_PERCENT, SILENCE, proposed_for
from rules.reporting.claims.money import money_table
from rules.reporting.lists import TOGETHER, parted
from rules.reporting.measures import share
from rules.reporting.tables import count_column
from rules.reporting.words import codes_counted, words_together
from schemas.reporting import Chart, ChartKind, Column, Figure, GroupCounts, Row, Section, Table, Unit, Words

ACCIDENT = "event+cause"
EVENT_AND_CAUSE = (words.EVENT, words.PARTY)
COLUMNS = ("filed", "paid", "refused")
PROPOSED = Words("建议", "proposed")
SHARE = Column(key="share", name=Words("占新增", "share of filed"), unit=Unit.SHARE)
PLACES = {"outlet": Words("重点网点", "Outlets"), "lane": Words("重点线路", "Lanes")}
MONEY = {
    ACCIDENT: (Words("事故原因：赔付金额", "Causes by money"), EVENT_AND_CAUSE),
    "outlet": (Words("网点：赔付金额", "Outlets by money"), ({},)),
    "lane": (Words("线路：赔付金额", "Lanes by money"), ({},)),
}
THRESHOLDS = Words(
    f"至少 {CLAIMS_MIN} 件，且占 {SHARE_MIN_PERCENT}%（网点、线路按自身件数）或比上期多 {RISE_MIN_PERCENT}% 时才提建议",
    f"something is proposed from {CLAIMS_MIN} claims on that are {SHARE_MIN_PERCENT} % of all (of an outlet or a lane: "
    f"of its own), or {RISE_MIN_PERCENT} % more than in the period before",
)


def accidents_section(counted: Counted) -> Section:
    """Show the causes by number and by money, per outlet and lane, with the change against the period before."""
    places = [_places(counted, dimension) for dimension in PLACES]
    chart = Chart(
        key="accidents",
        title=Words("重点网点：按事故类型", "These outlets by event"),
        kind=ChartKind.STACKS,
        points=tuple(outlets_by_type(counted.places["outlet"].worst, counted.places["outlet"].events, words.EVENT)),
    )
    return Section(
        key="accidents",
        title=Words("事故原因分析", "Causes of accidents"),
        about=THRESHOLDS,
        tables=(_causes(counted), *places, *(_paid(counted, dimension) for dimension in MONEY)),
        charts=(chart,),
    )


def _causes(counted: Counted) -> Table:
    groups, filed = counted.claims.groups[ACCIDENT].shown, counted.claims.totals["this"]["filed"]
    codes = {group.group: _name_of(group.group) for group in groups}
    table = counted.claims.group_table(
        ACCIDENT,
        key="accidents",
        title=Words("事故原因", "Causes"),
        codes=codes,
        names=COLUMNS,
        compared="filed",
    )
    rows = []
    for place, row in enumerate(table.rows):
        group = groups[place] if place < len(groups) else None  # the last row may be that of all others
        part = Figure(value=share(int(row.figures[0].value or 0), filed), cases=row.figures[0].cases)
        said = _proposed_about(group, filed) if group else SILENCE
        rows.append(row.model_copy(update={"figures": (*row.figures, part), "texts": (said,)}))
    return table.model_copy(
        update={"columns": (*table.columns, SHARE), "rows": tuple(rows), "text_columns": (PROPOSED,)}
    )


def _name_of(group: str) -> Words:
    return words_together([*zip(parted(ACCIDENT, group), EVENT_AND_CAUSE, strict=True)])


def _proposed_about(group: GroupCounts, filed: int) -> Words:
    event, cause = parted(ACCIDENT, group.group)
    return proposed_for(event, cause, claims=group.this["filed"], of=filed, before=group.before["filed"])


def _places(counted: Counted, dimension: str) -> Table:
    places, meanings = counted.places[dimension], counted.claims.lists.meanings
    columns = tuple(count_column(name, meanings[name].name, compared=name == "filed") for name in COLUMNS)
    return Table(
        key=f"accidents_{dimension}",
        title=PLACES[dimension],
        columns=columns,
        rows=tuple(
            _place_row(counted, dimension, places, place, group, columns)
            for place, group in enumerate(places.worst, start=1)
        ),
        text_columns=(Words("主要事故", "what happened"), Words("责任方", "with whom"), PROPOSED),
    )


def _place_row(
    counted: Counted,
    dimension: str,
    places: Places,
    place: int,
    group: GroupCounts,
    columns: Sequence[Column],
) -> Row:
    row = counted.claims.group_row(
        group, table=f"accidents_{dimension}", dimension=dimension, place=place, columns=columns, codes={}
    )
    events, causes = (pairs.get(group.group, ()) for pairs in (places.events, places.causes))
    said = SILENCE
    if events and causes:
        said = proposed_for(events[0][0], causes[0][0], claims=events[0][1], of=group.this["filed"])
    texts = (codes_counted(events, words.EVENT), codes_counted(causes, words.PARTY), said)
    return row.model_copy(update={"group": mask_phones(group.group), "texts": texts})


def _paid(counted: Counted, dimension: str) -> Table:
    title, codes = MONEY[dimension]
    key = f"paid_by_{dimension.replace(TOGETHER, '_')}"
    costs = counted.paid_by[dimension]
    return money_table(counted.claims, "paid", costs, key=key, title=title, dimension=dimension, codes=codes)
