"""A whole engine, started as a user would start it, on ports of its own."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psutil

REDRESS = str(Path(sys.executable).with_name("redress"))
WAIT_SECONDS_MAX = 90


_given: set[int] = set()
"""Ports that were found free in this process: who asked for one may not listen on it yet."""


def free_port() -> int:
    """Find a port that nobody listens on, another one each time."""
    while True:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _given:
            _given.add(port)
            return port


def wait_until(condition: Callable[[], Any], *, what: str, seconds_max: float = WAIT_SECONDS_MAX) -> Any:
    """Wait for a condition and give its value; fail with what was waited for."""
    until = time.monotonic() + seconds_max
    while not (value := condition()):
        if time.monotonic() > until:
            raise AssertionError(f"waited {seconds_max} s in vain for {what}")
        time.sleep(0.1)
    return value


def described_in(prefect: httpx.Client, run: dict[str, Any]) -> str:
    """Give the text above the form of a suspended run; it is stored a moment after the run is."""
    key = run["state"]["state_details"]["run_input_keyset"]["description"]

    def text() -> str | None:
        answer = prefect.get(f"/flow_runs/{run['id']}/input/{key}")
        return answer.text if answer.is_success else None

    described: str = wait_until(text, what="the form of the run")
    return described


@dataclass
class EngineUnderTest:
    """One engine in one home."""

    home: Path
    prefect_port: int = field(default_factory=free_port)
    gateway_port: int = field(default_factory=free_port)
    desk_port: int = field(default_factory=free_port)

    @property
    def environment(self) -> dict[str, str]:
        """Give the environment of a user of this engine."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith(("REDRESS_", "PREFECT_"))},
            "REDRESS_HOME": str(self.home),
            "REDRESS_PREFECT_PORT": str(self.prefect_port),
            "REDRESS_GATEWAY_PORT": str(self.gateway_port),
            "REDRESS_CARRIER_DESK_PORT": str(self.desk_port),
            # Tests run at night too, and must not wait for the morning to see a case closed.
            "REDRESS_QUIET_FROM": "00:00",
            "REDRESS_QUIET_UNTIL": "00:00",
        }

    @property
    def prefect_url(self) -> str:
        """Give the address of Prefect's UI."""
        return f"http://127.0.0.1:{self.prefect_port}"

    @property
    def gateway_url(self) -> str:
        """Give the address of the gateway."""
        return f"http://127.0.0.1:{self.gateway_port}"

    @property
    def desk_url(self) -> str:
        """Give the address of the stand-in carrier desk."""
        return f"http://127.0.0.1:{self.desk_port}"

    def redress(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run the command as a user would."""
        done = subprocess.run(
            [REDRESS, *arguments], env=self.environment, capture_output=True, text=True, timeout=300, check=False
        )
        if check and done.returncode:
            raise AssertionError(
                f"redress {' '.join(arguments)} ended with {done.returncode}: {done.stderr}{done.stdout}"
            )
        return done

    def json(self, *arguments: str) -> Any:
        """Run the command with --json and read what it prints."""
        return json.loads(self.redress(*arguments, "--json").stdout)

    def up(self) -> None:
        """Start."""
        self.redress("up", "--detach")

    def down(self) -> None:
        """Stop, and make sure that nothing is left."""
        self.redress("down")
        left = self.processes()
        assert not left, f"still running after down: {left}"

    def processes(self) -> list[str]:
        """List the processes that belong to this home."""
        mine = []
        for process in psutil.process_iter():
            try:
                if process.pid != os.getpid() and str(self.home) in " ".join(
                    [*process.cmdline(), process.environ().get("REDRESS_HOME", "")]
                ):
                    mine.append(f"{process.pid} {' '.join(process.cmdline())}")
            except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
                continue
        return mine

    def part(self, name: str) -> dict[str, Any]:
        """Say how a part of the engine stands."""
        return next(part for part in self.json("status")["parts"] if part["part"] == name)

    def kill(self, part: str) -> None:
        """Kill a part with -9 and wait until the supervisor has started it again."""
        pid = self.part(part)["pid"]
        os.kill(pid, signal.SIGKILL)
        wait_until(
            lambda: (now := self.part(part))["state"] == "ready" and now["pid"] not in {None, pid},
            what=f"{part} to be started again",
        )


Engine = TypeVar("Engine", bound=EngineUnderTest)


@contextmanager
def running_engine(kind: type[Engine]) -> Iterator[Engine]:
    """Start an engine in a home of its own; it must leave no process behind."""
    folder = Path(tempfile.mkdtemp(prefix="redress-engine-"))  # short: a socket's path is limited
    engine = kind(folder / "home")
    try:
        engine.up()
        yield engine
    finally:
        try:
            engine.down()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
