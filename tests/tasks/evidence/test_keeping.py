"""Keeping evidence: each piece once, checked before it is kept, unchanged when it is read, never removed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from factories import NOON, a_piece, at, entered
from samples import FILES, a_photo
from standins import open_case

from adapters import Unavailable
from adapters.vault.client import Altered, TooLarge
from adapters.vault.fake import MemoryVault
from adapters.vault.media import Unacceptable
from schemas.evidence import Door, Evidence, EvidenceKind, MediaType
from store import evidence
from store.evidence import NoSuchEvidence
from store.requests import NamedRequest, OtherContent
from store.unit_of_work import unit_of_work
from tasks.evidence import keeping
from tasks.evidence.keeping import (
    NoSuchCase,
    NotWithdrawn,
    TooMuchEvidence,
    add_evidence,
    read_evidence,
    withdraw_evidence,
)

Stand = Callable[[datetime], None]


def pieces_of(case_no: str) -> list[Evidence]:
    with unit_of_work() as connection:
        return evidence.of_case(connection, case_no)


class TestAddEvidence:
    def test_keeps_who_gave_what_and_through_which_door(self, case_no: str) -> None:
        piece = a_piece(taken_at=at(-1), note="外箱右下角，致电19900001234", file_name="/etc/../破损 1.jpeg")

        [given] = add_evidence(case_no, [piece], entered=entered())

        [kept] = pieces_of(case_no)
        assert (given.evidence_id, given.sha256, given.repeated) == (kept.evidence_id, kept.sha256, False)
        assert (kept.given_by, kept.door, kept.door_shown) == ("李四", Door.API, "EAST")
        assert (kept.taken_at, kept.received_at) == (at(-1), NOON)
        assert (kept.media_type, kept.file_name) == (MediaType.JPEG, "破损_1.jpg")
        assert kept.note == "外箱右下角，致电199****1234"

    def test_makes_one_piece_of_the_same_file_given_twice(self, case_no: str) -> None:
        [first] = add_evidence(case_no, [a_piece()], entered=entered())
        [second] = add_evidence(case_no, [a_piece(file_name="copy.jpg")], entered=entered(by="王五"))

        assert (second.evidence_id, second.repeated) == (first.evidence_id, True)
        assert [(piece.given_by, piece.file_name) for piece in pieces_of(case_no)] == [("李四", "破损.jpg")]

    def test_makes_one_piece_of_it_however_many_give_it_at_once(self, case_no: str) -> None:
        with ThreadPoolExecutor(8) as givers:
            given = list(givers.map(lambda _: add_evidence(case_no, [a_piece()], entered=entered())[0], range(16)))

        assert len({piece.evidence_id for piece in given}) == len(pieces_of(case_no)) == 1
        assert [piece.repeated for piece in given].count(False) == 1

    def test_keeps_the_content_once_for_two_cases(self, case_no: str, vault_folder: Path) -> None:
        for number in (case_no, open_case("773000000002")):
            add_evidence(number, [a_piece()], entered=entered())

        assert len([path for path in vault_folder.rglob("*") if path.is_file()]) == 1

    @pytest.mark.parametrize("content", [b"<svg/>", b"MZ\x90\x00", b""], ids=["svg", "program", "nothing"])
    def test_keeps_nothing_when_one_file_is_no_evidence(self, case_no: str, vault_folder: Path, content: bytes) -> None:
        with pytest.raises(Unacceptable, match=r"a\.txt: "):
            add_evidence(case_no, [a_piece(), a_piece(content=content, file_name="a.txt")], entered=entered())

        assert pieces_of(case_no) == []
        assert not vault_folder.exists()

    def test_refuses_more_than_a_piece_may_be(self, case_no: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_EVIDENCE_BYTES_MAX", "10")

        with pytest.raises(TooLarge):
            add_evidence(case_no, [a_piece()], entered=entered())
        assert pieces_of(case_no) == []

    def test_refuses_a_case_that_there_is_not(self) -> None:
        with pytest.raises(NoSuchCase, match="EX-0"):
            add_evidence("EX-0", [a_piece()], entered=entered())

    def test_takes_no_more_pieces_than_a_case_may_have(self, case_no: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(keeping, "PIECES_MAX", 1)
        add_evidence(case_no, [a_piece()], entered=entered())

        with pytest.raises(TooMuchEvidence):
            add_evidence(case_no, [a_piece(content=a_photo(1))], entered=entered())

    def test_writes_nothing_down_that_the_vault_does_not_keep(
        self, case_no: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        vault = MemoryVault()
        vault.is_away = True
        monkeypatch.setattr(keeping, "FileVault", lambda: vault)

        with pytest.raises(Unavailable):
            add_evidence(case_no, [a_piece()], entered=entered())
        assert pieces_of(case_no) == []


class TestNamedRequest:
    NAMED = NamedRequest("api EAST evidence", "request-1", b"one")

    def test_is_answered_as_before_when_it_is_sent_again(self, case_no: str) -> None:
        answers = [add_evidence(case_no, [a_piece()], entered=entered(), request=self.NAMED) for _ in range(2)]

        assert answers[0] == answers[1]
        assert not answers[1][0].repeated

    def test_is_done_once_however_many_are_sent_at_once(self, case_no: str) -> None:
        with ThreadPoolExecutor(8) as senders:
            answers = list(
                senders.map(
                    lambda _: add_evidence(case_no, [a_piece()], entered=entered(), request=self.NAMED), range(16)
                )
            )

        assert all(answer == answers[0] for answer in answers)

    def test_is_refused_when_its_name_was_used_for_another(self, case_no: str) -> None:
        add_evidence(case_no, [a_piece()], entered=entered(), request=self.NAMED)

        with pytest.raises(OtherContent):
            add_evidence(
                case_no, [a_piece(content=a_photo(1))], entered=entered(), request=self.NAMED._replace(content=b"two")
            )
        assert len(pieces_of(case_no)) == 1

    def test_is_another_for_another_sender(self, case_no: str) -> None:
        for sender in ("api EAST evidence", "api WEST evidence"):
            add_evidence(case_no, [a_piece()], entered=entered(), request=self.NAMED._replace(sender=sender))

        assert len(pieces_of(case_no)) == 1


class TestWithdrawEvidence:
    def test_adds_who_and_why_and_leaves_the_piece(self, case_no: str) -> None:
        [given] = add_evidence(case_no, [a_piece()], entered=entered())

        withdrawn = withdraw_evidence(given.evidence_id, who="ag-sun", why="another parcel")

        assert withdrawn.withdrawal is not None
        assert (withdrawn.withdrawal.who, withdrawn.withdrawal.why) == ("ag-sun", "another parcel")
        assert not withdrawn.counts
        assert read_evidence(given.evidence_id)[1] == a_photo()

    def test_is_done_once(self, case_no: str) -> None:
        [given] = add_evidence(case_no, [a_piece()], entered=entered())
        withdraw_evidence(given.evidence_id, who="ag-sun", why="another parcel")

        with pytest.raises(NotWithdrawn):
            withdraw_evidence(given.evidence_id, who="ag-li", why="no")

    def test_lets_the_same_file_be_given_anew(self, case_no: str) -> None:
        [wrong] = add_evidence(case_no, [a_piece(kind=EvidenceKind.PHOTO_LABEL)], entered=entered())
        withdraw_evidence(wrong.evidence_id, who="ag-sun", why="it shows the damage")

        [right] = add_evidence(case_no, [a_piece()], entered=entered())

        assert not right.repeated
        assert [(piece.kind, piece.counts) for piece in pieces_of(case_no)] == [
            (EvidenceKind.PHOTO_LABEL, False), (EvidenceKind.PHOTO_DETAIL, True),
        ]  # fmt: skip

    def test_needs_a_piece(self, case_no: str) -> None:
        with pytest.raises(NoSuchEvidence, match="7"):
            withdraw_evidence(7, who="ag-sun", why="none")


class TestDigestsOf:
    def test_are_of_what_counts(self, case_no: str) -> None:
        [kept, gone] = add_evidence(case_no, [a_piece(), a_piece(content=a_photo(1))], entered=entered())
        withdraw_evidence(gone.evidence_id, who="ag-sun", why="another parcel")

        with unit_of_work() as connection:
            assert evidence.digests_of(connection, [case_no, "EX-0"]) == {case_no: {str(kept.evidence_id): kept.sha256}}


class TestReadEvidence:
    @pytest.mark.parametrize("content", FILES.values(), ids=[kind.name for kind in FILES])
    def test_gives_back_what_was_given(self, case_no: str, content: bytes) -> None:
        [given] = add_evidence(case_no, [a_piece(content=content, file_name="a")], entered=entered())

        assert read_evidence(given.evidence_id)[1] == content

    def test_gives_out_nothing_that_was_altered(self, case_no: str, vault_folder: Path) -> None:
        [given] = add_evidence(case_no, [a_piece()], entered=entered())
        [path] = [path for path in vault_folder.rglob("*") if path.is_file()]
        path.write_bytes(path.read_bytes()[:-1] + b"\x00")

        with pytest.raises(Altered, match=given.sha256):
            read_evidence(given.evidence_id)
