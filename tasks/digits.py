"""Digits that are shown at a door that needs no key: compared, and counted where they are wrong (R65).

Digits about a number that nobody has are counted alike, and the same work is done for them.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime
from math import ceil

from rules.digits import WRONG_TRIES_MAX, closed_until
from store import status_tries
from store.unit_of_work import Connection


class NotShown(LookupError):
    """There is no such case, or whoever asks did not tell it: which of both, nobody hears."""


class DoorClosed(RuntimeError):
    """Too many wrong digits were given about this number, whether there is such a case or not."""

    def __init__(self, *, seconds: int) -> None:
        """Say in how many seconds it is worth coming back."""
        self.seconds = seconds
        super().__init__(f"too many wrong digits: closed for {seconds} seconds")


def is_right(
    connection: Connection,
    about: str,
    given: str,
    *,
    expected: Iterable[str],
    now: datetime,
    tries_max: int = WRONG_TRIES_MAX,
) -> bool:
    """Say whether the digits are among those that are expected; wrong ones are counted once this is committed.

    Raises:
        DoorClosed: wrong ones were given too often about this before.
    """
    if (until := closed_until(status_tries.locked(connection, about), now=now, tries_max=tries_max)) is not None:
        raise DoorClosed(seconds=ceil((until - now).total_seconds()))
    if any([fits(digits, given) for digits in [*expected] or [""]]):  # noqa: C419  # each takes its time, fitting or not
        return True
    status_tries.count(connection, about, at=now)
    return False


def fits(kept: str, given: str) -> bool:
    """Compare in a time that tells nothing of what is kept; nothing fits where nothing is kept."""
    return hmac.compare_digest(kept.encode(), given.encode()) and bool(kept)
