"""How often a provider is asked about a parcel: the more can happen to it, the more often, and less once it lies still.

A provider's own limit comes first: no pace here makes anybody ask more often than that.
"""

from datetime import timedelta
from itertools import pairwise
from typing import NamedTuple

from schemas.shipments import FINAL_PHASES, Phase


class Pace(NamedTuple):
    """How often to ask about parcels of one phase that nothing was heard of for at least so long."""

    phase: Phase
    silent_for_min: timedelta
    ask_every: timedelta


class PacesIncomplete(ValueError):
    """The table of paces does not say for every phase and every silence how often to ask."""


_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_NONE = timedelta(0)


def _paces(*rows: Pace) -> tuple[Pace, ...]:
    """Check that each phase in which something can still happen has a pace from the first moment, slowing down."""
    for phase in set(Phase) - FINAL_PHASES:
        of_phase = [row for row in rows if row.phase is phase]
        if not of_phase or of_phase[0].silent_for_min != _NONE:
            raise PacesIncomplete(f"no pace is declared for {phase} from the beginning")
        for earlier, later in pairwise(of_phase):
            if not (earlier.silent_for_min < later.silent_for_min and earlier.ask_every <= later.ask_every):
                raise PacesIncomplete(f"the paces of {phase} do not slow down as silence lasts")
    if final := sorted({row.phase for row in rows} & FINAL_PHASES):
        raise PacesIncomplete(f"nobody asks about parcels that are {', '.join(final)}")
    return rows


PACES = _paces(
    Pace(Phase.UNKNOWN, _NONE, 4 * _HOUR),
    Pace(Phase.UNKNOWN, 7 * _DAY, 24 * _HOUR),
    Pace(Phase.ORDERED, _NONE, 4 * _HOUR),
    Pace(Phase.ORDERED, 7 * _DAY, 24 * _HOUR),
    Pace(Phase.IN_TRANSIT, _NONE, 3 * _HOUR),
    Pace(Phase.IN_TRANSIT, 3 * _DAY, 8 * _HOUR),
    Pace(Phase.IN_TRANSIT, 10 * _DAY, 24 * _HOUR),
    Pace(Phase.AT_CUSTOMS, _NONE, 6 * _HOUR),
    Pace(Phase.AT_CUSTOMS, 7 * _DAY, 24 * _HOUR),
    Pace(Phase.OUT_FOR_DELIVERY, _NONE, _HOUR / 2),
    Pace(Phase.OUT_FOR_DELIVERY, 1 * _DAY, 4 * _HOUR),
    Pace(Phase.OUT_FOR_DELIVERY, 7 * _DAY, 24 * _HOUR),
    Pace(Phase.AT_PICKUP_POINT, _NONE, 6 * _HOUR),
    Pace(Phase.AT_PICKUP_POINT, 7 * _DAY, 24 * _HOUR),
    Pace(Phase.IN_TROUBLE, _NONE, 2 * _HOUR),
    Pace(Phase.IN_TROUBLE, 3 * _DAY, 8 * _HOUR),
    Pace(Phase.IN_TROUBLE, 10 * _DAY, 24 * _HOUR),
    Pace(Phase.RETURNING, _NONE, 6 * _HOUR),
    Pace(Phase.RETURNING, 7 * _DAY, 24 * _HOUR),
)
"""By phase, each from a silence on. An assumption of this project, to be set against what the providers charge."""

REST_AFTER_REFUSAL = 2 * _HOUR
"""How long a number that a provider refused is left alone, for each refusal in a row."""

REST_MAX = 3 * _DAY

REST_OF_PROVIDER = (timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=30), _HOUR)
"""How long a provider that is down is left alone, after the first failed poll in a row, the second, and so on."""


def rest_of_number(refusals: int) -> timedelta:
    """Say how long a number is left alone after so many refusals in a row."""
    return min(REST_AFTER_REFUSAL * refusals, REST_MAX)


def rest_of_provider(failures: int) -> timedelta:
    """Say how long a provider is left alone after so many failed polls in a row, at least one."""
    return REST_OF_PROVIDER[min(failures, len(REST_OF_PROVIDER)) - 1]
