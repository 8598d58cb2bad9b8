"""One item is made ahead, no more; order and errors stay as they were."""

import threading
from collections.abc import Iterator

import pytest

from tasks.tracking.overlap import one_ahead

SECONDS_MAX = 10


class TestOneAhead:
    def test_gives_every_item_in_order(self) -> None:
        assert list(one_ahead(iter(range(5)))) == [0, 1, 2, 3, 4]

    def test_gives_nothing_of_nothing(self) -> None:
        assert list(one_ahead(iter([]))) == []

    def test_keeps_an_item_that_is_none(self) -> None:
        assert list(one_ahead(iter([None, None]))) == [None, None]

    def test_makes_the_next_item_while_the_caller_has_the_last(self) -> None:
        made = threading.Event()

        def items() -> Iterator[int]:
            yield 1
            made.set()
            yield 2

        ahead = one_ahead(items())
        next(ahead)

        assert made.wait(SECONDS_MAX)
        assert list(ahead) == [2]

    def test_raises_what_making_an_item_raises_after_the_items_before_it(self) -> None:
        def items() -> Iterator[int]:
            yield 1
            raise LookupError("no more")

        ahead = one_ahead(items())

        assert next(ahead) == 1
        with pytest.raises(LookupError, match="no more"):
            next(ahead)
