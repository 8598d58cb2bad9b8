"""What the log of a waybill says of its parcel, in whatever order and however often its events are told."""

from itertools import product

import pytest
from factories import an_event, at
from hypothesis import given
from hypothesis import strategies as st

from rules.exceptions.triggers import ARRIVED
from rules.tracking.fold import PHASE_AFTER, shipment_state
from schemas.exceptions import ExceptionType, Origin, Trouble
from schemas.shipments import Phase, ShipmentState
from schemas.tracking import SIGNALS, Event, Reason

PICKED_UP = an_event(Event.PICKED_UP, hours=-20, location="广州")
LOST = an_event(Event.EXCEPTION, hours=-10, reason="carrier.lost")
FOUND = an_event(Event.ARRIVED_HUB, hours=-5, location="示例转运中心")
DELIVERED = an_event(Event.DELIVERED, hours=0, location="示例市")


def types(*events) -> set[ExceptionType]:
    return {trouble.type for trouble in shipment_state(events).troubles}


@st.composite
def logs(draw):
    """Any log of one waybill: events of a few hours, so that many happen in the same second."""
    numbers = draw(st.lists(st.integers(0, 99), unique=True, max_size=8))
    return [
        an_event(
            draw(st.sampled_from(Event)),
            hours=draw(st.integers(0, 3)),
            event_id=f"event-{number}",
            sequence=draw(st.sampled_from(["", "01", "02"])),
            reason=draw(st.sampled_from(["", *Reason])),
            understood=draw(st.booleans()),
            voided=draw(st.booleans()),
        )
        for number in numbers
    ]


class TestFold:
    @given(st.data(), logs())
    def test_is_the_same_for_every_order_and_repetition(self, data, log):
        again = data.draw(st.lists(st.sampled_from(log), max_size=8)) if log else []
        shuffled = data.draw(st.permutations([*log, *again]))

        assert shipment_state(shuffled) == shipment_state(log)

    @given(logs())
    def test_does_not_change_for_events_that_were_retracted(self, log):
        assert shipment_state(log) == shipment_state([event for event in log if not event.voided])

    @given(logs())
    def test_does_not_move_for_events_that_nobody_understood(self, log):
        counted = sum(not event.voided for event in log)

        understood = shipment_state([event for event in log if event.understood])

        assert shipment_state(log) == understood.model_copy(update={"events": counted})

    @given(logs())
    def test_is_moved_by_scans_alone_and_never_by_signals(self, log):
        scans = shipment_state([event for event in log if event.event not in SIGNALS])
        placed = {"phase", "last_event", "last_event_at", "last_location", "picked_up_at", "delivered_at"}

        assert shipment_state(log).model_dump(include=placed) == scans.model_dump(include=placed)

    @given(logs(), st.sampled_from(Event))
    def test_of_a_longer_log_goes_on_from_the_shorter_one(self, log, event):
        """Whatever comes last of all decides the phase; nothing before it does."""
        later = shipment_state([*log, an_event(event, hours=9)])

        assert later.phase is (shipment_state(log).phase if event in SIGNALS else PHASE_AFTER[event])

    @given(logs())
    def test_holds_one_trouble_for_each_type_from_its_first_to_its_latest_event(self, log):
        troubles = shipment_state(log).troubles

        assert len({trouble.type for trouble in troubles}) == len(troubles)
        assert all(trouble.since <= trouble.latest for trouble in troubles)
        assert {trouble.trigger for trouble in troubles} <= {event.event_id for event in log}


