"""The supervisor: starts the parts in the order of their needs, keeps them running, stops all in reverse.

Belongs here: the order of the parts, the signals, and writing down how things stand. Does not belong here:
which parts there are (`parts`), and the states of one of them (`keeper`). It is one thread that looks round
a few times a second; every look is short, and a signal ends the pause between two.
"""

import logging
import os
import select
import signal
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from deployments.engine.keeper import Keeper, PartFailed
from deployments.engine.logs import log_file
from deployments.engine.parts import Part
from deployments.engine.record import EngineRecord, EngineState, mark, write_record
from deployments.settings import EngineSettings

log = logging.getLogger("redress.engine")

LOOK_SECONDS = 0.1
STEADY_LOOK_SECONDS = 0.5
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Supervisor:
    """One engine from its start to its end."""

    def __init__(
        self,
        settings: EngineSettings,
        parts: Sequence[Part],
        *,
        environment: Mapping[str, str],
        engine_id: str,
    ) -> None:
        """Take charge of the parts without starting any."""
        self._home = settings.home
        self._keepers = [
            Keeper(part, environment=environment, log_file=log_file(settings, part.name)) for part in parts
        ]
        self._saved: EngineRecord | None = None
        self._record = EngineRecord(
            engine_id=engine_id,
            state=EngineState.STARTING,
            supervisor=mark(os.getpid()),
            started_at=datetime.now(UTC),
        )

    def run(self) -> None:
        """Keep the engine running until a signal asks for its end; leave nothing running in any case.

        Raises:
            PartFailed: a part cannot be brought up; all others were stopped again.
        """
        with _stop_signals() as stop_came_within:
            try:
                self._save()
                while not stop_came_within(self._pause()):
                    self._look()
            except PartFailed as failure:
                self._change(failure=str(failure), failed_part=failure.name)
                raise
            finally:
                self._stop()

    def _pause(self) -> float:
        return STEADY_LOOK_SECONDS if self._record.state is EngineState.READY else LOOK_SECONDS

    def _look(self) -> None:
        for keeper in self._keepers:
            needed = [other for other in self._keepers if other.part.name in keeper.part.needs]
            keeper.look(needs_met=all(other.is_satisfied for other in needed))
        if self._record.state is EngineState.STARTING and all(keeper.is_satisfied for keeper in self._keepers):
            now = datetime.now(UTC)
            self._change(state=EngineState.READY, ready_at=now)
            log.info("everything is ready after %.1f s", (now - self._record.started_at).total_seconds())
        self._save()

    def _stop(self) -> None:
        self._change(state=EngineState.STOPPING)
        for keeper in reversed(self._keepers):
            keeper.stop()
            self._save()
        self._change(state=EngineState.FAILED if self._record.failure else EngineState.STOPPED)
        log.info("everything is stopped")

    def _change(self, **changes: object) -> None:
        self._record = self._record.model_copy(update=changes)
        self._save()

    def _save(self) -> None:
        record = self._record.model_copy(update={"parts": tuple(keeper.record() for keeper in self._keepers)})
        if record == self._saved:
            return
        try:
            write_record(self._home, record)
        except OSError as error:  # a full disk is no reason to stop what runs
            log.error("the record cannot be written: %s", error)  # noqa: TRY400 - the error says it all
        self._saved = record


@contextmanager
def _stop_signals() -> Iterator[Callable[[float], bool]]:
    """Catch the signals that ask for the end: what is yielded waits for one and says whether one came."""
    received: list[int] = []
    waiting, waking = socket.socketpair()
    waking.setblocking(False)  # as set_wakeup_fd demands
    former_fd = signal.set_wakeup_fd(waking.fileno(), warn_on_full_buffer=False)
    former = {number: signal.signal(number, lambda got, _frame: received.append(got)) for number in STOP_SIGNALS}

    def came_within(seconds: float) -> bool:
        if not received:
            select.select([waiting], [], [], seconds)
        return bool(received)

    try:
        yield came_within
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        signal.set_wakeup_fd(former_fd)
        waiting.close()
        waking.close()
