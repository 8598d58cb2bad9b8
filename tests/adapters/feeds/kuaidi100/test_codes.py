"""Kuaidi100's table: every advanced code says exactly one thing, and names say what their codes say."""

import pytest

from adapters.feeds.kuaidi100.codes import CODES, LAGGING_STATES, NAMES, SIGNAL_STATES
from adapters.feeds.meanings import SCANS
from schemas.tracking import SIGNALS, Event, Reason

SAID = {
    "101": (Event.ORDER_CREATED, None),
    "102": (Event.AWAITING_PICKUP, None),
    "103": (Event.PICKED_UP, None),
    "1001": (Event.ARRIVED_DEST_CITY, None),
    "1002": (Event.IN_TRANSIT, None),
    "1003": (Event.FORWARDED, None),
    "501": (Event.AT_PICKUP_POINT, None),
    "301": (Event.DELIVERED, None),
    "302": (Event.DELIVERED, None),
    "303": (Event.DELIVERED_PROXY, None),
    "304": (Event.DELIVERED_PICKUP_POINT, None),
    "401": (Event.CANCELLED_INTERCEPTED, None),
    "201": (Event.OVERDUE, None),
    "202": (Event.STALE, None),
    "203": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
    "205": (Event.HELD, Reason.CONSIGNEE_UNCOLLECTED),
    "206": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE),
    "207": (Event.EXCEPTION, Reason.CARRIER_OUT_OF_AREA),
    "208": (Event.HELD, Reason.CARRIER_DWELL),
    "209": (Event.EXCEPTION, Reason.CARRIER_DAMAGED),
    "210": (Event.CANCELLED_INTERCEPTED, Reason.SENDER_CANCELLED),
    "6": (Event.RETURNING, None),
    "4": (Event.RETURNED, None),
    "14": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
    "7": (Event.TRANSFERRED_CARRIER, None),
    "10": (Event.CUSTOMS_PENDING, None),
    "11": (Event.CUSTOMS_PENDING, None),
    "12": (Event.CUSTOMS_RELEASED, None),
}
LEFT_OPEN = {"0", "1", "2", "5", "8", "13", "204"}


class TestCodes:
    @pytest.mark.parametrize("code", SAID)
    def test_say_one_thing_whatever_the_text(self, code):
        meaning = CODES[code]

        assert (meaning.event, meaning.reason) == SAID[code]
        assert not meaning.refined_by
        assert not meaning.reason_from_text

    def test_leave_something_to_the_text_only_where_they_name_a_stage(self):
        open_codes = {code for code, row in CODES.items() if row.refined_by or row.reason_from_text}

        assert open_codes == LEFT_OPEN

    def test_are_all_accounted_for(self):
        assert CODES.keys() == SAID.keys() | LEFT_OPEN | {"3"}

    def test_are_never_refined_into_a_signal(self):
        assert all(row.refined_by <= SCANS for row in CODES.values())

    def test_are_signals_only_where_the_provider_concluded(self):
        assert {code for code, row in CODES.items() if row.event in SIGNALS} == SIGNAL_STATES

    def test_lag_behind_only_where_they_are_refined(self):
        assert LAGGING_STATES <= LEFT_OPEN


class TestNames:
    def test_include_every_codes_own(self):
        assert all(NAMES[row.name] is row for row in CODES.values())

    @pytest.mark.parametrize(("name", "code"), [("运输中", "0"), ("已签收", "3"), ("派件中", "5"), ("转单", "7")])
    def test_include_the_other_ways_of_saying_it(self, name, code):
        assert NAMES[name] is CODES[code]
