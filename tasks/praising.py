"""Taking down what customers praise (R110)."""

from datetime import datetime

from schemas.praise import Praise, PraiseKept
from store import praise as praise_store
from store.unit_of_work import unit_of_work
from tasks import clock


class NotToldYet(ValueError):
    """A word of thanks cannot have been told in the future."""


def take_down_praise(told: Praise) -> PraiseKept:
    """Keep a word of thanks.

    Raises:
        NotToldYet: it is said to have been told later than now.
    """
    if told.told_at > clock.now():
        raise NotToldYet(f"{told.told_at.isoformat()} has not come yet")
    with unit_of_work() as connection:
        return praise_store.add(connection, told)


def praise_on_file(*, since: datetime | None = None, outlet: str = "", limit: int = 50) -> list[PraiseKept]:
    """Read words of thanks, the newest first."""
    with unit_of_work() as connection:
        return praise_store.listing(connection, since=since, outlet=outlet, limit=limit)