class TestState:
    def test_is_unknown_without_an_event(self):
        assert shipment_state([]) == ShipmentState()

    @pytest.mark.parametrize(
        ("told", "phase"),
        [
            ([], Phase.UNKNOWN),
            ([PICKED_UP], Phase.IN_TRANSIT),
            ([PICKED_UP, LOST], Phase.IN_TROUBLE),
            ([PICKED_UP, LOST, FOUND], Phase.IN_TRANSIT),
            ([PICKED_UP, LOST, FOUND, DELIVERED], Phase.DELIVERED),
        ],
        ids=["nothing", "picked up", "lost", "found", "delivered"],
    )
    def test_follows_the_parcel_event_by_event(self, told, phase):
        assert shipment_state(told).phase is phase

    def test_says_where_the_parcel_was_last_scanned(self):
        state = shipment_state([FOUND, PICKED_UP])

        assert (state.last_event, state.last_event_at, state.last_location) == (
            Event.ARRIVED_HUB, at(-5), "示例转运中心",
        )  # fmt: skip

    def test_remembers_the_first_pick_up_and_the_first_delivery(self):
        again = [an_event(Event.PICKED_UP, hours=-2), an_event(Event.DELIVERED_PROXY, hours=6)]

        state = shipment_state([*again, DELIVERED, PICKED_UP])

        assert (state.picked_up_at, state.delivered_at) == (at(-20), at(0))

    @pytest.mark.parametrize("event", sorted(ARRIVED))
    def test_counts_as_arrived_when(self, event):
        assert shipment_state([an_event(event, hours=3)]).delivered_at == at(3)

    def test_takes_the_providers_order_within_one_second(self):
        out = an_event(Event.OUT_FOR_DELIVERY, sequence="2")
        back = an_event(Event.ARRIVED_OUTLET, sequence="3")

        assert shipment_state([back, out]).phase is Phase.IN_TRANSIT

    def test_takes_the_order_of_a_parcels_life_where_the_provider_has_none(self):
        out, delivered = an_event(Event.OUT_FOR_DELIVERY), an_event(Event.DELIVERED)

        assert shipment_state([delivered, out]).phase is Phase.DELIVERED

    @pytest.mark.parametrize("signal", sorted(SIGNALS))
    def test_is_not_moved_by(self, signal):
        assert shipment_state([PICKED_UP, an_event(signal, hours=1)]).last_event is Event.PICKED_UP


class TestTroubles:
    def test_begin_with_the_first_report_and_name_the_latest(self):
        first = an_event(Event.DELIVERY_FAILED, hours=1, reason="consignee.absent")
        second = an_event(Event.DELIVERY_FAILED, hours=5, reason="consignee.unreachable")

        assert shipment_state([second, first]).troubles == (
            Trouble(
                type=ExceptionType.UNREACHABLE, since=at(1), latest=at(5), trigger=second.event_id,
                reason="consignee.unreachable", origin=Origin.REPORTED,
            ),
        )  # fmt: skip

    def test_begin_anew_after_a_cure(self):
        lost_again = an_event(Event.EXCEPTION, hours=2, reason="carrier.lost")

        (trouble,) = shipment_state([LOST, FOUND, lost_again]).troubles

        assert (trouble.since, trouble.trigger) == (at(2), lost_again.event_id)

    def test_are_told_in_the_same_order_whichever_came_first(self):
        damaged = an_event(Event.EXCEPTION, hours=-11, reason="carrier.damaged")

        assert [trouble.type for trouble in shipment_state([LOST, damaged]).troubles] == ["DAMAGED", "LOST"]

    def test_are_not_cured_by_what_happened_before(self):
        before = an_event(Event.ARRIVED_HUB, hours=-11)

        assert types(LOST, before) == {ExceptionType.LOST}

    def test_come_back_when_the_scan_that_cured_them_is_retracted(self):
        assert types(LOST, FOUND.model_copy(update={"voided": True})) == {ExceptionType.LOST}

    def test_go_when_their_report_is_retracted(self):
        assert types(LOST.model_copy(update={"voided": True})) == set()

    def test_are_not_opened_by_events_that_nobody_understood(self):
        assert types(LOST.model_copy(update={"understood": False})) == set()

    def test_are_opened_by_a_signal(self):
        assert types(PICKED_UP, an_event(Event.STALE, hours=1)) == {ExceptionType.NO_SCAN}

    def test_are_not_cured_by_the_scan_that_a_signal_dates_itself_by(self):
        assert types(FOUND, an_event(Event.STALE, hours=-5)) == {ExceptionType.NO_SCAN}

    def test_of_two_types_can_stand_side_by_side(self):
        damaged = an_event(Event.EXCEPTION, hours=-11, reason="carrier.damaged")

        assert types(damaged, LOST) == {ExceptionType.DAMAGED, ExceptionType.LOST}


