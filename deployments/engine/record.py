"""The record of what runs, `engine.json`, and the lock that keeps a home to one supervisor.

Belongs here: what is written down about processes, and whether a process is still the one that was written
down. Does not belong here: starting or stopping any.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import StrEnum
from pathlib import Path

import psutil
from pydantic import BaseModel, ConfigDict, ValidationError

from deployments.engine import EngineError
from deployments.engine.endings import lives

CREATE_TIME_TOLERANCE_SECONDS = 2.0  # the clock that the times are told by may be corrected meanwhile


class EngineState(StrEnum):
    """Where the engine as a whole stands."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


class PartState(StrEnum):
    """Where one part of the engine stands."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    DONE = "done"
    RESTARTING = "restarting"
    STOPPED = "stopped"
    FAILED = "failed"


class ProcessMark(BaseModel):
    """What tells a process from a later one with the same id."""

    model_config = ConfigDict(frozen=True)

    pid: int
    create_time: float


class PartRecord(BaseModel):
    """One part, as last seen by the supervisor."""

    model_config = ConfigDict(frozen=True)

    name: str
    state: PartState
    process: ProcessMark | None = None
    started_at: datetime | None = None
    restarts: int = 0
    port: int | None = None
    address: str | None = None
    log: Path


class EngineRecord(BaseModel):
    """The whole engine, as last seen by the supervisor."""

    model_config = ConfigDict(frozen=True)

    engine_id: str
    state: EngineState
    supervisor: ProcessMark
    started_at: datetime
    ready_at: datetime | None = None
    failure: str | None = None
    failed_part: str | None = None
    parts: tuple[PartRecord, ...] = ()


class AlreadyRunning(EngineError):
    """Another supervisor holds this home."""


def record_file(home: Path) -> Path:
    """Name the file of the record."""
    return home / "engine.json"


def read_record(home: Path) -> EngineRecord | None:
    """Read what was last written; None when nothing was, or nothing that can be read."""
    try:
        return EngineRecord.model_validate_json(record_file(home).read_bytes())
    except (OSError, ValidationError):
        return None


def write_record(home: Path, record: EngineRecord) -> None:
    """Replace the record as a whole, so that a reader never sees half of one."""
    draft = record_file(home).with_suffix(f".{os.getpid()}")
    draft.write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
    draft.chmod(0o600)
    draft.replace(record_file(home))


def mark(pid: int) -> ProcessMark:
    """Describe a running process so that it can be told from a later one.

    Raises:
        psutil.NoSuchProcess: it does not run.
    """
    return ProcessMark(pid=pid, create_time=psutil.Process(pid).create_time())


def find(process_mark: ProcessMark | None) -> psutil.Process | None:
    """Find the process that was marked, unless it ended, whoever has its id now."""
    if process_mark is None:
        return None
    try:
        process = psutil.Process(process_mark.pid)
        if abs(process.create_time() - process_mark.create_time) > CREATE_TIME_TOLERANCE_SECONDS:
            return None
        return process if lives(process) else None
    except psutil.Error:
        return None


def is_running(record: EngineRecord | None) -> bool:
    """Tell whether the supervisor that wrote a record still runs."""
    return record is not None and find(record.supervisor) is not None


@contextmanager
def hold(home: Path) -> Iterator[None]:
    """Keep a home to one supervisor; the system lets go of it however the process ends.

    Raises:
        AlreadyRunning: another supervisor holds it.
    """
    with (home / "engine.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(f"another supervisor holds {home}") from None
        yield
