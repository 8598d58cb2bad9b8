"""When nothing is something: the promise that passed, the parcel that nobody scans, the booking without a trace."""

from datetime import UTC, datetime, timedelta

import pytest
from factories import NOON, at
from hypothesis import given
from hypothesis import strategies as st

from rules.exceptions.silence import WatchedShipment, next_watch_at, promise_for, silences
from schemas.exceptions import ExceptionType, Origin, Trouble
from schemas.promises import LaneClass, PromiseSource
from schemas.shipments import FINAL_PHASES, Phase

INSTANT = timedelta(microseconds=1)
GRACE_HOURS = 2
ENDS_THE_PROMISE = FINAL_PHASES | {Phase.RETURNING, Phase.AT_PICKUP_POINT}
ENDS_THE_WATCH_FOR_SCANS = FINAL_PHASES | {Phase.AT_PICKUP_POINT}


def promised(**changes) -> WatchedShipment:
    return WatchedShipment(**{"phase": Phase.IN_TRANSIT, "promised_at": NOON, **changes})


def scanned(**changes) -> WatchedShipment:
    return WatchedShipment(**{"phase": Phase.IN_TRANSIT, "last_event_at": NOON, **changes})


def types(shipment: WatchedShipment, now: datetime) -> list[ExceptionType]:
    return [trouble.type for trouble in silences(shipment, now=now)]


class TestPromise:
    @pytest.mark.parametrize("source", [PromiseSource.PICK_UP, PromiseSource.CARRIER])
    def test_is_the_time_that_somebody_promised(self, source):
        assert promise_for(promised(promised_by=source, picked_up_at=at(-200))) == (NOON, source, "")

    @pytest.mark.parametrize(("product", "hours"), [("express", 48), ("standard", 72), ("economy", 120)])
    def test_is_what_the_products_table_says_where_nobody_promised(self, product, hours):
        shipment = WatchedShipment(product=product, lane=LaneClass.INTER_PROVINCE, picked_up_at=NOON)

        promise = promise_for(shipment)

        assert promise is not None
        assert (promise.at, promise.by) == (at(hours + 6), PromiseSource.PRODUCT)
        assert promise.rules.startswith("transit[")

    def test_is_counted_anew_from_the_table_when_more_is_known(self):
        guessed = WatchedShipment(registered_at=at(-10), promised_at=at(300), promised_by=PromiseSource.PRODUCT)
        known = guessed.model_copy(update={"lane": LaneClass.SAME_CITY, "picked_up_at": NOON})

        promise = promise_for(known)

        assert promise is not None
        assert promise.at == at(24 + 6)

    @pytest.mark.parametrize(
        ("known", "start"),
        [
            ({"picked_up_at": at(4), "first_scan_at": at(3), "registered_at": at(2), "known_since": at(1)}, 4),
            ({"first_scan_at": at(3), "registered_at": at(2), "known_since": at(1)}, 3),
            ({"registered_at": at(2), "known_since": at(1)}, 2),
            ({"known_since": at(1)}, 1),
        ],
        ids=["the pick-up", "the first scan", "the registration", "when it was first heard of"],
    )
    def test_is_counted_by_the_table_from(self, known, start):
        promise = promise_for(WatchedShipment(lane=LaneClass.SAME_CITY, **known))

        assert promise is not None
        assert promise.at == at(start + 24 + 6)

    def test_is_none_before_anything_is_known(self):
        assert promise_for(WatchedShipment()) is None


class TestDelay:
    def test_is_nothing_within_the_grace(self):
        assert types(promised(), at(GRACE_HOURS) - INSTANT) == []

    def test_is_due_at_the_instant_the_grace_ends(self):
        assert types(promised(), at(GRACE_HOURS)) == [ExceptionType.DELAYED]

    def test_began_when_the_promise_was_broken_and_says_whose_promise_it_was(self):
        assert silences(promised(), now=at(GRACE_HOURS)) == (
            Trouble(
                type=ExceptionType.DELAYED,
                since=NOON,
                latest=NOON,
                trigger="promise:pick_up@2026-11-20T04:00:00+00:00",
                origin=Origin.SILENCE,
            ),
        )

    @pytest.mark.parametrize("source", PromiseSource)
    def test_says_whose_promise_was_broken(self, source):
        (delay,) = silences(promised(promised_by=source), now=at(GRACE_HOURS))

        assert (delay.since, delay.trigger.split("@")[0]) == (NOON, f"promise:{source}")

    @pytest.mark.parametrize("phase", sorted(ENDS_THE_PROMISE))
    def test_is_nothing_when_the_parcel_is(self, phase):
        assert types(promised(phase=phase), at(1000)) == []

    @pytest.mark.parametrize("phase", sorted(set(Phase) - ENDS_THE_PROMISE))
    def test_is_a_trouble_when_the_parcel_is(self, phase):
        assert types(promised(phase=phase), at(1000)) == [ExceptionType.DELAYED]


