"""Chapter complaints (投诉处理), told in the five stages of the closed loop (R49): 受理、调查、处理、反馈, up to 归档.

First the course's flow, step by step, and what must not happen on the way. The types: test_complaint_types. The
endings: test_complaint_endings. Whoever answers for it: test_complaint_penalties.
"""

from collections.abc import Callable
from datetime import datetime

import pytest
from complaint_factories import an_agent
from complaints import (
    commands_of,
    complaint_of,
    customer_says,
    filed,
    nodes_answer,
    nothing_is_broken,
    notices_of,
    staff_called,
    supervisor_answers,
    tasks_of,
    the_desk_has,
    the_desk_works,
    the_network_is_on_file,
    the_parcel_is_late,
    to_the_gate,
    to_the_result,
)
from factories import at

from adapters.carrier_desk.fake import StandInDesk
from schemas.approvals import Outcome
from schemas.complaints import Action, Command, ComplaintType, Ending, State, Validity
from schemas.exceptions import Role
from schemas.inquiries import AnswerCode
from store import approvals
from store.case_history import history_of
from store.unit_of_work import unit_of_work
from tasks.complaints.by_hand import NotAllowed, confirm_transfer, decide_finding, transfer
from tasks.complaints.closing import explain_complaint
from tasks.complaints.escalation import escalate_overdue_complaints
from tasks.complaints.told import Incomplete

Stand = Callable[[datetime], None]
Notices = Callable[[], list[dict[str, str]]]


@pytest.fixture(autouse=True)
def carrier(stand_at: Stand, desk: StandInDesk, notices: Notices) -> None:
    del stand_at, desk, notices
    the_network_is_on_file()


def told_to_the_customer(number: str) -> list[str]:
    """List what the customer was written, by its occasion."""
    return [notice["purpose"].rstrip("0123456789").rstrip("-") for notice in notices_of(number)]


class TestLateParcel:
    def test_goes_from_the_call_to_the_customers_agreement(self, stand_at: Stand, desk: StandInDesk) -> None:
        the_parcel_is_late()
        number = filed().complaint_no

        the_desk_works()
        assert complaint_of(number).state is State.VERIFYING
        assert complaint_of(number).assigned_to == "示例城东网点"

        assert nodes_answer(number) == ["示例城东网点"]
        the_desk_works()
        complaint = complaint_of(number)
        assert complaint.state is State.AWAITING_APPROVAL
        assert complaint.finding is not None
        assert complaint.finding.validity is Validity.VALID
        assert desk.orders == {}  # nothing is done, and no result told, before it is decided (R56)
        assert told_to_the_customer(number) == ["intake"]

        stand_at(at(1))
        assert supervisor_answers(number, at(1)).outcome is Outcome.APPROVED
        the_desk_works()
        complaint = complaint_of(number)
        assert complaint.state is State.FED_BACK
        assert [order.measure for order in desk.orders.values()] == ["RUSH_DELIVERY"]
        result = notices_of(number)[-1]["body"]
        assert "经核实，您反映的情况属实" in result
        assert "加急派送、向您致歉" in result

        customer_says(number, agrees=True)
        complaint = complaint_of(number)
        assert (complaint.state, complaint.ending) == (State.CONCLUDED, Ending.ACCEPTED)
        assert commands_of(number) == [
            "receive", "hand_off", "verify", "establish", "plan", "request_approval", "approve", "carry_out",
            "confirm_carried_out", "feed_back", "accept",
        ]  # fmt: skip
        assert nothing_is_broken()


