"""A case of customs says which office holds the parcel, from its investigation to the report."""

from collections.abc import Callable
from datetime import datetime

import pytest
from custody_logs import scan
from factories import a_registration, an_event, at
from standins import register, tell

from schemas.exceptions import ExceptionCase
from schemas.tracking import Event
from store import cases
from store.case_history import broken_histories, history_of
from store.unit_of_work import unit_of_work
from tasks.exceptions.detection import find_exceptions
from tasks.exceptions.intake import investigate_exceptions, record_exceptions

Stand = Callable[[datetime], None]
OFFICE = "上海浦东国际机场海关"


@pytest.fixture
def held(database: str) -> ExceptionCase:
    """Have customs keep a parcel, and look into it."""
    del database
    register(a_registration(promised_at=at(500)))
    tell(
        an_event(Event.PICKED_UP, -9),
        scan(Event.CUSTOMS_HELD, -1, reason="customs.docs", location="上海市", text="已送交上海浦东国际机场海关"),
    )
    find_exceptions.fn()
    record_exceptions.fn()
    investigate_exceptions.fn()
    return the_case()


def the_case() -> ExceptionCase:
    with unit_of_work() as connection:
        return cases.select_cases(connection)[0]


class TestCustomsOffice:
    def test_is_that_which_the_log_names(self, held: ExceptionCase) -> None:
        assert held.customs_office == OFFICE

    def test_stands_in_the_sealed_history(self, held: ExceptionCase) -> None:
        with unit_of_work() as connection:
            last = history_of(connection, held.case_no)[-1]
            assert broken_histories(connection) == (1, [])

        assert (last["details"]["customs_office"], last["updates"]["customs_office"]) == (OFFICE,) * 2

    def test_is_in_the_analysis_of_the_closed_case(self, held: ExceptionCase, stand_at: Stand) -> None:
        stand_at(at(2))
        tell(an_event(Event.CUSTOMS_RELEASED, 1), at=at(2))
        find_exceptions.fn()

        with unit_of_work() as connection:
            row = connection.exec_driver_sql("SELECT customs_office, closing_reason FROM case_analysis").one()
        assert tuple(row) == (OFFICE, "cured")

    def test_is_asked_of_no_other_case(self, database: str) -> None:
        del database
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason="carrier.damaged", location="上海市"))
        find_exceptions.fn()
        record_exceptions.fn()
        investigate_exceptions.fn()

        with unit_of_work() as connection:
            last = history_of(connection, the_case().case_no)[-1]
        assert (the_case().customs_office, "customs_office" in last["details"]) == ("", False)
