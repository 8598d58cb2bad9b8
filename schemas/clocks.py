"""Clocks: what a case's history says about time, and what is due by it.

Belongs here: what a history, its anchors, a reading and the file of `redress clocks` look like, for any procedure.
Does not belong here: which clocks there are (`rules/clocks/profiles.toml`) and how they count (`rules/clocks/`).
"""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from schemas.promises import LaneClass
from schemas.severity import Severity

DEFAULT_PROFILE = "seed-outlet"
MARKS_MAX = 8
"""Of each command the first time and the latest are kept, so many in all: anchors must not grow with the history."""
PAUSES_MAX = 50
"""A pause beyond this number stops nothing: a case that waits so often is no longer waiting."""


class ClockKind(StrEnum):
    """Who set the time."""

    INTERNAL = "internal"  # the carrier's own promise; a profile is chosen
    STATUTORY = "statutory"  # law or standard; runs beside every profile and never pauses


class TimeUnit(StrEnum):
    """What a clock counts in."""

    CALENDAR_HOURS = "calendar_hours"  # every hour counts
    BUSINESS_HOURS = "business_hours"  # the open hours of its calendar
    ELAPSED_DAYS = "elapsed_days"  # n times 24 hours from the moment on
    CALENDAR_DAYS = "calendar_days"  # the first day does not count; to the end of the n-th
    WORKING_DAYS = "working_days"  # the same, counting working days; to the end of business


HOUR_UNITS = frozenset({TimeUnit.CALENDAR_HOURS, TimeUnit.BUSINESS_HOURS})
"""Units that a pause can be taken from: only hours have a part that is left."""


class PauseReason(StrEnum):
    """What a case may wait for while its pausable clocks stand still. Any other reason stops nothing."""

    WAITING_CUSTOMER = "waiting_customer"
    WAITING_THIRD_PARTY = "waiting_third_party"
    WAITING_CUSTOMS = "waiting_customs"
    WAITING_AUTHORITY = "waiting_authority"
    FORCE_MAJEURE = "force_majeure"


class ClockCommand(StrEnum):
    """Commands that mean the same to the clocks of every procedure; all others are known to profiles only."""

    PAUSE = "pause"
    RELEASE = "release"
    REOPEN = "reopen"
    CHANGE_PROFILE = "change_profile"
    ESCALATE = "escalate"


class ClockStatus(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    STOPPED = "stopped"
    OVERDUE = "overdue"
    MET = "met"
    MET_LATE = "met_late"
    ENDED = "ended"  # it no longer counts: the case is closed, or left the states in which it runs


YEARS = range(1990, 2200)
"""No case is older, and no clock runs as long: a time outside was mistyped."""


def _written(value: object) -> object:
    """Take a time only as such: of a bare number nobody can say what it counts."""
    if isinstance(value, int | float):
        raise ValueError("should be a time with its offset, such as 2026-12-01T09:00:00+08:00")  # noqa: TRY004 - pydantic tells these
    return value


def _of_our_time(moment: datetime) -> datetime:
    if moment.year not in YEARS or _in_utc(moment).year not in YEARS:
        raise ValueError(f"should lie between {YEARS.start} and {YEARS.stop}")
    return moment


def _in_utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)


def _severity(value: object) -> object:
    """Read a severity by its name as well as by its number."""
    return Severity.__members__.get(value, value) if isinstance(value, str) else value


Reckoned = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""A time that clocks came to: as late as they run."""
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_written, json_schema_input_type=AwareDatetime),
    AfterValidator(_of_our_time),
    AfterValidator(_in_utc),
]
"""A time that somebody wrote down."""
SeverityName = Literal["MINOR", "ORDINARY", "SEVERE", "CRITICAL"]
AnySeverity = Annotated[Severity, BeforeValidator(_severity, json_schema_input_type=SeverityName | Literal[1, 2, 3, 4])]

_UNREAD = ("case_no", "seq", "from_state", "stage", "who", "role", "note", "policy_version", "updates")
"""What a row of an exported history has besides, and clocks do not read."""
READ_OF_DETAILS = frozenset({"facts", "profile", "severity"})
"""What clocks read of an entry's details."""


def _row_in_schema(schema: dict[str, Any]) -> None:
    """Say in the JSON schema that a row of an exported history is an entry, too."""
    schema["properties"] |= {
        "to_state": {"type": "string", "description": "The same as state."},
        "details": {"type": "object", "description": "Its facts, profile and severity are read as if beside it."},
        **{name: {"description": "Of a history row; not read."} for name in _UNREAD},
    }


