"""Carrying out a plan: every task has an owner who is told, and what is ordered is ordered once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from complaint_factories import a_party
from complaints import (
    commands_of,
    complaint_of,
    filed,
    notices_of,
    staff_called,
    supervisor_answers,
    tasks_of,
    the_desk_works,
    the_network_is_on_file,
    the_parcel_is_late,
    to_the_gate,
    to_the_result,
)
from factories import at

from adapters.carrier_desk.fake import StandInDesk
from rules.complaints.planning import DESK
from schemas.complaints import Action, ActionState, ComplaintType, State, Validity
from schemas.exceptions import Role
from store import outbox
from store.outbox import Kind
from store.unit_of_work import unit_of_work
from tasks.complaints.acting import carry_out_complaints, confirm_complaints_carried_out
from tasks.complaints.by_hand import decide_finding
from tasks.dispatch.sending import send_due


@pytest.fixture(autouse=True)
def carrier(desk: StandInDesk, notices: object) -> None:
    del desk, notices
    the_network_is_on_file()
    the_parcel_is_late(freight="12")


def approved(**told: object) -> str:
    """Bring a complaint to its approval, and no further."""
    number = filed(**told).complaint_no
    to_the_gate(number)
    supervisor_answers(number, at(0), comment="已核实")
    return number


def about_conduct() -> str:
    """Bring a complaint about somebody's conduct to its approval, the courier answering for it."""
    number = filed(type=ComplaintType.ATTITUDE, channel="regulator").complaint_no
    staff_called("sup-wang", Role.SUPERVISOR)
    decide_finding(number, validity=Validity.VALID, parties=[a_party(name="cou-li")], staff_id="sup-wang")
    to_the_gate(number)
    supervisor_answers(number, at(0), comment="已核实")
    return number


def states_of(number: str) -> dict[Action, ActionState]:
    return {action: task.state for action, task in tasks_of(number).items()}


class TestCarryOutComplaints:
    def test_gives_each_task_to_its_owner(self) -> None:
        number = approved()
        carry_out_complaints.fn()

        owners = {action: task.owner for action, task in tasks_of(number).items()}
        assert owners == {Action.RUSH_DELIVERY: "示例城东网点", Action.APOLOGISE: DESK}
        assert complaint_of(number).state is State.ACTING

    def test_tells_whoever_has_to_instruct_his_staff_by_when(self) -> None:
        """对相关人员进行教育 (R43)."""
        number = about_conduct()
        carry_out_complaints.fn()

        [told] = [one for one in notices_of(number, "department") if one["purpose"].startswith("task-")]
        assert (told["to"], "对相关人员进行教育" in told["body"], "2026-11-23 12:00" in told["body"]) == (
            "cou-li", True, True,
        )  # fmt: skip

    def test_orders_at_the_carriers_desk_what_is_done_at_the_parcel_and_paid(self, desk: StandInDesk) -> None:
        number = approved(demand={"text": "退运费", "amount": "12"})
        carry_out_complaints.fn()
        send_due(kinds=[Kind.WORK_ORDER])

        assert {(order.measure, order.amount) for order in desk.orders.values()} == {
            ("RUSH_DELIVERY", "0"), ("COMPENSATE", "12.00"),
        }  # fmt: skip
        assert complaint_of(number).amount_ordered == 12

    def test_writes_no_letter_about_what_the_result_itself_does(self) -> None:
        number = approved()
        carry_out_complaints.fn()

        assert not [one for one in notices_of(number, "department") if one["purpose"].startswith("task-")]

    def test_does_nothing_twice(self, desk: StandInDesk) -> None:
        number = approved(demand={"text": "退运费", "amount": "12"})
        assert [carry_out_complaints.fn(), carry_out_complaints.fn(number)] == [[number], []]
        for _ in range(2):
            send_due(kinds=[Kind.WORK_ORDER])

        assert set(desk.sent.values()) == {1}

    def test_by_twins_at_once_is_done_once(self, desk: StandInDesk) -> None:
        number = approved(demand={"text": "退运费", "amount": "12"})
        with ThreadPoolExecutor(4) as pool:
            done = [one for found in pool.map(lambda _: carry_out_complaints.fn(), range(4)) for one in found]

        assert done == [number]
        assert len(tasks_of(number)) == 3
        assert complaint_of(number).amount_ordered == 12


class TestConfirmComplaintsCarriedOut:
    def test_waits_until_the_desk_has_accepted_every_order(self, desk: StandInDesk) -> None:
        desk.busy_for = {"RUSH_DELIVERY": 1}
        number = approved()
        carry_out_complaints.fn()
        send_due(kinds=[Kind.WORK_ORDER])
        confirm_complaints_carried_out.fn()

        assert complaint_of(number).state is State.ACTING
        assert not [one for one in notices_of(number) if one["purpose"] == "result"]

    def test_settles_what_was_ordered_and_not_what_people_do(self) -> None:
        number = about_conduct()
        the_desk_works()

        assert states_of(number) == {Action.APOLOGISE: ActionState.DONE, Action.EDUCATE_STAFF: ActionState.OPEN}
        number = approved()
        the_desk_works()
        assert set(states_of(number).values()) == {ActionState.DONE}

    def test_hands_over_where_the_desk_refuses_for_good(self, desk: StandInDesk) -> None:
        desk.refuse_measures = {"RUSH_DELIVERY"}
        number = approved()
        the_desk_works()

        assert complaint_of(number).state is State.NEEDS_OPERATOR
        assert commands_of(number)[-1] == "hand_over"

    def test_moves_on_at_once_where_nothing_is_ordered(self, desk: StandInDesk) -> None:
        number = about_conduct()
        carry_out_complaints.fn()

        assert confirm_complaints_carried_out.fn() == [number]
        assert desk.orders == {}


class TestPenaltyLetters:
    def test_go_to_whoever_answers_for_it_once(self) -> None:
        number = about_conduct()
        for _ in range(3):
            the_desk_works()

        told = [one for one in notices_of(number, "department") if one["purpose"].startswith("penalty")]
        assert [one["to"] for one in told] == ["cou-li"]

    def test_are_no_part_of_what_the_customer_reads(self) -> None:
        number = approved()
        to_the_result(number, at(0))

        with unit_of_work() as connection:
            sent = [one for one in outbox.of_case(connection, number) if one["payload"].get("audience") == "customer"]
        assert sent
        assert not [one for one in sent if "处罚" in str(one)]
