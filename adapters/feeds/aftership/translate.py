"""AfterShip's trackings as tracking records, from its API and its webhook alike. Pure; codes stand in codes.

Decisions that the payloads leave open:

- A checkpoint's subtag decides, then its tag, then its text. The tag of the whole tracking speaks only of the newest
  checkpoint, and only where that has neither.
- A checkpoint's time has an offset, or it has none and is UTC, as the old API writes it: the same scan told in both
  ways is one moment. The tracking's own times (pick-up, delivery, first attempt) are no events.
- Expired is AfterShip's conclusion: a STALE signal at the time of the newest checkpoint. Without a checkpoint it has
  no time, and neither has Pending: then the answer says it.
- Identity is the message, so that the old API, the new one and the webhook tell one event. Without a message it is
  the code.
- A promise is what the carrier expects: `expected_delivery`, `courier_estimated_delivery_date`, or the latest estimate
  where it names the carrier as its source. AfterShip's own forecasts and the shop's promises are none.
"""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any, NamedTuple

from adapters.feeds.aftership.codes import CODES, MAPPING_VERSION
from adapters.feeds.aftership.shapes import is_error, is_known, is_page, is_tracking, is_webhook
from adapters.feeds.bilingual import CHINESE_OR_ENGLISH
from adapters.feeds.envelope import UnreadableEnvelope, entries, find, text_of
from adapters.feeds.meanings import UNKNOWN, Understood, understood, understood_from_text
from adapters.feeds.order import chronological, newest, places_within_second
from adapters.feeds.times import Moment, end_of_promise, moment
from schemas.tracking import SIGNALS, CarrierPromise, Event, TrackingRecord, Translation

NAMESPACE = "aftership"

_PLACES = ("city", "state", "country_name")


