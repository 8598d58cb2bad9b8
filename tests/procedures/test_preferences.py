"""Chapter preferences, told from a wish that is spoken to the case of one that was not kept (R111, R114)."""

from collections.abc import Callable
from datetime import datetime, time

import pytest
from factories import a_declaration, a_registration, a_told_event, an_event, at
from standins import register, tell

from adapters.carrier_desk.fake import StandInDesk
from rules.exceptions.triggers import type_opened_by
from schemas.exceptions import ExceptionCase
from schemas.preferences import Door, NeverLocker, Place, PreferenceKind, TimeWindow, TimeWindows, Weekday
from schemas.tracking import Event, Reason
from store import case_history, cases
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.dispatch.sending import send_due
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import record_exceptions
from tasks.preferences.advising import advise_outlets
from tasks.preferences.declaring import on_file, take_down

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]

pytestmark = pytest.mark.usefixtures("desk")


@pytest.fixture(autouse=True)
def _two_days_before(stand_at: Stand, notices: Notices) -> None:
    del notices
    stand_at(at(-48))
    register(a_registration(promised_at=at(500)), at=at(-48))


def the_engine_passes() -> None:
    find_exceptions.fn()
    advise_outlets.fn()
    send_due(kinds=[Kind.NOTICE])


def the_notebook_says(*wishes: Place | NeverLocker | TimeWindows) -> None:
    """Write into the service notebook (服务笔记本) what the consignee told the courier."""
    take_down([a_declaration(*wishes, declared_by="courier")], door=Door.GATEWAY, taken_by="courier app")


def all_cases() -> list[ExceptionCase]:
    with unit_of_work() as connection:
        return cases.select_cases(connection)


class TestParcelOfSomebodyWhoWantsNoLocker:
    def test_is_delivered_as_he_asked_and_nobody_hears_of_it_again(self, notices: Notices, stand_at: Stand) -> None:
        the_notebook_says(Place(place="一楼保安室"), NeverLocker())
        stand_at(at(0))
        tell(an_event(Event.ARRIVED_OUTLET, -3))
        the_engine_passes()

        [advice] = notices()
        assert (advice["audience"], advice["to"]) == ("department", "示例城东网点")
        assert "一楼保安室" in advice["body"]
        assert "不要放快递柜" in advice["body"]

        tell(an_event(Event.OUT_FOR_DELIVERY, -2), a_told_event(Event.DELIVERED, -1, raw_text="已放一楼保安室，签收"))
        the_engine_passes()

        assert all_cases() == []
        assert len(notices()) == 1

    def test_put_into_a_locker_is_a_case_with_the_wish_and_the_advice_on_record(self, stand_at: Stand) -> None:
        the_notebook_says(NeverLocker())
        stand_at(at(0))
        tell(an_event(Event.OUT_FOR_DELIVERY, -2))
        the_engine_passes()
        tell(a_told_event(hours=-1))
        the_engine_passes()

        [case] = all_cases()
        assert case.type is type_opened_by(Event.EXCEPTION, Reason.CARRIER_UNAUTH_LOCKER)
        with unit_of_work() as connection:
            [detected] = case_history.history_of(connection, case.case_no)
        [breach] = detected["details"]["breaches"]
        assert (breach["basis"], breach["source"]["declared_by"]) == ("NEVER_LOCKER version 1", "courier")

    def test_stays_a_case_when_he_fetches_it_and_forgets_the_wish(self, stand_at: Stand) -> None:
        the_notebook_says(NeverLocker())
        stand_at(at(0))
        tell(a_told_event(hours=-1))
        the_engine_passes()
        record_exceptions.fn()

        take_down([a_declaration(withdrawn=(PreferenceKind.NEVER_LOCKER,))], door=Door.COMMAND, taken_by="ag-sun")
        tell(a_told_event(Event.DELIVERED_PICKUP_POINT, -0.1))
        the_engine_passes()

        assert [case.closing_reason for case in all_cases()] == [""]
        assert len(on_file("19900001234").entries) == 2


class TestParcelThatMustComeBeforeTen:
    def test_and_comes_in_the_afternoon_is_a_case(self, stand_at: Stand) -> None:
        before_ten = TimeWindow(days=tuple(Weekday), start=time(7), until=time(10))
        the_notebook_says(TimeWindows(windows=(before_ten,)))
        stand_at(at(4))
        tell(an_event(Event.DELIVERED, 3))
        the_engine_passes()

        [case] = all_cases()
        assert case.reason == "carrier.against_wish"


class TestFreshParcel:
    def test_may_not_go_into_a_locker_though_nobody_said_so(self, notices: Notices, stand_at: Stand) -> None:
        register(a_registration(perishable=True, promised_at=at(500)), at=at(-48))
        stand_at(at(0))
        tell(an_event(Event.OUT_FOR_DELIVERY, -2))
        the_engine_passes()
        assert "当面拆开检查" in notices()[0]["body"]

        tell(a_told_event(hours=-1))
        the_engine_passes()

        assert len(all_cases()) == 1


class TestWhatMustNotHappen:
    def test_no_outlet_learns_who_the_consignee_is(self, notices: Notices, stand_at: Stand, desk: StandInDesk) -> None:
        the_notebook_says(Place(place="王五家，打 19900001234"))
        stand_at(at(0))
        tell(an_event(Event.OUT_FOR_DELIVERY, -2))
        the_engine_passes()

        assert not any("王五" in str(told) or "19900001234" in str(told) for told in notices())
        assert desk.orders == {}

    def test_nobody_breaks_a_wish_that_was_spoken_afterwards(self, stand_at: Stand) -> None:
        stand_at(at(0))
        tell(a_told_event(hours=-1))
        the_notebook_says(NeverLocker())
        the_engine_passes()

        assert all_cases() == []

    def test_a_station_is_not_taken_for_a_locker(self, stand_at: Stand) -> None:
        the_notebook_says(NeverLocker())
        stand_at(at(0))
        tell(a_told_event(raw_text="包裹已存放至小区南门驿站"))
        the_engine_passes()

        assert all_cases() == []

    def test_what_was_learned_is_never_a_breach(self, stand_at: Stand) -> None:
        for day in range(3, 20):
            waybill = f"77310000{day:04d}"
            register(a_registration(waybill=waybill), at=at(-24 * day))
            tell(an_event(Event.DELIVERED, -24 * day), waybill=waybill, at=at(-24 * day))
        the_notebook_says(Place(place="前台"))
        stand_at(at(9))
        tell(an_event(Event.DELIVERED, 8), at=at(9))
        the_engine_passes()

        assert on_file("19900001234").learned
        assert all_cases() == []
