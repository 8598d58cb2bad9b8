"""What processes cost: memory at its peak, and CPU time of whole families. Which processes is for the bench to say."""

import threading
from collections.abc import Callable, Iterable
from typing import Self

import psutil

SAMPLE_EVERY_SECONDS = 0.5
MEGABYTE = 1_000_000

Processes = Callable[[], Iterable[psutil.Process]]


def family(*leaders: psutil.Process | None) -> set[psutil.Process]:
    """Gather processes and all that they have started, as far as they still live."""
    members: set[psutil.Process] = set()
    for leader in leaders:
        if leader is None:
            continue
        try:
            members |= {leader, *leader.children(recursive=True)}
        except psutil.NoSuchProcess:
            continue
    return members


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """Add up the CPU time that processes have used, with that of children of theirs that have ended."""
    total = 0.0
    for process in processes:
        try:
            total += sum(process.cpu_times()[:4])  # user, system, and the same of children that were waited for
        except psutil.Error:
            continue
    return total


class PeakMemory:
    """Watches how much memory processes take together, as long as its block lasts; it may be entered again.

    Pages that processes share, such as PostgreSQL's buffers, count once where the system can tell (PSS, on Linux).
    """

    def __init__(self, processes: Processes) -> None:
        self._processes = processes
        self._stop = threading.Event()
        self._thread = threading.Thread()
        self._peak = 0

    @property
    def megabytes(self) -> float:
        """Give the highest sum that was seen in any of the blocks."""
        return round(self._peak / MEGABYTE, 1)

    def __enter__(self) -> Self:
        self._stop.clear()
        self._thread = threading.Thread(target=self._watch, name="peak-memory", daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self._peak = max(self._peak, sum(map(_resident, self._processes())))
            if self._stop.wait(SAMPLE_EVERY_SECONDS):
                return


def _resident(process: psutil.Process) -> int:
    try:
        memory = process.memory_full_info()
        return int(getattr(memory, "pss", memory.rss))
    except psutil.AccessDenied:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
