"""EasyPost's trackers, alone, in pages and in pushed events, as tracking records. Pure; codes stand in codes.

Decisions that the payloads leave open:

- A push holds the whole tracker, so its records are those of the query. Identity is the carrier and the message, not
  the tracker's id: a number that was registered twice has two trackers and one history. The carrier belongs to it,
  because carriers use each other's numbers again.
- A time without a zone is UTC, as EasyPost says of scans whose place it does not know. A scan may have no time.
- The promise is `est_delivery_date`. Midnight there means that the carrier named a day: it is the end of that day.
- Claims and insurances are what a partner tells, not news of a parcel: they are read in claims.
- An event about anything else (a batch, a refund) is no error: it has no records, and the answer says what it was
  about. So has a tracker that knows nothing yet.
"""

from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Any, NamedTuple

from adapters.feeds.easypost.claims import of_claim, of_insurance
from adapters.feeds.easypost.codes import DETAILED, DETAILS, MAPPING_VERSION, SAYS_NOTHING, STATUSES, UNTOLD
from adapters.feeds.easypost.shapes import (
    CLAIMS,
    INSURANCES,
    error_code,
    is_claim,
    is_event,
    is_insurance,
    is_known,
    is_list,
    is_page_of,
    is_tracker,
    tells_of_a_tracker,
    told_in,
)
from adapters.feeds.english import ENGLISH
from adapters.feeds.envelope import UnreadableEnvelope, entries, find, text_of
from adapters.feeds.meanings import UNKNOWN, Meaning, Understood, understood
from adapters.feeds.order import chronological, places_within_second
from adapters.feeds.times import Moment, end_of_promise, moment
from schemas.tracking import SIGNALS, CarrierPromise, TrackingRecord, Translation

NAMESPACE = "easypost"

_MIDNIGHT = "T00:00:00"
_WHOLE = "body"  # where an object stands that is the whole payload


class _Feed(NamedTuple):
    """What every record of one payload shares."""

    source: str
    zone: tzinfo


class _Tracker(NamedTuple):
    """One parcel's tracker and where it stood."""

    where: str
    body: dict[str, Any]
    waybill: str
    carrier: str


def translate(root: object, *, source: str, zone: tzinfo) -> Translation:
    """Translate a tracker, a page of them or an event, however it is wrapped.

    Raises:
        UnreadableEnvelope: no_envelope, when there is no tracker, event or refusal of EasyPost's in it.

    """
    feed = _Feed(source, zone)
    parts = [part for where, node in find(root, is_known) for part in _told(node, where, feed)]
    if not parts:
        raise UnreadableEnvelope("no_envelope", "body", "no EasyPost tracker or event is in it")
    answers = dict.fromkeys(part.answer for part in parts if part.answer != "ok")
    return Translation(
        records=tuple(record for part in parts for record in part.records),
        promises=tuple(promise for part in parts for promise in part.promises),
        claims=tuple(claim for part in parts for claim in part.claims),
        insurances=tuple(insurance for part in parts for insurance in part.insurances),
        answer="; ".join(answers) or "ok",
    )


def _told(node: dict[str, Any], where: str, feed: _Feed) -> Iterator[Translation]:
    if code := error_code(node):
        yield Translation(records=(), answer=f"{code}: {text_of(node['error'].get('message'))}")
    elif is_event(node):
        yield _of_event(node, where, feed)
    elif is_tracker(node):
        yield _of_tracker(node, where, feed)
    elif is_claim(node):
        yield of_claim(node, where=where or _WHOLE, source=feed.source, zone=feed.zone)
    elif is_insurance(node):
        yield of_insurance(node, where=where or _WHOLE, source=feed.source, zone=feed.zone)
    elif is_page_of(node, CLAIMS):
        yield from _page(node, CLAIMS, of_claim, where, feed)
    elif is_page_of(node, INSURANCES):
        yield from _page(node, INSURANCES, of_insurance, where, feed)
    elif is_list(node):
        listed = entries(node, "trackers", where)
        yield from (_of_tracker(item, path, feed) for path, item in listed)
        if not listed:
            yield Translation(records=(), answer="nothing tracks this number")


def _page(
    node: dict[str, Any], what: str, read: Callable[..., Translation], where: str, feed: _Feed
) -> Iterator[Translation]:
    listed = entries(node, what, where)
    yield from (read(item, where=path, source=feed.source, zone=feed.zone) for path, item in listed)
    if not listed:
        yield Translation(records=(), answer=f"no {what}")


def _of_event(event: dict[str, Any], where: str, feed: _Feed) -> Translation:
    tracker = event.get("result")
    if tells_of_a_tracker(event) and isinstance(tracker, dict) and is_tracker(tracker):
        return _of_tracker(tracker, _path(where, "result"), feed)
    if told := told_in(event):
        read = of_claim if is_claim(told) else of_insurance
        return read(told, where=_path(where, "result"), source=feed.source, zone=feed.zone)
    said = text_of(event.get("description"))
    return Translation(records=(), answer=f"{said or 'an event'}: it holds no tracker")


