"""The command `redress calls`: what became of every row, and one line where a file cannot be used."""

from pathlib import Path

import pytest
from call_files import HEADER, a_row, write_calls
from commands import Redress


@pytest.fixture
def day(tmp_path: Path) -> Path:
    return write_calls(tmp_path / "day.csv", [a_row(1), a_row(1), a_row(2, direction="up")])


class TestCalls:
    def test_say_what_became_of_every_row(self, redress: Redress, day: Path) -> None:
        [told] = redress("calls", str(day), "--by", "qc-li", "--json").json["files"]

        assert told == {
            "file": "day.csv", "read": 3, "clean": 1, "duplicate": 1, "quarantined": 1,
            "reasons": {"direction_unknown": 1},
        }  # fmt: skip
        assert "direction_unknown 1" in redress("calls", str(day)).out

    def test_list_what_could_not_be_used(self, redress: Redress, day: Path) -> None:
        redress("calls", str(day))

        [held] = redress("calls", "--held", "--json").json
        assert (held["file"], held["line"], held["reasons"]) == ("day.csv", 4, ["direction_unknown"])
        assert "direction_unknown" in redress("calls", "--held").out

    def test_take_in_the_other_files_when_one_is_none(self, redress: Redress, day: Path, tmp_path: Path) -> None:
        wrong = write_calls(tmp_path / "wrong.csv", [], header=HEADER.replace("rings", "bells"))

        told = redress("calls", str(wrong), str(day), "--json")

        assert told.exit_code == 2
        assert [file["file"] for file in told.json["files"]] == ["day.csv"]
        assert "has no column rings" in told.err

    @pytest.mark.parametrize("arguments", [(), ("nowhere.csv",), ("x.csv", "--held")])
    def test_are_told_in_one_line_how_they_are_called(self, redress: Redress, arguments: tuple[str, ...]) -> None:
        told = redress("calls", *arguments)

        assert (told.exit_code, told.err.count("\n")) == (2, 1)
