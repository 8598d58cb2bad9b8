"""Positive feedback as reports count it: of the period, and of the month that the period ends in (R110)."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from generated_cases import SHANGHAI
from sqlalchemy import Connection

from rules.reporting.periods import months_up_to, period_before, period_named, span_between, span_of
from schemas.complaints import Channel
from schemas.praise import Praise
from store import praise as praise_store
from store.reporting import praise as figures
from store.reporting.praise import PRAISE
from store.unit_of_work import unit_of_work


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def gather(connection: Connection, name: str) -> dict[str, dict[str, int]]:
    period = period_named(name)
    periods = {"this": period, "before": period_before(period)}
    months = {
        which: span_between(months_up_to(one, number=1)[0], one.until, SHANGHAI).start for which, one in periods.items()
    }
    figures.gather(
        connection,
        this=span_of(period, SHANGHAI),
        before=span_of(periods["before"], SHANGHAI),
        months=months,
    )
    return PRAISE.totals(connection)


class TestPraise:
    def test_of_a_week_is_counted_beside_that_of_the_month_so_far(self, connection: Connection) -> None:
        noon = span_of(period_named("2026-11-16"), SHANGHAI).start + timedelta(hours=12)  # the Monday of W47
        told = {-40: "October", -16: "first of the month", -8: "week before the last", -7: "last week", 0: "Monday",
                6.4: "Sunday", 7: "too late"}  # fmt: skip
        for days, said in told.items():
            praise_store.add(
                connection,
                Praise(told_at=noon + timedelta(days=days), channel=Channel.HOTLINE, outlet="示例城东网点", words=said),
            )

        totals = gather(connection, "2026-W47")

        assert totals["this"] == {"praised": 2, "praised_in_month": 4}
        assert totals["before"] == {"praised": 1, "praised_in_month": 2}
        assert [line.praise_no for line in figures.lines(connection)] == ["P-3", "P-4", "P-5", "P-6"]

    def test_that_was_not_told_is_none(self, connection: Connection) -> None:
        assert gather(connection, "2026-11")["this"] == {"praised": 0, "praised_in_month": 0}
