"""What became of fetching: asking a provider about parcels, and collecting the files that a sender dropped."""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class PollReport(BaseModel):
    """What one poll of one feed came to, counted in parcels."""

    model_config = ConfigDict(frozen=True)

    feed: str
    questions: int = 0  # requests that left, repetitions not counted
    asked: int = 0
    answered: int = 0
    refused: int = 0
    unavailable: int = 0
    reasons: dict[str, int] = {}  # why refused or unavailable
    stopped: str = ""  # why the poll ended before everything due was asked about


FileOutcome = Literal["taken", "repeated", "waiting", "refused"]
"""Taken; taken before under any name; not complete yet; cannot be used."""


class DroppedFile(BaseModel):
    """One file of a drop and what became of it."""

    model_config = ConfigDict(frozen=True)

    name: str
    size: int
    outcome: FileOutcome
    payloads: int = 0  # into how many it was split
    reason: str = ""  # why it was refused, or why it could not be moved away


class DropReport(BaseModel):
    """What one look into one drop came to."""

    model_config = ConfigDict(frozen=True)

    feed: str
    files: tuple[DroppedFile, ...] = ()
    stopped: str = ""  # why the drop could not be looked into, or not to its end

    @property
    def payloads(self) -> int:
        """Count the payloads that went into the inbox."""
        return sum(file.payloads for file in self.files)
