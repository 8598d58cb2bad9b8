"""The columns of a scanner file, and a table of them from whatever held it."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

import polars as pl

from adapters.feeds.chinese import CHINESE
from adapters.feeds.instants import instants
from adapters.feeds.meanings import UNKNOWN, understood_from_text
from adapters.feeds.tabular import TABLE, Table
from rules.tracking.identity import event_name

NAMESPACE = "scanners"
REQUIRED = ("waybill", "occurred_at", "event", "reason", "raw_code", "raw_text", "location")
OPTIONAL = ("voids",)
"""`voids` says that the scan of that time, otherwise the same as this row, is taken back."""
COLUMNS = (*REQUIRED, *OPTIONAL)

MAPPING_VERSION = f"{NAMESPACE}-{CHINESE.version[:8]}"

_IDENTIFYING = ("event", "reason", "raw_code", "raw_text", "location")
_SEPARATOR = "|"  # a control character would have the record refused


def table_of(
    rows: pl.DataFrame,
    *,
    where: pl.Series,
    unreadable: pl.Series,
    raw_of: Callable[[int], Any],
    source: str,
    zone: tzinfo,
) -> Table:
    """Make a table of rows whose columns are texts, absent as null; a column that they lack is absent everywhere."""
    given = _given(rows).with_columns(where.alias("where"), unreadable.alias("unreadable"))
    at, clock = instants(given["occurred_at"], zone)
    columns = given.with_columns(
        *_understood(given),
        occurred_text="occurred_at",
        clock=clock,
        namespace=pl.lit(NAMESPACE),
        source=pl.lit(source),
        carrier=pl.lit(""),
        sequence=pl.lit(""),
        mapping_version=pl.lit(MAPPING_VERSION),
    ).with_columns(at.alias("occurred_at"), _identity())
    return Table(_with_voids(columns, zone).select(TABLE.names()), raw_of)


def _given(rows: pl.DataFrame) -> pl.DataFrame:
    there = rows.with_columns(pl.lit("").alias(name) for name in COLUMNS if name not in rows.columns)
    return there.select(COLUMNS).fill_null("").with_columns(pl.exclude("raw_text").str.strip_chars(" \t"))


def _understood(given: pl.DataFrame) -> list[pl.Series]:
    """Take the event as it is written; where none is, read the text if there is no code either.

    A code without an event is nobody's: it is in no table here, so it is unknown.
    """
    has_event, has_code = pl.col("event") != "", pl.col("raw_code") != ""
    silent = given.filter(~has_event & ~has_code)["raw_text"].unique().to_list()
    read = [understood_from_text(text, CHINESE) for text in silent]

    def chosen(place: int, written: pl.Expr) -> pl.Expr:
        unknown = str(UNKNOWN[place])
        said = [str(understood[place] or "") for understood in read]
        from_text = pl.col("raw_text").replace_strict(silent, said, default=unknown, return_dtype=pl.String)
        return pl.when(has_event).then(written).when(has_code).then(pl.lit(unknown)).otherwise(from_text)

    return given.select(
        event=chosen(0, pl.col("event")), reason=chosen(1, pl.col("reason")), confidence=chosen(2, pl.lit("code"))
    ).get_columns()


def _identity() -> pl.Expr:
    """Tell scans of one parcel in one second apart: by all that they say, since no field is a number of its own.

    So no two rows are different tellings of one scan, and the log need not ask which is the better one.
    """
    return pl.concat_str(_IDENTIFYING, separator=_SEPARATOR).alias("identity")


def _with_voids(columns: pl.DataFrame, zone: tzinfo) -> pl.DataFrame:
    """Put the id of the event in `voids` where the row takes one back, and set its identity apart from that event's."""
    takes_back = pl.col("voids") != ""
    if not columns.select(takes_back.any()).item():
        return columns
    at = instants(columns["voids"], zone).at
    ids = [
        event_name(namespace=NAMESPACE, waybill=waybill, occurred_at=taken_back, identity=identity).hex
        if taken_back is not None
        else ""
        for waybill, taken_back, identity in columns.select("waybill", at.alias("taken_back"), "identity").iter_rows()
    ]
    fault = pl.when(takes_back & at.is_null()).then(pl.lit("voids_unreadable")).otherwise(pl.lit(""))
    return columns.with_columns(
        pl.Series("voids", ids, dtype=pl.String),
        pl.when(takes_back).then("voids " + pl.col("identity")).otherwise("identity").alias("identity"),
        pl.when(pl.col("unreadable") == "").then(fault).otherwise("unreadable").alias("unreadable"),
    )
