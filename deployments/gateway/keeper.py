"""Keeping what arrives: all that came while the last commit was made is committed together, by one thread.

Each sender waits for the commit that his payload is in, so nothing is acknowledged that is not safe, and a commit is
paid for once by many. There is no pause for gathering: when little arrives, each payload is committed at once.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import NamedTuple

from deployments.gateway.refusal import Refusal
from store.tracking import inbox
from store.tracking.inbox import Arrived
from store.unit_of_work import DatabaseAway, failures_told, unit_of_work

logger = logging.getLogger(__name__)

TOGETHER_MAX = 500
BYTES_TOGETHER_MAX = 16_000_000
AWAY_SECONDS = 5


class _Waiting(NamedTuple):
    arrived: Arrived
    loop: asyncio.AbstractEventLoop
    kept: asyncio.Future[int]


class Keeper:
    """Commits payloads to the inbox; `told` is called after each commit."""

    def __init__(self, *, told: Callable[[], None], commit_seconds_max: float) -> None:
        """Begin with nothing to keep."""
        self._told = told
        self._commit_seconds_max = commit_seconds_max
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="keeper", daemon=True)

    def start(self) -> None:
        """Begin to commit."""
        self._thread.start()

    def stop(self) -> None:
        """End after what still waits has been committed."""
        self._queue.put(None)
        self._thread.join(timeout=self._commit_seconds_max)

    @property
    def is_at_work(self) -> bool:
        """Say whether anything would be committed."""
        return self._thread.is_alive()

    async def keep(self, arrived: Arrived) -> int:
        """Give the id of a payload once it is committed.

        Raises:
            Refusal: 503, when the database is away or too slow. The payload may be kept all the same; that it is sent
                again does no harm.

        """
        loop = asyncio.get_running_loop()
        waiting = _Waiting(arrived, loop, loop.create_future())
        self._queue.put(waiting)
        patience = loop.call_later(self._commit_seconds_max, _give_up, waiting.kept)
        try:
            return await waiting.kept
        except TimeoutError:
            raise Refusal(503, "the database takes too long", retry_after_seconds=AWAY_SECONDS) from None
        except DatabaseAway:
            raise Refusal(503, "the database is away", retry_after_seconds=AWAY_SECONDS) from None
        finally:
            patience.cancel()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            together, last = self._gathered(first)
            self._commit([waiting for waiting in together if not waiting.kept.done()])  # some may have given up
            if last:
                return

    def _gathered(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        """Take all that waits, up to a bound, and say whether the end was among it."""
        together, size = [first], len(first.arrived.body)
        while len(together) < TOGETHER_MAX and size < BYTES_TOGETHER_MAX:
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                break
            if waiting is None:
                return together, True
            together.append(waiting)
            size += len(waiting.arrived.body)
        return together, False

    def _commit(self, together: Sequence[_Waiting]) -> None:
        try:
            with failures_told(), unit_of_work() as connection:
                ids = inbox.keep_many(connection, [waiting.arrived for waiting in together])
        except DatabaseAway as failure:
            logger.warning("%d payloads are not acknowledged, the database is away: %s", len(together), failure)
            _answer(together, failure)
        except Exception as failure:
            logger.exception("%d payloads are not acknowledged.", len(together))
            _answer(together, failure)
        else:
            _answer(together, ids)
            self._told()


def _give_up(kept: "asyncio.Future[int]") -> None:
    if not kept.done():
        kept.set_exception(TimeoutError())


def _answer(together: Sequence[_Waiting], outcome: Sequence[int] | Exception) -> None:
    """Wake those who wait, all of one loop with one call."""
    for loop in {waiting.loop for waiting in together}:
        loop.call_soon_threadsafe(_wake, [waiting.kept for waiting in together], outcome)


def _wake(waiting: Sequence["asyncio.Future[int]"], outcome: Sequence[int] | Exception) -> None:
    for place, kept in enumerate(waiting):
        if kept.done():
            continue
        if isinstance(outcome, Exception):
            kept.set_exception(outcome)
        else:
            kept.set_result(outcome[place])
