"""The order in which the records of one list happened.

Providers list newest first or oldest first, and may give several records the same second; the place among those is
the only thing that tells their order. It is counted from the oldest, so that a longer list of the same parcel gives
the same places to the records it shares with a shorter one.
"""

from collections.abc import Sequence
from datetime import datetime

Times = Sequence[datetime | None]


def chronological(times: Times, *, newest_first: bool) -> range:
    """Give the positions from the oldest record to the newest.

    `newest_first` is the provider's habit; it decides only where the times themselves do not.
    """
    known = [time for time in times if time is not None]
    if known and known[0] != known[-1]:
        newest_first = known[0] > known[-1]
    return range(len(times) - 1, -1, -1) if newest_first else range(len(times))


def places_within_second(times: Times, positions: range) -> list[str]:
    """Give each record its place among those of the same second, as text that sorts: 0000, 0001 ..."""
    places = [""] * len(times)
    seen: dict[datetime | None, int] = {}
    for position in positions:
        place = seen.get(times[position], 0)
        seen[times[position]] = place + 1
        places[position] = f"{place:04d}"
    return places


def newest(times: Times, positions: range) -> int | None:
    """Give the position of the latest record; of several in one second the last of the provider's order."""
    latest: int | None = None
    for position in positions:
        time = times[position]
        if time is None:
            continue
        best = times[latest] if latest is not None else None
        if best is None or time >= best:
            latest = position
    if latest is None and len(positions):
        return positions[-1]
    return latest
