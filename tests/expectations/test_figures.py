"""The figures of a batch as a whole."""

from datetime import timedelta

import pytest
from judging import columns_of

from expectations.figures import FIGURES, batch_figures, judged_figures
from expectations.frame import record_frame
from schemas.quality import BatchBounds


def figures(records, received, **told):
    table = columns_of(record_frame(records, received_at=[received] * len(records)))
    return batch_figures(table, **{"quarantined": set(), "bounds": BatchBounds(), **told})


class TestBatchFigures:
    def test_of_an_empty_batch_say_nothing_but_how_much_came_before(self, received):
        assert list(figures([], received, bounds=BatchBounds(rows_before=7)).values()) == [7.0, None, None, None, None]

    def test_are_always_the_same_ones(self, make_record, received):
        assert tuple(figures([make_record()], received)) == FIGURES

    def test_take_a_record_that_cannot_be_read_for_no_unknown_code(self, make_record, received):
        records = [make_record(0, unreadable="not an object", confidence="unknown"), make_record(1),
                   make_record(2, confidence="unknown")]  # fmt: skip

        assert figures(records, received)["unknown_share"] == 0.5

    def test_count_how_late_the_newest_event_of_each_parcel_was(self, make_record, received):
        old = make_record(waybill="SF11111111", occurred_at=received - timedelta(days=9))
        new = make_record(waybill="SF11111111", occurred_at=received - timedelta(minutes=5))
        other = make_record(waybill="SF22222222", occurred_at=received - timedelta(minutes=15))

        found = figures([old, new, other], received)

        assert (found["late_median_seconds"], found["late_p95_seconds"]) == (600.0, pytest.approx(870.0))

    def test_leave_out_how_late_a_record_was_that_cannot_be_used(self, make_record, received):
        wrong = make_record(0, occurred_at=received - timedelta(days=9000))
        records = [wrong, make_record(1, occurred_at=received - timedelta(seconds=30)), make_record(2, waybill="")]

        assert figures(records, received, quarantined={0, 2})["late_p95_seconds"] == 30.0

    def test_take_an_event_that_lies_a_little_ahead_for_not_late(self, make_record, received):
        ahead = make_record(occurred_at=received + timedelta(minutes=3))

        assert figures([ahead], received)["late_median_seconds"] == 0.0


class TestJudgedFigures:
    def test_of_a_small_batch_are_its_records_alone(self, make_record, received):
        found = figures([make_record()], received)

        assert judged_figures(found, rows=99, bounds=BatchBounds()) == dict.fromkeys(FIGURES) | {"rows": 1.0}

    def test_of_a_batch_that_is_large_enough_are_all(self, make_record, received):
        found = figures([make_record()], received)

        assert judged_figures(found, rows=100, bounds=BatchBounds()) == found
