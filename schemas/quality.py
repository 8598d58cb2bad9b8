"""What the quality checks of a batch are told, and what they answer. How they are carried out is in expectations."""

from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

ROWS_MAX = 50_000  # rows of one batch: what is validated, copied and merged at a time


class Severity(StrEnum):
    """What follows when an expectation is not met."""

    STOP = "stop"  # the whole batch is held
    QUARANTINE = "quarantine"  # the row is set aside with its reason code
    DUPLICATE = "duplicate"  # the first copy of a row stays, the others are set aside
    WARN = "warn"  # nothing is set aside; staff are told


class BatchBounds(BaseModel):
    """What is normal for a feed's batch, taken from the feed's own history."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rows_min: int = Field(default=0, ge=0)
    rows_max: int = Field(default=ROWS_MAX, ge=0)
    unknown_share_max: float = Field(default=0.2, ge=0, le=1)  # records whose code and text no table knows

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.rows_min > self.rows_max:
            raise ValueError(f"rows_min {self.rows_min} is greater than rows_max {self.rows_max}")
        return self


class ExpectationResult(BaseModel):
    """How one expectation came out for one batch: counts only, because the values are customers' data."""

    model_config = ConfigDict(frozen=True)

    expectation: str  # its Great Expectations type
    column: str | None  # None when the expectation is about the whole batch
    severity: Severity
    reason_code: str
    evaluated: int  # rows it applied to; 1 when it is about the whole batch
    failed: int  # of those; for duplicates every copy counts, the first one too
    success: bool  # may be True with some failed, where a share is allowed


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
