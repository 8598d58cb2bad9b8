"""A payment provider for benches: the stand-in, in a process of its own."""

import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from benchmarks.surroundings import free_ports
from deployments.engine.probes import listens

API_KEY = "a key of the bench"
START_SECONDS_MAX = 30.0


@contextmanager
def stand_in_provider() -> Iterator[Mapping[str, str]]:
    """Serve a stand-in payment provider, and give the settings by which an engine finds it.

    Raises:
        RuntimeError: it does not start.
    """
    [port] = free_ports(1)
    command = (sys.executable, "-P", "-m", "adapters.payments.fake", "--port", str(port), "--api-key", API_KEY)
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(port, process)
        yield {"REDRESS_PAYMENT_URL": f"http://127.0.0.1:{port}", "REDRESS_PAYMENT_API_KEY": API_KEY}
    finally:
        process.terminate()
        process.wait(timeout=START_SECONDS_MAX)


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + START_SECONDS_MAX
    while not listens(port):
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError("the stand-in payment provider does not start")
        time.sleep(0.1)
