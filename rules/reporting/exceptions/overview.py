"""The overview: the ledger of the period, and how cases were opened and closed over its hours or days."""

from collections.abc import Mapping
from datetime import tzinfo

from rules.reporting.exceptions.counted import Counted, total_row
from rules.reporting.lists import Lists
from rules.reporting.tables import count_column, trend
from schemas.reporting import Chart, ChartKind, Period, Section, Span, Table, Words

LEDGER = ("carried_over", "opened", "closed", "left_open")


def overview_section(
    counted: Counted, lists: Lists, *, period: Period, spans: Mapping[str, Span], zone: tzinfo
) -> Section:
    """Show the ledger and the trend."""
    over_time = Chart(
        key="trend",
        title=Words("新增与结案走势", "Opened and closed over time"),
        kind=ChartKind.LINES,
        points=tuple(trend(counted.slots, period=period, spans=spans, zone=zone)),
    )
    ledger = Table(
        key="ledger",
        title=Words("总账", "The ledger"),
        about=Words("期初未结 + 新增 = 结案 + 期末未结", "carried over + opened = closed + left open"),
        columns=(count_column("cases", Words("件数", "cases")),),
        rows=tuple(total_row(counted, lists, name) for name in (*LEDGER, "severe", "still_open", "overdue")),
        text_columns=(Words("口径", "what is counted"),),
    )
    return Section(key="overview", title=Words("概览", "Overview"), tables=(ledger,), charts=(over_time,))
