"""What people do with a complaint, and what they may not: two at once do it once, and nobody judges himself."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from complaint_factories import a_party, shared
from complaints import (
    commands_of,
    complaint_of,
    filed,
    nothing_is_broken,
    notices_of,
    penalties_of,
    staff_called,
    tasks_of,
    the_desk_works,
    the_network_is_on_file,
    the_parcel_is_late,
    to_the_gate,
    to_the_result,
)
from factories import at

from adapters.carrier_desk.fake import StandInDesk
from schemas.complaints import Action, ActionState, ComplaintType, ConsequenceState, State, Validity
from schemas.exceptions import Role
from store.case_history import history_of
from store.complaints import NoSuchComplaint
from store.unit_of_work import unit_of_work
from tasks.complaints.by_hand import (
    NotAllowed,
    SharesWrong,
    decide_finding,
    report_task,
    resolve_at_once,
    take_up,
    transfer,
)
from tasks.complaints.penalties import contest_penalty, rule_penalty


@pytest.fixture(autouse=True)
def carrier(desk: StandInDesk, notices: object) -> None:
    del desk, notices
    the_network_is_on_file()
    the_parcel_is_late(freight="12")
    staff_called("ag-sun")
    staff_called("sup-wang", Role.SUPERVISOR)


class TestDecideFinding:
    def test_keeps_what_was_proposed_beside_it(self) -> None:
        number = filed().complaint_no
        to_the_gate(number)
        decide_finding(number, validity=Validity.UNPROVEN, note="承诺时间有误", staff_id="sup-wang")

        with unit_of_work() as connection:
            [decided] = [one for one in history_of(connection, number) if one["command"] == "decide_finding"]
        assert decided["details"]["before"]["validity"] == "VALID"
        assert decided["details"]["decided"]["decided_by"] == "sup-wang"
        assert [ground["code"] for ground in decided["details"]["decided"]["grounds"]] == ["late"]

    @pytest.mark.parametrize("validity", sorted(set(Validity) - {Validity.VALID}))
    def test_asks_why_it_is_not_valid(self, validity: Validity) -> None:
        with pytest.raises(NotAllowed, match=f"say why it is {validity.value}"):
            decide_finding(filed().complaint_no, validity=validity, note=" ", staff_id="sup-wang")

    def test_asks_for_the_whole(self) -> None:
        with pytest.raises(SharesWrong, match="90 % together"):
            decide_finding(
                filed().complaint_no, validity=Validity.VALID, parties=shared("60", "30"), staff_id="sup-wang"
            )

    @pytest.mark.parametrize("staff_id", ["nobody", "redress"])
    def test_is_nobodys_who_is_not_on_file(self, staff_id: str) -> None:
        number = filed().complaint_no

        with pytest.raises(NotAllowed):
            decide_finding(number, validity=Validity.VALID, staff_id=staff_id)
        assert complaint_of(number).finding is None

    def test_is_too_late_once_the_result_is_told(self) -> None:
        number = filed().complaint_no
        to_the_result(number, at(0))

        with pytest.raises(NotAllowed, match="not possible in state FED_BACK"):
            decide_finding(number, validity=Validity.VALID, staff_id="sup-wang")

    def test_of_a_plan_that_waits_has_it_planned_anew_without_costing_a_round(self) -> None:
        number = filed().complaint_no
        to_the_gate(number)
        decide_finding(number, validity=Validity.VALID, parties=[a_party()], staff_id="sup-wang")

        complaint = complaint_of(number)
        assert (complaint.state, complaint.rounds) == (State.VERIFIED, 0)
        the_desk_works()
        assert commands_of(number)[-2:] == ["confirm_carried_out", "feed_back"]  # nobody must decide it any more

    def test_by_two_at_once_leaves_one_whole_history(self) -> None:
        number = filed().complaint_no
        to_the_gate(number)

        def decide(staff_id: str) -> None:
            decide_finding(number, validity=Validity.UNPROVEN, note="无记录", staff_id=staff_id)

        with ThreadPoolExecutor(2) as pool:
            list(pool.map(decide, ["ag-sun", "sup-wang"]))

        assert commands_of(number).count("decide_finding") == 2
        assert commands_of(number).count("reconsider") == 1
        assert nothing_is_broken()

    def test_knows_no_other_number(self) -> None:
        with pytest.raises(NoSuchComplaint):
            decide_finding("CP-20261120-000009", validity=Validity.VALID, staff_id="sup-wang")


class TestResolveAtOnce:
    def test_by_two_at_once_ends_it_once(self) -> None:
        number = filed().complaint_no

        def resolve(staff_id: str) -> str:
            try:
                resolve_at_once(number, validity=Validity.VALID, solution="今日派送", staff_id=staff_id)
            except NotAllowed as refused:
                return str(refused)
            return "resolved"

        with ThreadPoolExecutor(2) as pool:
            said = sorted(pool.map(resolve, ["ag-sun", "sup-wang"]))

        assert said[1] == "resolved"
        assert "not possible in state CONCLUDED" in said[0]
        assert len([one for one in notices_of(number) if one["purpose"].startswith("concluded")]) == 1

    def test_asks_how_and_leaves_whoever_has_it_its_handler(self) -> None:
        number = filed().complaint_no

        with pytest.raises(NotAllowed, match="say how it was resolved"):
            resolve_at_once(number, validity=Validity.VALID, solution=" ", staff_id="ag-sun")
        assert (
            resolve_at_once(number, validity=Validity.VALID, solution="今日派送", staff_id="ag-sun").handler == "ag-sun"
        )

    def test_is_not_for_whom_it_is_about(self) -> None:
        number = filed(type=ComplaintType.ATTITUDE, person="ag-sun").complaint_no

        with pytest.raises(NotAllowed, match="is about ag-sun"):
            resolve_at_once(number, validity=Validity.UNPROVEN, solution="没有此事", staff_id="ag-sun")


class TestTransfer:
    def test_tells_the_department_to_confirm(self) -> None:
        number = filed().complaint_no
        transfer(number, to="杭州转运中心", why="在中心滞留", staff_id="ag-sun")

        [told] = [one for one in notices_of(number, "department") if one["purpose"].startswith("transfer")]
        assert (told["to"], "转办，请确认" in told["subject"]) == ("杭州转运中心", True)

    def test_is_too_late_once_the_result_is_told(self) -> None:
        number = filed().complaint_no
        to_the_result(number, at(0))

        with pytest.raises(NotAllowed):
            transfer(number, to="杭州转运中心", why="", staff_id="ag-sun")


class TestTakeUp:
    def test_is_for_what_waits_for_a_person_alone(self) -> None:
        with pytest.raises(NotAllowed, match="not possible in state RECEIVED"):
            take_up(filed().complaint_no, comment="", staff_id="ag-sun")

    def test_gives_up_what_the_former_plan_ordered_and_was_not_taken(self, desk: StandInDesk) -> None:
        desk.refuse_measures = {"COMPENSATE"}
        number = filed(demand={"text": "退运费", "amount": "12"}).complaint_no
        to_the_result(number, at(0), comment="已核实")
        assert complaint_of(number).amount_ordered == 12

        complaint = take_up(number, comment="账户更正", staff_id="ag-sun")

        assert (complaint.state, complaint.handler, complaint.amount_ordered) == (State.VERIFIED, "ag-sun", 0)
        assert tasks_of(number)[Action.COMPENSATE].state is ActionState.CALLED_OFF
        assert tasks_of(number)[Action.RUSH_DELIVERY].state is not ActionState.CALLED_OFF  # the desk does that already


class TestTasksAndPenalties:
    @pytest.fixture
    def number(self) -> str:
        number = filed(type=ComplaintType.ATTITUDE).complaint_no
        decide_finding(number, validity=Validity.VALID, parties=[a_party(name="cou-li")], staff_id="sup-wang")
        to_the_result(number, at(0))
        return number

    def test_are_reported_by_two_at_once_once(self, number: str) -> None:
        task = tasks_of(number)[Action.EDUCATE_STAFF].action_id

        def report(staff_id: str) -> str:
            try:
                return report_task(task, done=True, note="已培训", staff_id=staff_id).done_by
            except NotAllowed as refused:
                return str(refused)

        with ThreadPoolExecutor(2) as pool:
            said = list(pool.map(report, ["ag-sun", "sup-wang"]))

        assert [one for one in said if "is not open" in one] == [f"task {task} is not open"]

    def test_are_ruled_about_by_two_at_once_once(self, number: str) -> None:
        [penalty] = penalties_of(number)
        staff_called("cou-li")
        contest_penalty(penalty.consequence_id, words="录音可证", by="cou-li")
        staff_called("sup-he", Role.SUPERVISOR)

        def rule(staff_id: str, *, upheld: bool) -> str:
            try:
                return rule_penalty(
                    penalty.consequence_id, upheld=upheld, ruling="已听录音", staff_id=staff_id
                ).ruled_by
            except NotAllowed as refused:
                return str(refused)

        with ThreadPoolExecutor(2) as pool:
            said = [pool.submit(rule, "sup-wang", upheld=True), pool.submit(rule, "sup-he", upheld=False)]
        answers = [one.result() for one in said]

        [after] = penalties_of(number)
        assert after.state in {ConsequenceState.CONFIRMED, ConsequenceState.LIFTED}
        assert sum("ruled about it" in answer for answer in answers) == 1
        assert (after.amount, after.ruled_by in answers) == (Decimal(100), True)
