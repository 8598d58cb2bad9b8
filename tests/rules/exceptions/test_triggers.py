"""Which events open an exception, and of which type."""

from itertools import product

import pytest

from rules.exceptions.triggers import CURED_BY, type_opened_by
from schemas.exceptions import ExceptionType
from schemas.tracking import Event, Reason

OPENED: dict[tuple[Event, str], ExceptionType] = {
    (Event.EXCEPTION, "carrier.damaged"): ExceptionType.DAMAGED,
    (Event.EXCEPTION, "sender.packaging"): ExceptionType.DAMAGED,
    (Event.EXCEPTION, "carrier.lost"): ExceptionType.LOST,
    (Event.EXCEPTION, "carrier.short"): ExceptionType.SHORT,
    (Event.EXCEPTION, "carrier.missort"): ExceptionType.MISROUTED,
    (Event.EXCEPTION, "carrier.misroute"): ExceptionType.MISROUTED,
    (Event.EXCEPTION, "sender.wrong_address"): ExceptionType.ADDRESS_ERROR,
    (Event.EXCEPTION, "sender.wrong_phone"): ExceptionType.ADDRESS_ERROR,
    (Event.EXCEPTION, "consignee.moved"): ExceptionType.ADDRESS_ERROR,
    (Event.EXCEPTION, "carrier.out_of_area"): ExceptionType.OUT_OF_AREA,
    (Event.EXCEPTION, "consignee.refused"): ExceptionType.REFUSED,
    (Event.EXCEPTION, "consignee.unreachable"): ExceptionType.UNREACHABLE,
    (Event.EXCEPTION, "external.weather"): ExceptionType.WEATHER_BACKLOG,
    (Event.EXCEPTION, "external.disaster"): ExceptionType.WEATHER_BACKLOG,
    (Event.EXCEPTION, "carrier.false_sign"): ExceptionType.FALSE_SIGN,
    (Event.EXCEPTION, "carrier.unauth_locker"): ExceptionType.UNAUTHORISED_LOCKER,
    (Event.EXCEPTION, "carrier.late_scan"): ExceptionType.TRACKING_UNTRUE,
    (Event.EXCEPTION, "carrier.untrue_scan"): ExceptionType.TRACKING_UNTRUE,
    (Event.DELIVERY_FAILED, "consignee.refused"): ExceptionType.REFUSED,
    (Event.DELIVERY_FAILED, "sender.wrong_address"): ExceptionType.ADDRESS_ERROR,
    (Event.DELIVERY_FAILED, "sender.wrong_phone"): ExceptionType.ADDRESS_ERROR,
    (Event.DELIVERY_FAILED, "consignee.moved"): ExceptionType.ADDRESS_ERROR,
    (Event.DELIVERY_FAILED, "consignee.unreachable"): ExceptionType.UNREACHABLE,
    (Event.DELIVERY_FAILED, "consignee.absent"): ExceptionType.UNREACHABLE,
    (Event.DELIVERY_FAILED, "consignee.closed"): ExceptionType.UNREACHABLE,
    (Event.DELIVERY_FAILED, "carrier.damaged"): ExceptionType.DAMAGED,
    (Event.HELD, "consignee.uncollected"): ExceptionType.UNCOLLECTED,
    (Event.HELD, "external.weather"): ExceptionType.WEATHER_BACKLOG,
    (Event.HELD, "external.disaster"): ExceptionType.WEATHER_BACKLOG,
    (Event.REPORTED_NOT_RECEIVED, "carrier.unauth_locker"): ExceptionType.UNAUTHORISED_LOCKER,
}
OPENED_FOR_ANY_OTHER_REASON = {
    Event.EXCEPTION: ExceptionType.DELIVERY_TROUBLE,
    Event.DELIVERY_FAILED: ExceptionType.DELIVERY_TROUBLE,
    Event.HELD: ExceptionType.HELD_AT_OUTLET,
    Event.CUSTOMS_HELD: ExceptionType.CUSTOMS_HELD,
    Event.RETURNING: ExceptionType.RETURNED,
    Event.RETURNED: ExceptionType.RETURNED,
    Event.FORWARDED: ExceptionType.FORWARDED,
    Event.OVERDUE: ExceptionType.DELAYED,
    Event.STALE: ExceptionType.NO_SCAN,
    Event.NO_TRACE: ExceptionType.NO_SCAN,
    Event.PRESUMED_LOST: ExceptionType.LOST,
    Event.REPORTED_NOT_RECEIVED: ExceptionType.FALSE_SIGN,
}
AGREED = (Event.DELIVERY_FAILED, "consignee.reschedule")
OTHERS = [pair for pair in product(Event, ["", *Reason]) if pair not in OPENED and pair != AGREED]


class TestTypeOpenedBy:
    @pytest.mark.parametrize(("event", "reason"), OPENED)
    def test_follows_the_reason_of(self, event, reason):
        assert type_opened_by(event, reason) is OPENED[(event, reason)]

    @pytest.mark.parametrize("event", list(Event))
    def test_is_the_same_for_any_reason_not_named_beside(self, event):
        opened = {type_opened_by(told, reason) for told, reason in OTHERS if told is event}

        assert opened == {OPENED_FOR_ANY_OTHER_REASON.get(event)}

    @pytest.mark.parametrize("event", [Event.AT_PICKUP_POINT, Event.DELIVERED_PICKUP_POINT])
    def test_is_none_for_a_locker_scan_which_says_nothing_about_consent(self, event):
        assert type_opened_by(event, "") is None

    def test_is_none_for_a_delivery_that_was_put_off_with_the_customer(self):
        assert type_opened_by(*AGREED) is None

    @pytest.mark.parametrize("type_", list(ExceptionType))
    def test_leaves_no_type_that_nothing_opens(self, type_):
        assert type_ in {*OPENED.values(), *OPENED_FOR_ANY_OTHER_REASON.values()}


class TestCuredBy:
    @pytest.mark.parametrize("event", list(Event))
    def test_never_names_the_event_that_opened_the_type(self, event):
        opened = {type_opened_by(event, reason) for reason in ["", *Reason]} - {None}

        assert not [type_ for type_ in opened if event in CURED_BY[type_]]
