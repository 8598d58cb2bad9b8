"""The command about clocks: clocks.

Belongs here: reading the file and printing what is due. Does not belong here: which clocks there are and how they count
(`rules.clocks`). It needs no installation: no database, no engine.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cyclopts import App

from deployments.command.json_files import faults, read_facts
from deployments.command.outcome import WrongUsage
from deployments.command.output import print_json, print_table

if TYPE_CHECKING:
    from rules.clocks.profiles import ClockBook
    from schemas.clocks import Anchors, CaseClocks, ClockEntry, ClockReading, NextDue


def add_to(app: App) -> None:
    """Add this command to the `redress` command."""
    app.command(clocks)


def clocks(
    file: Path | None = None,
    *,
    at: str | None = None,
    json: bool = False,
    schema: bool = False,
    calendars: Path | None = None,
    profiles: Path | None = None,
) -> None:
    """Show what is due when by the history of a case, each due time with its derivation; nothing is stored.

    The file holds the profile, the facts and the history as JSON (docs/clocks.md has an example).

    - `redress clocks case.json`
    - `redress clocks case.json --at 2026-12-01T09:00:00+08:00 --json`
    - `redress clocks --schema`: what the file may hold

    Args:
        file: The history of a case.
        at: The time at which to look, with its offset; what the history says of later is left out. Now, and the
            whole history, when it is not named.
        json: Print JSON.
        schema: Print the JSON schema of the file instead.
        calendars: A file with calendars of your own, instead of that of REDRESS_CLOCK_CALENDARS_FILE.
        profiles: A file with profiles of your own, instead of that of REDRESS_CLOCK_PROFILES_FILE.
    """
    from rules.clocks.profiles import NoSuchProfile
    from rules.clocks.reading import next_due, read_clocks
    from schemas.clocks import CaseClocks

    if schema:
        print_json(CaseClocks.model_json_schema())
        return
    if file is None:
        raise WrongUsage("name the file with the history, or ask for its --schema")
    now = _time(at)
    book = _book(calendars, profiles)
    case = read_facts(file, CaseClocks)
    entries = [entry for entry in case.history if at is None or entry.at <= now]
    if not entries:
        raise WrongUsage(f"{file}: history: nothing had happened by {at}")
    _refuse_unknown_facts(case, file=file, book=book)
    anchors = _anchors(case, entries)
    try:
        due, readings = next_due(anchors, book=book), read_clocks(anchors, now=now, book=book)
    except NoSuchProfile as missing:
        raise WrongUsage(f"{file}: profile: {missing}") from missing
    if json:
        print_json(_document(due, readings, now=now, left_out=len(case.history) - len(entries), book=book))
    else:
        print_clocks(due, readings, left_out=len(case.history) - len(entries))


def _time(written: str | None) -> datetime:
    from pydantic import TypeAdapter, ValidationError

    from schemas.clocks import Moment

    if written is None:
        return datetime.now(UTC)
    try:
        return TypeAdapter[datetime](Moment).validate_python(written)
    except ValidationError as invalid:
        raise WrongUsage(f"--at {written}: {faults(invalid)}") from invalid


def _book(calendars: Path | None, profiles: Path | None) -> "ClockBook":
    from rules.clocks.book import ProfilesInvalid
    from rules.clocks.calendar_files import CalendarInvalid
    from tasks.clock_book import ClockSettings, clock_book

    named = {"calendars_file": calendars, "profiles_file": profiles}
    settings = ClockSettings().model_copy(update={name: file for name, file in named.items() if file is not None})
    try:
        return clock_book(settings)
    except (CalendarInvalid, ProfilesInvalid) as invalid:
        raise WrongUsage(str(invalid)) from invalid


def _refuse_unknown_facts(case: "CaseClocks", *, file: Path, book: "ClockBook") -> None:
    """Refuse a fact that no clock knows: it was mistyped, and its clock would never run."""
    named = {f"facts.{name}": name for name in case.facts}
    named |= {f"history.{n}.facts.{name}": name for n, entry in enumerate(case.history) for name in entry.facts}
    for where, name in named.items():
        if name not in book.facts:
            raise WrongUsage(f"{file}: {where}: no clock knows this fact; they know {', '.join(sorted(book.facts))}")


def _anchors(case: "CaseClocks", entries: "Iterable[ClockEntry]") -> "Anchors":
    """Fold entries in the order of their times."""
    from rules.clocks.anchors import fold
    from schemas.clocks import Anchors

    start = Anchors(
        profile=case.profile, jurisdiction=case.jurisdiction, lane=case.lane, severity=case.severity, facts=case.facts
    )
    return fold(sorted(entries, key=lambda entry: entry.at), start=start)


def _document(
    due: "NextDue | None", readings: "tuple[ClockReading, ...]", *, now: datetime, left_out: int, book: "ClockBook"
) -> dict[str, Any]:
    return {
        "at": _z(now),
        "entries_left_out": left_out,
        "next_due": due and {**due._asdict(), "due_at": _z(due.due_at)},
        "clocks": [
            {
                **reading.model_dump(mode="json", exclude={"paused"}),
                "paused_seconds": reading.paused.total_seconds(),
                "stopped_now": reading.stopped_now,
                "overdue": reading.overdue,
            }
            for reading in readings
        ],
        "calendar_version": book.calendars.version,
    }


def _z(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def print_clocks(due: "NextDue | None", readings: "tuple[ClockReading, ...]", *, left_out: int = 0) -> None:
    """Print what is due when, and how each due time comes about."""
    print_table(
        ("clock", "中文", "started", "due", "status", "stopped for", ""),
        [
            (reading.clock, reading.title_zh, _started(reading), _due(reading), reading.status,
             reading.paused or "", "provisional" if reading.provisional else "")
            for reading in readings
        ],
    )  # fmt: skip
    for reading in readings:
        print(f"\n{reading.clock}: {reading.title_en} ({reading.kind})")
        for line in reading.explanation:
            print(f"  {line}")
    next_due = f"Next due: {due.due_kind} at {_z(due.due_at)}." if due else "Nothing is due."
    print(f"\n{next_due}")
    if left_out:
        print(f"Entries of the history that came later and were left out: {left_out}.")


def _started(reading: "ClockReading") -> str:
    return reading.started_at.astimezone(ZoneInfo(reading.zone)).strftime("%Y-%m-%d %H:%M %Z")


def _due(reading: "ClockReading") -> str:
    from rules.clocks.explanation import due_locally

    return due_locally(reading.due_at, ZoneInfo(reading.zone)) if reading.due_at else ""
