"""Keeping the due times of cases current when a profile or a calendar changes its figures, batch after batch."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from store.case_moves import CaseTable, Standing
from store.unit_of_work import Connection, unit_of_work

BATCH = 200
"""Cases in one transaction."""

S = TypeVar("S", bound=Standing)
Outdated = Callable[[Connection, str], list[S]]
"""Reads and locks the next BATCH cases after that number whose due time rests on former figures."""


def refresh(table: CaseTable[S], outdated: Outdated[S], columns: Callable[[S], Mapping[str, Any]]) -> int:
    """Compute the clocks' `columns` of all cases anew that are `outdated`; give how many those are."""
    refreshed, after, left = 0, "", True
    while left:
        with unit_of_work() as connection:
            stale = outdated(connection, after)
            table.keep_clocks(connection, {one.case_no: columns(one) for one in stale})
        refreshed += len(stale)
        left = len(stale) == BATCH
        after = stale[-1].case_no if stale else after
    return refreshed
