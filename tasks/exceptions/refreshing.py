"""Keeping the due times of exceptions current when a profile or a calendar changes its figures."""

from collections.abc import Sequence

from prefect import task

from schemas.exceptions import ExceptionCase
from store import cases as case_store
from store.case_history import history_of
from store.cases import EXCEPTIONS
from store.unit_of_work import Connection
from tasks.clock_book import clock_book
from tasks.exceptions.moving import BATCH, in_batches
from tasks.exceptions.timing import anchors_of, clock_columns, refolded


@task
def refresh_clocks() -> int:
    """Compute the due times anew that rest on former figures of a profile or calendar; give how many those are."""
    book = clock_book()

    def outdated(connection: Connection, last: ExceptionCase | None) -> list[ExceptionCase]:
        return case_store.with_old_clocks(
            connection,
            profiles=book.profile_versions,
            calendars=book.calendars.version,
            after=last.case_no if last else "",
            limit=BATCH,
        )

    return sum(in_batches(outdated, _compute_anew))


def _compute_anew(connection: Connection, cases: Sequence[ExceptionCase]) -> int:
    clocks = {}
    for case in cases:
        history = [] if case.clock_anchors else history_of(connection, case.case_no)
        clocks[case.case_no] = clock_columns(case, refolded(case, history) if history else anchors_of(case))
    EXCEPTIONS.keep_clocks(connection, clocks)
    return len(cases)
