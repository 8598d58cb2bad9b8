"""The columns that the suite of tracking records asks about, made from the records. No check belongs here.

Needs pyarrow and no Great Expectations, because it runs in the worker.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from rules.tracking.identity import event_id
from schemas.tracking import TrackingRecord

_TEXT = pa.large_string()  # 64-bit offsets: one carrier's absurd text must not overflow the column

SCHEMA = pa.schema(
    [
        ("unreadable", _TEXT),
        ("waybill", _TEXT),
        ("occurred_text", _TEXT),
        ("event", _TEXT),
        ("reason", _TEXT),
        ("confidence", _TEXT),
        ("raw_code", _TEXT),
        ("raw_text", _TEXT),
        ("location", _TEXT),
        ("identity", _TEXT),
        ("event_id", _TEXT),
        ("stored_text", _TEXT),  # all texts of the record that are stored, one below the other
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("seconds_ahead", pa.float64()),  # by how much the event lies after its receipt; mostly negative
    ]
)


def tracking_table(records: Sequence[TrackingRecord], *, received_at: Sequence[datetime]) -> Any:
    """Lay records out as an Arrow table, one row per record in their order; an absent text is null.

    Raises:
        ValueError: there is not one time of receipt per record, or a time has no zone.
    """
    if len(records) != len(received_at):
        raise ValueError(f"{len(records)} records came with {len(received_at)} times of receipt")
    ids = [event_id(record) for record in records]
    columns: dict[str, Iterable[Any]] = {
        name: [getattr(record, name) or None for record in records] for name in SCHEMA.names[:10]
    }
    columns["event_id"] = [None if name is None else name.hex for name in ids]
    columns["stored_text"] = [_stored_text(record) for record in records]
    columns["occurred_at"] = [record.occurred_at for record in records]
    columns["seconds_ahead"] = [
        _seconds_ahead(record, received) for record, received in zip(records, received_at, strict=True)
    ]
    return pa.table([_array(columns[field.name], field.type) for field in SCHEMA], schema=SCHEMA)


def _stored_text(record: TrackingRecord) -> str:
    return "\n".join(
        (
            record.where,
            record.namespace,
            record.source,
            record.waybill,
            record.carrier,
            record.occurred_text,
            record.raw_code,
            record.raw_text,
            record.location,
            record.sequence,
            record.identity,
            record.voids or "",
            record.mapping_version,
            record.unreadable,
        )
    )


def _seconds_ahead(record: TrackingRecord, received_at: datetime) -> float | None:
    if received_at.tzinfo is None:
        raise ValueError(f"{record.where}: the time of receipt {received_at.isoformat()} has no zone")
    if record.occurred_at is None:
        return None
    if record.occurred_at.tzinfo is None:
        raise ValueError(f"{record.where}: the time {record.occurred_at.isoformat()} has no zone")
    return (record.occurred_at - received_at).total_seconds()


def _array(values: Iterable[Any], kind: Any) -> Any:
    try:
        return pa.array(values, type=kind)
    except UnicodeEncodeError:
        # Half a surrogate pair, which JSON may hold, fits neither Arrow nor PostgreSQL. NUL stands in for it here:
        # the check of control characters then refuses the record and not the whole batch.
        return pa.array([_without_surrogates(value) for value in values], type=kind)


def _without_surrogates(text: str | None) -> str | None:
    if text is None:
        return None
    return "".join("\0" if "\ud800" <= character <= "\udfff" else character for character in text)
