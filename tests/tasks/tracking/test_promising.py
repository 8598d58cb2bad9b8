"""Every parcel has a promise with its source, lateness is counted by it, and lanes are estimated from the log."""

from collections.abc import Callable
from datetime import datetime

import pytest
from factories import NOON, a_registration, an_event, at
from standins import register, tell

from rules.tracking.promises import product_promise
from schemas.exceptions import ExceptionCase, ExceptionType
from schemas.promises import LaneClass, PromiseSource
from schemas.tracking import CarrierPromise, Event
from store import cases
from store.tracking import promises, shipments
from store.tracking.promises import keep_promises
from store.unit_of_work import unit_of_work
from tasks.exceptions.detection import find_exceptions
from tasks.tracking.promising import list_lane_times, list_parcels_that_will_be_late, refresh_lane_times

Stand = Callable[[datetime], None]
WAYBILL = "773000000001"
NEARBY = {"origin_city": "广州", "destination_city": "广东省深圳市", "promised_at": None}


def carrier_promises(promised_at: datetime, *, told_at: datetime = NOON) -> None:
    promise = CarrierPromise(where="data", namespace="kuaidi100", waybill=WAYBILL, promised_at=promised_at)
    with unit_of_work() as connection:
        keep_promises(connection, [(promise, told_at)])


def promised() -> tuple[datetime, str]:
    with unit_of_work() as connection:
        row = shipments.one(connection, WAYBILL)
    assert row is not None
    return row["promised_at"], row["promised_by"]


def on_file() -> list[promises.Told]:
    with unit_of_work() as connection:
        return promises.of_waybill(connection, WAYBILL)


def by_table(lane: LaneClass, start: datetime) -> tuple[datetime, str]:
    return product_promise(product="standard", lane=lane, start=start)[0], PromiseSource.PRODUCT.value


def delayed() -> list[ExceptionCase]:
    with unit_of_work() as connection:
        return [case for case in cases.select_cases(connection) if case.type is ExceptionType.DELAYED]


class TestPromise:
    def test_is_the_tables_where_nobody_promised_with_the_rules_that_say_so(self) -> None:
        register(a_registration(**NEARBY, picked_up_at=at(-3)))

        find_exceptions.fn()

        assert promised() == by_table(LaneClass.SAME_PROVINCE, at(-3))
        [told] = on_file()
        assert (told.source, told.first_told_at) == (PromiseSource.PRODUCT, NOON)
        assert told.detail.startswith("transit[*/same_province]@")

    def test_is_counted_from_the_pick_up_scan_of_a_parcel_that_nobody_registered(self) -> None:
        tell(an_event(Event.ORDER_CREATED, -30), an_event(Event.PICKED_UP, -9), an_event(Event.ARRIVED_HUB, -1))

        find_exceptions.fn()

        assert promised() == by_table(LaneClass.UNKNOWN, at(-9))

    def test_is_counted_anew_when_the_pick_up_becomes_known_and_both_stay_on_file(self) -> None:
        register(a_registration(**NEARBY))
        find_exceptions.fn()
        assert promised() == by_table(LaneClass.SAME_PROVINCE, NOON)

        tell(an_event(Event.PICKED_UP, -2))
        find_exceptions.fn()

        assert promised() == by_table(LaneClass.SAME_PROVINCE, at(-2))
        assert len(on_file()) == 2

    def test_is_counted_from_when_it_was_first_heard_of_where_nothing_is_understood(self) -> None:
        tell(an_event(Event.EXCEPTION, -1, understood=False, reason="unknown"))

        find_exceptions.fn()

        assert promised()[1] == PromiseSource.PRODUCT.value

    def test_is_not_written_again_when_nothing_is_new(self) -> None:
        register(a_registration(**NEARBY, picked_up_at=at(-3)))
        for hour in (-2, -1):
            find_exceptions.fn()
            tell(an_event(Event.ARRIVED_HUB, hour))
        find_exceptions.fn()

        assert len(on_file()) == 1

    def test_is_the_carriers_once_it_said_something_and_stays_so(self) -> None:
        register(a_registration(**NEARBY))
        find_exceptions.fn()
        carrier_promises(at(30))
        find_exceptions.fn()
        tell(an_event(Event.PICKED_UP, -2))
        find_exceptions.fn()

        assert promised() == (at(30), PromiseSource.CARRIER.value)

    def test_is_the_one_made_at_pick_up_though_it_becomes_known_last(self) -> None:
        carrier_promises(at(30))
        find_exceptions.fn()
        register(a_registration(promised_at=at(50)), at=at(-9))
        find_exceptions.fn()

        assert promised() == (at(50), PromiseSource.PICK_UP.value)


class TestLateness:
    def test_is_counted_by_the_carriers_newest_word(self, stand_at: Stand) -> None:
        carrier_promises(at(10), told_at=at(-2))
        find_exceptions.fn()
        carrier_promises(at(20))
        find_exceptions.fn()

        stand_at(at(13))
        find_exceptions.fn()
        assert delayed() == []

        stand_at(at(22))
        find_exceptions.fn()
        assert [case.trigger for case in delayed()] == [f"promise:carrier@{at(20).isoformat()}"]

    def test_is_counted_by_the_table_where_nobody_promised(self, stand_at: Stand) -> None:
        register(a_registration(**NEARBY, picked_up_at=NOON))
        find_exceptions.fn()

        promised_at, _ = by_table(LaneClass.SAME_PROVINCE, NOON)
        stand_at(promised_at)
        find_exceptions.fn()
        assert delayed() == []

        stand_at(at(60))
        find_exceptions.fn()
        assert [case.trigger.partition("@")[0] for case in delayed()] == ["promise:product"]


class TestLanes:
    @pytest.fixture(autouse=True)
    def history(self, stand_at: Stand) -> None:
        del stand_at
        for number in range(20):
            waybill = f"7731000000{number:02}"
            register(a_registration(waybill=waybill, origin_city="广州", destination_city="杭州"))
            tell(an_event(Event.PICKED_UP, -50), an_event(Event.DELIVERED, -1), waybill=waybill)
        find_exceptions.fn()

    def test_are_timed_from_the_log_and_listed(self) -> None:
        assert refresh_lane_times.fn() == 4  # the whole way and what is left from pick-up, for the carrier and for all

        assert [(row["lane 线路"], row["carrier 承运商"], row["p80"]) for row in list_lane_times.fn()] == [
            ("广州 → 杭州", "all", "49.0 h"),
            ("广州 → 杭州", "shentong", "49.0 h"),
        ]

    def test_foretell_who_will_be_late(self) -> None:
        register(a_registration(origin_city="广州市", destination_city="杭州市", promised_at=at(20)))
        tell(an_event(Event.PICKED_UP, -1))
        find_exceptions.fn()
        refresh_lane_times.fn()

        [late] = list_parcels_that_will_be_late.fn()

        assert (late["waybill 运单"], late["by 来源"]) == (WAYBILL, "pick_up")
        assert (late["promised 承诺"], late["expected 预计"]) == ("11-21 08:00", "11-22 12:00")
