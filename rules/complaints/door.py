"""How often somebody may try the digits of a telephone at a complaint's door before it closes (R65).

A complaint's number is no secret: numbers follow one another. What keeps its status from others is four digits, so that
only wrong ones count, wherever they were given; whoever knows the right ones is held up by nobody who asks a lot.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

WRONG_TRIES_MAX = 20
"""Wrong digits until the door closes: of 10,000 there are to try, 20 a day."""
CLOSED_FOR = timedelta(days=1)
"""Since the last of them; and after a day without any, none counts any more."""


class Tries(NamedTuple):
    """How often wrong digits were given about one number, and when last."""

    wrong: int
    tried_at: datetime


def closed_until(tries: Tries | None, *, now: datetime) -> datetime | None:
    """Say until when nobody is told anything about this number; None while its door is open."""
    if tries is None or tries.wrong < WRONG_TRIES_MAX:
        return None
    until = tries.tried_at + CLOSED_FOR
    return until if until > now else None
