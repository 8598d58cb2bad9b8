"""Whether a complaint was told before: one matter, a repeat of it, and how often its caller complains (R60, R66)."""

from datetime import datetime

from rules.complaints.pack import COMPLAINT_PACK
from schemas.agents import TIER_MAX

LEVEL_MAX = 3


def is_repeat(before: datetime, *, now: datetime) -> bool:
    """Say whether what is told now repeats what was told at `before`: not more than three days later (R60).

    三天内 is read as three times 24 hours to the instant, the last one included.
    """
    within = COMPLAINT_PACK.pick("repeat_within", on=now.date()).hours
    return before <= now <= before + within


def same_matter_since(now: datetime) -> datetime:
    """Give the moment from which on a closed complaint of the same trouble is the same matter, and a repeat of it."""
    return now - COMPLAINT_PACK.pick("repeat_within", on=now.date()).hours


def callers_since(now: datetime) -> datetime:
    """Give the moment from which on a caller's complaints are counted (R66)."""
    return now - COMPLAINT_PACK.pick("caller_window", on=now.date()).hours


def caller_level(tellings: int, *, on: datetime) -> int:
    """Give the alert level of a caller who complained so often within the window, this time included (R66)."""
    reached = [
        level
        for level in range(1, LEVEL_MAX + 1)
        if tellings >= COMPLAINT_PACK.pick("caller_level_from", scope=str(level), on=on.date()).value
    ]
    return max(reached, default=0)


def tier_for(level: int, *, on: datetime) -> int:
    """Give the skill that whoever handles a caller of this level must have (R66)."""
    fitting = [
        tier
        for tier in range(2, TIER_MAX + 1)
        if level >= COMPLAINT_PACK.pick("tier_from_level", scope=str(tier), on=on.date()).value
    ]
    return max(fitting, default=1)
