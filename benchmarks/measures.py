"""What a bench finds: a figure, its reference and one sentence. Printing belongs to the command."""

import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One figure, and what was measured for comparison in the same run, where there is something to compare with."""

    measure: str
    value: float
    unit: str
    reference: float | None = None
    meaning: str

    @property
    def ratio(self) -> float | None:
        """Divide the figure by its reference."""
        return round(self.value / self.reference, 4) if self.reference else None

    def as_json(self) -> dict[str, Any]:
        """Give what scripts read."""
        return {
            "measure": self.measure,
            "value": self.value,
            "unit": self.unit,
            "reference": self.reference,
            "ratio": self.ratio,
        }


def percentile(values: Sequence[float], share: float) -> float:
    """Give the smallest value that is not exceeded by this share of all."""
    return sorted(values)[math.ceil(share * len(values)) - 1]


def tell(progress: str) -> None:
    """Say on standard error how far the bench is; standard output is for the figures."""
    print(progress, file=sys.stderr, flush=True)
