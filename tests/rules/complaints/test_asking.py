"""Whom the desk asks about a complaint (R39), and which departments must agree with a plan (R42)."""

from datetime import timedelta

import pytest
from complaint_factories import a_complaint, a_complaint_plan, a_presumption
from factories import NOON, at
from networks import HEAD, HUB, OUTLET, PROVINCE, a_department

from rules.complaints.asking import JOINT, NAME_LENGTH_MAX, agreements_asked, questions_about
from rules.supervision.network import Network
from schemas.complaints import Action, ComplaintType
from schemas.custody import Presumption, ResponsibleParty
from schemas.evidence import EvidenceKind
from schemas.inquiries import Node, Question
from schemas.network import DepartmentKind
from schemas.severity import Severity

NETWORK = Network([HEAD, PROVINCE, OUTLET, HUB])


def presumed(party: ResponsibleParty = ResponsibleParty.CARRIER, place: str = "杭州转运中心") -> Presumption:
    return a_presumption(party, place)


def asked(presumption: Presumption | None = None, *, network: Network = NETWORK, **changes) -> list[Question]:
    return [*questions_about(a_complaint(**changes), presumed=presumption, network=network, now=NOON)]


def departments(*args, **changes) -> list[str]:
    return [question.department for question in asked(*args, **changes)]


class TestQuestionsAbout:
    def test_ask_whoever_is_complained_of_the_outlet_and_whoever_is_presumed_to_answer(self):
        assert departments(presumed(), subject="p-1") == ["示例浙江省区", "示例城东网点", "杭州转运中心"]

    def test_ask_a_department_once_by_whichever_name_it_is_known(self):
        assert departments(presumed(place="城东"), subject="o-1") == ["示例城东网点"]

    @pytest.mark.parametrize(
        "presumption",
        [None, presumed(ResponsibleParty.PARTNER), presumed(place=""), presumed().model_copy(update={"holder": None})],
        ids=["nobody", "a partner", "a place nobody named", "no holder"],
    )
    def test_ask_the_outlet_alone_where_there_is_presumed_to_answer(self, presumption):
        assert departments(presumption) == ["示例城东网点"]

    def test_ask_nobody_where_no_department_is_known(self):
        assert asked(outlet="", subject=" ") == []

    def test_ask_a_department_that_is_not_on_file_by_the_name_it_was_told_by(self):
        [question] = asked(outlet="示例城西网点 ", network=Network())

        assert (question.department, question.contact, question.node) == ("示例城西网点", "", Node.OUTLET)

    def test_ask_by_a_name_that_can_be_kept_however_long_it_was_told(self):
        assert departments(outlet="", subject="城" * 200) == ["城" * NAME_LENGTH_MAX]

    def test_go_to_the_address_that_is_on_file(self):
        assert [question.contact for question in asked()] == ["chengdong@example.test"]

    @pytest.mark.parametrize(
        ("kind", "node"),
        [
            (DepartmentKind.OUTLET, Node.OUTLET),
            (DepartmentKind.HUB, Node.SORTING_CENTRE),
            (DepartmentKind.SORTING_CENTRE, Node.SORTING_CENTRE),
            (DepartmentKind.LINE_HAUL, Node.LINE_HAUL),
            (DepartmentKind.SUBCONTRACTOR, Node.SUBCONTRACTOR),
            (DepartmentKind.CUSTOMS_BROKER, Node.CUSTOMS_BROKER),
            (DepartmentKind.PROVINCE, Node.OTHER),
        ],
    )
    def test_know_what_a_department_is(self, kind, node):
        network = Network([HEAD, PROVINCE, a_department("x-1", "某部门", kind=kind)])

        [question] = asked(network=network, outlet="某部门")

        assert question.node is node

    @pytest.mark.parametrize(
        ("severity", "hours"),
        [(Severity.MINOR, 16), (Severity.ORDINARY, 16), (Severity.SEVERE, 8), (Severity.CRITICAL, 4)],
    )
    def test_wait_the_shorter_for_an_answer_the_worse_it_is(self, severity, hours):
        assert [question.due_at for question in asked(severity=severity)] == [NOON + timedelta(hours=hours)]

    def test_are_asked_anew_each_time_the_complaint_is_verified(self):
        assert {question.round for question in asked(version=9)} == {9}

    @pytest.mark.parametrize("type_", list(ComplaintType))
    def test_say_what_is_complained_of_and_nothing_of_the_customer(self, type_):
        [question] = asked(type=type_)

        assert "客户投诉" in question.question
        assert "A customer complains about" in question.question
        assert not {"钱七", "19900007777", "至今没有消息"} & {*question.question.split()}

    @pytest.mark.parametrize(
        ("type_", "wanted"),
        [
            (ComplaintType.DAMAGE, EvidenceKind.PHOTO_DETAIL),
            (ComplaintType.DAMAGE, EvidenceKind.PACKAGING_AT_ACCEPTANCE),
            (ComplaintType.LOSS, EvidenceKind.CAMERA_RECORDING),
            (ComplaintType.FALSE_SIGN, EvidenceKind.SIGNATURE_PROOF),
            (ComplaintType.ATTITUDE, EvidenceKind.CALL_RECORD),
        ],
    )
    def test_want_the_evidence_that_shows_it(self, type_, wanted):
        [question] = asked(type=type_)

        assert wanted in question.wanted

    def test_want_no_evidence_of_a_charge(self):
        assert [question.wanted for question in asked(type=ComplaintType.FEE)] == [()]


class TestAgreementsAsked:
    def agreements(self, *departments: str, network: Network = NETWORK) -> list[Question]:
        plan = a_complaint_plan(Action.SEARCH_PARCEL, Action.APOLOGISE, version=2, departments=departments)
        return [*agreements_asked(a_complaint(), plan, network=network, now=NOON)]

    def test_ask_each_department_that_must_agree_what_it_is_to_agree_with(self):
        questions = self.agreements("示例城东网点", "杭州转运中心")

        assert [(one.department, one.node) for one in questions] == [
            ("示例城东网点", Node.OUTLET),
            ("杭州转运中心", Node.SORTING_CENTRE),
        ]
        assert all("第 2 版：全程查找快件、向您致歉" in one.question for one in questions)
        assert {one.due_at for one in questions} == {at(16)}

    def test_are_told_from_what_is_asked_to_verify(self):
        [question] = self.agreements("示例城东网点")

        assert question.round == JOINT + 2

    def test_ask_a_department_that_is_not_on_file(self):
        [question] = self.agreements("示例城西网点", network=Network())

        assert (question.contact, question.node) == ("", Node.OUTLET)

    def test_ask_nobody_where_nobody_must_agree(self):
        assert self.agreements() == []
