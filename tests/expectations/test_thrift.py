"""What is left out of Great Expectations changes no verdict and stays left out only as long as a batch is judged."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from judging import judge

from expectations import judge as judging
from expectations.frame import record_frame
from expectations.thrift import thrift
from schemas.quality import BatchBounds

BOUNDS = [
    pytest.param(BatchBounds(), id="nothing enforced"),
    pytest.param(
        BatchBounds(shares_from_rows=1, rows_min=9, unknown_share_max=0.1, quarantine_share_stop=0.1), id="all enforced"
    ),
]


@pytest.fixture
def frame(make_record, received):
    """Lay out records of which some fail each kind of check."""
    records = [
        make_record(0),
        make_record(0),
        make_record(1, waybill="?"),
        make_record(2, occurred_at=None, confidence="unknown"),
        make_record(3, occurred_at=received + timedelta(days=1)),
        make_record(4, raw_text="件" * 2_001, reason="carrier.careless"),
        make_record(5, unreadable="not an object"),
    ]
    return record_frame(records, received_at=[received] * len(records))


class TestThrift:
    @pytest.mark.parametrize("bounds", BOUNDS)
    def test_changes_no_verdict(self, monkeypatch: pytest.MonkeyPatch, frame, bounds: BatchBounds):
        thrifty = [judge(frame, parameters=bounds) for _ in range(2)]
        monkeypatch.setattr(judging, "thrift", nullcontext)

        assert thrifty == [judge(frame, parameters=bounds)] * 2

    def test_keeps_the_bounds_of_one_batch_from_the_next(self, frame):
        strict, easy = BatchBounds(shares_from_rows=1, rows_max=3), BatchBounds()

        stopped = [judge(frame, parameters=bounds).stopped is not None for bounds in (strict, easy, strict)]

        assert stopped == [True, False, True]

    def test_gives_the_library_back_as_it_was(self):
        before = as_it_is()

        with thrift():
            assert not set(as_it_is()) & set(before)
        with pytest.raises(OSError, match="in the middle"), thrift():
            raise OSError("in the middle")

        assert as_it_is() == before


def as_it_is() -> list[object]:
    """Give what of the library is replaced meanwhile."""
    from great_expectations.core.id_dict import IDDict
    from great_expectations.execution_engine import pandas_execution_engine
    from great_expectations.expectations.expectation import Expectation

    return [Expectation.configuration, pandas_execution_engine.hash_pandas_dataframe, IDDict.to_id]
