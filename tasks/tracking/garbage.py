"""Python's search for reference cycles, put off while a batch is in hand."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def cycles_left_alone() -> Iterator[None]:
    """Leave garbage cycles lying for as long as the block lasts.

    A batch makes some hundred thousand objects and no cycle, and looking for cycles among them, again and again, takes
    a quarter of its time. The block must be short and what it makes bounded, since nothing in this process is
    looked through meanwhile.
    """
    if not gc.isenabled():  # somebody else's business, or another batch of this process
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
