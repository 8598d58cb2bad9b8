"""Asking at the provider's rhythm: one question at a time, as far apart as it wants, repeated with growing pauses."""

import time
from collections.abc import Callable, Collection
from datetime import timedelta

import stamina

from adapters import Unavailable
from adapters.feeds.asking import Client, Number
from store.tracking import polling
from store.unit_of_work import unit_of_work
from tasks import clock

ATTEMPTS = 3
PAUSE_SECONDS_FIRST = 2.0
PAUSE_SECONDS_MAX = 30.0
PAUSE_SECONDS_JITTER = 2.0
"""The pause doubles from one attempt to the next, and each is lengthened by chance, so that pollers do not agree."""

wait: Callable[[float], None] = time.sleep


def take_turn(waybills: Collection[str], *, provider: str, gap: timedelta, least: timedelta) -> set[str]:
    """Take the provider's next free moment, mark the parcels as asked about, and wait for the moment to come.

    Gives the parcels that may be asked about; the others were less than `least` ago, by somebody else.
    """
    with unit_of_work() as connection:
        at = polling.take_turn(connection, provider=provider, gap=gap, now=clock.now())
        allowed = polling.begin(connection, waybills, provider=provider, least=least, at=at)
    if (seconds := (at - clock.now()).total_seconds()) > 0:
        wait(seconds)
    return allowed


def ask_patiently(client: Client, numbers: list[Number], *, provider: str, gap: timedelta) -> bytes:
    """Ask one question whose turn it is; while the provider cannot be had, again, each time in a turn of its own.

    Raises:
        Unavailable: the provider could not be had in several attempts.
        Refused: the provider will not answer.

    """
    for attempt in stamina.retry_context(
        on=Unavailable,
        attempts=ATTEMPTS,
        timeout=None,
        wait_initial=PAUSE_SECONDS_FIRST,
        wait_max=PAUSE_SECONDS_MAX,
        wait_jitter=PAUSE_SECONDS_JITTER,
    ):
        with attempt:
            if attempt.num > 1:
                take_turn([number.waybill for number in numbers], provider=provider, gap=gap, least=timedelta(0))
            return client.ask(numbers)
    raise AssertionError("an attempt answers or raises")