ARRIVALS = {Event.DELIVERED, Event.DELIVERED_PROXY, Event.DELIVERED_PICKUP_POINT}
MOVES = ARRIVALS | {
    Event.ARRIVED_HUB, Event.DEPARTED_HUB, Event.IN_TRANSIT, Event.ARRIVED_DEST_CITY, Event.ARRIVED_OUTLET,
    Event.OUT_FOR_DELIVERY, Event.AT_PICKUP_POINT,
}  # fmt: skip
CURES = {
    ExceptionType.DAMAGED: set(),
    ExceptionType.LOST: MOVES,
    ExceptionType.SHORT: set(),
    ExceptionType.DELAYED: ARRIVALS,
    ExceptionType.NO_SCAN: set(Event) - SIGNALS,
    ExceptionType.MISROUTED: ARRIVALS | {Event.ARRIVED_DEST_CITY, Event.ARRIVED_OUTLET, Event.OUT_FOR_DELIVERY},
    ExceptionType.RETURNED: ARRIVALS,
    ExceptionType.FORWARDED: MOVES,
    ExceptionType.ADDRESS_ERROR: ARRIVALS,
    ExceptionType.UNREACHABLE: ARRIVALS,
    ExceptionType.REFUSED: ARRIVALS,
    ExceptionType.UNCOLLECTED: ARRIVALS,
    ExceptionType.HELD_AT_OUTLET: ARRIVALS | {Event.OUT_FOR_DELIVERY, Event.DEPARTED_HUB},
    ExceptionType.OUT_OF_AREA: ARRIVALS | {Event.TRANSFERRED_CARRIER},
    ExceptionType.CUSTOMS_HELD: MOVES | {Event.CUSTOMS_RELEASED},
    ExceptionType.WEATHER_BACKLOG: MOVES,
    ExceptionType.FALSE_SIGN: set(),
    ExceptionType.UNAUTHORISED_LOCKER: {Event.DELIVERED},
    ExceptionType.TRACKING_UNTRUE: set(),
    ExceptionType.DELIVERY_TROUBLE: ARRIVALS,
}
OPENED_BY = {
    ExceptionType.DAMAGED: (Event.EXCEPTION, "carrier.damaged"),
    ExceptionType.LOST: (Event.EXCEPTION, "carrier.lost"),
    ExceptionType.SHORT: (Event.EXCEPTION, "carrier.short"),
    ExceptionType.DELAYED: (Event.OVERDUE, ""),
    ExceptionType.NO_SCAN: (Event.STALE, ""),
    ExceptionType.MISROUTED: (Event.EXCEPTION, "carrier.missort"),
    ExceptionType.RETURNED: (Event.RETURNING, ""),
    ExceptionType.FORWARDED: (Event.FORWARDED, ""),
    ExceptionType.ADDRESS_ERROR: (Event.EXCEPTION, "sender.wrong_address"),
    ExceptionType.UNREACHABLE: (Event.DELIVERY_FAILED, "consignee.unreachable"),
    ExceptionType.REFUSED: (Event.DELIVERY_FAILED, "consignee.refused"),
    ExceptionType.UNCOLLECTED: (Event.HELD, "consignee.uncollected"),
    ExceptionType.HELD_AT_OUTLET: (Event.HELD, "carrier.dwell"),
    ExceptionType.OUT_OF_AREA: (Event.EXCEPTION, "carrier.out_of_area"),
    ExceptionType.CUSTOMS_HELD: (Event.CUSTOMS_HELD, ""),
    ExceptionType.WEATHER_BACKLOG: (Event.HELD, "external.weather"),
    ExceptionType.FALSE_SIGN: (Event.REPORTED_NOT_RECEIVED, ""),
    ExceptionType.UNAUTHORISED_LOCKER: (Event.EXCEPTION, "carrier.unauth_locker"),
    ExceptionType.TRACKING_UNTRUE: (Event.EXCEPTION, "carrier.untrue_scan"),
    ExceptionType.DELIVERY_TROUBLE: (Event.DELIVERY_FAILED, ""),
}
PAIRS = list(product(ExceptionType, Event))
CURED = [(type_, event) for type_, event in PAIRS if event in CURES[type_]]
UNCURED = [(type_, event) for type_, event in PAIRS if event not in CURES[type_]]


def after(type_: ExceptionType, event: Event) -> set[ExceptionType]:
    opening, reason = OPENED_BY[type_]
    return types(an_event(opening, reason=reason), an_event(event, hours=1))


class TestCure:
    @pytest.mark.parametrize(("type_", "event"), CURED)
    def test_ends(self, type_, event):
        assert type_ not in after(type_, event)

    @pytest.mark.parametrize(("type_", "event"), UNCURED)
    def test_is_none_for(self, type_, event):
        assert type_ in after(type_, event)
