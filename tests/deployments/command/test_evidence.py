"""`redress evidence`: files kept for a case, given back as they were, withdrawn and waived with who and why."""

import re
from pathlib import Path

import pytest
from commands import Redress
from factories import a_supervisor
from samples import JPEG
from standins import open_case

from deployments.command import evidence
from schemas.evidence import OFFERED_KINDS
from store import staff
from store.unit_of_work import unit_of_work
from tasks.publishing import CASE_INFORMED


@pytest.fixture
def case_no(redress: Redress) -> str:
    return open_case()


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    (tmp_path / "box.jpg").write_bytes(JPEG)
    return tmp_path / "box.jpg"


@pytest.fixture
def given(redress: Redress, case_no: str, photo: Path) -> str:
    """Keep a photograph and give its number."""
    told = redress("evidence", "add", case_no, str(photo), "--kind", "photo_detail", "--by", "ag-sun", "--json").json
    return str(told["evidence_id"])


class TestAdd:
    def test_keeps_a_file_and_wakes_the_engine(
        self, redress: Redress, case_no: str, photo: Path, announced: list[str]
    ) -> None:
        printed = redress(
            "evidence", "add", case_no, str(photo), "--kind", "photo_detail", "--by", "ag-sun",
            "--taken-at", "2026-11-20T08:00", "--note", "外箱",
        )  # fmt: skip

        assert "box.jpg (image/jpeg), is on record" in printed.out
        [row] = redress("evidence", "list", case_no, "--json").json["evidence"]
        assert (row["given_by"], row["door"], row["note"]) == ("ag-sun", "command", "外箱")
        assert row["taken_at"] == "2026-11-20T00:00:00Z"
        assert announced == [CASE_INFORMED]

    def test_says_that_it_was_there(self, redress: Redress, case_no: str, given: str, photo: Path) -> None:
        printed = redress("evidence", "add", case_no, str(photo), "--kind", "photo_label")

        assert "was there before" in printed.out

    @pytest.mark.parametrize(
        ("name", "kind", "taken_at", "exit_code", "why"),
        [
            ("box.jpg", "photo", "2026-11-20", 2, "there is no kind photo"),
            ("box.jpg", "tracking_snapshot", "2026-11-20", 2, "there is no kind tracking_snapshot"),
            ("none.jpg", "other", "2026-11-20", 2, "none.jpg: No such file"),
            ("box.jpg", "other", "yesterday", 2, "--taken-at yesterday"),
            ("page.html", "other", "2026-11-20", 1, "HTML"),
        ],
    )
    def test_that_is_wrong_fails_in_one_line(
        self, redress: Redress, case_no: str, photo: Path, name: str, kind: str, taken_at: str, exit_code: int, why: str
    ) -> None:
        (photo.parent / "page.html").write_text("<html>")

        printed = redress("evidence", "add", case_no, str(photo.parent / name), "--kind", kind, "--taken-at", taken_at)

        assert printed.exit_code == exit_code
        assert why in printed.err

    def test_refuses_a_file_that_is_too_large(
        self, redress: Redress, case_no: str, photo: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("REDRESS_EVIDENCE_BYTES_MAX", "10")

        assert redress("evidence", "add", case_no, str(photo), "--kind", "other").exit_code == 2

    def test_needs_a_case(self, redress: Redress, photo: Path) -> None:
        assert redress("evidence", "add", "EX-0", str(photo), "--kind", "other").exit_code == 1

    def test_names_every_kind_that_can_be_given_in_its_help_and_no_other(self) -> None:
        [named] = re.findall(r"^ +kind: (.*?)\.$", evidence.add.__doc__ or "", flags=re.DOTALL | re.MULTILINE)

        assert re.split(r",\s+|\s+or\s+", named) == list(OFFERED_KINDS)


class TestGet:
    def test_writes_what_was_given(self, redress: Redress, given: str, tmp_path: Path) -> None:
        told = redress("evidence", "get", given, "--to", str(tmp_path / "back.jpg"), "--json").json

        assert (tmp_path / "back.jpg").read_bytes() == JPEG
        assert told["written_to"] == str(tmp_path / "back.jpg")

    def test_writes_over_nothing(self, redress: Redress, given: str, photo: Path) -> None:
        printed = redress("evidence", "get", given, "--to", str(photo))

        assert (printed.exit_code, "is there already" in printed.err) == (1, True)

    def test_gives_out_nothing_that_was_altered(self, redress: Redress, given: str, tmp_path: Path) -> None:
        [kept] = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
        kept.write_bytes(b"something else")

        printed = redress("evidence", "get", given, "--to", str(tmp_path / "back.jpg"))

        assert (printed.exit_code, "is not what was given" in printed.err) == (1, True)
        assert not (tmp_path / "back.jpg").exists()

    def test_needs_a_piece(self, redress: Redress) -> None:
        assert redress("evidence", "get", "7").err == "redress: there is no piece of evidence 7\n"


class TestWithdraw:
    def test_keeps_the_piece_with_who_and_why(self, redress: Redress, case_no: str, given: str) -> None:
        assert redress("evidence", "withdraw", given, "--by", "ag-sun", "--why", "another parcel").exit_code == 0

        assert "ag-sun: another parcel" in redress("evidence", "list", case_no).out
        assert redress("evidence", "withdraw", given, "--by", "ag-li", "--why", "no").exit_code == 1

    def test_needs_a_reason(self, redress: Redress, given: str) -> None:
        assert redress("evidence", "withdraw", given, "--by", "ag-sun", "--why", "").exit_code == 2


class TestWaive:
    def test_is_a_person_s_word(self, redress: Redress, case_no: str) -> None:
        with unit_of_work() as connection:
            staff.add(connection, a_supervisor(staff_id="ag-sun"), secret="x")

        printed = redress("evidence", "waive", case_no, "--kind", "value_proof", "--staff", "ag-sun", "--why", "small")

        assert "goes on without value_proof" in printed.out
        assert "value_proof waived by ag-sun" in redress("evidence", "list", case_no).out

    @pytest.mark.parametrize(("kind", "exit_code"), [("value_proof", 1), ("proof", 2)], ids=["nobody", "no kind"])
    def test_that_is_wrong_fails(self, redress: Redress, case_no: str, kind: str, exit_code: int) -> None:
        printed = redress("evidence", "waive", case_no, "--kind", kind, "--staff", "ghost", "--why", "small")

        assert printed.exit_code == exit_code


class TestList:
    def test_says_when_there_is_none(self, redress: Redress, case_no: str) -> None:
        assert "No evidence." in redress("evidence", "list", case_no).out


class TestCase:
    """`redress case` shows how its evidence stands."""

    @pytest.fixture(autouse=True)
    def stands(self, redress: Redress, case_no: str, given: str) -> None:
        """Have one piece withdrawn and one kind waived."""
        with unit_of_work() as connection:
            staff.add(connection, a_supervisor(), secret="x")
        redress("evidence", "withdraw", given, "--by", "ag-sun", "--why", "another parcel")
        redress("evidence", "waive", case_no, "--kind", "photo_whole", "--staff", "sup-zhang", "--why", "no camera")

    def test_to_people(self, redress: Redress, case_no: str) -> None:
        shown = redress("case", case_no).out

        assert "another parcel" in shown
        assert "missing: photo_detail from outlet" in shown
        assert "missing: photo_whole" not in shown
        assert "photo_whole waived by sup-zhang" in shown

    def test_in_json(self, redress: Redress, case_no: str) -> None:
        told = redress("case", case_no, "--json").json

        assert {"kind": "photo_detail", "from_whom": "outlet"} in told["missing"]
        assert [piece["withdrawal"]["why"] for piece in told["evidence"]] == ["another parcel"]
        assert [waiver["kind"] for waiver in told["waivers"]] == ["photo_whole"]
