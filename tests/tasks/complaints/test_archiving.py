"""Archiving complaints: complete or not closed, once whatever happens, the same bytes for the same contents (R47)."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from archives import (
    accepted,
    all_sent,
    answer_at_once,
    contents,
    give_evidence,
    moved,
    read_json,
    resolved_at_once,
    unpacked,
    withdrawn,
)
from bounded_memory import peak_of_memory
from complaints import commands_of, complaint_of, notices_of
from factories import at
from samples import a_photo
from statements import statements

from adapters import Unavailable
from adapters.vault.client import FileVault
from rules.complaints.archive_index import faults_in
from schemas.archives import Lack, Part
from schemas.complaints import Command, ComplaintType, State
from store import archives
from store.case_history import broken_histories
from store.unit_of_work import unit_of_work
from tasks.complaints import archiving
from tasks.complaints.archive_reading import ArchiveNotWhole, archive_standing, read_archive
from tasks.complaints.archiving import archive_complaints
from tasks.complaints.bundling import written_bundle

archive = archive_complaints.fn


@pytest.fixture(autouse=True)
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    return tmp_path / "evidence"


def kept(folder: Path) -> dict[str, Path]:
    return {path.name: path for path in folder.rglob("*") if path.is_file()}


def file_of(number: str) -> bytes:
    target = BytesIO()
    read_archive(number, target)
    return target.getvalue()


def looked_at(number: str) -> Any:
    with unit_of_work() as connection:
        return connection.exec_driver_sql(
            "SELECT xmin, looked_at FROM archive_gap WHERE case_no = %(no)s", {"no": number}
        ).one()


class TestArchiving:
    def test_closes_what_is_complete_and_keeps_its_five_parts(self):
        number = accepted()

        done = archive()

        complaint = complaint_of(number)
        assert (complaint.state, complaint.archive_no, complaint.closed_at) == (State.CLOSED, done.made[0], at())
        assert done.made == (f"AR{number.removeprefix('CP')}-1",)
        [row] = archive_standing(number).editions
        assert set(row.parts) == set(Part)
        assert faults_in(BytesIO(file_of(number)), digest=row.sha256) == []

    def test_holds_what_was_told_found_planned_sent_and_said(self):
        number = accepted()
        before = contents(number).history

        archive()

        files = unpacked(file_of(number))
        assert read_json(files, "1-record/telling-001.json")["content"]["customer"]["name"] == "钱七"
        assert read_json(files, "2-verification/finding.json")["decided_by"] == "agent-li"
        assert [one["hash"] for one in read_json(files, "2-verification/history.json")] == [e["hash"] for e in before]
        assert read_json(files, "3-plan/plan-001.json")["actions"][0]["action"] == "APOLOGISE"
        assert read_json(files, "3-plan/tasks.json")["tasks"][0]["state"] == "done"
        assert {item["status"] for item in read_json(files, "4-communication/sent.json")["sent"]} == {"done"}
        assert [said["command"] for said in read_json(files, "5-feedback/feedback.json")["said"]] == ["accept"]

    def test_holds_the_evidence_as_it_was_given(self):
        number = resolved_at_once()
        given = give_evidence(number, a_photo(7))

        archive()

        assert unpacked(file_of(number))[f"2-verification/evidence/{given:08d}.jpg"] == a_photo(7)

    def test_shows_no_name_and_no_number_in_its_index(self):
        number = resolved_at_once()
        give_evidence(number, a_photo())

        archive()

        files = unpacked(file_of(number))
        for name in ("index.json", "index.md"):
            told = files[name].decode()
            assert not [word for word in ("钱七", "19900007777", "王五", "赵六", "李四") if word in told]
            assert "钱*" in told
            assert "李*" in told

    @pytest.mark.parametrize("ended", [resolved_at_once, withdrawn])
    def test_says_why_there_is_no_plan(self, ended: Any):
        number = ended()

        archive()

        assert read_json(unpacked(file_of(number)), "3-plan/reason.json")["reason"]

    def test_leaves_alone_what_is_not_concluded(self):
        resolved_at_once()
        archive()

        assert archive().made == ()

    def test_takes_the_one_that_is_named(self):
        first, second = resolved_at_once(), resolved_at_once(waybill="773000000002")

        archive(second)

        assert (complaint_of(first).state, complaint_of(second).state) == (State.CONCLUDED, State.CLOSED)

    def test_takes_many_in_batches(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(archiving, "BATCH", 2)
        numbers = [resolved_at_once(waybill=f"77300000000{turn}") for turn in range(3)]

        assert len(archive().made) == 3
        assert {complaint_of(number).state for number in numbers} == {State.CLOSED}

    def test_leaves_a_history_that_verifies(self):
        number = resolved_at_once()

        archive()

        with unit_of_work() as connection:
            assert broken_histories(connection, number) == (1, [])


class TestSameBytes:
    def test_come_of_the_same_contents(self):
        number = accepted()
        give_evidence(number, a_photo())

        with written_bundle(contents(number), edition=1) as first, written_bundle(contents(number), edition=1) as again:
            assert first.file.read_bytes() == again.file.read_bytes()

    def test_do_not_come_of_other_contents(self):
        number = resolved_at_once()
        with written_bundle(contents(number), edition=1) as first:
            before = first.file.read_bytes()
        give_evidence(number, a_photo())

        with written_bundle(contents(number), edition=1) as other:
            assert other.file.read_bytes() != before

    def test_take_little_memory_however_much_evidence_there_is(self):
        number = resolved_at_once()
        for turn in range(3):
            give_evidence(number, b"text " * 3_000_000 + str(turn).encode(), file_name="log.txt", kind="other")
        found = contents(number)

        with peak_of_memory() as peak, written_bundle(found, edition=1) as bundle:
            assert bundle.file.stat().st_size > 45_000_000
        assert peak.bytes < 10_000_000


class TestIncomplete:
    def test_stays_concluded_and_says_what_is_missing(self):
        number = resolved_at_once()
        moved(number, Command.REOPEN, ending="", finding=None)
        moved(number, Command.WITHDRAW, ending="withdrawn")
        all_sent(number)

        done = archive()

        assert [missing.lack for missing in done.missing[number]] == [Lack.NO_REASON]
        assert complaint_of(number).state is State.CONCLUDED
        assert [missing.en for missing in archive_standing(number).missing] == [
            "there is neither a plan nor a reason for having none"
        ]

    def test_tells_the_department_once_and_writes_no_history(self):
        number = resolved_at_once()
        moved(number, Command.RATE, ending="")
        before = commands_of(number)

        archive()
        all_sent(number)
        archive()

        told = [one for one in notices_of(number, "department") if one["purpose"].startswith("archive")]
        assert len(told) == 1
        assert "未说明如何结案" in told[0]["subject"] + told[0]["body"]
        assert commands_of(number) == before

    def test_waits_for_a_notice_that_is_on_its_way_and_tells_nobody(self):
        number = resolved_at_once()
        with unit_of_work() as connection:
            connection.exec_driver_sql("UPDATE outbox SET status = 'pending'")

        done = archive()

        assert [missing.passes for missing in done.missing[number]] == [True]
        assert notices_of(number, "department") == []

    def test_closes_once_nothing_is_missing_any_more(self):
        number = resolved_at_once()
        moved(number, Command.RATE, ending="")
        archive()
        moved(number, Command.RATE, ending="at_once")
        all_sent(number)

        archive()

        assert complaint_of(number).state is State.CLOSED
        assert archive_standing(number).missing == ()

    def test_is_not_read_again_as_long_as_nothing_changes_and_stays_listed(self):
        number = resolved_at_once()
        moved(number, Command.RATE, ending="")
        all_sent(number)
        archive()
        archive()  # the department was told: that is a change
        before = looked_at(number)

        with statements() as made:
            done = archive()

        assert {missing.lack for missing in done.missing[number]} == {Lack.NO_ENDING, Lack.NOTICES_UNDER_WAY}
        assert (len(made), looked_at(number)) == (2, before)

    @pytest.mark.parametrize("change", ["a notice is sent", "a while", "it is named"])
    def test_is_read_again_after(self, stand_at: Any, change: str):
        number = resolved_at_once()
        moved(number, Command.RATE, ending="")
        archive()
        archive()
        if change == "a notice is sent":
            all_sent(number)
        elif change == "a while":
            stand_at(at(0) + archiving.LOOK_AGAIN_AFTER)

        with statements() as made:
            archive(number if change == "it is named" else None)

        assert [one for one in made if "INSERT INTO archive_gap" in one]

    @pytest.mark.parametrize("what", ["gone", "altered"])
    def test_does_not_close_with_evidence_that_cannot_be_had(self, vault_folder: Path, what: str):
        number = resolved_at_once()
        give_evidence(number, a_photo())
        [piece] = kept(vault_folder).values()
        if what == "gone":
            piece.unlink()
        else:
            piece.write_bytes(a_photo(1))

        done = archive()

        assert [missing.lack for missing in done.missing[number]] == [Lack.EVIDENCE_UNREADABLE]
        assert complaint_of(number).state is State.CONCLUDED

    def test_does_not_close_what_is_larger_than_an_archive_may_be(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("REDRESS_ARCHIVE_BYTES_MAX", "100")
        number = resolved_at_once()

        assert [missing.lack for missing in archive().missing[number]] == [Lack.TOO_LARGE]
        assert complaint_of(number).state is State.CONCLUDED

    def test_keeps_no_other_complaint_from_its_archive(self):
        wanting, whole = resolved_at_once(), resolved_at_once(waybill="773000000002")
        moved(wanting, Command.RATE, ending="")

        done = archive()

        assert (list(done.missing), complaint_of(whole).state) == ([wanting], State.CLOSED)


class TestTwice:
    def test_gives_one_archive(self, vault_folder: Path):
        number = resolved_at_once()

        archive()
        archive()

        assert len(archive_standing(number).editions) == 1
        assert commands_of(number).count("archive") == 1
        assert len(kept(vault_folder)) == 1

    def test_at_the_same_time_gives_one_archive(self, vault_folder: Path):
        number = resolved_at_once()

        with ThreadPoolExecutor(4) as threads:
            made = [done.made for done in threads.map(lambda _: archive(), range(4))]

        assert sorted(map(len, made)) == [0, 0, 0, 1]
        assert commands_of(number).count("archive") == 1
        assert len(kept(vault_folder)) == 1

    def test_a_crash_before_the_commit_leaves_nothing_wrong(self, vault_folder: Path, monkeypatch: pytest.MonkeyPatch):
        number = resolved_at_once()

        def cut_off(*_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as crashing:
            crashing.setattr(archives, "add", cut_off)
            with pytest.raises(KeyboardInterrupt):
                archive()
        assert complaint_of(number).state is State.CONCLUDED
        left = set(kept(vault_folder))

        archive()

        assert complaint_of(number).state is State.CLOSED
        assert set(kept(vault_folder)) == left

    def test_what_changed_meanwhile_is_archived_by_the_next_pass(self, monkeypatch: pytest.MonkeyPatch):
        number = resolved_at_once()
        keep_file = FileVault.keep_file

        def rated_meanwhile(vault: FileVault, file: Path) -> str:
            moved(number, Command.RATE, satisfaction=5)
            return keep_file(vault, file)

        with monkeypatch.context() as rating:
            rating.setattr(FileVault, "keep_file", rated_meanwhile)
            assert archive().made == ()
        assert complaint_of(number).state is State.CONCLUDED

        archive()

        assert read_json(unpacked(file_of(number)), "5-feedback/feedback.json")["satisfaction"] == 5

    def test_a_vault_that_is_away_fails_the_run_and_changes_nothing(self, monkeypatch: pytest.MonkeyPatch):
        number = resolved_at_once()
        monkeypatch.setenv("REDRESS_VAULT_URL", "sftp://carrier:x@127.0.0.1:9/in")

        with pytest.raises(Unavailable):
            archive()

        assert complaint_of(number).state is State.CONCLUDED


class TestEditions:
    def test_a_case_that_is_opened_again_gets_another_archive_and_keeps_the_first(self):
        number = resolved_at_once()
        archive()
        first = file_of(f"AR{number.removeprefix('CP')}-1")
        moved(number, Command.REOPEN, ending="", archive_no="", finding=None)
        answer_at_once(number)

        archive()

        standing = archive_standing(number)
        assert [one.edition for one in standing.editions] == [1, 2]
        assert complaint_of(number).archive_no.endswith("-2")
        assert file_of(standing.editions[0].archive_no) == first
        assert file_of(number) != first


class TestReading:
    def test_refuses_an_archive_that_was_altered_in_the_vault(self, vault_folder: Path):
        number = resolved_at_once(type=ComplaintType.FEE)
        archive()
        [file] = kept(vault_folder).values()
        content = bytearray(file.read_bytes())
        content[len(content) // 2] ^= 1
        file.write_bytes(content)

        with pytest.raises(ArchiveNotWhole, match="not what was"):
            file_of(number)

    def test_finds_none_of_a_complaint_that_has_none(self):
        number = resolved_at_once()

        with pytest.raises(archives.NoSuchArchive, match=number):
            file_of(number)
