"""Interrupting what is done before or after one of its commits: each is a moment at which it can fail."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import pytest
from sqlalchemy.engine.default import DefaultDialect

SIDES = ("before", "after")


class Interrupted(BaseException):
    """What was done ends here."""


@contextmanager
def interrupted_at(number: int, side: str) -> Iterator[list[int]]:
    """Fail before or after the n-th commit of any thread; count them meanwhile."""
    commit, counted, lock = DefaultDialect.do_commit, [0], Lock()

    def do_commit(dialect: DefaultDialect, connection: Any) -> None:
        with lock:
            counted[0] += 1
            here = counted[0] == number
        if here and side == "before":
            raise Interrupted
        commit(dialect, connection)
        if here:
            raise Interrupted

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(DefaultDialect, "do_commit", do_commit)
        yield counted
