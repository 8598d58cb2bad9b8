"""Kdniao's table: what each code says, and what is left to the text."""

import pytest

from adapters.feeds.kdniao.codes import CODES, LAGGING_STATES, SIGNAL_STATES
from adapters.feeds.kuaidi100.codes import CODES as KUAIDI100
from adapters.feeds.meanings import SCANS
from schemas.tracking import SIGNALS, Event, Reason

SAID = {
    "0": (Event.NO_TRACE, None),
    "10": (Event.AWAITING_PICKUP, None),
    "201": (Event.ARRIVED_DEST_CITY, None),
    "202": (Event.OUT_FOR_DELIVERY, None),
    "204": (Event.ARRIVED_HUB, None),
    "205": (Event.ARRIVED_OUTLET, None),
    "206": (Event.DEPARTED_HUB, None),
    "211": (Event.AT_PICKUP_POINT, None),
    "3": (Event.DELIVERED, None),
    "301": (Event.DELIVERED, None),
    "302": (Event.DELIVERED, None),
    "304": (Event.DELIVERED_PROXY, None),
    "311": (Event.DELIVERED_PICKUP_POINT, None),
    "401": (Event.NO_TRACE, None),
    "402": (Event.OVERDUE, None),
    "403": (Event.STALE, None),
    "404": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
    "406": (Event.RETURNED, None),
    "407": (Event.RETURNING, None),
    "412": (Event.HELD, Reason.CONSIGNEE_UNCOLLECTED),
    "413": (Event.CANCELLED_INTERCEPTED, None),
    "414": (Event.EXCEPTION, Reason.CARRIER_DAMAGED),
    "415": (Event.CANCELLED_INTERCEPTED, Reason.SENDER_CANCELLED),
    "416": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE),
    "417": (Event.HELD, Reason.CARRIER_DWELL),
    "419": (Event.OUT_FOR_DELIVERY, None),
    "420": (Event.EXCEPTION, Reason.SENDER_WRONG_ADDRESS),
    "421": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE),
    "422": (Event.EXCEPTION, Reason.CARRIER_MISSORT),
    "423": (Event.EXCEPTION, Reason.CARRIER_OUT_OF_AREA),
    "5": (Event.FORWARDED, None),
    "601": (Event.CUSTOMS_PENDING, None),
    "602": (Event.CUSTOMS_PENDING, None),
    "603": (Event.CUSTOMS_RELEASED, None),
}
LEFT_OPEN = {
    "1": (Event.PICKED_UP, None),
    "2": (Event.IN_TRANSIT, None),
    "4": (Event.EXCEPTION, Reason.UNKNOWN),
    "405": (Event.DELIVERY_FAILED, Reason.UNKNOWN),
    "418": (Event.HELD, Reason.UNKNOWN),
    "6": (Event.CUSTOMS_PENDING, None),
    "604": (Event.CUSTOMS_HELD, Reason.UNKNOWN),
}


class TestCodes:
    @pytest.mark.parametrize("code", SAID | LEFT_OPEN)
    def test_say_this_where_the_text_says_nothing(self, code):
        assert (CODES[code].event, CODES[code].reason) == (SAID | LEFT_OPEN)[code]

    def test_leave_something_to_the_text_only_where_they_name_a_stage(self):
        assert {code for code, row in CODES.items() if row.refined_by or row.reason_from_text} == LEFT_OPEN.keys()

    def test_are_all_accounted_for(self):
        assert CODES.keys() == SAID.keys() | LEFT_OPEN.keys()

    def test_are_never_refined_into_a_signal(self):
        assert all(row.refined_by <= SCANS for row in CODES.values())

    def test_are_signals_only_where_the_provider_concluded(self):
        assert {code for code, row in CODES.items() if row.event in SIGNALS} == SIGNAL_STATES

    def test_lag_behind_only_where_they_are_refined(self):
        assert LEFT_OPEN.keys() >= LAGGING_STATES

    def test_do_not_mean_what_another_provider_means_by_them(self):
        shared = {code for code in CODES.keys() & KUAIDI100.keys() if CODES[code].event is not KUAIDI100[code].event}

        assert shared >= {"201", "202", "401", "304"}
