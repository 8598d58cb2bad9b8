"""The quality checks on a frame of records, in this process, with nothing between."""

from typing import Any

import polars as pl

from expectations import judge as judging
from expectations.frame import checked_columns
from schemas.quality import BatchBounds, Verdict


def columns_of(frame: pl.DataFrame) -> Any:
    """Give the columns of a frame that the suite asks about, as an Arrow table."""
    return checked_columns(frame).to_arrow(compat_level=pl.CompatLevel.oldest())


def judge(frame: pl.DataFrame, *, parameters: BatchBounds) -> Verdict:
    """Judge a batch of records that `record_frame` has laid out."""
    return judging.judge(columns_of(frame), parameters=parameters)
