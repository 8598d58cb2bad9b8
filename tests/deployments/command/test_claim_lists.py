"""`redress claim import`: a list of claims is taken in row by row, and what does not fit is named."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from claims import ACCOUNT
from commands import Redress
from factories import NOON

from tasks.publishing import CLAIM_FILED

HEADER = "waybill,event,account,name,phone,relation,value,lost_percent,claimed,payee,payee_account"
ROW = f"773000000001,damage,开箱发现碎裂,赵六,19900005678,sender,100,40,40,赵六,{ACCOUNT}"
UNFIT = "773000000002,explosion,开箱发现碎裂,赵六,19900005678,sender,100,40,40,赵六,12"


@pytest.fixture(autouse=True)
def clock_stands(redress: Redress, stand_at: Callable[[datetime], None]) -> None:
    del redress
    stand_at(NOON)


def a_list(folder: Path, *rows: str, header: str = HEADER) -> Path:
    file = folder / "claims.csv"
    file.write_text("\n".join([header, *rows]), "utf-8")
    return file


def test_files_what_fits_and_names_what_does_not(redress: Redress, tmp_path: Path) -> None:
    said = redress("claim", "import", str(a_list(tmp_path, ROW, UNFIT)))

    assert said.exit_code == 0
    assert "claims.csv, line 3" in said.out
    assert ACCOUNT not in said.out


def test_wakes_the_engine_only_for_something_new(redress: Redress, announced: list[str], tmp_path: Path) -> None:
    file = str(a_list(tmp_path, ROW))
    redress("claim", "import", file)
    redress("claim", "import", file)

    assert announced == [CLAIM_FILED]


def test_says_as_json_what_became_of_each_file(redress: Redress, tmp_path: Path) -> None:
    told = redress("claim", "import", str(a_list(tmp_path, ROW, UNFIT)), "--json").json

    [file] = told["files"]
    assert (file["rows"], len(file["filed"]), [row["line"] for row in file["unfit"]]) == (2, 1, [3])
    assert told["refused"] == {}


def test_refuses_a_list_without_the_columns(redress: Redress, tmp_path: Path) -> None:
    said = redress("claim", "import", str(a_list(tmp_path, "1,2", header="a,b")))

    assert said.exit_code == 2
    assert "1 of 1 files were not taken in" in said.err


@pytest.mark.parametrize("arguments", [(), ("missing.csv",)])
def test_asks_for_files_that_are_there(redress: Redress, arguments: tuple[str, ...]) -> None:
    assert redress("claim", "import", *arguments).exit_code == 2
