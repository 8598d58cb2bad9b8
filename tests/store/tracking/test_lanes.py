"""How long lanes take by the log's own deliveries, and when a parcel under way is therefore expected."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from factories import NOON, a_registration, an_event, at
from sqlalchemy import Connection, text
from standins import tell

from rules.tracking.promises import grace
from schemas.shipments import LoggedEvent
from schemas.tracking import Event
from store.tracking import lanes, shipments
from store.unit_of_work import unit_of_work

MONTH = timedelta(days=30)
DELIVERIES = 10
CITIES = {"origin_city": "广州市", "destination_city": "杭州市"}


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def delivered(waybill: str, *, hours: float, carrier: str = "shentong", product: str = "standard") -> None:
    """Deliver a parcel at noon that was picked up so many hours before, and was at two hubs on its way."""
    _register(waybill, carrier=carrier, product=product)
    tell(
        an_event(Event.PICKED_UP, -hours),
        an_event(Event.ARRIVED_HUB, -hours * 0.8, location="广州示例转运中心"),
        an_event(Event.ARRIVED_HUB, -hours * 0.3, location="杭州示例转运中心"),
        an_event(Event.DELIVERED, 0),
        waybill=waybill,
    )


def under_way(*events: LoggedEvent, promised_at: datetime, waybill: str = "773000009999") -> None:
    _register(waybill, promised_at=promised_at)
    tell(*events, waybill=waybill)
    with unit_of_work() as connection:
        connection.execute(text("UPDATE shipment SET watch_at = now() WHERE waybill = :waybill"), {"waybill": waybill})


def _register(waybill: str, **changes: object) -> None:
    with unit_of_work() as connection:
        shipments.register(connection, [a_registration(**{"waybill": waybill, **CITIES, **changes})], at=at(-200))


@pytest.fixture
def history(database: str) -> None:
    """Ten deliveries from 广州 to 杭州 in 10, 20 ... 100 hours."""
    del database
    for number in range(1, DELIVERIES + 1):
        delivered(f"7730000000{number:02}", hours=10 * number)


def refreshed(connection: Connection, *, least: int = 5, most: int = 500, at_: datetime = NOON) -> int:
    return lanes.refresh(connection, since=NOON - MONTH, samples_min=least, samples_max=most, at=at_)


@pytest.mark.usefixtures("history")
class TestRefresh:
    def test_finds_how_long_the_whole_way_takes(self, connection: Connection) -> None:
        refreshed(connection)

        everybody = next(time for time in lanes.busiest(connection, limit=10) if time.carrier == "")
        assert (everybody.origin, everybody.destination, everybody.product, everybody.parcels) == (
            "广州", "杭州", "standard", DELIVERIES,
        )  # fmt: skip
        assert everybody.p50 == timedelta(hours=55)
        assert everybody.p80 == timedelta(hours=82)
        assert everybody.p50 < everybody.p80 < everybody.p95 < timedelta(hours=100)

    def test_finds_what_is_left_from_each_leg_and_place(self, connection: Connection) -> None:
        refreshed(connection)

        left = connection.execute(
            text("SELECT place, p50 FROM lane_time WHERE leg = 'ARRIVED_HUB' AND carrier = '' ORDER BY place")
        )
        assert [tuple(row) for row in left] == [
            ("destination", timedelta(hours=55 * 0.3)), ("origin", timedelta(hours=55 * 0.8)),
        ]  # fmt: skip

    def test_keeps_carriers_and_products_apart(self, connection: Connection) -> None:
        for number in range(5):
            delivered(f"7740000000{number:02}", hours=200, carrier="zhongtong")
            delivered(f"7750000000{number:02}", hours=300, product="economy")

        refreshed(connection)

        assert {(time.carrier, time.product, time.parcels) for time in lanes.busiest(connection, limit=10)} == {
            ("", "standard", 15), ("shentong", "standard", 10), ("zhongtong", "standard", 5),
            ("", "economy", 5), ("shentong", "economy", 5),
        }  # fmt: skip

    def test_says_nothing_of_lanes_with_too_few_deliveries(self, connection: Connection) -> None:
        assert refreshed(connection, least=DELIVERIES + 1) == 0

    def test_rests_on_the_newest_deliveries_at_most(self, connection: Connection) -> None:
        connection.execute(text("UPDATE shipment SET delivered_at = delivered_at - interval '1 day' "
                                "WHERE waybill > '773000000005'"))  # fmt: skip

        refreshed(connection, most=5)

        assert {time.parcels for time in lanes.busiest(connection, limit=10)} == {5}
        assert {time.p50 for time in lanes.busiest(connection, limit=10)} == {timedelta(hours=30)}

    def test_leaves_out_what_was_delivered_before(self, connection: Connection) -> None:
        assert lanes.refresh(connection, since=at(1), samples_min=1, samples_max=500, at=NOON) == 0

    def test_forgets_a_lane_that_has_too_few_deliveries_now(self, connection: Connection) -> None:
        refreshed(connection)

        refreshed(connection, least=DELIVERIES + 1, at_=at(24))

        assert lanes.busiest(connection, limit=10) == []

    def test_comes_to_the_same_when_repeated(self, connection: Connection) -> None:
        first = refreshed(connection), lanes.busiest(connection, limit=10)

        assert (refreshed(connection), lanes.busiest(connection, limit=10)) == first


@pytest.mark.usefixtures("history")
class TestEstimate:
    def test_is_the_latest_scan_and_the_time_that_is_left_from_there(self, connection: Connection) -> None:
        under_way(
            an_event(Event.PICKED_UP, -10), an_event(Event.ARRIVED_HUB, -1, location="杭州示例转运中心"),
            promised_at=at(72),
        )  # fmt: skip
        refreshed(connection)

        found = lanes.estimate(connection, "773000009999", now=NOON)

        assert found is not None
        assert (found.leg, found.parcels, found.outlet) == ("ARRIVED_HUB", DELIVERIES, "示例城东网点")
        assert found.expected_at == at(-1) + timedelta(hours=82 * 0.3)

    def test_is_the_pick_up_and_the_whole_way_where_nobody_was_scanned_there_before(
        self, connection: Connection
    ) -> None:
        under_way(an_event(Event.PICKED_UP, -10), an_event(Event.CUSTOMS_PENDING, -1), promised_at=at(72))
        refreshed(connection)

        found = lanes.estimate(connection, "773000009999", now=NOON)

        assert found is not None
        assert (found.leg, found.expected_at) == ("", at(-10) + timedelta(hours=82))

    def test_is_never_in_the_past(self, connection: Connection) -> None:
        under_way(an_event(Event.PICKED_UP, -10), promised_at=at(72))
        refreshed(connection)

        found = lanes.estimate(connection, "773000009999", now=at(500))

        assert found is not None
        assert found.expected_at == at(500)

    def test_is_none_for_a_lane_without_history(self, connection: Connection) -> None:
        under_way(an_event(Event.PICKED_UP, -10), promised_at=at(72))

        assert lanes.estimate(connection, "773000009999", now=NOON) is None

    def test_is_none_for_a_parcel_that_arrived(self, connection: Connection) -> None:
        refreshed(connection)
        connection.execute(text("UPDATE shipment SET watch_at = NULL"))

        assert lanes.estimate(connection, "773000000001", now=NOON) is None


@pytest.mark.usefixtures("history")
class TestWillBeLate:
    @pytest.mark.parametrize(
        ("promised", "listed"),
        [(-3, False), (-1, True), (70, True), (71, False)],
        ids=["late already", "within its grace", "expected too late", "expected within its grace"],
    )
    def test_lists_what_is_expected_after_its_promise_and_not_late_yet(
        self, connection: Connection, promised: float, listed: bool
    ) -> None:
        under_way(an_event(Event.PICKED_UP, -10), an_event(Event.CUSTOMS_PENDING, -1), promised_at=at(promised - 0.5))
        refreshed(connection)

        found = lanes.will_be_late(connection, grace=grace(NOON), now=NOON, limit=10)

        assert ([estimate.waybill for estimate in found] == ["773000009999"]) is listed

    def test_lists_the_soonest_due_first_and_no_more_than_asked_for(self, connection: Connection) -> None:
        for number in (3, 1, 2):
            under_way(an_event(Event.PICKED_UP, -1), promised_at=at(number), waybill=f"77300000999{number}")
        refreshed(connection)

        found = lanes.will_be_late(connection, grace=grace(NOON), now=NOON, limit=2)

        assert [estimate.waybill for estimate in found] == ["773000009991", "773000009992"]
