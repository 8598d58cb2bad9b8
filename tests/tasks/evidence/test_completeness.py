"""What a case lacks of its playbook's evidence, and a person's word that it may go on without."""

import pytest
from factories import NOON, a_piece, a_supervisor, an_event, entered
from samples import a_photo
from standins import open_case, tell

from schemas.evidence import Completeness, EvidenceKind, MissingPiece
from store import cases, staff
from store.cases import NoSuchCase
from store.unit_of_work import unit_of_work
from tasks.evidence.completeness import MayNotWaive, completeness_of, waive_evidence
from tasks.evidence.keeping import add_evidence, withdraw_evidence

DETAIL, CERTIFICATE = EvidenceKind.PHOTO_DETAIL, EvidenceKind.AIRLINE_CERTIFICATE
PHOTOGRAPHS = (EvidenceKind.PHOTO_WHOLE, EvidenceKind.PHOTO_DETAIL, EvidenceKind.PHOTO_CONTENTS)
PACKAGING = MissingPiece(EvidenceKind.PACKAGING_AT_ACCEPTANCE, "origin_outlet")
SCANS = MissingPiece(EvidenceKind.SCAN_HISTORY, "customer_service")


def found(*case_nos: str) -> dict[str, Completeness]:
    with unit_of_work() as connection:
        return completeness_of(connection, [cases.one_case(connection, number) for number in case_nos])


@pytest.fixture
def agent(stand_at: object) -> str:
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(staff_id="ag-sun"), secret="x")
    return "ag-sun"


class TestCompletenessOf:
    def test_says_of_each_case_what_its_playbook_asks_for_and_is_missing(self, case_no: str) -> None:
        other = open_case("773000000002")
        add_evidence(case_no, [a_piece()], entered=entered())

        assert {number: told.missing for number, told in found(case_no, other).items()} == {
            case_no: (*(MissingPiece(kind, "outlet") for kind in PHOTOGRAPHS if kind is not DETAIL), PACKAGING, SCANS),
            other: (*(MissingPiece(kind, "outlet") for kind in PHOTOGRAPHS), PACKAGING, SCANS),
        }

    def test_counts_the_pieces_of_each_kind(self, case_no: str) -> None:
        add_evidence(case_no, [a_piece(), a_piece(content=a_photo(1))], entered=entered())

        assert found(case_no)[case_no].there == {DETAIL: 2}

    def test_has_the_scan_history_when_the_log_tells_of_the_parcel(self, case_no: str) -> None:
        tell(an_event())

        assert SCANS not in found(case_no)[case_no].missing

    def test_misses_evidence_again_that_was_withdrawn(self, case_no: str) -> None:
        [given] = add_evidence(case_no, [a_piece()], entered=entered())
        withdraw_evidence(given.evidence_id, who="ag-sun", why="another parcel")

        assert MissingPiece(DETAIL, "outlet") in found(case_no)[case_no].missing

    def test_lets_a_case_go_on_that_is_complete_but_for_what_was_waived(self, case_no: str, agent: str) -> None:
        tell(an_event())
        pieces = [a_piece(kind=kind, content=a_photo(turn)) for turn, kind in enumerate(PHOTOGRAPHS)]
        add_evidence(case_no, pieces, entered=entered())
        waive_evidence(case_no, PACKAGING.kind, staff_id=agent, why="the outlet of origin closed down")

        told = found(case_no)[case_no]
        assert (told.missing, told.waived) == ((), (PACKAGING.kind,))


class TestWaiveEvidence:
    def test_keeps_who_why_and_when(self, case_no: str, agent: str) -> None:
        waiver = waive_evidence(case_no, CERTIFICATE, staff_id=agent, why=" the airline no longer exists ")

        assert (waiver.who, waiver.why, waiver.at) == (agent, "the airline no longer exists", NOON)

    def test_is_done_once(self, case_no: str, agent: str) -> None:
        waive_evidence(case_no, CERTIFICATE, staff_id=agent, why="gone")

        with pytest.raises(MayNotWaive, match="before"):
            waive_evidence(case_no, CERTIFICATE, staff_id=agent, why="gone")

    def test_needs_a_reason(self, case_no: str, agent: str) -> None:
        with pytest.raises(MayNotWaive, match="reason"):
            waive_evidence(case_no, CERTIFICATE, staff_id=agent, why="  ")

    @pytest.mark.parametrize("disabled", [True, False], ids=["who left", "whom nobody knows"])
    def test_is_not_for_somebody(self, case_no: str, agent: str, disabled: bool) -> None:
        with unit_of_work() as connection:
            staff.disable(connection, agent)

        with pytest.raises(MayNotWaive, match="nobody who works here"):
            waive_evidence(case_no, CERTIFICATE, staff_id=agent if disabled else "ghost", why="gone")

    def test_needs_a_case(self, agent: str) -> None:
        with pytest.raises(NoSuchCase):
            waive_evidence("EX-0", CERTIFICATE, staff_id=agent, why="gone")
