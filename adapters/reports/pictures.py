"""Pictures of a report: lines over time, bars beside each other, bars on top of each other."""

from collections.abc import Sequence
from typing import Any

import altair as alt
import vl_convert

from schemas.reporting import Chart, ChartKind

WIDTH, HEIGHT = 780, 210
PADDING = {"left": 24, "top": 6, "right": 40, "bottom": 6}  # the reader's font may be wider than the one it was set in
FONT = "Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif"
COLOURS = ("#1d4ed8", "#d97706", "#15803d", "#b42318", "#7c3aed", "#0e7490", "#a16207", "#be185d", "#64748b", "#4d7c0f")
FAINT = "#b6c2d2"
LABEL_PIXELS_MAX = 170

VEGA_LITE = "6.4"  # of those that vl_convert brings, the one that Altair writes


def picture(chart: Chart) -> str:
    """Draw one chart as SVG, which needs no network to be shown."""
    drawn = _DRAW[chart.kind](chart).configure(
        aria=False,  # a description of every mark would be half of the picture
        font=FONT,
        padding=PADDING,
        view=alt.ViewConfig(stroke=None),
        axis=alt.AxisConfig(
            gridColor="#e7ebf0", domainColor="#c8d0da", tickColor="#c8d0da", labelColor="#475467", labelFontSize=12
        ),
        legend=alt.LegendConfig(orient="right", title=None, labelColor="#1f2933", labelFontSize=12, rowPadding=6),
    )
    svg: str = vl_convert.vegalite_to_svg(drawn.to_dict(), vl_version=VEGA_LITE)
    return svg


def _lines(chart: Chart) -> Any:
    """Draw a line for each series; that of the period before stands back."""
    places, series = _order(chart)
    marks = _data(chart).mark_line(point=alt.OverlayMarkDef(size=24))
    return marks.encode(
        x=alt.X("place:O", sort=places, title=None, axis=alt.Axis(labelAngle=0, labelOverlap=True)),
        y=alt.Y("value:Q", title=None, axis=alt.Axis(tickMinStep=1)),
        color=_colour(series, faint_first=True),
    ).properties(width=WIDTH, height=HEIGHT)


def _bars(chart: Chart) -> Any:
    places, series = _order(chart)
    return (
        _data(chart)
        .mark_bar()
        .encode(
            y=_places(places),
            yOffset=alt.YOffset("series:N", sort=series),
            x=_amounts(),
            color=_colour(series, faint_first=True),
        )
        .properties(width=WIDTH, height=alt.Step(12))
    )


def _stacks(chart: Chart) -> Any:
    places, series = _order(chart)
    ranked = [{**point, "rank": series.index(point["series"])} for point in _rows(chart)]
    return (
        alt.Chart({"values": ranked})
        .mark_bar()
        .encode(
            y=_places(places),
            x=_amounts(),
            color=_colour(series, faint_first=False),
            order=alt.Order("rank:Q"),
        )
        .properties(width=WIDTH, height=alt.Step(22))
    )


_DRAW = {ChartKind.LINES: _lines, ChartKind.BARS: _bars, ChartKind.STACKS: _stacks}


def _rows(chart: Chart) -> list[dict[str, Any]]:
    return [point._asdict() for point in chart.points]


def _data(chart: Chart) -> Any:
    return alt.Chart({"values": _rows(chart)})


def _order(chart: Chart) -> tuple[list[str], list[str]]:
    places = dict.fromkeys(point.place for point in chart.points)
    return list(places), list(dict.fromkeys(point.series for point in chart.points))


def _places(places: Sequence[str]) -> Any:
    return alt.Y("place:N", sort=places, title=None, axis=alt.Axis(labelLimit=LABEL_PIXELS_MAX, ticks=False))


def _amounts() -> Any:
    return alt.X("value:Q", title=None, axis=alt.Axis(tickMinStep=1, tickCount=8, format="d"))


def _colour(series: Sequence[str], *, faint_first: bool) -> Any:
    colours = [FAINT, *COLOURS] if faint_first and len(series) > 1 else [*COLOURS]
    chosen = [colours[place % len(colours)] for place in range(len(series))]
    return alt.Color("series:N", sort=series, scale=alt.Scale(domain=list(series), range=chosen))
