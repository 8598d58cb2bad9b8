"""How fast pushes are acknowledged once they are committed, how long a sender waits, and how soon a case exists.

The acknowledgements are measured with the gateway and its PostgreSQL alone; the reference is an endpoint that only
answers, on the same server, asked by the same client with the same requests, in turns. The cases are measured on a
whole engine.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import NamedTuple

import httpx
import psutil

from benchmarks.deciding import wait_until
from benchmarks.knocking import Knocked, knock
from benchmarks.measures import Measure, percentile, tell
from benchmarks.parcels import book
from benchmarks.payloads import COLLECTED, DAMAGED, push, waybill
from benchmarks.surroundings import EngineUnderLoad, free_ports
from deployments.engine.endings import end
from deployments.engine.probes import answers
from deployments.sample_day.kuaidi100 import FORM, PATH, signed_form
from store import cases as case_store
from store.tracking import inbox
from store.unit_of_work import dispose, unit_of_work

CONNECTIONS = 64
ROUNDS = 3
CALM_PER_SECOND = 500
"""How many are due in a second where the waiting is measured: as many as the gateway must bear."""
SALT = "bench"
UNLIMITED = "1000000000"
NOBODY = "http://127.0.0.1:9/api"
FEEDS = f"""feeds:
  - name: kuaidi100
    format: kuaidi100_push
    secret: REDRESS_KUAIDI100_SALT
    requests_per_minute_max: {UNLIMITED}