class _Tracking(NamedTuple):
    """One parcel's tracking, where it stood, and what all its records share."""

    where: str
    body: dict[str, Any]
    source: str
    zone: tzinfo

    @property
    def waybill(self) -> str:
        return text_of(self.body.get("tracking_number"))

    @property
    def code(self) -> str:
        """The newest code of the whole tracking: its subtag, or else its tag."""
        return text_of(self.body.get("subtag")) or text_of(self.body.get("tag"))

    def path(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key


class _Read(NamedTuple):
    """One checkpoint with its place in the tracking and its time as far as it could be read."""

    where: str
    item: Any
    text: str
    time: Moment | None
    place: str
    is_newest: bool


def translate(root: object, *, source: str, zone: tzinfo) -> Translation:
    """Translate an answer or a webhook, however it is wrapped.

    Raises:
        UnreadableEnvelope: no_envelope, when nothing of AfterShip's is in it.

    """
    if next(find(root, is_known), None) is None:
        raise UnreadableEnvelope("no_envelope", "body", "no AfterShip tracking or answer is in it")
    trackings = [_Tracking(where, node, source, zone) for where, node in find(root, is_tracking)]
    told = [(tracking, _records(tracking)) for tracking in trackings]
    answers = [_refusal(node["meta"]) for _, node in find(root, is_error)]
    answers += [f"{text_of(node['event'])}: no tracking" for _, node in find(root, is_webhook) if not _has_one(node)]
    answers += [f"{tracking.waybill}: {tracking.code or 'no checkpoints'}" for tracking, records in told if not records]
    return Translation(
        records=(*_strays(root, source), *(record for _, records in told for record in records)),
        promises=tuple(promise for tracking in trackings for promise in _promises(tracking)),
        answer="; ".join(dict.fromkeys(answers)) or "ok",
    )


def _has_one(webhook: dict[str, Any]) -> bool:
    return next(find(webhook["msg"], is_tracking), None) is not None


def _refusal(meta: dict[str, Any]) -> str:
    return f"{text_of(meta.get('code'))}: {text_of(meta.get('message'))}"


def _strays(root: object, source: str) -> Iterator[TrackingRecord]:
    """Keep what stands in a list of trackings and is none."""
    for where, page in find(root, is_page):
        for path, item in entries(page["data"], "trackings", f"{where}.data" if where else "data"):
            if not isinstance(item, dict) or not is_tracking(item):
                yield TrackingRecord(
                    where=path,
                    namespace=NAMESPACE,
                    source=source,
                    mapping_version=MAPPING_VERSION,
                    unreadable="not_a_tracking" if isinstance(item, dict) else "not_an_object",
                    raw=item,
                )


def _records(tracking: _Tracking) -> list[TrackingRecord]:
    checkpoints = _checkpoints(tracking)
    records = [_record(tracking, checkpoint) for checkpoint in checkpoints]
    latest = next((record for record, read in zip(records, checkpoints, strict=True) if read.is_newest), None)
    concluded = CODES.get(tracking.code)
    if latest is None or latest.occurred_at is None or concluded is None or concluded.event is not Event.STALE:
        return records
    return [*records, _stale(tracking, latest)]


def _checkpoints(tracking: _Tracking) -> list[_Read]:
    key = "checkpoints" if isinstance(tracking.body.get("checkpoints"), list) else "checkpoint"
    items = entries(tracking.body, key, tracking.where)
    texts = [_as_written(item.get("checkpoint_time")) if isinstance(item, dict) else "" for _, item in items]
    moments = [moment(text, tracking.zone) for text in texts]
    times = [read.at if read else None for read in moments]
    positions = chronological(times, newest_first=False)
    places = places_within_second(times, positions)
    latest = newest(times, positions)
    return [_Read(where, item, texts[n], moments[n], places[n], n == latest) for n, (where, item) in enumerate(items)]


def _record(tracking: _Tracking, read: _Read) -> TrackingRecord:
    shared = {
        "where": read.where,
        "namespace": NAMESPACE,
        "source": tracking.source,
        "waybill": tracking.waybill,
        "mapping_version": MAPPING_VERSION,
        "raw": read.item,
    }
    carrier = text_of(tracking.body.get("slug"))
    if not isinstance(read.item, dict):
        return TrackingRecord(**shared, carrier=carrier, unreadable="not_an_object")
    text = _as_written(read.item.get("message"))
    raw_code, (event, reason, confidence) = _understood(read.item, text, tracking.code if read.is_newest else "")
    return TrackingRecord(
        **shared,
        carrier=text_of(read.item.get("slug")) or carrier,
        occurred_text=read.text,
        occurred_at=read.time.at if read.time else None,
        clock=read.time.clock if read.time else "declared",
        event=event,
        reason=reason,
        confidence=confidence,
        raw_code=raw_code,
        raw_text=text,
        location=_location(read.item),
        sequence=read.place,
        identity=" ".join(text.split()) or raw_code,
    )


def _as_written(value: object) -> str:
    return value if isinstance(value, str) else text_of(value)


def _understood(checkpoint: dict[str, Any], text: str, newest_code: str) -> tuple[str, Understood]:
    own = text_of(checkpoint.get("subtag")) or text_of(checkpoint.get("tag"))
    code = own or newest_code
    meaning = CODES.get(code)
    if not code or (not own and meaning is not None and meaning.event in SIGNALS):  # a conclusion is no scan
        return "", understood_from_text(text, CHINESE_OR_ENGLISH)
    return code, UNKNOWN if meaning is None else understood(meaning, text, CHINESE_OR_ENGLISH)


def _location(checkpoint: dict[str, Any]) -> str:
    named = text_of(checkpoint.get("location"))
    return named or ", ".join(part for key in _PLACES if (part := text_of(checkpoint.get(key))))


def _stale(tracking: _Tracking, latest: TrackingRecord) -> TrackingRecord:
    code = tracking.code
    key = "subtag" if text_of(tracking.body.get("subtag")) else "tag"
    return latest.model_copy(
        update={
            "where": tracking.path(key),
            "event": Event.STALE,
            "reason": None,
            "confidence": "code",
            "raw_code": code,
            "raw_text": text_of(tracking.body.get("subtag_message")) or CODES[code].name,
            "location": "",
            "identity": f"signal:{Event.STALE}",
            "raw": {name: value for name, value in tracking.body.items() if name not in {"checkpoints", "checkpoint"}},
        }
    )


def _promises(tracking: _Tracking) -> Iterator[CarrierPromise]:
    for path, text in _promised(tracking):
        read = end_of_promise(text, tracking.zone)
        if read is not None and tracking.waybill:
            yield CarrierPromise(
                where=path, namespace=NAMESPACE, waybill=tracking.waybill, promised_at=read.at, clock=read.clock
            )
            return


def _promised(tracking: _Tracking) -> Iterator[tuple[str, str]]:
    """Name the places where the carrier's expectation may stand, the newest API's first; of a window its end."""
    latest = tracking.body.get("latest_estimated_delivery")
    if isinstance(latest, dict) and text_of(latest.get("source")).lower().startswith(("carrier", "courier")):
        for key in ("datetime_max", "datetime"):
            yield tracking.path(f"latest_estimated_delivery.{key}"), text_of(latest.get(key))
    courier = tracking.body.get("courier_estimated_delivery_date")
    if isinstance(courier, dict):
        for key in ("estimated_delivery_date_max", "estimated_delivery_date"):
            yield tracking.path(f"courier_estimated_delivery_date.{key}"), text_of(courier.get(key))
    yield tracking.path("expected_delivery"), text_of(tracking.body.get("expected_delivery"))