class TestNoScan:
    @pytest.mark.parametrize(("product", "hours"), [("express", 36), ("standard", 60), ("economy", 96)])
    def test_is_due_at_the_instant_that_the_product_allows(self, product, hours):
        shipment = scanned(product=product)

        assert types(shipment, at(hours) - INSTANT) == []
        assert types(shipment, at(hours)) == [ExceptionType.NO_SCAN]

    def test_began_with_the_last_scan(self):
        (silence,) = silences(scanned(), now=at(60))

        assert (silence.since, silence.trigger) == (NOON, "scan@2026-11-20T04:00:00+00:00")

    @pytest.mark.parametrize("phase", sorted(ENDS_THE_WATCH_FOR_SCANS))
    def test_is_nothing_when_the_parcel_is(self, phase):
        assert types(scanned(phase=phase), at(1000)) == []

    @pytest.mark.parametrize("phase", sorted(set(Phase) - ENDS_THE_WATCH_FOR_SCANS))
    def test_is_a_trouble_when_the_parcel_is(self, phase):
        assert types(scanned(phase=phase), at(1000)) == [ExceptionType.NO_SCAN]

    def test_is_a_trouble_of_a_parcel_from_before_the_first_rules_too(self):
        assert types(scanned(last_event_at=datetime(2001, 2, 3, tzinfo=UTC)), NOON) == [ExceptionType.NO_SCAN]

    def test_stands_beside_a_delay(self):
        assert set(types(scanned(promised_at=NOON), at(60))) == {ExceptionType.DELAYED, ExceptionType.NO_SCAN}


class TestNoTrace:
    def test_is_due_a_day_after_the_registration_when_there_was_no_event_at_all(self):
        booked = WatchedShipment(registered_at=NOON)

        assert types(booked, at(24) - INSTANT) == []
        assert types(booked, at(24)) == [ExceptionType.NO_SCAN]

    def test_is_counted_from_the_pick_up_when_that_was_booked(self):
        (silence,) = silences(WatchedShipment(registered_at=NOON, picked_up_at=at(10)), now=at(34))

        assert (silence.since, silence.trigger) == (at(10), "trace@2026-11-20T14:00:00+00:00")

    def test_is_over_with_the_first_event(self):
        assert types(scanned(registered_at=at(-24)), NOON) == []

    def test_is_nothing_for_a_parcel_that_nobody_registered(self):
        assert next_watch_at(WatchedShipment()) is None


moments = st.none() | st.integers(-200, 200).map(at)
shipments = st.builds(
    WatchedShipment,
    phase=st.sampled_from(Phase),
    product=st.sampled_from(["express", "standard", "economy", "same_day"]),
    registered_at=moments,
    picked_up_at=moments,
    promised_at=moments,
    promised_by=st.sampled_from(PromiseSource),
    last_event_at=moments,
)


class TestNextWatch:
    def test_is_the_earliest_of_what_is_due(self):
        assert next_watch_at(scanned(promised_at=at(100))) == at(60)

    def test_goes_on_to_the_next_once_the_earliest_has_come(self):
        assert next_watch_at(scanned(promised_at=at(100)), after=at(60)) == at(100 + GRACE_HOURS)

    @pytest.mark.parametrize("phase", sorted(FINAL_PHASES))
    def test_is_never_when_the_parcel_is(self, phase):
        assert next_watch_at(promised(phase=phase, last_event_at=NOON, registered_at=NOON)) is None

    @given(shipments, st.integers(-300, 400).map(at))
    def test_is_the_first_instant_at_which_silence_means_more_than_now(self, shipment, now):
        due = next_watch_at(shipment, after=now)
        known = silences(shipment, now=now)

        if due is None:
            assert silences(shipment, now=at(10_000)) == known
        else:
            assert due > now
            assert silences(shipment, now=due - INSTANT) == known
            assert len(silences(shipment, now=due)) > len(known)

    @given(shipments)
    def test_without_a_start_is_the_first_of_all(self, shipment):
        assert next_watch_at(shipment) == next_watch_at(shipment, after=at(-10_000))
