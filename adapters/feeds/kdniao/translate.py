"""Kdniao pushes and query answers as tracking records. Pure; codes stand in codes, shapes in shapes.

Decisions that the payloads leave open:

- A record's own `Action` decides, then its text. `StateEx`, and without it `State`, speaks only of the newest record,
  and only where that record has no action: "delivered" over a list that ends with the collection dates no delivery.
- Middleware that keeps only the records numbers the states anew (5 for "out for delivery"): only the actions are
  taken from it, and the states of answers whose own fields have Kdniao's names.
- 402, 403 and 401 are the provider's conclusions: beside the scans they become a signal record at the time of the
  newest one. State 0, "no trace yet", contradicts a list of scans and says nothing there.
- A signal without a scan has the time of the push that tells it. A query tells none: no record, and the answer says it.
- Identity is the text, not the code: a free answer without actions and a paid push with them tell one event.
"""

from collections.abc import Iterable, Iterator
from datetime import tzinfo
from typing import Any, NamedTuple

from adapters.feeds.chinese import CHINESE
from adapters.feeds.envelope import UnreadableEnvelope, entries, find, text_of
from adapters.feeds.kdniao.codes import CODES, LAGGING_STATES, MAPPING_VERSION, NO_TRACE_YET, SIGNAL_STATES
from adapters.feeds.kdniao.parcels import Parcel, Time, parcels, state_of, time_written
from adapters.feeds.kdniao.shapes import OPENERS, field, is_known, is_push, key
from adapters.feeds.meanings import UNKNOWN, Understood, understood, understood_from_text
from adapters.feeds.order import chronological, newest, places_within_second
from adapters.feeds.place import place_named
from adapters.feeds.times import Moment, end_of_promise
from schemas.tracking import SIGNALS, CarrierPromise, TrackingRecord, Translation

NAMESPACE = "kdniao"


class _Feed(NamedTuple):
    """What every record of one payload shares."""

    source: str
    zone: tzinfo


def translate(root: object, *, source: str, zone: tzinfo) -> Translation:
    """Translate a push or a query answer, however it is wrapped.

    Raises:
        UnreadableEnvelope: no_envelope, when nothing of Kdniao's is in it.

    """
    feed = _Feed(source, zone)
    records: list[TrackingRecord] = []
    promises: list[CarrierPromise] = []
    troubles: list[str] = []
    found = False
    for where, node in find(root, is_known, openers=OPENERS):
        found = True
        for parcel in parcels(node, where, zone):
            told = _records(parcel, feed)
            records += told
            promises += _promises(parcel, zone)
            troubles += [] if told else _troubles(parcel.body)
        records += _strays(node, where, feed)
    if not found:
        raise UnreadableEnvelope("no_envelope", "body", "no Kdniao push or answer is in it")
    answer = "; ".join(dict.fromkeys(troubles)) or "ok"
    return Translation(records=tuple(records), promises=tuple(promises), answer=answer)


def _strays(node: dict[str, Any], where: str, feed: _Feed) -> list[TrackingRecord]:
    """Keep what stands in a push where a parcel's answer should."""
    listed = entries(node, key(node, "Data"), where) if is_push(node) else []
    strays = [(Parcel(path, {}, Time("", None), "", ""), body) for path, body in listed if not isinstance(body, dict)]
    return [_no_object(parcel, feed, parcel.where, body) for parcel, body in strays]


def _records(parcel: Parcel, feed: _Feed) -> list[TrackingRecord]:
    items = entries(parcel.body, key(parcel.body, "Traces"), parcel.where)
    read = [time_written(field(item, "AcceptTime") if isinstance(item, dict) else None, feed.zone) for _, item in items]
    times = [time.read.at if time.read else None for time in read]
    positions = chronological(times, newest_first=False)
    places = places_within_second(times, positions)
    state = state_of(parcel.body)
    latest = newest(times, positions)
    records = [
        _record(parcel, feed, item, where=where, time=read[n], place=places[n], state=state if n == latest else "")
        for n, (where, item) in enumerate(items)
    ]
    return records + _signals(parcel, feed, state, records)


