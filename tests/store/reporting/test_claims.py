"""The figures about claims over a generated quarter: each equals what a count of the told stories gives."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import mean, median

import pytest
from bounded_memory import peak_of_memory
from claim_quarter import Story, keep_claims, keep_private_matters, private_matters, stories
from generated_cases import SHANGHAI
from recounting_claims import PEOPLE, RecountOfClaims
from sqlalchemy import Connection, text

from rules.reporting.claims.ages import AGE_BANDS, AGE_BOUNDS_HOURS
from rules.reporting.claims.origins import ORIGIN_OF_PREFIX
from rules.reporting.claims.waiting import WAITING_FOR
from rules.reporting.periods import period_before, period_named, span_of
from store.reporting import claim_shares, privately, recoveries
from store.reporting import claims as figures
from store.reporting.claim_shares import SHARES
from store.reporting.claims import CLAIMS, CLOCKS, CONDITIONS, DIMENSIONS, Measuring
from store.reporting.privately import PRIVATELY
from store.reporting.recoveries import RECOVERIES
from store.unit_of_work import unit_of_work
from tasks.reporting.gathering import read_clocks_of

AS_OF = datetime(2026, 12, 1, 2, 30, tzinfo=UTC)
FIRST, LAST = date(2026, 9, 1), date(2026, 11, 30)
PERIODS = ("2026-10", "2026-11", "2026-W45", "2026-11-30")
OF_NOW = {"still_open", "overdue", "still_major"}
NOT_RECOUNTED = {"overdue", "escalated"}
TABLES = ("reported_private", "reported_recovery", "reported_share", "reported_claim")
MEASURING = Measuring(
    as_of=AS_OF,
    origins={prefix: origin.value for prefix, origin in ORIGIN_OF_PREFIX.items()},
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
def quarter(connection: Connection) -> list[Story]:
    told = stories(300, first=FIRST, last=LAST)
    keep_claims(connection, told)
    return told


def gathered(connection: Connection, told: list[Story], name: str) -> dict[str, RecountOfClaims]:
    """Gather a period in the database, and give its recount with that of the period before."""
    period = period_named(name)
    spans = {"this": span_of(period, SHANGHAI), "before": span_of(period_before(period), SHANGHAI)}
    for table in TABLES:
        connection.execute(text(f"DROP TABLE IF EXISTS {table}"))
    read_clocks_of("claim", CLOCKS, connection, spans, now=AS_OF)
    figures.gather(connection, **spans, by=MEASURING)
    claim_shares.gather(connection, people=PEOPLE)
    recoveries.gather(connection, **spans)
    privately.gather(connection, **spans, time_zone="Asia/Shanghai")
    return {which: RecountOfClaims(told, start=span.start, end=span.end, as_of=AS_OF) for which, span in spans.items()}


class TestFigures:
    def test_equal_an_independent_count_of_the_stories(self, connection: Connection, quarter: list[Story]) -> None:
        for name in PERIODS:
            again = gathered(connection, quarter, name)

            counted = CLAIMS.totals(connection)

            for which in ("this", "before"):
                for figure in set(CONDITIONS) - NOT_RECOUNTED:
                    expected = 0 if which == "before" and figure in OF_NOW else again[which].count(figure)
                    assert counted[which][figure] == expected, (name, which, figure)

    def test_all_count_something_in_the_quarter_and_keep_the_ledger(
        self, connection: Connection, quarter: list[Story]
    ) -> None:
        counted = set()
        for name in ("2026-10", "2026-11"):
            gathered(connection, quarter, name)
            counts = CLAIMS.totals(connection)["this"]
            counted |= {figure for figure, cases in counts.items() if cases}
            assert counts["carried_over"] + counts["filed"] == counts["closed"] + counts["left_open"]
            assert counts["denied"] + counts["time_barred"] == counts["refused"]

        assert set(CONDITIONS) - counted == {"escalated"}

    def test_count_what_is_due_and_what_was_escalated(self, connection: Connection, quarter: list[Story]) -> None:
        connection.execute(text("UPDATE claim SET escalation_level = 1 WHERE is_major"))
        again = gathered(connection, quarter, "2026-11")["this"]

        overdue = connection.execute(
            text("SELECT count(*) FROM claim WHERE closed_at IS NULL AND state <> 'DRAFT' AND next_due_at <= :as_of"),
            {"as_of": AS_OF},
        ).scalar_one()

        counts = CLAIMS.totals(connection)["this"]
        assert counts["overdue"] == overdue > 0
        assert counts["escalated"] == sum(story.is_major for story in again.cases("closed")) > 0

    def test_list_exactly_the_claims_that_they_count(self, connection: Connection, quarter: list[Story]) -> None:
        again = gathered(connection, quarter, "2026-11")["this"]
        lines = list(figures.lines(connection))

        for figure in set(CONDITIONS) - NOT_RECOUNTED:
            expected = sorted(story.case_no for story in again.cases(figure))
            assert sorted(CLAIMS.behind(connection, figure, limit=10_000).get("", [])) == expected, figure
            assert sorted(line.case_no for line in lines if figure in line.counted) == expected, figure


class TestGroups:
    def test_equal_an_independent_count(self, connection: Connection, quarter: list[Story]) -> None:
        again = gathered(connection, quarter, "2026-11")["this"]

        for dimension in set(DIMENSIONS) - {"waiting_for", "denial", "age"}:
            found, number = CLAIMS.groups(connection, dimension, limit=500)
            assert len(found) == number
            for figure in ("filed", "paid", "refused", "still_open"):
                counted = {group.group: group.this[figure] for group in found if group.this[figure]}
                assert counted == again.by(figure, dimension), (dimension, figure)

    def test_of_what_is_open_or_refused_equal_one_too(self, connection: Connection, quarter: list[Story]) -> None:
        again = gathered(connection, quarter, "2026-11")["this"]

        ages, _ = CLAIMS.groups(connection, "age", having="still_open", limit=10)
        reasons, _ = CLAIMS.groups(connection, "denial", having="refused", limit=10)

        assert {group.group: group.this["still_open"] for group in ages} == again.by("still_open", "age")
        told = again.by("refused", "denial")
        assert {group.group: group.this["refused"] for group in reasons} == {
            reason: cases for reason, cases in told.items() if reason
        }

    def test_of_two_dimensions_together_lead_to_their_claims(
        self, connection: Connection, quarter: list[Story]
    ) -> None:
        again = gathered(connection, quarter, "2026-11")["this"]

        found, _ = CLAIMS.groups(connection, "event+cause", having="filed", limit=200)

        assert {group.group: group.this["filed"] for group in found} == again.by("filed", "event", "cause")
        largest = found[0].group
        listed = CLAIMS.behind(connection, "filed", dimension="event+cause", group_in=[largest], limit=100)[largest]
        assert sorted(listed) == sorted(
            story.case_no
            for story in again.cases("filed")
            if f"{again.group(story, 'event')} · {again.group(story, 'cause')}" == largest
        )


class TestAmounts:
    def test_equal_independent_sums_and_never_mix_currencies(
        self, connection: Connection, quarter: list[Story]
    ) -> None:
        again = gathered(connection, quarter, "2026-11")

        for figure in ("claiming", "offered", "agreed", "paid"):
            for which in ("this", "before"):
                costs = CLAIMS.sums(connection, figure)[which]
                told = {(cost.group, cost.currency): (cost.cases, cost.amount) for cost in costs}
                assert told == again[which].sums(figure), (figure, which)
            assert {cost.currency for cost in CLAIMS.sums(connection, figure)["this"]} == {"CNY", "HKD", "USD"}

    def test_by_cause_outlet_and_lane_equal_them_too(self, connection: Connection, quarter: list[Story]) -> None:
        again = gathered(connection, quarter, "2026-11")["this"]

        for dimension in ("event+cause", "outlet", "lane"):
            costs = CLAIMS.sums(connection, "paid", dimension=dimension)["this"]
            told = {(cost.group, cost.currency): (cost.cases, cost.amount) for cost in costs}
            assert told == again.sums("paid", *dimension.split("+")), dimension


class TestTimes:
    def test_equal_independent_means_and_medians(self, connection: Connection, quarter: list[Story]) -> None:
        again = gathered(connection, quarter, "2026-11")["this"]
        paid = again.cases("paid")
        whole = [(again.paid_at(one) - one.opened_at).total_seconds() for one in paid]  # type: ignore[operator]
        payment = [(again.paid_at(one) - again.agreed_at(one)).total_seconds() for one in paid]  # type: ignore[operator]

        for figure, seconds in (("whole", whole), ("payment", payment)):
            taken = CLAIMS.time_taken(connection, figure)["this", ""]
            assert taken.cases == len(seconds)
            assert taken.mean_seconds == pytest.approx(mean(seconds))
            assert taken.median_seconds == pytest.approx(median(seconds))


class TestShares:
    def test_weigh_and_bear_what_an_independent_count_gives(self, connection: Connection, quarter: list[Story]) -> None:
        again = gathered(connection, quarter, "2026-11")["this"]

        for dimension in ("kind", "party"):
            weights: defaultdict[str, Decimal] = defaultdict(Decimal)
            for share in again.shares("filed"):
                weights[getattr(share, dimension)] += share.share / 100
            borne: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
            for share in again.shares("paid"):
                borne[getattr(share, dimension), share.currency] += share.borne

            told: defaultdict[str, Decimal] = defaultdict(Decimal)
            for cost in SHARES.sums(connection, "answering", dimension=dimension)["this"]:
                told[cost.group] += cost.amount
            assert told == weights
            costs = SHARES.sums(connection, "bearing", dimension=dimension)["this"]
            assert {(cost.group, cost.currency): cost.amount for cost in costs} == borne

    def test_name_no_person(self, connection: Connection, quarter: list[Story]) -> None:
        gathered(connection, quarter, "2026-11")

        lines = list(claim_shares.lines(connection))

        assert {line.party for line in lines if line.kind in PEOPLE} == {""}
        assert any(line.party for line in lines)


class TestRecoveries:
    def test_equal_independent_sums_less_what_was_reversed(self, connection: Connection, quarter: list[Story]) -> None:
        for name in ("2026-10", "2026-11"):
            again = gathered(connection, quarter, name)
            for event in recoveries.CONDITIONS:
                for which in ("this", "before"):
                    costs = RECOVERIES.sums(connection, event, dimension="side")[which]
                    told = {(cost.group, cost.currency): cost.amount for cost in costs if cost.amount}
                    assert told == again[which].booked(event), (name, event, which)

    def test_leave_out_what_was_booked_and_reversed_in_one_period(
        self, connection: Connection, quarter: list[Story]
    ) -> None:
        gathered(connection, quarter, "2026-11")
        [whole] = [
            story.case_no
            for story in quarter
            if story.booked and all(one.reversed_at == one.at and one.at >= datetime(2026, 11, 2, tzinfo=UTC)
                                    for one in story.booked)
        ][:1]  # fmt: skip

        assert whole not in {line.case_no for line in recoveries.lines(connection)}


class TestPrivately:
    def test_are_counted_by_class_on_the_days_of_the_business(self, connection: Connection) -> None:
        told = private_matters(60, first=FIRST, last=LAST)
        keep_private_matters(connection, told, at=AS_OF)
        gathered(connection, [], "2026-11")

        found, _ = PRIVATELY.groups(connection, "party", limit=10)
        costs = PRIVATELY.sums(connection, "told", dimension="party")["this"]

        of_november = [one for one in told if one["settled_on"].month == 11]
        for group in found:
            mine = [one for one in of_november if one["party"] == group.group]
            assert (group.this["told"], group.this["with_claim"]) == (len(mine), sum(bool(m["claim_no"]) for m in mine))
            for cost in (cost for cost in costs if cost.group == group.group):
                assert cost.amount == sum(m["amount"] for m in mine if m["currency"] == cost.currency)
        assert len(list(privately.lines(connection))) == len(of_november) > 0
        assert {group.before["told"] for group in found} != {0}


class TestManyClaims:
    def test_are_gathered_and_listed_without_being_held(self, connection: Connection) -> None:
        connection.execute(
            text(
                "INSERT INTO claim (case_no, event, channel, state, version, opened_at, state_since, history_head) "
                "SELECT 'CL-' || lpad(n::text, 8, '0'), 'loss', 'hotline', 'FILED', 1, at, at, '' FROM "
                "(SELECT n, timestamptz '2026-11-19 16:00Z' + n * interval '4 seconds' AS at "
                "FROM generate_series(1, 20000) n) AS made"
            )
        )

        with peak_of_memory() as peak:
            gathered(connection, [], "2026-11-20")
            assert sum(1 for _ in figures.lines(connection)) == 20_000

        assert peak.bytes < 24_000_000


def test_an_empty_period_has_no_claim_no_time_and_no_money(connection: Connection) -> None:
    gathered(connection, [], "2026-11")

    assert CLAIMS.totals(connection)["this"] == dict.fromkeys(CONDITIONS, 0)
    assert CLAIMS.time_taken(connection, "whole") == {}
    assert CLAIMS.sums(connection, "paid") == {"this": [], "before": []}
    assert list(recoveries.lines(connection)) == list(claim_shares.lines(connection)) == []
