"""Keeping the due times of complaints current when a profile or a calendar changes its figures."""

from prefect import task

from schemas.complaints import Complaint
from store import complaints as complaint_store
from store.complaints import COMPLAINTS
from store.unit_of_work import Connection
from tasks.clock_book import clock_book
from tasks.complaints.timing import anchors_of, clock_columns
from tasks.refreshing import BATCH, refresh


@task
def refresh_complaint_clocks() -> int:
    """Compute the due times anew that rest on former figures of a profile or calendar; give how many those are."""
    book = clock_book()

    def outdated(connection: Connection, after: str) -> list[Complaint]:
        return complaint_store.with_old_clocks(
            connection, profiles=book.profile_versions, calendars=book.calendars.version, after=after, limit=BATCH
        )

    return refresh(COMPLAINTS, outdated, lambda one: clock_columns(anchors_of(one)))
