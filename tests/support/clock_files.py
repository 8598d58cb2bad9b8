"""Files of calendars and profiles as a carrier writes them; a test names only what matters to it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rules.clocks.book import load_book
from rules.clocks.profiles import ClockBook

CALENDAR: dict[str, Any] = {
    "title_zh": '"示例"', "title_en": '"example"', "zone": '"Asia/Shanghai"', "weekly": '{ mon = ["09:00-18:00"] }',
}  # fmt: skip
PROFILE: dict[str, Any] = {
    "name": '"own"', "version": '"1"', "kind": '"internal"', "title_zh": '"自有"', "title_en": '"own"',
    "valid_from": "2026-01-01", "closed_states": '["CLOSED"]',
}  # fmt: skip
CLOCK: dict[str, Any] = {
    "id": '"callback"', "title_zh": '"回电"', "title_en": '"callback (R64)"', "starts_on": '"promise_callback"',
    "met_by": '["call_back"]', "value": "2", "unit": '"business_hours"', "calendar": '"cn-business"',
    "source": '"R64"', "verified": '"contract"',
}  # fmt: skip
WORDS = '[words]\ncommands = ["promise_callback", "call_back"]\nfacts = ["paid_at"]\n'


def toml(row: dict[str, Any]) -> str:
    """Write a row; None leaves a key out."""
    return "".join(f"{key} = {value}\n" for key, value in row.items() if value is not None)


def calendars(tmp_path: Path, *, name: str = "own", **changes: Any) -> Path:
    """Write a carrier's file with one calendar."""
    file = tmp_path / "calendars.toml"
    file.write_text(f'version = "7"\n[calendar.{name}]\n{toml(CALENDAR | changes)}', "utf-8")
    return file


def profiles(tmp_path: Path, *clocks: dict[str, Any], words: str = WORDS, **changes: Any) -> Path:
    """Write a carrier's file with one profile of one clock, or of those named."""
    rows = "".join(f"[[profile.clock]]\n{toml(CLOCK | clock)}" for clock in clocks or ({},))
    file = tmp_path / "profiles.toml"
    file.write_text(f"{words}[[profile]]\n{toml(PROFILE | changes)}{rows}", "utf-8")
    return file


def own_book(tmp_path: Path, *clocks: dict[str, Any], calendars: Iterable[Path] = (), **changes: Any) -> ClockBook:
    """Read the book of Redress with the carrier's profile beside it."""
    return load_book(calendars=calendars, profiles=[profiles(tmp_path, *clocks, **changes)])
