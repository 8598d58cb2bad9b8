"""The book of clocks follows the installation's settings."""

from pathlib import Path

import pytest
from clock_files import calendars, profiles

from rules.clocks.book import BOOK, ProfilesInvalid
from tasks.clock_book import ClockSettings, clock_book


class TestClockBook:
    def test_is_that_of_redress_where_nothing_is_set(self) -> None:
        assert clock_book().profile_versions == BOOK.profile_versions
        assert ClockSettings().profile == "seed-outlet"

    def test_has_the_carriers_own_files_beside_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_CLOCK_CALENDARS_FILE", str(calendars(tmp_path)))
        monkeypatch.setenv("REDRESS_CLOCK_PROFILES_FILE", str(profiles(tmp_path, {"calendar": '"own"'})))

        assert clock_book().profile_versions > BOOK.profile_versions
        assert clock_book() is clock_book()

    def test_is_refused_by_the_name_of_the_file(self, tmp_path: Path) -> None:
        with pytest.raises(ProfilesInvalid, match=r"profiles\.toml: own\.callback: there is no calendar own"):
            clock_book(ClockSettings(profiles_file=profiles(tmp_path, {"calendar": '"own"'})))
