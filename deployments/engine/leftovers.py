"""What a supervisor left running that was killed itself.

Belongs here: finding and ending those processes from the record. A recorded process counts only while its
time of creation fits; a process that is not recorded counts only when its own environment carries the
engine's id.
"""

import os

import psutil

from deployments.engine import postgres
from deployments.engine.endings import end
from deployments.engine.environment import ENGINE_ID
from deployments.engine.postgres_folder import postmaster
from deployments.engine.record import EngineRecord, PartRecord, find
from deployments.settings import EngineSettings

STOP_SECONDS_MAX = 15.0


def stop_leftovers(settings: EngineSettings, record: EngineRecord | None) -> list[str]:
    """End what still runs of a recorded engine and its PostgreSQL, last part first; say what that was.

    Raises:
        PostgresFailed: PostgreSQL runs and does not stop.
    """
    folder = settings.home / "postgres"
    stopped = _stop_parts(record, apart_from=postmaster(folder)) if record else []
    if postgres.stop(folder):
        stopped.append("postgres")
    if record and end(_carrying(record.engine_id), stop_seconds_max=STOP_SECONDS_MAX):
        stopped.append("processes that parts had started")
    return stopped


def _stop_parts(record: EngineRecord, *, apart_from: psutil.Process | None) -> list[str]:
    stopped = []
    for part in reversed(record.parts):
        leader = find(part.process)
        if leader is not None and leader != apart_from and end(_session(leader), stop_seconds_max=STOP_SECONDS_MAX):
            stopped.append(part.name)
    return stopped


def running_parts(record: EngineRecord) -> list[PartRecord]:
    """Tell which recorded parts still have their process."""
    return [part for part in record.parts if find(part.process)]


def _session(leader: psutil.Process) -> list[psutil.Process]:
    """Find a part's first process and all in its session; while it lives, the session's id is its own."""
    return [process for process in psutil.process_iter() if _session_id(process) == leader.pid]


def _session_id(process: psutil.Process) -> int | None:
    try:
        return os.getsid(process.pid)
    except (ProcessLookupError, PermissionError):
        return None


def _carrying(engine_id: str) -> list[psutil.Process]:
    return [
        process for process in psutil.process_iter() if process.pid != os.getpid() and _engine_id(process) == engine_id
    ]


def _engine_id(process: psutil.Process) -> str | None:
    try:
        return process.environ().get(ENGINE_ID)
    except (psutil.Error, OSError):
        return None  # ended meanwhile, or of another user
