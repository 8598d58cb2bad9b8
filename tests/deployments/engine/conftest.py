"""A home in a short path, settings on free ports, and small engines that are gone when the test ends."""

import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deployments.engine import control
from deployments.engine.record import EngineRecord, read_record
from deployments.settings import EngineSettings, load_settings

SMALL_ENGINE = Path(__file__).with_name("small_engine.py")


@pytest.fixture
def free_ports() -> tuple[int, int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return one.getsockname()[1], other.getsockname()[1]


@pytest.fixture
def free_port(free_ports: tuple[int, int]) -> int:
    return free_ports[0]


@pytest.fixture
def settings(free_ports: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[EngineSettings]:
    """Settings of a home of its own; whatever runs there is stopped after the test."""
    folder = Path(tempfile.mkdtemp(prefix="redress-"))  # short: a socket's path is limited
    monkeypatch.setenv("REDRESS_HOME", str(folder / "home"))
    monkeypatch.setenv("REDRESS_GATEWAY_PORT", str(free_ports[0]))
    monkeypatch.setenv("REDRESS_PREFECT_PORT", str(free_ports[1]))
    made = load_settings()
    try:
        yield made
    finally:
        control.stop(made)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start(settings: EngineSettings) -> Callable[..., EngineRecord]:
    """Start an engine of the small parts that are named."""

    def start_small(*parts: str) -> EngineRecord:
        return control.start_detached(settings, command=[sys.executable, str(SMALL_ENGINE), *parts])

    return start_small


@pytest.fixture
def sleeper() -> Iterator[psutil.Popen]:
    """A process that has nothing to do with the engine."""
    process = psutil.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def eventually() -> Callable[[Callable[[], object]], None]:
    """Wait for a condition, and fail when it does not come true."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < deadline, "the condition did not come true within 20 s"
            time.sleep(0.02)

    return wait


@pytest.fixture
def engine_processes(settings: EngineSettings) -> Callable[[], list[psutil.Process]]:
    """Find every process that works in this test's home, by its environment or its command line."""

    def find_all() -> list[psutil.Process]:
        return [process for process in psutil.process_iter() if belongs_to(process, settings.home)]

    return find_all


def belongs_to(process: psutil.Process, home: Path) -> bool:
    try:
        if process.pid == os.getpid() or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.environ().get("REDRESS_HOME") == str(home) or str(home / "postgres") in process.cmdline()
    except (psutil.Error, OSError):
        return False


@pytest.fixture
def record_of(settings: EngineSettings) -> Callable[[], EngineRecord]:
    """Read what the supervisor last wrote down."""

    def read() -> EngineRecord:
        record = read_record(settings.home)
        assert record is not None
        return record

    return read
