"""What was asked for and not kept, with its evidence, and the troubles that this makes (R111, R114).

A breach is judged by what was known and in force when the event happened: nobody breaks what was said afterwards. It
is found only where the events prove it; a point that may be a station is no locker, silence about a call is no proof.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, tzinfo

from rules.exceptions.triggers import type_opened_by
from rules.preferences.goods import LOCKER_RULES, inspection_owed_for
from rules.preferences.lockers import is_in_locker
from rules.preferences.standing import in_force
from rules.tracking.fold import standing
from schemas.exceptions import ExceptionType, Origin, Trouble
from schemas.preferences import (
    Breach,
    DeclaredPreference,
    Goods,
    PreferenceKind,
    TimeWindow,
    TimeWindows,
    ToldEvent,
    Weekday,
)  # fmt: skip
from schemas.tracking import Event, Reason

TELLING = frozenset({Event.AT_PICKUP_POINT, Event.DELIVERED_PICKUP_POINT, Event.DELIVERED, Event.DELIVERED_PROXY})
"""The events that can show a breach."""
HANDED_OVER = frozenset({Event.DELIVERED, Event.DELIVERED_PROXY})
WINDOW_MARGIN = timedelta(minutes=15)
"""By how much a scan may miss a window: the courier scans after he was at the door."""
NO_CALL = re.compile(
    r"(?:未|没有|没)(?:提前|事先|预先)?(?:电话|致电|打电话|拨打电话)(?:联系|通知|预约|确认)?(?![联通]?[系知]?[上到通])"
    r"|(?:未|没有)(?:提前|事先|预先)(?:联系|通知|预约)(?![上到通])"
    r"|\bwithout (?:a |any )?(?:call|calling|phone call|prior contact)\b",
    re.IGNORECASE,
)
"""How a feed says that nobody was called; a call that nobody answered is a call."""
WEEKDAYS = tuple(Weekday)


def breaches(
    entries: Sequence[DeclaredPreference], events: Iterable[ToldEvent], *, goods: Goods, zone: tzinfo
) -> tuple[Breach, ...]:
    """List what was not kept on one parcel: once for each kind and the version of it that was in force."""
    ordered = [event for event in standing(events) if event.understood and event.event in TELLING]
    found = [
        *_in_locker(entries, ordered, goods),
        *_outside_window(entries, ordered, zone),
        *_uncalled(entries, ordered),
    ]
    merged: dict[tuple[PreferenceKind, str], Breach] = {}
    for breach in found:
        key = (breach.kind, breach.basis)
        merged[key] = _together(merged[key], breach) if key in merged else breach
    return tuple(merged.values())


def _together(earlier: Breach, later: Breach) -> Breach:
    return later.model_copy(update={"since": earlier.since, "event_ids": earlier.event_ids + later.event_ids})


def _in_locker(entries: Sequence[DeclaredPreference], ordered: Sequence[ToldEvent], goods: Goods) -> Iterator[Breach]:
    """Find each time the parcel was put into a locker against a wish or against the rules about its goods."""
    for stay in _locker_stays(ordered):
        put_in = stay[0]
        standing = in_force(entries, at=put_in.occurred_at)
        for kind, asked in (
            (PreferenceKind.NEVER_LOCKER, "never into a locker"),
            (PreferenceKind.INSPECT_FACE_TO_FACE, "opened face to face"),
        ):
            if kind in standing:
                yield _breach(standing[kind], stay, Reason.CARRIER_UNAUTH_LOCKER, asked)
        owed_for = inspection_owed_for(goods, at=put_in.occurred_at)
        if owed_for:
            yield Breach(
                kind=PreferenceKind.INSPECT_FACE_TO_FACE,
                event_ids=tuple(event.event_id for event in stay),
                trigger=put_in.event_id,
                since=put_in.occurred_at,
                latest=put_in.occurred_at,
                reason=Reason.CARRIER_UNAUTH_LOCKER,
                asked=f"{owed_for} goods: opened face to face, never into a locker",
                basis=f"{LOCKER_RULES}: {owed_for}",
            )


def _locker_stays(ordered: Iterable[ToldEvent]) -> list[list[ToldEvent]]:
    """Pair each putting into a locker with the fetching from it; a fetching alone shows that it was put in as well."""
    stays: list[list[ToldEvent]] = []
    for event in ordered:
        if event.event in HANDED_OVER or not is_in_locker(event):
            continue
        if event.event is Event.DELIVERED_PICKUP_POINT and stays:
            stays[-1].append(event)
        else:
            stays.append([event])
    return stays


def _outside_window(
    entries: Sequence[DeclaredPreference], ordered: Iterable[ToldEvent], zone: tzinfo
) -> Iterator[Breach]:
    """Look at the first handing over alone: others may be the same told again."""
    first = next((event for event in ordered if event.event in HANDED_OVER), None)
    if first is None:
        return
    entry = in_force(entries, at=first.occurred_at).get(PreferenceKind.TIME_WINDOW)
    if entry is None or not isinstance(entry.preference, TimeWindows):
        return
    windows = entry.preference.windows
    if not any(_is_within(first.occurred_at.astimezone(zone), window) for window in windows):
        yield _breach(entry, [first], Reason.CARRIER_AGAINST_WISH, written_windows(windows))


def _is_within(local: datetime, window: TimeWindow) -> bool:
    start, until = (datetime.combine(local.date(), clock, local.tzinfo) for clock in (window.start, window.until))
    return WEEKDAYS[local.weekday()] in window.days and start - WINDOW_MARGIN <= local < until + WINDOW_MARGIN


def written_windows(windows: Iterable[TimeWindow]) -> str:
    """Write windows for a record: `mon tue 08:00-10:00, sat 14:00-18:00`."""
    return ", ".join(
        f"{' '.join(day for day in Weekday if day in window.days)} {window.start:%H:%M}-{window.until:%H:%M}"
        for window in windows
    )


def _uncalled(entries: Sequence[DeclaredPreference], ordered: Iterable[ToldEvent]) -> Iterator[Breach]:
    for event in ordered:
        entry = in_force(entries, at=event.occurred_at).get(PreferenceKind.CALL_FIRST)
        if entry is not None and NO_CALL.search(event.raw_text):
            yield _breach(entry, [event], Reason.CARRIER_AGAINST_WISH, "a call before delivery")


def _breach(entry: DeclaredPreference, shown_by: Sequence[ToldEvent], reason: Reason, asked: str) -> Breach:
    return Breach(
        kind=entry.kind,
        event_ids=tuple(event.event_id for event in shown_by),
        trigger=shown_by[0].event_id,
        since=shown_by[0].occurred_at,
        latest=shown_by[0].occurred_at,
        reason=reason,
        asked=asked,
        basis=f"{entry.kind} version {entry.version}",
        version=entry.version,
        source=entry.source,
        recorded_at=entry.recorded_at,
    )


def type_of(breach: Breach) -> ExceptionType:
    """Name the exception that a breach opens: the one that the carrier's own report of it would."""
    opened = type_opened_by(Event.EXCEPTION, breach.reason)
    assert opened is not None  # a reported exception always opens one
    return opened


def troubles_of(found: Iterable[Breach]) -> tuple[Trouble, ...]:
    """Make one trouble of all breaches of a type, with each of them as its evidence."""
    grouped: dict[ExceptionType, list[Breach]] = {}
    for breach in found:
        grouped.setdefault(type_of(breach), []).append(breach)
    return tuple(_trouble(type_, grouped[type_]) for type_ in sorted(grouped))


def _trouble(type_: ExceptionType, found: Sequence[Breach]) -> Trouble:
    newest = max(found, key=lambda breach: breach.latest)
    return Trouble(
        type=type_,
        since=min(breach.since for breach in found),
        latest=newest.latest,
        trigger=newest.trigger,
        reason=newest.reason.value,
        origin=Origin.BREACH,
        evidence={"breaches": [breach.model_dump(mode="json") for breach in found]},
    )
