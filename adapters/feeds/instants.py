"""Whole columns of times, read as `times.moment` reads one of them."""

from datetime import tzinfo
from typing import NamedTuple

import polars as pl

from adapters.feeds.times import moment

INSTANT = pl.Datetime("us", "UTC")

# The one spelling that machines write, with an offset, in years that no offset carries out of the calendar; every other
# text is read one by one, each distinct one once.
_COMMON = "^[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-5][0-9][+-][0-9]{2}:[0-5][0-9]$"
_COMMON_FORMAT = "%Y-%m-%dT%H:%M:%S%z"


class Instants(NamedTuple):
    """The moments of a column of texts (null where a text is no time), and how the zone of each is known."""

    at: pl.Series
    clock: pl.Series


def instants(texts: pl.Series, zone: tzinfo) -> Instants:
    """Read a column of texts."""
    common = texts.set(~texts.str.contains(_COMMON).fill_null(value=False), None)
    at = common.str.to_datetime(_COMMON_FORMAT, time_unit="us", time_zone="UTC", strict=False)
    others = texts.filter(at.is_null()).unique().to_list()
    if not others:
        return Instants(at, pl.repeat("told", len(texts), eager=True))
    read = {text: moment(text, zone) for text in others if text}
    known = {text: one for text, one in read.items() if one is not None}
    slow = texts.replace_strict(list(known), [one.at for one in known.values()], default=None, return_dtype=INSTANT)
    told = [text for text, one in known.items() if one.clock == "told"]
    clock = pl.select(
        pl.when(at.is_not_null() | texts.is_in(pl.Series(told, dtype=pl.String).implode()))
        .then(pl.lit("told"))
        .otherwise(pl.lit("declared"))
    ).to_series()
    return Instants(at.zip_with(at.is_not_null(), slow) if known else at, clock)
