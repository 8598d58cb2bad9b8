"""SF Express route pushes and route query answers as tracking records, in JSON and in XML. Pure; codes stand in codes.

SF spells one field in several ways (acceptTime and accept_time, opCode and opcode, mailno, mailNo and wayBillNo) and
sends query answers as text inside its gateway's envelope. Decisions that the payloads leave open:

- The code decides; the text gives the reason of a failed delivery (70, 33) and says who or what took a signed parcel
  (80). A code in no table is never read by its text. A record with no code at all is.
- 8000, "the signature can be seen", comes seconds after 80. There is no event for a note, and any other event would
  move the shipment's state away from delivered: so it repeats the event of its 80 where that is in the same payload,
  and is DELIVERED where it comes alone. It never adds a way of delivery of its own.
- Identity is code and text, because one second may hold two events with one text. A push's `id` is its order within
  the second; a query has none, so the place in its list serves.
- An `orderState` entry has no time of its own, only the latest time for collection: it is refused later, not dated.
"""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, NamedTuple

from adapters.feeds.chinese import CHINESE
from adapters.feeds.envelope import UnreadableEnvelope, entries, find, text_of
from adapters.feeds.meanings import UNKNOWN, Understood, understood, understood_from_text
from adapters.feeds.order import chronological, places_within_second
from adapters.feeds.place import place_named
from adapters.feeds.sf.answers import is_answer, trouble
from adapters.feeds.sf.codes import CODES, MAPPING_VERSION, SIGNATURE_NOTE, SIGNED
from adapters.feeds.sf.shapes import OPENERS, ROUTE_LISTS, fields_of, folded, holds_routes, is_route
from adapters.feeds.times import utc_time
from schemas.tracking import TrackingRecord, Translation

NAMESPACE = "sf"
CARRIER = "SF"


class _Route(NamedTuple):
    """One entry of a list of routes: its path, what stands there, and the waybill that its list belongs to."""

    where: str
    item: Any
    waybill: str


def translate(root: object, *, source: str, zone: tzinfo) -> Translation:
    """Translate a push or a query answer, however it is wrapped.

    Raises:
        UnreadableEnvelope: no_envelope, when nothing of SF's is in it.

    """
    holders = list(find(root, holds_routes, openers=OPENERS))
    records = [record for routes in _lists(holders) for record in _records(routes, source, zone)]
    if records:
        return Translation(records=tuple(_with_notes_in_place(records)))
    troubles = [trouble(node) for _, node in find(root, lambda node: bool(trouble(node)), openers=OPENERS)]
    if not holders and not troubles and next(find(root, is_answer, openers=OPENERS), None) is None:
        raise UnreadableEnvelope("no_envelope", "body", "no SF route or answer is in it")
    return Translation(records=(), answer="; ".join(dict.fromkeys(troubles)) or "ok")


def _lists(holders: list[tuple[str, dict[str, Any]]]) -> Iterator[list[_Route]]:
    bare = [_Route(where, holder, "") for where, holder in holders if is_route(holder)]
    if bare:
        yield bare
    for where, holder in holders:
        if not is_route(holder):
            yield _listed(where, holder)


def _listed(where: str, holder: dict[str, Any]) -> list[_Route]:
    waybill = _waybill(fields_of(holder))
    return [
        _Route(path, item, waybill)
        for key in holder
        if folded(key) in ROUTE_LISTS
        for path, item in entries(holder, key, where)
    ]


def _waybill(fields: dict[str, Any]) -> str:
    return text_of(fields.get("mailno")) or text_of(fields.get("waybillno"))


def _records(routes: list[_Route], source: str, zone: tzinfo) -> list[TrackingRecord]:
    read = [fields_of(route.item) if isinstance(route.item, dict) else {} for route in routes]
    texts = [_as_written(fields.get("accepttime") or fields.get("scandatetime")) for fields in read]
    times = [utc_time(text, zone) for text in texts]
    places = places_within_second(times, chronological(times, newest_first=False))
    records = []
    for route, fields, text, time, place in zip(routes, read, texts, times, places, strict=True):
        if not isinstance(route.item, dict):
            records.append(_unreadable(route, source))
            continue
        code = text_of(fields.get("opcode")) or text_of(fields.get("orderstatecode"))
        remark = _as_written(fields.get("remark") or fields.get("orderstatedesc"))
        event, reason, confidence = _understood(code, remark, text_of(fields.get("reasonname")))
        record = TrackingRecord(
            where=route.where,
            namespace=NAMESPACE,
            source=source,
            waybill=_waybill(fields) or route.waybill,
            carrier=CARRIER,
            occurred_text=text,
            occurred_at=time,
            event=event,
            reason=reason,
            confidence=confidence,
            raw_code=code,
            raw_text=remark,
            location=text_of(fields.get("acceptaddress")) or place_named(remark),
            sequence=text_of(fields.get("id")) or place,
            identity=f"{code} {' '.join(remark.split())}",
            mapping_version=MAPPING_VERSION,
            raw=route.item,
        )
        records.append(record)
    return records


def _as_written(value: object) -> str:
    return value if isinstance(value, str) else text_of(value)


def _unreadable(route: _Route, source: str) -> TrackingRecord:
    return TrackingRecord(
        where=route.where,
        namespace=NAMESPACE,
        source=source,
        waybill=route.waybill,
        carrier=CARRIER,
        mapping_version=MAPPING_VERSION,
        unreadable="not_an_object",
        raw=route.item,
    )


def _understood(code: str, remark: str, reason_name: str) -> Understood:
    if not code:
        return understood_from_text(remark, CHINESE)
    meaning = CODES.get(code)
    if meaning is None:
        return UNKNOWN
    return understood(meaning, f"{reason_name}，{remark}" if reason_name else remark, CHINESE)


def _with_notes_in_place(records: list[TrackingRecord]) -> list[TrackingRecord]:
    signed = {record.waybill: record.event for record in records if record.raw_code == SIGNED}
    return [
        record.model_copy(update={"event": signed[record.waybill]})
        if record.raw_code == SIGNATURE_NOTE and record.waybill in signed
        else record
        for record in records
    ]
