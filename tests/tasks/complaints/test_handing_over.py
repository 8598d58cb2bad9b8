"""Handing complaints to a department and an agent: by skill, language and load, never to whom it is about."""

import pytest
from complaint_factories import an_agent
from complaints import commands_of, complaint_of, filed, notices_of, the_desk_has, the_network_is_on_file
from factories import a_registration
from standins import register

from schemas.complaints import Channel, Complaint, ComplaintType, State
from store.unit_of_work import unit_of_work
from tasks.complaints.handing_over import hand_off_complaints
from tasks.exceptions.letters import MANAGER


@pytest.fixture(autouse=True)
def network() -> None:
    the_network_is_on_file()
    register(a_registration())


def handed_off(**told: object) -> Complaint:
    number = filed(**told).complaint_no
    hand_off_complaints.fn()
    return complaint_of(number)


class TestDepartment:
    def test_is_the_local_outlet_first(self):
        """直接由当地网点公司进行解答 (R70)."""
        assert handed_off().assigned_to == "示例城东网点"

    def test_is_the_department_that_is_complained_of_whose_supervisor_handles_it(self):
        """涉及操作部门…交由操作部门主管直接进行处理 (R54)."""
        assert handed_off(type=ComplaintType.ATTITUDE, subject="杭州转运中心").assigned_to == "杭州转运中心"

    def test_is_not_one_whose_manager_is_complained_of(self):
        assert handed_off(type=ComplaintType.ATTITUDE, subject="o-1", person="ag-wu").assigned_to == "示例浙江省区"

    def test_is_headquarters_where_no_outlet_is_on_file(self):
        assert handed_off(type=ComplaintType.OTHER, waybill="").assigned_to == "示例总部"

    def test_hears_of_it_and_of_nobodys_name(self):
        complaint = handed_off()

        [told] = notices_of(complaint.case_no, "department")
        assert (told["to"], "新投诉" in told["subject"]) == ("chengdong@example.test", True)
        assert "钱七" not in str(told)

    def test_is_not_alone_told_where_it_is_severe(self):
        complaint = handed_off(channel=Channel.REGULATOR)

        assert [notice["to"] for notice in notices_of(complaint.case_no, "department")] == [
            "chengdong@example.test", MANAGER,
        ]  # fmt: skip


class TestAgent:
    def test_is_nobody_where_nobody_is_on_file_and_the_history_says_so(self):
        complaint = handed_off()

        assert (complaint.state, complaint.handler) == (State.HANDED_OFF, "")
        with unit_of_work() as connection:
            reason = connection.exec_driver_sql(
                "SELECT reason FROM case_history WHERE command = 'hand_off'"
            ).scalar_one()
        assert reason == "no_agent_fits"

    def test_speaks_the_customers_language(self):
        the_desk_has(an_agent("ag-li"), an_agent("ag-sun", languages=("zh", "en")))

        assert handed_off(customer={"language": "en"}).handler == "ag-sun"

    def test_has_the_skill_that_a_caller_who_complains_often_asks_for(self):
        the_desk_has(an_agent("ag-li"), an_agent("ag-sun", tier=2), an_agent("ag-zhou", tier=3))
        filed(waybill="773000000101")

        assert handed_off().handler == "ag-sun"

    def test_is_not_whom_it_is_about(self):
        the_desk_has(an_agent("ag-li"))

        assert handed_off(type=ComplaintType.ATTITUDE, person="ag-li").handler == ""

    @pytest.mark.parametrize(
        "department", ["示例城东网点", "城东", "o-1"], ids=["its name", "another name", "its code"]
    )
    def test_is_rather_one_of_the_department_however_it_is_on_file(self, department):
        the_desk_has(an_agent("ag-aaa"), an_agent("ag-sun", department=department))

        assert handed_off().handler == "ag-sun"

    def test_is_none_of_another_department(self):
        the_desk_has(an_agent("ag-sun", department="h-1"))

        assert handed_off().handler == ""

    def test_has_room_left_also_within_one_batch(self):
        the_desk_has(an_agent("ag-li", cases_max=2), an_agent("ag-sun", cases_max=2))
        numbers = [filed(waybill=f"77300000010{number}", customer={"phone": f"1990000100{number}"}).complaint_no
                   for number in range(5)]  # fmt: skip
        hand_off_complaints.fn()

        handlers = sorted(complaint_of(number).handler for number in numbers)
        assert handlers == ["", "ag-li", "ag-li", "ag-sun", "ag-sun"]


class TestHandOffComplaints:
    def test_does_nothing_twice(self):
        number = filed().complaint_no

        assert [hand_off_complaints.fn(), hand_off_complaints.fn()] == [[number], []]
        assert commands_of(number) == ["receive", "hand_off"]

    def test_takes_the_one_that_is_named(self):
        first, second = filed().complaint_no, filed(type=ComplaintType.ATTITUDE).complaint_no

        assert hand_off_complaints.fn(second) == [second]
        assert complaint_of(first).state is State.RECEIVED

    def test_leaves_drafts(self):
        filed(keep_draft=True, demand={"text": ""})

        assert hand_off_complaints.fn() == []