def _record(
    parcel: Parcel, feed: _Feed, item: object, *, where: str, time: Time, place: str, state: str
) -> TrackingRecord:
    if not isinstance(item, dict):
        return _no_object(parcel, feed, where, item)
    text = _text(item)
    raw_code, (event, reason, confidence) = _understood(text_of(field(item, "Action")), text, state)
    return TrackingRecord(
        where=where,
        namespace=NAMESPACE,
        source=feed.source,
        waybill=parcel.waybill,
        carrier=parcel.carrier,
        occurred_text=time.text,
        occurred_at=time.read.at if time.read else None,
        clock=time.read.clock if time.read else "declared",
        event=event,
        reason=reason,
        confidence=confidence,
        raw_code=raw_code,
        raw_text=text,
        location=text_of(field(item, "Location")) or place_named(text),
        sequence=place,
        identity=f"signal:{event}" if event in SIGNALS else " ".join(text.split()),
        mapping_version=MAPPING_VERSION,
        raw=item,
    )


def _bare(parcel: Parcel, feed: _Feed, where: str) -> TrackingRecord:
    return TrackingRecord(
        where=where,
        namespace=NAMESPACE,
        source=feed.source,
        waybill=parcel.waybill,
        carrier=parcel.carrier,
        mapping_version=MAPPING_VERSION,
    )


def _no_object(parcel: Parcel, feed: _Feed, where: str, item: object) -> TrackingRecord:
    return _bare(parcel, feed, where).model_copy(update={"unreadable": "not_an_object", "raw": item})


def _text(item: dict[str, Any]) -> str:
    for value in (field(item, "AcceptStation"), field(item, "Remark")):
        text = value if isinstance(value, str) else text_of(value)
        if text.strip():
            return text
    return ""


def _understood(action: str, text: str, state: str) -> tuple[str, Understood]:
    if action and action != NO_TRACE_YET:
        return action, _by_code(action, text)
    if state in LAGGING_STATES and (reading := understood_from_text(text, CHINESE)) is not UNKNOWN:
        return state, reading
    if state and state not in SIGNAL_STATES:
        return state, _by_code(state, text)
    return "", understood_from_text(text, CHINESE)


def _by_code(code: str, text: str) -> Understood:
    meaning = CODES.get(code)
    return UNKNOWN if meaning is None else understood(meaning, text, CHINESE)


def _signals(parcel: Parcel, feed: _Feed, state: str, records: list[TrackingRecord]) -> list[TrackingRecord]:
    """Tell what the provider concluded, unless a scan contradicts it or the newest record tells it already."""
    if state not in SIGNAL_STATES or (state == NO_TRACE_YET and records):
        return []
    event = CODES[state].event
    latest = _latest(records)
    told = _time_of(latest) if latest else parcel.pushed
    if told.read is None or any(record.event is event and record.occurred_at == told.read.at for record in records):
        return []
    name = key(parcel.body, "StateEx" if text_of(field(parcel.body, "StateEx")) else "State")
    signal = {
        "occurred_text": told.text,
        "occurred_at": told.read.at,
        "clock": told.read.clock,
        "event": event,
        "confidence": "code",
        "raw_code": state,
        "raw_text": text_of(field(parcel.body, "Reason")) or CODES[state].name,
        "sequence": latest.sequence if latest else "",
        "identity": f"signal:{event}",
        "raw": {name: value for name, value in parcel.body.items() if name != key(parcel.body, "Traces")},
    }
    where = f"{parcel.where}.{name}" if parcel.where else name
    return [_bare(parcel, feed, where).model_copy(update=signal)]


def _time_of(record: TrackingRecord) -> Time:
    return Time(record.occurred_text, Moment(record.occurred_at, record.clock) if record.occurred_at else None)


def _latest(records: Iterable[TrackingRecord]) -> TrackingRecord | None:
    timed = [record for record in records if record.occurred_at is not None]
    return max(timed, key=lambda record: (record.occurred_at, record.sequence), default=None)


def _promises(parcel: Parcel, zone: tzinfo) -> Iterator[CarrierPromise]:
    name = key(parcel.body, "EstimatedDeliveryTime")
    promised = end_of_promise(text_of(parcel.body.get(name)), zone)
    if promised is not None and parcel.waybill:
        yield CarrierPromise(
            where=f"{parcel.where}.{name}" if parcel.where else name,
            namespace=NAMESPACE,
            waybill=parcel.waybill,
            promised_at=promised.at,
            clock=promised.clock,
        )


def _troubles(body: dict[str, Any]) -> list[str]:
    """Name what the provider said instead of records."""
    state, reason = state_of(body), text_of(field(body, "Reason"))
    if state in SIGNAL_STATES:
        return [f"{state}: {reason or CODES[state].name}"]
    return [reason or "no reason given"] if field(body, "Success") is False else []
