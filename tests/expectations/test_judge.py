"""Great Expectations at work on a batch, in this process."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import columns_of, judge
from pydantic import ValidationError

from expectations import judge as judging
from expectations.frame import record_frame
from expectations.verdict import ChecksBroken
from rules.tracking.identity import event_id
from schemas.quality import BatchBounds, Severity, Verdict


def result(verdict: Verdict, reason_code: str):
    (found,) = [found for found in verdict.results if found.reason_code == reason_code]
    return found


class TestJudge:
    def test_divides_a_batch_to_the_row(self, make_record, received):
        records = [make_record(0), make_record(1, waybill="?"), make_record(0), make_record(2), make_record(2)]

        verdict = judge(record_frame(records, received_at=[received] * 5), parameters=BatchBounds())

        assert verdict.clean == (0, 3)
        assert verdict.duplicate == (2, 4)
        assert verdict.quarantined == {1: ("waybill_malformed",)}

    def test_keeps_a_good_copy_whose_first_telling_cannot_be_used(self, make_record, received):
        records = [make_record(raw_text="件" * 2_001), make_record(), make_record()]

        verdict = judge(record_frame(records, received_at=[received] * 3), parameters=BatchBounds())

        assert (verdict.clean, verdict.duplicate, set(verdict.quarantined)) == ((1,), (2,), {0})

    def test_takes_records_without_an_event_id_for_no_copies(self, make_record, received):
        records = [make_record(waybill="", occurred_at=None)] * 2

        assert judge(record_frame(records, received_at=[received] * 2), parameters=BatchBounds()).duplicate == ()

    def test_measures_each_record_against_its_own_time_of_receipt(self, make_record, received):
        records = [make_record(number, occurred_at=received) for number in range(2)]
        times = [received - timedelta(hours=1), received]

        assert judge(record_frame(records, received_at=times), parameters=BatchBounds()).quarantined == {
            0: ("time_in_future",)
        }

    def test_counts_what_each_expectation_looked_at_and_refused(self, make_record, received):
        records = [make_record(0, reason=None), make_record(1, reason="carrier.careless"), make_record(2)]

        found = result(
            judge(record_frame(records, received_at=[received] * 3), parameters=BatchBounds()), "reason_unknown"
        )

        assert (found.column, found.evaluated, found.failed, found.success) == ("reason", 2, 1, False)

    def test_tells_no_customer_data(self, make_record, received):
        records = [make_record(0, location="张三家" * 100), make_record(1, waybill="张三家")]

        verdict = judge(record_frame(records, received_at=[received] * 2), parameters=BatchBounds())

        assert "张三家" not in verdict.model_dump_json()

    def test_judges_an_empty_batch(self):
        verdict = judge(record_frame([], received_at=[]), parameters=BatchBounds())

        assert (verdict.clean, verdict.stopped) == ((), None)
        assert [found.reason_code for found in verdict.results if not found.success] == []

    def test_gives_each_of_several_threads_its_own_answer(self, make_record, received):
        def broken_rows(number: int) -> int:
            records = [make_record(n, waybill="?" if n < number else f"SF{n:08d}") for n in range(20)]
            return len(judge(record_frame(records, received_at=[received] * 20), parameters=BatchBounds()).quarantined)

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(broken_rows, range(12))) == list(range(12))


class TestUnknownCodes:
    def verdict(self, make_record, received, *, unknown: int, **bounds: float) -> Verdict:
        records = [make_record(n, confidence="unknown" if n < unknown else "code") for n in range(10)]
        frame = record_frame(records, received_at=[received] * 10)
        return judge(frame, parameters=BatchBounds(shares_from_rows=10, **bounds))

    def test_are_warned_of_and_used(self, make_record, received):
        verdict = self.verdict(make_record, received, unknown=1)

        assert len(verdict.clean) == 10
        warning = result(verdict, "code_unknown")
        assert (warning.severity, warning.failed, warning.success) == (Severity.WARN, 1, False)

    @pytest.mark.parametrize("tenths", [0, 3, 7, 10])
    def test_are_no_cause_for_concern_up_to_the_usual_share(self, make_record, received, tenths):
        verdict = self.verdict(make_record, received, unknown=tenths, unknown_share_max=tenths / 10)

        assert result(verdict, "code_unknown_share").success

    @pytest.mark.parametrize("tenths", [0, 3, 7])
    def test_are_warned_of_as_a_batch_above_the_usual_share(self, make_record, received, tenths):
        verdict = self.verdict(make_record, received, unknown=tenths + 1, unknown_share_max=tenths / 10)

        warning = result(verdict, "code_unknown_share")
        assert (warning.severity, warning.failed, warning.success) == (Severity.WARN, 1, False)
        assert (warning.observed, warning.bound) == ((tenths + 1) / 10, tenths / 10)
        assert verdict.stopped is None

    def test_stop_a_batch_that_hardly_anything_is_known_of(self, make_record, received):
        verdict = self.verdict(make_record, received, unknown=6, unknown_share_stop=0.5)

        assert verdict.stopped is not None
        assert verdict.stopped.startswith("code_unknown_most: ")
        assert verdict.stopped.endswith("Seen: 0.6; at most 0.5 is usual.")

    def test_are_not_counted_among_records_that_cannot_be_read(self, make_record, received):
        unreadable = make_record(confidence="unknown", unreadable="not an object")

        frame = record_frame([unreadable], received_at=[received])
        verdict = judge(frame, parameters=BatchBounds(shares_from_rows=1, unknown_share_max=0))

        assert result(verdict, "code_unknown_share").success
        assert result(verdict, "code_unknown").success


class TestQuarantineShare:
    def verdict(self, make_record, received, **bounds: float) -> Verdict:
        records = [make_record(n, waybill="?" if n < 3 else f"SF{n:08d}", occurred_text="") for n in range(10)]
        frame = record_frame(records, received_at=[received] * 10)
        return judge(frame, parameters=BatchBounds(shares_from_rows=10, **bounds))

    def test_counts_each_record_that_cannot_be_used_once(self, make_record, received):
        found = result(self.verdict(make_record, received, quarantine_share_max=0.2), "quarantine_share")

        assert (found.observed, found.severity, found.success) == (0.3, Severity.WARN, False)

    def test_stops_a_batch_of_which_most_cannot_be_used(self, make_record, received):
        assert self.verdict(make_record, received, quarantine_share_stop=0.3).stopped is None

        stopped = self.verdict(make_record, received, quarantine_share_stop=0.29).stopped
        assert stopped is not None
        assert stopped.startswith("quarantine_most: ")


class TestLateness:
    def test_is_warned_of_and_stops_nothing(self, make_record, received):
        records = [make_record(n, occurred_at=received - timedelta(minutes=n)) for n in range(10)]
        bounds = BatchBounds(shares_from_rows=1, late_median_seconds_max=240, late_p95_seconds_max=540)

        verdict = judge(record_frame(records, received_at=[received] * 10), parameters=bounds)

        late = result(verdict, "late_median")
        assert (late.observed, late.severity, late.success) == (270.0, Severity.WARN, False)
        assert result(verdict, "late_p95").success
        assert verdict.stopped is None


STRICT = {"unknown_share_max": 0, "unknown_share_stop": 0, "quarantine_share_max": 0, "quarantine_share_stop": 0,
              "late_median_seconds_max": 0, "late_p95_seconds_max": 0}  # fmt: skip


class TestSmallBatch:
    def verdict(self, make_record, received, rows: int) -> Verdict:
        records = [make_record(n, confidence="unknown", waybill="?" if n else "SF12345678") for n in range(rows)]
        return judge(record_frame(records, received_at=[received] * rows), parameters=BatchBounds(**STRICT))

    def test_is_never_stopped_or_warned_of_by_shares_of_few_records(self, make_record, received):
        verdict = self.verdict(make_record, received, 99)

        of_batch = [found for found in verdict.results if found.column is None]
        assert len(of_batch) == 8
        assert all(found.success for found in of_batch)
        assert verdict.stopped is None

    def test_keeps_its_figures_though_it_is_not_judged_by_them(self, make_record, received):
        found = result(self.verdict(make_record, received, 2), "code_unknown_share")

        assert (found.observed, found.evaluated, found.success) == (1.0, 0, True)

    def test_ends_at_a_hundred_records(self, make_record, received):
        assert self.verdict(make_record, received, 100).stopped is not None


class TestRowCount:
    def verdict(self, make_record, received, **bounds: int) -> Verdict:
        records = [make_record(number) for number in range(3)]
        return judge(record_frame(records, received_at=[received] * 3), parameters=BatchBounds(**bounds))

    def test_stops_a_batch_that_makes_too_many_within_a_day(self, make_record, received):
        verdict = self.verdict(make_record, received, rows_before=10, rows_max=12)

        assert verdict.stopped is not None
        assert verdict.stopped.startswith("row_count: ")
        assert verdict.stopped.endswith("Seen: 13; at most 12 is usual.")
        assert result(verdict, "row_count").failed == 1

    def test_warns_of_a_batch_that_still_leaves_too_few(self, make_record, received):
        verdict = self.verdict(make_record, received, rows_before=10, rows_min=14)

        assert verdict.stopped is None
        warning = result(verdict, "row_count_low")
        assert (warning.severity, warning.success, warning.observed) == (Severity.WARN, False, 13.0)

    def test_lets_a_batch_pass_whose_size_is_a_bound(self, make_record, received):
        verdict = self.verdict(make_record, received, rows_min=3, rows_max=3)

        assert verdict.stopped is None
        assert result(verdict, "row_count_low").success

    def test_has_bounds_in_order(self):
        with pytest.raises(ValidationError, match="rows_min 5 is greater than rows_max 4"):
            BatchBounds(rows_min=5, rows_max=4)


class TestBrokenChecks:
    @pytest.mark.parametrize("column", ["unreadable", "waybill", "seconds_ahead", "event_id", "control_characters"])
    def test_hold_the_batch_and_name_the_expectation_when_a_column_is_absent(self, make_record, received, column):
        table = columns_of(record_frame([make_record()], received_at=[received])).drop_columns([column])

        with pytest.raises(ChecksBroken, match=rf"of {column} .*could not be evaluated"):
            judging.judge(table, parameters=BatchBounds())

    def test_hold_the_batch_when_a_column_is_of_another_type(self, make_record, received):
        table = columns_of(record_frame([make_record()], received_at=[received]))
        as_text = table.set_column(table.column_names.index("seconds_ahead"), "seconds_ahead", pa.array([["late"]]))

        with pytest.raises(ChecksBroken, match=r"of seconds_ahead .*could not be evaluated"):
            judging.judge(as_text, parameters=BatchBounds())

    def test_hold_the_batch_when_there_is_no_table_at_all(self):
        with pytest.raises(ChecksBroken, match="AttributeError"):
            judging.judge(None, parameters=BatchBounds())


class TestEveryBatch:
    """The promise that holds whatever arrives."""

    TEXTS = st.sampled_from(["", "SF10000001", "SF10000002", "SF10000001\n", "张三", "\0", "\ud83d", "x" * 300, "nan"])
    CHANGES = st.fixed_dictionaries(
        {
            "waybill": TEXTS,
            "identity": TEXTS,
            "location": TEXTS,
            "occurred_text": TEXTS,
            "unreadable": st.sampled_from(["", "", "", "not an object"]),
            "event": st.sampled_from(["HELD", "RETURNED", "LOST"]),
            "confidence": st.sampled_from(["code", "unknown"]),
        },
        optional={"occurred_at": st.none(), "reason": st.none()},
    )

    @settings(max_examples=20)
    @given(st.lists(CHANGES, max_size=40))
    def test_is_divided_without_loss_and_clean_events_are_told_once(self, make_record, received, changes):
        records = [make_record(**change) for change in changes]

        verdict = judge(record_frame(records, received_at=[received] * len(records)), parameters=BatchBounds())

        rows = [*verdict.clean, *verdict.duplicate, *verdict.quarantined]
        assert sorted(rows) == list(range(len(records)))
        clean_ids = [event_id(records[row]) for row in verdict.clean]
        assert len(set(clean_ids)) == len(clean_ids)
        assert None not in clean_ids
        assert {event_id(records[row]) for row in verdict.duplicate} <= set(clean_ids)
