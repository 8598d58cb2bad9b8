"""What a carrier's push is, whatever the feed: records in an envelope, on their way at a moment of the day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Protocol

from deployments.sample_day.malformed import Fields, Malformation

DAY = timedelta(hours=24)
TIMELY, LATE = 1, 2  # the waves
REPORTED_AFTER_MINUTES = (1, 12)
DUPLICATE_SHARE = 0.03
DISORDERED_SHARE = 0.03
RESENT_AFTER = timedelta(minutes=30)


@dataclass(frozen=True)
class Record:
    """One record of a push: of which event it tells (waybill and number), or why it cannot be used."""

    content: object
    event: tuple[str, int] | None = None
    malformation: Malformation | None = None


class Envelope(Protocol):
    """What a feed puts around records."""

    @property
    def path(self) -> str:
        """Where it is posted to."""

    @property
    def content_type(self) -> str:
        """The media type of the body."""

    @property
    def fields(self) -> Fields:
        """What the feed calls the parts of a record."""

    def body(self, contents: Sequence[object]) -> bytes:
        """Render the body."""


@dataclass(frozen=True, kw_only=True)
class Push:
    """One request of a carrier."""

    moment: datetime
    wave: int
    envelope: Envelope
    records: tuple[Record, ...]
    resent: bool = False

    @property
    def waybills(self) -> frozenset[str]:
        """The parcels that it tells of."""
        return frozenset(record.event[0] for record in self.records if record.event)

    @property
    def is_clean(self) -> bool:
        """True when every record can be used."""
        return all(record.malformation is None for record in self.records)

    def body(self) -> bytes:
        """Render the request's body."""
        return self.envelope.body([record.content for record in self.records])


def reported(at: datetime, rng: Random) -> datetime:
    """Say when a carrier pushes what it scanned at a time."""
    return at + timedelta(minutes=rng.uniform(*REPORTED_AFTER_MINUTES))


def resent(pushes: Sequence[Push], *, rng: Random) -> list[Push]:
    """Repeat some pushes half an hour later, byte for byte, as a carrier does that missed the answer."""
    clean = [push for push in pushes if push.is_clean]
    chosen = rng.sample(clean, min(len(clean), round(len(pushes) * DUPLICATE_SHARE)))
    return [replace(push, moment=push.moment + RESENT_AFTER, resent=True) for push in chosen]


def disordered(pushes: Sequence[Push], *, rng: Random) -> list[Push]:
    """Let some pushes overtake the one before: the two swap their moments."""
    swapped = list(pushes)
    for place in range(1, len(swapped)):
        before, after = swapped[place - 1], swapped[place]
        if before.wave == after.wave and rng.random() < DISORDERED_SHARE:
            swapped[place - 1] = replace(before, moment=after.moment)
            swapped[place] = replace(after, moment=before.moment)
    return swapped
