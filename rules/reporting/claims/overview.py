"""The claims report's first page (理赔报表): the ledger of the period, and how claims came and ended over its days."""

from collections.abc import Mapping
from datetime import tzinfo

from rules.reporting.claims.counted import Counted
from rules.reporting.tables import CASES_COLUMN, COUNTED_TEXT, trend
from schemas.reporting import Chart, ChartKind, Period, Section, Span, Table, Words

LEDGER = ("carried_over", "filed", "closed", "left_open")
BESIDE = ("decided", "paid", "refused", "still_open", "overdue", "drafts")


def overview_section(counted: Counted, *, period: Period, spans: Mapping[str, Span], zone: tzinfo) -> Section:
    """Show the ledger and the trend."""
    ledger = Table(
        key="ledger",
        title=Words("理赔报表", "Claims"),
        about=Words("期初未结 + 新增 = 结案 + 期末未结", "carried over + filed = closed + left open"),
        columns=(CASES_COLUMN,),
        rows=tuple(counted.claims.total_row(name) for name in (*LEDGER, *BESIDE)),
        text_columns=(COUNTED_TEXT,),
    )
    over_time = Chart(
        key="trend",
        title=Words("新增与结案走势", "Filed and closed over time"),
        kind=ChartKind.LINES,
        points=tuple(trend(counted.slots, period=period, spans=spans, zone=zone)),
    )
    return Section(key="overview", title=Words("概览", "Overview"), tables=(ledger,), charts=(over_time,))
