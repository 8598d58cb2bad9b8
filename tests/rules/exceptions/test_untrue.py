"""Tracking that came late or was untrue (R3), and what an honest carrier's tracking may look like."""

import pytest
from factories import an_event, at
from hypothesis import given
from hypothesis import strategies as st

from rules.exceptions.untrue import untrue_tracking
from schemas.exceptions import ExceptionType, Origin
from schemas.shipments import LoggedEvent
from schemas.tracking import SIGNALS, Event


def told(event: Event, hours: float, *, after: float = 0.1, **changes) -> LoggedEvent:
    """Make an event that was told so many hours after it happened."""
    return an_event(event, hours, **{"source": "zto_trace", "received_at": at(hours + after), **changes})


def taken_back(event: Event, hours: float, *, stood: float) -> LoggedEvent:
    """Make an event that stood for so many hours before its sender took it back."""
    return told(event, hours, after=0, voided=True, voided_at=at(hours + stood))


class TestLateScan:
    def test_is_one_that_was_told_two_days_after_a_later_one(self):
        hub, outlet = told(Event.ARRIVED_HUB, 0, after=60), told(Event.ARRIVED_OUTLET, 10)

        (trouble,) = untrue_tracking([hub, outlet])

        assert (trouble.type, trouble.reason, trouble.trigger, trouble.since, trouble.latest) == (
            ExceptionType.TRACKING_UNTRUE, "carrier.late_scan", hub.event_id, at(0), at(60),
        )  # fmt: skip
        assert trouble.origin is Origin.REPORTED

    @pytest.mark.parametrize(("after", "late"), [(58, True), (57.9, False)])
    def test_begins_48_hours_after_the_later_one_was_told(self, after, late):
        outlet = told(Event.ARRIVED_OUTLET, 5, after=5)

        assert bool(untrue_tracking([told(Event.ARRIVED_HUB, 0, after=after), outlet])) is late

    def test_is_none_of_a_history_that_comes_in_one_go_however_old_it_is(self):
        history = [told(Event.IN_TRANSIT, hour, received_at=at(900)) for hour in range(0, 200, 20)]

        assert untrue_tracking(history) == ()

    def test_is_none_of_another_sender_that_joins_later(self):
        assert untrue_tracking([told(Event.ARRIVED_HUB, 0, after=99, source="sf_route_json"),
                                told(Event.ARRIVED_OUTLET, 10)]) == ()  # fmt: skip

    def test_is_none_that_is_worded_anew(self):
        first = told(Event.ARRIVED_HUB, 0, event_id="as it was worded first")
        anew = told(Event.ARRIVED_HUB, 0, after=99, event_id="as it is worded now")

        assert untrue_tracking([first, anew, told(Event.ARRIVED_OUTLET, 10)]) == ()

    @pytest.mark.parametrize("changes", [{"received_at": None}, {"understood": False}, {"event": Event.STALE}])
    def test_is_none_for_an_event_that_is_no_told_scan(self, changes):
        hub = told(Event.ARRIVED_HUB, 0, after=99).model_copy(update=changes)

        assert untrue_tracking([hub, told(Event.ARRIVED_OUTLET, 10)]) == ()


class TestArrivalTakenBack:
    @pytest.mark.parametrize("event", [Event.DELIVERED, Event.DELIVERED_PROXY, Event.DELIVERED_PICKUP_POINT])
    def test_after_two_hours_was_untrue(self, event):
        arrival = taken_back(event, 0, stood=2)

        (trouble,) = untrue_tracking([arrival])

        assert (trouble.reason, trouble.trigger, trouble.latest) == ("carrier.untrue_scan", arrival.event_id, at(2))

    def test_at_once_was_a_slip_of_the_hand(self):
        assert untrue_tracking([taken_back(Event.DELIVERED, 0, stood=1.9)]) == ()

    def test_is_no_matter_for_any_other_scan(self):
        assert untrue_tracking([taken_back(Event.ARRIVED_HUB, 0, stood=99)]) == ()

    @pytest.mark.parametrize("missing", ["voided_at", "received_at"])
    def test_is_left_alone_when_nobody_knows_how_long_it_stood(self, missing):
        arrival = taken_back(Event.DELIVERED, 0, stood=9).model_copy(update={missing: None})

        assert untrue_tracking([arrival]) == ()


