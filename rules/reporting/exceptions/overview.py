"""The overview: the ledger of the period, and how cases were opened and closed over its hours or days."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta, tzinfo

from rules.reporting.exceptions.counted import Counted, count_column, total_row
from rules.reporting.lists import Lists
from schemas.reporting import Chart, ChartKind, Period, PeriodKind, Point, Section, Slot, Span, Table, Words

WEEKDAYS = "一二三四五六日"
LEDGER = ("carried_over", "opened", "closed", "left_open")


def overview_section(
    counted: Counted, lists: Lists, *, period: Period, spans: Mapping[str, Span], zone: tzinfo
) -> Section:
    """Show the ledger and the trend."""
    trend = Chart(
        key="trend",
        title=Words("新增与结案走势", "Opened and closed over time"),
        kind=ChartKind.LINES,
        points=tuple(_trend(counted.slots, period=period, spans=spans, zone=zone)),
    )
    ledger = Table(
        key="ledger",
        title=Words("总账", "The ledger"),
        about=Words("期初未结 + 新增 = 结案 + 期末未结", "carried over + opened = closed + left open"),
        columns=(count_column("cases", Words("件数", "cases")),),
        rows=tuple(total_row(counted, lists, name) for name in (*LEDGER, "severe", "still_open", "overdue")),
        text_columns=(Words("口径", "what is counted"),),
    )
    return Section(key="overview", title=Words("概览", "Overview"), tables=(ledger,), charts=(trend,))


def _trend(
    slots: Mapping[str, Sequence[Slot]], *, period: Period, spans: Mapping[str, Span], zone: tzinfo
) -> Iterable[Point]:
    labels = slot_labels(period, spans=spans, zone=zone)
    counted = {which: {slot.number: slot for slot in slots[which]} for which in ("before", "this")}
    for number, label in enumerate(labels):
        before, this = (counted[which].get(number, Slot(number, 0, 0)) for which in ("before", "this"))
        yield Point(label, "上期新增 opened before", before.opened)
        yield Point(label, "新增 opened", this.opened)
        yield Point(label, "结案 closed", this.closed)


def slot_labels(period: Period, *, spans: Mapping[str, Span], zone: tzinfo) -> list[str]:
    """Name the hours of a day, or the days of a week or month; the longer of the two periods gives the names."""
    longest = max(spans.values(), key=lambda span: span.end - span.start)
    start, end = (moment.astimezone(zone) for moment in longest)
    days = (end.date() - start.date()).days
    if period.kind is PeriodKind.MONTH:
        return [f"{number + 1:02}" for number in range(days)]
    if period.kind is PeriodKind.WEEK:
        return [f"{WEEKDAYS[number]} {period.first + timedelta(days=number):%m-%d}" for number in range(days)]
    labels: list[str] = []
    for number in range(-((longest.start - longest.end) // timedelta(hours=1))):
        label = f"{(longest.start + timedelta(hours=number)).astimezone(zone):%H}"
        labels.append(f"{label}′" if label in labels else label)  # the hour that comes twice when clocks are put back
    return labels
