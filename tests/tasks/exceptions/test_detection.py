"""Detection: what carriers report, what silence means, what later news cures."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from factories import NOON, a_registration, an_event, at
from sqlalchemy import text
from standins import register, tell

from schemas.exceptions import ExceptionCase, ExceptionType, Origin, State
from schemas.tracking import Event, Reason
from store import cases, outbox
from store.tracking import shipments
from store.unit_of_work import unit_of_work
from tasks.exceptions.carrying import LEFT_AFTER, TAKEN_UP_AT_ONCE, lies_unhandled
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions, report_severe_exceptions

Stand = Callable[[datetime], None]
DAMAGED = an_event(Event.EXCEPTION, -1, reason=Reason.CARRIER_DAMAGED.value)
UNREACHABLE = an_event(Event.DELIVERY_FAILED, -1, reason=Reason.CONSIGNEE_UNREACHABLE.value)
REFUSED_LATER = an_event(Event.DELIVERY_FAILED, 3, reason=Reason.CONSIGNEE_UNREACHABLE.value)


def all_cases() -> list[ExceptionCase]:
    with unit_of_work() as connection:
        return cases.select_cases(connection)


def types() -> set[ExceptionType]:
    return {case.type for case in all_cases()}


class TestReportedTrouble:
    def test_opens_a_case_with_the_reason_the_carrier_gave(self) -> None:
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), DAMAGED)

        assert len(find_exceptions.fn().opened) == 1
        [case] = all_cases()
        assert (case.type, case.origin, case.reason) == (
            ExceptionType.DAMAGED, Origin.REPORTED, "carrier.damaged",
        )  # fmt: skip

    def test_opens_nothing_more_however_often_it_is_looked_at(self) -> None:
        register(a_registration())
        for _ in range(3):
            tell(an_event(Event.PICKED_UP, -9), DAMAGED)
            find_exceptions.fn()

        assert len(all_cases()) == 1

    def test_opens_a_case_for_a_parcel_that_nobody_registered(self) -> None:
        tell(an_event(Event.PICKED_UP, -9), DAMAGED)

        find_exceptions.fn()

        assert types() == {ExceptionType.DAMAGED}

    def test_opens_nothing_for_a_code_that_nobody_understands(self) -> None:
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -2), an_event(Event.EXCEPTION, -1, understood=False, reason="unknown"))

        find_exceptions.fn()

        assert all_cases() == []


class TestSilence:
    def test_opens_a_case_when_the_promise_passed_though_no_event_ever_came(self, stand_at: Stand) -> None:
        register(a_registration(promised_at=at(10)))
        find_exceptions.fn()
        assert all_cases() == []

        stand_at(at(13))
        find_exceptions.fn()

        [case] = [case for case in all_cases() if case.type is ExceptionType.DELAYED]
        assert (case.origin, case.last_event) == (Origin.SILENCE, "")

    def test_opens_a_case_when_nothing_was_scanned_for_too_long(self, stand_at: Stand) -> None:
        register(a_registration(promised_at=at(500)))
        tell(an_event(Event.PICKED_UP, -1))
        find_exceptions.fn()

        stand_at(at(60))
        find_exceptions.fn()

        assert types() == {ExceptionType.NO_SCAN}

    def test_says_nothing_of_a_parcel_that_arrived(self, stand_at: Stand) -> None:
        register(a_registration(promised_at=at(1)))
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERED, -1))
        find_exceptions.fn()

        stand_at(at(500))
        find_exceptions.fn()

        assert all_cases() == []

    def test_is_not_looked_for_again_once_it_was_found(self, stand_at: Stand) -> None:
        register(a_registration(promised_at=at(-20), picked_up_at=at(-48)))
        find_exceptions.fn()

        stand_at(at(500))
        assert find_exceptions.fn().shipments == 0


class TestCure:
    def test_closes_a_case_whose_trouble_is_over(self) -> None:
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), UNREACHABLE)
        find_exceptions.fn()

        tell(an_event(Event.DELIVERED, -0.5))
        find_exceptions.fn()

        [case] = all_cases()
        assert (case.state, case.closing_reason) == (State.CLOSED, "cured")

    def test_closes_one_for_an_event_that_came_late(self, stand_at: Stand) -> None:
        register(a_registration(promised_at=at(1)))
        tell(an_event(Event.PICKED_UP, -9))
        stand_at(at(4))
        find_exceptions.fn()
        assert types() == {ExceptionType.DELAYED}

        tell(an_event(Event.DELIVERED, 0.5), at=at(5))
        stand_at(at(5))
        find_exceptions.fn()

        assert {case.closing_reason for case in all_cases()} == {"cured"}

    def test_leaves_a_damaged_parcel_damaged_when_it_arrives(self) -> None:
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), DAMAGED, an_event(Event.DELIVERED, -0.5))

        find_exceptions.fn()

        assert [case.state for case in all_cases()] == [State.DETECTED]

    def test_tells_the_customer_only_if_he_had_been_told_of_the_trouble(self) -> None:
        severe = {"declared_value": "5000", "promised_at": at(1)}
        register(a_registration(**severe), a_registration(waybill="773000000002", promised_at=at(1)))
        for waybill in ("773000000001", "773000000002"):
            tell(an_event(Event.PICKED_UP, -9), UNREACHABLE, waybill=waybill)
        find_exceptions.fn()
        for step in (record_exceptions, investigate_exceptions, report_severe_exceptions):
            step.fn()

        for waybill in ("773000000001", "773000000002"):
            tell(an_event(Event.DELIVERED, -0.5), waybill=waybill)
        find_exceptions.fn()

        with unit_of_work() as connection:
            sent = {
                case.waybill: {
                    row["payload"]["purpose"] for row in outbox.of_case(connection, case.case_no)
                    if row["kind"] == "notice" and row["payload"]["audience"] == "customer"
                }
                for case in cases.select_cases(connection)
            }  # fmt: skip
        assert sent == {"773000000001": {"severe", "cured"}, "773000000002": set()}

    def test_keeps_an_analysis_row(self) -> None:
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), UNREACHABLE)
        find_exceptions.fn()
        tell(an_event(Event.DELIVERED, -0.5))
        find_exceptions.fn()

        with unit_of_work() as connection:
            rows = connection.exec_driver_sql("SELECT type, party, closing_reason, cost FROM case_analysis").all()
        assert [tuple(row) for row in rows] == [("UNREACHABLE", "consignee", "cured", 0)]


class TestAnotherTime:
    def test_opens_a_new_case_when_it_happens_again_after_the_cure(self, stand_at: Stand) -> None:
        register(a_registration(promised_at=at(500)))
        tell(an_event(Event.PICKED_UP, -80))
        find_exceptions.fn()
        tell(an_event(Event.ARRIVED_HUB, -1))
        find_exceptions.fn()

        stand_at(at(100))
        find_exceptions.fn()

        assert [(case.type, case.state) for case in all_cases()] == [
            (ExceptionType.NO_SCAN, State.CLOSED),
            (ExceptionType.NO_SCAN, State.DETECTED),
        ]


class TestShipment:
    def test_stands_where_its_log_says(self) -> None:
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.ARRIVED_HUB, -5, location="示例转运中心"))

        find_exceptions.fn()

        with unit_of_work() as connection:
            shipment = shipments.one(connection, "773000000001")
        assert shipment is not None
        assert (shipment["phase"], shipment["last_location"], shipment["events"]) == ("in_transit", "示例转运中心", 2)
        assert shipment["watch_at"] == at(26)


class TestLiesUnhandled:
    def test_says_no_where_nothing_came(self, stand_at: Stand) -> None:
        assert not lies_unhandled()

    def test_gives_the_run_that_is_meant_for_news_its_time(self, stand_at: Stand) -> None:
        tell(an_event(Event.PICKED_UP, -9), DAMAGED)

        stand_at(NOON + LEFT_AFTER - timedelta(seconds=1))
        assert not lies_unhandled()
        stand_at(NOON + LEFT_AFTER)
        assert lies_unhandled()

    def test_says_no_once_they_were_looked_at(self, stand_at: Stand) -> None:
        tell(an_event(Event.PICKED_UP, -9))
        find_exceptions.fn()

        stand_at(NOON + LEFT_AFTER)
        assert not lies_unhandled()

    @pytest.mark.parametrize("state", State)
    def test_finds_a_case_that_stands_where_the_next_pass_would_carry_it_on(
        self, stand_at: Stand, state: State
    ) -> None:
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), DAMAGED)
        find_exceptions.fn()
        with unit_of_work() as connection:
            closed_at = NOON if state is State.CLOSED else None
            connection.execute(
                text("UPDATE cases SET state = :state, closed_at = :at"), {"state": state.value, "at": closed_at}
            )

        assert not lies_unhandled()
        stand_at(NOON + LEFT_AFTER)
        assert lies_unhandled() == (state in TAKEN_UP_AT_ONCE)
