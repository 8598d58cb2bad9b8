"""Great Expectations at work on a batch, in this process."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from expectations.frame import tracking_table
from expectations.judge import judge, judge_table
from expectations.verdict import ChecksBroken
from rules.tracking.identity import event_id
from schemas.quality import BatchBounds, Severity, Verdict


def result(verdict: Verdict, reason_code: str):
    (found,) = [found for found in verdict.results if found.reason_code == reason_code]
    return found


class TestJudge:
    def test_divides_a_batch_to_the_row(self, make_record, received):
        records = [make_record(0), make_record(1, waybill="?"), make_record(0), make_record(2), make_record(2)]

        verdict = judge(records, received_at=[received] * 5, parameters=BatchBounds())

        assert verdict.clean == (0, 3)
        assert verdict.duplicate == (2, 4)
        assert verdict.quarantined == {1: ("waybill_malformed",)}

    def test_keeps_a_good_copy_whose_first_telling_cannot_be_used(self, make_record, received):
        records = [make_record(raw_text="件" * 2_001), make_record(), make_record()]

        verdict = judge(records, received_at=[received] * 3, parameters=BatchBounds())

        assert (verdict.clean, verdict.duplicate, set(verdict.quarantined)) == ((1,), (2,), {0})

    def test_takes_records_without_an_event_id_for_no_copies(self, make_record, received):
        records = [make_record(waybill="", occurred_at=None)] * 2

        assert judge(records, received_at=[received] * 2, parameters=BatchBounds()).duplicate == ()

    def test_measures_each_record_against_its_own_time_of_receipt(self, make_record, received):
        records = [make_record(number, occurred_at=received) for number in range(2)]
        times = [received - timedelta(hours=1), received]

        assert judge(records, received_at=times, parameters=BatchBounds()).quarantined == {0: ("time_in_future",)}

    def test_counts_what_each_expectation_looked_at_and_refused(self, make_record, received):
        records = [make_record(0, reason=None), make_record(1, reason="carrier.careless"), make_record(2)]

        found = result(judge(records, received_at=[received] * 3, parameters=BatchBounds()), "reason_unknown")

        assert (found.column, found.evaluated, found.failed, found.success) == ("reason", 2, 1, False)

    def test_tells_no_customer_data(self, make_record, received):
        records = [make_record(0, location="张三家" * 100), make_record(1, waybill="张三家")]

        verdict = judge(records, received_at=[received] * 2, parameters=BatchBounds())

        assert "张三家" not in verdict.model_dump_json()

    def test_judges_an_empty_batch(self):
        verdict = judge([], received_at=[], parameters=BatchBounds())

        assert (verdict.clean, verdict.stopped) == ((), None)
        assert [found.reason_code for found in verdict.results if not found.success] == []

    def test_gives_each_of_several_threads_its_own_answer(self, make_record, received):
        def broken_rows(number: int) -> int:
            records = [make_record(n, waybill="?" if n < number else f"SF{n:08d}") for n in range(20)]
            return len(judge(records, received_at=[received] * 20, parameters=BatchBounds()).quarantined)

        with ThreadPoolExecutor(4) as threads:
            assert list(threads.map(broken_rows, range(12))) == list(range(12))


class TestUnknownCodes:
    def verdict(self, make_record, received, *, unknown: int, share_max: float) -> Verdict:
        records = [make_record(n, confidence="unknown" if n < unknown else "code") for n in range(10)]
        bounds = BatchBounds(unknown_share_max=share_max)
        return judge(records, received_at=[received] * 10, parameters=bounds)

    def test_are_warned_of_and_used(self, make_record, received):
        verdict = self.verdict(make_record, received, unknown=1, share_max=1)

        assert len(verdict.clean) == 10
        warning = result(verdict, "code_unknown")
        assert (warning.severity, warning.failed, warning.success) == (Severity.WARN, 1, False)

    @pytest.mark.parametrize("tenths", [0, 3, 7, 10])
    def test_are_no_cause_for_concern_up_to_the_usual_share(self, make_record, received, tenths):
        verdict = self.verdict(make_record, received, unknown=tenths, share_max=tenths / 10)

        assert result(verdict, "code_unknown_share").success

    @pytest.mark.parametrize("tenths", [0, 3, 7])
    def test_are_warned_of_as_a_batch_above_the_usual_share(self, make_record, received, tenths):
        verdict = self.verdict(make_record, received, unknown=tenths + 1, share_max=tenths / 10)

        warning = result(verdict, "code_unknown_share")
        assert (warning.severity, warning.failed, warning.success) == (Severity.WARN, tenths + 1, False)
        assert verdict.stopped is None

    def test_are_not_counted_among_records_that_cannot_be_read(self, make_record, received):
        unreadable = make_record(confidence="unknown", unreadable="not an object")

        verdict = judge([unreadable], received_at=[received], parameters=BatchBounds(unknown_share_max=0))

        assert result(verdict, "code_unknown_share").success
        assert result(verdict, "code_unknown").success


class TestRowCount:
    @pytest.mark.parametrize(
        "bounds",
        [pytest.param({"rows_min": 4}, id="too few"), pytest.param({"rows_max": 2}, id="too many")],
    )
    def test_stops_a_batch_of(self, make_record, received, bounds):
        records = [make_record(number) for number in range(3)]

        verdict = judge(records, received_at=[received] * 3, parameters=BatchBounds(**bounds))

        assert verdict.stopped is not None
        assert verdict.stopped.startswith("row_count: ")
        assert verdict.stopped.endswith("Seen: 3.")
        assert result(verdict, "row_count").failed == 1

    def test_lets_a_batch_pass_whose_size_is_a_bound(self, make_record, received):
        records = [make_record(number) for number in range(3)]

        verdict = judge(records, received_at=[received] * 3, parameters=BatchBounds(rows_min=3, rows_max=3))

        assert verdict.stopped is None

    def test_has_bounds_in_order(self):
        with pytest.raises(ValidationError, match="rows_min 5 is greater than rows_max 4"):
            BatchBounds(rows_min=5, rows_max=4)


class TestBrokenChecks:
    @pytest.mark.parametrize("column", ["unreadable", "waybill", "seconds_ahead", "event_id", "stored_text"])
    def test_hold_the_batch_and_name_the_expectation_when_a_column_is_absent(self, make_record, received, column):
        table = tracking_table([make_record()], received_at=[received]).drop_columns([column])

        with pytest.raises(ChecksBroken, match=rf"of {column} .*could not be evaluated"):
            judge_table(table, parameters=BatchBounds())

    def test_hold_the_batch_when_a_column_is_of_another_type(self, make_record, received):
        table = tracking_table([make_record()], received_at=[received])
        as_text = table.set_column(table.column_names.index("seconds_ahead"), "seconds_ahead", pa.array([["late"]]))

        with pytest.raises(ChecksBroken, match=r"of seconds_ahead .*could not be evaluated"):
            judge_table(as_text, parameters=BatchBounds())

    def test_hold_the_batch_when_there_is_no_table_at_all(self):
        with pytest.raises(ChecksBroken, match="AttributeError"):
            judge_table(None, parameters=BatchBounds())


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

    @settings(max_examples=20, deadline=None)
    @given(st.lists(CHANGES, max_size=40))
    def test_is_divided_without_loss_and_clean_events_are_told_once(self, make_record, received, changes):
        records = [make_record(**change) for change in changes]

        verdict = judge(records, received_at=[received] * len(records), parameters=BatchBounds())

        rows = [*verdict.clean, *verdict.duplicate, *verdict.quarantined]
        assert sorted(rows) == list(range(len(records)))
        clean_ids = [event_id(records[row]) for row in verdict.clean]
        assert len(set(clean_ids)) == len(clean_ids)
        assert None not in clean_ids
        assert {event_id(records[row]) for row in verdict.duplicate} <= set(clean_ids)
