"""From payloads to frames of records that can be judged: many small payloads become one frame, a large one several.

What a payload means is for its format to say; a payload that cannot be read at all becomes one record that says so, so
that it is counted and kept like any other.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

import polars as pl

from adapters.feeds import registry
from adapters.feeds.configuration import zone_of
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.tabular import Table
from expectations.frame import FRAME, record_frame, with_event_ids
from schemas.partners import PartnerClaim, PartnerInsurance
from schemas.quality import ROWS_MAX
from schemas.tracking import CarrierPromise, TrackingRecord, Translation
from store.tracking.events import TELLING_TEXTS
from store.tracking.inbox import Payload

RECORDS = 20_000
"""Records of formats without columns that are judged at a time; each is an object with its payload's text."""

NOTHING = record_frame([], received_at=[]).with_columns(pl.Series("inbox_id", [], dtype=pl.Int64))
"""A piece's frame without a row."""

_BEST_FIRST = (
    pl.col("confidence").replace_strict({"unknown": 1, "text": 2, "code": 3}, default=0),
    pl.col("reason") != "",
    pl.col("location") != "",
    *TELLING_TEXTS,
)


class Piece(NamedTuple):
    """Records to be judged together: a frame with event ids and `inbox_id`, and each record as it stood."""

    frame: pl.DataFrame
    raw_of: Callable[[int], Any]


@dataclass(slots=True)
class Read:
    """What was read of each payload, by its id: how many records, what the provider said, and what it promises.

    Of partners also their claims and insurances, which are no records.
    """

    records: Counter[int] = field(default_factory=Counter)
    answers: dict[int, str] = field(default_factory=dict)
    promises: list[tuple[CarrierPromise, datetime]] = field(default_factory=list)
    claims: list[PartnerClaim] = field(default_factory=list)
    insurances: list[PartnerInsurance] = field(default_factory=list)


def read_payloads(payloads: Sequence[Payload], read: Read) -> Iterator[Piece]:
    """Read payloads of one feed piece by piece, and note in `read` what was read of each."""
    records: list[tuple[Payload, TrackingRecord]] = []
    tables: list[tuple[Payload, Table]] = []
    for payload in payloads:
        said = _said(payload)
        if isinstance(said, Table):
            tables.append((payload, said))
            read.records[payload.id], read.answers[payload.id] = said.columns.height, "ok"
        else:
            records += [(payload, record) for record in said.records]
            read.records[payload.id], read.answers[payload.id] = len(said.records), said.answer
            read.claims += said.claims
            read.insurances += said.insurances
            read.promises += [(promise, payload.received_at) for promise in said.promises]
        while len(records) >= RECORDS:
            yield _piece_of_records(records[:RECORDS])
            del records[:RECORDS]
        if sum(table.columns.height for _, table in tables) >= ROWS_MAX / 2:
            yield from _pieces_of_tables(tables)
            tables = []
    if records:
        yield _piece_of_records(records)
    yield from _pieces_of_tables(tables)


def _said(payload: Payload) -> Table | Translation:
    try:
        zone = zone_of(payload.feed)
        table = registry.tabulate(payload.format, payload.body, zone=zone)
        return registry.translate(payload.format, payload.body, zone=zone) if table is None else table
    except UnreadableEnvelope as fault:
        excerpt = payload.body[:2000].decode("utf-8", "backslashreplace")
        raw = {"body": excerpt, "fault": str(fault)}
        record = TrackingRecord(
            where=fault.where, namespace="", source=payload.format, unreadable=fault.reason_code, raw=raw
        )
        return Translation(records=(record,))


def _piece_of_records(rows: Sequence[tuple[Payload, TrackingRecord]]) -> Piece:
    frame = record_frame([record for _, record in rows], received_at=[payload.received_at for payload, _ in rows])
    inbox_ids = pl.Series("inbox_id", [payload.id for payload, _ in rows], dtype=pl.Int64)
    # Of several tellings of one event the checks keep the first that can be used: let that be the best (store.events).
    best_first = frame.with_columns(inbox_ids).with_row_index("row").sort(_BEST_FIRST, descending=True)
    raws = [rows[row][1].raw for row in best_first["row"]]
    return Piece(best_first.drop("row"), raws.__getitem__)


def _pieces_of_tables(tables: Sequence[tuple[Payload, Table]]) -> Iterator[Piece]:
    if not tables:
        return
    columns = pl.concat([_received(payload, table) for payload, table in tables])
    starts = [0]
    for _, table in tables:
        starts.append(starts[-1] + table.columns.height)

    def raw_of(row: int) -> Any:
        place = bisect_right(starts, row) - 1
        return tables[place][1].raw_of(row - starts[place])

    for offset in range(0, columns.height, ROWS_MAX):
        part = with_event_ids(columns.slice(offset, ROWS_MAX)).select(NOTHING.columns)  # all pieces have one order
        yield Piece(part, lambda row, offset=offset: raw_of(row + offset))  # type: ignore[misc]


def _received(payload: Payload, table: Table) -> pl.DataFrame:
    received = pl.lit(payload.received_at, dtype=FRAME["received_at"]).alias("received_at")
    return (
        table.columns.with_columns(received).select(FRAME.names()).with_columns(inbox_id=pl.lit(payload.id, pl.Int64))
    )
