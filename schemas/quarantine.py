"""What a person asks of the quarantine desk, and what became of the records."""

from collections import Counter
from typing import Self

from pydantic import BaseModel, ConfigDict


class ReplayOrder(BaseModel):
    """Which held records are to be judged again, and for whom; what is left open takes all."""

    model_config = ConfigDict(frozen=True)

    by: str
    reason: str | None = None
    feed: str | None = None
    ids: tuple[int, ...] | None = None
    until: int  # the newest payload that held anything when the replay began: what comes later is not its business


class ReplayReport(BaseModel):
    """What became of the held records that were judged again, and of everything else in their payloads."""

    model_config = ConfigDict(frozen=True)

    payloads: int = 0
    records: int = 0
    passed: int = 0
    clean: int = 0  # new in the log
    duplicate: int = 0  # in the log already
    passed_by: dict[str, int] = {}  # reason and feed -> records; a record with two reasons counts under both
    held_by: dict[str, int] = {}
    last: int = 0  # the last payload that was looked at

    @property
    def still_held(self) -> int:
        """Count the records that cannot be used now either."""
        return self.records - self.passed

    @property
    def sentence(self) -> str:
        """Say what became of everything."""
        return (
            f"{self.records} held records of {self.payloads} payloads judged again: {self.passed} passed, "
            f"{self.still_held} still held; {self.clean} events are new in the log, {self.duplicate} were there before."
        )

    def plus(self, other: Self) -> Self:
        """Add the next batch."""
        return self.model_copy(
            update={
                **{
                    name: getattr(self, name) + getattr(other, name)
                    for name in ("payloads", "records", "passed", "clean", "duplicate")
                },
                "passed_by": dict(Counter(self.passed_by) + Counter(other.passed_by)),
                "held_by": dict(Counter(self.held_by) + Counter(other.held_by)),
                "last": max(self.last, other.last),
            }
        )

    def rows(self) -> list[dict[str, object]]:
        """List what became of the records, by why and from which feed they were held."""
        return [
            {
                "held because 原因": name,
                "passed 通过": self.passed_by.get(name, 0),
                "still held 仍隔离": self.held_by.get(name, 0),
            }
            for name in sorted({*self.passed_by, *self.held_by})
        ]
