"""The parcels of a Kdniao payload: each one's answer, with what stands around it. Records are made in translate."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, NamedTuple

from adapters.feeds.envelope import entries, text_of
from adapters.feeds.kdniao.shapes import field, has_own_names, is_push, key
from adapters.feeds.times import Moment, moment


class Time(NamedTuple):
    """A time as it was written and, where it could be read, the moment that it is."""

    text: str
    read: Moment | None


class Parcel(NamedTuple):
    """One parcel's answer, where it stood, and when it was pushed, if it was."""

    where: str
    body: dict[str, Any]
    pushed: Time
    waybill: str
    carrier: str


def parcels(node: dict[str, Any], where: str, zone: tzinfo) -> Iterator[Parcel]:
    """Give each parcel's answer; a refusal is one of no parcel."""
    if not is_push(node):
        yield _parcel(node, where, Time("", None))
        return
    pushed = time_written(field(node, "PushTime"), zone)
    for path, body in entries(node, key(node, "Data"), where):
        if isinstance(body, dict):
            yield _parcel(body, path, pushed)


def _parcel(body: dict[str, Any], where: str, pushed: Time) -> Parcel:
    return Parcel(
        where=where,
        body=body,
        pushed=pushed,
        waybill=text_of(field(body, "LogisticCode")) or text_of(body.get("outWaybillNo")),
        carrier=text_of(field(body, "ShipperCode")) or text_of(body.get("carrierCode")),
    )


def time_written(value: object, zone: tzinfo) -> Time:
    """Read a time, keeping it as it was written."""
    text = value if isinstance(value, str) else text_of(value)
    return Time(text, moment(text.strip(), zone))


def state_of(body: dict[str, Any]) -> str:
    """Give the state of a parcel, the paid one before the free one; none where the states may be somebody else's."""
    if not has_own_names(body):
        return ""
    return text_of(field(body, "StateEx")) or text_of(field(body, "State"))
