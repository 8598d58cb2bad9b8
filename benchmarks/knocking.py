"""A client that costs little: sends ready-made HTTP requests over kept connections and notes when each was answered.

Run as a module it is a process of its own, so that its work is told apart from the server's; it imports nothing of
Redress. It reads all requests before the first is sent, and prints one line of JSON.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

LENGTH_BYTES = 4
HEAD_END = b"\r\n\r\n"


class Knocked(NamedTuple):
    """What became of a load of requests."""

    seconds: float  # from the first that was sent to the last that was answered
    accepted: int
    latencies: list[float]  # of those that were accepted, in seconds, in the order of the answers
    cpu_seconds: float  # of the client itself


def knock(port: int, requests: Iterable[bytes], *, folder: Path, connections: int, per_second: float = 0) -> Knocked:
    """Send requests from a process of its own and wait for its end.

    Without `per_second` each connection sends its next request as soon as the former is answered. With it a request
    is due at its time whether or not the others are answered, and its latency counts from that time.

    Raises:
        RuntimeError: the process failed.
    """
    file = folder / "requests"
    with file.open("wb") as stream:
        for request in requests:
            stream.write(len(request).to_bytes(LENGTH_BYTES, "big") + request)
    command = [sys.executable, "-P", "-m", "benchmarks.knocking", str(port), str(file), str(connections)]
    done = subprocess.run([*command, str(per_second)], capture_output=True, text=True, check=False)
    file.unlink()
    if done.returncode:
        raise RuntimeError(f"the client failed: {done.stderr[-500:]}")
    return Knocked(**json.loads(done.stdout))


class _Load:
    """The requests that are left, and the books of those that were sent."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self.requests = requests
        self.begun = 0.0
        self.next = 0
        self.open = len(requests)
        self.latencies: list[float] = []
        self.done = asyncio.get_running_loop().create_future()

    def answered(self, since: float, *, accepted: bool) -> None:
        if accepted:
            self.latencies.append(time.perf_counter() - since)
        self.open -= 1
        if not self.open:
            self.done.set_result(time.perf_counter())


class _Connection(asyncio.Protocol):
    """One connection with at most one request under way."""

    def __init__(self, load: _Load, idle: deque["_Connection"] | None) -> None:
        self._load = load
        self._idle = idle  # where it waits its turn; None: takes the next request by itself
        self._received = b""
        self._since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._load.done.done():
            self._load.done.set_exception(exc or ConnectionResetError("the server closed a connection"))

    def send(self, number: int, since: float) -> None:
        self._since = since
        self._transport.write(self._load.requests[number])

    def send_next(self) -> None:
        if self._load.next < len(self._load.requests):
            self._load.next += 1
            self.send(self._load.next - 1, time.perf_counter())

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(HEAD_END)
        if not end or len(body) < _content_length(head):
            return
        self._received = b""
        self._load.answered(self._since, accepted=head.startswith(b"HTTP/1.1 2"))
        if self._idle is None:
            self.send_next()
        else:
            self._idle.append(self)


def _content_length(head: bytes) -> int:
    _, _, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0])


async def _send_at_their_times(load: _Load, idle: deque[_Connection], per_second: float) -> None:
    begun = time.perf_counter()
    for number in range(len(load.requests)):
        due = begun + number / per_second
        if (early := due - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        while not idle:
            await asyncio.sleep(0)
        idle.popleft().send(number, due)  # in turn, so that none is idle until the server closes it


async def _run(port: int, requests: Sequence[bytes], connections: int, per_second: float) -> Knocked:
    load, idle = _Load(requests), deque[_Connection]()
    loop = asyncio.get_running_loop()
    opened = [
        (await loop.create_connection(lambda: _Connection(load, idle if per_second else None), "127.0.0.1", port))[1]
        for _ in range(min(connections, len(requests)))
    ]
    used, begun = time.process_time(), time.perf_counter()
    if per_second:
        idle.extend(opened)
        await _send_at_their_times(load, idle, per_second)
    else:
        for connection in opened:
            connection.send_next()
    seconds = await load.done - begun
    return Knocked(seconds, len(load.latencies), load.latencies, time.process_time() - used)


def _read(file: Path) -> list[bytes]:
    content, place, requests = file.read_bytes(), 0, []
    while place < len(content):
        start = place + LENGTH_BYTES
        place = start + int.from_bytes(content[place:start], "big")
        requests.append(content[start:place])
    return requests


def _main(port: str, file: str, connections: str, per_second: str) -> None:
    knocked = asyncio.run(_run(int(port), _read(Path(file)), int(connections), float(per_second)))
    print(json.dumps(knocked._asdict()))


if __name__ == "__main__":
    _main(*sys.argv[1:])
