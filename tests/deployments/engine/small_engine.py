"""A supervisor over small parts, as a process that a test can kill: `python small_engine.py PART ...`.

The parts are the smallest programs that behave in the way a test needs; the engine's real parts can be named too.
"""

import logging
import os
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from deployments.engine.credentials import ensure_credentials
from deployments.engine.environment import ENGINE_ID, engine_environment
from deployments.engine.keeper import PartFailed
from deployments.engine.parts import Part, engine_parts
from deployments.engine.ports import PortClaim
from deployments.engine.probes import listens
from deployments.engine.record import hold
from deployments.engine.supervisor import Supervisor
from deployments.settings import EngineSettings, load_settings

UP_AND_WAITING = """
import os, pathlib, sys, time
pathlib.Path(os.environ["REDRESS_HOME"], sys.argv[1] + ".up").touch()
time.sleep(3600)
"""
WITH_A_CHILD = """
import subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
"""
DEAF_TO_SIGTERM = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
"""
TELLING_ITS_END = """
import os, signal, sys
def stop(*_):
    with open(os.environ["REDRESS_HOME"] + "/ends", "a") as ends:
        ends.write(sys.argv[1] + " ")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
"""


def main() -> None:
    """Run the parts named on the command line until a signal comes."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    settings = load_settings()
    engine_id = os.environ[ENGINE_ID]
    with hold(settings.home):
        environment = engine_environment(settings, ensure_credentials(settings)) | {ENGINE_ID: engine_id}
        known = {part.name: part for part in (*engine_parts(settings, os.environ), *small_parts(settings))}
        parts = [known[name] for name in sys.argv[1:]]
        Supervisor(settings, parts, environment=environment, engine_id=engine_id).run()


def small_parts(settings: EngineSettings) -> list[Part]:
    """Make every small part that a test can ask for."""
    port = settings.gateway_port
    return [
        Part(
            name="web",
            command=(sys.executable, "-m", "http.server", "--bind", "127.0.0.1", str(port)),
            ready=lambda _started_at: listens(port),
            port=PortClaim(port, "REDRESS_GATEWAY_PORT"),
            address=f"http://127.0.0.1:{port}",
        ),
        waiting(settings, "family", WITH_A_CHILD),
        waiting(settings, "stubborn", DEAF_TO_SIGTERM + WITH_A_CHILD, stop_seconds_max=0.5),
        waiting(settings, "first", TELLING_ITS_END),
        waiting(settings, "second", TELLING_ITS_END, needs=("first",)),
        waiting(settings, "after-once", "", needs=("once",)),
        Part(name="once", command=(sys.executable, "-c", "print('done that')"), one_shot=True),
        Part(name="broken", command=(sys.executable, "-c", "raise SystemExit('the shelf is empty')"), one_shot=True),
        Part(name="dying", command=(sys.executable, "-c", "raise SystemExit('no ink')"), ready=lambda _: False),
    ]


def waiting(
    settings: EngineSettings, name: str, program: str, *, needs: tuple[str, ...] = (), stop_seconds_max: float = 15
) -> Part:
    """Make a part that runs a program and then waits until it is ended."""
    return Part(
        name=name,
        command=(sys.executable, "-c", program + UP_AND_WAITING, name),
        needs=needs,
        ready=touched_since(settings.home / f"{name}.up"),
        stop_seconds_max=stop_seconds_max,
    )


def touched_since(file: Path) -> Callable[[datetime], bool]:
    """Make the question whether a file was touched after a part was started."""
    return lambda started_at: file.exists() and file.stat().st_mtime >= started_at.timestamp()


if __name__ == "__main__":
    try:
        main()
    except PartFailed as failure:
        sys.exit(str(failure))
