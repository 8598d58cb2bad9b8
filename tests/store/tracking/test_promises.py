"""Promises on file: each kept once, the strongest and newest in force, in whatever order they are told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import permutations
from threading import Thread
from typing import Any

import pytest
from factories import NOON, a_registration, at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from sqlalchemy import Connection, text

from rules.tracking.promises import in_force
from schemas.promises import Promise, PromiseSource
from schemas.tracking import CarrierPromise
from store.tracking import promises, shipments
from store.tracking.promises import Told, keep_promises
from store.unit_of_work import unit_of_work

WAYBILL = "773000000001"
DAYS = st.integers(1, 3)


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def a_promise(source: PromiseSource, days: int = 1, told: float = 0, waybill: str = WAYBILL) -> Promise:
    return Promise(waybill, at(24 * days), source, at(told), source.value)


def carried(days: int = 1, waybill: str = WAYBILL, namespace: str = "kuaidi100", **changes: Any) -> CarrierPromise:
    return CarrierPromise(
        **{"where": "data", "namespace": namespace, "waybill": waybill, "promised_at": at(24 * days), **changes}
    )


def standing(connection: Connection, waybill: str = WAYBILL) -> tuple[datetime | None, str, datetime | None]:
    row = shipments.one(connection, waybill)
    assert row is not None
    return row["promised_at"], row["promised_by"], row["promised_told_at"]


tellings = st.lists(
    st.builds(
        a_promise,
        st.sampled_from([PromiseSource.PICK_UP, PromiseSource.CARRIER]),
        DAYS,
        st.integers(-3, 0),
        st.sampled_from([WAYBILL, "773000000002"]),
    ),
    min_size=1,
    max_size=8,
)


class TestTell:
    @pytest.mark.parametrize("order", list(permutations(range(3))))
    def test_leaves_the_strongest_in_force_in_every_order(self, connection: Connection, order: tuple[int, ...]) -> None:
        told = [
            a_promise(PromiseSource.PICK_UP, days=3, told=-9),
            a_promise(PromiseSource.CARRIER, days=1, told=-1),
            a_promise(PromiseSource.PRODUCT, days=2),
        ]
        for place in order:
            promises.tell(connection, [told[place]])

        assert standing(connection) == (at(72), "pick_up", at(-9))
        assert len(promises.of_waybill(connection, WAYBILL)) == 3

    @given(data=st.data(), told=tellings)
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def test_comes_to_what_the_rule_says_for_every_order_repetition_and_split(
        self, connection: Connection, data: st.DataObject, told: list[Promise]
    ) -> None:
        shuffled = data.draw(st.permutations([*told, *data.draw(st.lists(st.sampled_from(told), max_size=4))]))
        split = data.draw(st.integers(0, len(shuffled)))
        with connection.begin_nested() as savepoint:
            promises.tell(connection, shuffled[:split])
            promises.tell(connection, shuffled[split:])

            for waybill in {promise.waybill for promise in told}:
                best = in_force(promise for promise in told if promise.waybill == waybill)
                assert best is not None
                assert standing(connection, waybill) == (best.promised_at, best.source.value, best.told_at)
            savepoint.rollback()

    def test_keeps_a_promise_once_from_when_it_was_first_told_to_when_it_was_last(self, connection: Connection) -> None:
        for told in (-2, -5, 0, -2):
            promises.tell(connection, [a_promise(PromiseSource.CARRIER, told=told)])

        assert promises.of_waybill(connection, WAYBILL) == [
            Told(at(24), PromiseSource.CARRIER, "carrier", at(-5), at(0))
        ]

    def test_has_detection_look_again_only_when_another_promise_is_in_force(self, connection: Connection) -> None:
        promises.tell(connection, [a_promise(PromiseSource.CARRIER)])
        connection.execute(text("UPDATE shipment SET dirty_at = NULL"))

        promises.tell(connection, [a_promise(PromiseSource.CARRIER, told=1)])
        assert [item.waybill for item in shipments.claim_dirty(connection, limit=10)] == []

        promises.tell(connection, [a_promise(PromiseSource.CARRIER, days=2, told=2)])
        assert [item.waybill for item in shipments.claim_dirty(connection, limit=10)] == [WAYBILL]

    def test_does_nothing_without_promises(self, connection: Connection) -> None:
        promises.tell(connection, [])
        promises.keep(connection, [])

        assert connection.execute(text("SELECT count(*) FROM shipment_promise")).scalar_one() == 0

    def test_lets_the_stronger_win_when_two_are_told_at_the_same_time(self, database: str) -> None:
        del database
        with unit_of_work() as first:
            promises.tell(first, [a_promise(PromiseSource.PICK_UP, days=3, told=-9)])
            other = Thread(target=_tell, args=(a_promise(PromiseSource.CARRIER),))
            other.start()
            _wait_until_somebody_waits()
        other.join()

        with unit_of_work() as connection:
            assert standing(connection) == (at(72), "pick_up", at(-9))


def _tell(promise: Promise) -> None:
    with unit_of_work() as connection:
        promises.tell(connection, [promise])


def _wait_until_somebody_waits() -> None:
    waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
    while True:
        with unit_of_work() as connection:
            if connection.execute(waiting).scalar_one():
                return


class TestKeepPromises:
    def test_puts_the_newest_of_a_parcel_in_force(self, connection: Connection) -> None:
        kept = keep_promises(
            connection,
            [(carried(days=2), at(-1)), (carried(days=3, namespace="sf"), at(-2)), (carried(days=1), at(-3))],
        )

        assert kept == (3, ())
        assert standing(connection) == (at(48), "carrier", at(-1))

    def test_makes_a_row_for_a_parcel_of_which_nothing_else_is_known(self, connection: Connection) -> None:
        keep_promises(connection, [(carried(waybill="SF1000000000001"), NOON)])

        assert standing(connection, "SF1000000000001") == (at(24), "carrier", NOON)

    def test_does_not_touch_what_was_promised_at_pick_up(self, connection: Connection) -> None:
        shipments.register(connection, [a_registration(promised_at=at(60))], at=at(-5))

        keep_promises(connection, [(carried(), NOON)])

        assert standing(connection) == (at(60), "pick_up", at(-5))
        assert {told.source for told in promises.of_waybill(connection, WAYBILL)} == {
            PromiseSource.PICK_UP,
            PromiseSource.CARRIER,
        }

    def test_refuses_what_nobody_can_have_meant_and_keeps_the_rest(self, connection: Connection) -> None:
        never_set, no_waybill = carried(promised_at=at(24 * 400)), carried(waybill="7\x00")

        kept = keep_promises(connection, [(never_set, NOON), (carried(), NOON), (no_waybill, NOON)])

        assert kept == (1, (never_set, no_waybill))


class TestRegister:
    def test_keeps_what_was_promised_at_pick_up(self, connection: Connection) -> None:
        shipments.register(connection, [a_registration()], at=NOON)

        assert promises.of_waybill(connection, WAYBILL) == [
            Told(at(24), PromiseSource.PICK_UP, "registration (R115)", NOON, NOON)
        ]

    def test_takes_a_newer_promise_and_keeps_the_older_one_on_file(self, connection: Connection) -> None:
        shipments.register(connection, [a_registration()], at=NOON)
        shipments.register(connection, [a_registration(promised_at=at(48))], at=at(1))

        assert standing(connection) == (at(48), "pick_up", at(1))
        assert len(promises.of_waybill(connection, WAYBILL)) == 2

    def test_takes_no_promise_back_by_saying_nothing_of_it(self, connection: Connection) -> None:
        shipments.register(connection, [a_registration()], at=NOON)
        shipments.register(connection, [a_registration(promised_at=None, goods="玻璃")], at=at(1))

        assert standing(connection) == (at(24), "pick_up", NOON)

    @pytest.mark.parametrize("year", [1970, 1999, 2100, 9999])
    def test_takes_no_time_that_nobody_can_have_agreed_on(self, year: int) -> None:
        for field in ("promised_at", "picked_up_at"):
            with pytest.raises(ValidationError, match=field):
                a_registration(**{field: datetime(year, 12, 31, tzinfo=UTC)})

    def test_writes_down_the_lane(self, connection: Connection) -> None:
        cities = {"origin_city": "广东省广州市", "destination_city": "深圳"}
        shipments.register(connection, [a_registration(**cities)], at=NOON)

        row = shipments.one(connection, WAYBILL)
        assert row is not None
        assert (row["lane_from"], row["lane_to"], row["lane_class"]) == ("广州", "深圳", "same_province")


class TestIndex:
    def test_serves_the_promises_of_one_parcel(self, connection: Connection) -> None:
        told = [a_promise(PromiseSource.CARRIER, waybill=f"7730{number:08}") for number in range(5000)]
        promises.keep(connection, told)
        connection.execute(text("ANALYZE shipment_promise"))

        plan = connection.execute(text("EXPLAIN SELECT * FROM shipment_promise WHERE waybill = '773000000017'"))

        assert "uq_shipment_promise_said" in "\n".join(plan.scalars())

    def test_serves_the_deliveries_of_the_last_days(self, connection: Connection) -> None:
        shipments.register(
            connection,
            [a_registration(waybill=f"7730{number:08}", promised_at=None) for number in range(5000)],
            at=NOON,
        )
        late = {"at": NOON + timedelta(days=1)}
        connection.execute(text("UPDATE shipment SET delivered_at = :at WHERE waybill < '773000000020'"), late)
        connection.execute(text("ANALYZE shipment"))

        plan = connection.execute(text("EXPLAIN SELECT * FROM shipment WHERE delivered_at >= :at"), late)

        assert "ix_shipment_delivered_at" in "\n".join(plan.scalars())
