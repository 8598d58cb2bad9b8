"""Whether a promised time was kept (R50), by what became of its clock: for complaints and claims alike."""

from datetime import datetime

from rules.clocks.reading import Outcome
from schemas.clocks import ClockStatus


def was_kept(outcome: Outcome | None, *, closed_at: datetime | None) -> bool | None:
    """Say whether what was owed by then was done by then; None where it is not owed yet, or never came to be.

    A case that was over before it owed anything, such as one that was withdrawn, has kept and broken nothing.
    """
    if outcome is None:
        return None
    match outcome.status:
        case ClockStatus.MET:
            return True
        case ClockStatus.MET_LATE | ClockStatus.OVERDUE:
            return False
        case ClockStatus.ENDED if outcome.due_at is not None and closed_at is not None and outcome.due_at < closed_at:
            return False
    return None
