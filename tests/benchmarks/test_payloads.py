"""The made-up pushes are what the benches take them for."""

from datetime import UTC, datetime

from adapters.feeds import registry
from benchmarks.payloads import FORMAT, UNREADABLE_TIME_EVERY, pushes
from schemas.tracking import TrackingRecord


def records_of(rows: int, *, seed: int = 1) -> list[TrackingRecord]:
    bodies = pushes(rows, seed=seed, now=datetime.now(UTC))
    return [record for body in bodies for record in registry.translate(FORMAT, body).records]


class TestPushes:
    def test_hold_as_many_records_as_asked_for(self) -> None:
        assert len(records_of(25)) == 25

    def test_are_understood(self) -> None:
        assert "unknown" not in {record.confidence for record in records_of(20)}

    def test_have_a_share_of_times_that_cannot_be_read(self) -> None:
        unreadable = [record for record in records_of(3 * UNREADABLE_TIME_EVERY) if record.occurred_at is None]

        assert len(unreadable) == 3

    def test_tell_of_the_past_only(self) -> None:
        now = datetime.now(UTC)

        assert all(record.occurred_at is None or record.occurred_at <= now for record in records_of(100))

    def test_are_about_other_parcels_with_another_seed(self) -> None:
        first, second = ({record.waybill for record in records_of(50, seed=seed)} for seed in (1, 2))

        assert len(first) == len(second) == 5
        assert not first & second
