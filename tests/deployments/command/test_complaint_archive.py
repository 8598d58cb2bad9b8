"""`redress complaint archive`: what there is or is missing, and a file that is verified before it is left there."""

import json
from io import BytesIO
from pathlib import Path

import pytest
from archives import all_sent, moved, resolved_at_once
from commands import Printed, Redress
from cyclopts import App

from deployments.command import app as redress_app
from deployments.command import complaint_archive
from rules.complaints.archive_index import faults_in
from schemas.complaints import Command
from tasks.complaints.archiving import archive_complaints


@pytest.fixture
def number(redress: Redress) -> str:
    del redress
    return resolved_at_once()


@pytest.fixture
def archived(number: str) -> str:
    archive_complaints.fn()
    all_sent(number)
    return number


def archive(redress: Redress, *arguments: str) -> Printed:
    return redress("complaint", "archive", *arguments)


@pytest.fixture(autouse=True)
def _registered() -> None:
    """Have the command in its group, whoever put the group there."""
    if "complaint" not in redress_app:
        redress_app.command(App(name="complaint"))
    group = redress_app["complaint"]
    if "archive" not in group:
        complaint_archive.register(group)


class TestShowing:
    def test_says_what_there_is(self, redress: Redress, archived: str):
        printed = archive(redress, archived)

        assert f"{archived} is CLOSED." in printed.out
        assert f"AR{archived.removeprefix('CP')}-1" in printed.out
        assert "What its archive lacks" not in printed.out

    def test_says_what_is_missing(self, redress: Redress, number: str):
        moved(number, Command.RATE, ending="")
        archive_complaints.fn()

        printed = archive(redress, number)

        assert "it is not said how the complaint ended" in printed.out
        [missing] = archive(redress, number, "--json").json["missing"]
        assert (missing["lack"], missing["part"]) == ("no_ending", "feedback")

    def test_says_that_nobody_has_looked_yet(self, redress: Redress, number: str):
        assert "No archive." in archive(redress, number).out

    def test_takes_the_number_of_an_archive(self, redress: Redress, archived: str):
        told = archive(redress, f"AR{archived.removeprefix('CP')}-1", "--json").json

        assert told["complaint"] == archived
        assert [one["edition"] for one in told["archives"]] == [1]

    @pytest.mark.parametrize("unknown", ["CP-20000101-000001", "AR-20000101-000001-1"])
    def test_fails_in_one_line_for_what_is_not_there(self, redress: Redress, unknown: str):
        printed = archive(redress, unknown)

        assert printed.exit_code == 1
        assert unknown in printed.err


class TestOut:
    def test_writes_the_archive_and_says_that_it_is_verified(self, redress: Redress, archived: str, tmp_path: Path):
        printed = archive(redress, archived, "--out", str(tmp_path / "a.zip"))

        assert "verified" in printed.out
        assert faults_in(BytesIO((tmp_path / "a.zip").read_bytes())) == []
        assert (tmp_path / "a.zip").stat().st_mode & 0o077 == 0

    def test_tells_the_same_in_json(self, redress: Redress, archived: str, tmp_path: Path):
        printed = archive(redress, archived, "--out", str(tmp_path / "a.zip"), "--json")

        told = json.loads(printed.out)
        assert (told["written_to"], told["verified"]) == (str(tmp_path / "a.zip"), True)

    def test_leaves_nothing_of_an_archive_that_was_altered(self, redress: Redress, archived: str, tmp_path: Path):
        [kept] = [path for path in (tmp_path / "evidence").rglob("*") if path.is_file()]
        content = bytearray(kept.read_bytes())
        content[100] ^= 1
        kept.write_bytes(content)

        printed = archive(redress, archived, "--out", str(tmp_path / "a.zip"))

        assert printed.exit_code == 1
        assert "is not what was" in printed.err
        assert not (tmp_path / "a.zip").exists()

    def test_writes_over_nothing(self, redress: Redress, archived: str, tmp_path: Path):
        (tmp_path / "a.zip").write_bytes(b"mine")

        assert archive(redress, archived, "--out", str(tmp_path / "a.zip")).exit_code == 1
        assert (tmp_path / "a.zip").read_bytes() == b"mine"

    def test_fails_in_one_line_where_it_cannot_write(self, redress: Redress, archived: str, tmp_path: Path):
        printed = archive(redress, archived, "--out", str(tmp_path / "none" / "a.zip"))

        assert (printed.exit_code, printed.out) == (1, "")
        assert "No such file" in printed.err

    def test_of_a_complaint_without_one_leaves_no_file(self, redress: Redress, number: str, tmp_path: Path):
        assert archive(redress, number, "--out", str(tmp_path / "a.zip")).exit_code == 1
        assert not (tmp_path / "a.zip").exists()
