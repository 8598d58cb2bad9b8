"""ZTO's traces as tracking records. Pure; codes stand in codes, shapes in shapes.

Decisions that the payloads leave open:

- The scan type decides; the text gives the reason of a problem and says who or what took a signed parcel. A type in
  no table is never read by its text. A scan without a type is.
- The newer interface writes a scan's time in milliseconds since 1970, the older one as a naive text of whole seconds:
  fractions are dropped, so that both tell one event.
- Identity is the scan type and the text, because one second may hold two scans with one text.
"""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, NamedTuple

from adapters.feeds.chinese import CHINESE
from adapters.feeds.envelope import UnreadableEnvelope, entries, find, text_of
from adapters.feeds.meanings import UNKNOWN, Understood, understood, understood_from_text
from adapters.feeds.order import chronological, places_within_second
from adapters.feeds.place import place_named
from adapters.feeds.times import Moment, epoch_moment, moment
from adapters.feeds.zto.codes import CODES, MAPPING_VERSION, RETURN, SIGNATURE, kind_of_return
from adapters.feeds.zto.shapes import SCANS, TRACES, holds_scans, holds_traces, is_envelope, is_told
from schemas.tracking import TrackingRecord, Translation

NAMESPACE = "zto"
CARRIER = "ZTO"

_GOOD = "0000"


class _Scan(NamedTuple):
    """One scan: its path, what stands there, and the waybill that it belongs to."""

    where: str
    item: Any
    waybill: str


def translate(root: object, *, source: str, zone: tzinfo) -> Translation:
    """Translate an answer of either interface, however it is wrapped.

    Raises:
        UnreadableEnvelope: no_envelope, when nothing of ZTO's is in it.

    """
    told = list(find(root, lambda node: is_told(node) or holds_scans(node)))
    records = [record for scans in _parcels(told) for record in _records(scans, source, zone)]
    envelopes = [node for _, node in find(root, is_envelope)]
    if not told and not envelopes:
        raise UnreadableEnvelope("no_envelope", "body", "no ZTO trace or answer is in it")
    troubles = [trouble for node in envelopes if (trouble := _trouble(node))]
    answer = "ok" if records else "; ".join(dict.fromkeys(troubles)) or "ok"
    return Translation(records=tuple(records), answer=answer)


def _parcels(told: list[tuple[str, dict[str, Any]]]) -> Iterator[list[_Scan]]:
    """Give the scans of each parcel together, wherever they are listed."""
    parcels: dict[str, list[_Scan]] = {}
    for where, node in told:
        for scan in _scans(where, node):
            parcels.setdefault(scan.waybill, []).append(scan)
    yield from parcels.values()


def _scans(where: str, item: Any) -> Iterator[_Scan]:
    """Give the scans that stand in an object, or whatever it is, which then is one that cannot be read."""
    told = item if isinstance(item, dict) else {}
    waybill = text_of(told.get("billCode"))
    if holds_traces(told):
        yield from (_Scan(path, trace, waybill) for path, trace in entries(told, TRACES, where))
    elif holds_scans(told):
        for path, entry in entries(told, SCANS, where):
            yield from _scans(path, entry)
    else:
        yield _Scan(where, item, waybill)


def _records(scans: list[_Scan], source: str, zone: tzinfo) -> list[TrackingRecord]:
    read = [_time(scan.item.get("scanDate"), zone) if isinstance(scan.item, dict) else None for scan in scans]
    times = [time.at if time else None for time in read]
    places = places_within_second(times, chronological(times, newest_first=False))
    return [
        _record(scan, source, time=time, place=place) for scan, time, place in zip(scans, read, places, strict=True)
    ]


def _time(value: object, zone: tzinfo) -> Moment | None:
    written = value.strip() if isinstance(value, str) else value
    told = epoch_moment(written, per_second=1000)
    if told is not None:
        return told._replace(at=told.at.replace(microsecond=0))
    return moment(written, zone) if isinstance(written, str) else None


def _record(scan: _Scan, source: str, *, time: Moment | None, place: str) -> TrackingRecord:
    bare = TrackingRecord(
        where=scan.where,
        namespace=NAMESPACE,
        source=source,
        waybill=scan.waybill,
        carrier=CARRIER,
        mapping_version=MAPPING_VERSION,
        raw=scan.item,
    )
    item = scan.item
    if not isinstance(item, dict):
        return bare.model_copy(update={"unreadable": "not_an_object"})
    code = text_of(item.get("scanType"))
    code = kind_of_return(text_of(item.get("returnType"))) if code == RETURN else code
    text = _as_written(item.get("desc")) or _as_written(item.get("remark"))
    event, reason, confidence = _understood(code, text, item)
    told = {
        "waybill": scan.waybill or text_of(item.get("billCode")),
        "occurred_text": _as_written(item.get("scanDate")),
        "occurred_at": time.at if time else None,
        "clock": time.clock if time else "declared",
        "event": event,
        "reason": reason,
        "confidence": confidence,
        "raw_code": code,
        "raw_text": text,
        "location": _place(item) or place_named(text),
        "sequence": place,
        "identity": f"{code} {' '.join(text.split())}",
    }
    return bare.model_copy(update=told)


def _as_written(value: object) -> str:
    return value if isinstance(value, str) else text_of(value)


def _place(item: dict[str, Any]) -> str:
    site = item.get("scanSite")
    if isinstance(site, dict):
        return text_of(site.get("name")) or text_of(site.get("city"))
    return text_of(site) or text_of(item.get("scanCity"))


def _understood(code: str, text: str, item: dict[str, Any]) -> Understood:
    if not code:
        return understood_from_text(text, CHINESE)
    meaning = CODES.get(code)
    if meaning is None:
        return UNKNOWN
    signer, remark = text_of(item.get("signMan")), text_of(item.get("remark"))
    said = [text, f"签收人：{signer}" if signer and code == SIGNATURE else "", remark if remark != text.strip() else ""]
    return understood(meaning, "，".join(filter(None, said)), CHINESE)


def _trouble(envelope: dict[str, Any]) -> str:
    """Give what an envelope says instead of traces: why it refused, or that it has none."""
    said = text_of(envelope.get("message")) or text_of(envelope.get("msg"))
    code = text_of(envelope.get("statusCode"))
    if envelope["status"] and (code == _GOOD or not said):
        return ""
    return ": ".join(filter(None, [code, said])) or "refused without a reason"
