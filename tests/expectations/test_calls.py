"""The checks of calls: a usable call passes, and each way to spoil one has its reason."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from call_files import a_row, write_calls

from adapters.calls.reading import read_calls
from expectations.call_frame import checked_call_columns
from expectations.calls import EXPECTATIONS
from expectations.judge import judge
from expectations.process import Validator
from schemas.quality import ROWS_MAX, BatchBounds, Subject, Verdict

SPOILED = [
    ({"centre": ""}, "centre_missing"),
    ({"centre": "9" * 65}, "centre_too_long"),
    ({"call_id": ""}, "call_id_missing"),
    ({"call_id": "C" * 65}, "call_id_too_long"),
    ({"medium": ""}, "medium_unknown"),
    ({"medium": "pigeon"}, "medium_unknown"),
    ({"direction": ""}, "direction_unknown"),
    ({"direction": "up"}, "direction_unknown"),
    ({"started_at": ""}, "start_missing"),
    ({"started_at": "ten"}, "time_unreadable"),
    ({"answered_at": "2026-13-40 10:00:00"}, "time_unreadable"),
    ({"ended_at": "later"}, "time_unreadable"),
    ({"medium": "online", "ended_at": "2026-11-22 10:11:00"}, "time_in_future"),
    ({"medium": "online", "started_at": "1999-12-31 10:00:00"}, "time_too_old"),
    ({"answered_at": "2026-11-20 09:59:59"}, "times_in_disorder"),
    ({"ended_at": "2026-11-20 10:00:09"}, "times_in_disorder"),
    ({"ended_at": "2026-11-21 10:00:01"}, "lasts_too_long"),
    ({"rings": "often"}, "rings_unreadable"),
    ({"rings": "-1"}, "rings_unreadable"),
    ({"rings": "101"}, "rings_unreadable"),
    ({"hung_up_by": "nobody"}, "hung_up_by_unknown"),
    ({"queue": "q" * 65}, "name_too_long"),
    ({"agent": "a" * 65}, "name_too_long"),
    ({"agent": "a\x00b"}, "control_character"),
]
GOOD: list[dict[str, str]] = [
    {},
    {"answered_at": "", "ended_at": "2026-11-20 10:00:25", "rings": "5"},
    {"medium": "online", "ended_at": "", "rings": "", "hung_up_by": "", "agent": "", "queue": "", "caller": ""},
    {"medium": "ONLINE", "answered_at": "", "ended_at": "", "rings": ""},
    {"direction": "out", "rings": "100"},
    {"answered_at": "2026-11-20 10:00:00", "ended_at": "2026-11-20 10:00:00"},
]


def frame_of(tmp_path: Path, rows: list[str]) -> pl.DataFrame:
    path = write_calls(tmp_path / "calls.csv", rows)
    [frame] = read_calls(path, zone=ZoneInfo("Asia/Shanghai"))
    return frame


@pytest.fixture
def judged(tmp_path: Path, received: Any) -> Any:
    """Give the means to judge rows, received on 2026-11-22 at 10:00 in Shanghai."""

    def judge_rows(rows: list[str]) -> Verdict:
        columns = checked_call_columns(frame_of(tmp_path, rows), received_at=received)
        table = columns.to_arrow(compat_level=pl.CompatLevel.oldest())
        return judge(table, parameters=BatchBounds(), subject=Subject.CALLS)

    return judge_rows


class TestCallSuite:
    def test_passes_every_call_that_can_be_used(self, judged: Any) -> None:
        verdict = judged([a_row(number, **changes) for number, changes in enumerate(GOOD)])

        assert verdict.quarantined == {}
        assert len(verdict.clean) == len(GOOD)

    def test_finds_each_spoiled_row_for_its_one_reason(self, judged: Any) -> None:
        rows = [a_row(number, **changes) for number, (changes, _) in enumerate(SPOILED)]

        verdict = judged([*rows, a_row(99)])

        assert verdict.quarantined == {place: (reason,) for place, (_, reason) in enumerate(SPOILED)}
        assert verdict.clean == (len(SPOILED),)

    def test_says_of_a_line_that_is_no_row_only_that(self, judged: Any) -> None:
        assert judged(["95000,C1", a_row()]).quarantined == {0: ("unreadable",)}

    def test_keeps_the_first_usable_copy(self, judged: Any) -> None:
        verdict = judged([a_row(1, rings="x"), a_row(1), a_row(1, rings="3"), a_row(1, centre="95001")])

        assert (verdict.clean, verdict.duplicate) == ((1, 3), (2,))

    def test_has_a_spoiled_row_for_every_reason(self) -> None:
        reasons = {expectation.meta["reason_code"] for expectation in EXPECTATIONS}

        assert reasons - {reason for _, reason in SPOILED} == {"unreadable", "duplicate"}


class TestValidator:
    def test_judges_calls_in_its_own_process(self, tmp_path: Path, received: Any, validator: Validator) -> None:
        frame = frame_of(tmp_path, [a_row(1), a_row(1), a_row(2, medium="")])

        verdict = validator.judge_calls(frame, received_at=received)

        assert (verdict.clean, verdict.duplicate, verdict.quarantined) == ((0,), (1,), {2: ("medium_unknown",)})

    def test_refuses_more_than_a_batch(self, tmp_path: Path, received: Any, validator: Validator) -> None:
        frame = frame_of(tmp_path, [a_row()])

        with pytest.raises(ValueError, match="too many for one batch"):
            validator.judge_calls(pl.concat([frame] * (ROWS_MAX + 1)), received_at=received + timedelta(days=1))
