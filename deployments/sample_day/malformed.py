"""What goes wrong in records on their way: the kinds of malformed record, and how a good one is spoilt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random

from deployments.sample_day.clock import written

OVERLONG_CHARACTERS = 6_000
MALFORMED_SHARE = 0.007  # of the records


class Malformation(StrEnum):
    """Why a record cannot be used."""

    EMPTY_WAYBILL = "empty_waybill"
    ZERO_TIME = "zero_time"
    FUTURE_TIME = "future_time"
    MISSING_TIME = "missing_time"
    NOT_AN_OBJECT = "not_an_object"
    OVERLONG_TEXT = "overlong_text"
    CONTROL_CHARACTERS = "control_characters"


# What XML cannot carry: a bare number among elements, and characters that XML 1.0 does not have.
JSON_ONLY = frozenset({Malformation.NOT_AN_OBJECT, Malformation.CONTROL_CHARACTERS})


@dataclass(frozen=True)
class Fields:
    """What a feed calls the parts of a record, as far as a record of it has them."""

    times: tuple[str, ...]
    text: str
    waybill: str | None = None
    number: str | None = None  # the sender's own number of the record


def spoil(record: Mapping[str, object], kind: Malformation, *, fields: Fields, now: datetime, rng: Random) -> object:
    """Make a malformed copy of a good record."""
    spoilt = dict(record)
    if fields.number:  # it is a record of its own, not a second copy of the good one
        spoilt[fields.number] = f"{record[fields.number]}9"
    match kind:
        case Malformation.EMPTY_WAYBILL:
            if fields.waybill:
                spoilt[fields.waybill] = ""
        case Malformation.ZERO_TIME:
            spoilt |= dict.fromkeys(fields.times, "0000-00-00 00:00:00")
        case Malformation.FUTURE_TIME:
            ahead = now + timedelta(days=rng.randint(20, 400))
            spoilt |= dict.fromkeys(fields.times, written(ahead))
        case Malformation.MISSING_TIME:
            spoilt = {name: value for name, value in spoilt.items() if name not in fields.times}
        case Malformation.NOT_AN_OBJECT:
            return rng.randint(1, 99_999)
        case Malformation.OVERLONG_TEXT:
            text = f"{record[fields.text]}，备注：请再次核对收件信息"
            spoilt[fields.text] = (text * OVERLONG_CHARACTERS)[:OVERLONG_CHARACTERS]
        case Malformation.CONTROL_CHARACTERS:
            spoilt[fields.text] = f"{record[fields.text]}\x00\x1b[0m\x07"
    return spoilt
