"""What a payload says that is a table already, such as the CSV of a carrier's own scanners: read column by column.

A table has the columns of a record frame but for the time of receipt: the texts of RECORD_TEXTS, absent as empty, and
`occurred_at`. Nothing is judged here: what could not be read keeps its text, and the quality checks say why.
"""

from collections.abc import Callable, Sequence
from datetime import tzinfo
from typing import Any, NamedTuple, Protocol

import polars as pl

from adapters.feeds.instants import INSTANT
from schemas.tracking import RECORD_TEXTS, Event, Reason, TrackingRecord, Translation

TABLE = pl.Schema([*((name, pl.String) for name in RECORD_TEXTS), ("occurred_at", INSTANT)])

_EVENTS = frozenset(event.value for event in Event)
_REASONS = frozenset(reason.value for reason in Reason)


class Table(NamedTuple):
    """One payload's records as columns; `raw_of` gives a record as it stood in the payload, by its row."""

    columns: pl.DataFrame
    raw_of: Callable[[int], Any]


class Tabulator(Protocol):
    """What turns the bytes of a payload into a table."""

    def __call__(self, body: bytes, *, source: str, zone: tzinfo) -> Table:
        """Read the payload.

        Raises:
            UnreadableEnvelope: it is no table of this format.
        """


def as_records(table: Table) -> Translation:
    """Give a table record by record, for those who look at few."""
    rows = table.columns.iter_rows(named=True)
    return Translation(records=tuple(_record(row, table.raw_of(place)) for place, row in enumerate(rows)))


def _record(row: dict[str, Any], raw: object) -> TrackingRecord:
    unreadable = row["unreadable"] or _foreign_word(row["event"], row["reason"])
    if unreadable:
        row = {**row, "event": Event.EXCEPTION, "reason": "", "confidence": "unknown", "unreadable": unreadable}
    return TrackingRecord(**{**row, "reason": row["reason"] or None, "voids": row["voids"] or None}, raw=raw)


def _foreign_word(event: str, reason: str) -> str:
    """Name the check that a word outside the canonical vocabulary fails; a record has no place for such a word."""
    if event not in _EVENTS:
        return "event_unknown"
    return "reason_unknown" if reason and reason not in _REASONS else ""


def where_lines(lines: Sequence[int]) -> pl.Series:
    """Name the places of records by the lines on which they begin, counted from one."""
    return pl.Series("where", [f"line {line}" for line in lines], dtype=pl.String)