class TestArrivalContradicted:
    @pytest.mark.parametrize("event", [Event.OUT_FOR_DELIVERY, Event.DELIVERY_FAILED])
    def test_by_another_delivery_was_untrue(self, event):
        arrival = told(Event.DELIVERED, 0)

        (trouble,) = untrue_tracking([arrival, told(event, 20)])

        assert (trouble.reason, trouble.trigger, trouble.since, trouble.latest) == (
            "carrier.untrue_scan", arrival.event_id, at(0), at(20.1),
        )  # fmt: skip

    def test_dates_by_the_scan_where_nobody_knows_when_it_was_told(self):
        (trouble,) = untrue_tracking([an_event(Event.DELIVERED), an_event(Event.OUT_FOR_DELIVERY, 20)])

        assert trouble.latest == at(20)

    @pytest.mark.parametrize(
        "later",
        [
            pytest.param([told(Event.OUT_FOR_DELIVERY, 1.9)], id="scans that cross within two hours"),
            pytest.param([told(Event.RETURNING, 3), told(Event.OUT_FOR_DELIVERY, 30)], id="a return"),
            pytest.param([told(Event.FORWARDED, 3), told(Event.OUT_FOR_DELIVERY, 30)], id="another journey"),
            pytest.param([told(Event.IN_TRANSIT, 20)], id="a scan that is no delivery"),
            pytest.param([told(Event.OUT_FOR_DELIVERY, 20, source="sf_route_json")], id="another sender's clock"),
            pytest.param([told(Event.OUT_FOR_DELIVERY, 20, voided=True)], id="a scan that was taken back"),
        ],
    )
    def test_is_not_by(self, later):
        assert untrue_tracking([told(Event.DELIVERED, 0), *later]) == ()

    def test_is_by_a_delivery_before_the_parcel_turned_back(self):
        assert untrue_tracking([told(Event.DELIVERED, 0), told(Event.OUT_FOR_DELIVERY, 9), told(Event.RETURNING, 30)])

    @pytest.mark.parametrize("event", [Event.DELIVERED_PROXY, Event.DELIVERED_PICKUP_POINT])
    def test_is_not_when_a_proxy_or_a_locker_hands_it_on(self, event):
        assert untrue_tracking([told(event, 0), told(Event.OUT_FOR_DELIVERY, 20)]) == ()


class TestUntrueTracking:
    def test_leaves_a_disputed_arrival_to_the_case_about_the_dispute(self):
        disputed = told(Event.REPORTED_NOT_RECEIVED, 5)

        assert untrue_tracking([taken_back(Event.DELIVERED, 0, stood=9), disputed]) == ()
        assert untrue_tracking([told(Event.DELIVERED, 0), told(Event.OUT_FOR_DELIVERY, 20), disputed]) == ()

    def test_finds_a_late_scan_beside_a_dispute(self):
        late = [told(Event.ARRIVED_HUB, 0, after=60), told(Event.ARRIVED_OUTLET, 10)]

        assert untrue_tracking([*late, told(Event.REPORTED_NOT_RECEIVED, 5)])

    def test_is_one_trouble_from_the_first_to_the_newest_of_all_that_was_untrue(self):
        late = [told(Event.ARRIVED_HUB, 0, after=60), told(Event.ARRIVED_OUTLET, 10)]
        arrival = taken_back(Event.DELIVERED, 20, stood=70)

        (trouble,) = untrue_tracking([*late, arrival])

        assert (trouble.since, trouble.latest, trouble.trigger) == (at(0), at(90), arrival.event_id)

    def test_is_found_in_years_before_the_first_rules(self):
        old = [event.model_copy(update={"occurred_at": event.occurred_at.replace(year=2003)})
               for event in (told(Event.DELIVERED, 0), told(Event.OUT_FOR_DELIVERY, 20))]  # fmt: skip

        assert untrue_tracking(old)

    @given(st.data())
    def test_is_the_same_for_every_order_and_repetition_of_the_same_tellings(self, data):
        log = [
            told(event, hours, after=after)
            for event, hours, after in data.draw(
                st.lists(
                    st.tuples(
                        st.sampled_from(sorted(set(Event) - SIGNALS)),
                        st.integers(0, 90),
                        st.sampled_from([0, 1, 60, 99]),
                    ),
                    max_size=8,
                    unique_by=lambda entry: entry[:2],  # the log holds an event once, as it was told first
                )
            )
        ]
        shuffled = data.draw(st.permutations([*log, *log[:2]]))

        assert untrue_tracking(shuffled) == untrue_tracking(log)
