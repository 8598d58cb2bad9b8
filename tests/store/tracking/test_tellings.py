"""Of several tellings of one event the better one stands in the log, whichever came first."""

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

import polars as pl
import pytest
from sqlalchemy import text

from expectations.frame import record_frame
from schemas.tracking import Event, Reason, TrackingRecord
from store.tracking import events
from store.unit_of_work import unit_of_work

WHEN = datetime(2026, 3, 1, tzinfo=UTC)
PLAIN = TrackingRecord(
    where="data[0]", namespace="kdniao", source="kdniao_track", waybill="KD000001", occurred_at=WHEN, identity="到达",
    event=Event.HELD, reason=None, confidence="text", raw_text="到达",
)  # fmt: skip


def telling(**fields: Any) -> TrackingRecord:
    return PLAIN.model_copy(update=fields)


UNKNOWN = telling(event=Event.EXCEPTION, reason=Reason.UNKNOWN, confidence="unknown", location="临江市")
FROM_TEXT = telling(location="临江市")
FROM_CODE = telling(confidence="code", raw_code="405")
WITH_REASON = telling(confidence="code", raw_code="416", reason=Reason.CONSIGNEE_UNREACHABLE)
WITH_PLACE = telling(confidence="code", raw_code="416", reason=Reason.CONSIGNEE_UNREACHABLE, location="远山市")


def merged(record: TrackingRecord, inbox_id: int = 1) -> events.Merged:
    frame = record_frame([record], received_at=[WHEN]).rename({"source": "format", "voids": "voids_event_id"})
    frame = frame.with_columns(
        pl.when(pl.col("voids_event_id") != "").then("voids_event_id"), pl.lit(inbox_id, pl.Int64).alias("inbox_id")
    )
    with unit_of_work() as connection:
        return events.merge(connection, frame)


def log() -> list[tuple[Any, ...]]:
    columns = "event, reason, confidence, raw_code, location"
    with unit_of_work() as connection:
        return [tuple(row) for row in connection.execute(text(f"SELECT {columns} FROM event_log"))]


def written(record: TrackingRecord) -> tuple[Any, ...]:
    return record.event, record.reason or "", record.confidence, record.raw_code, record.location


@pytest.mark.usefixtures("database")
class TestTellings:
    @pytest.mark.parametrize(
        ("better", "worse"),
        [(FROM_TEXT, UNKNOWN), (FROM_CODE, FROM_TEXT), (WITH_REASON, FROM_CODE), (WITH_PLACE, WITH_REASON)],
        ids=["text before unknown", "code before text", "with a reason", "with a place"],
    )
    @pytest.mark.parametrize("better_first", [True, False])
    def test_leave_the_better_one_in_the_log(self, better, worse, better_first) -> None:
        told = [merged(one, inbox_id).new for inbox_id, one in enumerate((better, worse)[:: 1 if better_first else -1])]

        assert log() == [written(better)]
        assert told == [{0: 1}, {}]

    def test_that_are_equally_good_end_in_the_same_row_in_any_order(self) -> None:
        ends = set()
        for order in permutations([FROM_CODE, telling(confidence="code", raw_code="406"), UNKNOWN]):
            with unit_of_work() as connection:
                connection.execute(text("DELETE FROM event_log"))
            for one in order:
                merged(one)
            ends.add(*log())

        assert ends == {written(telling(confidence="code", raw_code="406"))}
