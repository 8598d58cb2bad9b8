"""How much memory a block takes at its height."""

import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass
class Peak:
    """The most bytes that were allocated at one time, once the block has ended."""

    bytes: int = 0


@contextmanager
def peak_of_memory() -> Iterator[Peak]:
    """Measure what the block allocates; it runs several times slower meanwhile."""
    peak = Peak()
    tracemalloc.start()
    try:
        yield peak
        peak.bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