class TestEachStepOfTheManual:
    """客户投诉来电 … 结果记录: the course's flow chart (R51), one step after the other."""

    @pytest.fixture
    def number(self) -> str:
        the_parcel_is_late(declared_value="200")
        return filed(type=ComplaintType.DAMAGE, demand={"text": "照价赔偿", "amount": "150"}).complaint_no

    def test_the_customer_hears_at_once_that_it_was_received(self, number: str) -> None:
        """告知客户投诉已被受理 (R37)."""
        [notice] = notices_of(number)
        assert "已受理" in notice["body"]
        assert "抱歉" in notice["body"]

    def test_it_is_handed_to_whoever_is_responsible(self, number: str) -> None:
        """将完整的投诉记录提交至相关负责部门 (R38)."""
        the_desk_works()

        [told] = [notice for notice in notices_of(number, "department") if notice["purpose"] == "handed-off"]
        assert told["to"] == "chengdong@example.test"
        assert "新投诉" in told["subject"]

    def test_the_departments_concerned_are_asked(self, number: str) -> None:
        """查询内部业务系统、联系相关环节 (R39)."""
        the_desk_works()

        assert complaint_of(number).state is State.VERIFYING
        with unit_of_work() as connection:
            [read] = [entry for entry in history_of(connection, number) if entry["command"] == "verify"]
        assert read["details"]["last_event"] == "ARRIVED_OUTLET"
        assert len(read["details"]["asked"]) == 1

    def test_what_was_found_is_proposed_and_who_answers_for_it(self, number: str) -> None:
        """责任界定 (R40)."""
        the_desk_works()
        nodes_answer(number, AnswerCode.DAMAGED_HERE, "装卸时跌落")
        the_desk_works()

        finding = complaint_of(number).finding
        assert finding is not None
        assert (finding.validity, finding.is_decided) == (Validity.VALID, False)
        assert [(party.name, party.share) for party in finding.parties] == [("示例城东网点", 100)]

    def test_a_plan_is_drafted_and_waits_for_the_leader(self, number: str) -> None:
        """初步方案 (R41), 报部门领导审批 (R56)."""
        the_desk_works()
        nodes_answer(number, AnswerCode.DAMAGED_HERE)
        the_desk_works()

        complaint = complaint_of(number)
        assert complaint.state is State.AWAITING_APPROVAL
        assert complaint.plan is not None
        assert [item.action for item in complaint.plan.actions] == [Action.APOLOGISE, Action.COMPENSATE]
        assert (complaint.plan.amount, complaint.plan.basis) == (150, ("finding:VALID", "value:declared"))

    def test_the_remedy_is_carried_out_and_the_customer_hears_amount_basis_and_when(
        self, number: str, desk: StandInDesk
    ) -> None:
        """实施补救措施 (R43); 主动将处理结果、依据及补偿金额、到账时间告知客户 (R44)."""
        the_desk_works()
        nodes_answer(number, AnswerCode.DAMAGED_HERE)
        to_the_result(number, at(0), comment="照片已核实")

        assert [(order.measure, order.amount) for order in desk.orders.values()] == [("COMPENSATE", "150.00")]
        result = notices_of(number)[-1]["body"]
        for part in ("属实", "核定金额 150.00", "于 2026-11-27 前到账", "声明价值（民法典第八百三十三条）", "歉意"):
            assert part in result
        assert tasks_of(number)[Action.APOLOGISE].done_by == "redress"

    def test_the_final_content_is_told_once_the_customer_agreed(self, number: str) -> None:
        """告知最终处理内容 (R72)."""
        the_desk_works()
        nodes_answer(number, AnswerCode.DAMAGED_HERE)
        to_the_result(number, at(0), comment="照片已核实")
        customer_says(number, agrees=True)

        final = notices_of(number)[-1]["body"]
        assert "已办结" in final
        assert "于 2026-11-27 前到账" in final
        assert nothing_is_broken()


