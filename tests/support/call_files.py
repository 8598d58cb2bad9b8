"""Files of calls for tests; a test names only what matters to it."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from schemas.calls import CALL_COLUMNS

HEADER = ",".join(CALL_COLUMNS)


def a_row(number: int = 1, **changes: Any) -> str:
    """Write the row of a call on 2026-11-20 that was answered after ten seconds."""
    told = {
        "centre": "95000", "call_id": f"C{number:06}", "medium": "phone", "direction": "in",
        "started_at": "2026-11-20 10:00:00", "answered_at": "2026-11-20 10:00:10", "ended_at": "2026-11-20 10:02:00",
        "rings": "2", "queue": "投诉", "agent": "a-07", "caller": "13900001234", "hung_up_by": "caller",
    }  # fmt: skip
    return ",".join(str({**told, **changes}[name]) for name in CALL_COLUMNS)


def write_calls(path: Path, rows: Iterable[str], *, header: str = HEADER) -> Path:
    """Write a file of calls."""
    path.write_text("\n".join([header, *rows]) + "\n", "utf-8")
    return path
