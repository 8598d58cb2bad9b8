"""A small report for tests about how reports are written; a test names only what matters to it."""

from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from factories import NOON, at

from rules.reporting.periods import period_before, period_named, span_of
from schemas.reporting import (
    CaseLine,
    CasesBehind,
    Chart,
    ChartKind,
    Column,
    Figure,
    Point,
    Report,
    Row,
    Section,
    Table,
    Unit,
    Words,
)


def a_line(**changes: Any) -> CaseLine:
    """Make the line of a damaged parcel's case, resolved late and closed."""
    usual = {
        "case_no": "EX-20261120-000001", "waybill": "773000000001", "type": "DAMAGED", "cause": "carrier.damaged",
        "party": "carrier", "origin": "reported", "severity": 3, "carrier": "shentong", "outlet": "示例城东网点",
        "customs_office": "", "lane": "广州 → 深圳", "product": "express", "state": "CLOSED", "waiting_for": "",
        "troubled_since": at(-2),
        "opened_at": NOON, "first_response_at": at(1), "first_response_due_at": at(2), "resolved_at": at(7),
        "resolution_due_at": at(6), "closed_at": at(8), "next_due_at": None, "closing_reason": "accepted",
        "measures": ["REPACK", "REDELIVER"], "cost": Decimal("99.50"), "currency": "CNY", "rounds": 1, "reopened": 0,
        "escalation_level": 0, "days_late": 0, "insured": True, "age": "", "counted": ["opened", "resolved_late"],
    }  # fmt: skip
    return CaseLine(**{**usual, **changes})


def a_table(**changes: Any) -> Table:
    """Make a table with one row: a count that leads to its cases, and a share."""
    usual = {
        "key": "type",
        "title": Words("按类型", "By type"),
        "about": Words("口径说明", "what is counted"),
        "columns": (
            Column(key="opened", name=Words("新增", "opened"), compared=True),
            Column(key="share", name=Words("占比", "share"), unit=Unit.SHARE),
        ),
        "rows": (
            Row(
                group="DAMAGED",
                name=Words("破损件", "damaged"),
                figures=(Figure(value=1, before=3, cases="opened"), Figure(value=Decimal("0.5"))),
            ),
        ),
    }
    return Table(**{**usual, **changes})


def a_chart(**changes: Any) -> Chart:
    """Make a chart with two series."""
    points = (Point("破损件", "上期", 3), Point("破损件", "本期", 1), Point("丢失件", "本期", 2))
    usual = {"key": "types", "title": Words("各类型", "By type"), "kind": ChartKind.BARS, "points": points}
    return Chart(**{**usual, **changes})


def a_report(*tables: Table, **changes: Any) -> Report:
    """Make a report of one day with the tables given."""
    period, zone = period_named("2026-11-20"), ZoneInfo("Asia/Shanghai")
    shown = tables or (a_table(),)
    usual = {
        "name": "exceptions", "title": Words("异常件分析报告", "Analysis of exceptions"), "period": period,
        "span": span_of(period, zone), "before": period_before(period), "time_zone": "Asia/Shanghai", "made_at": at(24),
        "made_by": "redress", "answered_for_by": "王主管",
        "sections": (
            Section(key="overview", title=Words("概览", "Overview"), tables=(a_table(key="ledger"),)),
            Section(key="classes", title=Words("统计", "Counts"), tables=shown, charts=(a_chart(),)),
        ),
        "behind": (
            CasesBehind(key="opened", name=Words("新增", "opened"), total=3, case_nos=("EX-20261120-000001", "EX-9"),
                        filter="opened = 1"),
        ),
        "cases": (a_line(),), "cases_total": 3,
    }  # fmt: skip
    return Report(**{**usual, **changes})
