"""The outlet is told what is asked for before it delivers: once for each parcel and version of the wishes."""

import pytest
from factories import a_declaration, a_registration, an_event, at
from standins import register, tell

from schemas.preferences import CallFirst, Door, NeverLocker, Place, PreferenceKind, PreferredLanguage
from schemas.tracking import Event
from store.tracking import shipments
from store.unit_of_work import unit_of_work
from tasks.exceptions.detection import find_exceptions
from tasks.preferences.advising import advise_outlets
from tasks.preferences.declaring import take_down

ARRIVED = an_event(Event.ARRIVED_OUTLET, -2, location="示例城东网点")
OUT = an_event(Event.OUT_FOR_DELIVERY, -1)


def declared(*preferences, **changes):
    take_down([a_declaration(*preferences, **changes)], door=Door.GATEWAY, taken_by="wms")


def the_engine_passes() -> int:
    find_exceptions.fn()
    return advise_outlets.fn()


def letters() -> list[dict[str, str]]:
    with unit_of_work() as connection:
        rows = connection.exec_driver_sql(
            "SELECT payload FROM outbox WHERE payload->>'purpose' = 'dispatch_advice' ORDER BY id"
        )
        return list(rows.scalars())


class TestAdvice:
    @pytest.mark.parametrize("event", [ARRIVED, OUT], ids=["at its outlet", "out for delivery"])
    def test_goes_to_the_outlet_when_the_parcel_is(self, event):
        register(a_registration())
        declared(Place(place="一楼保安室"))
        tell(event)

        assert the_engine_passes() == 1

        [letter] = letters()
        assert (letter["audience"], letter["to"]) == ("department", "示例城东网点")
        assert "一楼保安室" in letter["body"]

    def test_holds_nothing_of_who_the_consignee_is(self):
        register(a_registration())
        declared(Place(place="王五家门口，电话 19900001234"))
        tell(ARRIVED)
        the_engine_passes()

        [letter] = letters()
        assert not any(secret in str(letter) for secret in ("王五", "19900001234", "示例路"))

    def test_is_not_repeated_for_the_next_scan(self):
        register(a_registration())
        declared()
        tell(ARRIVED)
        the_engine_passes()
        tell(OUT)

        assert the_engine_passes() == 0
        assert len(letters()) == 1

    def test_is_given_anew_for_a_new_version(self):
        register(a_registration())
        declared()
        tell(ARRIVED)
        the_engine_passes()
        declared(CallFirst())

        assert advise_outlets.fn() == 1
        assert "call before" in letters()[-1]["body"]
        assert "locker" in letters()[-1]["body"]

    def test_is_not_given_anew_for_what_the_outlet_need_not_know(self):
        register(a_registration())
        declared()
        tell(ARRIVED)
        the_engine_passes()
        declared(PreferredLanguage(language="en"))

        assert advise_outlets.fn() == 0

    def test_is_taken_back_when_everything_is_withdrawn(self):
        register(a_registration())
        declared()
        tell(ARRIVED)
        the_engine_passes()
        declared(withdrawn=(PreferenceKind.NEVER_LOCKER,))

        assert advise_outlets.fn() == 1
        assert "no longer holds" in letters()[-1]["body"]
        assert advise_outlets.fn() == 0

    def test_is_given_for_a_wish_that_comes_while_the_parcel_is_out(self):
        register(a_registration())
        tell(OUT)
        the_engine_passes()
        assert letters() == []

        declared()

        assert advise_outlets.fn() == 1

    def test_is_given_for_fresh_goods_that_nobody_had_to_ask_for(self):
        register(a_registration(perishable=True))
        tell(ARRIVED)

        assert the_engine_passes() == 1
        assert "生鲜" in letters()[0]["body"]

    def test_is_not_given_for_a_parcel_of_which_nothing_is_asked(self):
        register(a_registration())
        tell(ARRIVED)

        assert the_engine_passes() == 0

    def test_is_not_given_for_a_parcel_that_is_far_away_or_was_delivered(self):
        register(a_registration())
        declared()
        tell(an_event(Event.ARRIVED_HUB, -5))
        assert the_engine_passes() == 0

        tell(ARRIVED, OUT, an_event(Event.DELIVERED, -0.5))
        assert the_engine_passes() == 0

    def test_is_not_given_for_a_parcel_that_was_delivered_before_its_turn_came(self):
        register(a_registration())
        declared()
        tell(OUT)
        find_exceptions.fn()
        tell(an_event(Event.DELIVERED, -0.5))

        assert advise_outlets.fn() == 0

    def test_names_learned_times_as_learned_where_none_are_declared(self):
        for day in range(1, 11):
            waybill = f"77310000{day:04d}"
            register(a_registration(waybill=waybill), at=at(-24 * day))
            tell(an_event(Event.DELIVERED, -24 * day), waybill=waybill, at=at(-24 * day))
        register(a_registration())
        declared(NeverLocker())
        tell(ARRIVED)
        the_engine_passes()

        assert "learned from" in letters()[0]["body"]

    def test_reaches_a_parcel_that_is_older_than_preferences_once_its_number_is_hashed(self):
        register(a_registration())
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE shipment SET consignee_key = NULL")
        declared()
        advise_outlets.fn()
        tell(ARRIVED)

        assert the_engine_passes() == 1

    def test_reaches_a_parcel_that_was_booked_where_there_was_no_key(self, monkeypatch):
        with monkeypatch.context() as without:
            without.setenv("REDRESS_SECRET_KEY", "")
            register(a_registration())
        with unit_of_work() as connection:
            assert shipments.one(connection, "773000000001")["consignee_key"] is None
        declared()
        advise_outlets.fn()
        tell(ARRIVED)

        assert the_engine_passes() == 1
