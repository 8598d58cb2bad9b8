"""What handling came to (R8, R21): how cases ended, what it took, and what it cost."""

from decimal import Decimal

from rules.reporting.exceptions.counted import Counted, share_row
from rules.reporting.figures import MEANINGS
from rules.reporting.lists import Lists
from rules.reporting.tables import COST_COLUMNS, cost_figures, count_column
from schemas.reporting import Chart, ChartKind, Column, Cost, Point, Row, Section, Table, Unit, Words

ENDINGS = ("remedied", "cured", "by_hand", "ended_otherwise")
EFFECTS = (*ENDINGS, "reopened", "replanned", "escalated", "arrived_late", "paid")


def effect_section(counted: Counted, lists: Lists) -> Section:
    """Say how cases ended, how many ways it took, and what was paid."""
    endings = Table(
        key="effect",
        title=Words("处理结果", "How they ended"),
        about=Words("占比的分母：本期结案", "shares of the cases closed in the period"),
        columns=(
            count_column("cases", Words("件数", "cases")),
            Column(key="share", name=Words("占结案", "share"), unit=Unit.SHARE, compared=True),
        ),
        rows=tuple(share_row(counted, lists, name, of="closed") for name in EFFECTS),
        text_columns=(Words("口径", "what is counted"),),
    )
    chart = Chart(
        key="endings",
        title=Words("结案结果，与上期比较", "How they ended, beside the period before"),
        kind=ChartKind.BARS,
        points=tuple(
            Point(MEANINGS[name].name.zh, series, counted.totals[which][name])
            for name in ENDINGS
            for which, series in (("before", "上期 before"), ("this", "本期 this period"))
        ),
    )
    return Section(
        key="effect",
        title=Words("处理效果", "Effect of handling"),
        tables=(endings, _costs(counted, lists)),
        charts=(chart,),
    )


def _costs(counted: Counted, lists: Lists) -> Table:
    before = {cost.currency: cost for cost in counted.costs["before"]}
    behind = lists.key_for("paid", counted.totals["this"]["paid"])
    rows = tuple(
        Row(
            group=cost.currency,
            name=Words(cost.currency, cost.currency),
            figures=cost_figures(cost, before.get(cost.currency, Cost(cost.currency, 0, Decimal(0))), cases=behind),
        )
        for cost in counted.costs["this"]
    )
    return Table(
        key="costs",
        title=Words("赔付", "Compensation"),
        about=Words("本期结案的核定赔付，按币种", "approved compensation of the cases closed, by currency"),
        columns=COST_COLUMNS,
        rows=rows,
    )
