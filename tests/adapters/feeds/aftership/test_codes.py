"""AfterShip's table: every subtag says exactly one thing, and only what is generic is left to the text."""

import pytest

from adapters.feeds.aftership.codes import CODES
from adapters.feeds.meanings import SCANS
from schemas.tracking import SIGNALS, Event, Reason

SAID = {
    "Pending": (Event.NO_TRACE, None),
    **{f"Pending_00{n}": (Event.NO_TRACE, None) for n in range(1, 7)},
    "InfoReceived": (Event.ORDER_CREATED, None),
    "InfoReceived_001": (Event.ORDER_CREATED, None),
    "InTransit": (Event.IN_TRANSIT, None),
    "InTransit_001": (Event.IN_TRANSIT, None),
    "InTransit_002": (Event.PICKED_UP, None),
    "InTransit_003": (Event.ARRIVED_HUB, None),
    "InTransit_004": (Event.ARRIVED_HUB, None),
    "InTransit_005": (Event.CUSTOMS_RELEASED, None),
    "InTransit_006": (Event.CUSTOMS_PENDING, None),
    "InTransit_007": (Event.DEPARTED_HUB, None),
    "InTransit_008": (Event.IN_TRANSIT, None),
    "InTransit_009": (Event.FORWARDED, None),
    "OutForDelivery": (Event.OUT_FOR_DELIVERY, None),
    "OutForDelivery_001": (Event.OUT_FOR_DELIVERY, None),
    "OutForDelivery_003": (Event.OUT_FOR_DELIVERY, None),
    "OutForDelivery_004": (Event.OUT_FOR_DELIVERY, None),
    "AttemptFail": (Event.DELIVERY_FAILED, Reason.UNKNOWN),
    "AttemptFail_001": (Event.DELIVERY_FAILED, Reason.UNKNOWN),
    "AttemptFail_002": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_ABSENT),
    "AttemptFail_003": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_CLOSED),
    "AvailableForPickup": (Event.AT_PICKUP_POINT, None),
    "AvailableForPickup_001": (Event.AT_PICKUP_POINT, None),
    "Delivered": (Event.DELIVERED, None),
    "Delivered_001": (Event.DELIVERED, None),
    "Delivered_002": (Event.DELIVERED_PICKUP_POINT, None),
    "Delivered_003": (Event.DELIVERED, None),
    "Delivered_004": (Event.DELIVERED, None),
    "Delivered_005": (Event.DELIVERED_PROXY, None),
    "Exception": (Event.EXCEPTION, Reason.UNKNOWN),
    "Exception_001": (Event.EXCEPTION, Reason.UNKNOWN),
    "Exception_002": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_MOVED),
    "Exception_003": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
    "Exception_004": (Event.CUSTOMS_HELD, Reason.CUSTOMS_DELAY),
    "Exception_005": (Event.HELD, Reason.UNKNOWN),
    "Exception_006": (Event.HELD, Reason.CONSIGNEE_FEE_UNPAID),
    "Exception_007": (Event.EXCEPTION, Reason.SENDER_WRONG_ADDRESS),
    "Exception_008": (Event.HELD, Reason.CONSIGNEE_UNCOLLECTED),
    "Exception_009": (Event.EXCEPTION, Reason.CARRIER_OUT_OF_AREA),
    "Exception_010": (Event.RETURNING, None),
    "Exception_011": (Event.RETURNED, None),
    "Exception_012": (Event.EXCEPTION, Reason.CARRIER_DAMAGED),
    "Exception_013": (Event.EXCEPTION, Reason.CARRIER_LOST),
    "Exception_016": (Event.HELD, Reason.CARRIER_DWELL),
    "Exception_017": (Event.HELD, Reason.EXTERNAL_WEATHER),
    "Exception_018": (Event.CUSTOMS_HELD, Reason.CUSTOMS_DOCS),
    "Exception_019": (Event.HELD, Reason.CARRIER_DELAY_CAPACITY),
    "Exception_020": (Event.CANCELLED_INTERCEPTED, None),
    "Exception_021": (Event.DISPOSED, None),
    "Expired": (Event.STALE, None),
    "Expired_001": (Event.STALE, None),
}


class TestCodes:
    @pytest.mark.parametrize("code", SAID)
    def test_say_what_the_provider_means(self, code):
        assert (CODES[code].event, CODES[code].reason) == SAID[code]

    def test_are_all_accounted_for(self):
        assert CODES.keys() == SAID.keys()

    def test_may_become_another_event_only_where_they_are_generic(self):
        assert {code for code, row in CODES.items() if row.refined_by} == {
            *("InTransit", "InTransit_001", "Delivered", "Delivered_001", "Exception", "Exception_001"),
        }

    def test_take_a_reason_from_the_text_only_where_they_name_none_for_sure(self):
        assert {code for code, row in CODES.items() if row.reason_from_text} == {
            *("AttemptFail", "AttemptFail_001", "Exception", "Exception_001", "Exception_005", "Exception_016"),
            *("Exception_010", "Exception_011"),
        }

    def test_are_never_refined_into_a_signal(self):
        assert all(row.refined_by <= SCANS for row in CODES.values())

    def test_are_signals_only_where_the_provider_concluded(self):
        signals = {code.partition("_")[0] for code, row in CODES.items() if row.event in SIGNALS}

        assert signals == {"Pending", "Expired"}

    @pytest.mark.parametrize("code", ["Exception_014", "Exception_015", "Exception_022", "InTransit_010", "Returned"])
    def test_do_not_guess(self, code):
        assert code not in CODES
