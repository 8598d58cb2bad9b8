"""Cainiao's answers about parcels as tracking records. Pure; codes stand in codes.

Decisions that the payloads leave open:

- `time` (milliseconds since 1970) is the truth. `timeStr` is written in a zone that `timeZone` does not always name, so
  it stays in the raw record and is never read, not even where `time` is missing.
- Identity is the action code: the same scan comes in whatever language was asked for. Without a code it is the text.
- Texts come in the language that was asked for, so they are read with the book of either.
- The callback of a signature says by its `statusCode` whether it failed (0 is success), and gives the `reason` then. A
  callback without one is read by its text, and is unknown where that tells neither delivery nor failure.
- A number that Cainiao does not know is a success without scans; the answer says so.
"""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, NamedTuple

from adapters.feeds.bilingual import CHINESE_OR_ENGLISH
from adapters.feeds.cainiao.codes import CODES, MAPPING_VERSION, SIGNED_CALLBACK, folded
from adapters.feeds.cainiao.shapes import is_envelope, is_parcel, is_refusal
from adapters.feeds.envelope import UnreadableEnvelope, entries, find, text_of
from adapters.feeds.meanings import UNKNOWN, Understood, understood, understood_from_text
from adapters.feeds.order import chronological, places_within_second
from adapters.feeds.place import place_named
from adapters.feeds.times import Moment, epoch_moment
from schemas.tracking import CarrierPromise, Event, Reason, TrackingRecord, Translation

NAMESPACE = "cainiao"
CARRIER = "CAINIAO"

_PER_SECOND = 1000
_RESULTS = {"0": True, "1": False, "true": True, "false": False, "success": True, "failure": False, "fail": False}
_HANDED_OVER = frozenset({Event.DELIVERED, Event.DELIVERED_PROXY, Event.DELIVERED_PICKUP_POINT})
_FROM_CALLBACK = _HANDED_OVER | {Event.DELIVERY_FAILED}


class _Parcel(NamedTuple):
    """One parcel's answer and where it stood."""

    where: str
    body: dict[str, Any]
    waybill: str


def translate(root: object, *, source: str, zone: tzinfo) -> Translation:
    """Translate an answer about one parcel or several, however it is wrapped; no time in it needs the zone.

    Raises:
        UnreadableEnvelope: no_envelope, when no answer of Cainiao's is in it.

    """
    del zone
    parcels = [_Parcel(where, body, text_of(body.get("mailNo"))) for where, body in find(root, is_parcel)]
    records = [record for parcel in parcels for record in _records(parcel, source)]
    troubles = [*_refusals(root), *(trouble for parcel in parcels if (trouble := _trouble(parcel)))]
    if not parcels and not troubles and next(find(root, is_envelope), None) is None:
        raise UnreadableEnvelope("no_envelope", "body", "no answer of Cainiao's is in it")
    promises = tuple(promise for parcel in parcels for promise in _promises(parcel))
    return Translation(records=tuple(records), promises=promises, answer="; ".join(dict.fromkeys(troubles)) or "ok")


def _refusals(root: object) -> Iterator[str]:
    for _, node in find(root, is_refusal):
        yield f"{text_of(node.get('errorCode')) or 'refused'}: {text_of(node.get('errorMsg'))}"


def _trouble(parcel: _Parcel) -> str:
    if parcel.body["detailList"]:
        return ""
    status = text_of(parcel.body.get("status"))
    return f"{status}: no scan yet" if status else "nothing is known of this number"


def _records(parcel: _Parcel, source: str) -> list[TrackingRecord]:
    items = entries(parcel.body, "detailList", parcel.where)
    moments = [_moment(item) for _, item in items]
    times = [read.at if read else None for read in moments]
    places = places_within_second(times, chronological(times, newest_first=True))
    return [
        _record(parcel, item, source=source, where=where, read=read, place=place)
        if isinstance(item, dict)
        else _unreadable(parcel, item, source=source, where=where)
        for (where, item), read, place in zip(items, moments, places, strict=True)
    ]


def _moment(item: object) -> Moment | None:
    return epoch_moment(item.get("time"), per_second=_PER_SECOND) if isinstance(item, dict) else None


def _unreadable(parcel: _Parcel, item: object, *, source: str, where: str) -> TrackingRecord:
    return TrackingRecord(
        where=where,
        namespace=NAMESPACE,
        source=source,
        waybill=parcel.waybill,
        carrier=CARRIER,
        mapping_version=MAPPING_VERSION,
        unreadable="not_an_object",
        raw=item,
    )


def _record(
    parcel: _Parcel, item: dict[str, Any], *, source: str, where: str, read: Moment | None, place: str
) -> TrackingRecord:
    code = text_of(item.get("actionCode"))
    text = _said(item)
    event, reason, confidence = _understood(item, code, text)
    return TrackingRecord(
        where=where,
        namespace=NAMESPACE,
        source=source,
        waybill=parcel.waybill,
        carrier=CARRIER,
        occurred_text=text_of(item.get("time")),
        occurred_at=read.at if read else None,
        clock="told",
        event=event,
        reason=reason,
        confidence=confidence,
        raw_code=code,
        raw_text=text,
        location=place_named(text),
        sequence=place,
        identity=folded(code) or " ".join(text.split()),
        mapping_version=MAPPING_VERSION,
        raw=item,
    )


def _said(item: dict[str, Any]) -> str:
    """Join Cainiao's own wording and the carrier's note, where it has one that says more."""
    wording, note = (
        value if isinstance(value, str) else "" for value in (item.get("standerdDesc"), item.get("desc"))
    )  # spelt so
    return " - ".join(dict.fromkeys(part for part in (wording, note) if part.strip()))


def _understood(item: dict[str, Any], code: str, text: str) -> Understood:
    if not code:
        return understood_from_text(text, CHINESE_OR_ENGLISH)
    key = folded(code)
    if key.removeprefix("AE_") == SIGNED_CALLBACK:
        return _result_of_callback(item, text)
    meaning = CODES.get(key)
    return UNKNOWN if meaning is None else understood(meaning, text, CHINESE_OR_ENGLISH)


def _result_of_callback(item: dict[str, Any], text: str) -> Understood:
    reading = understood_from_text(f"{text_of(item.get('reason'))} {text}".strip(), CHINESE_OR_ENGLISH)
    told = _result(item)
    if told is None:
        return reading if reading.event in _FROM_CALLBACK else UNKNOWN
    if told:
        return Understood(reading.event if reading.event in _HANDED_OVER else Event.DELIVERED, None, "code")
    return Understood(Event.DELIVERY_FAILED, reading.reason or Reason.UNKNOWN, "code")


def _result(item: dict[str, Any]) -> bool | None:
    """Read the result flag: whether the signature succeeded; None where nothing says so."""
    for key in ("statusCode", "success", "result"):
        flag = item.get(key)
        if isinstance(flag, bool):
            return flag
        if text_of(flag):
            return _RESULTS.get(text_of(flag).lower())
    return None


def _promises(parcel: _Parcel) -> Iterator[CarrierPromise]:
    eta = parcel.body.get("globalEtaInfo")
    read = epoch_moment(eta.get("deliveryMaxTime"), per_second=_PER_SECOND) if isinstance(eta, dict) else None
    if read is not None and parcel.waybill:
        where = f"{parcel.where}.globalEtaInfo" if parcel.where else "globalEtaInfo"
        yield CarrierPromise(
            where=f"{where}.deliveryMaxTime",
            namespace=NAMESPACE,
            waybill=parcel.waybill,
            promised_at=read.at,
            clock=read.clock,
        )
