"""The playbooks in force, with a carrier's own file over those that come with Redress."""

import os
from pathlib import Path

import pytest
from clock_files import profiles
from factories import a_case

from rules.exceptions.playbook_data import UnusablePlaybooks
from rules.exceptions.playbooks import PLAYBOOKS, playbook_for
from schemas.exceptions import ExceptionType
from tasks.playbooks import clock_profile_of, playbooks_in_force, texts_of


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

    def test_may_name_a_profile_of_the_carriers_own_clocks(
        self, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        own.write_text('[LOST]\nclock_profile = "own"', "utf-8")
        with pytest.raises(UnusablePlaybooks, match=r"own\.toml: \[LOST\] clock_profile: there is no 'own'"):
            playbooks_in_force()

        monkeypatch.setenv("REDRESS_CLOCK_PROFILES_FILE", str(profiles(tmp_path)))

        assert clock_profile_of(a_case(type=ExceptionType.LOST)) == "own"

    @pytest.mark.parametrize("content", [b"[LOST]\nupdate_hours = 0", b"\xff\xfe", b"[", None],
                             ids=["a wrong figure", "no text", "no TOML", "no file"])  # fmt: skip
    def test_are_refused_with_the_files_name_for(self, own: Path, content: bytes | None) -> None:
        own.unlink()
        if content is not None:
            own.write_bytes(content)

        with pytest.raises(UnusablePlaybooks, match=r"own\.toml"):
            playbooks_in_force()


class TestTextsOf:
    def test_are_those_of_the_type_and_the_mode(self, own: Path) -> None:
        own.write_text('[LOST.ltl]\nmore_texts = { opened = "trouble_reply" }', "utf-8")

        told = [texts_of(a_case(type=ExceptionType.LOST, product=product)).opened for product in ("ltl", "standard")]
        assert told == ["trouble_reply", "trouble"]


class TestClockProfileOf:
    def test_is_the_playbooks(self, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        own.write_text('[LOST]\nclock_profile = "seed-outlet"', "utf-8")
        monkeypatch.setenv("REDRESS_CLOCK_PROFILE", "standard")

        assert clock_profile_of(a_case(type=ExceptionType.LOST)) == "seed-outlet"

    def test_is_the_installations_where_the_playbook_names_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert clock_profile_of(a_case()) == "seed-outlet"

        monkeypatch.setenv("REDRESS_CLOCK_PROFILE", "standard")

        assert clock_profile_of(a_case()) == "standard"
