"""What a run of the fuzzer saw, told at the end of the tests, and the bounds of time and memory that hold for it."""

import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

import psutil

HANG_SECONDS = 1.0
"""Processor time over which something hangs; what is sent here takes a hundredth of it."""
STUCK_SECONDS = 30.0
"""Processor time after which nobody waits for the end of it."""
GROWTH_BYTES_MAX = 150_000_000
"""By how much this process may grow over thousands of payloads; a leak of one payload in ten is more than that."""

TOLD: list[str] = []
"""The figures of this session, a line each."""


@dataclass
class Figures:
    """How many payloads, how they ended, and which took longest."""

    of: str
    payloads: int = 0
    records: int = 0
    ended: Counter[str] = field(default_factory=Counter)
    slowest_seconds: float = 0.0
    slowest: str = ""
    begun_bytes: int = 0

    def note(self, name: str, seconds: float, ended: str) -> None:
        """Take note of one payload."""
        self.payloads += 1
        self.ended[ended] += 1
        if seconds > self.slowest_seconds:
            self.slowest_seconds, self.slowest = seconds, name

    def __post_init__(self) -> None:
        """Begin to measure memory."""
        self.warmed_up()

    def warmed_up(self) -> None:
        """Begin to measure memory here: what is loaded or cached once has been."""
        self.begun_bytes = int(psutil.Process().memory_info().rss)

    def tell(self) -> None:
        """Keep the figures for the end of the session, and refuse growth."""
        grown = int(psutil.Process().memory_info().rss) - self.begun_bytes
        TOLD.append(
            f"fuzz {self.of}: {self.payloads} payloads, {self.records} records, slowest {self.slowest_seconds:.3f} s "
            f"({self.slowest}), grown by {grown / 1e6:.1f} MB, {dict(self.ended.most_common())}"
        )
        assert grown < GROWTH_BYTES_MAX, f"{grown} bytes more after {self.payloads} payloads"


@contextmanager
def stuck_is_told(name: str) -> Iterator[None]:
    """Raise in whatever does not come to an end."""

    def told(_number: int, _frame: FrameType | None) -> None:
        raise AssertionError(f"{name} does not come to an end")

    before = signal.signal(signal.SIGVTALRM, told)
    signal.setitimer(signal.ITIMER_VIRTUAL, STUCK_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
