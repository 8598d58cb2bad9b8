"""The picture of a feed's last weeks: volume, shares, lateness, and how often each expectation was not met."""

from collections.abc import Iterable
from typing import Any

import altair as alt
import vl_convert

from schemas.data_docs import DocumentedFeed, TrendDay

WIDTH, HEIGHT = 640, 110
PADDING = {"left": 24, "top": 8, "right": 8, "bottom": 8}  # the reader's font may be wider than the one it was set in
REASONS_MAX = 14
"""Expectations shown: those that were not met most often."""

VEGA_LITE = "6.4"  # of those that vl_convert brings, the one that Altair writes


def trend_picture(feed: DocumentedFeed) -> str:
    """Draw the days of a feed as one SVG, which needs no network to be shown."""
    days = sorted(feed.days, key=lambda day: day.day)
    panels = [_volume(days, feed.records_usual), _shares(days), _lateness(days)]
    if any(day.failures for day in days):
        panels.append(_failures(days))
    chart = alt.vconcat(*panels, padding=PADDING).resolve_scale(color="independent").configure_view(stroke=None)
    chart = chart.configure(aria=False)  # a description of every mark would be half of the picture
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict(), vl_version=VEGA_LITE)
    return svg


def _panel(rows: Iterable[dict[str, Any]], title: str) -> Any:
    return alt.Chart({"values": list(rows)}, title=alt.Title(title, anchor="start")).properties(
        width=WIDTH, height=HEIGHT
    )


def _day_axis() -> Any:
    return alt.X("day:O", title=None, axis=alt.Axis(labelAngle=-45, labelOverlap=True))


def _volume(days: Iterable[TrendDay], usual: int | None) -> Any:
    rows = [{"day": f"{day.day:%m-%d}", "records": day.read} for day in days]
    bars = _panel(rows, "Records 记录数").mark_bar().encode(x=_day_axis(), y=alt.Y("records:Q", title=None))
    if usual is None:
        return bars
    rule = alt.Chart({"values": [{"usual": usual}]}).mark_rule(strokeDash=[4, 3]).encode(y="usual:Q")
    return bars + rule


def _shares(days: Iterable[TrendDay]) -> Any:
    rows = [
        {"day": f"{day.day:%m-%d}", "what": what, "share": share}
        for day in days
        for what, share in (("unknown codes 未知代码", day.unknown_share), ("quarantined 隔离", day.quarantine_share))
        if share is not None
    ]
    return _lines(rows, "Shares of the records 占比", alt.Y("share:Q", title=None, axis=alt.Axis(format="%")))


def _lateness(days: Iterable[TrendDay]) -> Any:
    rows = [
        {"day": f"{day.day:%m-%d}", "what": what, "minutes": seconds / 60}
        for day in days
        for what, seconds in (("median 中位数", day.late_median_seconds), ("p95", day.late_p95_seconds))
        if seconds is not None
    ]
    return _lines(rows, "Minutes until news reached us 到达延迟（分钟）", alt.Y("minutes:Q", title=None))


def _lines(rows: Iterable[dict[str, Any]], title: str, y: Any) -> Any:
    return _panel(rows, title).mark_line(point=True).encode(x=_day_axis(), y=y, color=alt.Color("what:N", title=None))


def _failures(days: Iterable[TrendDay]) -> Any:
    totals: dict[str, int] = {}
    for day in days:
        for reason, failed in day.failures.items():
            totals[reason] = totals.get(reason, 0) + failed
    shown = sorted(totals, key=lambda reason: (-totals[reason], reason))[:REASONS_MAX]
    rows = [
        {"day": f"{day.day:%m-%d}", "expectation": reason, "failed": failed}
        for day in days
        for reason, failed in day.failures.items()
        if reason in shown
    ]
    panel = _panel(rows, "Not met, by expectation 未通过的检查").properties(height=alt.Step(16))
    cells = panel.encode(x=_day_axis(), y=alt.Y("expectation:N", title=None, sort=shown))
    colour = alt.Color("failed:Q", title=None, scale=alt.Scale(scheme="oranges", type="symlog"))
    return cells.mark_rect().encode(color=colour) + cells.mark_text(fontSize=8).encode(text="failed:Q")
