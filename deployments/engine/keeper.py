"""One part under the supervisor's care: started when due, ready or not yet, started again when it dies.

Belongs here: the states of one part and the times between its starts. Does not belong here: the order of
the parts (`supervisor`), and process groups (`processes`).
"""

import logging
import time
from collections.abc import Mapping
from pathlib import Path

from deployments.engine import EngineError
from deployments.engine.parts import Part
from deployments.engine.processes import Child
from deployments.engine.record import PartRecord, PartState

log = logging.getLogger("redress.engine")

BACKOFF_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
STEADY_SECONDS = 60.0  # a part that ran so long starts the backoff anew when it dies
FIRST_STARTS_MAX = 3  # a part that was never ready is not tried for ever


class PartFailed(EngineError):
    """A part cannot be brought up; the message says which and why."""

    def __init__(self, name: str, reason: str) -> None:
        """Keep the name apart, for whoever shows that part's log."""
        super().__init__(f"{name} {reason}")
        self.name = name


class Keeper:
    """One part under the supervisor's care."""

    def __init__(self, part: Part, *, environment: Mapping[str, str], log_file: Path) -> None:
        """Begin in the state WAITING, with nothing started."""
        self.part = part
        self.state = PartState.WAITING
        self.restarts = 0
        self._environment = environment
        self._log_file = log_file
        self._child: Child | None = None
        self._deaths = 0  # since it last ran steadily
        self._was_ready = False
        self._since = 0.0
        self._due = 0.0

    @property
    def is_satisfied(self) -> bool:
        """Whether parts that need this one may start."""
        return self.state in {PartState.READY, PartState.DONE}

    def look(self, *, needs_met: bool) -> None:
        """Start the part when it is due, and notice that it became ready or died.

        Raises:
            PartFailed: it was never ready and will not become so.
        """
        if self.state in {PartState.WAITING, PartState.RESTARTING}:
            if needs_met and time.monotonic() >= self._due:
                self._start()
        elif self._child is not None and self._child.has_ended():
            self._after_end(self._child)
        elif self.state is PartState.STARTING and self._child is not None:
            self._ask_whether_ready(self._child)

    def stop(self) -> None:
        """End the part's processes, if there are any."""
        if self._child is not None:
            self._child.stop()
            self._child = None
        if self.state not in {PartState.FAILED, PartState.DONE}:
            self.state = PartState.STOPPED

    def record(self) -> PartRecord:
        """Describe the part as it stands."""
        child = self._child
        return PartRecord(
            name=self.part.name,
            state=self.state,
            process=child.mark if child else None,
            started_at=child.started_at if child else None,
            restarts=self.restarts,
            port=self.part.port.number if self.part.port else None,
            address=self.part.address,
            log=self._log_file,
        )

    def _start(self) -> None:
        if self.state is PartState.RESTARTING:
            self.restarts += 1
        try:
            self._child = Child(self.part, environment=self._environment, log=self._log_file)
        except (OSError, EngineError) as error:
            self._die(str(error))
            return
        self.state = PartState.STARTING
        self._since = time.monotonic()

    def _ask_whether_ready(self, child: Child) -> None:
        ready = not self.part.one_shot and self.part.ready(child.started_at)
        seconds = time.monotonic() - self._since
        if ready:
            self.state, self._was_ready = PartState.READY, True
            place = f": {self.part.address}" if self.part.address else ""
            log.info("%s is ready after %.1f s%s", self.part.name, seconds, place)
        elif seconds > self.part.ready_seconds_max:
            child.stop()
            self._die(f"is not ready after {self.part.ready_seconds_max:.0f} s")

    def _after_end(self, child: Child) -> None:
        self._child = None
        if not self.part.one_shot:
            self._die(f"ended with exit code {child.exit_code}")
        elif child.exit_code == 0:
            self.state = PartState.DONE
            log.info("%s is done after %.1f s", self.part.name, time.monotonic() - self._since)
        else:
            self._give_up(f"failed with exit code {child.exit_code}")

    def _die(self, reason: str) -> None:
        if self.state is PartState.READY and time.monotonic() - self._since > STEADY_SECONDS:
            self._deaths = 0
        self._deaths += 1
        self._child = None
        if not self._was_ready and self._deaths >= FIRST_STARTS_MAX:
            self._give_up(reason)
        pause = BACKOFF_SECONDS[min(self._deaths, len(BACKOFF_SECONDS)) - 1]
        self.state = PartState.RESTARTING
        self._due = time.monotonic() + pause
        log.warning("%s %s; it is started again in %.0f s", self.part.name, reason, pause)

    def _give_up(self, reason: str) -> None:
        self.state = PartState.FAILED
        raise PartFailed(self.part.name, reason)
