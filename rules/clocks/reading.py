"""Reading clocks: what of a case is due when, by its anchors and the profiles in force. Computed, never stored as such.

Belongs here: which event starts, restarts, meets or ends a clock. Does not belong here: how time is counted
(`rules.clocks.counting`), and how it is told (`rules.clocks.explanation`).
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import NamedTuple

from rules.clocks.book import BOOK
from rules.clocks.counting import Stop, due_after, stopped_for, stops_of, until
from rules.clocks.explanation import explain
from rules.clocks.profiles import OPENED, Clock, ClockBook, Profile, is_fact
from schemas.clocks import Anchors, ClockCommand, ClockReading, ClockStatus, Mark, NextDue, TimeUnit

NO_NUMBER = 0
"""The place in the history of a fact: it has none."""
NEVER = datetime.min.replace(tzinfo=UTC)
"""Before all that is due: nothing is due by the time of a case that was never escalated."""
FOLLOWS_HOLIDAYS = frozenset({TimeUnit.BUSINESS_HOURS, TimeUnit.WORKING_DAYS})


@dataclass(frozen=True, slots=True)
class _Run:
    """One clock of one case that was started."""

    start: Mark
    begun_by: str
    met_at: datetime | None
    ended: bool


class Due(NamedTuple):
    """When one running clock is due."""

    at: datetime
    clock: Clock
    profile: Profile


@dataclass(frozen=True, slots=True)
class Dues:
    """When every running clock of a case is due, the carrier's own before those of law."""

    running: tuple[Due, ...]
    first: NextDue | None

    def of(self, clock_id: str) -> datetime | None:
        """Give when one clock is due; None when it does not run, was met, or is stopped."""
        return next((due.at for due in self.running if due.clock.id == clock_id), None)


def dues_of(anchors: Anchors, *, book: ClockBook = BOOK) -> Dues:
    """Give when every running clock is due, and which is due first. It needs no clock, so that it can be stored.

    A clock that ran out and was escalated after that is due again one escalation step later: the next level's time.

    Raises:
        NoSuchProfile: no version of the case's profile held when it came under it.
    """
    chosen = book.chosen(anchors)
    of_law, law_versions = book.of_law(anchors.jurisdiction)
    stops = stops_of(anchors.pauses)
    running = tuple(
        Due(due_at, clock, profile)
        for profile in (chosen, *of_law)
        for clock in profile.clocks_in(anchors.state)
        if (due_at := _due_if_unmet(clock, anchors, stops)) is not None
    )
    versions = f"{chosen.reference} {law_versions}" if law_versions else chosen.reference
    return Dues(running, _first_of(running, anchors, chosen, versions, book.calendars.version))


def _first_of(
    running: tuple[Due, ...], anchors: Anchors, chosen: Profile, versions: str, calendars: str
) -> NextDue | None:
    if not running:
        return None
    escalations = anchors.marks.get(ClockCommand.ESCALATE)
    escalated_at = escalations[-1].at if escalations else NEVER
    next_step = escalated_at + chosen.escalation_step
    first_at, first = min(
        ((next_step if due.at <= escalated_at else due.at, due) for due in running), key=itemgetter(0)
    )
    return NextDue(first_at, first.clock.id, first.profile.kind, first.at <= escalated_at, versions, calendars)


def next_due(anchors: Anchors, *, book: ClockBook = BOOK) -> NextDue | None:
    """Give what is due first of all that runs (`dues_of`); None when nothing does.

    Raises:
        NoSuchProfile: no version of the case's profile held when it came under it.
    """
    return dues_of(anchors, book=book).first


def _due_if_unmet(clock: Clock, anchors: Anchors, stops: tuple[Stop, ...]) -> datetime | None:
    begun = _begun(clock, anchors)
    if begun is None or _met_at(clock, anchors, begun[0]) is not None:
        return None
    return _due(clock, anchors, begun[0].at, stops)


def due_of(clock_id: str, anchors: Anchors, *, book: ClockBook = BOOK) -> datetime | None:
    """Give when one clock, the carrier's own or one of law, is due; None when it does not run, was met, or is stopped.

    Raises:
        NoSuchProfile: no version of the case's profile held when it came under it.
    """
    of_law, _ = book.of_law(anchors.jurisdiction)
    for profile in (book.chosen(anchors), *of_law):
        clock = profile.clock(clock_id)
        if clock is not None and anchors.state not in profile.closed_states:
            runs = not clock.in_states or anchors.state in clock.in_states
            return _due_if_unmet(clock, anchors, stops_of(anchors.pauses)) if runs else None
    return None


class Outcome(NamedTuple):
    """What became of one clock, without its derivation."""

    status: ClockStatus
    due_at: datetime | None
    met_at: datetime | None


def outcome_of(clock_id: str, anchors: Anchors, *, now: datetime, book: ClockBook = BOOK) -> Outcome | None:
    """Say what became of one clock, the carrier's own or one of law; None when it was never started.

    Raises:
        NoSuchProfile: no version of the case's profile held when it came under it.
    """
    of_law, _ = book.of_law(anchors.jurisdiction)
    stops = stops_of(anchors.pauses)
    for profile in (book.chosen(anchors), *of_law):
        for clock in profile.clocks:
            closed = anchors.state in profile.closed_states
            if clock.id == clock_id and (run := _run(clock, anchors, closed=closed)) is not None:
                due_at = _due(clock, anchors, run.start.at, _held(run, stops))
                return Outcome(_status(run, due_at, now), due_at, run.met_at)
    return None


