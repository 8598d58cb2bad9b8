"""What a batch took goes back to the system after it, and what stays is not looked through again and again.

polars' and the C library's allocators keep memory otherwise.
"""

import ctypes
import gc
import os
import sys

VARIABLES = {
    "_RJEM_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0",  # read when polars is loaded
    "MALLOC_TRIM_THRESHOLD_": "65536",  # these two are read when a process starts
    "MALLOC_ARENA_MAX": "2",
}

_M_TRIM_THRESHOLD, _M_ARENA_MAX = -1, -8  # as malloc.h of the GNU C library numbers them


def give_memory_back() -> None:
    """Make this process, and those that it starts, give memory back, unless the user has set something else.

    To be called before polars is loaded and threads are started.
    """
    for name, value in VARIABLES.items():
        os.environ.setdefault(name, value)
    if sys.platform == "linux":
        mallopt = getattr(ctypes.CDLL(None), "mallopt", None)  # only the GNU C library has it
        if mallopt is not None:
            mallopt(_M_TRIM_THRESHOLD, int(os.environ["MALLOC_TRIM_THRESHOLD_"]))
            mallopt(_M_ARENA_MAX, int(os.environ["MALLOC_ARENA_MAX"]))


def leave_in_peace() -> None:
    """Keep what this process has loaded out of the collector's way: looking through it costs a fifth of a batch.

    To be called once all is imported.
    """
    gc.collect()
    gc.freeze()