def _of_tracker(body: object, where: str, feed: _Feed) -> Translation:
    if not isinstance(body, dict):
        return Translation(records=(_unreadable(where, body, feed),))
    tracker = _Tracker(where, body, text_of(body.get("tracking_code")), text_of(body.get("carrier")))
    records = _records(tracker, feed)
    answer = "ok" if records else f"{text_of(body.get('status')) or 'a tracker'}: no scan yet"
    return Translation(records=records, promises=tuple(_promises(tracker, feed)), answer=answer)


def _path(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def _records(tracker: _Tracker, feed: _Feed) -> tuple[TrackingRecord, ...]:
    items = entries(tracker.body, "tracking_details", tracker.where)
    written = [_as_written(item.get("datetime")) if isinstance(item, dict) else "" for _, item in items]
    moments = [moment(text, feed.zone) for text in written]
    times = [read.at if read else None for read in moments]
    places = places_within_second(times, chronological(times, newest_first=False))
    return tuple(
        _record(tracker, feed, item, where=where, text=text, read=read, place=place)
        if isinstance(item, dict)
        else _unreadable(where, item, feed, tracker)
        for (where, item), text, read, place in zip(items, written, moments, places, strict=True)
    )


def _as_written(value: object) -> str:
    return value if isinstance(value, str) else text_of(value)


def _unreadable(where: str, item: object, feed: _Feed, tracker: _Tracker | None = None) -> TrackingRecord:
    return TrackingRecord(
        where=where,
        namespace=NAMESPACE,
        source=feed.source,
        waybill=tracker.waybill if tracker else "",
        carrier=tracker.carrier if tracker else "",
        mapping_version=MAPPING_VERSION,
        unreadable="not_an_object",
        raw=item,
    )


def _record(
    tracker: _Tracker,
    feed: _Feed,
    item: dict[str, Any],
    *,
    where: str,
    text: str,
    read: Moment | None,
    place: str,
) -> TrackingRecord:
    status, detail = text_of(item.get("status")), text_of(item.get("status_detail"))
    message, description = (_as_written(item.get(key)) for key in ("message", "description"))
    event, reason, confidence = _understood(status, detail, f"{message} - {description}")
    raw_code = f"{status}/{detail}" if detail else status
    said = message or description
    return TrackingRecord(
        where=where,
        namespace=NAMESPACE,
        source=feed.source,
        waybill=tracker.waybill,
        carrier=tracker.carrier,
        occurred_text=text,
        occurred_at=read.at if read else None,
        clock=read.clock if read else "declared",
        event=event,
        reason=reason,
        confidence=confidence,
        raw_code=raw_code,
        raw_text=said,
        location=_location(item.get("tracking_location")),
        sequence=place,
        identity=f"{tracker.carrier} {' '.join(said.split()) or raw_code}",
        mapping_version=MAPPING_VERSION,
        raw=item,
    )


def _location(place: object) -> str:
    if not isinstance(place, dict):
        return ""
    return ", ".join(part for key in ("city", "state", "country") if (part := text_of(place.get(key))))


def _understood(status: str, detail: str, text: str) -> Understood:
    """Weigh the status first, then the detail, where the status leaves something open, then the text."""
    meaning = STATUSES.get(status) if status else UNTOLD
    if meaning is None:
        return UNKNOWN
    if meaning.code in DETAILED and detail not in SAYS_NOTHING:
        told = DETAILS.get(detail)
        if told is None:
            return UNKNOWN
        if told.event in meaning.refined_by or told.event in SIGNALS:
            return understood(told, text, ENGLISH)
        if told.event is meaning.event or meaning.reason_from_text:
            meaning = _with_reason(meaning, told)
    reading = understood(meaning, text, ENGLISH)
    return UNKNOWN if meaning is UNTOLD and reading.reason is meaning.reason else reading


def _with_reason(meaning: Meaning, detail: Meaning) -> Meaning:
    """Give a status the reason of its detail, which then is settled; a detail without one changes nothing."""
    if detail.reason in {None, meaning.reason}:
        return meaning
    return Meaning(meaning.code, meaning.name, meaning.event, detail.reason)


def _promises(tracker: _Tracker, feed: _Feed) -> Iterator[CarrierPromise]:
    text = text_of(tracker.body.get("est_delivery_date"))
    day, midnight, _ = text.partition(_MIDNIGHT)
    read = end_of_promise(day if midnight else text, feed.zone)
    if read is not None and tracker.waybill:
        yield CarrierPromise(
            where=_path(tracker.where, "est_delivery_date"),
            namespace=NAMESPACE,
            waybill=tracker.waybill,
            promised_at=read.at,
            clock=read.clock,
        )
