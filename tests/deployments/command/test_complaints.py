"""`redress complaint`: what customers tell is taken in, listed and shown with its people masked; mails in files."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from commands import Redress
from complaints import a_record, complaint_of, filed
from factories import NOON
from mails import a_mail, with_a_photo
from samples import JPEG

from schemas.complaints import State
from store import complaint_records, evidence
from store.unit_of_work import unit_of_work
from tasks.publishing import COMPLAINT_FILED

RECORD: dict[str, Any] = a_record().model_dump(mode="json", exclude_defaults=True)
SECRETS = ("钱七", "19900007777", "赵六", "王五", "qianqi@")
OPTIONS = (
    "--channel", "hotline", "--type", "DELAY", "--waybill", "773000000001", "--name", "钱七", "--phone", "19900007777",
    "--sender", "赵六", "--consignee", "王五", "--item", "陶瓷餐具", "--at", "2026-11-20 12:00", "--place", "示例市",
    "--account", "一直没到", "--demand", "尽快送达", "--by", "ag-sun",
)  # fmt: skip


@pytest.fixture
def record(tmp_path: Path) -> Path:
    path = tmp_path / "complaint.json"
    path.write_text(json.dumps(RECORD), encoding="utf-8")
    return path


class TestFile:
    def test_takes_a_complaint_from_a_file(self, redress: Redress, record: Path, announced: list[str]) -> None:
        printed = redress("complaint", "file", str(record), "--json")

        assert (printed.json["state"], announced) == ("RECEIVED", [COMPLAINT_FILED])
        assert complaint_of(printed.json["complaint_no"]).customer_name == "钱七"

    def test_takes_a_complaint_from_standard_input(self, redress: Redress, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(json.dumps(RECORD).encode())))

        printed = redress("complaint", "file", "-", "--channel", "courier_note")

        assert printed.err == ""
        number = printed.out.split()[0]
        assert (complaint_of(number).channel, printed.exit_code) == ("courier_note", 0)
        assert "first answer by" in printed.out

    def test_takes_a_complaint_from_options(self, redress: Redress) -> None:
        printed = redress("complaint", "file", *OPTIONS, "--amount", "12.50", "--json")

        number = printed.json["complaint_no"]
        with unit_of_work() as connection:
            [record] = complaint_records.records_of(connection, number)
        assert record.content is not None
        assert (record.taken_by, record.content.occurrence.at) == ("ag-sun", NOON)
        assert str(complaint_of(number).demanded) == "12.50"

    def test_keeps_what_comes_with_it(self, redress: Redress, tmp_path: Path) -> None:
        photo = tmp_path / "破损.jpg"
        photo.write_bytes(JPEG)

        printed = redress("complaint", "file", *OPTIONS, "--attach", f"photo_detail={photo}")

        with unit_of_work() as connection:
            [piece] = evidence.of_case(connection, printed.out.split()[0])
        assert piece.sha256 in printed.out
        assert piece.given_by == "ag-sun"

    def test_says_what_is_missing_and_by_which_rule(self, redress: Redress) -> None:
        printed = redress("complaint", "file", "--channel", "ivr", "--type", "FEE")

        assert printed.exit_code == 1
        for told in ("customer.name (R32)", "demand.text (R35)", "客户诉求", "--draft"):
            assert told in printed.err

    def test_keeps_a_draft_where_it_is_asked_to(self, redress: Redress) -> None:
        printed = redress("complaint", "file", "--channel", "ivr", "--type", "FEE", "--draft")

        assert (printed.exit_code, "DRAFT" in printed.out) == (0, True)
        assert "missing: customer.name (R32)" in printed.out

    def test_says_of_a_repeat_that_it_is_one(self, redress: Redress) -> None:
        redress("complaint", "file", *OPTIONS)

        assert "a repeat (R60)" in redress("complaint", "file", *OPTIONS).out

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("nowhere.json",), "No such file"),
            (("--channel", "pigeon", "--type", "FEE"), "channel: "),
            (("--type", "FEE"), "channel: "),
            ((*OPTIONS, "--attach", "call.wav"), "name the kind and the file"),
            ((*OPTIONS, "--attach", "secret=call.wav"), "there is no kind secret"),
            ((*OPTIONS, "--at", "yesterday"), "--at"),
        ],
    )
    def test_says_what_is_wrong(self, redress: Redress, arguments: tuple[str, ...], said: str) -> None:
        printed = redress("complaint", "file", *arguments)

        assert (printed.exit_code, said in printed.err) == (2, True), printed.err

    @pytest.mark.parametrize("content", [b"{", b"[]", b"\xff", b"[" * 100_000, b" " * 1_000_001])
    def test_says_what_is_wrong_with_a_file(self, redress: Redress, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "broken.json"
        path.write_bytes(content)

        assert redress("complaint", "file", str(path)).exit_code == 2


class TestComplete:
    def test_tells_what_was_missing(self, redress: Redress, announced: list[str]) -> None:
        number = filed(keep_draft=True, demand={"text": ""}).complaint_no

        printed = redress("complaint", "complete", number, "--demand", "赔礼道歉")

        assert (complaint_of(number).state, complaint_of(number).wish) == (State.RECEIVED, "赔礼道歉")
        assert (printed.exit_code, announced) == (0, [COMPLAINT_FILED])

    def test_changes_what_it_is_about(self, redress: Redress) -> None:
        number = filed(keep_draft=True, type="OTHER", waybill="", demand={"text": ""}).complaint_no

        redress("complaint", "complete", number, "--type", "DAMAGE", "--waybill", "773000000001", "--demand", "赔偿")

        assert (complaint_of(number).type, complaint_of(number).waybill) == ("DAMAGE", "773000000001")

    def test_says_when_there_is_none(self, redress: Redress) -> None:
        printed = redress("complaint", "complete", "CP-20261120-000099", "--demand", "x")

        assert (printed.exit_code, "there is no complaint" in printed.err) == (1, True)


class TestList:
    def test_shows_what_is_open_and_nobody_s_name(self, redress: Redress) -> None:
        number = filed().complaint_no

        for arguments in (
            [],
            ["--json"],
            ["--all"],
            ["--state", "RECEIVED", "--type", "DELAY", "--channel", "hotline"],
        ):
            printed = redress("complaint", "list", *arguments)

            assert number in printed.out
            assert not [secret for secret in SECRETS if secret in printed.out]

    @pytest.mark.parametrize("arguments", [("--state", "DRAFT"), ("--type", "FEE"), ("--channel", "app")])
    def test_has_only_what_was_asked_for(self, redress: Redress, arguments: tuple[str, ...]) -> None:
        filed()

        assert redress("complaint", "list", *arguments, "--json").json == []

    @pytest.mark.parametrize("arguments", [("--state", "NO"), ("--type", "NO"), ("--channel", "NO")])
    def test_says_which_words_there_are(self, redress: Redress, arguments: tuple[str, ...]) -> None:
        printed = redress("complaint", "list", *arguments)

        assert (printed.exit_code, "there are" in printed.err) == (2, True)

    def test_says_that_there_is_none(self, redress: Redress) -> None:
        assert redress("complaint", "list").out.splitlines()[-1] == "No complaint yet."


class TestShow:
    @pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["for people", "as JSON"])
    def test_tells_everything_about_it_and_masks_its_people(self, redress: Redress, arguments: list[str]) -> None:
        options = [value.replace("一直没到", "我的电话 13800138000") for value in OPTIONS]
        number = redress("complaint", "file", *options, "--json").json["complaint_no"]

        printed = redress("complaint", "show", number, *arguments)

        assert not [secret for secret in (*SECRETS, "13800138000") if secret in printed.out]
        for told in (number, "773000000001", "199****7777", "钱*", "receive", "尽快送达", "resolution"):
            assert told in printed.out

    def test_says_what_a_draft_lacks(self, redress: Redress) -> None:
        number = redress("complaint", "file", "--channel", "ivr", "--type", "FEE", "--draft").out.split()[0]

        assert "missing: customer.name" in redress("complaint", "show", number).out

    def test_says_when_there_is_none(self, redress: Redress) -> None:
        assert "there is no complaint CP-1" in redress("complaint", "show", "CP-1").err


class TestMail:
    @pytest.fixture
    def mails(self, tmp_path: Path) -> list[str]:
        contents = {"a.eml": with_a_photo(), "b.eml": a_mail(Precedence="bulk", number="<2@example.com>")}
        for name, raw in contents.items():
            (tmp_path / name).write_bytes(raw)
        return [str(tmp_path / name) for name in contents]

    def test_takes_in_mails_from_files_once(self, redress: Redress, mails: list[str], announced: list[str]) -> None:
        first, second = redress("complaint", "mail", *mails), redress("complaint", "mail", *mails)

        assert first.out == second.out
        assert [line.split()[1] for line in first.out.splitlines()] == ["filed", "skipped"]
        assert announced == [COMPLAINT_FILED] * 2

    def test_says_so_in_json(self, redress: Redress, mails: list[str]) -> None:
        [mail, _] = redress("complaint", "mail", *mails, "--json").json

        assert (mail["kind"], mail["attachments"], mail["left_out"]) == ("filed", 2, 0)

    def test_fails_for_what_a_person_must_look_at(self, redress: Redress, mails: list[str], tmp_path: Path) -> None:
        redress("complaint", "mail", *mails)
        (tmp_path / "c.eml").write_bytes(a_mail("别的事情"))

        printed = redress("complaint", "mail", str(tmp_path / "c.eml"))

        assert (printed.exit_code, "same_message_id" in printed.err) == (1, True)

    def test_says_what_is_wrong(self, redress: Redress, mails: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        assert redress("complaint", "mail").exit_code == 2
        assert redress("complaint", "mail", "nowhere.eml").exit_code == 2
        monkeypatch.setenv("REDRESS_MAIL_MAIL_BYTES_MAX", "10")
        assert "larger than 10 bytes" in redress("complaint", "mail", *mails).err


class TestEvidence:
    def test_may_follow_by_the_command_for_all_cases(self, redress: Redress, tmp_path: Path) -> None:
        number = filed().complaint_no
        (tmp_path / "a.jpg").write_bytes(JPEG)

        printed = redress("evidence", "add", number, str(tmp_path / "a.jpg"), "--kind", "other", "--by", "ag-sun")

        assert (printed.exit_code, number in printed.out) == (0, True)
