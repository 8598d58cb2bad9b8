"""The figures about complaints over a generated quarter: each equals what a count of the raw rows gives."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from statistics import median

import pytest
from bounded_memory import peak_of_memory
from complaint_quarter import complaints, keep_complaints
from generated_cases import SHANGHAI
from recounting_complaints import RecountOfComplaints, Row
from sqlalchemy import Connection, text

from rules.clocks.reading import outcome_of
from rules.reporting.ages import AGE_BANDS, AGE_BOUNDS_HOURS
from rules.reporting.complaints.sources import SOURCE_OF
from rules.reporting.complaints.waiting import WAITING_FOR
from rules.reporting.figures import SEVERE_FROM
from rules.reporting.periods import months_up_to, period_before, period_named, span_between, span_of
from rules.reporting.promised import was_kept
from schemas.reporting import Span
from store.reporting import complaints as figures
from store.reporting.clocks import Anchored, ClockKept, note_clocks, with_clocks
from store.reporting.complaints import CLOCKS, COMPLAINTS, CONDITIONS, DIMENSIONS, FEEDBACK, Measuring
from store.unit_of_work import unit_of_work

AS_OF = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
PERIODS = ("2026-10-01", "2026-11-30", "2026-W45", "2026-W48", "2026-10", "2026-11")
OF_NOW = {"still_open", "overdue", "still_severe"}
MEASURING = Measuring(
    as_of=AS_OF,
    time_zone="Asia/Shanghai",
    severe_from=SEVERE_FROM,
    satisfied_from=4,
    sources={channel.value: source.value for channel, source in SOURCE_OF.items()},
    waiting_for={state: waiting for state, waiting in WAITING_FOR.items() if waiting},
    age_bounds_hours=AGE_BOUNDS_HOURS,
    age_bands=list(AGE_BANDS),
)
ROWS = complaints(2400, first=FIRST, last=LAST, as_of=AS_OF)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


@pytest.fixture
def quarter(connection: Connection) -> list[Row]:
    keep_complaints(connection, ROWS)
    return ROWS


def kept(cases: list[Anchored]) -> Iterator[ClockKept]:
    """Read the clocks of complaints, as the task does."""
    for one in cases:
        for clock in CLOCKS.values():
            outcome = outcome_of(clock, one.anchors, now=AS_OF)
            assert outcome is not None
            was = was_kept(outcome, closed_at=one.closed_at)
            yield ClockKept(one.case_no, clock, outcome.met_at, outcome.due_at, was)


def gathered(connection: Connection, rows: list[Row], name: str) -> dict[str, RecountOfComplaints]:
    """Gather a period in the database, and give its recount with that of the period before."""
    period = period_named(name)
    spans = {"this": span_of(period, SHANGHAI), "before": span_of(period_before(period), SHANGHAI)}
    connection.execute(text("DROP TABLE IF EXISTS reported_complaint"))
    for some in with_clocks(connection, "complaint", since=spans["before"].start, until=spans["this"].end):
        note_clocks(connection, kept(some))
    figures.gather(connection, COMPLAINTS, **spans, by=MEASURING)
    return recounts(rows, spans)


def recounts(rows: list[Row], spans: dict[str, Span]) -> dict[str, RecountOfComplaints]:
    return {
        which: RecountOfComplaints(rows, start=span.start, end=span.end, as_of=AS_OF) for which, span in spans.items()
    }


class TestFigures:
    def test_equal_an_independent_count_of_the_raw_rows(self, connection: Connection, quarter: list[Row]) -> None:
        for name in PERIODS:
            again = gathered(connection, quarter, name)

            counted = COMPLAINTS.totals(connection)

            assert counted["this"] == {figure: again["this"].count(figure) for figure in CONDITIONS}, name
            assert counted["before"] == {
                figure: 0 if figure in OF_NOW else again["before"].count(figure) for figure in CONDITIONS
            }, name

    def test_all_count_something_in_the_quarter(self, connection: Connection, quarter: list[Row]) -> None:
        gathered(connection, quarter, "2026-11")

        assert [figure for figure, cases in COMPLAINTS.totals(connection)["this"].items() if not cases] == []

    def test_keep_the_ledger_to_the_case(self, connection: Connection, quarter: list[Row]) -> None:
        for name in PERIODS:
            gathered(connection, quarter, name)
            for counts in COMPLAINTS.totals(connection).values():
                assert counts["carried_over"] + counts["received"] == counts["closed"] + counts["left_open"]

    def test_put_every_complaint_received_under_one_outcome(self, connection: Connection, quarter: list[Row]) -> None:
        gathered(connection, quarter, "2026-11")
        counts = COMPLAINTS.totals(connection)["this"]

        outcomes = ("valid", "customer_caused", "malicious", "unproven", "undecided")
        assert sum(counts[one] for one in outcomes) == counts["received"]
        assert counts["tickets"] + counts["at_the_door"] + counts["courier_notes"] == counts["received"]


class TestGroups:
    @pytest.mark.parametrize("dimension", DIMENSIONS)
    def test_equal_an_independent_count(self, connection: Connection, quarter: list[Row], dimension: str) -> None:
        again = gathered(connection, quarter, "2026-11")
        having = {"satisfaction": "rated"}.get(dimension, "still_open" if dimension in {"age", "state"} else "")

        found, number = COMPLAINTS.groups(connection, dimension, having=having, limit=100)

        assert len(found) == number
        for figure in ("received", "valid", "result_late", "closed", "still_open", "rated"):
            told = {group.group: group.this[figure] for group in found if group.this[figure]}
            expected = again["this"].by(figure, dimension)
            if having:
                expected = type(expected)({group: expected[group] for group in again["this"].by(having, dimension)})
            assert told == {group: cases for group, cases in expected.items() if cases}, figure


class TestTimes:
    def test_equal_an_independent_median(self, connection: Connection, quarter: list[Row]) -> None:
        again = gathered(connection, quarter, "2026-11")["this"]
        rows = [row for row in again.received() if row["clock_anchors"]]
        answers = [row["answered_at"] or row["result_at"] for row in rows]
        seconds = [(at - row["opened_at"]).total_seconds() for row, at in zip(rows, answers, strict=True) if at]

        taken = COMPLAINTS.time_taken(connection, "answer")["this", ""]

        assert taken.cases == len(seconds)
        assert taken.median_seconds == pytest.approx(median(seconds), abs=1e-3)
        assert (taken.limit_seconds_min, taken.limit_seconds_max) == (7200, 7200)


class TestCasesBehind:
    def test_a_figure_are_exactly_those_that_it_counts(self, connection: Connection, quarter: list[Row]) -> None:
        again = gathered(connection, quarter, "2026-11")["this"]
        for figure in CONDITIONS:
            listed = COMPLAINTS.behind(connection, figure, limit=10_000).get("", [])

            assert sorted(listed) == sorted(row["case_no"] for row in again.cases(figure)), figure

    def test_say_by_themselves_which_figures_count_them(self, connection: Connection, quarter: list[Row]) -> None:
        again = gathered(connection, quarter, "2026-W48")["this"]

        lines = list(figures.lines(connection, COMPLAINTS))

        for figure in CONDITIONS:
            counted = {line.case_no for line in lines if figure in line.counted}
            assert counted == {row["case_no"] for row in again.cases(figure)}, figure
        assert len(lines) == again.count("carried_over") + again.count("received") + again.count("drafts")


class TestFeedback:
    def test_counts_three_months_by_source(self, connection: Connection, quarter: list[Row]) -> None:
        period = period_named("2026-W47")
        first, *_ = months_up_to(period, number=3)
        spans = {
            "this": span_between(first, period.until, SHANGHAI),
            "before": span_between(date(2026, 6, 1), first, SHANGHAI),
        }
        assert list(with_clocks(connection, "complaint", since=AS_OF, until=spans["this"].start)) == []
        figures.gather(connection, FEEDBACK, **spans, by=MEASURING)

        told = FEEDBACK.pairs(
            connection, "received", dimension="month", with_dimension="source",
            group_in=["2026-09", "2026-10", "2026-11"],
        )  # fmt: skip

        again = recounts(quarter, spans)["this"]
        for month, sources in told.items():
            rows = [row for row in again.received() if again.group(row, "month") == month]
            expected = [again.group(row, "source") for row in rows]
            assert dict(sources) == {source: expected.count(source) for source in set(expected)}
        assert sum(cases for sources in told.values() for _, cases in sources) == again.count("received")


class TestPersonalData:
    def test_beside_an_outlets_name_is_masked(self, connection: Connection) -> None:
        [row] = complaints(1, first=LAST, last=LAST, as_of=AS_OF, seed=8)
        keep_complaints(
            connection,
            [{**row, "waybill": "776", "parcel_outlet": "示例网点 13900001234", "carrier": "sf", "finding": None}],
        )
        gathered(connection, [], "2026-11")

        [line] = figures.lines(connection, COMPLAINTS)

        assert line.outlet == "示例网点 139****1234"


class TestManyComplaints:
    def test_are_gathered_and_listed_without_being_held(self, connection: Connection) -> None:
        connection.execute(
            text(
                "INSERT INTO complaint (case_no, type, channel, state, version, told_at, opened_at, state_since, "
                "history_head) SELECT 'CP-' || lpad(n::text, 8, '0'), 'DELAY', 'hotline', 'RECEIVED', 1, at, at, at, "
                "'' FROM (SELECT n, timestamptz '2026-11-19 16:00Z' + n * interval '4 seconds' AS at "
                "FROM generate_series(1, 20000) n) AS made"
            )
        )

        with peak_of_memory() as peak:
            gathered(connection, [], "2026-11-20")
            assert sum(1 for _ in figures.lines(connection, COMPLAINTS)) == 20_000

        assert peak.bytes < 24_000_000


def test_an_empty_period_has_no_case_and_no_time(connection: Connection) -> None:
    gathered(connection, [], "2026-11-20")

    assert COMPLAINTS.totals(connection)["this"] == dict.fromkeys(CONDITIONS, 0)
    assert COMPLAINTS.time_taken(connection, "result") == {}
    assert list(figures.lines(connection, COMPLAINTS)) == []
