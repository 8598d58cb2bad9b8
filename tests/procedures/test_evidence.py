"""Evidence holds a payment (R12 to R14): a damaged parcel whose photographs are missing, before its supervisor."""

from pathlib import Path

import pytest
from factories import a_piece, a_registration, a_supervisor, an_answer, an_event, at, entered
from samples import a_photo
from standins import register, tell

from schemas.approvals import Outcome, Ruling, Via
from schemas.evidence import Completeness, EvidenceKind
from schemas.exceptions import ExceptionCase, Role, State
from schemas.tracking import Event
from store import approvals, cases, evidence, staff
from store.case_history import history_of
from store.unit_of_work import unit_of_work
from tasks.evidence.completeness import completeness_of
from tasks.evidence.keeping import add_evidence, withdraw_evidence
from tasks.exceptions.carrying import carry_to_orders
from tasks.exceptions.detection import find_exceptions
from tasks.supervision.gate import rule_on
from tasks.supervision.passcodes import new_secret, passcode_at

SECRET = new_secret()
NEEDED = (
    EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_CONTENTS,
    EvidenceKind.PACKAGING_AT_ACCEPTANCE,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("stand_at")


@pytest.fixture(autouse=True)
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))


def case_at_gate(*, reason: str = "carrier.damaged", value: str = "100") -> ExceptionCase:
    """Bring the case of a parcel in trouble to its supervisor, and put two approvers on file."""
    register(a_registration(declared_value=value))
    tell(an_event(Event.PICKED_UP, -9), an_event(Event.EXCEPTION, -1, reason=reason))
    [number] = find_exceptions.fn().opened
    carry_to_orders.fn()
    with unit_of_work() as connection:
        for staff_id in ("sup-zhang", "sup-li"):
            staff.add(connection, a_supervisor(staff_id=staff_id, roles=frozenset({Role.SUPERVISOR})), secret=SECRET)
    return the_case(number)


def the_case(number: str) -> ExceptionCase:
    with unit_of_work() as connection:
        return cases.one_case(connection, number)


def answered(case: ExceptionCase, hours: float = 0, **answer: str) -> Ruling:
    """Answer at the case's gate, each time with a passcode of its own."""
    with unit_of_work() as connection:
        gate = approvals.current_gate(connection, case.case_no)
    assert gate is not None
    given = an_answer(passcode=passcode_at(SECRET, at(hours)), **answer)
    return rule_on(case.case_no, gate.plan_version, given, step=gate.step, via=Via.COMMAND, answered_at=at(hours))


def give(case: ExceptionCase, *kinds: EvidenceKind) -> list[int]:
    pieces = [a_piece(kind=kind, content=a_photo(NEEDED.index(kind))) for kind in kinds]
    return [given.evidence_id for given in add_evidence(case.case_no, pieces, entered=entered())]


def standing(case: ExceptionCase) -> Completeness:
    with unit_of_work() as connection:
        return completeness_of(connection, [case])[case.case_no]


class TestDamagedParcelWithoutPhotographs:
    def test_is_not_paid_for_and_the_photographs_are_named(self) -> None:
        case = case_at_gate()

        ruling = answered(case, comment="")

        assert ruling.outcome is Outcome.ASK_AGAIN
        for told in (
            "全景照片（网点提供）",
            "破损细节照片",
            "内件照片",
            "收件包装记录（收件网点提供）",
            "redress evidence",
        ):
            assert told in ruling.sentence
        assert "Missing: a photograph of the whole parcel from the outlet" in ruling.sentence
        assert the_case(case.case_no).state is State.AWAITING_APPROVAL

    def test_is_paid_for_in_silence_once_they_are_there(self) -> None:
        case = case_at_gate()
        answered(case, comment="")

        give(case, *NEEDED)

        assert answered(case, 0.1, comment="").outcome is Outcome.APPROVED
        assert standing(case).waived == ()

    def test_is_not_paid_for_when_one_of_them_is_missing(self) -> None:
        case = case_at_gate()
        give(case, *NEEDED[1:])

        sentence = answered(case, comment="").sentence

        assert "全景照片" in sentence
        assert "破损细节照片" not in sentence

    def test_is_not_paid_for_when_one_of_them_was_withdrawn(self) -> None:
        case = case_at_gate()
        first, *_ = give(case, *NEEDED)
        withdraw_evidence(first, who="ag-sun", why="另一件")

        assert answered(case, comment="").outcome is Outcome.ASK_AGAIN

    def test_is_paid_for_by_an_approver_who_says_why_and_his_waivers_stay_on_record(self) -> None:
        case = case_at_gate()

        assert answered(case, comment="照片已由网点电话核实。").outcome is Outcome.APPROVED

        with unit_of_work() as connection:
            waivers = evidence.waivers_of(connection, [case.case_no])[case.case_no]
            entry = history_of(connection, case.case_no)[-1]
        assert {(waiver.kind, waiver.who, waiver.why) for waiver in waivers} == {
            (kind, "sup-zhang", "照片已由网点电话核实。") for kind in NEEDED
        }
        assert entry["details"]["waived"] == [kind.value for kind in NEEDED]

    def test_is_refused_without_any(self) -> None:
        case = case_at_gate()

        assert answered(case, decision="refuse", comment="先补照片").outcome is Outcome.REFUSED
        assert standing(case).waived == ()


class TestTwoApprovers:
    def test_are_both_held_and_the_first_one_s_word_counts_for_the_second(self) -> None:
        case = case_at_gate(value="1500")
        assert answered(case, comment="").outcome is Outcome.ASK_AGAIN

        assert answered(case, 0.1, comment="网点已停业").outcome is Outcome.ENDORSED
        assert answered(case, 0.2, staff_id="sup-li", comment="").outcome is Outcome.APPROVED

    def test_are_held_anew_when_a_piece_is_withdrawn_between_them(self) -> None:
        case = case_at_gate(value="1500")
        first, *_ = give(case, *NEEDED)
        assert answered(case, comment="").outcome is Outcome.ENDORSED

        withdraw_evidence(first, who="ag-sun", why="另一件")

        assert answered(case, 0.1, staff_id="sup-li", comment="").outcome is Outcome.ASK_AGAIN
