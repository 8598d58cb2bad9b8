"""Erasing the papers of appeals that need not be kept any longer."""

from prefect import task

from store import appeal_papers
from store.unit_of_work import unit_of_work
from tasks import clock


@task
def erase_old_papers() -> int:
    """Empty the papers of appeals whose time of keeping is over, and count them; the sealed history stays whole."""
    with unit_of_work() as connection:
        return appeal_papers.erase_papers(connection, now=clock.now())
