"""Starting and stopping the engine as a whole: what `redress up` and `redress down` do.

Belongs here: checks before a start, waiting until everything is ready, stopping whatever runs. Does not
belong here: keeping parts running (`supervisor`), and anything that prints.
"""

import os
import subprocess
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from deployments.engine import EngineError
from deployments.engine.credentials import ensure_credentials
from deployments.engine.endings import end
from deployments.engine.environment import ENGINE_ID
from deployments.engine.leftovers import running_parts, stop_leftovers
from deployments.engine.logs import last_lines, log_file, rotate
from deployments.engine.parts import PYTHON, engine_parts
from deployments.engine.ports import require_free
from deployments.engine.record import (
    EngineRecord,
    EngineState,
    PartState,
    find,
    is_running,
    read_record,
)
from deployments.settings import EngineSettings

START_SECONDS_MAX = 180.0
STOP_SECONDS_MAX = 150.0  # every part taking all of its time, PostgreSQL's checkpoint included
LOOK_SECONDS = 0.1
SUPERVISE = (*PYTHON, "deployments.engine.supervise")


class StartFailed(EngineError):
    """The engine did not come up; the message says why, and the last lines of the log that matters follow."""

    def __init__(self, message: str, *, log: Path) -> None:
        """Keep the last lines of a log as they stand now."""
        super().__init__(f"{message}; its log is {log}")
        self.last_lines = last_lines(log)


def running_engine(settings: EngineSettings) -> EngineRecord | None:
    """Find the engine of this home, if its supervisor runs."""
    record = read_record(settings.home)
    return record if is_running(record) else None


def clear_the_way(settings: EngineSettings) -> list[str]:
    """Stop what a killed supervisor left running, say what that was, and make sure that the ports are free.

    Raises:
        PortTaken: somebody else listens on a port.
        PostgresFailed: a PostgreSQL that was left does not stop.
    """
    stopped = stop_leftovers(settings, read_record(settings.home))
    parts = engine_parts(settings, os.environ)
    require_free(part.port for part in parts if part.port)
    return stopped


def start_detached(
    settings: EngineSettings,
    *,
    on_progress: Callable[[EngineRecord], None] = lambda _record: None,
    command: Sequence[str] = SUPERVISE,
) -> EngineRecord:
    """Start the engine apart from this process, or join a start under way; return when everything is ready.

    Call `clear_the_way` first.

    Raises:
        StartFailed: a part failed, or was not ready in time; everything was stopped again.
        SecretsUnreadable: see `ensure_credentials`.
    """
    ensure_credentials(settings)
    engine_id = uuid.uuid4().hex
    log = log_file(settings, "supervisor")
    rotate(log)
    with log.open("ab") as stream:
        process = subprocess.Popen(  # noqa: S603 - this project's own module
            command,
            env={**os.environ, "REDRESS_HOME": str(settings.home), ENGINE_ID: engine_id},
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    record = _await_record(settings, process, engine_id)
    # It outlives this process, but should it end first, somebody must wait for it.
    threading.Thread(target=process.wait, name="supervisor-waiter", daemon=True).start()
    return wait_until_ready(settings, record, on_progress=on_progress)


def _await_record(settings: EngineSettings, process: subprocess.Popen[bytes], engine_id: str) -> EngineRecord:
    """Wait until the new supervisor has written itself down, or find the one that was quicker."""
    deadline = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < deadline:
        ended = process.poll() is not None
        record = read_record(settings.home)
        if record and (record.engine_id == engine_id or (ended and is_running(record))):
            return record
        if ended:
            break
        time.sleep(LOOK_SECONDS)
    process.kill()
    process.wait()
    raise StartFailed("the supervisor did not start", log=log_file(settings, "supervisor"))


def wait_until_ready(
    settings: EngineSettings,
    record: EngineRecord,
    *,
    on_progress: Callable[[EngineRecord], None] = lambda _record: None,
) -> EngineRecord:
    """Follow a start until everything is ready, telling each state that is seen.

    Raises:
        StartFailed: see `start_detached`.
    """
    deadline = time.monotonic() + START_SECONDS_MAX
    while record.state is not EngineState.READY:
        if record.failure or not is_running(record):
            raise _failure(settings, record)
        if time.monotonic() > deadline:
            failure = _failure(settings, record)
            stop(settings)
            raise failure
        time.sleep(LOOK_SECONDS)
        record = read_record(settings.home) or record
        on_progress(record)
    return record


def _failure(settings: EngineSettings, record: EngineRecord) -> StartFailed:
    """Tell why a start failed, from the log of the part that is to blame."""
    if record.failure and record.failed_part:
        supervisor = find(record.supervisor)
        end([supervisor] if supervisor else [], stop_seconds_max=STOP_SECONDS_MAX)  # it is stopping the rest
        return StartFailed(record.failure, log=log_file(settings, record.failed_part))
    late = [part for part in record.parts if part.state not in {PartState.READY, PartState.DONE}]
    if not is_running(record) or not late:
        return StartFailed("the supervisor ended", log=log_file(settings, "supervisor"))
    return StartFailed(f"{late[0].name} is not ready after {START_SECONDS_MAX:.0f} s", log=late[0].log)


def stop(settings: EngineSettings) -> list[str]:
    """Stop whatever runs of this home's engine, even when its supervisor was killed, and say what that was.

    Raises:
        PostgresFailed: PostgreSQL runs and does not stop.
    """
    record = read_record(settings.home)
    stopped = []
    supervisor = find(record.supervisor) if record else None
    if record and supervisor:
        stopped = [part.name for part in reversed(running_parts(record))]
        end([supervisor], stop_seconds_max=STOP_SECONDS_MAX)
        stopped.append("supervisor")
    for name in stop_leftovers(settings, record):
        if name not in stopped:
            stopped.append(name)
    return stopped
