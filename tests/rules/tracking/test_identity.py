"""Which records tell of the same event."""

import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from rules.tracking.identity import event_id
from schemas.tracking import TrackingRecord

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def record(**changes: Any) -> TrackingRecord:
    usual: dict[str, Any] = {
        "where": "data[0]",
        "namespace": "kuaidi100",
        "source": "kuaidi100_push",
        "waybill": "SF1000000001",
        "occurred_at": NOON,
        "identity": "205|深圳",
    }
    return TrackingRecord(**usual | changes)


class TestEventId:
    def test_never_changes_because_it_is_stored(self):
        assert event_id(record()) == uuid.UUID("bd8c8a62-af48-efd1-0307-cd41f2271eb4")

    def test_is_the_same_for_a_query_and_a_push_of_one_provider(self):
        assert event_id(record(source="kuaidi100_query")) == event_id(record())

    def test_is_the_same_however_the_zone_of_the_time_is_written(self):
        in_shanghai = NOON.astimezone(timezone(timedelta(hours=8)))

        assert event_id(record(occurred_at=in_shanghai)) == event_id(record())

    @pytest.mark.parametrize(
        "change",
        [
            pytest.param({"namespace": "sf"}, id="namespace"),
            pytest.param({"waybill": "SF1000000002"}, id="waybill"),
            pytest.param({"occurred_at": NOON + timedelta(microseconds=1)}, id="time"),
            pytest.param({"identity": "206|深圳"}, id="identity"),
        ],
    )
    def test_tells_apart_what_differs_in(self, change):
        assert event_id(record(**change)) != event_id(record())

    def test_tells_apart_the_same_letters_in_other_fields(self):
        assert event_id(record(namespace="sfS", waybill="F1")) != event_id(record(namespace="sf", waybill="SF1"))

    @pytest.mark.parametrize(
        "change", [pytest.param({"waybill": ""}, id="waybill"), pytest.param({"occurred_at": None}, id="time")]
    )
    def test_is_nothing_without_a(self, change):
        assert event_id(record(**change)) is None

    def test_is_given_to_a_text_that_no_database_could_store(self):
        assert event_id(record(identity="\ud83d")) is not None

    def test_refuses_a_time_without_a_zone(self):
        with pytest.raises(ValueError, match=r"2026-11-20T12:00:00 has no zone"):
            event_id(record(occurred_at=NOON.replace(tzinfo=None)))
