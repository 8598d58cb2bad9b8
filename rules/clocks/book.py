"""Reading the book of clocks from `profiles.toml` and from files like it, checked while they are read.

Belongs here: what such a file may say, and the book that Redress comes with. Does not belong here: what a profile
means (`rules.clocks.profiles`).
"""

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from rules.clocks.calendar_files import first_fault, load_calendars
from rules.clocks.calendars import Calendar
from rules.clocks.counting import amount_of
from rules.clocks.profiles import FACT, OPENED, Clock, ClockBook, Names, Profile, is_fact
from schemas.clocks import HOUR_UNITS, ClockKind, SeverityName, TimeUnit
from schemas.promises import LaneClass
from schemas.severity import Severity

BUILT_IN = Path(__file__).with_name("profiles.toml")


class ProfilesInvalid(ValueError):
    """A file of profiles cannot be used; the message names the file, the place and what is wrong."""


def load_book(*, calendars: Iterable[Path] = (), profiles: Iterable[Path] = ()) -> ClockBook:
    """Read the profiles and calendars of Redress, and a carrier's own beside them.

    Raises:
        CalendarInvalid: a file of calendars cannot be used.
        ProfilesInvalid: a file of profiles cannot be used.
    """
    known = load_calendars(*calendars)
    found: list[Profile] = []
    words = _Words()
    for file in (BUILT_IN, *profiles):
        try:
            table = _File.model_validate(tomllib.loads(file.read_text("utf-8"), parse_float=Decimal))
            words = words.joined(table.words)
            found += [_profile(row, words=words, calendars=known.by_name) for row in table.profile]
            _refuse_two_at_once(found)
        except ValidationError as invalid:
            raise ProfilesInvalid(f"{file}: {first_fault(invalid)}") from invalid
        except (OSError, ValueError) as invalid:
            raise ProfilesInvalid(f"{file}: {invalid}") from invalid
    return ClockBook(tuple(found), known, words.facts)


