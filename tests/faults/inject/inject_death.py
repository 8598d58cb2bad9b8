"""Counting the store's commits of each decision in the worker, and dying at those that were named."""

import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any, NamedTuple

import prefect.input.run_input
from sqlalchemy.engine.default import DefaultDialect

HOME = Path(os.environ["REDRESS_HOME"])
DECISION = "resolve_exception"
LOOK_EVERY_SECONDS = 0.02


class Place(NamedTuple):
    """Where a thread stands: in the decision of which case, at which step."""

    case_no: str
    step: str


_counted: Counter[str] = Counter()
_arrived: set[str] = set()
_lock = threading.Lock()


def install() -> None:
    """Watch every commit of this process, and let threads remember which decision started them."""
    commit, start, store_form = (
        DefaultDialect.do_commit,
        threading.Thread.start,
        prefect.input.run_input.create_flow_run_input,
    )

    def do_commit(dialect: DefaultDialect, connection: Any) -> None:
        place = _place()
        if place is None:
            commit(dialect, connection)
            return
        number = _count(place)
        _reach(f"{place.case_no} before {number}")
        commit(dialect, connection)
        _reach(f"{place.case_no} after {number}")

    def start_thread(thread: threading.Thread) -> None:
        thread.started_at_place = _place()  # type: ignore[attr-defined]
        start(thread)

    def create_flow_run_input(key: str, value: Any, **others: Any) -> None:
        if place := _place():
            _reach(f"{place.case_no} before form-{key.rpartition('-')[2]}")
        store_form(key, value, **others)

    DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]
    threading.Thread.start = start_thread  # type: ignore[method-assign]
    prefect.input.run_input.create_flow_run_input = create_flow_run_input


def _place() -> Place | None:
    """Find the decision that this thread, or the one that started it, is executing, and the step of it."""
    steps: list[str] = []  # innermost first
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        module, function = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        if module == "__main__" and function == "_execute":
            found = frame.f_locals
            return Place(found["flow_run"].name, _step(steps)) if found["flow"].name == DECISION else None
        if module.startswith("tasks.") and module != "tasks.outages" and not function.startswith("<"):
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


def _reach(moment: str) -> None:
    """Die here, wait here for the others who are to die, wait here to be let go, or go on."""
    to_die = _lines("die-at")
    if moment in to_die:
        with _lock:
            _arrived.add(moment)
            if to_die <= _arrived:
                (HOME / "die-at").unlink()
                os.kill(os.getpid(), signal.SIGKILL)
        threading.Event().wait()
    if moment in _lines("hold-at"):
        with _lock, (HOME / "held").open("a", encoding="utf-8") as held:
            held.write(f"{moment}\n")
        while moment in _lines("hold-at"):
            time.sleep(LOOK_EVERY_SECONDS)


def _lines(name: str) -> set[str]:
    try:
        return set((HOME / name).read_text(encoding="utf-8").splitlines())
    except FileNotFoundError:
        return set()
