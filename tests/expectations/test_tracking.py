"""What a usable tracking record is, one case for each thing that can be wrong with it."""

import re
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from judging import judge

from expectations.figures import FIGURES
from expectations.frame import CONTROL_CHARACTER, record_frame
from expectations.tracking import BATCH_EXPECTATIONS, EXPECTATIONS, NOT_IN_A_WAYBILL
from schemas.quality import AlertKind, BatchBounds, Severity
from schemas.tracking import TrackingRecord

RECEIVED = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
TEN_MINUTES_LATER = RECEIVED + timedelta(minutes=10)

USABLE = {
    "as carriers send it": {},
    "waybill of 6 characters": {"waybill": "YT-123"},
    "waybill of 32 characters": {"waybill": "A" * 32},
    "waybill in small letters": {"waybill": "jdvb00012345-1-3"},
    "time of receipt": {"occurred_at": RECEIVED},
    "10 minutes ahead": {"occurred_at": TEN_MINUTES_LATER},
    "first moment of 2000": {"occurred_at": datetime(2000, 1, 1, tzinfo=UTC)},
    "time read though its text was not kept": {"occurred_text": ""},
    "no reason": {"reason": None},
    "no code, text or place": {"raw_code": "", "raw_text": "", "location": ""},
    "text of 2,000 Chinese characters": {"raw_text": "件" * 2_000},
    "text of 2,000 emoji": {"raw_text": "📦" * 2_000},
    "code of 64 characters": {"raw_code": "7" * 64},
    "place of 200 characters": {"location": "深" * 200},
    "text with tab and line ends": {"raw_text": "已签收\t张三\r\n李四"},
    "text that says NaN": {"raw_text": "nan", "identity": "None"},
    "text about a null": {"waybill": "NULL00"},
    "code in no table": {"confidence": "unknown"},
    "retracts another event": {"voids": "205|广东省深圳市"},
}

REFUSED = {
    "no structure": ({"unreadable": "a number stands where an object belongs"}, "unreadable"),
    "no waybill": ({"waybill": ""}, "waybill_missing"),
    "waybill of 5 characters": ({"waybill": "SF123"}, "waybill_malformed"),
    "waybill of 33 characters": ({"waybill": "A" * 33}, "waybill_malformed"),
    "waybill with a newline at its end": ({"waybill": "SF12345678\n"}, "waybill_malformed"),
    "waybill with a space at its end": ({"waybill": "SF12345678 "}, "waybill_malformed"),
    "waybill in Arabic digits": ({"waybill": "SF١٢٣٤٥٦٧٨"}, "waybill_malformed"),
    "waybill in full-width digits": ({"waybill": "SF\uff11\uff12\uff13\uff14\uff15\uff16"}, "waybill_malformed"),
    "waybill of spaces": ({"waybill": " " * 8}, "waybill_malformed"),
    "two waybills": ({"waybill": "SF12345678,SF12345679"}, "waybill_malformed"),
    "no identity": ({"identity": ""}, "identity_missing"),
    "no time": ({"occurred_text": "", "occurred_at": None}, "time_missing"),
    "time in words": ({"occurred_text": "昨天", "occurred_at": None}, "time_unreadable"),
    "10 minutes ahead and a microsecond": (
        {"occurred_at": TEN_MINUTES_LATER + timedelta(microseconds=1)},
        "time_in_future",
    ),
    "last time that can be written": ({"occurred_at": datetime.max.replace(tzinfo=UTC)}, "time_in_future"),
    "last second of 1999": ({"occurred_at": datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC)}, "time_too_old"),
    "clock that starts in 1970": ({"occurred_at": datetime(1970, 1, 1, tzinfo=UTC)}, "time_too_old"),
    "first time that can be written": ({"occurred_at": datetime.min.replace(tzinfo=UTC)}, "time_too_old"),
    "event of another vocabulary": ({"event": "LOST_IN_SPACE"}, "event_unknown"),
    "event in small letters": ({"event": "held"}, "event_unknown"),
    "reason of another vocabulary": ({"reason": "carrier.careless"}, "reason_unknown"),
    "text of 2,001 characters": ({"raw_text": "件" * 2_001}, "text_too_long"),
    "code of 65 characters": ({"raw_code": "7" * 65}, "raw_code_too_long"),
    "place of 201 characters": ({"location": "深" * 201}, "location_too_long"),
    "text with NUL": ({"raw_text": "已签收\0"}, "control_character"),
    "text with half a surrogate pair": ({"raw_text": "已签收\ud83d"}, "control_character"),
    "code with escape": ({"raw_code": "\x1b[31m"}, "control_character"),
    "place with delete": ({"location": "深圳\x7f"}, "control_character"),
    "identity with the separator of keys": ({"identity": "205\x1f深圳"}, "control_character"),
    "carrier with a bell": ({"carrier": "shunfeng\a"}, "control_character"),
    "retracted identity with NUL": ({"voids": "205\0"}, "control_character"),
}

SEVERAL = {
    "nothing but the reason it is unreadable": ({"unreadable": "not an object"}, ("unreadable",)),
    "waybill with NUL": ({"waybill": "SF123456\0"}, ("control_character", "waybill_malformed")),
    "waybill and time absent": (
        {"waybill": "", "occurred_text": "", "occurred_at": None},
        ("time_missing", "waybill_missing"),
    ),
    "short waybill with a newline": ({"waybill": "SF1\n"}, ("waybill_malformed",)),
}


