"""Whom to ask about next: who is due, whose a parcel is, and never more often than the provider allows."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from factories import NOON, a_registration, at
from sqlalchemy import Connection, create_engine, text
from standins import register

from rules.tracking.pace import PACES
from schemas.shipments import FINAL_PHASES, Phase
from store.tracking import polling
from store.unit_of_work import unit_of_work

HALF_AN_HOUR = timedelta(minutes=30)
PARCEL = "773000000001"


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    del database
    with unit_of_work() as connection:
        yield connection


def booked(*waybills: str, hours: float = 0, **changes: object) -> None:
    register(*(a_registration(waybill=waybill, **changes) for waybill in waybills), at=at(hours))


def stands(waybill: str, phase: Phase, *, last_event_hours: float | None = None) -> None:
    last = at(last_event_hours) if last_event_hours is not None else None
    with unit_of_work() as connection:
        connection.execute(
            text("UPDATE shipment SET phase = :phase, last_event_at = :last WHERE waybill = :waybill"),
            {"phase": phase.value, "last": last, "waybill": waybill},
        )


def due(
    connection: Connection, hours: float = 0, *, carriers: tuple[str, ...] = (), limit: int = 100, provider: str = "p"
) -> list[str]:
    found = polling.claim(
        connection, provider=provider, carriers=carriers, paces=PACES, least=HALF_AN_HOUR, now=at(hours), limit=limit
    )
    return [parcel.waybill for parcel in found]


def asked(connection: Connection, *waybills: str, hours: float = 0, provider: str = "p") -> set[str]:
    allowed = polling.begin(connection, waybills, provider=provider, least=HALF_AN_HOUR, at=at(hours))
    polling.settle_answered(connection, allowed, provider=provider)
    return allowed


class TestClaim:
    def test_takes_registered_parcels_only(self, connection: Connection) -> None:
        booked(PARCEL)
        connection.execute(text("INSERT INTO shipment (waybill) VALUES ('773000000009')"))

        assert due(connection) == [PARCEL]

    @pytest.mark.parametrize("phase", sorted(FINAL_PHASES))
    def test_asks_nothing_more_about_a_parcel_that_is(self, connection: Connection, phase: Phase) -> None:
        booked(PARCEL)
        stands(PARCEL, phase)

        assert due(connection) == []

    def test_takes_only_the_named_carriers(self, connection: Connection) -> None:
        booked(PARCEL)
        booked("773000000002", carrier="zhongtong")

        assert due(connection, carriers=("zhongtong", "yunda")) == ["773000000002"]

    def test_takes_never_asked_parcels_first_and_then_those_asked_longest_ago(self, connection: Connection) -> None:
        booked("773000000001", "773000000002", "773000000003", hours=-10)
        due(connection)
        asked(connection, "773000000002", hours=-9)
        asked(connection, "773000000001", hours=-8)
        polling.release(connection, ["773000000003"], provider="p")

        assert due(connection) == ["773000000003", "773000000002", "773000000001"]

    def test_leaves_a_claimed_parcel_alone_until_its_lease_ends(self, connection: Connection) -> None:
        booked(PARCEL)

        assert due(connection) == [PARCEL]
        assert due(connection, hours=0.2) == []
        assert due(connection, hours=0.25) == [PARCEL]

    def test_waits_for_another_poller_and_takes_what_that_one_left(self, connection: Connection) -> None:
        booked("773000000001", "773000000002")
        waiting = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")

        def another() -> list[str]:
            with unit_of_work() as other:
                return due(other, limit=1)

        with ThreadPoolExecutor(1) as pool:
            first = due(connection, limit=1)
            second = pool.submit(another)
            while not connection.execute(waiting).scalar_one():
                time.sleep(0.01)
            connection.commit()

        assert (first, second.result(60)) == (["773000000001"], ["773000000002"])

    def test_keeps_providers_apart(self, connection: Connection) -> None:
        booked(PARCEL)

        assert due(connection) == due(connection, provider="another") == [PARCEL]

    @pytest.mark.parametrize(
        ("phase", "silent_hours", "every_hours"),
        [
            (Phase.UNKNOWN, None, 4),
            (Phase.IN_TRANSIT, 1, 3),
            (Phase.IN_TRANSIT, 73, 8),
            (Phase.IN_TRANSIT, 241, 24),
            (Phase.OUT_FOR_DELIVERY, 1, 0.5),
            (Phase.OUT_FOR_DELIVERY, 25, 4),
            (Phase.IN_TROUBLE, 0, 2),
        ],
    )
    def test_asks_at_the_pace_of_phase_and_silence(
        self, connection: Connection, phase: Phase, silent_hours: float | None, every_hours: float
    ) -> None:
        booked(PARCEL)
        stands(PARCEL, phase, last_event_hours=None if silent_hours is None else -silent_hours)
        due(connection)
        asked(connection, PARCEL)

        assert due(connection, hours=every_hours - 0.01) == []
        assert due(connection, hours=every_hours) == [PARCEL]

    def test_never_asks_more_often_than_the_provider_allows(self, connection: Connection) -> None:
        booked(PARCEL)
        stands(PARCEL, Phase.OUT_FOR_DELIVERY, last_event_hours=0)
        hours = timedelta(hours=2)

        first = polling.claim(connection, provider="slow", carriers=(), paces=PACES, least=hours, now=NOON, limit=1)
        polling.begin(connection, [PARCEL], provider="slow", least=hours, at=NOON)
        polling.settle_answered(connection, [PARCEL], provider="slow")
        soon = polling.claim(connection, provider="slow", carriers=(), paces=PACES, least=hours, now=at(1.99), limit=1)

        assert ([parcel.waybill for parcel in first], soon) == ([PARCEL], [])

    def test_asks_again_as_soon_as_allowed_when_the_provider_could_not_be_had(self, connection: Connection) -> None:
        booked(PARCEL)
        due(connection)
        polling.begin(connection, [PARCEL], provider="p", least=HALF_AN_HOUR, at=NOON)
        polling.settle_unavailable(connection, [PARCEL], provider="p", reason="busy")

        assert due(connection, hours=0.49) == []
        assert due(connection, hours=0.5) == [PARCEL]

    def test_leaves_a_refused_parcel_alone_until_told_otherwise(self, connection: Connection) -> None:
        booked(PARCEL)
        due(connection)
        polling.settle_refused(connection, [PARCEL], provider="p", reason="no", not_before=at(2))

        assert due(connection, hours=1.9) == []
        assert due(connection, hours=2) == [PARCEL]
        assert polling.refusals_of(connection, [PARCEL], provider="p") == 1

    def test_goes_by_its_index_once_there_is_much_to_pass_over(self, database: str) -> None:
        with create_engine(database).begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO shipment (waybill, registered_at, phase) SELECT 'W' || n, now(), "
                "CASE WHEN n > 100 THEN 'delivered' ELSE 'in_transit' END FROM generate_series(1, 20000) n"
            )
            connection.exec_driver_sql("ANALYZE")
            plan = connection.exec_driver_sql(f"EXPLAIN SELECT waybill FROM shipment WHERE {polling.UNDER_WAY}")

            assert "ix_shipment_under_way" in "\n".join(row[0] for row in plan)


class TestBegin:
    def test_lets_nobody_ask_about_a_parcel_within_the_limit(self, connection: Connection) -> None:
        booked(PARCEL)
        due(connection)

        assert asked(connection, PARCEL) == {PARCEL}
        assert asked(connection, PARCEL, hours=0.49) == set()
        assert asked(connection, PARCEL, hours=0.5) == {PARCEL}


class TestTakeTurn:
    @staticmethod
    def turn(connection: Connection, now: datetime = NOON) -> datetime:
        return polling.take_turn(connection, provider="p", gap=timedelta(seconds=2), now=now)

    def test_keeps_questions_as_far_apart_as_the_provider_wants(self, connection: Connection) -> None:
        assert [self.turn(connection) - NOON for _ in range(3)] == [timedelta(seconds=2 * n) for n in range(3)]

    def test_gives_a_turn_at_once_when_nobody_asked_for_a_while(self, connection: Connection) -> None:
        self.turn(connection)

        assert self.turn(connection, at(1)) == at(1)


class TestRest:
    def test_lasts_until_its_end(self, connection: Connection) -> None:
        polling.leave_alone(connection, provider="p", until=at(1), reason="down")

        rest = polling.rest_of(connection, provider="p", now=at(0.9))
        assert rest == (at(1), "down")
        assert polling.rest_of(connection, provider="p", now=at(1)) is None

    def test_counts_failures_in_a_row_until_the_provider_answers(self, connection: Connection) -> None:
        polling.take_turn(connection, provider="p", gap=timedelta(seconds=1), now=NOON)
        for _ in range(2):
            polling.leave_alone(connection, provider="p", until=at(1), reason="down")
        assert polling.failures_of(connection, provider="p") == 2

        polling.found_up(connection, provider="p")

        assert polling.failures_of(connection, provider="p") == 0
        assert polling.rest_of(connection, provider="p", now=NOON) is None


class TestForgetEnded:
    def test_drops_parcels_that_have_ended_once_the_limit_is_over(self, database: str) -> None:
        booked(PARCEL, "773000000002")
        with unit_of_work() as connection:
            due(connection)
            asked(connection, PARCEL, "773000000002")
        stands(PARCEL, Phase.DELIVERED)

        with unit_of_work() as connection:
            forgotten = [
                polling.forget_ended(connection, provider="p", least=HALF_AN_HOUR, now=at(hours))
                for hours in (0.4, 0.5, 0.5)
            ]
        assert forgotten == [0, 1, 0]
