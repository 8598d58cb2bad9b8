"""Folding a case's history into its anchors: the little that clocks need of it, entry by entry.

Belongs here: what an entry does to the anchors, the same for every procedure. Does not belong here: any clock. So a
profile may be changed, and every case be read by it, without its history.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce

from schemas.clocks import MARKS_MAX, PAUSES_MAX, Anchors, ClockCommand, ClockEntry, Mark, Pause, PauseReason

KNOWN_REASONS = frozenset(PauseReason)


def fold(entries: Iterable[ClockEntry], *, start: Anchors | None = None) -> Anchors:
    """Fold a history, in the order in which it was written, into its anchors."""
    return reduce(advance, entries, start or Anchors())


def advance(anchors: Anchors, entry: ClockEntry) -> Anchors:
    """Take one more entry into the anchors."""
    mark = Mark(entry.at, anchors.entries + 1)
    moved = entry.state not in {"", anchors.state}
    changed = {
        "entries": mark.number,
        "opened": anchors.opened or mark,
        "marks": {**anchors.marks, entry.command: _kept(anchors.marks.get(entry.command, ()), mark)},
        "pauses": _pauses(anchors.pauses, entry),
        "facts": {**anchors.facts, **entry.facts} if entry.facts else anchors.facts,
        "severity": anchors.severity if entry.severity is None else entry.severity,
        "state": entry.state if moved else anchors.state,
        "state_since": entry.at if moved else anchors.state_since,
        "profile": entry.profile or anchors.profile,
        "profile_since": entry.at if entry.profile not in {"", anchors.profile} else anchors.profile_since or entry.at,
    }
    return anchors.model_copy(update=changed)


def knowing(anchors: Anchors, facts: Mapping[str, datetime | None]) -> Anchors:
    """Give the anchors with facts that stand elsewhere, such as the parcel's promise; None takes one back."""
    known = {name: at for name, at in {**anchors.facts, **facts}.items() if at is not None}
    return anchors.model_copy(update={"facts": known})


def _kept(marks: tuple[Mark, ...], mark: Mark) -> tuple[Mark, ...]:
    """Keep the first mark of a command and the latest."""
    return (*marks[:1], *marks[2:], mark) if len(marks) == MARKS_MAX else (*marks, mark)


def _pauses(pauses: tuple[Pause, ...], entry: ClockEntry) -> tuple[Pause, ...]:
    """Begin a pause, or end those that a release ends.

    A release ends the pause that it names; one that names none, or one that there is not, ends all of them, because
    whoever doubts lets the clocks run. So does reopening a case.
    """
    if entry.command == ClockCommand.PAUSE:
        return _paused(pauses, entry)
    if entry.command not in {ClockCommand.RELEASE, ClockCommand.REOPEN}:
        return pauses
    waited_for = {pause.reason for pause in pauses if pause.until is None}
    ended = {entry.reason} if entry.command == ClockCommand.RELEASE and entry.reason in waited_for else waited_for
    return tuple(
        pause.model_copy(update={"until": max(pause.since, entry.at)})
        if pause.until is None and pause.reason in ended
        else pause
        for pause in pauses
    )


def _paused(pauses: tuple[Pause, ...], entry: ClockEntry) -> tuple[Pause, ...]:
    if len(pauses) >= PAUSES_MAX or any(pause.until is None and pause.reason == entry.reason for pause in pauses):
        return pauses
    if entry.reason not in KNOWN_REASONS:
        return (*pauses, Pause(reason=entry.reason, since=entry.at, until=entry.at, stops=False))
    return (*pauses, Pause(reason=entry.reason, since=entry.at))