def outcome(records: list[TrackingRecord]) -> dict[int, tuple[str, ...]]:
    verdict = judge(record_frame(records, received_at=[RECEIVED] * len(records)), parameters=BatchBounds())
    assert not verdict.duplicate
    assert verdict.stopped is None
    return {row: verdict.quarantined.get(row, ()) for row in range(len(records))}


class TestUsableRecord:
    @pytest.fixture(scope="class")
    @classmethod
    def reasons(cls, make_record):
        records = [make_record(number, **change) for number, change in enumerate(USABLE.values())]
        return dict(zip(USABLE, outcome(records).values(), strict=True))

    @pytest.mark.parametrize("case", USABLE)
    def test_is_clean_with(self, reasons, case):
        assert reasons[case] == ()


class TestUnusableRecord:
    @pytest.fixture(scope="class")
    @classmethod
    def reasons(cls, make_record):
        records = [make_record(number, **change) for number, (change, _) in enumerate(REFUSED.values())]
        return dict(zip(REFUSED, outcome(records).values(), strict=True))

    @pytest.mark.parametrize("case", REFUSED)
    def test_is_quarantined_for_exactly_one_reason_with(self, reasons, case):
        assert reasons[case] == (REFUSED[case][1],)

    def test_is_one_of_these_cases_for_every_expectation_that_quarantines(self, make_record):
        records = [make_record(number, **change) for number, (change, _) in enumerate(REFUSED.values())]

        verdict = judge(record_frame(records, received_at=[RECEIVED] * len(records)), parameters=BatchBounds())

        judged = [result for result in verdict.results if result.severity is Severity.QUARANTINE]
        assert [result.reason_code for result in judged if result.failed == 0] == []
        assert [result.reason_code for result in judged if result.success] == []

    def test_is_told_every_reason_once(self, make_record):
        bare = TrackingRecord(where="data[9]", namespace="sf", source="sf_push", unreadable="not an object")
        records = [bare, *(make_record(n, **change) for n, (change, _) in enumerate(list(SEVERAL.values())[1:]))]

        assert list(outcome(records).values()) == [reasons for _, reasons in SEVERAL.values()]


class TestWaybill:
    @settings(max_examples=10)
    @given(st.lists(st.text("AZaz09-_ \n\r\t١1ſKé件", min_size=1, max_size=34), min_size=1, max_size=60))
    def test_is_well_formed_exactly_when_it_is_6_to_32_ascii_letters_digits_and_hyphens(self, make_record, waybills):
        records = [make_record(waybill=waybill, identity=str(n)) for n, waybill in enumerate(waybills)]

        well_formed = [row for row, reasons in outcome(records).items() if not reasons]

        allowed = re.compile("[A-Za-z0-9-]{6,32}")
        assert well_formed == [row for row, waybill in enumerate(waybills) if allowed.fullmatch(waybill)]


class TestPatterns:
    STRINGS = ("SF12345678", "SF12345678\n", "\nSF12345678", "SF١٢٣", "SF12", "ſK", "件", "a\u2028b", "\x00",
               "\x1f", "\x7f", "\x85", "\t", "\r\n", "", "📦", "a-b", "a_b")  # fmt: skip

    @pytest.mark.parametrize("pattern", [NOT_IN_A_WAYBILL, CONTROL_CHARACTER], ids=["waybill", "control character"])
    def test_mean_the_same_to_both_engines_that_pandas_may_use(self, pattern):
        python = [re.search(pattern, text) is not None for text in self.STRINGS]

        assert pc.match_substring_regex(pa.array(self.STRINGS), pattern).to_pylist() == python


ALL = [*EXPECTATIONS, *BATCH_EXPECTATIONS]


class TestExpectations:
    def test_each_say_in_one_sentence_what_a_failure_means(self):
        assert [e.meta["reason_code"] for e in ALL if not re.fullmatch(r"[A-Z].+\.", e.meta["notes"])] == []

    def test_are_told_apart_by_type_column_and_reason(self):
        keys = [(type(e), getattr(e, "column", None), e.meta["reason_code"]) for e in ALL]

        assert len(set(keys)) == len(keys)

    def test_never_rank_a_warning_with_what_refuses_rows(self):
        ranks = {(e.meta["severity"], e.severity.value) for e in ALL}

        assert ranks == {("stop", "critical"), ("quarantine", "warning"), ("duplicate", "info"), ("warn", "info")}


class TestBatchExpectations:
    def test_are_about_the_figures_of_a_batch(self):
        assert {e.column for e in BATCH_EXPECTATIONS} == set(FIGURES)

    def test_take_every_bound_from_the_history_of_the_feed(self):
        bounds = {(e.max_value or e.min_value)["$PARAMETER"] for e in BATCH_EXPECTATIONS}

        assert bounds == set(BatchBounds.model_fields) - {"shares_from_rows", "rows_before"}

    def test_stop_a_feed_or_warn_of_it_and_set_no_row_aside(self):
        assert {e.meta["severity"] for e in BATCH_EXPECTATIONS} == {"stop", "warn"}

    def test_that_warn_each_have_a_kind_of_alert(self):
        warned = {e.meta["reason_code"] for e in BATCH_EXPECTATIONS if e.meta["severity"] == "warn"}

        assert warned == set(AlertKind) - {AlertKind.SILENT, AlertKind.STOPPED}
