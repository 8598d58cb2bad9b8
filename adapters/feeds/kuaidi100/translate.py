"""Kuaidi100 pushes and query answers as tracking records. Pure; codes and names stand in codes.

Decisions that the payloads leave open:

- A record's own `statusCode` decides, then its status name, then its text. The `state` of the whole answer speaks only
  of the newest record, and only where that record has neither code nor name.
- States 201 and 202 are the provider's conclusions: they become a signal record beside the scans, at the time of the
  newest record. Without a record their time is unknown, and the answer says it instead.
- An `abort` push "60天无变化" becomes a STALE signal at the time of the newest record. "3天查询无记录" has no record
  and so no time: it is no record, and the answer says it.
- Identity is the text, not the code: a push subscribed without codes and a query with them tell one event.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, tzinfo
from typing import Any, NamedTuple

from adapters.feeds.chinese import CHINESE
from adapters.feeds.envelope import UnreadableEnvelope, entries, find, text_of
from adapters.feeds.kuaidi100.codes import CODES, LAGGING_STATES, MAPPING_VERSION, NAMES, SIGNAL_STATES
from adapters.feeds.kuaidi100.shapes import is_answer, is_error, is_known, is_push
from adapters.feeds.meanings import UNKNOWN, Meaning, Understood, understood, understood_from_text
from adapters.feeds.order import chronological, newest, places_within_second
from adapters.feeds.place import place_named
from adapters.feeds.times import utc_time
from schemas.tracking import SIGNALS, Event, TrackingRecord, Translation

NAMESPACE = "kuaidi100"

_ANSWERED = frozenset({"", "200", "1"})  # "1" is the old API's 200
_NO_CHANGE = "无变化"


class _Feed(NamedTuple):
    """What every record of one payload shares."""

    source: str
    zone: tzinfo


class _Answer(NamedTuple):
    """One parcel's answer and where it stood."""

    where: str
    body: dict[str, Any]
    waybill: str
    carrier: str


def translate(root: object, *, source: str, zone: tzinfo) -> Translation:
    """Translate a push or a query answer, however it is wrapped.

    Raises:
        UnreadableEnvelope: no_envelope, when nothing of Kuaidi100's is in it.

    """
    feed = _Feed(source, zone)
    records: list[TrackingRecord] = []
    troubles: list[str] = []
    found = False
    for where, node in find(root, is_known):
        found = True
        told = _push_records(node, where, feed) if is_push(node) else _records_of(node, where, feed)
        records += told
        troubles += _troubles(node, told)
    if not found:
        raise UnreadableEnvelope("no_envelope", "body", "no Kuaidi100 push or answer is in it")
    return Translation(records=tuple(records), answer="; ".join(dict.fromkeys(troubles)) or "ok")


def _answer(body: dict[str, Any], where: str, *, other_leg: dict[str, Any] | None = None) -> _Answer:
    other_leg = other_leg or {}
    return _Answer(
        where=where,
        body=body,
        waybill=text_of(body.get("nu")) or text_of(other_leg.get("nu")),
        carrier=text_of(body.get("com")) or text_of(other_leg.get("com")),
    )


def _legs(push: dict[str, Any], where: str) -> Iterator[_Answer]:
    prefix = f"{where}." if where else ""
    first_leg = push.get("lastResult")
    for key in ("lastResult", "destResult"):
        body = push.get(key)
        if isinstance(body, dict):
            yield _answer(body, prefix + key, other_leg=first_leg if isinstance(first_leg, dict) else None)


def _push_records(push: dict[str, Any], where: str, feed: _Feed) -> list[TrackingRecord]:
    records = [record for leg in _legs(push, where) for record in _answer_records(leg, feed)]
    if push.get("status") == "abort" and _NO_CHANGE in text_of(push.get("message")):
        raw = {"status": "abort", "message": push.get("message")}
        path = f"{where}.message" if where else "message"
        records += _signals(Event.STALE, "abort", path, raw, _latest(records))
    return records


def _records_of(node: dict[str, Any], where: str, feed: _Feed) -> list[TrackingRecord]:
    return _answer_records(_answer(node, where), feed) if is_answer(node) else []


def _troubles(node: dict[str, Any], told: list[TrackingRecord]) -> Iterator[str]:
    """Name what the provider said instead of records, and that it gave up, which it may say beside records."""
    if is_push(node):
        if node.get("status") == "abort":
            yield f"abort: {text_of(node.get('message'))}"
        if not told:
            yield from (trouble for leg in _legs(node, "") for trouble in _answer_troubles(leg.body))
    elif not told:
        yield from _answer_troubles(node)


