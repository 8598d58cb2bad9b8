"""EasyPost's tables: what each status and each detail under it says, whatever the text."""

import pytest

from adapters.feeds.easypost.codes import DETAILED, DETAILS, STATUSES
from adapters.feeds.easypost.translate import _understood
from schemas.tracking import SIGNALS, Event, Reason

STATUS_SAID = {
    "pre_transit": (Event.ORDER_CREATED, None),
    "in_transit": (Event.IN_TRANSIT, None),
    "out_for_delivery": (Event.OUT_FOR_DELIVERY, None),
    "available_for_pickup": (Event.AT_PICKUP_POINT, None),
    "delivered": (Event.DELIVERED, None),
    "return_to_sender": (Event.RETURNING, None),
    "cancelled": (Event.CANCELLED_INTERCEPTED, None),
    "failure": (Event.DELIVERY_FAILED, Reason.UNKNOWN),
    "error": (Event.EXCEPTION, Reason.UNKNOWN),
    "unknown": (Event.EXCEPTION, Reason.UNKNOWN),
}
DETAIL_SAID = {
    "label_created": (Event.ORDER_CREATED, None),
    "awaiting_information": (Event.ORDER_CREATED, None),
    "received_at_origin_facility": (Event.ARRIVED_HUB, None),
    "arrived_at_facility": (Event.ARRIVED_HUB, None),
    "departed_origin_facility": (Event.DEPARTED_HUB, None),
    "departed_facility": (Event.DEPARTED_HUB, None),
    "in_transit": (Event.IN_TRANSIT, None),
    "arrived_at_destination": (Event.ARRIVED_DEST_CITY, None),
    "received_at_destination_facility": (Event.ARRIVED_OUTLET, None),
    "transferred_to_destination_carrier": (Event.TRANSFERRED_CARRIER, None),
    "out_for_delivery": (Event.OUT_FOR_DELIVERY, None),
    "arrived_at_pickup_location": (Event.AT_PICKUP_POINT, None),
    "address_correction": (Event.EXCEPTION, Reason.SENDER_WRONG_ADDRESS),
    "damaged": (Event.EXCEPTION, Reason.CARRIER_DAMAGED),
    "lost": (Event.EXCEPTION, Reason.CARRIER_LOST),
    "missorted": (Event.EXCEPTION, Reason.CARRIER_MISSORT),
    "delayed": (Event.HELD, Reason.CARRIER_DWELL),
    "held": (Event.HELD, Reason.CARRIER_DWELL),
    "weather_delay": (Event.HELD, Reason.EXTERNAL_WEATHER),
    "refused": (Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
    "delivery_exception": (Event.DELIVERY_FAILED, Reason.UNKNOWN),
    "failure": (Event.DELIVERY_FAILED, Reason.UNKNOWN),
    "transit_exception": (Event.EXCEPTION, Reason.UNKNOWN),
    "return": (Event.RETURNING, None),
    "cancelled": (Event.CANCELLED_INTERCEPTED, None),
    "expired": (Event.STALE, None),
}


def said(status: str, detail: str = "", text: str = "") -> tuple[Event, Reason | None]:
    event, reason, _ = _understood(status, detail, text)
    return event, reason


class TestStatuses:
    @pytest.mark.parametrize("status", STATUS_SAID)
    def test_say_one_thing_where_nothing_else_is_told(self, status):
        assert said(status) == said(status, "status_update") == said(status, "unknown") == STATUS_SAID[status]

    def test_are_all_accounted_for(self):
        assert STATUSES.keys() == STATUS_SAID.keys()

    @pytest.mark.parametrize("status", sorted(STATUSES.keys() - DETAILED))
    @pytest.mark.parametrize("detail", ["arrived_at_destination", "damaged", "never heard of"])
    def test_that_say_all_are_not_changed_by_a_detail(self, status, detail):
        assert said(status, detail) == STATUS_SAID[status]

    def test_that_are_not_known_are_flagged(self):
        assert _understood("teleported", "", "Delivered") == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")

    @pytest.mark.parametrize("status", ["unknown", ""])
    def test_that_say_nothing_leave_all_to_the_text(self, status):
        assert _understood(status, "", "Delivered") == (Event.DELIVERED, None, "text")
        assert _understood(status, "", "???") == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")


class TestDetails:
    @pytest.mark.parametrize("detail", DETAIL_SAID)
    def test_say_one_thing_of_a_parcel_on_its_way(self, detail):
        assert said("in_transit", detail) == said("unknown", detail) == DETAIL_SAID[detail]

    def test_are_all_accounted_for(self):
        assert DETAILS.keys() == DETAIL_SAID.keys()

    def test_are_signals_only_where_easypost_concluded(self):
        assert {code for code, row in DETAILS.items() if row.event in SIGNALS} == {"expired"}

    @pytest.mark.parametrize("status", sorted(DETAILED))
    def test_that_are_not_known_are_flagged(self, status):
        assert _understood(status, "levitating", "Delivered") == (Event.EXCEPTION, Reason.UNKNOWN, "unknown")

    @pytest.mark.parametrize("detail", ["arrived_at_facility", "departed_facility", "arrived_at_destination"])
    def test_that_name_a_place_make_no_failure_good(self, detail):
        assert said("failure", detail) == (Event.DELIVERY_FAILED, Reason.UNKNOWN)

    @pytest.mark.parametrize(
        ("status", "detail", "event", "reason"),
        [
            ("failure", "damaged", Event.EXCEPTION, Reason.CARRIER_DAMAGED),
            ("failure", "refused", Event.DELIVERY_FAILED, Reason.CONSIGNEE_REFUSED),
            ("failure", "return", Event.RETURNING, None),
            ("failure", "failure", Event.DELIVERY_FAILED, Reason.UNKNOWN),
            ("return_to_sender", "refused", Event.RETURNING, Reason.CONSIGNEE_REFUSED),
            ("return_to_sender", "return", Event.RETURNING, None),
            ("pre_transit", "cancelled", Event.CANCELLED_INTERCEPTED, None),
            ("error", "lost", Event.EXCEPTION, Reason.CARRIER_LOST),
        ],
    )
    def test_give_trouble_its_kind_and_its_reason(self, status, detail, event, reason):
        assert said(status, detail) == (event, reason)


class TestTexts:
    @pytest.mark.parametrize(
        ("status", "detail", "text", "event", "reason"),
        [
            ("in_transit", "", "Picked up from the shop", Event.PICKED_UP, None),
            ("in_transit", "", "Departed the Sampleton hub", Event.DEPARTED_HUB, None),
            ("in_transit", "", "Nobody at home, will try again", Event.DELIVERY_FAILED, Reason.CONSIGNEE_ABSENT),
            ("in_transit", "arrived_at_facility", "Picked up", Event.PICKED_UP, None),
            ("in_transit", "delivery_exception", "Business closed", Event.DELIVERY_FAILED, Reason.CONSIGNEE_CLOSED),
            ("failure", "", "Parcel damaged in handling", Event.EXCEPTION, Reason.CARRIER_DAMAGED),
            ("failure", "", "No such number, returning it", Event.RETURNING, Reason.SENDER_WRONG_ADDRESS),
            ("return_to_sender", "", "Returned to sender", Event.RETURNED, None),
            ("return_to_sender", "", "Unclaimed, return it", Event.RETURNING, Reason.CONSIGNEE_UNCOLLECTED),
            ("delivered", "", "Delivered to a neighbour", Event.DELIVERED_PROXY, None),
            ("delivered", "", "Delivered, to original sender", Event.RETURNED, None),
            ("pre_transit", "", "Label made, awaiting item", Event.AWAITING_PICKUP, None),
        ],
    )
    def test_add_what_status_and_detail_leave_open(self, status, detail, text, event, reason):
        assert said(status, detail, text) == (event, reason)

    @pytest.mark.parametrize("status", ["in_transit", "failure", "pre_transit", "out_for_delivery"])
    def test_never_make_a_delivery_of_what_is_none(self, status):
        assert said(status, "", "Delivered") == STATUS_SAID[status]
