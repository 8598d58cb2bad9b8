"""Gathering what the report about complaints counts: five populations, each in a table of the transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain
from typing import NamedTuple

from rules.calls.pack import ANSWERED_WITHIN, CALL_PACK, RINGS_MAX, SETTLED_WITHIN
from rules.reporting.ages import AGE_BANDS, AGE_BOUNDS_HOURS
from rules.reporting.complaints import FEEDBACK_MONTHS
from rules.reporting.complaints.sources import SOURCE_OF
from rules.reporting.complaints.targets import satisfied_from
from rules.reporting.complaints.waiting import WAITING_FOR
from rules.reporting.figures import SEVERE_FROM
from rules.reporting.periods import months_up_to, period_before, span_between, span_of
from schemas.reporting import Period, Span
from store.reporting import calls as call_figures
from store.reporting import complaints as complaint_figures
from store.reporting import praise as praise_figures
from store.reporting import rectifications as rectification_figures
from store.reporting.complaints import COMPLAINTS, FEEDBACK
from store.unit_of_work import Connection
from tasks.reporting.gathering import read_clocks_of
from tasks.settings import BusinessSettings


class When(NamedTuple):
    """All the times of one report."""

    now: datetime
    spans: Mapping[str, Span]  # the period, and the one before
    months: Mapping[str, datetime]  # when the month begins that each ends in
    quarters: Mapping[str, Span]  # the three months up to the end of the period, and the three before


def times_of(period: Period, business: BusinessSettings, *, now: datetime) -> When:
    """Say between which moments a report about a period counts what."""
    before, zone = period_before(period), business.zone
    these = months_up_to(period, number=FEEDBACK_MONTHS)
    former = months_up_to(period, number=2 * FEEDBACK_MONTHS)[0]
    return When(
        now=now,
        spans={"this": span_of(period, zone), "before": span_of(before, zone)},
        months={
            which: span_between(months_up_to(one, number=1)[0], one.until, zone).start
            for which, one in (("this", period), ("before", before))
        },
        quarters={
            "this": span_between(these[0], period.until, zone),
            "before": span_between(former, these[0], zone),
        },
    )


def gather(connection: Connection, when: When, business: BusinessSettings) -> None:
    """Put everything that is counted into tables of the transaction."""
    measuring = _measuring(when, business)
    this, before = when.spans["this"], when.spans["before"]
    read_clocks_of("complaint", complaint_figures.CLOCKS, connection, when.spans, now=when.now)
    complaint_figures.gather(connection, COMPLAINTS, this=this, before=before, by=measuring)
    complaint_figures.gather(connection, FEEDBACK, **when.quarters, by=measuring)
    rectification_figures.gather(connection, this=this, before=before, as_of=when.now)
    limits = chain.from_iterable(CALL_PACK.rows(rule) for rule in (ANSWERED_WITHIN, RINGS_MAX, SETTLED_WITHIN))
    call_figures.gather(
        connection,
        this=this,
        before=before,
        by=call_figures.Measuring(as_of=when.now, time_zone=business.time_zone, limits=limits),
    )
    praise_figures.gather(connection, this=this, before=before, months=when.months)


def _measuring(when: When, business: BusinessSettings) -> complaint_figures.Measuring:
    last_day = when.spans["this"].end.astimezone(business.zone).date() - timedelta(days=1)
    return complaint_figures.Measuring(
        as_of=when.now,
        time_zone=business.time_zone,
        severe_from=SEVERE_FROM.value,
        satisfied_from=satisfied_from(on=last_day),
        sources={channel.value: source.value for channel, source in SOURCE_OF.items()},
        waiting_for={state.value: waiting.value for state, waiting in WAITING_FOR.items() if waiting},
        age_bounds_hours=AGE_BOUNDS_HOURS,
        age_bands=tuple(AGE_BANDS),
    )
