"""A complaint and its files are kept together or not at all, and what comes again is known (R32 to R36, R38)."""

from typing import Any

import pytest
from complaints import AGENT, a_record, complaint_of
from factories import at
from samples import JPEG

from adapters.vault.fake import MemoryVault
from schemas.complaints import ComplaintRecord, ComplaintType, State
from schemas.evidence import Door, Entered, EvidenceKind, OfferedPiece
from store import evidence
from store.complaints import NoSuchComplaint
from store.requests import NamedRequest, OtherContent
from store.unit_of_work import unit_of_work
from tasks.complaints import bringing
from tasks.complaints.bringing import bring_complaint, bring_rest, content_of
from tasks.complaints.closing import abandon_drafts
from tasks.complaints.told import Incomplete
from tasks.evidence import keeping

GIVEN = Entered(by="agent-li", door=Door.COMMAND)
PHOTO = OfferedPiece(kind=EvidenceKind.PHOTO_DETAIL, content=JPEG, file_name="破损.jpg")


@pytest.fixture(autouse=True)
def vault(stand_at: object, monkeypatch: pytest.MonkeyPatch) -> MemoryVault:
    vault = MemoryVault()
    monkeypatch.setattr(keeping, "FileVault", lambda: vault)
    return vault


def bring(record: ComplaintRecord, **told: Any) -> Any:
    return bring_complaint(record, [PHOTO], taken=AGENT, given=GIVEN, **told)


def named(record: ComplaintRecord, key: str = "7f1") -> NamedRequest:
    return NamedRequest("desk", key, content_of(record, [PHOTO]))


def pieces_of(number: str) -> int:
    with unit_of_work() as connection:
        return len(evidence.of_case(connection, number))


class TestBringing:
    def test_keeps_both_and_acknowledges_both(self, vault: MemoryVault) -> None:
        filed = bring(a_record())

        [piece] = filed.attachments
        assert vault.contents[piece.sha256] == JPEG
        assert (piece.case_no, pieces_of(filed.complaint_no)) == (filed.complaint_no, 1)

    def test_keeps_no_file_of_what_is_refused(self, vault: MemoryVault) -> None:
        with pytest.raises(Incomplete):
            bring(a_record(demand={"text": ""}))

        assert vault.contents == {}

    def test_takes_what_lacks_something_where_the_matter_is_known(self) -> None:
        number = bring(a_record()).complaint_no

        assert bring(a_record(demand={"text": ""}, item={"description": ""})).complaint_no == number

    def test_finds_after_a_failure_the_file_that_was_kept(
        self, vault: MemoryVault, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        record = a_record()

        def fails(*_: object, **__: object) -> None:
            raise RuntimeError("the power is gone")

        with monkeypatch.context() as patched:
            patched.setattr(bringing, "file_complaint", fails)
            with pytest.raises(RuntimeError, match="power"):
                bring(record, request=named(record))

        filed = bring(record, request=named(record))

        assert (len(vault.contents), pieces_of(filed.complaint_no)) == (1, 1)

    def test_answers_what_comes_again_and_asks_the_vault_for_nothing(self, vault: MemoryVault) -> None:
        record = a_record()
        first = bring(record, request=named(record))
        vault.is_away = True

        assert bring(record, request=named(record)) == first
        with pytest.raises(OtherContent):
            bring(a_record(type="FEE"), request=named(a_record(type="FEE")))


class TestBringingTheRest:
    def test_adds_files_to_what_is_there(self, vault: MemoryVault) -> None:
        number = bring(a_record(demand={"text": ""}), keep_draft=True).complaint_no
        request = named(a_record(), "rest")

        answers = [bring_rest(number, a_record(), [PHOTO], taken=AGENT, given=GIVEN, request=request) for _ in range(2)]

        assert answers[0] == answers[1]
        assert (complaint_of(number).state, complaint_of(number).tellings, pieces_of(number)) == (State.RECEIVED, 1, 1)

    def test_takes_up_a_draft_that_was_given_up_only_whole(self, stand_at: Any) -> None:
        number = bring(a_record(demand={"text": ""}, type="OTHER"), keep_draft=True).complaint_no
        stand_at(at(73))
        abandon_drafts.fn()

        with pytest.raises(Incomplete):
            bring_rest(number, a_record(demand={"text": ""}), taken=AGENT, given=GIVEN)
        bring_rest(number, a_record(), taken=AGENT, given=GIVEN)

        complaint = complaint_of(number)
        assert (complaint.state, complaint.type, complaint.ending) == (State.RECEIVED, ComplaintType.DELAY, "")

    def test_keeps_no_file_of_what_nobody_opened(self, vault: MemoryVault) -> None:
        with pytest.raises(NoSuchComplaint):
            bring_rest("CP-20261120-000099", a_record(), [PHOTO], taken=AGENT, given=GIVEN)

        assert vault.contents == {}
