"""Tables looked at record by record."""

from datetime import UTC, datetime

import polars as pl
import pytest

from adapters.feeds.tabular import TABLE, Table, as_records, where_lines
from schemas.tracking import RECORD_TEXTS, Event, Reason

PLAIN = {
    **dict.fromkeys(RECORD_TEXTS, ""),
    "where": "line 2",
    "namespace": "scanners",
    "source": "csv",
    "waybill": "SC1",
    "event": "HELD",
    "confidence": "code",
    "clock": "declared",
    "occurred_at": datetime(2026, 3, 1, tzinfo=UTC),
}


def table(*rows):
    return Table(pl.DataFrame([{**PLAIN, **row} for row in rows], schema=TABLE), raw_of=lambda row: {"row": row})


def record(**fields):
    (only,) = as_records(table(fields)).records
    return only


class TestAsRecords:
    def test_gives_each_row_with_what_stood_there(self):
        records = as_records(table({"waybill": "SC1"}, {"waybill": "SC2"})).records

        assert [(one.waybill, one.raw) for one in records] == [("SC1", {"row": 0}), ("SC2", {"row": 1})]

    def test_says_nothing_where_the_table_does_not(self):
        one = record()

        assert (one.reason, one.voids, one.location, one.unreadable) == (None, None, "", "")

    def test_keeps_what_the_table_says(self):
        one = record(reason="customs.docs", voids="ab" * 16, clock="told")

        assert (one.event, one.reason, one.voids, one.clock) == (Event.HELD, Reason.CUSTOMS_DOCS, "ab" * 16, "told")
        assert one.occurred_at == datetime(2026, 3, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("fields", "check"),
        [
            ({"event": "LOST"}, "event_unknown"),
            ({"event": ""}, "event_unknown"),
            ({"reason": "rain"}, "reason_unknown"),
            ({"event": "LOST", "reason": "rain"}, "event_unknown"),
            ({"event": "LOST", "unreadable": "row_broken"}, "row_broken"),
        ],
    )
    def test_names_the_check_that_a_foreign_word_fails(self, fields, check):
        one = record(**fields)

        assert one.unreadable == check
        assert (one.event, one.reason, one.confidence) == (Event.EXCEPTION, None, "unknown")

    def test_gives_nothing_of_an_empty_table(self):
        assert as_records(table()).records == ()


class TestWhereLines:
    def test_counts_as_people_count(self):
        assert where_lines([2, 3, 7]).to_list() == ["line 2", "line 3", "line 7"]

    def test_may_have_none(self):
        assert where_lines([]).dtype == pl.String
