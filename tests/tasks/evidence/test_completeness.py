"""What a case lacks: held until it is there, or a person lets it go on without."""

import pytest
from factories import NOON, a_piece, a_supervisor, entered
from standins import open_case

from schemas.evidence import Completeness, EvidenceKind, MissingPiece, RequiredPiece
from store import staff
from store.cases import NoSuchCase
from store.unit_of_work import unit_of_work
from tasks.evidence.completeness import MayNotWaive, completeness_of, waive_evidence
from tasks.evidence.keeping import add_evidence, withdraw_evidence

DETAIL, CERTIFICATE = EvidenceKind.PHOTO_DETAIL, EvidenceKind.AIRLINE_CERTIFICATE
DAMAGE_BY_AIR = (
    RequiredPiece(kind=DETAIL, from_whom="outlet"),
    RequiredPiece(kind=CERTIFICATE, from_whom="airline"),
)


def found(*case_nos: str) -> dict[str, Completeness]:
    with unit_of_work() as connection:
        return completeness_of(connection, dict.fromkeys(case_nos, DAMAGE_BY_AIR))


@pytest.fixture
def agent(stand_at: object) -> str:
    with unit_of_work() as connection:
        staff.add(connection, a_supervisor(staff_id="ag-sun"), secret="x")
    return "ag-sun"


class TestCompletenessOf:
    def test_says_of_each_case_what_is_missing(self, case_no: str) -> None:
        other = open_case("773000000002")
        add_evidence(case_no, [a_piece()], entered=entered())

        assert {number: told.missing for number, told in found(case_no, other).items()} == {
            case_no: (MissingPiece(CERTIFICATE, "airline"),),
            other: (MissingPiece(DETAIL, "outlet"), MissingPiece(CERTIFICATE, "airline")),
        }

    def test_holds_a_case_again_whose_evidence_was_withdrawn(self, case_no: str) -> None:
        [given] = add_evidence(case_no, [a_piece()], entered=entered())
        withdraw_evidence(given.evidence_id, who="ag-sun", why="another parcel")

        assert MissingPiece(DETAIL, "outlet") in found(case_no)[case_no].missing

    def test_lets_a_case_go_on_that_is_complete_but_for_what_was_waived(self, case_no: str, agent: str) -> None:
        add_evidence(case_no, [a_piece()], entered=entered())
        waive_evidence(case_no, CERTIFICATE, staff_id=agent, why="the airline no longer exists")

        assert found(case_no)[case_no] == Completeness(waived=(CERTIFICATE,))


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