def _answer_troubles(answer: dict[str, Any]) -> Iterator[str]:
    status = text_of(answer.get("status"))
    state = text_of(answer.get("state"))
    if is_error(answer) and not is_answer(answer):
        yield f"{text_of(answer.get('returnCode'))}: {text_of(answer.get('message'))}"
    elif status not in _ANSWERED:
        yield f"{status}: {text_of(answer.get('message'))}"
    elif state in SIGNAL_STATES:
        yield f"{state}: {CODES[state].name}"


def _answer_records(answer: _Answer, feed: _Feed) -> list[TrackingRecord]:
    items = entries(answer.body, "data", answer.where)
    read = [_time(item, feed.zone) if isinstance(item, dict) else ("", None) for _, item in items]
    times = [time for _, time in read]
    positions = chronological(times, newest_first=True)
    places = places_within_second(times, positions)
    state = text_of(answer.body.get("state"))
    latest = newest(times, positions)
    records = [
        _record(answer, feed, item, where=where, time=read[n], place=places[n], state=state if n == latest else "")
        for n, (where, item) in enumerate(items)
    ]
    if state in SIGNAL_STATES:
        path = f"{answer.where}.state" if answer.where else "state"
        raw = {key: value for key, value in answer.body.items() if key != "data"}
        records += _signals(CODES[state].event, state, path, raw, _latest(records))
    return records


def _time(item: dict[str, Any], zone: tzinfo) -> tuple[str, datetime | None]:
    """Read the time that the provider formatted, or else the carrier's own spelling of it."""
    texts = [text for key in ("ftime", "time") if (text := _as_written(item.get(key)))]
    for text in texts:
        time = utc_time(text, zone)
        if time is not None:
            return text, time
    return texts[0] if texts else "", None


def _as_written(value: object) -> str:
    return value if isinstance(value, str) else text_of(value)


def _record(
    answer: _Answer,
    feed: _Feed,
    item: object,
    *,
    where: str,
    time: tuple[str, datetime | None],
    place: str,
    state: str,
) -> TrackingRecord:
    if not isinstance(item, dict):
        return TrackingRecord(
            where=where,
            namespace=NAMESPACE,
            source=feed.source,
            waybill=answer.waybill,
            carrier=answer.carrier,
            mapping_version=MAPPING_VERSION,
            unreadable="not_an_object",
            raw=item,
        )
    text = _as_written(item.get("context"))
    raw_code, (event, reason, confidence) = _understood(item, text, state)
    return TrackingRecord(
        where=where,
        namespace=NAMESPACE,
        source=feed.source,
        waybill=answer.waybill,
        carrier=answer.carrier,
        occurred_text=time[0],
        occurred_at=time[1],
        event=event,
        reason=reason,
        confidence=confidence,
        raw_code=raw_code,
        raw_text=text,
        location=text_of(item.get("areaName")) or text_of(item.get("location")) or place_named(text),
        sequence=place,
        identity=" ".join(text.split()),
        mapping_version=MAPPING_VERSION,
        raw=item,
    )


def _understood(item: dict[str, Any], text: str, state: str) -> tuple[str, Understood]:
    code = text_of(item.get("statusCode"))
    if code:
        return code, _by_meaning(CODES.get(code), text)
    name = text_of(item.get("status"))
    if name:
        return name, _by_meaning(NAMES.get(name), text)
    if state in LAGGING_STATES and (reading := understood_from_text(text, CHINESE)) is not UNKNOWN:
        return state, reading
    if state and state not in SIGNAL_STATES:
        return state, _by_meaning(CODES.get(state), text)
    return "", understood_from_text(text, CHINESE)


def _by_meaning(meaning: Meaning | None, text: str) -> Understood:
    return UNKNOWN if meaning is None else understood(meaning, text, CHINESE)


def _latest(records: Iterable[TrackingRecord]) -> TrackingRecord | None:
    scans = [record for record in records if record.occurred_at is not None and record.event not in SIGNALS]
    return max(scans, key=lambda record: (record.occurred_at, record.sequence), default=None)


def _signals(
    event: Event, code: str, where: str, raw: dict[str, Any], latest: TrackingRecord | None
) -> list[TrackingRecord]:
    if latest is None:
        return []
    signal = TrackingRecord(
        where=where,
        namespace=NAMESPACE,
        source=latest.source,
        waybill=latest.waybill,
        carrier=latest.carrier,
        occurred_text=latest.occurred_text,
        occurred_at=latest.occurred_at,
        event=event,
        confidence="code",
        raw_code=code,
        raw_text=text_of(raw.get("message")) if code == "abort" else CODES[code].name,
        sequence=latest.sequence,
        identity=f"signal:{event}",
        mapping_version=MAPPING_VERSION,
        raw=raw,
    )
    return [signal]