class TestWhatMustNotHappen:
    def test_an_incomplete_record_is_handed_on(self) -> None:
        """只有完整的投诉记录才移交 (R38)."""
        with pytest.raises(Incomplete):
            filed(occurrence={"account": ""})
        number = filed(occurrence={"account": ""}, keep_draft=True).complaint_no
        the_desk_works()

        assert complaint_of(number).state is State.DRAFT

    def test_a_reply_before_it_is_approved(self, stand_at: Stand) -> None:
        """在相关领导批准后，予以客户正式答复 (R56)."""
        the_parcel_is_late()
        number = filed(demand={"text": "退还运费", "amount": "12"}).complaint_no
        to_the_gate(number)
        for hours in (2, 24, 47):
            stand_at(at(hours))
            the_desk_works()

        assert complaint_of(number).state is State.AWAITING_APPROVAL
        assert set(told_to_the_customer(number)) == {"intake", "update"}
        assert not any("金额" in notice["body"] for notice in notices_of(number))

    def test_money_before_it_is_approved(self, desk: StandInDesk) -> None:
        the_parcel_is_late(freight="12")
        number = filed(demand={"text": "退还运费", "amount": "12"}).complaint_no
        to_the_gate(number)
        the_desk_works()
        assert desk.orders == {}

        supervisor_answers(number, at(0), decision="refuse", comment="请先核实运费")
        for _ in range(2):
            the_desk_works()

        assert desk.orders == {}
        assert complaint_of(number).state is State.AWAITING_APPROVAL  # of the next plan

    def test_money_twice(self, desk: StandInDesk) -> None:
        the_parcel_is_late(freight="12")
        number = filed(demand={"text": "退还运费", "amount": "12"}).complaint_no
        to_the_result(number, at(0))
        for _ in range(3):
            the_desk_works()

        assert [order.measure for order in desk.orders.values()].count("COMPENSATE") == 1
        assert set(desk.sent.values()) == {1}

    def test_an_end_without_feedback(self, stand_at: Stand) -> None:
        """闭环管理，有始有终 (R49)."""
        the_parcel_is_late()
        number = filed().complaint_no
        to_the_gate(number)
        stand_at(at(200))
        the_desk_works()

        assert complaint_of(number).state is State.AWAITING_APPROVAL
        with pytest.raises(NotAllowed):
            customer_says(number, agrees=True)

    def test_a_plain_refusal_as_the_first_reply(self) -> None:
        """避免简单粗暴地拒绝 (R45)."""
        the_parcel_is_late()
        number = filed().complaint_no
        to_the_result(number, at(0))
        staff_called("sup-zhang", Role.SUPERVISOR)

        with pytest.raises(NotAllowed, match="a bare refusal is no answer"):
            explain_complaint(number, reasons="诉求过高", who="sup-zhang", role=Role.SUPERVISOR)
        customer_says(number, agrees=False, demand="赔偿误工费")
        assert complaint_of(number).state is State.HANDED_OFF

    def test_a_word_about_who_inside_the_carrier_answers_for_it(self) -> None:
        """公司制度、服务加盟商资料、其他部门或员工的联系方式严禁泄露 (R65)."""
        the_parcel_is_late()
        number = filed(type=ComplaintType.ATTITUDE, person="cou-li").complaint_no
        to_the_result(number, at(0))
        customer_says(number, agrees=True)

        told = " ".join(str(notice) for notice in notices_of(number))
        assert not [word for word in ("示例城东网点", "cou-li", "chengdong@", "处罚", "责任") if word in told]

    def test_a_word_to_the_departments_about_who_complains(self) -> None:
        the_parcel_is_late()
        number = filed().complaint_no
        to_the_result(number, at(0))

        told = " ".join(str(notice) for notice in notices_of(number, "department"))
        assert told
        assert not [word for word in ("钱七", "19900007777", "王五", "19900001234") if word in told]

    def test_a_close_without_an_archive(self, stand_at: Stand) -> None:
        """资料归档…整理、编号 (R47)."""
        the_parcel_is_late()
        number = filed().complaint_no
        to_the_result(number, at(0))
        customer_says(number, agrees=True)
        stand_at(at(200))
        the_desk_works()

        assert complaint_of(number).state is State.CONCLUDED
        assert complaint_of(number).closed_at is None

    def test_a_transferred_case_that_leaves_the_desk_before_it_is_confirmed(self, stand_at: Stand) -> None:
        """对转到相关部门处理的案例要做好反馈和跟踪确认工作 (R76)."""
        number = filed().complaint_no
        the_desk_works()
        staff_called("ag-sun")
        before = complaint_of(number)

        transfer(number, to="杭州转运中心", why="在中心滞留", staff_id="ag-sun")
        complaint = complaint_of(number)
        assert (complaint.assigned_to, complaint.handler) == (before.assigned_to, before.handler)
        assert complaint.transferred_to == "杭州转运中心"

        stand_at(at(8))  # nobody has confirmed: it is escalated like anything that is left lying
        escalate_overdue_complaints.fn()
        assert complaint_of(number).escalation_level == 1

        confirm_transfer(number, staff_id="ag-sun")
        assert (complaint_of(number).assigned_to, complaint_of(number).transferred_to) == ("杭州转运中心", "")
        with pytest.raises(NotAllowed, match="nobody else works on it"):
            confirm_transfer(number, staff_id="ag-sun")

    def test_a_transfer_to_nobody(self) -> None:
        number = filed().complaint_no
        the_desk_works()
        staff_called("ag-sun")

        with pytest.raises(NotAllowed, match="某处 is no department of the network on file"):
            transfer(number, to="某处", why="在中心滞留", staff_id="ag-sun")
        assert complaint_of(number).transferred_to == ""

    def test_a_transfer_that_reaches_no_address(self) -> None:
        number = filed().complaint_no
        the_desk_works()
        staff_called("ag-sun")

        assert transfer(number, to="o-1", why="在网点滞留", staff_id="ag-sun").transferred_to == "示例城东网点"
        [told] = [notice for notice in notices_of(number, "department") if notice["purpose"].startswith("transfer")]
        assert told["to"] == "chengdong@example.test"

    def test_a_loose_end_of_a_transfer_once_the_result_is_told(self) -> None:
        the_parcel_is_late()
        number = filed().complaint_no
        the_desk_works()
        staff_called("ag-sun")
        transfer(number, to="杭州转运中心", why="在中心滞留", staff_id="ag-sun")
        to_the_result(number, at(0))

        assert confirm_transfer(number, staff_id="ag-sun").state is State.FED_BACK

    def test_whoever_handled_it_decides_about_it(self) -> None:
        """调查与审批分离 (R86)."""
        the_parcel_is_late()
        the_desk_has(an_agent("sup-zhang"))
        number = filed().complaint_no
        assert to_the_gate(number).handler == "sup-zhang"

        ruling = supervisor_answers(number, at(0))

        assert (ruling.outcome, "调查人" in ruling.sentence) == (Outcome.ASK_AGAIN, True)
        assert supervisor_answers(number, at(0), staff_id="sup-wang").outcome is Outcome.APPROVED

    @pytest.mark.parametrize("way", ["at the gate", "by saying what was found"])
    def test_whoever_is_complained_of_decides_about_it(self, way: str) -> None:
        the_parcel_is_late()
        number = filed(type=ComplaintType.ATTITUDE, person="sup-zhang").complaint_no
        to_the_gate(number)

        if way == "at the gate":
            ruling = supervisor_answers(number, at(0))
            assert (ruling.outcome, "被投诉人" in ruling.sentence) == (Outcome.ASK_AGAIN, True)
        else:
            staff_called("sup-zhang", Role.SUPERVISOR)
            with pytest.raises(NotAllowed, match="somebody else must take this step"):
                decide_finding(number, validity=Validity.UNPROVEN, note="没有此事", staff_id="sup-zhang")
        assert complaint_of(number).state is State.AWAITING_APPROVAL

    def test_anything_twice_however_often_the_desk_works(self) -> None:
        the_parcel_is_late()
        number = filed().complaint_no
        to_the_result(number, at(0))
        once = (commands_of(number), len(notices_of(number)), len(notices_of(number, "department")))
        for _ in range(3):
            the_desk_works()

        assert (commands_of(number), len(notices_of(number)), len(notices_of(number, "department"))) == once

    def test_a_question_that_nobody_can_answer_any_more(self) -> None:
        """A plan that is taken back is not asked about, and its run is not left waiting."""
        the_parcel_is_late()
        number = filed().complaint_no
        to_the_gate(number)
        staff_called("sup-zhang", Role.SUPERVISOR)
        decide_finding(number, validity=Validity.UNPROVEN, note="客户留错地址", staff_id="sup-zhang")

        with unit_of_work() as connection:
            gate = approvals.current_gate(connection, number)
        assert gate is None or gate.decided
        the_desk_works()
        complaint = complaint_of(number)
        assert complaint.plan is not None
        assert complaint.plan.version == 2
        assert Command.RECONSIDER in commands_of(number)
