"""The fold in SQL says of every log what the rule says."""

from datetime import timedelta

import pytest
from factories import NOON
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from standins import register, tell

from rules.exceptions.triggers import MAY_OPEN, type_opened_by
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
