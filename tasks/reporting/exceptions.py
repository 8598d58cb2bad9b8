"""The report about exceptions: counted in one transaction, from which page, workbook and figures all come."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import chain

from adapters.reports.columns import EXCEPTION_COLUMNS
from adapters.reports.workbook import Sheet
from rules.reporting import words
from rules.reporting.ages import AGE_BANDS, AGE_BOUNDS_HOURS
from rules.reporting.exceptions import GROUPS_MAX, NAME, TITLE, WORST_MAX, sections
from rules.reporting.exceptions.classes import CLASSES, OPEN_CLASSES
from rules.reporting.exceptions.counted import Counted
from rules.reporting.exceptions.timeliness import MEASURED_BY_TYPE, TIMELINESS
from rules.reporting.figures import MEANINGS, NOTICED_BY_US, SEVERE_FROM
from rules.reporting.lists import CASES_SHOWN_MAX, SHEET_OF_CASES, Lists
from rules.reporting.periods import period_before, span_of
from rules.reporting.tables import Groups
from rules.reporting.waiting import WAITING_FOR, WAITING_WORDS
from schemas.reporting import Counts, GroupCounts, Period, PeriodKind, Report, Span
from store.reporting import exceptions as figures
from store.reporting.exceptions import Measuring
from store.unit_of_work import Connection, unit_of_work
from tasks.reporting.gathering import cases_behind, groups_of
from tasks.settings import business_settings

CASE_FIGURES = tuple((name, meaning.name) for name, meaning in MEANINGS.items())
"""The columns of the workbook that say which figures count a case."""

NAMES: Mapping[str, Mapping[str, str]] = {
    "type": {code: said.zh for code, said in words.TYPE.items()},
    "cause": {code: words.cause_words(code).zh for code in words.CAUSE},
    "severity": {code: said.zh for code, said in words.SEVERITY.items()},
    "closing_reason": {code: said.zh for code, said in words.CLOSING.items()},
    "waiting_for": {code: said.zh for code, said in WAITING_WORDS.items()},
}
"""What the page calls the codes of a case."""


@contextmanager
def counted_exceptions(
    period: Period, *, made_by: str, answered_for_by: str, now: datetime
) -> Iterator[tuple[Report, list[Sheet]]]:
    """Count a period and give its report, with the sheet of all its cases, to be written before the block ends."""
    with unit_of_work() as connection:
        report = _report(connection, period, made_by=made_by, answered_for_by=answered_for_by, now=now)
        yield report, [Sheet(SHEET_OF_CASES, EXCEPTION_COLUMNS, CASE_FIGURES, figures.lines(connection))]


def _report(connection: Connection, period: Period, *, made_by: str, answered_for_by: str, now: datetime) -> Report:
    business, before = business_settings(), period_before(period)
    spans = {"this": span_of(period, business.zone), "before": span_of(before, business.zone)}
    figures.gather(connection, this=spans["this"], before=spans["before"], by=_measuring(now))
    lists = Lists()
    counted = _counted(connection, period, spans=spans, time_zone=business.time_zone)
    parts = sections(counted, lists, period=period, spans=spans, zone=business.zone)
    behind = list(cases_behind(figures.CASES, connection, lists))
    shown = list(dict.fromkeys(chain.from_iterable(one.case_nos for one in behind)))[:CASES_SHOWN_MAX]
    this = counted.totals["this"]
    return Report(
        name=NAME,
        title=TITLE,
        period=period,
        span=spans["this"],
        before=before,
        time_zone=business.time_zone,
        made_at=now,
        made_by=made_by,
        answered_for_by=answered_for_by,
        sections=tuple(parts),
        behind=tuple(behind),
        cases=tuple(figures.lines(connection, shown)),
        cases_total=this["carried_over"] + this["opened"],
    )


def _measuring(now: datetime) -> Measuring:
    return Measuring(
        as_of=now,
        ours=sorted(NOTICED_BY_US),
        severe_from=SEVERE_FROM.value,
        waiting_for={state.value: waiting.value for state, waiting in WAITING_FOR.items() if waiting},
        age_bounds_hours=AGE_BOUNDS_HOURS,
        age_bands=tuple(AGE_BANDS),
    )


def _counted(connection: Connection, period: Period, *, spans: Mapping[str, Span], time_zone: str) -> Counted:
    totals, worst = figures.totals(connection), _worst(connection)
    outlets = [group.group for group in worst]
    return Counted(
        totals=totals,
        groups={dimension: _groups(connection, dimension, totals) for dimension in CLASSES},
        open_groups={
            dimension: _groups(connection, dimension, totals, having="still_open") for dimension in OPEN_CLASSES
        },
        times={figure: figures.times(connection, figure) for figure in TIMELINESS},
        times_by_type={figure: figures.times(connection, figure, dimension="type") for figure in MEASURED_BY_TYPE},
        costs=figures.costs(connection),
        slots=figures.slots(
            connection, every=timedelta(hours=1) if period.kind is PeriodKind.DAY else None, time_zone=time_zone
        ),
        waiting_by_age=figures.pairs(
            connection, "still_open", dimension="age", with_dimension="waiting_for", group_in=list(AGE_BANDS)
        ),
        worst=worst,
        causes_of=figures.pairs(connection, "opened", dimension="outlet", with_dimension="cause", group_in=outlets),
        types_of=figures.pairs(connection, "opened", dimension="outlet", with_dimension="type", group_in=outlets),
        delivered=figures.deliveries(connection, outlets, during=spans["this"]),
    )


def _worst(connection: Connection) -> list[GroupCounts]:
    """Read the outlets with most cases opened; parcels of no known outlet are nobody's to help."""
    found, _ = figures.groups(connection, "outlet", having="opened", limit=WORST_MAX + 1)
    return [group for group in found if group.group][:WORST_MAX]


def _groups(connection: Connection, dimension: str, totals: Mapping[str, Counts], *, having: str = "") -> Groups:
    found = groups_of(figures.CASES, connection, dimension, totals, having=having, limit=GROUPS_MAX)
    if dimension == "age":
        found.shown.sort(key=lambda group: [*AGE_BANDS].index(group.group))
    return found
