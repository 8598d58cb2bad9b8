"""The figures about exceptions over a generated quarter: each equals what a count of the raw rows gives."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from bounded_memory import peak_of_memory
from generated_cases import closed_cases, keep_closed, keep_open, open_cases
from recounting import Recount, Row
from sqlalchemy import Connection, text

from rules.reporting.ages import AGE_BANDS, AGE_BOUNDS_HOURS
from rules.reporting.figures import MEANINGS, NOTICED_BY_US, SEVERE_FROM, TIMES
from rules.reporting.periods import period_before, period_named, span_of
from rules.reporting.waiting import WAITING_FOR
from schemas.reporting import PeriodKind
from store.reporting import exceptions as figures
from store.reporting.counting import CHUNK, UnknownFigure
from store.reporting.exceptions import CONDITIONS, DIMENSIONS, Measuring
from store.unit_of_work import unit_of_work

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
AS_OF = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
PERIODS = ("2026-10-01", "2026-11-20", "2026-11-30", "2026-W45", "2026-W48", "2026-10", "2026-11")
MEASURING = Measuring(
    as_of=AS_OF,
    ours=list(NOTICED_BY_US),
    severe_from=SEVERE_FROM,
    waiting_for={state: waiting for state, waiting in WAITING_FOR.items() if waiting},
    age_bounds_hours=AGE_BOUNDS_HOURS,
    age_bands=list(AGE_BANDS),
)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


@pytest.fixture
def quarter(connection: Connection) -> list[Row]:
    """A quarter of closed cases, and those that are still open."""
    closed = closed_cases(1500, first=FIRST, last=LAST)
    still = open_cases(200, first=FIRST, last=LAST, as_of=AS_OF)
    keep_closed(connection, closed)
    keep_open(connection, still)
    return [*closed, *still]


def gathered(connection: Connection, rows: list[Row], name: str, zone: ZoneInfo = SHANGHAI) -> dict[str, Recount]:
    """Gather a period in the database, and give its recount with that of the period before."""
    period = period_named(name)
    spans = {"this": span_of(period, zone), "before": span_of(period_before(period), zone)}
    connection.execute(text("DROP TABLE IF EXISTS reported_case"))
    figures.gather(connection, this=spans["this"], before=spans["before"], by=MEASURING)
    return {which: Recount(rows, start=span.start, end=span.end, as_of=AS_OF) for which, span in spans.items()}


class TestFigures:
    def test_equal_an_independent_count_of_the_raw_rows(self, connection: Connection, quarter: list[Row]) -> None:
        of_now = {"still_open", "overdue", "still_severe"}
        for name in PERIODS:
            recounts = gathered(connection, quarter, name)

            counted = figures.totals(connection)

            assert counted["this"] == {figure: recounts["this"].count(figure) for figure in CONDITIONS}, name
            assert counted["before"] == {
                figure: 0 if figure in of_now else recounts["before"].count(figure) for figure in CONDITIONS
            }, name

    def test_are_all_met_by_the_quarter(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        assert [figure for figure in CONDITIONS if not recount.count(figure)] == ["reopened"]

    def test_equal_it_in_every_group(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]
        for dimension in DIMENSIONS:
            found, _ = figures.groups(connection, dimension, limit=1000)
            groups = {group.group: group.this for group in found}

            for figure in ("opened", "closed", "still_open", "overdue", "resolved_late"):
                told = {group: counts[figure] for group, counts in groups.items() if counts[figure]}
                assert told == recount.by(figure, dimension), (dimension, figure)

    def test_add_up_to_the_ledger(self, connection: Connection, quarter: list[Row]) -> None:
        for name in PERIODS:
            gathered(connection, quarter, name)

            for counts in figures.totals(connection).values():
                assert counts["carried_over"] + counts["opened"] == counts["closed"] + counts["left_open"]

    def test_are_declared_where_they_are_explained(self) -> None:
        assert list(MEANINGS) == list(CONDITIONS)
        assert list(TIMES) == list(figures.TIMES)

    def test_are_refused_when_nobody_declared_them(self, connection: Connection) -> None:
        with pytest.raises(UnknownFigure, match="opened; DROP TABLE"):
            figures.behind(connection, "opened; DROP TABLE cases", limit=1)
        with pytest.raises(UnknownFigure, match="consignee_phone"):
            figures.groups(connection, "consignee_phone", limit=1)


class TestGroups:
    def test_are_the_largest_and_tell_how_many_there_are(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        found, number = figures.groups(connection, "lane", limit=3)

        opened = recount.by("opened", "lane")
        assert [group.this["opened"] for group in found] == sorted(opened.values(), reverse=True)[:3]
        assert number == len({recount.group(row, "lane") for row in recount.rows})

    def test_are_only_those_that_have_the_figure_asked_for(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        found, number = figures.groups(connection, "state", having="still_open", limit=100)

        assert {group.group for group in found} == set(recount.by("still_open", "state"))
        assert number == len(found)


class TestCustomsOffices:
    """Only cases of customs have one; the others are in no group, and not among all others either (R6, R92)."""

    def test_are_those_of_customs_cases_alone(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        found, number = figures.groups(connection, "customs_office", limit=100)

        held = [row for row in recount.rows if row["type"] == "CUSTOMS_HELD"]
        offices = {row["customs_office"] or "unknown" for row in held}
        assert ({group.group for group in found}, number) == (offices, 3)
        assert sum(group.this["opened"] for group in found) == len([row for row in held if row in recount.opened()])

    def test_add_up_to_the_totals_of_what_they_are_about(self, connection: Connection, quarter: list[Row]) -> None:
        gathered(connection, quarter, "2026-11")

        found, _ = figures.groups(connection, "customs_office", limit=100)
        about = figures.totals(connection, of="customs_office")

        for which, counted in (
            ("this", [group.this for group in found]),
            ("before", [group.before for group in found]),
        ):
            assert about[which] == {figure: sum(group[figure] for group in counted) for figure in CONDITIONS}

    def test_that_are_not_shown_lead_to_cases_of_customs_only(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        others = figures.behind_others(
            connection, "opened", dimension="customs_office", group_not_in=["上海海关"], limit=10_000
        )

        held = [row for row in recount.opened() if row["type"] == "CUSTOMS_HELD"]
        assert set(others) == {row["case_no"] for row in held if row["customs_office"] != "上海海关"}


class TestTimes:
    def test_equal_an_independent_median_and_p90(self, connection: Connection, quarter: list[Row]) -> None:
        for name in ("2026-11-20", "2026-W45", "2026-11"):
            recounts = gathered(connection, quarter, name)

            for figure in TIMES:
                taken = figures.times(connection, figure)
                for which, recount in recounts.items():
                    told = taken[which, ""]
                    assert told.cases == len(recount.seconds(figure))
                    expected = recount.median_and_p90(figure)
                    assert (told.median_seconds, told.p90_seconds) == pytest.approx(expected, abs=1e-3), (name, figure)

    def test_say_which_limits_the_cases_had(self, connection: Connection, quarter: list[Row]) -> None:
        gathered(connection, quarter, "2026-11")

        taken = figures.times(connection, "resolution")["this", ""]

        assert (taken.limit_seconds_min, taken.limit_seconds_max) == (6 * 3600, 6 * 3600)
        assert figures.times(connection, "handling")["this", ""].limit_seconds_max is None

    def test_are_told_for_each_type(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        taken = figures.times(connection, "resolution", dimension="type")

        told = {group: time.cases for (which, group), time in taken.items() if which == "this"}
        assert told == recount.by("closed", "type")


class TestCosts:
    def test_are_added_up_to_the_cent_for_each_currency(self, connection: Connection, quarter: list[Row]) -> None:
        recounts = gathered(connection, quarter, "2026-11")

        counted = figures.costs(connection)

        for which, recount in recounts.items():
            assert {cost.currency: cost.amount for cost in counted[which]} == recount.cost()
            assert sum(cost.cases for cost in counted[which]) == recount.count("paid")


class TestSlots:
    def test_add_up_to_the_figures_of_the_period(self, connection: Connection, quarter: list[Row]) -> None:
        for name, every in (("2026-11-20", timedelta(hours=1)), ("2026-W45", None), ("2026-11", None)):
            recounts = gathered(connection, quarter, name)

            slots = figures.slots(connection, every=every, time_zone="Asia/Shanghai")

            for which, recount in recounts.items():
                assert sum(slot.opened for slot in slots[which]) == recount.count("opened")
                assert sum(slot.closed for slot in slots[which]) == recount.count("closed")

    def test_are_the_calendar_days_of_the_zone(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        slots = figures.slots(connection, every=None, time_zone="Asia/Shanghai")["this"]

        days = [row["opened_at"].astimezone(SHANGHAI).day - 1 for row in recount.opened()]
        assert {slot.number: slot.opened for slot in slots if slot.opened} == {day: days.count(day) for day in days}


class TestAClockChangeAbroad:
    """2026-11-01 has 25 hours in New York, 2026-03-08 has 23."""

    @pytest.fixture
    def autumn(self, connection: Connection) -> list[Row]:
        rows = closed_cases(900, first=date(2026, 10, 25), last=date(2026, 11, 8), zone=NEW_YORK, seed=11)
        keep_closed(connection, rows)
        return rows

    def test_leaves_every_figure_as_a_count_of_the_raw_rows_gives_it(
        self, connection: Connection, autumn: list[Row]
    ) -> None:
        for name in ("2026-10-31", "2026-11-01", "2026-11-02", "2026-W44", "2026-11"):
            recounts = gathered(connection, autumn, name, NEW_YORK)

            counted = figures.totals(connection)

            assert counted["this"] == {figure: recounts["this"].count(figure) for figure in CONDITIONS}, name

    def test_counts_each_case_on_one_day_only(self, connection: Connection, autumn: list[Row]) -> None:
        opened = 0
        for day in range(25, 32):
            gathered(connection, autumn, f"2026-10-{day}", NEW_YORK)
            opened += figures.totals(connection)["this"]["opened"]
        for day in range(1, 9):
            gathered(connection, autumn, f"2026-11-{day:02}", NEW_YORK)
            opened += figures.totals(connection)["this"]["opened"]

        first, last = (datetime(2026, *day, tzinfo=NEW_YORK) for day in ((10, 25), (11, 9)))
        assert opened == sum(first <= row["opened_at"] < last for row in autumn)

    def test_gives_the_day_its_twenty_fifth_hour(self, connection: Connection, autumn: list[Row]) -> None:
        recount = gathered(connection, autumn, "2026-11-01", NEW_YORK)["this"]

        slots = figures.slots(connection, every=timedelta(hours=1), time_zone="America/New_York")["this"]

        assert recount.end - recount.start == timedelta(hours=25)
        hours = [int((row["opened_at"] - recount.start) / timedelta(hours=1)) for row in recount.opened()]
        assert {slot.number: slot.opened for slot in slots if slot.opened} == {
            hour: hours.count(hour) for hour in hours
        }
        assert max(hours) == 24


class TestCasesBehind:
    def test_a_figure_are_exactly_those_that_it_counts(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]
        for figure in CONDITIONS:
            listed = figures.behind(connection, figure, limit=10_000)

            assert sorted(listed.get("", [])) == sorted(row["case_no"] for row in recount.cases(figure)), figure

    def test_a_group_are_those_of_the_group_and_the_gravest_first(
        self, connection: Connection, quarter: list[Row]
    ) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        listed = figures.behind(connection, "opened", dimension="outlet", group_in=["示例城东网点", ""], limit=7)

        assert set(listed) == {"示例城东网点", ""}
        for group, case_nos in listed.items():
            wanted = [row for row in recount.opened() if row["outlet"] == group]
            wanted.sort(key=lambda row: (-row["severity"], row["case_no"]))
            assert case_nos == [row["case_no"] for row in wanted[:7]]

    def test_all_other_groups_are_those_of_none_that_is_named(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        others = figures.behind_others(
            connection, "closed", dimension="cause", group_not_in=["carrier.lost", "unknown"], limit=10_000
        )

        wanted = {row["case_no"] for row in recount.closed() if row["cause"] not in {"carrier.lost", "unknown"}}
        assert set(others) == wanted
        assert len(others) == len(wanted)

    def test_the_period_before_are_not_among_them(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        assert {line.case_no for line in figures.lines(connection)} == {row["case_no"] for row in recount.rows}

    def test_say_by_themselves_which_figures_count_them(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-W48")["this"]

        lines = list(figures.lines(connection))

        for figure in CONDITIONS:
            counted = {line.case_no for line in lines if figure in line.counted}
            assert counted == {row["case_no"] for row in recount.cases(figure)}, figure


class TestPairs:
    def test_count_the_causes_of_an_outlet(self, connection: Connection, quarter: list[Row]) -> None:
        recount = gathered(connection, quarter, "2026-11")["this"]

        counted = figures.pairs(
            connection, "opened", dimension="outlet", with_dimension="cause", group_in=["示例城西网点"]
        )

        of_outlet = [recount.group(row, "cause") for row in recount.opened() if row["outlet"] == "示例城西网点"]
        assert dict(counted["示例城西网点"]) == {cause: of_outlet.count(cause) for cause in of_outlet}
        assert [cases for _, cases in counted["示例城西网点"]] == sorted(
            map(of_outlet.count, set(of_outlet)), reverse=True
        )


class TestDeliveries:
    def test_are_those_of_the_period_and_of_the_outlets_named(self, connection: Connection) -> None:
        connection.execute(
            text(
                "INSERT INTO shipment (waybill, destination_outlet, delivered_at) VALUES "
                "('A', 'East', '2026-11-19 16:00Z'), ('B', 'East', '2026-11-20 15:59Z'), "
                "('C', 'East', '2026-11-20 16:00Z'), ('D', 'West', '2026-11-20 10:00Z'), ('E', 'East', NULL)"
            )
        )
        day = span_of(period_named("2026-11-20"), SHANGHAI)

        assert figures.deliveries(connection, ["East", "North"], during=day) == {"East": 2}


class TestReopening:
    def test_makes_a_closed_case_open_again_and_not_two(self, connection: Connection) -> None:
        [still] = open_cases(1, first=date(2026, 11, 20), last=date(2026, 11, 20), as_of=AS_OF)
        [closed] = closed_cases(1, first=date(2026, 11, 20), last=date(2026, 11, 20))
        keep_open(connection, [still])
        keep_closed(connection, [{**closed, "case_no": still["case_no"]}])

        gathered(connection, [], "2026-11-20")

        [line] = figures.lines(connection)
        assert (line.closed_at, line.reopened, line.state) == (None, 1, still["state"])

    def test_is_told_when_the_case_is_closed_once_more(self, connection: Connection) -> None:
        [closed] = closed_cases(1, first=date(2026, 11, 20), last=date(2026, 11, 20))
        keep_closed(connection, [closed])
        keep_closed(connection, [{**closed, "closed_at": closed["closed_at"] + timedelta(hours=1)}])

        gathered(connection, [], "2026-11")

        assert figures.totals(connection)["this"]["reopened"] == 1


class TestPersonalData:
    def test_beside_an_outlets_name_is_masked(self, connection: Connection) -> None:
        [row] = closed_cases(1, first=date(2026, 11, 20), last=date(2026, 11, 20))
        keep_closed(connection, [{**row, "outlet": "示例网点 13900001234"}])
        gathered(connection, [], "2026-11")

        [line] = figures.lines(connection)

        assert line.outlet == "示例网点 139****1234"


class TestAHundredThousandCases:
    @pytest.fixture
    def many(self, connection: Connection) -> int:
        connection.execute(
            text(
                "INSERT INTO case_analysis (case_no, waybill, type, origin, severity, cause, party, carrier, outlet, "
                "troubled_since, opened_at, closed_at, closing_reason, measures, cost, currency, rounds, "
                "escalation_level, days_late, lane_from, lane_to, resolved_at, resolution_due_at) SELECT 'EX-' || n, "
                "'W' || n, 'DELAYED', 'silence', 2, 'carrier.dwell', 'carrier', 'sf', 'outlet ' || n % 5000, at, at, "
                "at + interval '3 hours', 'cured', '{}', 0, 'CNY', 1, 0, 0, 'city ' || n % 300, 'city ' || n % 301, "
                "at + interval '2 hours', at + interval '6 hours' FROM (SELECT n, timestamptz '2026-11-19 16:00Z' + "
                "n * interval '0.8 seconds' AS at FROM generate_series(1, 100000) n) AS made"
            )
        )
        return 100_000

    def test_are_counted_and_listed_without_being_read(self, connection: Connection, many: int) -> None:
        gathered(connection, [], "2026-11-20")

        with peak_of_memory() as peak:
            counted = figures.totals(connection)["this"]
            outlets, number = figures.groups(connection, "outlet", limit=20)
            listed = figures.behind(connection, "opened", limit=40)
            others = figures.behind_others(connection, "opened", dimension="outlet", group_not_in=[], limit=40)

        assert (counted["opened"], counted["resolved_in_time"]) == (many, counted["closed"])
        assert (len(outlets), number, len(listed[""]), len(others)) == (20, 5000, 40, 40)
        assert peak.bytes < 16_000_000

    def test_are_read_a_chunk_at_a_time(self, connection: Connection, many: int) -> None:
        gathered(connection, [], "2026-11-20")
        with peak_of_memory() as two_chunks:
            sum(1 for _ in islice(figures.lines(connection), 2 * CHUNK))
        with peak_of_memory() as eight_chunks:
            read = sum(1 for _ in islice(figures.lines(connection), 8 * CHUNK))

        assert read == 8 * CHUNK
        assert eight_chunks.bytes < 1.5 * two_chunks.bytes

    def test_are_all_read(self, connection: Connection, many: int) -> None:
        gathered(connection, [], "2026-11-20")

        assert sum(1 for _ in figures.lines(connection)) == many


def test_an_empty_period_has_no_case_and_no_time(connection: Connection) -> None:
    gathered(connection, [], "2026-11-20")

    assert figures.totals(connection)["this"] == dict.fromkeys(CONDITIONS, 0)
    assert figures.groups(connection, "type", limit=9) == ([], 0)
    assert figures.times(connection, "resolution") == {}
    assert list(figures.lines(connection)) == []


def test_every_kind_of_period_is_among_those_recounted() -> None:
    assert {period_named(name).kind for name in PERIODS} == set(PeriodKind)
