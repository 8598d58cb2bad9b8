"""Erasing what may be kept no longer (个人信息保护法 art. 47): words and files go, the case and its history stay."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import claims
import pytest
from appeals import registered
from archives import accepted, all_sent, contents, give_evidence, moved, resolved_at_once, withdrawn
from complaints import commands_of, complaint_of, filed, notices_of
from factories import NOON, at
from samples import a_photo
from sqlalchemy import text
from standins import open_case

from adapters import Unavailable
from schemas.appeals import AppealEnding
from schemas.archives import HoldReason
from schemas.complaints import Channel, Command, ComplaintType, State
from store import claim_erasing, erasing
from store.case_history import broken_histories
from store.complaints import standing
from store.unit_of_work import unit_of_work
from tasks import retention
from tasks.appeals.closing import close_appeal
from tasks.complaints.archive_reading import ArchiveErased, archive_standing, read_archive
from tasks.complaints.archiving import archive_complaints
from tasks.complaints.closing import abandon_drafts
from tasks.evidence import keeping
from tasks.evidence.keeping import read_evidence
from tasks.retention import erase_expired

erase = erase_expired.fn
THREE_YEARS_ON = NOON + timedelta(days=1096)


@pytest.fixture(autouse=True)
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("REDRESS_HOME", str(tmp_path))
    return tmp_path / "evidence"


def in_vault(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("*") if path.is_file()}


def archived(**told: Any) -> str:
    number = resolved_at_once(**told)
    archive_complaints.fn(number)
    all_sent(number)
    return number


def everything_on_file() -> str:
    """Write out every table, to look whether somebody is still named anywhere."""
    with unit_of_work() as connection:
        tables = connection.execute(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).scalars().all()
        return "\n".join(
            row
            for table in tables
            for row in connection.execute(text(f"SELECT CAST(t AS text) FROM {table} t")).scalars()
        )


class TestErasing:
    def test_waits_until_the_time_is_over(self, stand_at: Any, vault_folder: Path):
        number = archived()
        before = in_vault(vault_folder)
        stand_at(THREE_YEARS_ON - timedelta(seconds=1))

        assert erase().complaints == 0
        assert in_vault(vault_folder) == before
        assert contents(number).tellings[0].content is not None

    def test_leaves_no_name_no_number_and_no_word_of_the_customer(self, stand_at: Any, vault_folder: Path):
        number = accepted(
            customer={"name": "钱七八", "email": "qianqi@example.com"}, occurrence={"account": "从来没人联系我"},
            person="快递员张三 13812345678", subject="城东那家店",
        )  # fmt: skip
        give_evidence(number, a_photo(), note="钱七八的快件")
        archive_complaints.fn()
        all_sent(number)
        assert "钱七八" in everything_on_file()
        stand_at(THREE_YEARS_ON)

        erased = erase()

        assert (erased.complaints, erased.records, erased.archives, erased.files) == (1, 1, 1, 2)
        assert erased.notices == len(notices_of(number)) > 0
        left = everything_on_file()
        for word in (
            "钱七八",
            "19900007777",
            "qianqi@example.com",
            "从来没人联系我",
            "王五",
            "李四",
            "张三",
            "13812345678",
            "那家店",
        ):
            assert word not in left
        assert in_vault(vault_folder) == set()

    def test_leaves_the_case_its_history_and_its_place_in_the_figures(self, stand_at: Any):
        number = archived()
        counted, steps = standing_now(), commands_of(number)
        stand_at(THREE_YEARS_ON)

        erase()

        assert complaint_of(number).state is State.CLOSED
        assert (standing_now(), commands_of(number)) == (counted, steps)
        with unit_of_work() as connection:
            assert broken_histories(connection) == (1, [])

    def test_keeps_on_record_what_was_told_as_its_hash(self, stand_at: Any):
        number = archived()
        [before] = contents(number).tellings
        stand_at(THREE_YEARS_ON)

        erase()

        [after] = contents(number).tellings
        assert (after.content, after.sha256) == (None, before.sha256)

    def test_leaves_what_a_notice_was_for(self, stand_at: Any):
        number = archived()
        stand_at(THREE_YEARS_ON)

        erase()

        assert [set(notice) for notice in notices_of(number)] == [
            {"audience", "purpose", "channel", "erased_at"}
        ] * len(notices_of(number))

    def test_is_done_once(self, stand_at: Any):
        archived()
        stand_at(THREE_YEARS_ON)
        erase()

        assert not any(erase().model_dump(exclude={"held"}).values())

    def test_takes_many_in_batches(self, stand_at: Any, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(retention, "BATCH", 2)
        for turn in range(5):
            archived(waybill=f"77300000000{turn}")
        stand_at(THREE_YEARS_ON)

        assert erase().complaints == 5

    def test_keeps_for_a_shorter_time_what_was_taken_back(self, stand_at: Any):
        taken_back, other = withdrawn(), resolved_at_once(waybill="773000000002")
        archive_complaints.fn()
        all_sent(taken_back)
        stand_at(NOON + timedelta(days=366))

        assert erase().complaints == 1
        assert contents(other).tellings[0].content is not None

    def test_takes_drafts_that_nobody_completed(self, stand_at: Any):
        number = filed(keep_draft=True, demand={"text": ""}).complaint_no
        stand_at(at(73))
        abandon_drafts.fn()
        all_sent(number)
        stand_at(at(73) + timedelta(days=89))
        assert erase().complaints == 0
        stand_at(at(73) + timedelta(days=90))

        assert erase().complaints == 1
        assert erase().complaints == 0
        assert "19900007777" not in everything_on_file()

    def test_takes_a_bundle_whose_archive_was_never_committed(
        self, stand_at: Any, vault_folder: Path, monkeypatch: pytest.MonkeyPatch
    ):
        number = resolved_at_once()
        with monkeypatch.context() as crashing:
            crashing.setattr("store.archives.add", lambda *_, **__: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                archive_complaints.fn()
        moved(number, Command.RATE, satisfaction=1)
        archive_complaints.fn()
        all_sent(number)
        assert len(in_vault(vault_folder)) == 2
        stand_at(THREE_YEARS_ON)

        erase()

        assert in_vault(vault_folder) == set()

    def test_leaves_a_case_that_was_opened_again(self, stand_at: Any):
        number = archived()
        moved(number, Command.REOPEN, ending="", archive_no="")
        stand_at(THREE_YEARS_ON)

        assert erase().complaints == 0

    def test_leaves_all_editions_until_the_last_ones_time_is_over(self, stand_at: Any):
        number = archived()
        stand_at(NOON + timedelta(days=20))
        moved(number, Command.REOPEN, ending="", archive_no="")
        moved(number, Command.RESOLVE_AT_ONCE, reason="explained", ending="at_once")
        archive_complaints.fn()
        all_sent(number)
        stand_at(THREE_YEARS_ON)
        assert erase().complaints == 0
        stand_at(THREE_YEARS_ON + timedelta(days=20))

        assert erase().archives == 2

    def test_says_of_an_archive_that_it_was_erased_and_by_which_rule(self, stand_at: Any):
        number = archived()
        stand_at(THREE_YEARS_ON)

        erase()

        assert archive_standing(number).editions[0].erased_at == THREE_YEARS_ON
        with pytest.raises(ArchiveErased, match=r"keep_complaint\[\*\]"):
            read_archive(number, BytesIO())

    def test_changes_nothing_while_the_vault_is_away(self, stand_at: Any, monkeypatch: pytest.MonkeyPatch):
        number = archived()
        stand_at(THREE_YEARS_ON)
        monkeypatch.setenv("REDRESS_VAULT_URL", "sftp://carrier:x@127.0.0.1:9/in")

        with pytest.raises(Unavailable):
            erase()

        assert contents(number).tellings[0].content is not None


def standing_now() -> dict[str, int]:
    with unit_of_work() as connection:
        return standing(connection)


class TestFiles:
    def test_that_another_case_needs_stay(self, stand_at: Any, vault_folder: Path):
        number = resolved_at_once()
        give_evidence(number, a_photo())
        needed = give_evidence(open_case("773000000009"), a_photo())
        archive_complaints.fn()
        all_sent(number)
        stand_at(THREE_YEARS_ON)

        erased = erase()

        assert (erased.files, erased.files_kept) == (1, 1)
        assert read_evidence(needed)[1] == a_photo()

    def test_that_only_erased_cases_had_go_with_the_last_of_them(self, stand_at: Any, vault_folder: Path):
        for waybill in ("773000000001", "773000000002"):
            number = resolved_at_once(waybill=waybill)
            give_evidence(number, a_photo())
            archive_complaints.fn(number)
            all_sent(number)
            stand_at(NOON + timedelta(days=1))
        stand_at(THREE_YEARS_ON)
        assert erase().files_kept == 1
        stand_at(THREE_YEARS_ON + timedelta(days=1))

        assert erase().files == 2
        assert in_vault(vault_folder) == set()

    def test_may_be_given_again_for_another_case(self, stand_at: Any):
        number = resolved_at_once()
        give_evidence(number, a_photo())
        archive_complaints.fn()
        all_sent(number)
        stand_at(THREE_YEARS_ON)
        erase()

        again = give_evidence(open_case("773000000009"), a_photo())

        assert read_evidence(again)[1] == a_photo()

    def test_erased_while_they_are_given_for_another_case_are_asked_for_again(
        self, stand_at: Any, monkeypatch: pytest.MonkeyPatch
    ):
        number = resolved_at_once()
        give_evidence(number, a_photo())
        archive_complaints.fn()
        all_sent(number)
        other = open_case("773000000009")
        stand_at(THREE_YEARS_ON)
        keep_pieces = keeping.keep_pieces

        def erased_meanwhile(pieces: Any) -> Any:
            kept = keep_pieces(pieces)
            erase()
            return kept

        with monkeypatch.context() as racing:
            racing.setattr(keeping, "keep_pieces", erased_meanwhile)
            with pytest.raises(Unavailable, match="send it again"):
                give_evidence(other, a_photo())

        assert read_evidence(give_evidence(other, a_photo()))[1] == a_photo()


CONTESTED = (
    "INSERT INTO consequence (case_no, kind, party, amount, state, proposed_at, contest_until) "
    "VALUES (:no, 'penalty', 'x', 1, 'contested', now(), now())"
)
UNVERIFIED = (
    "INSERT INTO complaint_action (case_no, plan_version, action, owner, due_at, state) "
    "VALUES (:no, 1, 'RECTIFY', 'x', now(), 'done')"
)


class TestHolds:
    def test_keep_a_complaint_to_which_a_later_one_refers_until_that_is_erased(self, stand_at: Any):
        first = archived()
        stand_at(NOON + timedelta(days=9))
        later = archived(type=ComplaintType.ATTITUDE)
        assert complaint_of(later).earlier_case == first
        stand_at(THREE_YEARS_ON)
        assert erase().held == {first: HoldReason.LATER_CASE}
        assert archive_standing(first).editions[0].held_because == "later_case"
        stand_at(THREE_YEARS_ON + timedelta(days=9))
        erase()

        assert erase().complaints == 1
        assert archive_standing(first).editions[0].held_because == ""

    def test_keep_what_is_appealed(self, stand_at: Any):
        first = archived()
        registered(complaint_no=first)
        stand_at(THREE_YEARS_ON)

        assert erase().held == {first: HoldReason.APPEAL}

    def test_keep_what_was_appealed_as_long_as_the_papers_of_the_appeal(self, stand_at: Any):
        first = archived()
        appeal = registered(complaint_no=first).appeal.case_no
        stand_at(NOON + timedelta(days=30))
        close_appeal(appeal, AppealEnding.WITHDRAWN, staff_id="ag-sun")
        stand_at(THREE_YEARS_ON)
        assert erase().held == {first: HoldReason.APPEAL}
        stand_at(THREE_YEARS_ON + timedelta(days=31))

        assert erase().complaints == 1

    def test_keep_what_the_regulator_passed_on_as_a_complaint_of_the_same_parcel(self, stand_at: Any):
        first = archived()
        stand_at(THREE_YEARS_ON)
        filed(channel=Channel.REGULATOR, type=ComplaintType.OTHER, demand={"text": "x"})
        with unit_of_work() as connection:
            connection.execute(text("UPDATE complaint SET earlier_case = ''"))

        assert erase().held == {first: HoldReason.APPEAL}

    def test_keep_a_complaint_as_long_as_the_claim_that_rests_on_it(self, stand_at: Any):
        first = archived()
        claims.filed(origin_case=first)
        stand_at(THREE_YEARS_ON)

        assert erase().held == {first: HoldReason.LATER_CLAIM}

    @pytest.mark.parametrize(
        ("statement", "reason"),
        [(CONTESTED, HoldReason.PENALTY_OPEN), (UNVERIFIED, HoldReason.RECTIFICATION_OPEN)],
        ids=["a penalty that is contested", "a rectification that nobody verified"],
    )
    def test_keep_what_is_not_over(self, stand_at: Any, statement: str, reason: HoldReason):
        number = archived()
        with unit_of_work() as connection:
            connection.execute(text(statement), {"no": number})
        stand_at(THREE_YEARS_ON)

        assert erase().held == {number: reason}
        assert contents(number).tellings[0].content is not None

    def test_have_a_statement_for_every_reason_of_complaints_or_claims(self):
        assert set(erasing.HOLDS) | set(claim_erasing.HOLDS) == set(HoldReason)
