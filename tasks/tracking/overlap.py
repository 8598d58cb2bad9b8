"""Two halves of one pipeline at work at the same time. What the halves do is in ingest."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

Item = TypeVar("Item")

_NO_MORE: Final = object()


def one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Give the items in their order, making the next one in a thread while the caller works on the last.

    One item at most is ahead, so that memory stays bounded. What making an item raises is raised here.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="one-ahead") as thread:
        coming = thread.submit(next, items, _NO_MORE)
        while (item := coming.result()) is not _NO_MORE:
            coming = thread.submit(next, items, _NO_MORE)
            yield item  # type: ignore[misc]  # no sentinel gets here