class ClockEntry(BaseModel):
    """One entry of a case's history, as clocks read it. An exported history row is one, too.

    What `details` says of `facts`, `profile` and `severity` is read as if it stood beside it; the rest is no matter of
    clocks.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_row_in_schema)

    at: Moment
    command: str = Field(min_length=1)
    state: str = Field(default="", description="The state that it led to; empty: as before. Also read as to_state.")
    severity: AnySeverity | None = Field(default=None, description="From here on; none: as before.")
    reason: str = Field(default="", description="The reason code of a pause or a release.")
    facts: dict[str, Moment] = Field(default_factory=dict, description="Times that became known, by their names.")
    profile: str = Field(default="", description="The profile of clocks from here on; empty: as before.")

    @model_validator(mode="before")
    @classmethod
    def _read_history_row(cls, told: Any) -> Any:
        if not isinstance(told, dict):
            return told
        entry = {key: value for key, value in told.items() if key not in _UNREAD}
        if "to_state" in entry:
            entry.setdefault("state", entry.pop("to_state"))
        details = entry.pop("details", None)
        if isinstance(details, dict):
            for name in READ_OF_DETAILS:
                if name in details:
                    entry.setdefault(name, details[name])
        return entry


class Mark(NamedTuple):
    """When a command was given, and its place in the history: entries of one instant keep their order."""

    at: AwareDatetime
    number: int


class Pause(BaseModel):
    """A while in which a case waited for somebody else; it stops clocks only where its reason is a known one."""

    model_config = ConfigDict(frozen=True)

    reason: str
    since: AwareDatetime
    until: AwareDatetime | None = None
    stops: bool = True


class Anchors(BaseModel):
    """What clocks are read from: a history folded so small that the case's row can hold it.

    Its times are those of entries, which were looked at when these were read.
    """

    model_config = ConfigDict(frozen=True)

    profile: str = DEFAULT_PROFILE
    profile_since: AwareDatetime | None = None
    jurisdiction: str = "CN"
    lane: LaneClass = LaneClass.UNKNOWN
    severity: Severity = Severity.ORDINARY
    state: str = ""
    state_since: AwareDatetime | None = None
    entries: int = 0
    opened: Mark | None = None
    marks: dict[str, tuple[Mark, ...]] = {}
    pauses: tuple[Pause, ...] = ()
    facts: dict[str, AwareDatetime] = {}


class ClockReading(BaseModel):
    """How one clock of a case stands, and why."""

    model_config = ConfigDict(frozen=True)

    clock: str
    title_zh: str
    title_en: str
    kind: ClockKind
    status: ClockStatus
    started_at: Reckoned
    due_at: Reckoned | None  # none while it is stopped: nobody can say
    met_at: Reckoned | None
    paused: timedelta
    zone: str  # by whose days it counts, and in which a person reads its times
    provisional: bool  # it rests on days whose holidays nobody has announced yet
    rule: str  # names the row that says so
    source: str
    verified: str
    explanation: tuple[str, ...]

    @property
    def stopped_now(self) -> bool:
        """True while a pause holds it."""
        return self.status is ClockStatus.STOPPED

    @property
    def overdue(self) -> bool:
        """True when it ran out and nobody has met it."""
        return self.status is ClockStatus.OVERDUE


class NextDue(NamedTuple):
    """What is due first in a case, with the versions that it must be computed anew under when they change."""

    due_at: datetime
    clock: str
    kind: ClockKind
    escalated: bool  # the clock ran out and was escalated; this is when the next level's time ends
    profile_version: str
    calendar_version: str

    @property
    def due_kind(self) -> str:
        """Name the clock, and that it was escalated before."""
        return f"escalated_{self.clock}" if self.escalated else self.clock


class CaseClocks(BaseModel):
    """The file that `redress clocks` reads: what is known of a case, and its history."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    profile: str = Field(default=DEFAULT_PROFILE, description="The profile of clocks that the case began under.")
    jurisdiction: str = Field(
        default="CN", pattern=r"^[A-Z]{2}(-[A-Z0-9]+)*$", description="Whose law runs beside it: CN, CN-ZJ."
    )
    lane: LaneClass = Field(default=LaneClass.UNKNOWN, description="How far the parcel has to go.")
    severity: AnySeverity = Field(default=Severity.ORDINARY, description="How bad it is, until the history says so.")
    facts: dict[str, Moment] = Field(
        default_factory=dict, description="Times that are no entry of the history, such as promised_at."
    )
    history: tuple[ClockEntry, ...] = Field(min_length=1, description="The entries; they are taken in order of time.")
