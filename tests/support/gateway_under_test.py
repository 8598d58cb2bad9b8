"""A gateway in a process of its own before a test's database, and a sender who repeats what was not acknowledged."""

import hashlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Lock

import httpx
from engine_under_test import free_port, wait_until

SALT = "made-up-salt"
NOBODY = "http://127.0.0.1:9/api"  # where no Prefect hears of what arrived


@dataclass
class GatewayUnderTest:
    """One gateway, which may die and be started again."""

    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Give its address."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = {
            "REDRESS_GATEWAY_PORT": str(self.port),
            "REDRESS_KUAIDI100_SALT": SALT,
            "PREFECT_API_URL": NOBODY,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "deployments.gateway"],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(self.is_healthy, what="the gateway to answer")

    def is_healthy(self) -> bool:
        """Say whether it can keep what it is sent."""
        try:
            return httpx.get(f"{self.url}/healthz", trust_env=False).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """Kill it with -9."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        """Stop it, if it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait()


@contextmanager
def running_gateway() -> Iterator[GatewayUnderTest]:
    """Start a gateway in the test's environment; it is gone afterwards."""
    gateway = GatewayUnderTest()
    try:
        gateway.start()
        yield gateway
    finally:
        gateway.stop()


@dataclass
class Senders:
    """Senders who push one payload after the other and each again until it is acknowledged, as providers do."""

    gateway: GatewayUnderTest
    acknowledged: set[str] = field(default_factory=set)
    tried: Counter[str] = field(default_factory=Counter)  # how often each payload was sent
    answers: Counter[int] = field(default_factory=Counter)  # by status; 0 where the connection broke
    _lock: Lock = field(default_factory=Lock)

    @contextmanager
    def pushing(self, senders: int) -> Iterator[None]:
        """Push as long as the block lasts; what is under way then is pushed until it is acknowledged."""
        stop = Event()
        with ThreadPoolExecutor(senders) as threads:
            pushing = [threads.submit(self._push_until, stop, f"77{sender}") for sender in range(senders)]
            try:
                yield
            finally:
                stop.set()
        for sender in pushing:
            sender.result()

    def _push_until(self, stop: Event, prefix: str) -> None:
        with httpx.Client(base_url=self.gateway.url, trust_env=False, timeout=30) as client:
            for number in count():
                if stop.is_set():
                    return
                self._push(client, f"{prefix}{number:09d}")

    def _push(self, client: httpx.Client, waybill: str) -> None:
        answer = {"message": "ok", "nu": waybill, "com": "shentong", "status": "200", "state": "0", "data": []}
        param = json.dumps({"status": "polling", "lastResult": answer})
        sign = hashlib.md5((param + SALT).encode()).hexdigest().upper()
        wait_until(lambda: self._sent(client, param, sign), what=f"{waybill} to be acknowledged")

    def _sent(self, client: httpx.Client, param: str, sign: str) -> bool:
        with self._lock:
            self.tried[param] += 1
        try:
            answer = client.post("/feeds/kuaidi100", data={"param": param, "sign": sign})
            status, accepted = answer.status_code, answer.status_code == 200 and answer.json()["result"] is True
        except httpx.TransportError:
            status, accepted = 0, False
        with self._lock:
            self.answers[status] += 1
            if accepted:
                self.acknowledged.add(param)
        return accepted
