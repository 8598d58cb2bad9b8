"""Whoever is complained of takes no step with the complaint (R86), whichever it is."""

from collections.abc import Callable
from datetime import datetime

import pytest
from complaints import AGENT, a_record, complaint_of, filed, staff_called, the_desk_works

from schemas.complaints import Complaint, ComplaintType, Demand, State, Validity
from schemas.exceptions import Role
from tasks.complaints.by_hand import confirm_transfer, decide_finding, resolve_at_once, take_up, transfer
from tasks.complaints.closing import (
    conclude_by_hand,
    explain_complaint,
    rate_complaint,
    take_complainants_word,
    withdraw_complaint,
)
from tasks.complaints.intake import complete_draft
from tasks.stepping import NotAllowed

WHO = "sup-zhang"
BY = {"who": WHO, "role": Role.SUPERVISOR}


@pytest.fixture
def number(stand_at: Callable[[datetime], None]) -> str:
    del stand_at
    staff_called(WHO, Role.SUPERVISOR)
    number = filed(type=ComplaintType.ATTITUDE, person=WHO).complaint_no
    the_desk_works()
    return number


def word(number: str, *, agrees: bool) -> Complaint:
    return take_complainants_word(number, agrees=agrees, wants=Demand(text="书面道歉"), channel="phone", **BY)  # type: ignore[arg-type]


class TestTakeSteps:
    @pytest.mark.parametrize(
        "step",
        [
            lambda number: decide_finding(number, validity=Validity.VALID, staff_id=WHO),
            lambda number: resolve_at_once(number, validity=Validity.VALID, solution="已道歉", staff_id=WHO),
            lambda number: transfer(number, to="杭州转运中心", why="在中心滞留", staff_id=WHO),
            lambda number: confirm_transfer(number, staff_id=WHO),
            lambda number: take_up(number, comment="重新处理", staff_id=WHO),
            lambda number: word(number, agrees=True),
            lambda number: word(number, agrees=False),
            lambda number: withdraw_complaint(number, why="客户撤回", **BY),
            lambda number: rate_complaint(number, 5, **BY),
            lambda number: explain_complaint(number, reasons="诉求过高", **BY),
            lambda number: conclude_by_hand(number, why="无人接听", **BY),
        ],
        ids=[
            "finding", "resolve", "transfer", "confirm", "take up", "accept", "object", "withdraw", "rate", "explain",
            "conclude",
        ],
    )  # fmt: skip
    def test_refuses_of_whoever_is_complained_of_to(self, number: str, step: Callable[[str], object]) -> None:
        before = complaint_of(number)

        with pytest.raises(NotAllowed, match=f"{number} is about {WHO}: somebody else must take this step"):
            step(number)
        assert complaint_of(number) == before

    def test_lets_him_pass_on_what_the_customer_tells(self, number: str) -> None:
        again = complete_draft(
            number, a_record(type=ComplaintType.ATTITUDE, person=WHO), entered=AGENT._replace(by=WHO)
        )

        assert again.joined

    def test_lets_the_customer_himself_take_it_back(self, number: str) -> None:
        withdraw_complaint(number, why="", who=WHO, role=Role.CUSTOMER)

        assert complaint_of(number).state is State.CONCLUDED
