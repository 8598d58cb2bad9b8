"""Quiet hours: when people may be written to, in the business time zone."""

from datetime import UTC, datetime

import pytest

from tasks.settings import BusinessSettings


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=BusinessSettings().zone).astimezone(UTC)


class TestAfterQuietHours:
    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            (shanghai(20, 12), shanghai(20, 12)),
            (shanghai(20, 21, 59), shanghai(20, 21, 59)),
            (shanghai(20, 22), shanghai(21, 8)),
            (shanghai(20, 23, 59), shanghai(21, 8)),
            (shanghai(21, 0), shanghai(21, 8)),
            (shanghai(21, 7, 59), shanghai(21, 8)),
            (shanghai(21, 8), shanghai(21, 8)),
        ],
        ids=["noon", "just before", "at the start", "before midnight", "midnight", "early morning", "at the end"],
    )
    def test_is_the_moment_itself_or_the_next_morning(self, moment: datetime, expected: datetime) -> None:
        assert BusinessSettings().after_quiet_hours(moment) == expected

    def test_knows_quiet_hours_within_one_day(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_QUIET_FROM", "12:00")
        monkeypatch.setenv("REDRESS_QUIET_UNTIL", "14:00")

        assert BusinessSettings().after_quiet_hours(shanghai(20, 13)) == shanghai(20, 14)
        assert BusinessSettings().after_quiet_hours(shanghai(20, 23)) == shanghai(20, 23)

    def test_are_none_when_they_begin_and_end_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("REDRESS_QUIET_FROM", "00:00")
        monkeypatch.setenv("REDRESS_QUIET_UNTIL", "00:00")

        assert BusinessSettings().after_quiet_hours(shanghai(20, 3)) == shanghai(20, 3)
