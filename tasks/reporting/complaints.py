"""The report about complaints: counted in one transaction, from which page, workbook and figures all come."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from adapters.reports.columns import (
    CALL_COLUMNS,
    COMPLAINT_COLUMNS,
    FEEDBACK_COLUMNS,
    PRAISE_COLUMNS,
    RECTIFICATION_COLUMNS,
)
from adapters.reports.workbook import Sheet
from rules.reporting.ages import AGE_BANDS
from rules.reporting.complaints import FEEDBACK_MONTHS, NAME, TITLE, figures, sections, words
from rules.reporting.complaints.classes import CLASSES, OPEN_CLASSES
from rules.reporting.complaints.counted import Counted, Denominator
from rules.reporting.complaints.sources import Source
from rules.reporting.lists import SHEET_OF_CASES
from rules.reporting.periods import months_up_to, period_before
from rules.reporting.tables import Groups, Part
from rules.reporting.waiting import WAITING_WORDS
from schemas.complaint_lines import ComplaintLine
from schemas.reporting import GroupCounts, Period, PeriodKind, Report, Words
from store.reporting import calls as call_figures
from store.reporting import complaints as complaint_figures
from store.reporting import praise as praise_figures
from store.reporting import rectifications as rectification_figures
from store.reporting.complaints import COMPLAINTS, FEEDBACK
from store.reporting.parcels import Per, parcels, parcels_of
from store.unit_of_work import Connection, unit_of_work
from tasks.reporting.complaint_gathering import When, gather, times_of
from tasks.reporting.gathering import Listed, lists_behind
from tasks.reporting.settings import ReportSettings
from tasks.settings import BusinessSettings, business_settings

WORST_MAX = 10
"""Outlets that the meeting talks about (R102)."""

NAMES: Mapping[str, Mapping[str, str]] = {
    kind: {code: said.zh for code, said in table.items()}
    for kind, table in (
        ("type", words.TYPE),
        ("channel", words.CHANNEL),
        ("validity", words.VALIDITY),
        ("party", words.PARTY),
        ("severity", words.SEVERITY),
        ("ending", words.ENDING),
        ("waiting_for", WAITING_WORDS),
    )
}
"""What the page calls the codes of a complaint."""
MEASURED_BY = {Denominator.DELIVERED: Per.DELIVERED, Denominator.REGISTERED: Per.REGISTERED}


_COMPLAINTS = Listed(COMPLAINTS, figures.COMPLAINTS, SHEET_OF_CASES, COMPLAINT_COLUMNS)
_FEEDBACK = Listed(FEEDBACK, figures.COMPLAINTS, Words("三个月反馈", "Feedback"), FEEDBACK_COLUMNS, "feedback-")
_RECTIFICATIONS = Listed(
    rectification_figures.RECTIFICATIONS,
    figures.RECTIFICATIONS,
    Words("整改", "Rectifications"),
    RECTIFICATION_COLUMNS,
    "rectification-",
)
_CALLS = Listed(call_figures.CALLS, figures.CALLS, Words("通话", "Calls"), CALL_COLUMNS, "call-")
_PRAISE = Listed(praise_figures.PRAISE, figures.PRAISE, Words("暖心反馈", "Praise"), PRAISE_COLUMNS, "praise-")
_ALL = (_COMPLAINTS, _FEEDBACK, _RECTIFICATIONS, _CALLS, _PRAISE)
_OF_FEEDBACK = ("tickets", "at_the_door", "courier_notes")


@contextmanager
def counted_complaints(
    period: Period, *, made_by: str, answered_for_by: str, now: datetime
) -> Iterator[tuple[Report, list[Sheet]]]:
    """Count a period and give its report, with the sheets of all its lines, to be written before the block ends."""
    with unit_of_work() as connection:
        business, before = business_settings(), period_before(period)
        when = times_of(period, business, now=now)
        gather(connection, when, business)
        counted = _counted(connection, period, when, business)
        parts = sections(counted, period=period, spans=when.spans, zone=business.zone)
        lists = (counted.complaints, counted.feedback, counted.rectifications, counted.calls, counted.praise)
        behind, shown = lists_behind(connection, _ALL, lists)
        this = counted.complaints.totals["this"]
        report = Report(
            name=NAME,
            title=TITLE,
            period=period,
            span=when.spans["this"],
            before=before,
            time_zone=business.time_zone,
            made_at=now,
            made_by=made_by,
            answered_for_by=answered_for_by,
            sections=tuple(parts),
            behind=behind,
            cases=tuple(complaint_figures.lines(connection, COMPLAINTS, shown)),
            cases_total=this["carried_over"] + this["received"] + this["drafts"],
        )
        yield report, list(_sheets(connection))


def _counted(connection: Connection, period: Period, when: When, business: BusinessSettings) -> Counted:
    per = ReportSettings().complaint_rate_per
    worst = _worst(connection)
    outlets = [group.group for group in worst]
    months = [f"{month:%Y-%m}" for month in months_up_to(period, number=FEEDBACK_MONTHS)]
    every = timedelta(hours=1) if period.kind is PeriodKind.DAY else None
    return Counted(
        on=period.until - timedelta(days=1),
        per=per,
        parcels={which: parcels(connection, per=MEASURED_BY[per], during=span) for which, span in when.spans.items()},
        complaints=_complaints(connection),
        times={figure: COMPLAINTS.time_taken(connection, figure) for figure in figures.TIMES},
        slots=COMPLAINTS.slots(connection, every=every, time_zone=business.time_zone, opened="received"),
        waiting_by_age=COMPLAINTS.pairs(
            connection, "still_open", dimension="age", with_dimension="waiting_for", group_in=list(AGE_BANDS)
        ),
        worst=worst,
        parties_of=COMPLAINTS.pairs(connection, "valid", dimension="outlet", with_dimension="party", group_in=outlets),
        types_of=COMPLAINTS.pairs(connection, "valid", dimension="outlet", with_dimension="type", group_in=outlets),
        parcels_of=parcels_of(connection, outlets, per=MEASURED_BY[per], during=when.spans["this"]),
        feedback=_FEEDBACK.part(connection),
        months=months,
        sources_by_month=FEEDBACK.pairs(
            connection, "received", dimension="month", with_dimension="source", group_in=months
        ),
        types_by_source=FEEDBACK.pairs(
            connection, "received", dimension="source", with_dimension="type", group_in=list(Source)
        ),
        calls=_CALLS.part(connection, ("queue",)),
        rectifications=_rectifications(connection),
        praise=_PRAISE.part(connection, ("outlet", "channel")),
    )


def _complaints(connection: Connection) -> Part:
    """Count complaints by every class; those still open by classes of their own; the rated ones by their stars."""
    part = _COMPLAINTS.part(connection, CLASSES)
    groups: dict[str, Groups] = {**part.groups}
    for dimension in OPEN_CLASSES:
        groups[f"open_{dimension}"] = _COMPLAINTS.groups(connection, part, dimension, having="still_open")
    groups["open_age"].shown.sort(key=lambda group: [*AGE_BANDS].index(group.group))
    groups["satisfaction"] = _COMPLAINTS.groups(connection, part, "satisfaction", having="rated")
    return part._replace(groups=groups, of_now=figures.AS_OF_NOW)


def _rectifications(connection: Connection) -> Part:
    part = _RECTIFICATIONS.part(connection, ("owner",))
    return part._replace(of_now=figures.RECTIFICATIONS_OF_NOW)


def _worst(connection: Connection) -> list[GroupCounts]:
    """Read the outlets with most valid complaints; those of no known outlet are nobody's to help."""
    found, _ = COMPLAINTS.groups(connection, "outlet", having="valid", limit=WORST_MAX + 1)
    return [group for group in found if group.group][:WORST_MAX]


def _sheets(connection: Connection) -> Iterator[Sheet]:
    """Give the sheets of everything that lies behind the figures; each is read while it is written."""
    lines = (
        complaint_figures.lines(connection, COMPLAINTS),
        _feedback_lines(connection),
        rectification_figures.lines(connection),
        call_figures.lines(connection),
        praise_figures.lines(connection),
    )
    for listed, read in zip(_ALL, lines, strict=True):
        yield listed.sheet_of(read, figures=_OF_FEEDBACK if listed is _FEEDBACK else ())


def _feedback_lines(connection: Connection) -> Iterator[ComplaintLine]:
    """Read the complaints of the three months alone; others lived in them, too."""
    for line in complaint_figures.lines(connection, FEEDBACK):
        if set(_OF_FEEDBACK) & {*line.counted}:
            yield line
