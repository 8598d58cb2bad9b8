"""What the pages about the quality checks are made from, and what came of it.

Counts and figures only, from what is on record and not from payloads: so no customer's data can get into the pages.
"""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from schemas.quality import ExpectationResult


class DocumentedBatch(BaseModel):
    """One batch as it was closed, with what each expectation came to."""

    model_config = ConfigDict(frozen=True)

    batch_id: int
    started_at: datetime  # aware; in the zone in which it is shown
    read: int
    clean: int
    duplicate: int
    quarantined: int
    results: tuple[ExpectationResult, ...]


class TrendDay(BaseModel):
    """What a feed came to on one day."""

    model_config = ConfigDict(frozen=True)

    day: date
    read: int
    unknown_share: float | None
    quarantine_share: float | None
    late_median_seconds: float | None
    late_p95_seconds: float | None
    failures: dict[str, int] = {}  # by reason code


class DocumentedFeed(BaseModel):
    """One feed: its days and its recent batches."""

    model_config = ConfigDict(frozen=True)

    feed: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$")  # names a folder
    records_usual: int | None  # on a day; None while the feed is learned
    days: tuple[TrendDay, ...]
    batches: tuple[DocumentedBatch, ...]


class DataDocs(BaseModel):
    """Everything that is to be shown."""

    model_config = ConfigDict(frozen=True)

    made_at: datetime
    feeds: tuple[DocumentedFeed, ...]


class DataDocsBuilt(BaseModel):
    """What was built."""

    model_config = ConfigDict(frozen=True)

    pages: int = 0
    without_check: int = 0  # results of expectations that the suite no longer has; they are on no page
    pictures: dict[str, str] = {}  # SVG by feed
    broken: str = ""  # why nothing was built
