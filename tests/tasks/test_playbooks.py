"""The playbooks in force, with a carrier's own file over those that come with Redress."""

import os
from pathlib import Path

import pytest

from rules.exceptions.playbook_data import UnusablePlaybooks
from rules.exceptions.playbooks import PLAYBOOKS, playbook_for
from schemas.exceptions import ExceptionType
from tasks.playbooks import playbooks_in_force


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Name a file of the carrier's own."""
    path = tmp_path / "own.toml"
    path.write_text("[LOST]\nupdate_hours = 6", "utf-8")
    monkeypatch.setenv("REDRESS_PLAYBOOKS_FILE", str(path))
    return path


class TestPlaybooksInForce:
    def test_are_those_that_come_with_redress_where_no_file_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("REDRESS_PLAYBOOKS_FILE", raising=False)

        assert playbooks_in_force() is PLAYBOOKS

    def test_have_the_carriers_own_over_them(self, own: Path) -> None:
        assert playbook_for(ExceptionType.LOST, books=playbooks_in_force()).update_hours == 6

    def test_are_read_once_as_long_as_the_file_stays_as_it_is(self, own: Path) -> None:
        assert playbooks_in_force() is playbooks_in_force()

    def test_are_read_again_when_the_file_was_changed(self, own: Path) -> None:
        playbooks_in_force()
        own.write_text("[LOST]\nupdate_hours = 7", "utf-8")
        os.utime(own, (0, 0))

        assert playbook_for(ExceptionType.LOST, books=playbooks_in_force()).update_hours == 7

    @pytest.mark.parametrize("content", [b"[LOST]\nupdate_hours = 0", b"\xff\xfe", b"[", None],
                             ids=["a wrong figure", "no text", "no TOML", "no file"])  # fmt: skip
    def test_are_refused_with_the_files_name_for(self, own: Path, content: bytes | None) -> None:
        own.unlink()
        if content is not None:
            own.write_bytes(content)

        with pytest.raises(UnusablePlaybooks, match=r"own\.toml"):
            playbooks_in_force()
