"""What was told wrong is put right before anybody plans, and what was told stays on record (R33, R38)."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from complaints import (
    complaint_of,
    filed,
    nothing_is_broken,
    notices_of,
    staff_called,
    the_desk_works,
    the_network_is_on_file,
    the_parcel_is_late,
    to_the_gate,
)
from factories import a_registration, at
from standins import open_case, register

from schemas.complaints import Complaint, ComplaintType, State
from schemas.inquiries import InquiryState
from schemas.severity import Severity
from store import complaint_records, inquiries
from store.case_history import history_of
from store.inquiries import Chosen
from store.unit_of_work import unit_of_work
from tasks.complaints.correcting import correct_complaint
from tasks.stepping import NotAllowed

RIGHT = "773000000002"


@pytest.fixture(autouse=True)
def carrier(stand_at: Callable[[datetime], None]) -> None:
    del stand_at
    the_network_is_on_file()
    the_parcel_is_late()
    register(a_registration(waybill=RIGHT, destination_outlet="杭州转运中心", declared_value=Decimal(5000)), at=at(-72))
    staff_called("ag-sun")


def put_right(number: str, **told: Any) -> Complaint:
    return correct_complaint(number, **{"waybill": RIGHT, "why": "听错一位数字", "staff_id": "ag-sun", **told})


class TestCorrectComplaint:
    def test_says_in_the_history_what_was_told_and_what_is_right(self) -> None:
        exception = open_case(RIGHT)
        register(a_registration(waybill=RIGHT, declared_value=Decimal(5000)), at=at(0))
        number = filed().complaint_no
        right = put_right(number, type_=ComplaintType.LOSS)

        assert (right.state, right.waybill, right.type) == (State.RECEIVED, RIGHT, ComplaintType.LOSS)
        assert (right.related_case, right.severity) == (exception, Severity.SEVERE)
        with unit_of_work() as connection:
            entry = history_of(connection, number)[-1]
            told = [one.content.waybill for one in complaint_records.records_of(connection, number) if one.content]
        assert (entry["command"], entry["note"], entry["details"]["before"], entry["details"]["after"]) == (
            "correct", "听错一位数字", {"waybill": "773000000001", "type": "DELAY"}, {"waybill": RIGHT, "type": "LOSS"},
        )  # fmt: skip
        assert told == ["773000000001", RIGHT]
        assert nothing_is_broken()

    def test_of_what_was_handed_off_has_the_right_department_verify_it_anew(self) -> None:
        number = filed().complaint_no
        the_desk_works()
        right = put_right(number)

        assert (right.state, right.assigned_to, right.finding) == (State.HANDED_OFF, "杭州转运中心", None)
        assert notices_of(number, "department")[-1]["purpose"].startswith("corrected")
        the_desk_works()
        with unit_of_work() as connection:
            asked = inquiries.listing(connection, Chosen(case_no=number))
        assert {(one.department, one.state) for one in asked} == {
            ("示例城东网点", InquiryState.WITHDRAWN), ("杭州转运中心", InquiryState.OPEN),
        }  # fmt: skip
        assert nothing_is_broken()

    @pytest.mark.parametrize(
        ("told", "why"),
        [
            ({"why": " "}, "say what was told wrong"),
            ({"waybill": None}, "nothing of it changes"),
            ({"waybill": "773000000001"}, "nothing of it changes"),
            ({"waybill": "?"}, r"\? is no number of a parcel"),
            ({"waybill": "", "type_": ComplaintType.LOSS}, "item.description would be missing; tell it first"),
        ],
        ids=["no reason", "nothing", "the same", "no number", "a lost parcel without a number"],
    )
    def test_refuses(self, told: dict[str, Any], why: str) -> None:
        number = filed(item={"description": ""}).complaint_no

        with pytest.raises(NotAllowed, match=why):
            put_right(number, **told)
        assert complaint_of(number).waybill == "773000000001"

    def test_comes_too_late_once_somebody_planned(self) -> None:
        number = filed().complaint_no
        to_the_gate(number)

        with pytest.raises(NotAllowed, match="correct is not possible in state AWAITING_APPROVAL"):
            put_right(number)

    def test_changes_nothing_that_was_erased(self) -> None:
        number = filed().complaint_no
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE complaint_record SET content = '{}'")

        with pytest.raises(NotAllowed, match="what was told was erased"):
            put_right(number)
