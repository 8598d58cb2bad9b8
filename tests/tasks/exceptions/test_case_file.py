"""The case file that is read for a supervisor: all that is on record about his case, and of no other."""

from pathlib import Path

import pytest
from custody_logs import HUB, a_whole_way
from factories import NOON, a_given_answer, a_piece, a_question, a_supervisor, at, entered
from standins import open_case, tell

from schemas.evidence import EvidenceKind
from schemas.exceptions import ExceptionCase
from store import cases, staff
from store.unit_of_work import unit_of_work
from tasks.evidence.completeness import waive_evidence
from tasks.evidence.keeping import add_evidence
from tasks.exceptions.case_file import case_file_of
from tasks.inquiries.answering import answer_inquiry
from tasks.inquiries.asking import ask


@pytest.fixture
def case(stand_at: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ExceptionCase:
    """Open a case whose parcel was sent by a hub and received nowhere, and give evidence of it."""
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    number = open_case()
    tell(*(event.model_copy(update={"occurred_at": at(event.occurred_at.hour - 120)}) for event in a_whole_way()[:4]))
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(), secret="x")
        [asked] = ask(connection, [a_question(case_no=number)], asked_by="redress", now=NOON)
    answer_inquiry(asked.inquiry_no, a_given_answer(text="在库，未见破损"), [a_piece()], entered=entered())
    waive_evidence(number, EvidenceKind.PHOTO_WHOLE, staff_id="sup-zhang", why="外箱已丢弃")
    with unit_of_work() as connection:
        return cases.one_case(connection, number)


class TestCaseFileOf:
    def test_holds_history_scans_clocks_evidence_custody_and_answers(self, case: ExceptionCase) -> None:
        with unit_of_work() as connection:
            text = case_file_of(connection, case, form="the form")

        assert text.startswith("the form\n")
        for told in (
            "| redress | detect | DETECTED |",
            f"| ARRIVED\\_HUB | — | {HUB} |",
            "计时中 running",
            "破损细节照片 a photograph of the damage | 李四 (api) | 2026-11-20 12:00",
            "缺少：内件照片（网点提供）",
            "sup-zhang 2026-11-20 12:00: 外箱已丢弃",
            f"有发未到：{HUB}发出后",
            "由人判定。 A person decides.",
            "在库，未见破损",
        ):
            assert told in text

    def test_holds_nothing_of_another_case(self, case: ExceptionCase) -> None:
        other = open_case("773000000002")
        add_evidence(other, [a_piece(kind=EvidenceKind.VALUE_PROOF)], entered=entered())

        with unit_of_work() as connection:
            text = case_file_of(connection, case, form="")

        assert "价值证明" not in text

    def test_shows_nobody_s_name_or_phone_number(self, case: ExceptionCase) -> None:
        with unit_of_work() as connection:
            text = case_file_of(connection, case, form="")

        assert "王五" not in text
        assert "19900001234" not in text
