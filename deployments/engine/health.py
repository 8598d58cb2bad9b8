"""What runs: the state of the engine as people and scripts are told it.

Belongs here: reading the record and comparing it with the processes that there are. Does not belong here:
judging what is wrong and what to do about it (`doctor`), and anything that prints.
"""

from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel

from deployments.engine.record import EngineRecord, PartRecord, PartState, find, is_running, read_record
from deployments.engine.views import views
from deployments.settings import EngineSettings

ALIVE = {PartState.STARTING, PartState.READY}


class PartStatus(BaseModel):
    """One row of `redress status`."""

    part: str
    state: str
    pid: int | None
    uptime_seconds: int | None
    restarts: int
    address: str | None


class StatusLine(BaseModel):
    """One further line of `redress status`."""

    name: str
    value: str


class EngineStatus(BaseModel):
    """All that `redress status` shows."""

    running: bool
    state: str
    summary: str
    home: Path
    logs: Path
    notices: Path
    parts: list[PartStatus]
    lines: list[StatusLine]


def engine_status(settings: EngineSettings, *, now: datetime | None = None) -> EngineStatus:
    """Tell what runs in this home."""
    now = now or datetime.now(UTC)
    record = read_record(settings.home)
    parts = [part_status(part, now=now) for part in record.parts] if record else []
    lines = [StatusLine(name=name, value=address) for name, address in views(settings.prefect_port).items()]
    return EngineStatus(
        running=is_running(record),
        state=record.state if record and is_running(record) else "stopped",
        summary=_summary(record, parts),
        home=settings.home,
        logs=settings.logs,
        notices=settings.notices,
        parts=parts,
        lines=lines if is_running(record) else [],
    )


def part_status(part: PartRecord, *, now: datetime) -> PartStatus:
    """Tell how one part stands, trusting the process rather than the record."""
    process = find(part.process)
    state = part.state
    if process is None and state in ALIVE:
        state = PartState.STOPPED
    return PartStatus(
        part=part.name,
        state=state,
        pid=process.pid if process else None,
        uptime_seconds=int((now - part.started_at).total_seconds()) if process and part.started_at else None,
        restarts=part.restarts,
        address=part.address if process else None,
    )


def _summary(record: EngineRecord | None, parts: list[PartStatus]) -> str:
    if record is None:
        return "Redress was never started here: `redress up --detach` starts it."
    if is_running(record):
        unready = [part.part for part in parts if part.state not in {PartState.READY, PartState.DONE}]
        return f"Redress runs, but not yet ready: {', '.join(unready)}." if unready else "Redress runs."
    left = [part.part for part in parts if part.pid]
    if left:
        return f"The supervisor is gone, but {', '.join(left)} still run: `redress up` or `redress down` clears that."
    if record.failure:
        return f"Redress does not run; the last start failed: {record.failure}."
    return "Redress does not run: `redress up --detach` starts it."
