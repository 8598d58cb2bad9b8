"""A wish that was not kept opens a case, with the version of the wish as evidence; what is in order costs no query."""

from datetime import time

import pytest
from factories import a_declaration, a_registration, a_told_event, an_event, at
from sqlalchemy import event as sql_event
from standins import register, tell

from rules.exceptions.triggers import type_opened_by
from schemas.exceptions import ExceptionType, Origin, State
from schemas.preferences import Door, PreferenceKind, TimeWindow, TimeWindows, Weekday
from schemas.tracking import Event, Reason
from store import case_history, cases
from store.unit_of_work import unit_of_work
from tasks.exceptions.detection import find_exceptions
from tasks.preferences.declaring import take_down

LOCKER_TYPE = type_opened_by(Event.EXCEPTION, Reason.CARRIER_UNAUTH_LOCKER)
IN_LOCKER = a_told_event(hours=-1)
MORNING = TimeWindows(windows=(TimeWindow(days=tuple(Weekday), start=time(8), until=time(10)),))


@pytest.fixture
def declared(stand_at):
    """Give the means to ask for something two days before noon."""

    def declare(*preferences, hours=-48, **changes):
        stand_at(at(hours))
        take_down([a_declaration(*preferences, **changes)], door=Door.GATEWAY, taken_by="wms")
        stand_at(at(0))

    return declare


def all_cases():
    with unit_of_work() as connection:
        return cases.select_cases(connection)


def first_entry(case_no):
    with unit_of_work() as connection:
        return case_history.history_of(connection, case_no)[0]


class TestBreach:
    def test_opens_a_case_with_the_events_and_the_version_in_force_as_evidence(self, declared):
        register(a_registration())
        declared()
        tell(IN_LOCKER)

        assert len(find_exceptions.fn().opened) == 1

        [case] = all_cases()
        assert (case.type, case.origin, case.reason) == (LOCKER_TYPE, Origin.BREACH, "carrier.unauth_locker")
        [breach] = first_entry(case.case_no)["details"]["breaches"]
        assert (breach["kind"], breach["version"], breach["event_ids"]) == ("NEVER_LOCKER", 1, [case.trigger])
        assert breach["source"] == {"declared_by": "consignee", "door": "gateway", "taken_by": "wms"}
        with unit_of_work() as connection:
            assert case_history.broken_histories(connection) == (1, [])

    def test_opens_one_case_however_often_it_is_looked_at(self, declared):
        register(a_registration())
        declared()
        for _ in range(3):
            tell(IN_LOCKER)
            find_exceptions.fn()

        assert len(all_cases()) == 1

    def test_is_judged_by_what_was_in_force_then(self, declared):
        register(a_registration())
        declared(hours=-0.5)  # after it was put in
        tell(IN_LOCKER)
        find_exceptions.fn()

        assert all_cases() == []

    def test_is_not_cured_when_the_wish_is_withdrawn_or_the_parcel_fetched(self, declared):
        register(a_registration())
        declared()
        tell(IN_LOCKER)
        find_exceptions.fn()
        declared(withdrawn=(PreferenceKind.NEVER_LOCKER,), hours=-0.2)
        tell(a_told_event(Event.DELIVERED_PICKUP_POINT, -0.1))
        find_exceptions.fn()

        [case] = all_cases()
        assert case.state is State.DETECTED

    def test_of_the_window_opens_a_case_of_its_own(self, declared):
        register(a_registration())
        declared(MORNING)
        tell(an_event(Event.DELIVERED, -0.5))
        find_exceptions.fn()

        [case] = all_cases()
        assert (case.type, case.reason) == (ExceptionType.DELIVERY_TROUBLE, "carrier.against_wish")

    def test_does_not_keep_a_trouble_open_that_the_delivery_cures(self, declared):
        register(a_registration())
        declared(MORNING)
        tell(an_event(Event.DELIVERY_FAILED, -4))
        find_exceptions.fn()
        tell(an_event(Event.DELIVERED, -0.5))
        find_exceptions.fn()

        assert {(case.origin, case.closing_reason) for case in all_cases()} == {
            (Origin.REPORTED, "cured"), (Origin.BREACH, ""),
        }  # fmt: skip

    def test_of_the_rules_about_goods_needs_no_wish(self):
        register(a_registration(perishable=True))
        tell(IN_LOCKER)
        find_exceptions.fn()

        [case] = all_cases()
        [breach] = first_entry(case.case_no)["details"]["breaches"]
        assert (breach["version"], breach["basis"]) == (0, "智能快件箱寄递服务管理办法 (2019-10-01): fresh")

    def test_is_none_of_another_consignee_s(self, declared):
        register(a_registration(consignee={"phone": "19900009999"}))
        declared()
        tell(IN_LOCKER)
        find_exceptions.fn()

        assert all_cases() == []

    def test_joins_a_case_that_the_carrier_s_own_report_opened(self, declared):
        register(a_registration())
        declared()
        tell(IN_LOCKER, an_event(Event.EXCEPTION, -0.5, reason="carrier.unauth_locker"))
        find_exceptions.fn()

        [case] = all_cases()
        assert first_entry(case.case_no)["details"]["breaches"]


class TestCost:
    def statements(self, waybills: int) -> list[str]:
        for number in range(waybills):
            waybill = f"77320000{number:04d}"
            register(a_registration(waybill=waybill, consignee={"phone": f"1990000{number:04d}"}))
            tell(an_event(Event.ARRIVED_HUB, -1), waybill=waybill)
        heard: list[str] = []
        with unit_of_work() as connection:
            engine = connection.engine
        sql_event.listen(engine, "before_cursor_execute", lambda *told: heard.append(told[2]))
        find_exceptions.fn()
        return [statement for statement in heard if "jsonb_agg" in statement or "raw_text" in statement]

    def test_is_no_query_when_nobody_asked_for_anything(self):
        assert self.statements(5) == []

    def test_is_one_query_for_the_wishes_of_a_batch(self, declared):
        for number in range(5):
            declared(phone=f"1990000{number:04d}")

        wishes, events = self.statements(5)

        assert "jsonb_agg" in wishes
        assert "raw_text" in events


class TestEvidence:
    def test_goes_into_the_history_of_its_own_case_alone(self, declared):
        register(a_registration())
        declared()
        tell(IN_LOCKER, an_event(Event.EXCEPTION, -0.5, reason="carrier.damaged"))
        find_exceptions.fn()

        kept = {case.type: first_entry(case.case_no)["details"] for case in all_cases()}
        assert kept.pop(LOCKER_TYPE)["breaches"]
        assert list(kept.values()) == [{}]
