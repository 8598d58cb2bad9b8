"""Ending processes that are not this one's children: asked first, forced when their time is over.

psutil compares the time of creation again before each signal, so that a process id that was given to
somebody else meanwhile is never signalled. A zombie counts as ended: in some containers nobody ever waits
for processes whose parent is gone.
"""

import time
from collections.abc import Sequence

import psutil

KILL_SECONDS_MAX = 5.0
WAIT_SECONDS = 0.05


def end(processes: Sequence[psutil.Process], *, stop_seconds_max: float) -> bool:
    """End processes and say whether there were any."""
    left = list(processes)
    for kill, seconds in ((False, stop_seconds_max), (True, KILL_SECONDS_MAX)):
        for process in left:
            _signal(process, kill=kill)
        left = _left_after(left, seconds)
    return bool(processes)


def lives(process: psutil.Process) -> bool:
    """Tell whether a process still does anything."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _left_after(processes: list[psutil.Process], seconds: float) -> list[psutil.Process]:
    deadline = time.monotonic() + seconds
    left = [process for process in processes if lives(process)]
    while left and time.monotonic() < deadline:
        time.sleep(WAIT_SECONDS)
        left = [process for process in left if lives(process)]
    return left


def _signal(process: psutil.Process, *, kill: bool) -> None:
    try:
        process.kill() if kill else process.terminate()
    except psutil.Error:
        return  # it ended by itself