def read_clocks(anchors: Anchors, *, now: datetime, book: ClockBook = BOOK) -> tuple[ClockReading, ...]:
    """Read every clock of a case that was ever started, each with its derivation.

    Raises:
        NoSuchProfile: no version of the case's profile held when it came under it.
    """
    of_law, _ = book.of_law(anchors.jurisdiction)
    stops = stops_of(anchors.pauses)
    return tuple(
        _reading(clock, profile, anchors, run, stops, now)
        for profile in (book.chosen(anchors), *of_law)
        for clock in profile.clocks
        if (run := _run(clock, anchors, closed=anchors.state in profile.closed_states)) is not None
    )


def _run(clock: Clock, anchors: Anchors, *, closed: bool) -> _Run | None:
    """Say of a clock that was started whether it was met since, and whether it still counts."""
    begun = _begun(clock, anchors)
    if begun is None:
        return None
    start, begun_by = begun
    ended = closed or bool(clock.in_states and anchors.state not in clock.in_states)
    return _Run(start, begun_by, _met_at(clock, anchors, start), ended)


def _begun(clock: Clock, anchors: Anchors) -> tuple[Mark, str] | None:
    """Find where a clock starts, and what started it; None if nothing did.

    A command that starts it anew starts it also where the one that starts it first never came.
    """
    begun_by = clock.starts_on
    start = _first(begun_by, anchors)
    if start is None and is_fact(begun_by):
        return None
    for name in clock.restarts_on.commands:
        marks = anchors.marks.get(name)
        if marks and (start is None or marks[-1] > start):
            start, begun_by = marks[-1], name
    for name in clock.restarts_on.facts:
        again = _fact(name, anchors)
        if again is not None and start is not None and again > start:
            start, begun_by = again, name
    return (start, begun_by) if start is not None and clock.holds_at(start.at) else None


def _first(name: str, anchors: Anchors) -> Mark | None:
    if name == OPENED:
        return anchors.opened
    marks = anchors.marks.get(name)
    return marks[0] if marks else _fact(name, anchors)


def _fact(name: str, anchors: Anchors) -> Mark | None:
    at = anchors.facts.get(name)
    return Mark(at, NO_NUMBER) if at is not None else None


def _met_at(clock: Clock, anchors: Anchors, start: Mark) -> datetime | None:
    """Give the earliest time since the start that meets a clock: of entries, those that came after it in the history.

    A clock that a fact starts is met by another fact whenever that was, unless only later ones count: a parcel may
    arrive before its promise.
    """
    names, whenever = clock.met_by, start.number == NO_NUMBER and not clock.only_after
    met = [at for name in names.facts if (at := anchors.facts.get(name)) is not None and (whenever or at >= start.at)]
    for name in names.commands:
        for mark in anchors.marks.get(name, ()):
            if mark.number > start.number if start.number else mark.at >= start.at:
                met.append(mark.at)
                break
    return min(met, default=None)


def _due(clock: Clock, anchors: Anchors, start: datetime, stops: tuple[Stop, ...]) -> datetime | None:
    amount = clock.amount_for(anchors.severity, anchors.lane)
    pauses = stops if clock.pausable else ()
    return due_after(start, amount, unit=clock.unit, calendar=clock.calendar, stops=pauses)


def _reading(
    clock: Clock, profile: Profile, anchors: Anchors, run: _Run, stops: tuple[Stop, ...], now: datetime
) -> ClockReading:
    """Read one clock."""
    held = _held(run, stops)
    due_at = _due(clock, anchors, run.start.at, held)
    reading = ClockReading(
        clock=clock.id,
        title_zh=clock.title_zh,
        title_en=clock.title_en,
        kind=profile.kind,
        status=_status(run, due_at, now),
        started_at=run.start.at,
        due_at=due_at,
        met_at=run.met_at,
        paused=stopped_for(held if clock.pausable else (), start=run.start.at, end=max(now, run.start.at)),
        zone=clock.calendar.zone.key,
        provisional=_is_provisional(clock, run.start.at, due_at),
        rule=f"{profile.reference}:{clock.id}[{clock.scope_for(anchors.severity, anchors.lane)}]",
        source=clock.source,
        verified=clock.verified,
        explanation=(),
    )
    lines = explain(reading, clock=clock, anchors=anchors, begun_by=run.begun_by)
    return reading.model_copy(update={"explanation": lines})


def _held(run: _Run, stops: tuple[Stop, ...]) -> tuple[Stop, ...]:
    """Give the stops that count: of a clock that was met, only what was before."""
    return until(stops, run.met_at) if run.met_at is not None else stops


def _status(run: _Run, due_at: datetime | None, now: datetime) -> ClockStatus:
    if run.met_at is not None:
        return ClockStatus.MET if due_at is None or run.met_at <= due_at else ClockStatus.MET_LATE
    if run.ended:
        return ClockStatus.ENDED
    if due_at is None:
        return ClockStatus.STOPPED
    return ClockStatus.OVERDUE if due_at <= now else ClockStatus.RUNNING


def _is_provisional(clock: Clock, start: datetime, due_at: datetime | None) -> bool:
    if clock.unit not in FOLLOWS_HOLIDAYS:
        return False
    return not clock.calendar.knows(start, due_at or start)
