"""17TRACK's tables: every code says exactly one thing, and only what is called other is left to the text."""

import pytest

from adapters.feeds.meanings import SCANS
from adapters.feeds.seventeentrack.codes import CODES, NUMBERS
from schemas.tracking import SIGNALS, Event, Reason

SAID = {
    "NotFound": (Event.NO_TRACE, None),
    "NotFound_Other": (Event.NO_TRACE, None),
    "NotFound_InvalidCode": (Event.NO_TRACE, None),
    "Expired": (Event.OVERDUE, None),
    "Expired_Other": (Event.OVERDUE, None),
    "InfoReceived": (Event.ORDER_CREATED, None),
    "PickedUp": (Event.PICKED_UP, None),
    "InTransit": (Event.IN_TRANSIT, None),
    "InTransit_Other": (Event.IN_TRANSIT, None),
    "InTransit_PickedUp": (Event.PICKED_UP, None),
    "Departure": (Event.DEPARTED_HUB, None),
    "InTransit_Departure": (Event.DEPARTED_HUB, None),
    "InTransit_TransportDeparted": (Event.DEPARTED_HUB, None),
    "Arrival": (Event.ARRIVED_HUB, None),
    "InTransit_Arrival": (Event.ARRIVED_HUB, None),
    "InTransit_TransportArrived": (Event.ARRIVED_HUB, None),
    "CustomsProcessing": (Event.CUSTOMS_PENDING, None),
    "InTransit_CustomsProcessing": (Event.CUSTOMS_PENDING, None),
    "CustomsReleased": (Event.CUSTOMS_RELEASED, None),
    "InTransit_CustomsReleased": (Event.CUSTOMS_RELEASED, None),
    "CustomsRequiringInformation": (Event.CUSTOMS_HELD, Reason.CUSTOMS_DOCS),
    "InTransit_CustomsRequiringInformation": (Event.CUSTOMS_HELD, Reason.CUSTOMS_DOCS),
    "AvailableForPickup": (Event.AT_PICKUP_POINT, None),
    "AvailableForPickup_Other": (Event.AT_PICKUP_POINT, None),
    "OutForDelivery": (Event.OUT_FOR_DELIVERY, None),
    "OutForDelivery_Other": (Event.OUT_FOR_DELIVERY, None),
    "DeliveryFailure": (Event.DELIVERY_FAILED, Reason.UNKNOWN),
    "DeliveryFailure_Other": (Event.DELIVERY_FAILED, Reason.UNKNOWN),
    "DeliveryFailure_NoBody": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_UNREACHABLE),
    "DeliveryFailure_Security": (Event.DELIVERY_FAILED, Reason.UNKNOWN),
    "DeliveryFailure_Rejected": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
    "DeliveryFailure_InvalidAddress": (Event.DELIVERY_FAILED, Reason.SENDER_WRONG_ADDRESS),
    "Delivered": (Event.DELIVERED, None),
    "Delivered_Other": (Event.DELIVERED, None),
    "Exception": (Event.EXCEPTION, Reason.UNKNOWN),
    "Exception_Other": (Event.EXCEPTION, Reason.UNKNOWN),
    "Returning": (Event.RETURNING, None),
    "Exception_Returning": (Event.RETURNING, None),
    "Returned": (Event.RETURNED, None),
    "Exception_Returned": (Event.RETURNED, None),
    "Exception_NoBody": (Event.EXCEPTION, Reason.CONSIGNEE_UNREACHABLE),
    "Exception_Security": (Event.EXCEPTION, Reason.UNKNOWN),
    "Exception_Damage": (Event.EXCEPTION, Reason.CARRIER_DAMAGED),
    "Exception_Rejected": (Event.EXCEPTION, Reason.CONSIGNEE_REFUSED),
    "Exception_Delayed": (Event.HELD, Reason.UNKNOWN),
    "Exception_Lost": (Event.EXCEPTION, Reason.CARRIER_LOST),
    "Exception_Destroyed": (Event.DISPOSED, None),
    "Exception_Cancel": (Event.CANCELLED_INTERCEPTED, None),
}
SAID_BY_NUMBERS = {
    "0": (Event.NO_TRACE, None),
    "10": (Event.IN_TRANSIT, None),
    "20": (Event.OVERDUE, None),
    "30": (Event.AT_PICKUP_POINT, None),
    "35": (Event.DELIVERY_FAILED, Reason.UNKNOWN),
    "40": (Event.DELIVERED, None),
    "50": (Event.EXCEPTION, Reason.UNKNOWN),
}


class TestCodes:
    @pytest.mark.parametrize("code", SAID)
    def test_say_what_the_provider_means(self, code):
        assert (CODES[code].event, CODES[code].reason) == SAID[code]

    def test_are_all_accounted_for(self):
        assert CODES.keys() == SAID.keys()

    def test_may_become_another_event_only_where_they_are_generic(self):
        generic = {code for code, row in CODES.items() if row.refined_by}

        assert generic == {
            *("InTransit", "InTransit_Other", "Delivered", "Delivered_Other"),
            *("Exception", "Exception_Other", "Exception_Security"),
        }

    def test_are_never_refined_into_a_signal(self):
        assert all(row.refined_by <= SCANS for row in (*CODES.values(), *NUMBERS.values()))

    def test_are_signals_only_where_the_provider_concluded(self):
        signals = {code.partition("_")[0] for code, row in CODES.items() if row.event in SIGNALS}

        assert signals == {"NotFound", "Expired"}

    @pytest.mark.parametrize("code", ["InTransit_Delayed", "Exception_Missing", "Undelivered", "40"])
    def test_do_not_guess(self, code):
        assert code not in CODES


class TestNumbers:
    @pytest.mark.parametrize("number", SAID_BY_NUMBERS)
    def test_say_what_the_provider_means(self, number):
        assert (NUMBERS[number].event, NUMBERS[number].reason) == SAID_BY_NUMBERS[number]

    def test_are_all_accounted_for(self):
        assert NUMBERS.keys() == SAID_BY_NUMBERS.keys()

    def test_all_leave_something_to_the_text_but_the_providers_conclusions(self):
        says_all = {number for number, row in NUMBERS.items() if not row.refined_by and not row.reason_from_text}

        assert says_all == {"0", "20"}
