"""Tracking that came late or was untrue (R3), found by comparing what the log of one waybill says with itself.

Three things are looked for, each so that an honest carrier is left alone:

- a scan that was told long after a later one of the same sender had been told (the parcel's way was filled in behind
  it). A history that comes in one go, however old, is not late; neither is an old scan that is worded anew.
- an arrival that stood for hours before it was taken back. A slip of the hand that is put right at once is not untrue.
- a delivery in person that the same sender lets another delivery follow: somebody signed, or nobody did. A parcel that
  goes back or elsewhere after it arrived is no contradiction.

Not part of the fold: a state is the same for every order in which events arrive, and this is about that order. Where
the consignee disputes the arrival, that dispute has a case of its own (FALSE_SIGN) and the arrival opens none here.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from rules.exceptions.pack import EXCEPTION_PACK
from rules.exceptions.silence import FIRST_RULES
from rules.exceptions.triggers import ARRIVED
from schemas.exceptions import ExceptionType, Trouble
from schemas.shipments import LoggedEvent
from schemas.tracking import SIGNALS, Event, Reason

HANDED_OVER = Event.DELIVERED
"""The arrival that nothing but a return or another journey may follow; proxies and lockers hand on what they took."""

STILL_UNDERWAY = frozenset({Event.OUT_FOR_DELIVERY, Event.DELIVERY_FAILED})
"""What a parcel that was handed over cannot be."""

NEXT_JOURNEY = frozenset({Event.RETURNING, Event.RETURNED, Event.FORWARDED, Event.TRANSFERRED_CARRIER})
"""After these an arrival was not the last word."""

TOLD_LATE_MIN = min(rule.hours for rule in EXCEPTION_PACK.rows("told_late"))
"""A log whose tellings lie closer together has no late scan, whichever rule held."""


def untrue_tracking(events: Iterable[LoggedEvent]) -> tuple[Trouble, ...]:
    """Find what of a waybill's tracking was late or untrue: one trouble that covers all of it, or none.

    It is as new as the newest telling that shows it, so that a case that was closed since has dealt with it.
    """
    unique = list({event.event_id: event for event in events if event.understood}.values())
    scans = [event for event in unique if event.event not in SIGNALS]
    standing = [scan for scan in scans if not scan.voided]
    found = list(_told_late(standing))
    if not any(event.event is Event.REPORTED_NOT_RECEIVED and not event.voided for event in unique):
        found += [*_taken_back(scans), *_contradicted(standing)]
    if not found:
        return ()
    newest, shown_at, reason = max(found, key=lambda entry: (entry[1], entry[0].event_id))
    return (
        Trouble(
            type=ExceptionType.TRACKING_UNTRUE,
            since=min(scan.occurred_at for scan, _, _ in found),
            latest=shown_at,
            trigger=newest.event_id,
            reason=reason,
        ),
    )


_Found = tuple[LoggedEvent, datetime, Reason]
"""The scan that is at fault, when that came to light, and why."""


def _told_late(scans: list[LoggedEvent]) -> Iterator[_Found]:
    """Yield the scans that were told long after a later one of the same sender."""
    told = [(scan, scan.received_at) for scan in scans if scan.received_at is not None]
    for scan, told_at in told:
        limit = _limit("told_late", scan)
        others = [(other, at) for other, at in told if other.source == scan.source and at < told_at]
        reworded = any((other.event, other.occurred_at) == (scan.event, scan.occurred_at) for other, _ in others)
        if not reworded and any(other.occurred_at > scan.occurred_at and at + limit <= told_at for other, at in others):
            yield scan, told_at, Reason.CARRIER_LATE_SCAN


def _taken_back(scans: list[LoggedEvent]) -> Iterator[_Found]:
    """Yield the arrivals that stood for long before they were taken back."""
    for scan in scans:
        if scan.event not in ARRIVED or scan.voided_at is None or scan.received_at is None:
            continue
        if scan.voided_at - scan.received_at >= _limit("stood_untrue", scan):
            yield scan, scan.voided_at, Reason.CARRIER_UNTRUE_SCAN


def _contradicted(scans: list[LoggedEvent]) -> Iterator[_Found]:
    """Yield the deliveries in person that the same sender lets the next delivery follow."""
    for arrival in scans:
        if arrival.event is not HANDED_OVER:
            continue
        limit = _limit("moved_after_arrival", arrival)
        after = [scan for scan in scans if scan.occurred_at > arrival.occurred_at]
        turned = min((scan.occurred_at for scan in after if scan.event in NEXT_JOURNEY), default=None)
        for scan in after:
            if (
                scan.event in STILL_UNDERWAY
                and scan.source == arrival.source
                and scan.occurred_at - arrival.occurred_at >= limit
                and (turned is None or scan.occurred_at < turned)
            ):
                yield arrival, scan.received_at or scan.occurred_at, Reason.CARRIER_UNTRUE_SCAN


def _limit(rule: str, scan: LoggedEvent) -> timedelta:
    return EXCEPTION_PACK.pick(rule, on=max(scan.occurred_at.date(), FIRST_RULES)).hours
