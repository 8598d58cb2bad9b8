"""Records as a table, and the columns that the suite of tracking records asks about. No check belongs here.

A record frame has one row per record: its texts (absent is empty), `occurred_at` and `received_at`. Formats whose
payloads are tables already make such a frame themselves; for all others `record_frame` lays records out.
Needs neither Great Expectations nor what it brings (pandas, Arrow's own library), because it runs in the worker.
"""

import io
from collections.abc import Sequence
from datetime import datetime

import polars as pl

from rules.tracking.identity import SEPARATOR, digest
from schemas.tracking import RECORD_TEXTS, TrackingRecord

INSTANT = pl.Datetime("us", "UTC")
FRAME = pl.Schema([*((name, pl.String) for name in RECORD_TEXTS), ("occurred_at", INSTANT), ("received_at", INSTANT)])

CONTROL_CHARACTER = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"  # tab and line ends are text

_CHECKED = ("unreadable", "waybill", "event", "reason", "confidence", "raw_code", "location")
_MEASURED = ("occurred_text", "raw_text", "identity")

CHECKED = pl.Schema(
    [
        *((name, pl.String) for name in _CHECKED),
        *((f"{name}_length", pl.Float64) for name in _MEASURED),  # in characters; null where there is none
        ("control_characters", pl.Int64),  # in all texts of the record that are stored
        ("event_id", pl.String),
        ("occurred_at", INSTANT),
        ("seconds_ahead", pl.Float64),  # by how much the event lies after its receipt; mostly negative
    ]
)


def record_frame(records: Sequence[TrackingRecord], *, received_at: Sequence[datetime]) -> pl.DataFrame:
    """Lay records out with their event ids, one row per record in their order.

    Raises:
        ValueError: there is not one time of receipt per record, or a time has no zone.
    """
    if len(records) != len(received_at):
        raise ValueError(f"{len(records)} records came with {len(received_at)} times of receipt")
    for record, received in zip(records, received_at, strict=True):
        _refuse_naive(record, received)
    columns = {name: _texts([getattr(record, name) or "" for record in records]) for name in RECORD_TEXTS}
    columns["occurred_at"] = pl.Series([record.occurred_at for record in records], dtype=INSTANT)
    columns["received_at"] = pl.Series(received_at, dtype=INSTANT)
    return with_event_ids(pl.DataFrame(columns, schema=FRAME))


def _refuse_naive(record: TrackingRecord, received_at: datetime) -> None:
    if received_at.tzinfo is None:
        raise ValueError(f"{record.where}: the time of receipt {received_at.isoformat()} has no zone")
    if record.occurred_at is not None and record.occurred_at.tzinfo is None:
        raise ValueError(f"{record.where}: the time {record.occurred_at.isoformat()} has no zone")


def _texts(values: list[str]) -> pl.Series:
    try:
        return pl.Series(values, dtype=pl.String)
    except UnicodeEncodeError:
        # Half a surrogate pair, which JSON may hold, fits neither Arrow nor PostgreSQL. NUL stands in for it here:
        # the check of control characters then refuses the record and not the whole batch.
        return pl.Series([_without_surrogates(value) for value in values], dtype=pl.String)


def _without_surrogates(text: str) -> str:
    return "".join("\0" if "\ud800" <= character <= "\udfff" else character for character in text)


def with_event_ids(frame: pl.DataFrame) -> pl.DataFrame:
    """Add `event_id`, 32 hexadecimal digits, as `rules.tracking.identity` names events; null where it names none."""
    told = frame.select(
        pl.when((pl.col("waybill") != "") & pl.col("occurred_at").is_not_null()).then(
            pl.concat_str(
                "namespace", "waybill", pl.col("occurred_at").dt.epoch("us").cast(pl.String), "identity",
                separator=SEPARATOR,
            )
        )
    ).to_series()  # fmt: skip
    ids = [None if one is None else digest(one).hex() for one in told]
    return frame.with_columns(pl.Series("event_id", ids, dtype=pl.String))


def checked_columns(frame: pl.DataFrame) -> pl.DataFrame:
    """Give the columns that the suite asks about, as CHECKED lists them; an absent text is null.

    What carriers wrote about people stays behind: its length is all that is asked of it.
    """
    ahead = (pl.col("occurred_at") - pl.col("received_at")).dt.total_microseconds() / 1e6
    stored = pl.concat_str(RECORD_TEXTS, separator="\n")
    return frame.select(
        *(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in _CHECKED),
        *(pl.when(pl.col(name) != "").then(pl.col(name).str.len_chars()).alias(f"{name}_length") for name in _MEASURED),
        stored.str.count_matches(CONTROL_CHARACTER).alias("control_characters"),
        "event_id",
        "occurred_at",
        ahead.alias("seconds_ahead"),
    ).cast(CHECKED)


def as_stream(columns: pl.DataFrame) -> bytes:
    """Write columns as an Arrow stream with the types that every reader of Arrow knows.

    Texts get 64-bit offsets: one carrier's absurd text must not overflow its column.
    """
    sink = io.BytesIO()
    columns.write_ipc_stream(sink, compat_level=pl.CompatLevel.oldest())
    return sink.getvalue()
