"""What a story is made of: its scans in order, its pace, how the promise ends, what the customer would complain of.

The stories themselves are in stories.py.
"""

from dataclasses import dataclass
from enum import StrEnum

from deployments.sample_day.scans import SCANS, Scan


class Complaint(StrEnum):
    """What the customer would complain of, in the classes of the State Post Bureau's statistics."""

    LOST_OR_SHORT = "lost_or_short"
    DAMAGE = "damage"
    DELAY = "delay"
    DELIVERY_SERVICE = "delivery_service"


class Promise(StrEnum):
    """How the promised time stands at the end of the day."""

    KEPT = "kept"
    OPEN = "open"  # still in the future
    PASSED = "passed"
    ANY = "any"  # it is not what the story is about
    NONE = "none"  # nothing was promised yet


@dataclass(frozen=True)
class Step:
    """One scan of a story: so many hours after the one before, or when the journey's pace brings it."""

    scan: Scan
    after_hours: tuple[float, float] | None = None
    late: bool = False  # reported only after the trouble was


@dataclass(frozen=True)
class Story:
    """A course of events; `pace` is the journey's time as a share of the promised time, as (least, most)."""

    name: str
    weight: float  # among the stories of its table
    steps: tuple[Step, ...]
    promise: Promise
    pace: tuple[float, float] = (0.55, 0.8)
    quiet_hours: tuple[float, float] = (0.5, 20)  # from the last timely scan until now
    complaint: Complaint | None = None
    cured: bool = False  # a late scan ends the trouble

    @property
    def reaches_sf(self) -> bool:
        """False when it has a scan that SF's push has no code for."""
        return all(SCANS[step.scan].sf_codes for step in self.steps)


def steps(*scans: Scan) -> tuple[Step, ...]:
    """Have the scans made at the journey's own pace."""
    return tuple(Step(scan) for scan in scans)


def late(*scans: Scan) -> tuple[Step, ...]:
    """Have the scans reported only after the trouble was."""
    return tuple(Step(scan, late=True) for scan in scans)
