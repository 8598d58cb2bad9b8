"""When an inquiry that nobody answers is asked again, and which level hears of it (R71, R76).

The first step is due with the inquiry itself, each other one so long after the step before was really taken: an engine
that stood still for a day reminds before it escalates.
"""

from datetime import timedelta
from typing import NamedTuple

from rules.supervision.escalation import LEVELS

ASKED_AGAIN = "asked"


class ReminderStep(NamedTuple):
    """How long to wait after the step before, and who is told then: whoever was asked, or a level above him."""

    wait: timedelta
    tells: str


LADDER = (
    ReminderStep(timedelta(0), ASKED_AGAIN),
    ReminderStep(timedelta(hours=2), ASKED_AGAIN),
    ReminderStep(timedelta(hours=4), "province"),
    ReminderStep(timedelta(hours=24), "headquarters"),
)

if _unknown := {step.tells for step in LADDER} - {ASKED_AGAIN, *LEVELS}:
    raise ValueError(f"the ladder of reminders names levels that there are not: {sorted(_unknown)}")


def waits() -> list[timedelta]:
    """List how long each step waits for the one before."""
    return [step.wait for step in LADDER]


def told_by(reminders: int) -> str:
    """Say who is told by the reminder that makes it so many."""
    return LADDER[reminders - 1].tells
