"""Histories as clocks read them, told in the local time of Shanghai, and what becomes of them."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rules.clocks.anchors import fold
from rules.clocks.book import BOOK
from rules.clocks.profiles import ClockBook
from rules.clocks.reading import read_clocks
from schemas.clocks import Anchors, ClockEntry, ClockReading

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    """Read a local time such as 2026-02-13 17:00; of one that comes twice the first."""
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def entry(at: str, command: str, **changes: Any) -> ClockEntry:
    """Make an entry of a history."""
    return ClockEntry(at=local(at), command=command, **changes)


def facts(**told: str) -> dict[str, datetime]:
    """Make facts of local times."""
    return {name: local(at) for name, at in told.items()}


def reading(
    clock: str, entries: list[ClockEntry], *, now: str = "2026-12-31 00:00", book: ClockBook = BOOK, **start: Any
) -> ClockReading:
    """Read one clock of the case that these entries make."""
    anchors = fold(entries, start=Anchors(**start))
    [found] = [item for item in read_clocks(anchors, now=local(now), book=book) if item.clock == clock]
    return found
