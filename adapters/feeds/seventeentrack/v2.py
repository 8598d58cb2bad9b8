"""17TRACK's present shape, read into parcels: pushes and query answers alike.

Each carrier of a parcel lists its events, so that one event may stand in several lists; all of them are read, and the
copies share an identity. `latest_event` repeats a listed event, so it is read only where no list is.

An event's time is told with an offset, and again in UTC. The first that names its zone is taken; a time that does not
is the feed's own, but the field of the UTC time says by its name what it is.
"""

from collections.abc import Iterator
from datetime import UTC, tzinfo
from typing import Any

from adapters.feeds.envelope import entries, find, text_of
from adapters.feeds.seventeentrack.parcels import Parcel, Promised, Scan, as_written, path_to, pushed
from adapters.feeds.seventeentrack.shapes import is_v2, is_v2_push
from adapters.feeds.times import Moment, end_of_promise, moment

_MIDNIGHT = "T00:00:00"


def parcels(root: object, zone: tzinfo) -> Iterator[Parcel]:
    """Read every parcel of a payload."""
    for where, node in find(root, is_v2):
        if is_v2_push(node):
            yield from pushed(node, where, zone, _parcel)
        else:
            yield _parcel(node, where, zone)


def _parcel(node: dict[str, Any], where: str, zone: tzinfo) -> Parcel:
    number, info = text_of(node.get("number")), node.get("track_info")
    if not isinstance(info, dict):
        return Parcel(number)
    path = path_to(where, "track_info")
    carrier = text_of(node.get("carrier"))
    lists = _lists(info, path, carrier, zone)
    status = _object(info, "latest_status")
    key = "sub_status" if text_of(status.get("sub_status")) else "status"
    return Parcel(
        waybill=number,
        lists=lists if any(lists) else (_scans(info, "latest_event", path, carrier, zone),),
        code=text_of(status.get(key)),
        code_where=path_to(path, f"latest_status.{key}"),
        code_text=text_of(status.get("sub_status_descr")),
        code_raw=info.get("latest_status"),
        promised=_promised(info, path, zone),
    )


def _object(holder: dict[str, Any], key: str) -> dict[str, Any]:
    value = holder.get(key)
    return value if isinstance(value, dict) else {}


def _lists(info: dict[str, Any], where: str, carrier: str, zone: tzinfo) -> tuple[tuple[Scan, ...], ...]:
    told = entries(_object(info, "tracking"), "providers", path_to(where, "tracking"))
    return tuple(
        _scans(item, "events", path, text_of(_object(item, "provider").get("key")) or carrier, zone)
        if isinstance(item, dict)
        else (Scan(path, item, unreadable="not_an_object"),)
        for path, item in told
    )


def _scans(holder: dict[str, Any], key: str, where: str, carrier: str, zone: tzinfo) -> tuple[Scan, ...]:
    return tuple(_scan(path, item, carrier, zone) for path, item in entries(holder, key, where))


def _scan(where: str, item: object, carrier: str, zone: tzinfo) -> Scan:
    if not isinstance(item, dict):
        return Scan(where, item, carrier=carrier, unreadable="not_an_object")
    written, read = _time(item, zone)
    address = _object(item, "address")
    place = ", ".join(part for key in ("city", "state", "country") if (part := text_of(address.get(key))))
    return Scan(
        where,
        item,
        written=written,
        read=read,
        code=text_of(item.get("sub_status")) or text_of(item.get("stage")),
        text=as_written(item.get("description")),
        location=text_of(item.get("location")) or place,
        carrier=carrier,
    )


def _time(item: dict[str, Any], zone: tzinfo) -> tuple[str, Moment | None]:
    local, utc = as_written(item.get("time_iso")), as_written(item.get("time_utc"))
    read = moment(local, zone)
    if read is not None and read.clock == "told":
        return local, read
    in_utc = moment(utc, UTC)
    if in_utc is not None:
        return utc, Moment(in_utc.at, "told")
    return local or utc, read


def _promised(info: dict[str, Any], where: str, zone: tzinfo) -> Promised | None:
    """Read the end of the window in which a carrier says it will deliver; what 17TRACK foresees is no promise."""
    window = _object(_object(info, "time_metrics"), "estimated_delivery_date")
    if "17track" in text_of(window.get("source")).lower():
        return None
    for key in ("to", "from"):
        text = text_of(window.get(key))
        day, midnight, _ = text.partition(_MIDNIGHT)
        read = end_of_promise(day if midnight else text, zone)  # midnight stands for a day without an hour
        if read is not None:
            return Promised(path_to(where, f"time_metrics.estimated_delivery_date.{key}"), read)
    return None
