"""Verifying: the system is read, the nodes are asked, and what was found is proposed once they answered or are late."""

import pytest
from complaints import (
    commands_of,
    complaint_of,
    customer_says,
    filed,
    nodes_answer,
    staff_called,
    the_network_is_on_file,
    the_parcel_is_late,
    to_the_result,
)
from factories import a_registration, an_event, at
from standins import open_case, register, tell

from schemas.complaints import Complaint, ComplaintType, Finding, State, Validity
from schemas.exceptions import Role
from schemas.inquiries import AnswerCode, InquiryState
from schemas.tracking import Event
from store import inquiries
from store.case_history import history_of
from store.inquiries import Chosen
from store.unit_of_work import unit_of_work
from tasks.complaints.by_hand import decide_finding
from tasks.complaints.handing_over import hand_off_complaints
from tasks.complaints.verifying import establish_findings, verify_complaints


@pytest.fixture(autouse=True)
def network(desk: object, notices: object) -> None:
    del desk, notices
    the_network_is_on_file()


def verifying(**told: object) -> str:
    """Take a complaint in and have everybody asked."""
    number = filed(**told).complaint_no
    hand_off_complaints.fn()
    verify_complaints.fn()
    return number


def found(number: str) -> Finding:
    establish_findings.fn()
    finding = complaint_of(number).finding
    assert finding is not None
    return finding


def asked(number: str) -> list[tuple[str, InquiryState]]:
    with unit_of_work() as connection:
        return [(one.department, one.state) for one in inquiries.listing(connection, Chosen(case_no=number))]


class TestVerifyComplaints:
    def test_writes_down_what_the_system_says(self):
        the_parcel_is_late()
        number = verifying()

        with unit_of_work() as connection:
            details = history_of(connection, number)[-1]["details"]
        assert (details["last_event"], len(details["asked"])) == ("ARRIVED_OUTLET", 1)
        assert details["presumption"]["party"]

    def test_asks_whoever_is_complained_of_beside_the_outlet(self):
        register(a_registration())
        number = verifying(type=ComplaintType.ATTITUDE, subject="h-1")

        assert {name for name, _ in asked(number)} == {"示例城东网点", "杭州转运中心"}

    def test_asks_nobody_about_a_charge_of_which_no_department_is_known(self):
        number = verifying(type=ComplaintType.FEE, waybill="")

        assert asked(number) == []
        assert complaint_of(number).state is State.VERIFYING

    def test_asks_once_however_often_it_is_done(self):
        the_parcel_is_late()
        number = verifying()
        verify_complaints.fn()

        assert len(asked(number)) == 1
        assert commands_of(number).count("verify") == 1


class TestEstablishFindings:
    def test_waits_for_whoever_was_asked(self, stand_at):
        the_parcel_is_late()
        number = verifying()

        assert establish_findings.fn() == []
        stand_at(at(15.999))
        assert establish_findings.fn() == []
        assert complaint_of(number).state is State.VERIFYING

    def test_goes_on_at_once_when_everybody_answered(self):
        the_parcel_is_late()
        number = verifying()
        nodes_answer(number)

        assert [ground.code for ground in found(number).grounds] == ["late"]

    def test_goes_on_without_an_answer_that_is_overdue_and_says_so(self, stand_at):
        the_parcel_is_late()
        number = verifying()
        stand_at(at(16))

        assert [ground.code for ground in found(number).grounds] == ["late", "nobody_answered"]

    def test_goes_on_at_once_where_nobody_was_asked(self):
        assert found(verifying(type=ComplaintType.FEE, waybill="")).validity is Validity.UNPROVEN

    def test_sees_the_parcels_exception_of_the_same_kind(self):
        open_case()
        number = verifying(type=ComplaintType.DAMAGE)
        nodes_answer(number)

        finding = found(number)
        assert (finding.validity, [ground.code for ground in finding.grounds]) == (Validity.VALID, ["case_open"])
        assert complaint_of(number).related_case.startswith("EX-")

    def test_sees_no_exception_of_another_kind(self):
        open_case()
        number = verifying(type=ComplaintType.LOSS)
        nodes_answer(number)

        assert found(number).validity is Validity.UNPROVEN

    def test_sees_what_every_node_answered(self):
        register(a_registration())
        number = verifying(type=ComplaintType.DAMAGE)
        nodes_answer(number, AnswerCode.PACKAGING_POOR)

        assert found(number).validity is Validity.CUSTOMER_CAUSED

    def test_proposes_malice_only_of_a_caller_whom_people_found_malicious_before(self):
        register(a_registration())
        tell(an_event(Event.PICKED_UP, -9), an_event(Event.DELIVERED, -1))
        staff_called("sup-wang", Role.SUPERVISOR)
        validities = []
        for type_ in (ComplaintType.LOSS, ComplaintType.MISDELIVERY, ComplaintType.SHORT):
            number = verifying(type=type_)
            nodes_answer(number)
            validities.append(found(number).validity)
            decide_finding(number, validity=Validity.MALICIOUS, note="多次编造", staff_id="sup-wang")

        assert validities == [Validity.UNPROVEN, Validity.UNPROVEN, Validity.MALICIOUS]

    def test_lets_what_a_person_decided_meanwhile_stand(self):
        the_parcel_is_late()
        number = verifying()
        staff_called("sup-wang", Role.SUPERVISOR)
        decide_finding(number, validity=Validity.UNPROVEN, note="承诺时间有误", staff_id="sup-wang")
        nodes_answer(number)

        finding = found(number)
        assert (finding.validity, finding.decided_by) == (Validity.UNPROVEN, "sup-wang")

    def test_looks_at_the_answers_of_this_time_only(self):
        register(a_registration(promised_at=None))
        number = filed(type=ComplaintType.DAMAGE).complaint_no
        to_the_result(number, at(0), comment="已核实")
        customer_says(number, agrees=False, demand="重新核实")
        verify_complaints.fn()
        assert establish_findings.fn() == []  # the new question waits, though the old one was answered

        nodes_answer(number, AnswerCode.DAMAGED_HERE)
        complaint: Complaint = complaint_of(number)
        assert complaint.state is State.VERIFYING
        assert found(number).validity is Validity.VALID
