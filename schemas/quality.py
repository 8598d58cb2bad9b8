"""What the quality checks of a batch are told, and what they answer. How they are carried out is in expectations."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ROWS_MAX = 50_000  # rows of one batch: what is validated, copied and merged at a time
NO_LIMIT = 10**15


class Severity(StrEnum):
    """What follows when an expectation is not met."""

    STOP = "stop"  # the whole batch is held
    QUARANTINE = "quarantine"  # the row is set aside with its reason code
    DUPLICATE = "duplicate"  # the first copy of a row stays, the others are set aside
    WARN = "warn"  # nothing is set aside; staff are told


class Subject(StrEnum):
    """What a batch is made of, which says by which suite it is judged."""

    TRACKING = "tracking"
    CALLS = "calls"


class AlertKind(StrEnum):
    """Why operations are told about a feed. All but the first two are batch-level expectations that warn."""

    SILENT = "silent"  # nothing came for longer than this feed is ever silent
    STOPPED = "stopped"  # payloads are held until a person releases them
    ROW_COUNT_LOW = "row_count_low"
    CODE_UNKNOWN_SHARE = "code_unknown_share"
    QUARANTINE_SHARE = "quarantine_share"
    LATE_MEDIAN = "late_median"
    LATE_P95 = "late_p95"


class BatchBounds(BaseModel):
    """What is normal for a feed, taken from the feed's own history. The defaults let every batch pass."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shares_from_rows: int = Field(default=100, ge=1)  # shares and lateness of smaller batches say nothing
    rows_before: int = Field(default=0, ge=0)  # records of this feed in the 24 hours before the batch
    rows_min: int = Field(default=0, ge=0)  # records within 24 hours, the batch included; warned below
    rows_max: int = Field(default=NO_LIMIT, ge=0)  # the same; stopped above
    unknown_share_max: float = Field(default=1.0, ge=0, le=1)  # records whose code and text no table knows; warned
    unknown_share_stop: float = Field(default=1.0, ge=0, le=1)
    quarantine_share_max: float = Field(default=1.0, ge=0, le=1)  # records that cannot be used; warned above
    quarantine_share_stop: float = Field(default=1.0, ge=0, le=1)
    late_median_seconds_max: float = Field(
        default=NO_LIMIT, ge=0
    )  # from a parcel's newest event to its receipt; warned
    late_p95_seconds_max: float = Field(default=NO_LIMIT, ge=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.rows_min > self.rows_max:
            raise ValueError(f"rows_min {self.rows_min} is greater than rows_max {self.rows_max}")
        return self

    def without_stops(self) -> Self:
        """Give the same bounds for a feed whose held payloads a person has looked at: they warn and stop nothing."""
        return self.model_copy(
            update={"rows_max": NO_LIMIT, "unknown_share_stop": 1.0, "quarantine_share_stop": 1.0},
        )


class ExpectationResult(BaseModel):
    """How one expectation came out for one batch: counts only, because the values are customers' data."""

    model_config = ConfigDict(frozen=True)

    expectation: str  # its Great Expectations type
    column: str | None  # None when the expectation is about the whole batch
    severity: Severity
    reason_code: str
    evaluated: int  # rows it applied to; about the whole batch 1, or 0 where the batch is too small to say
    failed: int  # of those; for duplicates every copy counts, the first one too
    success: bool  # may be True with some failed, where a share is allowed
    observed: float | None = None  # the figure of the whole batch that was judged; never a value of a row
    bound: float | None = None  # what that figure was held against


class Verdict(BaseModel):
    """Where each row of a batch goes. Every row is in exactly one of clean, duplicate and quarantined.

    A stopped batch is divided all the same, for staff to see; nothing of it may be used.
    """

    model_config = ConfigDict(frozen=True)

    clean: tuple[int, ...]
    duplicate: tuple[int, ...]
    quarantined: dict[int, tuple[str, ...]]  # row -> its reason codes, sorted
    stopped: str | None  # why the whole batch is held; None when it is not
    results: tuple[ExpectationResult, ...]
