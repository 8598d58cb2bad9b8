"""The report about claims: counted in one transaction, from which page, workbook and figures all come."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from adapters.reports.columns import CLAIM_COLUMNS, PRIVATE_COLUMNS, RECOVERY_COLUMNS, SHARE_COLUMNS
from adapters.reports.workbook import Sheet
from rules.reporting.claims import NAME, TITLE, accidents, figures, liability, sections, words
from rules.reporting.claims.ageing import OPEN_CLASSES
from rules.reporting.claims.ages import AGE_BANDS, AGE_BOUNDS_HOURS
from rules.reporting.claims.classes import CLASSES
from rules.reporting.claims.counted import Counted, Pairs, Places
from rules.reporting.claims.money import AMOUNTS
from rules.reporting.claims.origins import ORIGIN_OF_PREFIX
from rules.reporting.claims.waiting import WAITING_FOR
from rules.reporting.lists import SHEET_OF_CASES
from rules.reporting.periods import period_before, span_of
from rules.reporting.tables import Groups, Part
from rules.reporting.waiting import WAITING_WORDS
from schemas.claims import State
from schemas.complaints import PartyKind
from schemas.reporting import Period, PeriodKind, Report, Span, Words
from store.reporting import claim_shares, privately, recoveries
from store.reporting import claims as claim_figures
from store.reporting.claim_shares import SHARES
from store.reporting.claims import CLAIMS
from store.reporting.parcels import Per, parcels
from store.reporting.privately import PRIVATELY
from store.reporting.recoveries import RECOVERIES
from store.unit_of_work import Connection, unit_of_work
from tasks.reporting.gathering import Listed, lists_behind, read_clocks_of
from tasks.settings import BusinessSettings, business_settings

PLACES_MAX = 10
"""Outlets and lanes that the analysis of accidents talks about."""
PEOPLE = (PartyKind.COURIER, PartyKind.SENDER, PartyKind.CONSIGNEE)
"""Parties that are persons: a report counts them and names none."""

NAMES: Mapping[str, Mapping[str, str]] = {
    kind: {code: said.zh for code, said in table.items()}
    for kind, table in (
        ("event", words.EVENT),
        ("cause", words.PARTY),
        ("state", words.STATE),
        ("ending", words.ENDING),
        ("waiting_for", WAITING_WORDS),
    )
}
"""What the page calls the codes of a claim."""

_CLAIMS = Listed(CLAIMS, figures.CLAIMS, SHEET_OF_CASES, CLAIM_COLUMNS)
_SHARES = Listed(SHARES, figures.SHARES, Words("责任", "Liability shares"), SHARE_COLUMNS, "share-")
_RECOVERIES = Listed(RECOVERIES, figures.RECOVERIES, Words("追偿明细", "Bookings"), RECOVERY_COLUMNS, "recovery-")
_PRIVATELY = Listed(PRIVATELY, figures.PRIVATELY, Words("自行解决明细", "Private"), PRIVATE_COLUMNS, "private-")
_ALL = (_CLAIMS, _SHARES, _RECOVERIES, _PRIVATELY)


@contextmanager
def counted_claims(
    period: Period, *, made_by: str, answered_for_by: str, now: datetime
) -> Iterator[tuple[Report, list[Sheet]]]:
    """Count a period and give its report, with the sheets of all its lines, to be written before the block ends."""
    with unit_of_work() as connection:
        business, before = business_settings(), period_before(period)
        spans = {"this": span_of(period, business.zone), "before": span_of(before, business.zone)}
        _gather(connection, spans, business, now=now)
        counted = _counted(connection, period, spans, business)
        parts = sections(counted, period=period, spans=spans, zone=business.zone)
        lists = (counted.claims, counted.shares, counted.recoveries, counted.privately)
        behind, shown = lists_behind(connection, _ALL, lists)
        this = counted.claims.totals["this"]
        report = Report(
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
            behind=behind,
            cases=tuple(claim_figures.lines(connection, shown)),
            cases_total=this["carried_over"] + this["filed"] + this["drafts"],
        )
        lines = (
            claim_figures.lines(connection),
            claim_shares.lines(connection),
            recoveries.lines(connection),
            privately.lines(connection),
        )
        yield report, [listed.sheet_of(read) for listed, read in zip(_ALL, lines, strict=True)]


def _gather(connection: Connection, spans: Mapping[str, Span], business: BusinessSettings, *, now: datetime) -> None:
    """Put everything that is counted into tables of the transaction."""
    read_clocks_of("claim", claim_figures.CLOCKS, connection, spans, now=now)
    measuring = claim_figures.Measuring(
        as_of=now,
        origins={prefix: origin.value for prefix, origin in ORIGIN_OF_PREFIX.items()},
        waiting_for={state.value: waiting.value for state, waiting in WAITING_FOR.items() if waiting},
        age_bounds_hours=AGE_BOUNDS_HOURS,
        age_bands=tuple(AGE_BANDS),
    )
    claim_figures.gather(connection, **spans, by=measuring)
    claim_shares.gather(connection, people=PEOPLE)
    recoveries.gather(connection, **spans)
    privately.gather(connection, **spans, time_zone=business.time_zone)


def _counted(connection: Connection, period: Period, spans: Mapping[str, Span], business: BusinessSettings) -> Counted:
    every = timedelta(hours=1) if period.kind is PeriodKind.DAY else None
    return Counted(
        claims=_claims(connection),
        shares=_SHARES.part(connection, liability.CLASSES),
        recoveries=_RECOVERIES.part(connection),
        privately=_PRIVATELY.part(connection, ("party",)),
        times={figure: CLAIMS.time_taken(connection, figure) for figure in figures.TIMES},
        slots=CLAIMS.slots(connection, every=every, time_zone=business.time_zone, opened="filed"),
        waiting_by_age=_still_open(connection, "age", "waiting_for", AGE_BANDS),
        ages_by_state=_still_open(connection, "state", "age", State),
        amounts={figure: CLAIMS.sums(connection, figure) for figure in AMOUNTS},
        paid_by={one: CLAIMS.sums(connection, "paid", dimension=one) for one in accidents.MONEY},
        borne_by={one: SHARES.sums(connection, "bearing", dimension=one) for one in liability.CLASSES},
        weights={one: SHARES.sums(connection, "answering", dimension=one) for one in liability.CLASSES},
        recovered={one: RECOVERIES.sums(connection, one, dimension="side") for one in recoveries.CONDITIONS},
        private_amounts=PRIVATELY.sums(connection, "told", dimension="party"),
        accepted={which: parcels(connection, per=Per.ACCEPTED, during=span) for which, span in spans.items()},
        insured={
            which: parcels(connection, per=Per.ACCEPTED, during=span, insured_only=True)
            for which, span in spans.items()
        },
        places={dimension: _places(connection, dimension) for dimension in accidents.PLACES},
    )  # fmt: skip


def _claims(connection: Connection) -> Part:
    """Count claims by every class, those still open, agreed or refused by classes of their own."""
    part = _CLAIMS.part(connection, (*CLASSES, accidents.ACCIDENT))
    groups: dict[str, Groups] = {**part.groups}
    for dimension in OPEN_CLASSES:
        groups[f"open_{dimension}"] = _CLAIMS.groups(connection, part, dimension, having="still_open")
    groups["open_age"].shown.sort(key=lambda group: [*AGE_BANDS].index(group.group))
    groups["agreed_rounds"] = _CLAIMS.groups(connection, part, "rounds", having="agreed")
    groups["refused_denial"] = _CLAIMS.groups(connection, part, "denial", having="refused")
    return part._replace(groups=groups, of_now=figures.AS_OF_NOW)


def _still_open(connection: Connection, dimension: str, with_dimension: str, groups: Iterable[str]) -> Pairs:
    return CLAIMS.pairs(
        connection, "still_open", dimension=dimension, with_dimension=with_dimension, group_in=list(groups)
    )


def _places(connection: Connection, dimension: str) -> Places:
    """Read the places with most claims filed; what is known of no place is nobody's to mend."""
    found, _ = CLAIMS.groups(connection, dimension, having="filed", limit=PLACES_MAX + 1)
    worst = [group for group in found if group.group][:PLACES_MAX]
    names = [group.group for group in worst]
    events, causes = (
        CLAIMS.pairs(connection, "filed", dimension=dimension, with_dimension=other, group_in=names)
        for other in ("event", "cause")
    )
    return Places(worst, events, causes)
