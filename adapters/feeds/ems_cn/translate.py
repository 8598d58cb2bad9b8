"""China EMS's traces as tracking records. Pure; the wordings stand in the books.

Decisions that the payloads leave open:

- The waybill is not in the answer but in the object that the client keeps it in (shapes). An answer that comes bare, as
  a file, has records without a waybill, which the quality checks refuse.
- There is no code: the remark tells the event, and a remark that no row reads is unknown. The address, often in pinyin
  with the number of the office behind it, is the location as it is written, and is never read.
- Times have no zone and are China's, also of scans abroad.
- Identity is the remark. Asked in another language the same scan has another one, so an installation asks in one.
- A number without traces is answered by `null` or by an empty list: nothing is known of it.
"""

from datetime import tzinfo
from typing import Any, NamedTuple

from adapters.feeds.ems_cn.codes import BOOK, MAPPING_VERSION
from adapters.feeds.ems_cn.shapes import Part, first, is_refusal, parts, traces
from adapters.feeds.envelope import UnreadableEnvelope
from adapters.feeds.meanings import understood_from_text
from adapters.feeds.order import chronological, places_within_second
from adapters.feeds.times import Moment, moment
from schemas.tracking import TrackingRecord, Translation

NAMESPACE = "ems"
CARRIER = "EMS"
UNKNOWN_NUMBER = "nothing is known of this number"


class _Trace(NamedTuple):
    """One trace as it was read: its path, what stands there, the parcel, and its time as written and as understood."""

    where: str
    item: Any
    waybill: str
    written: str
    read: Moment | None


def translate(root: object, *, source: str, zone: tzinfo) -> Translation:
    """Translate an answer, bare or kept with the number that was asked for.

    Raises:
        UnreadableEnvelope: no_envelope, when no answer of China EMS's is in it; what xml_root raises for a kept answer.

    """
    if root is None:
        return Translation(records=(), answer=UNKNOWN_NUMBER)
    found = parts(root)
    if not found:
        raise UnreadableEnvelope("no_envelope", "body", "no answer of China EMS's is in it")
    records = [record for part in found for record in _records(part, source, zone)]
    answers = dict.fromkeys(answer for part in found if (answer := _answer(part)))
    return Translation(records=tuple(records), answer="; ".join(answers) or "ok")


def _answer(part: Part) -> str:
    if is_refusal(part.node):
        response = part.node["response"]
        return f"{first(response, 'code')}: {first(response, 'description')}"
    return "" if traces(part.node, part.where) else UNKNOWN_NUMBER


def _records(part: Part, source: str, zone: tzinfo) -> list[TrackingRecord]:
    listed = [_trace(where, item, part.waybill, zone) for where, item in traces(part.node, part.where)]
    times = [trace.read.at if trace.read else None for trace in listed]
    places = places_within_second(times, chronological(times, newest_first=False))
    return [
        _record(trace, place, source) if isinstance(trace.item, dict) else _unreadable(trace, source)
        for trace, place in zip(listed, places, strict=True)
    ]


def _trace(where: str, item: Any, waybill: str, zone: tzinfo) -> _Trace:
    written = first(item, "acceptTime") if isinstance(item, dict) else ""
    return _Trace(where, item, waybill, written, moment(written, zone))


def _unreadable(trace: _Trace, source: str) -> TrackingRecord:
    return TrackingRecord(
        where=trace.where,
        namespace=NAMESPACE,
        source=source,
        waybill=trace.waybill,
        carrier=CARRIER,
        mapping_version=MAPPING_VERSION,
        unreadable="not_an_object",
        raw=trace.item,
    )


def _record(trace: _Trace, place: str, source: str) -> TrackingRecord:
    remark = first(trace.item, "remark")
    event, reason, confidence = understood_from_text(remark, BOOK)
    return TrackingRecord(
        where=trace.where,
        namespace=NAMESPACE,
        source=source,
        waybill=trace.waybill,
        carrier=CARRIER,
        occurred_text=trace.written,
        occurred_at=trace.read.at if trace.read else None,
        clock=trace.read.clock if trace.read else "declared",
        event=event,
        reason=reason,
        confidence=confidence,
        raw_text=remark,
        location=first(trace.item, "acceptAddress"),
        sequence=place,
        identity=" ".join(remark.split()),
        mapping_version=MAPPING_VERSION,
        raw=trace.item,
    )
