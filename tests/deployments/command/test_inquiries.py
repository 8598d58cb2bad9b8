"""`redress inquiry`: what was asked, what was answered, and answers that came by telephone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from commands import Redress
from factories import a_question
from samples import JPEG
from standins import open_case

from schemas.inquiries import Inquiry
from store.unit_of_work import unit_of_work
from tasks.inquiries.asking import ask
from tasks.publishing import CASE_INFORMED

NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def asked(redress: Redress) -> Inquiry:
    """Ask an outlet about a case; it should have answered an hour ago."""
    question = a_question(
        case_no=open_case(at=NOW), due_at=NOW - timedelta(hours=1), question="请核实，收件人 19900001234"
    )
    with unit_of_work() as connection:
        [new] = ask(connection, [question], asked_by="redress", now=NOW - timedelta(hours=3))
    return new


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    (tmp_path / "box.jpg").write_bytes(JPEG)
    return tmp_path / "box.jpg"


class TestList:
    def test_shows_who_was_asked_and_by_when(self, redress: Redress, asked: Inquiry) -> None:
        printed = redress("inquiry", "list")

        assert asked.inquiry_no in printed.out
        assert "outlet: 示例城东网点" in printed.out

    def test_narrows(self, redress: Redress, asked: Inquiry) -> None:
        def listed(*arguments: str) -> list[str]:
            return [item["inquiry_no"] for item in redress("inquiry", "list", *arguments, "--json").json]

        assert listed("--overdue") == listed("--state", "open") == listed("--case", asked.case_no) == [asked.inquiry_no]
        assert listed("--state", "answered") == listed("--case", "EX-0") == []

    def test_knows_its_states(self, redress: Redress) -> None:
        printed = redress("inquiry", "list", "--state", "lost")

        assert (printed.exit_code, "there are open, reminded, answered, withdrawn" in printed.err) == (2, True)

    def test_says_when_there_is_none(self, redress: Redress) -> None:
        assert "No inquiry." in redress("inquiry", "list").out


class TestAnswer:
    def test_is_written_down_with_its_files_and_wakes_the_engine(
        self, redress: Redress, asked: Inquiry, photo: Path, announced: list[str]
    ) -> None:
        printed = redress(
            "inquiry", "answer", asked.inquiry_no, "--code", "came_damaged", "--by", "ag-sun", "--text", "电话答复",
            "--file", f"photo_detail={photo}", "--file", f"photo_label={photo}", "--json",
        )  # fmt: skip

        assert printed.exit_code == 0
        assert (printed.json["first"], len(printed.json["evidence_ids"])) == (True, 1)
        [told] = redress("inquiry", "show", asked.inquiry_no, "--json").json["answered"]
        assert (told["code"], told["door"], told["late"]) == ("came_damaged", "command", True)
        assert announced == [CASE_INFORMED]

    def test_is_told_to_people_beside_the_first(self, redress: Redress, asked: Inquiry) -> None:
        for code in ("have_it", "not_here"):
            printed = redress("inquiry", "answer", asked.inquiry_no, "--code", code, "--by", "ag-sun")

        assert "beside an earlier one" in printed.out
        shown = redress("inquiry", "show", asked.inquiry_no).out
        assert "first, late" in shown
        assert "contradicts" in shown
        assert "199****1234" in shown
        assert "not_here (!)" in redress("inquiry", "list").out

    @pytest.mark.parametrize(
        ("arguments", "exit_code", "why"),
        [
            (("--code", "lost", "--by", "x"), 2, "there is no answer lost"),
            (("--code", "have_it", "--by", " "), 2, "--by: "),
            (("--code", "have_it", "--by", "x", "--file", "box.jpg"), 2, "name the kind and the file"),
            (("--code", "have_it", "--by", "x", "--file", "photo=box.jpg"), 2, "there is no kind photo"),
            (("--code", "have_it", "--by", "x", "--file", "other=/nowhere.jpg"), 2, "No such file"),
            (("--code", "have_it", "--by", "x", "--file", f"other={__file__}"), 1, "test_inquiries.py"),
        ],
        ids=["unknown code", "nobody", "no kind", "unknown kind", "no file", "a script"],
    )
    def test_that_is_wrong_fails_in_one_line(
        self, redress: Redress, asked: Inquiry, arguments: tuple[str, ...], exit_code: int, why: str
    ) -> None:
        printed = redress("inquiry", "answer", asked.inquiry_no, *arguments)

        assert printed.exit_code == exit_code
        assert why in printed.err
        assert redress("inquiry", "show", asked.inquiry_no, "--json").json["answered"] == []

    def test_needs_an_inquiry(self, redress: Redress) -> None:
        printed = redress("inquiry", "answer", "IQ-0", "--code", "have_it", "--by", "x")

        assert (printed.exit_code, printed.err) == (1, "redress: there is no inquiry IQ-0\n")


class TestWithdraw:
    def test_ends_an_inquiry_for_good(self, redress: Redress, asked: Inquiry) -> None:
        assert redress("inquiry", "withdraw", asked.inquiry_no, "--by", "ag-sun", "--why", "found").exit_code == 0

        assert "withdrawn by ag-sun" in redress("inquiry", "show", asked.inquiry_no).out
        again = redress("inquiry", "withdraw", asked.inquiry_no, "--by", "ag-sun", "--why", "found")
        answer = redress("inquiry", "answer", asked.inquiry_no, "--code", "have_it", "--by", "x")
        assert (again.exit_code, answer.exit_code) == (1, 1)
        assert "no answer is needed any more" in answer.err

    def test_needs_a_reason(self, redress: Redress, asked: Inquiry) -> None:
        assert redress("inquiry", "withdraw", asked.inquiry_no, "--by", "x", "--why", " ").exit_code == 2
