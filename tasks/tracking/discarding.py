"""Giving held records up for good. Who did it, when and why stays on the record."""

from collections.abc import Sequence

from store.tracking import quarantine
from store.tracking.quarantine import Chosen
from store.unit_of_work import unit_of_work
from tasks import clock

DISCARDED = "discarded"


class CountDiffers(RuntimeError):
    """Other records are held than the person was shown; nothing was discarded."""


def discard_records(ids: Sequence[int], *, why: str, by: str) -> int:
    """Discard the named records and give how many it were; one that is not held, or in work just now, is left."""
    with unit_of_work() as connection:
        return quarantine.settle(connection, Chosen(ids=ids), status=DISCARDED, by=by, note=why, at=clock.now())


def discard_reason(reason: str, *, feed: str | None = None, count: int, why: str, by: str) -> int:
    """Discard all held records with a reason, if it is as many as the person was told.

    Raises:
        CountDiffers: it is not; the message says how many there are.
    """
    with unit_of_work() as connection:
        chosen = Chosen(reason=reason, feed=feed)
        settled = quarantine.settle(connection, chosen, status=DISCARDED, by=by, note=why, at=clock.now())
        if settled != count:
            raise CountDiffers(f"{settled} records are held with {reason} and free to discard, not {count}")
        return settled
