"""17TRACK's parcels of both versions as tracking records. Pure; codes stand in codes, the two shapes in v1 and v2.

Decisions that the payloads leave open:

- An event's sub-status decides, then its stage, then its text. The state of the whole parcel speaks only of the newest
  event, and only where that has neither. Events of v1 never have a code, so all but the newest are read by their text.
- Expired is 17TRACK's conclusion: an OVERDUE signal beside the scans, at the time of the newest. Without a scan it has
  no time, and neither has NotFound: then the answer says it. TRACKING_STOPPED is about the watching, not the parcel;
  it is always said by the answer.
- Identity is the text alone: several carriers list the same event, v1 and v2 and earlier ones of v2 give it different
  codes or none. Without a text it is the code.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import tzinfo
from typing import Any, NamedTuple

from adapters.feeds.bilingual import CHINESE_OR_ENGLISH
from adapters.feeds.envelope import UnreadableEnvelope, entries, find, text_of
from adapters.feeds.meanings import UNKNOWN, Meaning, Understood, understood, understood_from_text
from adapters.feeds.order import chronological, newest, places_within_second
from adapters.feeds.seventeentrack import v1, v2
from adapters.feeds.seventeentrack.codes import CODES, MAPPING_VERSION, NUMBERS
from adapters.feeds.seventeentrack.parcels import Parcel, Scan, not_an_object
from adapters.feeds.seventeentrack.shapes import is_error, is_page, is_rejected, is_shared, is_v1, is_v2
from schemas.tracking import SIGNALS, CarrierPromise, Event, TrackingRecord, Translation

NAMESPACE = "17track"


class _Version(NamedTuple):
    """How one of the shapes is known and read, and which table the state of its parcels stands in."""

    source: str
    is_own: Callable[[dict[str, Any]], bool]
    states: Mapping[str, Meaning]
    parcels: Callable[[object, tzinfo], Iterator[Parcel]]


def translate_v1(root: object, *, source: str, zone: tzinfo) -> Translation:
    """Translate an answer or a push in the old shape, however it is wrapped.

    Raises:
        UnreadableEnvelope: no_envelope, when nothing of 17TRACK's v1 is in it.

    """
    return _translate(root, _Version(source, is_v1, NUMBERS, v1.parcels), zone)


def translate_v2(root: object, *, source: str, zone: tzinfo) -> Translation:
    """Translate an answer or a push in the present shape, however it is wrapped.

    Raises:
        UnreadableEnvelope: no_envelope, when nothing of 17TRACK's v2 is in it.

    """
    return _translate(root, _Version(source, is_v2, CODES, v2.parcels), zone)


def _translate(root: object, version: _Version, zone: tzinfo) -> Translation:
    if next(find(root, lambda node: version.is_own(node) or is_shared(node)), None) is None:
        raise UnreadableEnvelope("no_envelope", "body", f"no {version.source} parcel or answer is in it")
    parcels = [*version.parcels(root, zone), *_strays(root)]
    told = [(parcel, _records(parcel, version)) for parcel in parcels]
    answers = [*_refusals(root), *(answer for parcel, records in told if (answer := _answer(parcel, records)))]
    return Translation(
        records=tuple(record for _, records in told for record in records),
        promises=tuple(promise for parcel in parcels for promise in _promises(parcel)),
        answer="; ".join(dict.fromkeys(answers)) or "ok",
    )


def _strays(root: object) -> Iterator[Parcel]:
    for where, page in find(root, is_page):
        for path, item in entries(page, "accepted", where):
            if not isinstance(item, dict):
                yield not_an_object(path, item)


def _refusals(root: object) -> Iterator[str]:
    for _, node in find(root, lambda node: is_rejected(node) or is_error(node)):
        error = node["error"] if is_rejected(node) else node
        said = f"{text_of(error['code'])} {text_of(error['message'])}"
        yield f"{text_of(node['number'])}: {said}" if is_rejected(node) else said


def _answer(parcel: Parcel, records: list[TrackingRecord]) -> str:
    said = parcel.said or ("" if records else parcel.code or "no history")
    return f"{parcel.waybill}: {said}" if said else ""


def _promises(parcel: Parcel) -> Iterator[CarrierPromise]:
    if parcel.promised and parcel.waybill:
        where, read = parcel.promised
        yield CarrierPromise(
            where=where, namespace=NAMESPACE, waybill=parcel.waybill, promised_at=read.at, clock=read.clock
        )


def _records(parcel: Parcel, version: _Version) -> list[TrackingRecord]:
    latest = _latest(parcel)
    records = [
        _record(parcel, scan, place, version.states if scan is latest else {}, version)
        for scans in parcel.lists
        for scan, place in zip(scans, _places(scans), strict=True)
    ]
    concluded = version.states.get(parcel.code)
    if latest is None or concluded is None or concluded.event is not Event.OVERDUE:
        return records
    return [*records, _overdue(parcel, latest, concluded, version)]


def _places(scans: tuple[Scan, ...]) -> list[str]:
    times = [scan.read.at if scan.read else None for scan in scans]
    return places_within_second(times, chronological(times, newest_first=True))


def _latest(parcel: Parcel) -> Scan | None:
    """Find the newest scan with a time; of the same moment the one of the carrier that is listed first."""
    latest: Scan | None = None
    for scans in parcel.lists:
        times = [scan.read.at if scan.read else None for scan in scans]
        position = newest(times, chronological(times, newest_first=True))
        scan = scans[position] if position is not None else None
        if scan and scan.read and (latest is None or latest.read is None or scan.read.at > latest.read.at):
            latest = scan
    return latest


def _record(parcel: Parcel, scan: Scan, place: str, states: Mapping[str, Meaning], version: _Version) -> TrackingRecord:
    shared: dict[str, Any] = {
        "where": scan.where,
        "namespace": NAMESPACE,
        "source": version.source,
        "waybill": parcel.waybill,
        "carrier": scan.carrier,
        "mapping_version": MAPPING_VERSION,
        "raw": scan.raw,
    }
    if scan.unreadable:
        return TrackingRecord(**shared, unreadable=scan.unreadable)
    raw_code, (event, reason, confidence) = _understood(scan, parcel.code, states)
    return TrackingRecord(
        **shared,
        occurred_text=scan.written,
        occurred_at=scan.read.at if scan.read else None,
        clock=scan.read.clock if scan.read else "declared",
        event=event,
        reason=reason,
        confidence=confidence,
        raw_code=raw_code,
        raw_text=scan.text,
        location=scan.location,
        sequence=place,
        identity=" ".join(scan.text.split()) or raw_code,
    )


def _understood(scan: Scan, code: str, states: Mapping[str, Meaning]) -> tuple[str, Understood]:
    if scan.code:
        return scan.code, _by_meaning(CODES.get(scan.code), scan.text)
    if not states or not code or _is_conclusion(states.get(code)):
        return "", understood_from_text(scan.text, CHINESE_OR_ENGLISH)
    return code, _by_meaning(states.get(code), scan.text)


def _is_conclusion(meaning: Meaning | None) -> bool:
    return meaning is not None and meaning.event in SIGNALS


def _by_meaning(meaning: Meaning | None, text: str) -> Understood:
    return UNKNOWN if meaning is None else understood(meaning, text, CHINESE_OR_ENGLISH)


def _overdue(parcel: Parcel, latest: Scan, concluded: Meaning, version: _Version) -> TrackingRecord:
    return TrackingRecord(
        where=parcel.code_where,
        namespace=NAMESPACE,
        source=version.source,
        waybill=parcel.waybill,
        carrier=latest.carrier,
        occurred_text=latest.written,
        occurred_at=latest.read.at if latest.read else None,
        clock=latest.read.clock if latest.read else "declared",
        event=concluded.event,
        confidence="code",
        raw_code=parcel.code,
        raw_text=parcel.code_text or concluded.name,
        sequence="9999",  # after every scan of its moment
        identity=f"signal:{concluded.event}",
        mapping_version=MAPPING_VERSION,
        raw=parcel.code_raw,
    )
