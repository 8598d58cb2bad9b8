"""Profiles: named sets of clocks with dates and a version.

Belongs here: what a clock is, and which profiles are in force for a case. Does not belong here: any figure (they are
data, read by `rules.clocks.book`), and how a history is read by them (`rules.clocks.reading`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from rules.clocks.calendar_files import Calendars
from rules.clocks.calendars import Calendar
from rules.clocks.counting import Amount
from schemas.clocks import Anchors, ClockKind, TimeUnit
from schemas.promises import LaneClass
from schemas.severity import Severity

OPENED = "opened"
FACT = "_at"
"""What ends with it is the name of a fact; every other name is a command, or `opened`: the first entry."""


def is_fact(name: str) -> bool:
    """Say whether a name is that of a fact."""
    return name.endswith(FACT)


@dataclass(frozen=True, slots=True)
class Names:
    """Names of events, told apart once: a history is asked for commands, the facts for the rest."""

    commands: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()

    @classmethod
    def of(cls, *names: str) -> "Names":
        """Tell names apart."""
        return cls(tuple(name for name in names if not is_fact(name)), tuple(name for name in names if is_fact(name)))

    def __iter__(self) -> Iterator[str]:
        yield from self.commands
        yield from self.facts


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of one profile: from which event on, how long, and by what it is met."""

    id: str
    title_zh: str
    title_en: str
    starts_on: str
    met_by: Names
    restarts_on: Names
    only_after: bool
    in_states: frozenset[str]
    value: Decimal
    by_severity: Mapping[Severity, Decimal]
    by_lane: Mapping[LaneClass, Decimal]
    unit: TimeUnit
    calendar: Calendar
    pausable: bool
    source: str
    verified: str
    valid_from: datetime
    valid_to: datetime | None
    amount: Amount
    amount_by_severity: Mapping[Severity, Amount]
    amount_by_lane: Mapping[LaneClass, Amount]

    def amount_for(self, severity: Severity, lane: LaneClass) -> Amount:
        """Give how long the clock runs in a case."""
        return self.amount_by_severity.get(severity) or self.amount_by_lane.get(lane) or self.amount

    def value_for(self, severity: Severity, lane: LaneClass) -> Decimal:
        """Give the clock's figure for a case."""
        return self.by_severity.get(severity, self.by_lane.get(lane, self.value))

    def scope_for(self, severity: Severity, lane: LaneClass) -> str:
        """Name the part of the clock's row that a case falls under."""
        if severity in self.by_severity:
            return severity.name
        return lane.value if lane in self.by_lane else "*"

    def holds_at(self, moment: datetime) -> bool:
        """Say whether the row held then."""
        return self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of a named set of clocks."""

    name: str
    version: str
    kind: ClockKind
    jurisdiction: str
    title_zh: str
    title_en: str
    valid_from: date
    valid_to: date | None
    starts: datetime
    ends: datetime | None
    closed_states: frozenset[str]
    escalation_step: timedelta
    clocks: tuple[Clock, ...]
    reference: str  # its name and version, and what they stand for: a changed figure is a changed reference
    _in_state: dict[str, tuple[Clock, ...]] = field(default_factory=dict, repr=False, compare=False)

    def clocks_in(self, state: str) -> tuple[Clock, ...]:
        """Give the clocks that can run in a state: very many cases ask for those of a few."""
        if state not in self._in_state:
            runs = () if state in self.closed_states else self.clocks
            self._in_state[state] = tuple(clock for clock in runs if not clock.in_states or state in clock.in_states)
        return self._in_state[state]

    def clock(self, clock_id: str) -> Clock | None:
        """Give the clock of that name; None where the profile has none."""
        return next((clock for clock in self.clocks if clock.id == clock_id), None)

    def holds_at(self, moment: datetime) -> bool:
        """Say whether this version held then."""
        return self.starts <= moment and (self.ends is None or moment < self.ends)


class NoSuchProfile(LookupError):
    """No profile of that name held at that time."""


@dataclass(frozen=True)
class ClockBook:
    """All profiles and their calendars."""

    profiles: tuple[Profile, ...]
    calendars: Calendars
    facts: frozenset[str]
    _of_law: dict[str, tuple[tuple[Profile, ...], str]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def profile_versions(self) -> frozenset[str]:
        """List the references of all profiles; a stored due time that names another was computed by older figures."""
        return frozenset(profile.reference for profile in self.profiles)

    @cached_property
    def internal(self) -> frozenset[str]:
        """Name the profiles that a case can begin under and be changed to: law and standards run beside them."""
        return frozenset(self._internal)

    @cached_property
    def _internal(self) -> dict[str, tuple[Profile, ...]]:
        """The carrier's own profiles, all versions of each by its name."""
        named: dict[str, tuple[Profile, ...]] = {}
        for profile in self.profiles:
            if profile.kind is ClockKind.INTERNAL:
                named[profile.name] = (*named.get(profile.name, ()), profile)
        return named

    def chosen(self, anchors: Anchors) -> Profile:
        """Find the version of the case's own profile that held when the case came under it.

        Raises:
            NoSuchProfile: there is none of that name, or none that held then.
        """
        named = self._internal.get(anchors.profile, ())
        for profile in named:
            if anchors.profile_since is None or profile.holds_at(anchors.profile_since):
                return profile
        if named:
            since = f"{anchors.profile_since:%Y-%m-%d %H:%M} UTC"
            raise NoSuchProfile(f"no version of the profile {anchors.profile} held on {since}")
        raise NoSuchProfile(f"there is no profile {anchors.profile}; there are {', '.join(self._internal)}")

    def of_law(self, jurisdiction: str) -> tuple[tuple[Profile, ...], str]:
        """List the statutory profiles of a jurisdiction and those above it, and their references in one text."""
        if jurisdiction not in self._of_law:
            found = tuple(
                profile
                for profile in self.profiles
                if profile.kind is ClockKind.STATUTORY and f"{jurisdiction}-".startswith(f"{profile.jurisdiction}-")
            )
            self._of_law[jurisdiction] = found, " ".join(profile.reference for profile in found)
        return self._of_law[jurisdiction]

    def is_current(self, *, profile_version: str, calendar_version: str) -> bool:
        """Say whether a due time that was stored with these versions would be computed by the same figures today."""
        return calendar_version == self.calendars.version and self.profile_versions.issuperset(profile_version.split())
