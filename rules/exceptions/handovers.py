"""What each scan of a parcel says about custody, and how the chain grows by it, scan by scan.

Belongs here: which event proves what, and which handover is missing between two scans. Does not belong here: what is
missing at the end of a log or took too long, and what is handed out (`custody`).
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from rules.exceptions.custody_wording import gap_sentence
from rules.exceptions.pack import EXCEPTION_PACK
from rules.packs import Rule
from rules.tracking.stations import are_other_cities, is_elsewhere, is_station, stations_of
from schemas.custody import CustodyEvent, Gap, GapKind, HolderKind, Report
from schemas.tracking import SIGNALS, Event


class Act(Enum):
    """What a scan says about custody."""

    NOTHING = auto()  # the parcel was not handed over yet
    RECEIVED = auto()
    SENT = auto()
    SEEN = auto()  # the place had it, and nobody says since when
    OUT = auto()
    DEPOSITED = auto()
    SIGNED = auto()
    BACK_WITH_SENDER = auto()
    AT_CUSTOMS = auto()
    RELEASED = auto()
    TO_PARTNER = auto()


ACT_OF: dict[Event, Act] = {
    Event.ORDER_CREATED: Act.NOTHING,
    Event.AWAITING_PICKUP: Act.NOTHING,
    Event.PICKUP_FAILED: Act.NOTHING,
    Event.PICKED_UP: Act.RECEIVED,
    Event.ARRIVED_HUB: Act.RECEIVED,
    Event.DEPARTED_HUB: Act.SENT,
    Event.IN_TRANSIT: Act.SEEN,
    Event.ARRIVED_DEST_CITY: Act.RECEIVED,
    Event.ARRIVED_OUTLET: Act.RECEIVED,
    Event.CUSTOMS_PENDING: Act.AT_CUSTOMS,
    Event.CUSTOMS_HELD: Act.AT_CUSTOMS,
    Event.CUSTOMS_RELEASED: Act.RELEASED,
    Event.OUT_FOR_DELIVERY: Act.OUT,
    Event.DELIVERY_FAILED: Act.SEEN,
    Event.AT_PICKUP_POINT: Act.DEPOSITED,
    Event.DELIVERED: Act.SIGNED,
    Event.DELIVERED_PROXY: Act.SIGNED,
    Event.DELIVERED_PICKUP_POINT: Act.SIGNED,
    Event.HELD: Act.SEEN,
    Event.EXCEPTION: Act.SEEN,
    Event.FORWARDED: Act.SEEN,
    Event.TRANSFERRED_CARRIER: Act.TO_PARTNER,
    Event.RETURNING: Act.SEEN,
    Event.RETURNED: Act.BACK_WITH_SENDER,
    Event.CANCELLED_INTERCEPTED: Act.SEEN,
    Event.DISPOSED: Act.SEEN,
}
if untold := set(Event) - SIGNALS - set(ACT_OF):
    raise ValueError(f"what it says about custody is not declared of {sorted(untold)}")

PASSED_TO = {
    Act.DEPOSITED: HolderKind.PICKUP_POINT,
    Act.SIGNED: HolderKind.CONSIGNEE,
    Act.BACK_WITH_SENDER: HolderKind.SENDER,
    Act.AT_CUSTOMS: HolderKind.CUSTOMS,
    Act.TO_PARTNER: HolderKind.PARTNER,
}
REPORTS = frozenset({Event.EXCEPTION, Event.DELIVERY_FAILED, Event.HELD, Event.CUSTOMS_HELD})
ENDED = frozenset({Event.CANCELLED_INTERCEPTED, Event.DISPOSED})
ROUND_ENDS = (REPORTS - {Event.CUSTOMS_HELD}) | ENDED | {Event.RETURNING, Event.FORWARDED}
MOVES = frozenset({Act.RECEIVED, Act.SENT, Act.OUT, Act.DEPOSITED, Act.AT_CUSTOMS, Act.TO_PARTNER})
AT_OUTLET = frozenset({Event.PICKED_UP, Event.ARRIVED_OUTLET, Event.OUT_FOR_DELIVERY, Event.DELIVERY_FAILED})


@dataclass(frozen=True, slots=True)
class Scan:
    """One event with what it says of custody."""

    event: CustodyEvent
    act: Act
    here: str
    towards: str

    @property
    def at(self) -> datetime:
        """When it was made."""
        return self.event.occurred_at

    @property
    def id(self) -> str:
        """What cites it."""
        return self.event.event_id


@dataclass(slots=True)
class Stay:
    """One holding while the log is read."""

    kind: HolderKind
    place: str
    partner: bool
    scans: list[Scan]
    received: Scan | None = None
    sent: Scan | None = None
    answer: Scan | None = None  # of a delivery round: what told that it failed

    def add(self, scan: Scan) -> None:
        """Join a scan of the same holder; one that names the station makes the place exacter."""
        self.scans.append(scan)
        if is_station(scan.here) and not is_station(self.place):
            self.place = scan.here
        if self.kind is HolderKind.COURIER and scan.event.event in ROUND_ENDS:
            self.answer = self.answer or scan

    def hand_on(self, scan: Scan) -> None:
        """Let the parcel go with the scan that shows it with the next holder."""
        self.sent = self.sent or scan

    def can_be_at(self, scan: Scan) -> bool:
        """Say whether nothing shows that a scan was made elsewhere."""
        return not is_elsewhere(self.place, scan.here)


@dataclass(slots=True)
class Reading:
    """The chain as far as the log has been read."""

    stays: list[Stay] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    contradictions: list[Gap] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    returning: bool = False
    partner: bool = False

    @property
    def tells_of_stations(self) -> bool:
        """True unless only milestones are told: then a delivery round would not be told either."""
        return any(
            scan.act in {Act.RECEIVED, Act.SENT} and scan.event.event is not Event.PICKED_UP
            for stay in self.stays
            for scan in stay.scans
        )

    def begin(self, kind: HolderKind, scan: Scan, *, received: bool = True, place: str = "") -> Stay:
        """Add the next holder."""
        stay = Stay(kind, place or scan.here, self.partner, [scan], received=scan if received else None)
        self.stays.append(stay)
        return stay

    def miss(self, kind: GapKind, stay: Stay, scan: Scan, *, since: Scan) -> Gap:
        """Note a gap that ends with a scan."""
        gap = missing(kind, place=stay.place, other=scan.here, since=since, until=scan)
        self.gaps.append(gap)
        return gap


def scan_of(event: CustodyEvent) -> Scan:
    """Read what an event says of custody."""
    stations = stations_of(location=event.location, text=event.text)
    told_sent = event.event is Event.IN_TRANSIT and stations.towards  # 已发往, whatever the code calls it
    return Scan(event, Act.SENT if told_sent else ACT_OF[event.event], stations.here, stations.towards)


def read(reading: Reading, scan: Scan) -> None:
    """Let the chain grow by one scan."""
    current = reading.stays[-1] if reading.stays else None
    if scan.act is Act.NOTHING:
        return
    if scan.event.event in {Event.RETURNING, Event.RETURNED}:
        reading.returning = True
    if current is not None and current.kind is HolderKind.CONSIGNEE and _moves(scan):
        if scan.at - current.scans[-1].at <= period("scan_disorder", scan).hours:
            current.add(scan)
            return
        _note_move_after_signing(reading, current, scan)
    if current is None:
        _read_first(reading, scan)
    elif scan.act in PASSED_TO:
        _read_passing(reading, current, scan)
    elif scan.act is Act.RECEIVED:
        _read_receipt(reading, current, scan)
    elif scan.act is Act.SENT:
        _read_sending(reading, current, scan)
    elif scan.act is Act.OUT:
        _read_round(reading, current, scan)
    else:
        _read_sight(reading, current, scan)
    _note_report(reading, scan)


def _moves(scan: Scan) -> bool:
    return scan.act in MOVES or scan.event.event is Event.IN_TRANSIT


def _note_move_after_signing(reading: Reading, current: Stay, scan: Scan) -> None:
    """Let the parcel go from the consignee: it comes back, or it never was with him."""
    if not reading.returning:
        reading.contradictions.append(reading.miss(GapKind.MOVED_AFTER_SIGNED, current, scan, since=current.scans[-1]))
    current.hand_on(scan)


def _note_report(reading: Reading, scan: Scan) -> None:
    if scan.event.event in REPORTS or scan.event.reason:
        position = len(reading.stays) - 1
        place = scan.here or reading.stays[position].place
        event = scan.event
        reading.reports.append(
            Report(event_id=scan.id, event=event.event, reason=event.reason, at=scan.at, place=place, holding=position)
        )


def _read_first(reading: Reading, scan: Scan) -> None:
    if scan.act in PASSED_TO:
        reading.partner = scan.act is Act.TO_PARTNER
        reading.begin(PASSED_TO[scan.act], scan)
    elif scan.act is Act.OUT:
        reading.begin(HolderKind.COURIER, scan)
    else:
        stay = reading.begin(HolderKind.STATION, scan, received=scan.act is Act.RECEIVED)
        stay.sent = scan if scan.act is Act.SENT else None


def _read_passing(reading: Reading, current: Stay, scan: Scan) -> None:
    """Pass the parcel to somebody who is no station of the carrier: locker, consignee, sender, customs, partner."""
    kind = PASSED_TO[scan.act]
    if current.kind is kind and (kind is not HolderKind.PICKUP_POINT or current.can_be_at(scan)):
        current.add(scan)
        return
    if kind is HolderKind.CONSIGNEE and current.kind is HolderKind.STATION and reading.tells_of_stations:
        reading.miss(GapKind.SIGNED_WITHOUT_OUT, current, scan, since=current.scans[-1])
    current.hand_on(scan)
    reading.partner = reading.partner or kind is HolderKind.PARTNER
    reading.begin(kind, scan)


def _read_receipt(reading: Reading, current: Stay, scan: Scan) -> None:
    if current.sent is None and current.kind is HolderKind.STATION and current.can_be_at(scan):
        current.add(scan)
        current.received = current.received or scan
        return
    if _is_late_receipt(reading, current, scan):
        current.add(scan)
        return
    _miss_handover(reading, current, scan)
    reading.begin(HolderKind.STATION, scan)


def _is_late_receipt(reading: Reading, current: Stay, scan: Scan) -> bool:
    """Say whether an outlet scans in only now what its courier carries already."""
    if current.kind is not HolderKind.COURIER or current.answer is not None or not current.can_be_at(scan):
        return False
    before = reading.stays[-2] if len(reading.stays) > 1 else None
    return before is None or before.received is None or not before.can_be_at(scan)


def _read_sending(reading: Reading, current: Stay, scan: Scan) -> None:
    if current.kind in {HolderKind.STATION, HolderKind.CUSTOMS} and current.can_be_at(scan):
        current.add(scan)
        current.sent = current.sent or scan
        return
    _miss_handover(reading, current, scan)
    reading.begin(HolderKind.STATION, scan, received=False).sent = scan


def _read_round(reading: Reading, current: Stay, scan: Scan) -> None:
    here = current.can_be_at(scan)
    is_soon = scan.at - current.scans[-1].at <= period("scan_disorder", scan).hours
    if here and current.kind is HolderKind.COURIER and current.answer is None and is_soon:
        current.add(scan)  # one round, told twice
        return
    if not here or current.kind is HolderKind.COURIER:
        _miss_handover(reading, current, scan)
    current.hand_on(scan)
    known = current.place if here and current.kind in {HolderKind.STATION, HolderKind.COURIER} else ""
    reading.begin(HolderKind.COURIER, scan, place=scan.here if is_station(scan.here) else known)


def _read_sight(reading: Reading, current: Stay, scan: Scan) -> None:
    told_of_round = current.kind is HolderKind.COURIER and scan.event.event is Event.DELIVERY_FAILED
    released = current.kind is HolderKind.CUSTOMS and scan.act is Act.RELEASED
    if told_of_round or released or current.can_be_at(scan) or current.kind is HolderKind.CONSIGNEE:
        current.add(scan)
        if released:
            current.hand_on(scan)
        return
    _miss_handover(reading, current, scan)
    reading.begin(HolderKind.STATION, scan, received=False)


def _miss_handover(reading: Reading, current: Stay, scan: Scan) -> None:
    """Note what is missing where the parcel turns up elsewhere."""
    last = current.scans[-1]
    if current.kind is HolderKind.COURIER and current.answer is None:
        reading.miss(GapKind.OUT_NOT_SIGNED, current, scan, since=last)
    elif current.kind is HolderKind.STATION and current.sent is None:
        if (twice := _received_twice(reading, current, scan)) is not None:
            reading.gaps.append(twice)
            reading.contradictions.append(twice)
        else:
            reading.miss(GapKind.RECEIVED_NOT_SENT, current, scan, since=last)
    elif current.kind is HolderKind.STATION and current.sent is not None and scan.act is not Act.RECEIVED:
        reading.miss(GapKind.SENT_NOT_RECEIVED, current, scan, since=current.sent)


def _received_twice(reading: Reading, current: Stay, scan: Scan) -> Gap | None:
    """Find the two stations that cannot both have had it: too far apart for the time, or the first acts again.

    A missing sending alone is no contradiction: many outlets never scan out.
    """
    last = current.scans[-1]
    is_soon = scan.at - last.at < period("travel", last).hours
    if is_soon and scan.act is Act.RECEIVED and are_other_cities(current.place, scan.here):
        return missing(GapKind.RECEIVED_TWICE, place=current.place, other=scan.here, since=last, until=scan)
    if len(reading.stays) > 1 and current.received is not None:
        before = reading.stays[-2]
        if before.kind is HolderKind.STATION and before.sent is None and before.received and before.can_be_at(scan):
            first = before.scans[-1]
            return missing(
                GapKind.RECEIVED_TWICE, place=before.place, other=current.place, since=first, until=current.received
            )
    return None


def period(id_: str, scan: Scan, *, scope: str = "*") -> Rule:
    """Find the period that held on the day of a scan."""
    return EXCEPTION_PACK.pick(id_, scope=scope, on=scan.at.date())


def missing(
    kind: GapKind,
    *,
    place: str,
    since: Scan,
    until: Scan | datetime,
    other: str = "",
    rule: Rule | None = None,
) -> Gap:
    """Make a gap that a scan ends, or that is open until some time."""
    seen = until if isinstance(until, Scan) else None
    length = (until.at if isinstance(until, Scan) else until) - since.at
    return Gap(
        kind=kind,
        place=place,
        other_place=other,
        since=since.at,
        until=seen.at if seen else None,
        event_ids=(since.id, seen.id) if seen else (since.id,),
        rule=rule.reference if rule else "",
        sentence=gap_sentence(kind, place=place, other=other, length=length, is_open=seen is None),
    )
