"""Keeping the due times of complaints current when a profile or a calendar changes its figures."""

from prefect import task

from store import complaints as complaint_store
from store.complaints import COMPLAINTS
from store.unit_of_work import unit_of_work
from tasks.clock_book import clock_book
from tasks.complaints.moving import BATCH
from tasks.complaints.timing import anchors_of, clock_columns


@task
def refresh_complaint_clocks() -> int:
    """Compute the due times anew that rest on former figures of a profile or calendar; give how many those are."""
    book = clock_book()
    refreshed, after, left = 0, "", True
    while left:
        with unit_of_work() as connection:
            stale = complaint_store.with_old_clocks(
                connection, profiles=book.profile_versions, calendars=book.calendars.version, after=after, limit=BATCH
            )
            COMPLAINTS.keep_clocks(connection, {one.case_no: clock_columns(anchors_of(one)) for one in stale})
        refreshed += len(stale)
        left = len(stale) == BATCH
        after = stale[-1].case_no if stale else after
    return refreshed
