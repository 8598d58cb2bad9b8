"""How a feed has been doing, hour by hour and day by day: what baselines are made of, and what staff are shown."""

from datetime import datetime
from typing import NamedTuple

from pydantic import BaseModel, ConfigDict


class FeedDay(NamedTuple):
    """What a feed told within 24 hours."""

    days_ago: int  # 0 for the 24 hours up to now, 1 for those before
    read: int
    quarantined: int
    unknown: int  # records whose code and text no table knows
    understandable: int  # records that could be read at all, known or not
    late_median_seconds: float | None  # None where no batch said anything
    late_p95_seconds: float | None

    @property
    def unknown_share(self) -> float | None:
        """Give the share of records that no table knows."""
        return self.unknown / self.understandable if self.understandable else None

    @property
    def quarantine_share(self) -> float | None:
        """Give the share of records that cannot be used."""
        return self.quarantined / self.read if self.read else None


class Pause(NamedTuple):
    """The longest wait for a next payload that began within one hour."""

    hour: datetime  # aware; its first moment
    seconds: float


class OpenAlert(BaseModel):
    """Something that operations have been told about a feed and that has not passed yet."""

    model_config = ConfigDict(frozen=True)

    alert_id: int
    feed: str
    kind: str
    told: str
    opened_at: datetime
    last_at: datetime


class FeedHealth(BaseModel):
    """How a feed is doing now, beside what is usual for it; None where the history is too short to say."""

    model_config = ConfigDict(frozen=True)

    feed: str
    last_heard_at: datetime | None
    pause_seconds_max: float | None  # how long it is silent at most at this hour
    records_today: int  # in the last 24 hours
    records_usual: int | None
    unknown_share: float | None  # in the last 24 hours
    quarantine_share: float | None
    alerts: tuple[OpenAlert, ...] = ()
