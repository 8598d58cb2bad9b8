"""The chain of custody (保管链) of one parcel: who had it when, and every gap in that.

A log tells what happened, where and when; who signed to whom it does not. Belongs here: the chain, what is missing at
its end or took too long, and what the log cannot tell. Does not belong here: what one scan proves (`handovers`), or who
answers for it (`presumption`).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise, zip_longest

from rules.exceptions.custody_wording import limit_sentence
from rules.exceptions.handovers import AT_OUTLET, ENDED, Reading, Stay, missing, period, read, scan_of
from rules.tracking.fold import standing
from rules.tracking.stations import is_station
from schemas.custody import Custody, CustodyEvent, Gap, GapKind, HolderKind, Holding, Leg, Sentence
from schemas.tracking import SIGNALS


def chain_of_custody(events: Iterable[CustodyEvent], *, now: datetime) -> Custody:
    """Read the log of one waybill into its chain of custody as it stands at `now`.

    Events that were taken back, that nobody understood, and signals prove nothing.
    """
    logged = standing(events)
    scans = [scan_of(event) for event in logged if event.understood and event.event not in SIGNALS]
    reading = Reading()
    for scan in scans:
        read(reading, scan)
    ended = bool(scans) and scans[-1].event.event in ENDED
    gaps = [*reading.gaps, *_long_dwells(reading.stays, now=now, ended=ended)]
    if reading.stays and not ended:
        gaps += _missing_now(reading.stays[-1], now=now)
    return Custody(
        as_of=now,
        holdings=tuple(_holding(stay) for stay in reading.stays),
        legs=tuple(_leg(one, other) for one, other in pairwise(reading.stays)),
        gaps=tuple(sorted(gaps, key=lambda gap: (gap.since, gap.kind, gap.event_ids))),
        reports=tuple(reading.reports),
        contradictions=tuple(reading.contradictions),
        limits=tuple(_limits(logged, reading)),
    )


def _missing_now(last: Stay, *, now: datetime) -> Iterator[Gap]:
    """Give the handover that is overdue now."""
    if last.kind in {HolderKind.STATION, HolderKind.CUSTOMS} and last.sent is not None:
        kind, scope, since = GapKind.SENT_NOT_RECEIVED, "sent", last.sent
    elif last.kind is HolderKind.STATION:
        kind, scope, since = GapKind.RECEIVED_NOT_SENT, "received", last.scans[-1]
    elif last.kind is HolderKind.COURIER and last.answer is None:
        kind, scope, since = GapKind.OUT_NOT_SIGNED, "out", last.scans[-1]
    else:
        return
    rule = period("handover", since, scope=scope)
    if now - since.at > rule.hours:
        other = since.towards if kind is GapKind.SENT_NOT_RECEIVED else ""
        yield missing(kind, place=last.place, other=other, since=since, until=now, rule=rule)


def _long_dwells(stays: Sequence[Stay], *, now: datetime, ended: bool) -> Iterator[Gap]:
    for stay, following in zip_longest(stays, stays[1:]):
        start = stay.answer if stay.kind is HolderKind.COURIER else stay.scans[0]
        end = stay.sent or (following.scans[0] if following else None)
        if start is None or (scope := _dwell_scope(stay)) is None or (end is None and ended):
            continue
        rule = period("dwell", start, scope=scope)
        if (end.at if end else now) - start.at > rule.hours:
            yield missing(GapKind.LONG_DWELL, place=stay.place, since=start, until=end or now, rule=rule)


def _dwell_scope(stay: Stay) -> str | None:
    """Say by which row a stay is too long; whoever is no keeper of the parcel has none."""
    if stay.kind in {HolderKind.CONSIGNEE, HolderKind.SENDER, HolderKind.PARTNER}:
        return None
    if stay.kind is HolderKind.STATION:
        return "outlet" if any(scan.event.event in AT_OUTLET for scan in stay.scans) else "hub"
    return "outlet" if stay.kind is HolderKind.COURIER else stay.kind.value


def _holding(stay: Stay) -> Holding:
    return Holding(
        kind=stay.kind,
        place=stay.place,
        carrier=next((scan.event.carrier for scan in stay.scans if scan.event.carrier), ""),
        named=is_station(stay.place),
        partner=stay.partner,
        first_at=stay.scans[0].at,
        last_at=stay.scans[-1].at,
        received_at=stay.received.at if stay.received else None,
        sent_at=stay.sent.at if stay.sent else None,
        sent_to=stay.sent.towards if stay.sent else "",
        event_ids=tuple(scan.id for scan in stay.scans),
    )


def _leg(one: Stay, other: Stay) -> Leg:
    return Leg(
        origin=one.place,
        destination=other.place,
        sent_at=one.sent.at if one.sent else None,
        received_at=other.received.at if other.received else None,
    )


def _limits(logged: Sequence[CustodyEvent], reading: Reading) -> Iterator[Sentence]:
    """Say what this log cannot tell, so that nobody reads more out of it."""
    placed = [stay for stay in reading.stays if stay.kind not in {HolderKind.CONSIGNEE, HolderKind.SENDER}]
    if any(stay.sent is not None and stay.kind is HolderKind.STATION for stay in reading.stays):
        yield limit_sentence("way")
    if any(stay.kind is HolderKind.COURIER for stay in reading.stays):
        yield limit_sentence("courier")
    if any(not is_station(stay.place) for stay in placed):
        yield limit_sentence("place")
    if reading.partner:
        yield limit_sentence("partner")
    if placed and not reading.tells_of_stations:
        yield limit_sentence("milestones")
    if any(not event.understood for event in logged):
        yield limit_sentence("not_understood")
    if placed and placed[0].received is None:
        yield limit_sentence("begins_late")
