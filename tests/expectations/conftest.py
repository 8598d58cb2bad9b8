"""What the tests of the checks share: a usable record, and the validator in its own process."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from expectations.process import Validator
from schemas.tracking import Event, Reason, TrackingRecord

RECEIVED = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def received() -> datetime:
    """Tell when the records of the tests reached us."""
    return RECEIVED


@pytest.fixture(scope="session")
def make_record() -> Callable[..., TrackingRecord]:
    """Give a maker of usable records: its number makes one different from the next, its changes are set unchecked."""

    def make(number: int = 0, **changes: Any) -> TrackingRecord:
        usable = TrackingRecord(
            where=f"lastResult.data[{number}]",
            namespace="kuaidi100",
            source="kuaidi100_push",
            waybill=f"SF{number:010d}",
            carrier="shunfeng",
            occurred_text="2026-11-21 10:00:00",
            occurred_at=RECEIVED - timedelta(days=1),
            event=Event.HELD,
            reason=Reason.CARRIER_DAMAGED,
            confidence="code",
            raw_code="205",
            raw_text="快件外包装破损,已联系张三",
            location="广东省深圳市",
            sequence="7",
            identity="205|广东省深圳市",
            mapping_version="2026-10-01",
        )
        return usable.model_copy(update=changes)

    return make


@pytest.fixture(scope="module")
def validator() -> Iterator[Validator]:
    """Give a validator with a process of its own."""
    with Validator() as validator:
        yield validator
