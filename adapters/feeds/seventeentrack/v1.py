"""17TRACK's old shape, read into parcels: pushes and query answers alike. Its keys are single letters.

`a` is the time, `c` the country, `d` the place and `z` the text of an event; `e` is the state of the whole parcel. The
events of the two carriers stand in two lists (z1 and z2, or z9), and z0 repeats the newest, so it is read only where
no list is. The times have no zone: nobody documents whose they are, so they are the feed's.
"""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from adapters.feeds.envelope import entries, find, text_of
from adapters.feeds.seventeentrack.parcels import Parcel, Scan, as_written, path_to, pushed
from adapters.feeds.seventeentrack.shapes import EVENT_LISTS, is_v1, is_v1_push
from adapters.feeds.times import moment

_CARRIER = {"z1": "w1", "z2": "w2", "z0": "w1"}  # which field names the carrier of a list


def parcels(root: object, zone: tzinfo) -> Iterator[Parcel]:
    """Read every parcel of a payload."""
    for where, node in find(root, is_v1):
        if is_v1_push(node):
            yield from pushed(node, where, zone, _parcel)
        else:
            yield _parcel(node, where, zone)


def _parcel(node: dict[str, Any], where: str, zone: tzinfo) -> Parcel:
    track = node.get("track")
    number = text_of(node.get("number")) or text_of(node.get("no"))
    if not isinstance(track, dict):
        return Parcel(number)
    path = path_to(where, "track")
    lists = tuple(_scans(track, name, path, zone) for name in EVENT_LISTS)
    return Parcel(
        waybill=number,
        lists=lists if any(lists) else (_scans(track, "z0", path, zone),),
        code=text_of(track.get("e")),
        code_where=path_to(path, "e"),
        code_raw={key: value for key, value in track.items() if key not in {"z0", *EVENT_LISTS}},
    )


def _scans(track: dict[str, Any], name: str, where: str, zone: tzinfo) -> tuple[Scan, ...]:
    carrier = text_of(track.get(_CARRIER.get(name, "")))
    return tuple(_scan(path, item, carrier, zone) for path, item in entries(track, name, where))


def _scan(where: str, item: object, carrier: str, zone: tzinfo) -> Scan:
    if not isinstance(item, dict):
        return Scan(where, item, carrier=carrier, unreadable="not_an_object")
    written = as_written(item.get("a"))
    return Scan(
        where,
        item,
        written=written,
        read=moment(written, zone),
        text=as_written(item.get("z")),
        location=", ".join(part for key in ("d", "c") if (part := text_of(item.get(key)))),
        carrier=carrier,
    )
