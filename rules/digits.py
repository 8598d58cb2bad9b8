"""How often somebody may try digits at a door that needs no key before it closes (R65).

A case's number is no secret: numbers follow one another. What keeps how it stands from others is the end of a
telephone number, and where money moves a code beside it. Only wrong digits count, wherever they were given; whoever
knows the right ones is held up by nobody who asks a lot.
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


def closed_until(tries: Tries | None, *, now: datetime, tries_max: int = WRONG_TRIES_MAX) -> datetime | None:
    """Say until when nobody is told anything about this number; None while its door is open."""
    if tries is None or tries.wrong < tries_max:
        return None
    until = tries.tried_at + CLOSED_FOR
    return until if until > now else None
