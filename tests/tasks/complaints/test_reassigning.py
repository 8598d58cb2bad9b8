"""Who handles a complaint at the desk, from when it is handed off until it ends (R66, R70, R86)."""

from collections.abc import Callable
from datetime import datetime

import pytest
from complaint_factories import an_agent
from complaints import (
    commands_of,
    complaint_of,
    filed,
    nothing_is_broken,
    notices_of,
    staff_called,
    the_desk_has,
    the_desk_works,
)

from schemas.complaints import ComplaintType, State
from schemas.exceptions import Role
from store.case_history import history_of
from store.unit_of_work import unit_of_work
from tasks.complaints.by_hand import assign, take_up
from tasks.complaints.handing_over import reassign_complaints
from tasks.stepping import NotAllowed


@pytest.fixture(autouse=True)
def desk(stand_at: Callable[[datetime], None]) -> None:
    del stand_at
    staff_called("ag-sun")
    staff_called("sup-wang", Role.SUPERVISOR)


def handed_off() -> str:
    number = filed().complaint_no
    the_desk_works()
    return number


def told_again(times: int = 3) -> None:
    for _ in range(times):
        filed()


def why_assigned(number: str) -> list[str]:
    with unit_of_work() as connection:
        return [entry["reason"] for entry in history_of(connection, number) if entry["command"] == "assign"]


class TestAssign:
    def test_gives_somebody_what_fitted_nobody(self) -> None:
        the_desk_has(an_agent("ag-zhou", languages=("en",)))
        number = handed_off()
        assert complaint_of(number).handler == ""
        assert "no-agent" in {notice["purpose"] for notice in notices_of(number, "department")}

        assert assign(number, to="ag-zhou", staff_id="ag-sun").handler == "ag-zhou"
        assert (why_assigned(number), nothing_is_broken()) == (["by_hand"], True)

    def test_before_it_is_handed_off_stays(self) -> None:
        the_desk_has(an_agent("ag-zhou"), an_agent("ag-zzz", cases_max=50))
        number = filed().complaint_no
        assign(number, to="ag-zzz", staff_id="ag-sun")
        the_desk_works()

        assert complaint_of(number).handler == "ag-zzz"

    @pytest.mark.parametrize(("to", "why"), [("ag-nobody", "no such agent"), ("ag-wu", "off duty")])
    def test_is_refused_to(self, to: str, why: str) -> None:
        the_desk_has(an_agent("ag-wu", on_duty=False))
        number = handed_off()

        with pytest.raises(NotAllowed, match=why):
            assign(number, to=to, staff_id="sup-wang")

    def test_to_less_skill_than_is_asked_for_is_a_supervisors_and_stays(self) -> None:
        the_desk_has(an_agent("ag-zhou"), an_agent("ag-zhu", tier=3))
        number = handed_off()
        told_again()
        assert complaint_of(number).tier > 1
        the_desk_works()
        assert complaint_of(number).handler == "ag-zhu"

        with pytest.raises(NotAllowed, match="a supervisor may assign it"):
            assign(number, to="ag-zhou", staff_id="ag-sun")
        assign(number, to="ag-zhou", staff_id="sup-wang")
        the_desk_works()

        assert complaint_of(number).handler == "ag-zhou"


class TestReassignComplaints:
    def test_gives_a_repeat_to_more_skill(self) -> None:
        the_desk_has(an_agent("ag-zhou"), an_agent("ag-zhu", tier=3))
        number = handed_off()
        assert complaint_of(number).handler == "ag-zhou"
        told_again()

        assert reassign_complaints.fn() == [number]
        assert (complaint_of(number).handler, why_assigned(number)) == ("ag-zhu", ["skill"])
        assert reassign_complaints.fn() == []

    def test_gives_what_is_whose_who_goes_off_duty_to_somebody_else(self) -> None:
        the_desk_has(an_agent("ag-zhou"))
        number = handed_off()
        the_desk_has(an_agent("ag-zhou", on_duty=False))
        assert reassign_complaints.fn() == []  # nobody else is there

        the_desk_has(an_agent("ag-qian"))
        assert reassign_complaints.fn() == [number]
        assert (complaint_of(number).handler, why_assigned(number)) == ("ag-qian", ["off_duty"])

    def test_gives_what_nobody_had_to_whoever_comes_on_duty(self) -> None:
        number = handed_off()
        the_desk_has(an_agent("ag-zhou"))
        the_desk_works()

        assert (complaint_of(number).handler, why_assigned(number)) == ("ag-zhou", ["no_agent_yet"])

    def test_takes_from_an_agent_what_is_told_to_be_about_him(self) -> None:
        the_desk_has(an_agent("ag-zhou"), an_agent("ag-zhu", tier=3))
        number = filed(type=ComplaintType.ATTITUDE).complaint_no
        the_desk_works()
        filed(type=ComplaintType.ATTITUDE, person="ag-zhou")
        the_desk_works()

        assert (complaint_of(number).handler, why_assigned(number)) == ("ag-zhu", ["complained_of"])

    def test_leaves_what_somebody_took_up_by_hand(self) -> None:
        number = handed_off()
        waits = "UPDATE complaint SET state = 'NEEDS_OPERATOR', tier = 2, finding = '{\"validity\": \"VALID\"}'"
        with unit_of_work() as connection:
            connection.exec_driver_sql(waits)
        take_up(number, comment="重新处理", staff_id="sup-wang")
        the_desk_has(an_agent("sup-wang", tier=1), an_agent("ag-zhu", tier=3))

        assert reassign_complaints.fn() == []
        assert "assign" not in commands_of(number)
        assert complaint_of(number).state is State.VERIFIED
