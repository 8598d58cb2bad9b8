"""Forgetting which requests were named, once nobody sends them again."""

from datetime import timedelta

from prefect import task

from store import requests
from store.unit_of_work import unit_of_work
from tasks import clock

REMEMBERED = timedelta(days=30)


@task
def forget_old_requests() -> int:
    """Forget the named requests of more than thirty days ago, and count them."""
    with unit_of_work() as connection:
        return requests.forget(connection, before=clock.now() - REMEMBERED)
