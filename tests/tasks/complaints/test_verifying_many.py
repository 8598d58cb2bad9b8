"""Verifying complaints: for many of them at once, and those that wait for an answer are left in peace (R39, R40)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from complaints import complaint_of, filed, nodes_answer, the_network_is_on_file
from factories import a_registration, an_event, at
from standins import register, tell
from statements import statements

from schemas.complaints import ComplaintType, State, Validity
from schemas.inquiries import AnswerCode
from schemas.tracking import Event
from store import complaints as complaint_store
from store.complaints import Chosen
from store.unit_of_work import unit_of_work
from tasks.complaints.handing_over import hand_off_complaints
from tasks.complaints.verifying import establish_findings, verify_complaints

Stand = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def carrier(stand_at: Stand) -> None:
    del stand_at
    the_network_is_on_file()


def handed_off(count: int) -> list[str]:
    """Have complaints of so many damaged parcels handed to whoever answers."""
    numbers = []
    for turn in range(count):
        waybill = f"77300000000{turn}"
        register(a_registration(waybill=waybill), at=at(-72))
        tell(an_event(Event.ARRIVED_OUTLET, -30, location="示例城东网点"), waybill=waybill)
        phone = f"1990000777{turn}"
        numbers.append(filed(type=ComplaintType.DAMAGE, waybill=waybill, customer={"phone": phone}).complaint_no)
    hand_off_complaints.fn()
    return numbers


class TestVerifying:
    def test_costs_as_many_statements_for_many_as_for_one(self) -> None:
        handed_off(1)
        with statements() as of_one:
            assert len(verify_complaints.fn()) == 1
        numbers = handed_off(4)[1:]

        with statements() as of_three:
            assert verify_complaints.fn() == numbers

        assert len(of_three) == len(of_one)

    def test_asks_about_each_complaint_who_had_its_parcel(self) -> None:
        numbers = handed_off(2)
        verify_complaints.fn()

        assert [nodes_answer(number) for number in numbers] == [["示例城东网点"]] * 2


class TestEstablishing:
    @pytest.fixture
    def numbers(self) -> list[str]:
        numbers = handed_off(4)
        verify_complaints.fn()
        return numbers

    def test_neither_reads_nor_locks_what_waits_for_an_answer(self, numbers: list[str]) -> None:
        with unit_of_work() as elsewhere:
            complaint_store.select_complaints(elsewhere, Chosen(case_nos=numbers), lock=True)
            nodes_answer(numbers[1])
        with statements() as made:
            assert establish_findings.fn() == [numbers[1]]

        [locking] = [one for one in made if "FOR UPDATE OF c" in one]
        assert "NOT EXISTS (SELECT FROM inquiry" in locking

    def test_goes_on_without_whoever_did_not_answer_in_time(self, numbers: list[str], stand_at: Stand) -> None:
        stand_at(at(24 * 7))

        assert establish_findings.fn() == numbers

    def test_costs_as_many_statements_for_many_as_for_one(self, numbers: list[str]) -> None:
        nodes_answer(numbers[0])
        with statements() as of_one:
            establish_findings.fn()
        for number in numbers[1:]:
            nodes_answer(number)

        with statements() as of_three:
            assert establish_findings.fn() == numbers[1:]

        assert len(of_three) == len(of_one)

    def test_takes_for_each_only_what_was_said_of_it(self, numbers: list[str]) -> None:
        nodes_answer(numbers[0], AnswerCode.DAMAGED_HERE)
        nodes_answer(numbers[1])

        establish_findings.fn()

        found = [complaint_of(number).finding for number in numbers[:2]]
        assert [one.validity if one else None for one in found] == [Validity.VALID, Validity.UNPROVEN]
        assert complaint_of(numbers[2]).state is State.VERIFYING