"""
STOP_SECONDS_MAX = 15


class Acknowledged(NamedTuple):
    """What one server came to."""

    per_second: float  # the middle one of the rounds, as fast as it can
    p99_ms: float  # when so many are due in a second as must be borne
    client_share: float  # of the time in which the client itself used the processor


@dataclass(frozen=True)
class _Server:
    """A process that serves on a port."""

    module: str
    port: int


def acknowledgements(folder: Path, *, pushes: int) -> list[Measure]:
    """Measure the gateway before the database that is the store's, and its reference.

    Raises:
        RuntimeError: a push was not acknowledged, or is not in the inbox.
    """
    folder.mkdir(exist_ok=True)
    (folder / "feeds.yaml").write_text(FEEDS, encoding="utf-8")
    gateway, reference = map(_Server, ("deployments.gateway", "benchmarks.answering"), free_ports(2))
    try:
        with _serving(gateway, folder), _serving(reference, folder):
            acknowledged, answered = _measured((gateway, reference), folder, pushes)
        _compare_with_inbox((ROUNDS + 1) * pushes)
    finally:
        dispose()
    return _told(acknowledged, answered, pushes)


def _measured(servers: tuple[_Server, _Server], folder: Path, pushes: int) -> list[Acknowledged]:
    rounds: dict[_Server, list[Knocked]] = {server: [] for server in servers}
    for turn in range(ROUNDS):
        for server in servers:
            rounds[server].append(_knocked(server, folder, turn=turn, pushes=pushes))
            tell(f"  {server.module}: {pushes / rounds[server][-1].seconds:,.0f} a second")
    calm = {
        server: _knocked(server, folder, turn=ROUNDS, pushes=pushes, per_second=CALM_PER_SECOND) for server in servers
    }
    return [
        Acknowledged(
            per_second=round(statistics.median(pushes / knocked.seconds for knocked in rounds[server])),
            p99_ms=round(percentile(calm[server].latencies, 0.99) * 1000, 1),
            client_share=round(
                statistics.median(knocked.cpu_seconds / knocked.seconds for knocked in rounds[server]), 2
            ),
        )
        for server in servers
    ]


def _knocked(server: _Server, folder: Path, *, turn: int, pushes: int, per_second: float = 0) -> Knocked:
    requests = _requests(server.port, SALT, range(turn * pushes, (turn + 1) * pushes), now=datetime.now(UTC))
    knocked = knock(server.port, requests, folder=folder, connections=CONNECTIONS, per_second=per_second)
    if knocked.accepted != pushes:
        raise RuntimeError(f"{server.module} acknowledged {knocked.accepted} of {pushes} pushes")
    return knocked


def _requests(port: int, salt: str, numbers: range, *, now: datetime) -> Iterator[bytes]:
    """Write requests as they go over the wire, each about a parcel of its own."""
    rng = Random(numbers.start)
    for number in numbers:
        body = signed_form(push(waybill(number), (COLLECTED, DAMAGED), rng=rng, now=now), salt=salt)
        head = f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}"
        yield f"{head}\r\n\r\n".encode() + body


@contextmanager
def _serving(server: _Server, folder: Path) -> Iterator[None]:
    """Serve in a process of its own that tells no Prefect of what arrives, and wait until it answers."""
    environment: Mapping[str, str] = {
        "REDRESS_GATEWAY_PORT": str(server.port),
        "REDRESS_FEEDS_FILE": str(folder / "feeds.yaml"),
        "REDRESS_KUAIDI100_SALT": SALT,
        "REDRESS_CLIENT_REQUESTS_PER_MINUTE_MAX": UNLIMITED,
        "PREFECT_API_URL": NOBODY,
    }
    with (folder / f"{server.module}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", server.module],
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the bench, which then ends this process
        )
    try:
        wait_until(
            lambda: process.poll() is not None or answers(f"http://127.0.0.1:{server.port}/healthz"),
            lambda: f"{server.module} does not answer yet",
        )
        if process.poll() is not None:
            raise RuntimeError(f"{server.module} ended: {(folder / f'{server.module}.log').read_text()[-500:]}")
        yield
    finally:
        if process.poll() is None:
            end([psutil.Process(process.pid)], stop_seconds_max=STOP_SECONDS_MAX)
        process.wait()


def _compare_with_inbox(pushed: int) -> None:
    with unit_of_work() as connection:
        kept = inbox.unprocessed(connection)
    if kept != pushed:
        raise RuntimeError(f"{pushed} pushes were acknowledged, but {kept} are in the inbox")


def _told(acknowledged: Acknowledged, answered: Acknowledged, pushes: int) -> list[Measure]:
    return [
        Measure(
            measure="acks_per_s",
            value=acknowledged.per_second,
            unit="pushes/s",
            reference=answered.per_second,
            meaning=f"Signed pushes acknowledged after their commit, over {CONNECTIONS} connections, the middle one of "
            f"{ROUNDS} rounds of {pushes:,}; the reference is an endpoint of the same server that only answers. "
            f"The client is a process of its own and used {acknowledged.client_share:.0%} of a core meanwhile, "
            f"and {answered.client_share:.0%} with the reference.",
        ),
        Measure(
            measure="p99_ms",
            value=acknowledged.p99_ms,
            unit="ms",
            reference=answered.p99_ms,
            meaning=f"What 99 of 100 senders wait at most when {CALM_PER_SECOND} pushes are due in a second, counted "
            "from when each was due; the reference is the endpoint that only answers.",
        ),
    ]


def cases(engine: EngineUnderLoad, *, parcels: int) -> list[Measure]:
    """Measure on a whole engine how soon a case exists after the push that told of the damage was acknowledged.

    The next parcel is pushed when the former has its case, while the work on that one goes on. The first does not
    count: with it the worker loads what it needs.
    """
    numbers = [waybill(number) for number in range(parcels + 1)]
    now = datetime.now(UTC)
    try:
        book(engine, numbers, now=now)
        tell(f"Pushing {len(numbers)} damaged parcels, one after another ...")
        seconds = [_seconds_to_case(engine, number, now=now) for number in numbers][1:]
    finally:
        dispose()
    return [
        Measure(
            measure="ack_to_case_p95_s",
            value=round(percentile(seconds, 0.95), 2),
            unit="s",
            meaning="From the acknowledgement of a push that tells of damage until its case exists, for 95 of 100 of "
            f"{parcels} parcels that are pushed one after another to a whole engine; half took "
            f"{statistics.median(seconds):.1f} s at most.",
        )
    ]


def _seconds_to_case(engine: EngineUnderLoad, number: str, *, now: datetime) -> float:
    form = signed_form(
        push(number, (COLLECTED, DAMAGED), rng=Random(number), now=now), salt=engine.credentials.kuaidi100_salt
    )
    headers = {"Content-Type": FORM}
    httpx.post(f"{engine.gateway}{PATH}", content=form, headers=headers, timeout=30, trust_env=False).raise_for_status()
    acknowledged = time.perf_counter()

    def exists() -> bool:
        with unit_of_work() as connection:
            return bool(case_store.select_cases(connection, waybills=[number], limit=1))

    wait_until(exists, lambda: f"{number} has no case")
    return time.perf_counter() - acknowledged
