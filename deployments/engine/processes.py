"""One part of the engine as processes: started in a group of their own, watched, ended as a whole.

Belongs here: process groups and signals. Does not belong here: when a part is started or started again
(`supervisor`). A group is signalled only while its first process is known to be the one that was started;
a process id is never trusted by itself. Processes that another supervisor left are `leftovers`.
"""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import psutil

from deployments.engine.logs import rotate
from deployments.engine.parts import Part
from deployments.engine.record import ProcessMark, mark

WAIT_SECONDS = 0.05


class Child:
    """The processes of one part, from one start to their end."""

    def __init__(self, part: Part, *, environment: Mapping[str, str], log: Path) -> None:
        """Start the part.

        Raises:
            OSError: the command cannot be run.
            NoAccount, PostgresFailed: what the part's preparation refuses.
        """
        account = part.prepare() if part.prepare else None
        rotate(log)
        self.part = part
        self.started_at = datetime.now(UTC)
        with log.open("ab") as stream:
            stream.write(f"--- {self.started_at:%Y-%m-%dT%H:%M:%SZ} {part.name} starts\n".encode())
            stream.flush()
            self._process = subprocess.Popen(  # noqa: S603 - the commands are the table of parts
                part.command,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **(account.run_as if account else {}),
            )
        self.mark: ProcessMark = mark(self._process.pid)

    def has_ended(self) -> bool:
        """Tell whether the first process ended; what it left behind in its group is then ended too.

        The group is ended while the first process is not yet waited for: so long its id cannot be reused.
        """
        if self._process.returncode is not None:
            return True
        if psutil.Process(self._process.pid).status() != psutil.STATUS_ZOMBIE:
            return False
        self._signal_group(signal.SIGKILL)
        self._process.wait()
        return True

    @property
    def exit_code(self) -> int | None:
        """How the first process ended; negative is the signal that ended it."""
        return self._process.returncode

    def stop(self) -> None:
        """End the whole group: asked first, forced when its time is over."""
        deadline = time.monotonic() + self.part.stop_seconds_max
        if not self.has_ended():
            self._signal_group(self.part.stop_signal)
        while not self.has_ended():
            if time.monotonic() > deadline:
                self._signal_group(signal.SIGKILL)
            time.sleep(WAIT_SECONDS)

    def _signal_group(self, signal_: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, signal_)
        except (ProcessLookupError, PermissionError):
            return  # nobody is left; macOS says so with a permission error when only the zombie is
