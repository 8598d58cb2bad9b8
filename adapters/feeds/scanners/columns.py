"""The columns of a scanner file, and a table of them from whatever held it."""

from collections.abc import Callable
from datetime import tzinfo
from typing import Any

import polars as pl

from adapters.feeds.chinese import CHINESE
from adapters.feeds.instants import instants
from adapters.feeds.meanings import understood_from_text
from adapters.feeds.tabular import TABLE, Table
from rules.tracking.identity import SEPARATOR, digest
from schemas.tracking import Event, Reason

NAMESPACE = "scanners"
REQUIRED = ("waybill", "occurred_at", "event", "reason", "raw_code", "raw_text", "location")
OPTIONAL = ("voids",)
"""`voids` says that the scan of that time, otherwise the same as this row, is taken back."""
COLUMNS = (*REQUIRED, *OPTIONAL)

MAPPING_VERSION = f"{NAMESPACE}-{CHINESE.version[:8]}"

SEPARATOR_OF_WORDS = "|"

_TEXT = pl.String


def table_of(
    rows: pl.DataFrame,
    *,
    where: pl.Series,
    unreadable: pl.Series,
    raw_of: Callable[[int], Any],
    source: str,
    zone: tzinfo,
) -> Table:
    """Make a table of rows that have at least the required columns, all as text, absent as null."""
    given = rows.select(
        *(_column(rows, name) for name in COLUMNS), where.alias("where"), unreadable.alias("unreadable")
    )
    told = instants(given["occurred_at"], zone)
    said = given.with_columns(*_understood(given), occurred_text="occurred_at", clock=told.clock)
    columns = said.with_columns(
        told.at.alias("occurred_at"),
        _identity().alias("identity"),
        namespace=pl.lit(NAMESPACE),
        source=pl.lit(source),
        carrier=pl.lit(""),
        sequence=pl.lit(""),
        mapping_version=pl.lit(MAPPING_VERSION),
    )
    return Table(_with_voids(columns, zone).select(TABLE.names()), raw_of)


def _column(rows: pl.DataFrame, name: str) -> pl.Series | pl.Expr:
    present = rows[name].fill_null("") if name in rows.columns else pl.lit("", _TEXT)
    return present.alias(name) if name == "raw_text" else _stripped(present).alias(name)


def _stripped(text: pl.Series | pl.Expr) -> pl.Series | pl.Expr:
    return text.str.strip_chars(" \t")


def _understood(given: pl.DataFrame) -> list[pl.Series]:
    """Take the event as it is written; where none is, read the text if there is no code either.

    A code without an event is nobody's: it is in no table here, so it is unknown.
    """
    silent = given.filter((pl.col("event") == "") & (pl.col("raw_code") == ""))["raw_text"].unique().to_list()
    read = {text: understood_from_text(text, CHINESE) for text in silent}
    has_event, has_code = pl.col("event") != "", pl.col("raw_code") != ""
    unknown = (Event.EXCEPTION.value, Reason.UNKNOWN.value, "unknown")

    def chosen(place: int, written: pl.Expr) -> pl.Expr:
        from_text = pl.col("raw_text").replace_strict(
            list(read),
            [str(one[place] or "") for one in read.values()],
            default=unknown[place],
            return_dtype=_TEXT,
        )
        return pl.when(has_event).then(written).when(has_code).then(pl.lit(unknown[place])).otherwise(from_text)

    return given.select(
        event=chosen(0, pl.col("event")), reason=chosen(1, pl.col("reason")), confidence=chosen(2, pl.lit("code"))
    ).get_columns()


def _identity() -> pl.Expr:
    """Tell scans of one parcel in one second apart: by all that they say, since no field is a number of its own.

    So no two rows are different tellings of one scan, and the log need not ask which is the better one.
    """
    return pl.concat_str("event", "reason", "raw_code", "raw_text", "location", separator=SEPARATOR_OF_WORDS)


def _with_voids(columns: pl.DataFrame, zone: tzinfo) -> pl.DataFrame:
    """Put the id of the event in `voids` where the row takes one back, and set its identity apart from that event's."""
    taken_back = columns["voids"] != ""
    if not taken_back.any():
        return columns
    at = instants(columns["voids"], zone).at
    no_time = taken_back & at.is_null()
    told = columns.select(
        pl.concat_str("namespace", "waybill", at.dt.epoch("us").cast(_TEXT), "identity", separator=SEPARATOR)
    ).to_series()
    ids = [digest(one).hex() if voids and one is not None else "" for one, voids in zip(told, taken_back, strict=True)]
    return columns.with_columns(
        pl.Series("voids", ids, dtype=_TEXT),
        pl.when(taken_back).then("voids " + pl.col("identity")).otherwise("identity").alias("identity"),
        pl.when(no_time & (pl.col("unreadable") == ""))
        .then(pl.lit("voids_unreadable"))
        .otherwise("unreadable")
        .alias("unreadable"),
    )
