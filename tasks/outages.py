"""Outlasting an outage: when database or Prefect's server went away, what a run does is done again from the start.

Everything that a run does can be repeated, so it goes on where it was interrupted; what was answered stays answered. A
run that failed instead would have to ask its supervisor again.
"""

from collections.abc import Callable
from typing import TypeVar

import stamina
from prefect.runtime import flow_run

from adapters.runs.connections import PrefectAway
from store import outbox
from store.unit_of_work import DatabaseAway, failures_told, unit_of_work
from tasks import clock

PAUSE_SECONDS_FIRST = 0.5
PAUSE_SECONDS_MAX = 5.0
SECONDS_MAX = 110.0
"""An outage that lasts longer than this ends the run; the sweeps ask for another one when it is over."""

T = TypeVar("T")


def outlast(work: Callable[[], T]) -> T:
    """Do what can be repeated until no outage interrupts it.

    Raises:
        DatabaseAway, PrefectAway: the outage lasts.
    """
    for attempt in stamina.retry_context(
        on=(DatabaseAway, PrefectAway),
        attempts=None,
        timeout=SECONDS_MAX,
        wait_initial=PAUSE_SECONDS_FIRST,
        wait_max=PAUSE_SECONDS_MAX,
    ):
        with attempt, failures_told():
            if attempt.num > 1:
                _settle_what_was_cut_off()
            return work()
    raise AssertionError("an attempt gives its result or raises")


def _settle_what_was_cut_off() -> None:
    """Put right what this run was sending when it was interrupted, so that it finds what is left to send."""
    with unit_of_work() as connection:
        outbox.recover_cut_off(connection, now=clock.now(), flow_run_ids={str(flow_run.id)})
