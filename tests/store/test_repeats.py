"""Which cases repeat earlier trouble."""

from datetime import timedelta

import pytest
from factories import a_registration, a_trouble, at
from sqlalchemy import text
from standins import register

from schemas.exceptions import ExceptionType
from schemas.weighing import Repeats
from store import cases, repeats
from store.case_history import Signature
from store.cases import NewCase
from store.unit_of_work import unit_of_work

MINE, OTHER, STRANGERS = "773000000001", "773000000002", "773000000003"
MONTH = timedelta(days=30)


@pytest.fixture(autouse=True)
def _booked(database):
    register(
        a_registration(waybill=MINE),
        a_registration(waybill=OTHER),
        a_registration(waybill=STRANGERS, consignee={"name": "赵六", "phone": "19900009999"}),
    )


def open_case(
    waybill: str, days: float, *, type_: ExceptionType = ExceptionType.LOST, closed: float | None = None
) -> str:
    """Open a case so many days after noon of the test's day, and close it where that is said."""
    sign = Signature(who="test", role="system", at=at(days * 24), policy_version="test")
    trouble = a_trouble(type=type_, trigger=f"{type_}{days}")
    with unit_of_work() as connection:
        [number] = cases.open_cases(connection, [NewCase(waybill, trouble)], prefix="EX-20261120-", sign=sign)
        if closed is not None:
            connection.execute(
                text("UPDATE cases SET closed_at = :at, state = 'CLOSED' WHERE case_no = :number"),
                {"at": at(closed * 24), "number": number},
            )
    return number


def counted(number: str) -> Repeats:
    with unit_of_work() as connection:
        return repeats.of_cases(connection, [number], of_waybill=MONTH, of_consignee=MONTH)[number]


class TestRepeatsOfTheParcel:
    def test_are_cases_that_were_closed_before(self):
        open_case(MINE, -5, closed=-4)
        open_case(MINE, -3, closed=-2)

        assert counted(open_case(MINE, 0)) == Repeats(waybill=2)

    def test_are_not_other_sides_of_the_same_trouble(self):
        open_case(MINE, -1, type_=ExceptionType.DELAYED)

        assert counted(open_case(MINE, 0)) == Repeats()

    @pytest.mark.parametrize(("days", "expected"), [(-30, 1), (-30.01, 0)])
    def test_reach_back_no_further_than_the_window(self, days, expected):
        open_case(MINE, days, closed=days + 0.001)

        assert counted(open_case(MINE, 0)).waybill == expected


class TestRepeatsOfTheConsignee:
    def test_are_cases_of_his_other_parcels_open_or_closed(self):
        open_case(OTHER, -2)
        open_case(OTHER, -5, type_=ExceptionType.DAMAGED, closed=-4)

        assert counted(open_case(MINE, 0)) == Repeats(consignee=2)

    def test_are_not_those_of_strangers_nor_later_ones(self):
        number = open_case(MINE, 0)
        open_case(STRANGERS, -2)
        open_case(OTHER, 1)

        assert counted(number) == Repeats()

    def test_are_none_where_no_telephone_number_is_known(self):
        register(a_registration(waybill=MINE, consignee={}), a_registration(waybill=OTHER, consignee={}))
        open_case(OTHER, -2)

        assert counted(open_case(MINE, 0)) == Repeats()

    @pytest.mark.parametrize(("days", "expected"), [(-30, 1), (-30.01, 0)])
    def test_reach_back_no_further_than_the_window(self, days, expected):
        open_case(OTHER, days)

        assert counted(open_case(MINE, 0)).consignee == expected

    def test_are_those_of_the_parcels_booked_last_where_a_number_stands_on_very_many(self, monkeypatch):
        monkeypatch.setattr(repeats, "PARCELS_MAX", 2)
        newer, newest = "773000000004", "773000000005"
        register(a_registration(waybill=newer), at=at(1))
        register(a_registration(waybill=newest), at=at(2))
        for waybill in (OTHER, newer, newest):
            open_case(waybill, -2)

        assert counted(open_case(MINE, 0)) == Repeats(consignee=2)


class TestRepeats:
    def test_are_counted_no_further_than_any_score_asks(self):
        for day in range(12):
            open_case(OTHER, -day - 1, closed=-day - 0.5)

        assert counted(open_case(MINE, 0)).consignee == repeats.COUNTED_MAX

    def test_are_counted_for_many_cases_at_once_each_by_its_own_time(self):
        numbers = [open_case(OTHER, -40), open_case(OTHER, -20, type_=ExceptionType.SHORT), open_case(MINE, -15)]
        numbers += [open_case(MINE, 0, type_=ExceptionType.DAMAGED), open_case(STRANGERS, 0)]

        with unit_of_work() as connection:
            found = repeats.of_cases(connection, numbers, of_waybill=MONTH, of_consignee=MONTH)
        assert [found[number].consignee for number in numbers] == [0, 0, 2, 1, 0]