class _Row(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Words(_Row):
    """The names that clocks may use; a name that is none of them was mistyped."""

    commands: frozenset[str] = frozenset()
    facts: frozenset[str] = frozenset()
    states: frozenset[str] = frozenset()

    @model_validator(mode="after")
    def _tell_facts_from_commands(self) -> "_Words":
        wrong = [*(name for name in self.commands if is_fact(name)), *(n for n in self.facts if not is_fact(n))]
        if wrong:
            raise ValueError(f"{min(wrong)}: facts end with {FACT}, commands do not")
        return self

    def joined(self, other: "_Words") -> "_Words":
        return _Words(
            commands=self.commands | other.commands, facts=self.facts | other.facts, states=self.states | other.states
        )


_Value = Annotated[Decimal, Field(ge=Decimal("0.001"), le=10_000)]


class _ClockRow(_Row):
    id: str = Field(pattern=r"^[a-z][a-z_]*$")
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    starts_on: str
    met_by: tuple[str, ...] = ()
    restarts_on: tuple[str, ...] = ()
    only_after: bool = False
    in_states: frozenset[str] = frozenset()
    value: _Value
    by_severity: dict[SeverityName, _Value] = {}
    by_lane: dict[LaneClass, _Value] = {}
    unit: TimeUnit
    calendar: str
    pausable: bool = False
    source: str = Field(min_length=1)
    verified: Literal["law", "standard", "contract", "profile", "assumption"]
    valid_from: date | None = None
    valid_to: date | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> "_ClockRow":
        if self.pausable and self.unit not in HOUR_UNITS:
            raise ValueError(f"{self.id}: a pausable clock counts in hours, not in {self.unit}")
        if self.by_severity and self.by_lane:
            raise ValueError(f"{self.id}: its value depends on severity or on lane, not on both")
        if self.starts_on in self.met_by:
            raise ValueError(f"{self.id}: {self.starts_on} cannot both start and meet it")
        if not self.met_by and not self.restarts_on:
            raise ValueError(f"{self.id}: nothing meets it or starts it anew")
        for value in self.values():
            amount_of(value, self.unit)
        return self

    def values(self) -> list[Decimal]:
        return [self.value, *self.by_severity.values(), *self.by_lane.values()]


class _ProfileRow(_Row):
    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    version: str = Field(pattern=r"^\S+$")
    kind: ClockKind
    jurisdiction: str = ""
    title_zh: str
    title_en: str
    zone: str = "Asia/Shanghai"
    valid_from: date
    valid_to: date | None = None
    closed_states: frozenset[str] = Field(min_length=1)
    escalation_step_hours: _Value = Decimal(12)
    clock: tuple[_ClockRow, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _makes_sense(self) -> "_ProfileRow":
        if (self.kind is ClockKind.STATUTORY) != bool(self.jurisdiction):
            raise ValueError(f"{self.name}: a statutory profile, and no other, names its jurisdiction")
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            raise ValueError(f"{self.name}: it ends on {self.valid_to}, before it holds for a day")
        for clock in self.clock:
            if clock.pausable and self.kind is ClockKind.STATUTORY:
                raise ValueError(f"{clock.id}: a statutory clock never pauses")
        return self


class _File(_Row):
    words: _Words = _Words()
    profile: tuple[_ProfileRow, ...] = Field(min_length=1)


def _profile(row: _ProfileRow, *, words: _Words, calendars: Mapping[str, Calendar]) -> Profile:
    zone = ZoneInfo(row.zone)
    _refuse_unknown_words(row, words)
    clocks = tuple(_clock(clock, row, zone=zone, calendars=calendars) for clock in row.clock)
    _refuse_two_rows_at_once(row.name, clocks)
    digest = hashlib.sha256(_canonical(row).encode()).hexdigest()[:8]
    return Profile(
        name=row.name,
        version=row.version,
        kind=row.kind,
        jurisdiction=row.jurisdiction,
        title_zh=row.title_zh,
        title_en=row.title_en,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        starts=_midnight(row.valid_from, zone),
        ends=_midnight(row.valid_to, zone) if row.valid_to else None,
        closed_states=row.closed_states,
        escalation_step=timedelta(hours=float(row.escalation_step_hours)),
        clocks=clocks,
        reference=f"{row.name}/{row.version}#{digest}",
    )


def _clock(row: _ClockRow, profile: _ProfileRow, *, zone: ZoneInfo, calendars: Mapping[str, Calendar]) -> Clock:
    """Make a clock of its row. Its dates are its own, else its profile's where each clock is picked by its start."""
    if row.calendar not in calendars:
        raise ValueError(f"{profile.name}.{row.id}: there is no calendar {row.calendar}")
    statutory = profile.kind is ClockKind.STATUTORY
    first = row.valid_from or (profile.valid_from if statutory else None)
    last = row.valid_to or (profile.valid_to if statutory else None)
    if first and last and last <= first:
        raise ValueError(f"{profile.name}.{row.id}: it ends on {last}, before it holds for a day")
    return Clock(
        **{name: getattr(row, name) for name in _COPIED},
        met_by=Names.of(*row.met_by),
        restarts_on=Names.of(*row.restarts_on),
        only_after=row.only_after,
        by_severity={Severity[name]: value for name, value in row.by_severity.items()},
        calendar=calendars[row.calendar],
        valid_from=_midnight(first, zone) if first else datetime.min.replace(tzinfo=UTC),
        valid_to=_midnight(last, zone) if last else None,
        amount=amount_of(row.value, row.unit),
        amount_by_severity={Severity[name]: amount_of(value, row.unit) for name, value in row.by_severity.items()},
        amount_by_lane={lane: amount_of(value, row.unit) for lane, value in row.by_lane.items()},
    )


_COPIED = (
    "id", "title_zh", "title_en", "starts_on", "in_states", "value", "by_lane", "unit", "pausable", "source",
    "verified",
)  # fmt: skip


def _canonical(row: _ProfileRow) -> str:
    """Write a row so that the same row gives the same text: sets have no order of their own."""

    def ordered(value: object) -> object:
        if isinstance(value, dict):
            return sorted((str(key), ordered(item)) for key, item in value.items())
        if isinstance(value, frozenset):
            return sorted(value)
        return [ordered(item) for item in value] if isinstance(value, tuple) else str(value)

    return str(ordered(row.model_dump()))


def _refuse_unknown_words(row: _ProfileRow, words: _Words) -> None:
    for clock, kind, name in _words_of(row):
        known = {"event": words.commands | words.facts | {OPENED}, "state": words.states}[kind]
        if name not in known:
            raise ValueError(f"{row.name}{clock}: {name} is no {kind} of [words]")


def _words_of(row: _ProfileRow) -> Iterator[tuple[str, str, str]]:
    for state in sorted(row.closed_states):
        yield "", "state", state
    for clock in row.clock:
        for name in (clock.starts_on, *clock.met_by, *clock.restarts_on):
            yield f".{clock.id}", "event", name
        for state in sorted(clock.in_states):
            yield f".{clock.id}", "state", state


def _refuse_two_rows_at_once(profile: str, clocks: Iterable[Clock]) -> None:
    ordered = sorted(clocks, key=lambda clock: (clock.id, clock.valid_from))
    for earlier, later in pairwise(ordered):
        if earlier.id == later.id and (earlier.valid_to is None or earlier.valid_to > later.valid_from):
            raise ValueError(f"{profile}.{earlier.id}: two rows hold on the same day")


def _refuse_two_at_once(profiles: Iterable[Profile]) -> None:
    ordered = sorted(profiles, key=lambda profile: (profile.name, profile.starts))
    for earlier, later in pairwise(ordered):
        if earlier.name == later.name and (earlier.ends is None or earlier.ends > later.starts):
            raise ValueError(f"{earlier.name}: two versions hold on the same day")


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


BOOK = load_book()
"""What Redress comes with."""
