"""The columns that the suite of calls asks about. No check belongs here.

Needs neither Great Expectations nor what it brings, because it runs where the file is read. The caller's number stays
behind: nothing is asked of it.
"""

from datetime import datetime

import polars as pl

from expectations.frame import CONTROL_CHARACTER, INSTANT

KEY_SEPARATOR = "\n"  # in no field: a field ends with its line

_WORDS = ("unreadable", "centre", "call_id", "medium", "direction", "hung_up_by")
_MEASURED = ("started_at_text", "answered_at_text", "ended_at_text", "rings_text", "queue", "agent")
_STORED = ("centre", "call_id", "queue", "agent")

CHECKED_CALLS = pl.Schema(
    [
        *((name, pl.String) for name in _WORDS),
        *((f"{name}_length", pl.Float64) for name in _MEASURED),  # in characters; null where there is none
        ("started_at", INSTANT),
        ("answered_at", INSTANT),
        ("ended_at", INSTANT),
        ("rings", pl.Float64),
        ("seconds_ahead", pl.Float64),  # by how much the latest of its times lies after its receipt
        ("seconds_to_answer", pl.Float64),
        ("seconds_to_end", pl.Float64),  # since it was answered, else since it began
        ("seconds_in_all", pl.Float64),
        ("control_characters", pl.Int64),
        ("call", pl.String),  # centre and number: what names a call
    ]
)


def checked_call_columns(frame: pl.DataFrame, *, received_at: datetime) -> pl.DataFrame:
    """Give the columns that the suite asks about, as CHECKED_CALLS lists them; an absent text is null."""
    latest = pl.max_horizontal("started_at", "answered_at", "ended_at")
    named = (pl.col("centre") != "") & (pl.col("call_id") != "")
    return frame.select(
        *(pl.when(pl.col(name) != "").then(pl.col(name)).alias(name) for name in _WORDS),
        *(pl.when(pl.col(name) != "").then(pl.col(name).str.len_chars()).alias(f"{name}_length") for name in _MEASURED),
        "started_at",
        "answered_at",
        "ended_at",
        "rings",
        _seconds(latest - pl.lit(received_at)).alias("seconds_ahead"),
        _seconds(pl.col("answered_at") - pl.col("started_at")).alias("seconds_to_answer"),
        _seconds(pl.col("ended_at") - pl.coalesce("answered_at", "started_at")).alias("seconds_to_end"),
        _seconds(latest - pl.col("started_at")).alias("seconds_in_all"),
        pl.concat_str(_STORED, separator="\n").str.count_matches(CONTROL_CHARACTER).alias("control_characters"),
        pl.when(named).then(pl.concat_str("centre", "call_id", separator=KEY_SEPARATOR)).alias("call"),
    ).cast(CHECKED_CALLS)


def _seconds(length: pl.Expr) -> pl.Expr:
    return length.dt.total_microseconds() / 1e6
