"""Discarding: who, when and why stay on file; a whole reason only as the person was shown it."""

import pytest
from factories import NOON

from store.tracking import quarantine
from store.tracking.quarantine import Chosen, Held
from store.unit_of_work import unit_of_work
from tasks.tracking.discarding import CountDiffers, discard_reason, discard_records


def hold(number: int, reason: str = "waybill_missing", feed: str = "sf") -> None:
    with unit_of_work() as connection:
        quarantine.hold(connection, [Held(feed, "sf_route_push", 1, "$", "", (reason,), {"number": number})])


def listed(status: str = "held") -> list[dict[str, object]]:
    with unit_of_work() as connection:
        return quarantine.listing(connection, Chosen(status=status))


class TestDiscardRecords:
    def test_keeps_who_did_it_when_and_why(self) -> None:
        hold(1)

        assert discard_records([row["id"] for row in listed()], why="heartbeat", by="ops-li") == 1  # type: ignore[misc]

        [row] = listed("discarded")
        assert (row["settled_by"], row["settled_at"], row["note"]) == ("ops-li", NOON, "heartbeat")

    def test_counts_only_what_was_held(self) -> None:
        assert discard_records([17], why="heartbeat", by="ops-li") == 0


class TestDiscardReason:
    @pytest.fixture(autouse=True)
    def held(self) -> None:
        for number in range(3):
            hold(number)
        hold(3, reason="time_missing")
        hold(4, feed="kuaidi100")

    def test_discards_all_that_have_it_and_nothing_else(self) -> None:
        assert discard_reason("waybill_missing", count=4, why="heartbeats", by="ops-li") == 4

        assert [row["reasons"] for row in listed()] == [["time_missing"]]

    def test_discards_only_those_of_a_feed(self) -> None:
        assert discard_reason("waybill_missing", feed="sf", count=3, why="heartbeats", by="ops-li") == 3

        assert len(listed()) == 2

    @pytest.mark.parametrize("count", [0, 3, 5])
    def test_discards_nothing_when_it_is_not_as_many_as_the_person_was_told(self, count: int) -> None:
        with pytest.raises(CountDiffers, match=f"4 records are held with waybill_missing .* not {count}"):
            discard_reason("waybill_missing", count=count, why="heartbeats", by="ops-li")

        assert len(listed()) == 5
