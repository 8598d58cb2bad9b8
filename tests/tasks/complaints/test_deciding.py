"""The gate of a complaint: what the supervisor sees, what holds a payment, and that approving a plan decides both."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from complaint_factories import an_agent
from complaints import (
    SECRET,
    commands_of,
    complaint_of,
    filed,
    nodes_answer,
    nothing_is_broken,
    notices_of,
    staff_called,
    supervisor_answers,
    the_desk_has,
    the_desk_works,
    the_network_is_on_file,
)
from factories import a_piece, a_registration, an_answer, at, entered
from samples import a_photo
from standins import register

from adapters.carrier_desk.fake import StandInDesk
from schemas.approvals import Gate, Outcome, Ruling, Via
from schemas.complaints import ComplaintType, State, Validity
from schemas.evidence import Completeness, EvidenceKind
from schemas.exceptions import Role
from schemas.inquiries import AnswerCode
from store import approvals, evidence
from store.case_history import history_of
from store.unit_of_work import unit_of_work
from tasks.evidence.keeping import add_evidence
from tasks.supervision.gate import description_of, rule_on
from tasks.supervision.passcodes import passcode_at
from tasks.supervision.procedures import COMPLAINTS, EXCEPTIONS, procedure_of


@pytest.fixture(autouse=True)
def carrier(
    desk: StandInDesk, notices: object, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    del desk, notices
    home: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("REDRESS_HOME", str(home))
    the_network_is_on_file()


@pytest.fixture
def number() -> str:
    """Bring a complaint about a damaged parcel, of which money is demanded, to its gate."""
    register(a_registration(declared_value="200"))
    number = filed(type=ComplaintType.DAMAGE, demand={"text": "照价赔偿", "amount": "150"}).complaint_no
    the_desk_works()
    nodes_answer(number, AnswerCode.DAMAGED_HERE)
    the_desk_works()
    return number


def gate_of(number: str) -> Gate:
    with unit_of_work() as connection:
        gate = approvals.current_gate(connection, number)
    assert gate is not None
    return gate


def shown(number: str) -> str:
    with unit_of_work() as connection:
        return description_of(connection, gate_of(number))


def evidence_of(number: str) -> Completeness:
    with unit_of_work() as connection:
        return COMPLAINTS.evidence_of(connection, complaint_of(number))


class TestProcedure:
    def test_is_told_by_the_number(self) -> None:
        assert procedure_of("CP-20261120-000001") is COMPLAINTS
        assert procedure_of("EX-20261120-000001") is EXCEPTIONS


class TestWhatTheSupervisorSees:
    def test_is_finding_plan_and_demand_with_the_customer_masked(self, number: str) -> None:
        text = shown(number)

        for part in ("拟认定 proposed", "经办环节确认", "150", "COMPENSATE", "涉及款项"):
            assert part in text
        assert "钱七" not in text
        assert "19900007777" not in text

    def test_names_the_evidence_that_is_missing(self, number: str) -> None:
        assert "缺少" in shown(number)

    def test_names_title_and_tags_by_which_the_run_is_found(self, number: str) -> None:
        complaint = complaint_of(number)

        assert "快件破损" in COMPLAINTS.title(complaint)
        assert {"channel:hotline", "outlet:示例城东网点"} <= {*COMPLAINTS.tags(complaint)}

    def test_is_followed_by_all_that_is_on_record(self, number: str) -> None:
        with unit_of_work() as connection:
            file = COMPLAINTS.case_file(connection, complaint_of(number), form=shown(number))

        assert file.startswith(shown(number)[:40])
        assert "receive" in file
        assert "19900007777" not in file


class TestEvidence:
    """破损必须要有相片 (R14): nothing is paid while mandatory evidence is missing and nobody says why not to wait."""

    def test_holds_a_payment(self, number: str, desk: StandInDesk) -> None:
        ruling = supervisor_answers(number, at(0), comment="")

        assert ruling.outcome is Outcome.ASK_AGAIN
        assert "缺少" in ruling.sentence
        the_desk_works()
        assert desk.orders == {}

    def test_that_is_there_holds_nothing(self, number: str) -> None:
        missing = [piece.kind for piece in evidence_of(number).missing]
        assert EvidenceKind.PHOTO_DETAIL in missing
        pieces = [a_piece(kind=kind, content=a_photo(place)) for place, kind in enumerate(missing)]
        add_evidence(number, pieces, entered=entered())

        assert supervisor_answers(number, at(0), comment="").outcome is Outcome.APPROVED
        with unit_of_work() as connection:
            [decided] = [entry for entry in history_of(connection, number) if entry["command"] == "approve"]
        assert len(decided["details"]["evidence"]) >= 1

    def test_is_waived_by_whoever_says_why(self, number: str) -> None:
        supervisor_answers(number, at(0), comment="网点已电话确认")

        with unit_of_work() as connection:
            waivers = evidence.waivers_of(connection, [number])[number]
        assert {(waiver.who, waiver.why) for waiver in waivers} == {("sup-zhang", "网点已电话确认")}

    def test_holds_no_refusal(self, number: str) -> None:
        assert supervisor_answers(number, at(0), decision="refuse", comment="再核实").outcome is Outcome.REFUSED

    def test_is_asked_of_no_complaint_about_conduct(self) -> None:
        assert evidence_of(filed(type=ComplaintType.ATTITUDE).complaint_no).is_complete


class TestApproval:
    def test_decides_the_finding_with_the_plan(self, number: str) -> None:
        """谨慎分析…根据投诉的原因恰当处理 (R55): a person, in his name."""
        supervisor_answers(number, at(0), comment="已核实")

        finding = complaint_of(number).finding
        assert finding is not None
        assert (finding.validity, finding.decided_by) == (Validity.VALID, "sup-zhang")
        with unit_of_work() as connection:
            [decided] = [entry for entry in history_of(connection, number) if entry["command"] == "approve"]
        assert decided["details"]["decided"]["decided_by"] == "sup-zhang"

    def test_of_another_amount_is_a_plan_of_its_own(self, number: str, desk: StandInDesk) -> None:
        supervisor_answers(number, at(0), amount="99.50", comment="折旧后")
        the_desk_works()

        plan = complaint_of(number).plan
        assert plan is not None
        assert (plan.version, str(plan.amount), plan.basis[-1]) == (2, "99.50", "amount:sup-zhang")
        assert [order.amount for order in desk.orders.values()] == ["99.50"]
        assert "核定金额 99.50" in notices_of(number)[-1]["body"]

    def test_of_nothing_orders_no_payment(self, number: str, desk: StandInDesk) -> None:
        supervisor_answers(number, at(0), amount="0", comment="已当面解决")
        the_desk_works()

        assert desk.orders == {}
        assert "赔付" not in notices_of(number)[-1]["body"]

    def test_is_bounded_by_what_the_parcel_is_worth(self, number: str) -> None:
        assert supervisor_answers(number, at(0), amount="201", comment="从优").outcome is Outcome.ASK_AGAIN

    def test_is_no_agents(self, number: str) -> None:
        staff_called("ag-sun", Role.AGENT)

        assert supervisor_answers(number, at(0), staff_id="ag-sun", comment="同意").outcome is Outcome.ASK_AGAIN

    def test_is_not_the_handlers(self) -> None:
        the_desk_has(an_agent("sup-zhang"))
        register(a_registration(declared_value="200"))
        number = filed(demand={"text": "赔偿", "amount": "1"}).complaint_no
        the_desk_works()
        nodes_answer(number)
        the_desk_works()

        assert "调查人" in supervisor_answers(number, at(0), comment="同意").sentence
        assert complaint_of(number).state is State.AWAITING_APPROVAL


class TestRefusal:
    def test_has_the_complaint_planned_anew(self, number: str) -> None:
        supervisor_answers(number, at(0), decision="refuse", comment="先核实")
        the_desk_works()

        assert (gate_of(number).plan_version, gate_of(number).owed_for) == (2, "money")
        finding = complaint_of(number).finding
        assert finding is not None
        assert not finding.is_decided


class TestTwoAtOnce:
    def test_take_one_decision(self, number: str) -> None:
        staff = [staff_called(f"sup-{name}", Role.SUPERVISOR) for name in ("li", "wu", "he", "gu")]

        def answer(staff_id: str) -> Ruling:
            given = an_answer(staff_id=staff_id, passcode=passcode_at(SECRET, at(0)), comment="已核实")
            return rule_on(number, 1, given, via=Via.COMMAND, answered_at=at(0))

        with ThreadPoolExecutor(4) as pool:
            rulings = list(pool.map(answer, staff))

        assert [ruling.decided_before for ruling in rulings].count(False) == 1
        assert commands_of(number).count("approve") == 1
        assert nothing_is_broken()
