"""The fold in SQL says of every log what the rule says."""

from datetime import timedelta

import pytest
from factories import NOON, an_event, at
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from standins import register, take_back, tell

from rules.exceptions.triggers import MAY_OPEN, type_opened_by
from rules.exceptions.untrue import untrue_tracking
from rules.tracking.fold import shipment_state
from schemas.shipments import LoggedEvent
from schemas.tracking import Event, Reason
from store.tracking import events, shipments
from store.unit_of_work import unit_of_work

pytestmark = pytest.mark.usefixtures("database")

WAYBILLS = ("773000000001", "773000000002")
EVENTS = st.builds(
    LoggedEvent,
    event_id=st.uuids(version=4).map(str),
    occurred_at=st.integers(0, 3).map(lambda hours: NOON + timedelta(hours=hours)),  # few, so that many are at once
    sequence=st.sampled_from(["", "0", "9", "10", "a"]),
    event=st.sampled_from(list(Event)),
    reason=st.sampled_from(["", *Reason]),
    understood=st.booleans(),
    location=st.sampled_from(["", "示例城东网点"]),
)


def folded(waybill: str) -> tuple[object, ...]:
    with unit_of_work() as connection:
        row = shipments.one(connection, waybill)
    assert row is not None
    return tuple(
        row[name]
        for name in (
            "phase", "last_event", "last_event_at", "last_location", "first_scan_at", "picked_up_at", "delivered_at",
            "events",
        )
    )  # fmt: skip


def ruled(waybill: str) -> tuple[object, ...]:
    with unit_of_work() as connection:
        told = events.of_waybills(connection, [waybill]).get(waybill, [])
    state = shipment_state(told)
    return (
        state.phase, state.last_event or "", state.last_event_at, state.last_location, state.first_scan_at,
        state.picked_up_at, state.delivered_at, state.events,
    )  # fmt: skip


def forget_everything() -> None:
    with unit_of_work() as connection:
        connection.execute(text("TRUNCATE event_log, shipment"))


class TestFoldNews:
    @settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(log=st.lists(st.tuples(st.sampled_from(WAYBILLS), EVENTS), min_size=1, max_size=12))
    def test_agrees_with_the_rule_whatever_was_told_and_in_how_many_pieces(self, log: list[tuple[str, LoggedEvent]]):
        forget_everything()
        for waybill, event in log:
            tell(event, waybill=waybill)

        for waybill in {waybill for waybill, _ in log}:
            assert folded(waybill) == ruled(waybill)

    def test_says_of_every_event_that_may_open_a_case_that_detection_must_look(self):
        for number, event in enumerate(Event):
            tell(LoggedEvent(event_id=f"{number}", occurred_at=NOON, event=event), waybill=f"7730000{number:05d}")

        with unit_of_work() as connection:
            rows = {waybill: shipments.one(connection, waybill) for waybill in
                    (f"7730000{number:05d}" for number in range(len(Event)))}  # fmt: skip
        assert [row["troubled"] for row in rows.values() if row] == [event in MAY_OPEN for event in Event]

    @pytest.mark.parametrize("event", sorted(set(Event) - MAY_OPEN))
    def test_passes_over_no_event_that_opens_a_case(self, event: Event):
        assert {type_opened_by(event, reason) for reason in ("", *Reason)} == {None}

    def test_leaves_the_carrier_that_was_booked(self):
        from factories import a_registration

        register(a_registration(carrier="zhongtong"))
        tell()

        with unit_of_work() as connection:
            row = shipments.one(connection, "773000000001")
        assert row is not None
        assert row["carrier"] == "zhongtong"


class TestTroubled:
    @settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        log=st.lists(
            st.tuples(
                st.sampled_from([Event.DELIVERED, Event.OUT_FOR_DELIVERY, Event.ARRIVED_HUB, Event.STALE]),
                st.integers(0, 60),
                st.sampled_from([0, 1, 47, 48, 99]),
                st.sampled_from([None, 0, 1, 2]),
            ),
            min_size=1,
            max_size=5,
            unique_by=lambda entry: entry[:2],
        )
    )
    def test_passes_over_no_log_that_contradicts_itself(self, log: list[tuple[Event, int, int, int | None]]):
        forget_everything()
        for event, hours, late, stood in log:
            told_at = at(hours + late)
            tell(an_event(event, hours), at=told_at)
            if stood is not None:
                take_back(an_event(event, hours), at=told_at + timedelta(hours=stood))

        with unit_of_work() as connection:
            row = shipments.one(connection, WAYBILLS[0])
            untrue = untrue_tracking(events.of_waybills(connection, [WAYBILLS[0]]).get(WAYBILLS[0], ()))
        assert row is not None
        assert row["troubled"] or not untrue

    @pytest.mark.parametrize(
        ("tellings", "looks"),
        [
            pytest.param([(Event.ARRIVED_HUB, 0, 60), (Event.ARRIVED_OUTLET, 10, 0)], True, id="a scan told late"),
            pytest.param([(Event.ARRIVED_HUB, 0, 900), (Event.DELIVERED, 10, 890)], False, id="an old history"),
            pytest.param([(Event.DELIVERED, 0, 0), (Event.OUT_FOR_DELIVERY, 9, 0)], True, id="a second delivery"),
            pytest.param([(Event.OUT_FOR_DELIVERY, 0, 0), (Event.DELIVERED, 9, 0)], False, id="a usual delivery"),
        ],
    )
    def test_says_whether_detection_must_look_at(self, tellings: list[tuple[Event, int, int]], looks: bool):
        for event, hours, late in tellings:
            tell(an_event(event, hours), at=at(hours + late))

        with unit_of_work() as connection:
            row = shipments.one(connection, WAYBILLS[0])
        assert row is not None
        assert row["troubled"] is looks

    @pytest.mark.parametrize(("stood", "untrue"), [(1, False), (3, True)])
    def test_knows_how_long_an_arrival_stood_before_it_was_taken_back(self, stood: int, untrue: bool):
        arrival = an_event(Event.DELIVERED)
        tell(arrival)
        take_back(arrival, at=at(stood))
        take_back(arrival, at=at(9))  # told again, which changes nothing

        with unit_of_work() as connection:
            row = shipments.one(connection, WAYBILLS[0])
            told = events.of_waybills(connection, [WAYBILLS[0]])[WAYBILLS[0]]
        assert row is not None
        assert row["troubled"]
        assert bool(untrue_tracking(told)) is untrue
