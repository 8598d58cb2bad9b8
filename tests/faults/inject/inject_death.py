"""Counting the store's commits of each decision in the worker, and dying at the one that was named."""

import os
import signal
import sys
import threading
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

from sqlalchemy.engine.default import DefaultDialect

HOME = Path(os.environ["REDRESS_HOME"])
DECISION = "resolve_exception"


class Place(NamedTuple):
    """Where a thread stands: in the decision of which case, at which step."""

    case_no: str
    step: str


_counted: Counter[str] = Counter()
_lock = threading.Lock()


def install() -> None:
    """Watch every commit of this process, and let threads remember which decision started them."""
    commit, start = DefaultDialect.do_commit, threading.Thread.start

    def do_commit(dialect: DefaultDialect, connection: Any) -> None:
        place = _place()
        moment = _count(place) if place else ""
        if place:
            _die_if_asked(f"{place.case_no} before {moment}")
        commit(dialect, connection)
        if place:
            _die_if_asked(f"{place.case_no} after {moment}")

    def start_thread(thread: threading.Thread) -> None:
        thread.started_at_place = _place()  # type: ignore[attr-defined]
        start(thread)

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    threading.Thread.start = start_thread  # type: ignore[method-assign]


def _place() -> Place | None:
    """Find the decision that this thread, or the one that started it, is executing, and the step of it."""
    steps: list[str] = []  # innermost first
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        module, function = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        if module == "__main__" and function == "_execute":
            found = frame.f_locals
            return Place(found["flow_run"].name, _step(steps)) if found["flow"].name == DECISION else None
        if module.startswith("tasks.") and not function.startswith("<"):
            steps.append(function)
        frame = frame.f_back
    started: Place | None = getattr(threading.current_thread(), "started_at_place", None)
    return Place(started.case_no, _step([*steps, started.step.partition(".")[0]])) if started else None


def _step(functions: list[str]) -> str:
    """Name a step by its task and, where that is another, by the function inside that commits."""
    return ".".join(dict.fromkeys([functions[-1], functions[0]])) if functions else "lease"


def _count(place: Place) -> int:
    with _lock:
        _counted[place.case_no] += 1
        number = _counted[place.case_no]
        with (HOME / "commits").open("a", encoding="utf-8") as told:
            told.write(f"{place.case_no} {number} {place.step}\n")
    return number


def _die_if_asked(moment: str) -> None:
    asked = HOME / "die-at"
    try:
        if asked.read_text(encoding="utf-8").strip() != moment:
            return
    except FileNotFoundError:
        return
    asked.unlink()
    os.kill(os.getpid(), signal.SIGKILL)
