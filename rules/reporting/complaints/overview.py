"""The summary (投诉汇总表): the ledger of the period, and how complaints came and ended over its days."""

from collections.abc import Mapping
from datetime import tzinfo

from rules.reporting.complaints.counted import Counted
from rules.reporting.tables import CASES_COLUMN, COUNTED_TEXT, trend
from schemas.reporting import Chart, ChartKind, Period, Section, Span, Table, Words

LEDGER = ("carried_over", "received", "closed", "left_open")
BESIDE = ("valid", "repeats", "severe", "still_open", "overdue", "drafts")


def overview_section(counted: Counted, *, period: Period, spans: Mapping[str, Span], zone: tzinfo) -> Section:
    """Show the ledger and the trend."""
    ledger = Table(
        key="ledger",
        title=Words("投诉汇总表", "Complaint summary"),
        about=Words("期初未结 + 受理 = 办结 + 期末未结", "carried over + received = closed + left open"),
        columns=(CASES_COLUMN,),
        rows=tuple(counted.complaints.total_row(name) for name in (*LEDGER, *BESIDE)),
        text_columns=(COUNTED_TEXT,),
    )
    over_time = Chart(
        key="trend",
        title=Words("受理与办结走势", "Received and closed over time"),
        kind=ChartKind.LINES,
        points=tuple(trend(counted.slots, period=period, spans=spans, zone=zone)),
    )
    return Section(key="overview", title=Words("概览", "Overview"), tables=(ledger,), charts=(over_time,))
