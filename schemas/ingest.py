"""What became of what was taken in."""

from collections import Counter
from typing import Self

from pydantic import BaseModel, ConfigDict


class IngestReport(BaseModel):
    """Counts over one or more batches. Every record read is clean, a duplicate, or quarantined."""

    model_config = ConfigDict(frozen=True)

    payloads: int = 0
    read: int = 0
    clean: int = 0
    duplicate: int = 0
    quarantined: int = 0
    reasons: dict[str, int] = {}  # quarantined records by reason; a record with two reasons counts under both
    unknown_codes: int = 0
    answers: dict[str, int] = {}  # what providers said instead of records
    stopped: dict[str, str] = {}  # feeds whose payloads are held until a person releases them, and why

    def plus(self, other: Self) -> Self:
        """Add another report."""
        return self.model_copy(
            update={
                **{
                    name: getattr(self, name) + getattr(other, name)
                    for name in ("payloads", "read", "clean", "duplicate", "quarantined", "unknown_codes")
                },
                "reasons": dict(Counter(self.reasons) + Counter(other.reasons)),
                "answers": dict(Counter(self.answers) + Counter(other.answers)),
                "stopped": self.stopped | other.stopped,
            }
        )
