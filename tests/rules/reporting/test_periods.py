"""Days, weeks and months: their names, their days, and their instants in a zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.reporting.periods import (
    NoSuchPeriod,
    last_finished,
    period_around,
    period_before,
    period_named,
    span_of,
)
from schemas.reporting import PeriodKind

SHANGHAI, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")


class TestPeriodNamed:
    @pytest.mark.parametrize(
        ("name", "kind", "first", "until"),
        [
            ("2026-11-20", PeriodKind.DAY, date(2026, 11, 20), date(2026, 11, 21)),
            ("2026-W47", PeriodKind.WEEK, date(2026, 11, 16), date(2026, 11, 23)),
            ("2026-W53", PeriodKind.WEEK, date(2026, 12, 28), date(2027, 1, 4)),
            ("2026-11", PeriodKind.MONTH, date(2026, 11, 1), date(2026, 12, 1)),
            ("2028-02", PeriodKind.MONTH, date(2028, 2, 1), date(2028, 3, 1)),
        ],
    )
    def test_finds_the_days_and_gives_the_name_back(
        self, name: str, kind: PeriodKind, first: date, until: date
    ) -> None:
        period = period_named(name)

        assert (period.kind, period.first, period.until, period.name) == (kind, first, until, name)

    @pytest.mark.parametrize("name", ["2026-11-31", "2026-W54", "2025-W53", "2026-13", "2026-W00"])
    def test_refuses_days_that_no_calendar_has(self, name: str) -> None:
        with pytest.raises(NoSuchPeriod, match=f"there is no period {name}"):
            period_named(name)

    @pytest.mark.parametrize("name", ["", "yesterday", "2026", "2026-W7", "20261120", "2026-11-20 ", "2026-11-20T00"])
    def test_says_how_to_write_one(self, name: str) -> None:
        with pytest.raises(NoSuchPeriod, match="a week as 2026-W47"):
            period_named(name)


class TestPeriodBefore:
    @pytest.mark.parametrize(
        ("name", "before"),
        [("2026-03-01", "2026-02-28"), ("2027-W01", "2026-W53"), ("2026-01", "2025-12")],
    )
    def test_is_of_the_same_kind_and_ends_where_the_period_begins(self, name: str, before: str) -> None:
        period = period_named(name)

        assert period_before(period).name == before
        assert period_before(period).until == period.first


class TestLastFinished:
    @pytest.mark.parametrize(
        ("kind", "name"),
        [(PeriodKind.DAY, "2026-11-22"), (PeriodKind.WEEK, "2026-W47"), (PeriodKind.MONTH, "2026-10")],
    )
    def test_is_over_before_today(self, kind: PeriodKind, name: str) -> None:
        assert last_finished(kind, today=date(2026, 11, 23)).name == name

    def test_is_not_the_week_whose_sunday_is_today(self) -> None:
        assert last_finished(PeriodKind.WEEK, today=date(2026, 11, 22)).name == "2026-W46"


class TestSpanOf:
    def test_is_from_midnight_to_midnight_of_the_zone(self) -> None:
        span = span_of(period_named("2026-11-20"), SHANGHAI)

        assert span == (datetime(2026, 11, 19, 16, tzinfo=UTC), datetime(2026, 11, 20, 16, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("name", "hours"), [("2026-11-01", 25), ("2026-03-08", 23), ("2026-11-02", 24), ("2026-W44", 7 * 24 + 1)]
    )
    def test_is_longer_or_shorter_where_the_clocks_change(self, name: str, hours: int) -> None:
        span = span_of(period_named(name), NEW_YORK)

        assert span.end - span.start == timedelta(hours=hours)

    @pytest.mark.parametrize("kind", list(PeriodKind))
    def test_leaves_no_gap_to_the_period_before(self, kind: PeriodKind) -> None:
        period = period_around(kind, date(2026, 11, 1))

        assert span_of(period_before(period), NEW_YORK).end == span_of(period, NEW_YORK).start
