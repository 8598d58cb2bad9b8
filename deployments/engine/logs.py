"""The log files of the parts: where they are, when they are put aside, how they end.

Belongs here: files of what parts print. Does not belong here: what Redress itself logs about cases.
"""

from pathlib import Path

from deployments.settings import EngineSettings

ROTATE_BYTES = 20 * 1024 * 1024
TAIL_BYTES = 64 * 1024


def log_file(settings: EngineSettings, name: str) -> Path:
    """Name the log file of a part, with its folder made."""
    settings.logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    return settings.logs / f"{name}.log"


def rotate(file: Path) -> None:
    """Put a log that has grown large aside as `.1`, in place of the one before."""
    if file.exists() and file.stat().st_size > ROTATE_BYTES:
        file.replace(file.with_name(f"{file.name}.1"))


def last_lines(file: Path, *, count: int = 15) -> list[str]:
    """Read how a log ends; nothing when there is none."""
    try:
        with file.open("rb") as stream:
            stream.seek(max(0, file.stat().st_size - TAIL_BYTES))
            text = stream.read().decode(errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line.strip()][-count:]
