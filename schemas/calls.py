"""Calls and online messages as the call centre recorded them (R61, R62, R67): who waited how long, who hung up first.

Of whoever called only a keyed hash of the number is known here.
"""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from pydantic import AwareDatetime, BaseModel, ConfigDict

CALL_COLUMNS = (
    "centre", "call_id", "medium", "direction", "started_at", "answered_at", "ended_at", "rings", "queue", "agent",
    "caller", "hung_up_by",
)  # fmt: skip
"""The columns of the project's own CSV of calls (docs/call-records.md)."""


class Medium(StrEnum):
    """By what the customer spoke to the service desk."""

    PHONE = "phone"
    ONLINE = "online"  # a message that was left online


class Direction(StrEnum):
    """Who began."""

    IN = "in"
    OUT = "out"


class HungUpBy(StrEnum):
    """Who ended a call."""

    AGENT = "agent"
    CALLER = "caller"
    SYSTEM = "system"  # the line broke, or the centre's own machine ended it


class Call(BaseModel):
    """One call or message, as the golden rules see it."""

    model_config = ConfigDict(frozen=True)

    medium: Medium = Medium.PHONE
    direction: Direction = Direction.IN
    started_at: AwareDatetime  # the first ring, or when the message was left
    answered_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    rings: int | None = None
    hung_up_by: HungUpBy | None = None


class CallsTaken(NamedTuple):
    """What became of the rows of one file: read = clean + duplicate + quarantined."""

    file: str
    read: int
    clean: int
    duplicate: int
    quarantined: int
    reasons: dict[str, int]  # rows by reason code; one row may have several


class CallHeld(NamedTuple):
    """A row that cannot be used: where it stood, why, and what it said without the caller's number."""

    quarantine_id: int
    file: str
    line: int
    reasons: tuple[str, ...]
    record: str
    times_seen: int
    created_at: datetime
