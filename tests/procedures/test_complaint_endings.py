"""How a complaint ends (R17, R45, R46, R52, R72): 达成共识, 解释说明, and everything in between.

The archive that closes what is concluded is a chapter of its own.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from complaints import (
    AGENT,
    a_record,
    commands_of,
    complaint_of,
    customer_says,
    filed,
    nobody_is_asked,
    nodes_answer,
    nothing_is_broken,
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
from rules.complaints.lifecycle import ROUNDS_MAX
from schemas.approvals import Outcome
from schemas.complaints import Action, ActionState, ComplaintType, Ending, State, Validity
from schemas.exceptions import Role
from schemas.severity import Severity
from store import approvals, outbox
from store.unit_of_work import unit_of_work
from tasks import clock
from tasks.complaints.by_hand import NotAllowed, resolve_at_once, take_up
from tasks.complaints.closing import conclude_by_hand, explain_complaint, withdraw_complaint
from tasks.complaints.intake import complete_draft

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]
A_WHILE = timedelta(hours=73)
"""Longer than a customer may think about a result."""


@pytest.fixture(autouse=True)
def carrier(stand_at: Stand, desk: StandInDesk, notices: Notices) -> None:
    del stand_at, desk, notices
    the_network_is_on_file()
    the_parcel_is_late(freight="12")
    for staff_id, role in (("ag-sun", Role.AGENT), ("sup-wang", Role.SUPERVISOR)):
        staff_called(staff_id, role)


def with_a_result(**told: object) -> str:
    number = filed(**told).complaint_no
    assert to_the_result(number, clock.now(), comment="已核实").state is State.FED_BACK
    return number


def ended(number: str) -> tuple[State, str]:
    complaint = complaint_of(number)
    return complaint.state, complaint.ending


def gate_is_open(number: str) -> bool:
    with unit_of_work() as connection:
        gate = approvals.current_gate(connection, number)
    return gate is not None and not gate.decided


class TestWithinOneCall:
    """情节较轻或情况比较简单的，尽量在一次通话中给予答复和解决 (R52)."""

    def test_ends_a_light_matter_with_what_was_done_and_the_customer_has_it_in_writing(self) -> None:
        number = filed().complaint_no

        complaint = resolve_at_once(number, validity=Validity.VALID, solution="已联系网点，今日派送", staff_id="ag-sun")

        assert (complaint.state, complaint.ending, complaint.handler) == (State.CONCLUDED, Ending.AT_ONCE, "ag-sun")
        assert "已办结。" in notices_of(number)[-1]["body"]
        assert commands_of(number) == ["receive", "resolve_at_once"]

    @pytest.mark.parametrize(
        ("told", "why"),
        [
            ({"demand": {"text": "赔偿", "amount": "10"}}, "needs an approval"),
            ({"channel": "regulator"}, "severe"),
        ],
        ids=["money is demanded", "the regulator forwarded it"],
    )
    def test_ends_nothing_that_a_leader_must_decide(self, told: dict[str, object], why: str) -> None:
        number = filed(**told).complaint_no

        with pytest.raises(NotAllowed, match=why):
            resolve_at_once(number, validity=Validity.VALID, solution="同意", staff_id="ag-sun")
        assert complaint_of(number).state is State.RECEIVED

    def test_calls_nobody_malicious(self) -> None:
        number = filed().complaint_no

        with pytest.raises(NotAllowed, match="nothing for one call"):
            resolve_at_once(number, validity=Validity.MALICIOUS, solution="编造", staff_id="ag-sun")

    def test_takes_back_what_the_nodes_were_asked(self) -> None:
        number = filed().complaint_no
        the_desk_works()
        resolve_at_once(number, validity=Validity.VALID, solution="今日派送", staff_id="ag-sun")

        assert nobody_is_asked(number)


class TestAgreement:
    def test_is_told_back_as_the_final_content(self) -> None:
        number = with_a_result()
        customer_says(number, agrees=True)

        assert ended(number) == (State.CONCLUDED, Ending.ACCEPTED)
        assert "加急派送" in notices_of(number)[-1]["body"]

    def test_counts_once(self) -> None:
        number = with_a_result()
        customer_says(number, agrees=True)

        with pytest.raises(NotAllowed):
            customer_says(number, agrees=True)

    def test_may_be_given_to_whoever_calls_after_a_while(self, stand_at: Stand) -> None:
        number = with_a_result(channel="regulator")
        stand_at(clock.now() + A_WHILE)
        the_desk_works()
        assert complaint_of(number).state is State.NEEDS_OPERATOR

        customer_says(number, agrees=True)

        assert ended(number) == (State.CONCLUDED, Ending.ACCEPTED)


class TestSilence:
    def test_ends_a_light_matter_after_three_days(self, stand_at: Stand) -> None:
        number = with_a_result()
        stand_at(at(71.9))
        the_desk_works()
        assert complaint_of(number).state is State.FED_BACK

        stand_at(at(72))
        the_desk_works()
        assert ended(number) == (State.CONCLUDED, Ending.UNOBJECTED)

    @pytest.mark.parametrize(
        "told",
        [{"channel": "regulator"}, {"customer": {"phone": "", "email": ""}}],
        ids=["a severe matter", "nobody knows how to reach the customer"],
    )
    def test_ends_not(self, stand_at: Stand, told: dict[str, object]) -> None:
        """将…再次致电客户 (R64): somebody calls."""
        number = filed(keep_draft=True, **told).complaint_no
        if complaint_of(number).state is State.DRAFT:
            complete_draft(number, a_record(customer={"phone": "19900007777"}), entered=AGENT)
            with unit_of_work() as connection:  # his number is erased later
                connection.exec_driver_sql("UPDATE complaint_record SET content = '{}'")
        to_the_result(number, clock.now())
        stand_at(at(74))
        the_desk_works()

        assert ended(number) == (State.NEEDS_OPERATOR, "")

    def test_of_a_customer_who_objected_before_is_not_enough(self, stand_at: Stand) -> None:
        number = with_a_result()
        customer_says(number, agrees=False, demand="书面道歉")
        to_the_result(number, clock.now())
        stand_at(at(74))
        the_desk_works()

        assert ended(number) == (State.NEEDS_OPERATOR, "")

    def test_is_ended_by_hand_where_nobody_reaches_the_customer(self, stand_at: Stand) -> None:
        number = with_a_result(channel="regulator")
        stand_at(at(74))
        the_desk_works()

        conclude_by_hand(number, why="三次致电无人接听", who="sup-wang", role=Role.SUPERVISOR)

        assert ended(number) == (State.CONCLUDED, Ending.BY_HAND)


class TestObjection:
    """认真听取其新的诉求，二次核查或上报上级主管 (R45)."""

    def test_needs_a_new_demand(self) -> None:
        number = with_a_result()

        with pytest.raises(NotAllowed, match="say what the customer asks for instead"):
            customer_says(number, agrees=False, demand="  ")

    def test_has_the_nodes_asked_again(self) -> None:
        number = with_a_result()
        customer_says(number, agrees=False, demand="说明滞留原因")
        the_desk_works()

        assert complaint_of(number).state is State.VERIFYING
        assert nodes_answer(number) == ["示例城东网点"]

    def test_is_decided_anew_and_not_by_what_was_decided_before(self) -> None:
        number = with_a_result()
        finding = customer_says(number, agrees=False, demand="说明滞留原因").finding

        assert finding is not None
        assert not finding.is_decided

    def test_takes_the_former_result_back_where_it_was_not_told_yet(self, stand_at: Stand) -> None:
        number = filed().complaint_no
        to_the_gate(number)
        stand_at(at(11))  # 23:00: what is written now waits for the morning
        supervisor_answers(number, at(11))
        the_desk_works()
        customer_says(number, agrees=False, demand="已等不及")

        with unit_of_work() as connection:
            [result] = [one for one in outbox.of_case(connection, number) if one["payload"].get("purpose") == "result"
                        and one["payload"]["audience"] == "customer"]  # fmt: skip
        assert result["status"] == "withdrawn"


class TestExplainedNotAgreed:
    """如确实无法满足客户过高诉求，应坚持原则，做好解释说明 (R46)."""

    @pytest.fixture
    def number(self) -> str:
        number = with_a_result(demand={"text": "退运费", "amount": "12"})
        customer_says(number, agrees=False, demand="赔偿误工费 500 元")
        the_desk_works()
        nodes_answer(number)
        the_desk_works()
        supervisor_answers(number, clock.now(), comment="已核实")
        the_desk_works()
        return number

    def test_gives_reasons_and_the_way_to_the_regulator(self, number: str) -> None:
        explain_complaint(number, reasons="误工费不在赔偿范围", who="sup-wang", role=Role.SUPERVISOR)

        told = notices_of(number)[-1]["body"]
        for part in ("误工费不在赔偿范围", "赔偿误工费 500 元", "12305", "歉意"):
            assert part in told
        assert ended(number) == (State.CONCLUDED, Ending.EXPLAINED)

    def test_needs_reasons_and_a_supervisor(self, number: str) -> None:
        with pytest.raises(NotAllowed, match="say why"):
            explain_complaint(number, reasons=" ", who="sup-wang", role=Role.SUPERVISOR)
        with pytest.raises(NotAllowed, match="agent may not explain"):
            explain_complaint(number, reasons="不符合规定", who="ag-sun", role=Role.AGENT)
        assert complaint_of(number).state is State.FED_BACK

    def test_pays_nothing_a_second_time(self, number: str, desk: StandInDesk) -> None:
        paid = [order.amount for order in desk.orders.values() if order.measure == "COMPENSATE"]

        assert paid == ["12.00"]

    def test_promises_nothing_of_a_plan_that_nobody_approved(self) -> None:
        number = with_a_result()
        customer_says(number, agrees=False, demand="赔偿 12 元")
        filed(demand={"text": "赔偿", "amount": "12"})
        the_desk_works()
        nodes_answer(number)
        the_desk_works()
        for _ in range(ROUNDS_MAX):
            if complaint_of(number).state is not State.AWAITING_APPROVAL:
                break
            supervisor_answers(number, clock.now(), decision="refuse", comment="不赔")
            the_desk_works()
        assert complaint_of(number).state is State.NEEDS_OPERATOR

        explain_complaint(number, reasons="不符合规定", who="sup-wang", role=Role.SUPERVISOR)

        told = notices_of(number)[-1]["body"]
        assert not [part for part in ("赔付", "核定金额", "我们的处理") if part in told]


class TestHandedToAPerson:
    def test_a_plan_that_was_sent_back_too_often(self) -> None:
        number = filed().complaint_no
        to_the_gate(number)
        for _ in range(ROUNDS_MAX):
            assert (
                supervisor_answers(number, clock.now(), decision="refuse", comment="再核实").outcome is Outcome.REFUSED
            )
            the_desk_works()

        assert complaint_of(number).state is State.NEEDS_OPERATOR
        take_up(number, comment="改派专人", staff_id="ag-sun")
        the_desk_works()
        complaint = complaint_of(number)
        assert (complaint.state, complaint.handler, complaint.rounds) == (State.AWAITING_APPROVAL, "ag-sun", 1)

    def test_an_order_that_the_desk_refuses_for_good_and_the_customer_is_paid_all_the_same(
        self, desk: StandInDesk
    ) -> None:
        desk.refuse_measures = {"COMPENSATE"}
        number = filed(demand={"text": "退运费", "amount": "12"}).complaint_no
        to_the_result(number, clock.now(), comment="已核实")
        assert complaint_of(number).state is State.NEEDS_OPERATOR

        desk.refuse_measures = set()
        take_up(number, comment="账户已更正", staff_id="ag-sun")
        to_the_result(number, clock.now(), comment="已核实")

        complaint = complaint_of(number)
        assert complaint.state is State.FED_BACK
        assert [order.amount for order in desk.orders.values() if order.measure == "COMPENSATE"] == ["12.00"]
        assert (complaint.amount_ordered, nothing_is_broken()) == (12, True)


class TestWithdrawn:
    def test_asks_nobody_and_orders_nothing_any_more(self, desk: StandInDesk) -> None:
        number = filed(demand={"text": "退运费", "amount": "12"}).complaint_no
        to_the_gate(number)
        assert gate_is_open(number)

        withdraw_complaint(number, why="已收到", who="ag-sun", role=Role.AGENT)

        assert ended(number) == (State.CONCLUDED, Ending.WITHDRAWN)
        assert not gate_is_open(number)
        assert nobody_is_asked(number)
        the_desk_works()
        assert desk.orders == {}

    def test_takes_back_the_orders_that_were_not_sent(self, desk: StandInDesk) -> None:
        desk.busy_for = {"COMPENSATE": 99}
        number = filed(demand={"text": "退运费", "amount": "12"}).complaint_no
        to_the_result(number, clock.now(), comment="已核实")
        assert complaint_of(number).state is State.ACTING

        withdraw_complaint(number, why="已收到", who="ag-sun", role=Role.AGENT)
        desk.busy_for = {}
        the_desk_works()

        assert [order.measure for order in desk.orders.values()] == ["RUSH_DELIVERY"]
        assert tasks_of(number)[Action.COMPENSATE].state is ActionState.CALLED_OFF
        assert complaint_of(number).amount_ordered == 0


class TestToldAgain:
    def test_within_three_days_opens_what_was_concluded_and_raises_it(self, stand_at: Stand) -> None:
        """重复投诉：同一问题3天内二次投诉 (R60)."""
        number = with_a_result()
        customer_says(number, agrees=True)
        before = complaint_of(number).severity
        stand_at(at(70))

        answer = filed()

        complaint = complaint_of(number)
        assert (answer.complaint_no, answer.repeat, complaint.state) == (number, True, State.HANDED_OFF)
        assert (complaint.ending, complaint.severity > before) == ("", True)
        to_the_result(number, clock.now())
        assert Action.RECTIFY in tasks_of(number)

    def test_is_what_a_concluded_complaint_is_when_the_customer_changes_his_mind(self) -> None:
        number = with_a_result()
        customer_says(number, agrees=True)
        customer_says(number, agrees=False, demand="仍未收到")

        assert ended(number) == (State.HANDED_OFF, "")
        assert commands_of(number)[-1] == "reopen"


class TestDraftThatNobodyCompletes:
    def test_is_closed_after_three_days(self, stand_at: Stand) -> None:
        number = filed(keep_draft=True, demand={"text": ""}).complaint_no
        stand_at(at(71.9))
        the_desk_works()
        assert complaint_of(number).state is State.DRAFT

        stand_at(at(72))
        the_desk_works()
        assert ended(number) == (State.CLOSED, Ending.ABANDONED)

    def test_lets_nothing_incomplete_in_afterwards(self, stand_at: Stand) -> None:
        """Only a complete record is handed on (R38), also of a matter that was begun before."""
        number = filed(keep_draft=True, demand={"text": ""}).complaint_no
        stand_at(at(50))
        filed(keep_draft=True, demand={"text": ""})
        stand_at(at(73))
        the_desk_works()
        assert complaint_of(number).state is State.CLOSED

        answer = filed(keep_draft=True, demand={"text": ""})

        assert (answer.state, answer.complaint_no != number) == (State.DRAFT, True)


class TestSevereMatter:
    def test_is_decided_by_two_where_it_is_critical(self) -> None:
        number = filed(
            channel="regulator", type=ComplaintType.LOSS, demand={"text": "赔偿", "amount": "1000"}
        ).complaint_no
        assert to_the_gate(number).severity is Severity.CRITICAL

        first = supervisor_answers(number, clock.now(), amount="100", comment="已核实")
        assert first.outcome is Outcome.ENDORSED
        assert complaint_of(number).state is State.AWAITING_APPROVAL

        second = supervisor_answers(number, clock.now(), staff_id="mgr-li", comment="同意")
        assert second.outcome is Outcome.APPROVED
